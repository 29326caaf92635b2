"""What every selector returns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Selection:
    r"""The k of n that were picked, in the order they were picked.

    The bound is what makes the answer checkable: no set of the size asked for is worth more than
    `bound`, so ``value / bound`` says how far from the best the choice can be at most.

    Parameters
    ----------
    indices : ndarray of int, shape (k,)
        Items in the order of picking.
    gains : ndarray of float, shape (k,)
        What each pick added when it was picked.
    value : float
        Worth of the whole selection.
    bound : float
        Upper bound on the worth of any selection allowed; infinite where none is known.
    n_evaluations : int
        Work done: gains computed, or reverse-reachable sets drawn.

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.selection import WeightedCoverage, maximize
    >>> chosen = maximize(WeightedCoverage([[0, 1, 2, 3], [0, 1, 4], [2, 3, 5], [6]]), 2)
    >>> chosen.indices.tolist(), chosen.value, chosen.bound
    ([0, 1], 5.0, 7.0)
    """

    indices: NDArray[np.int64]
    gains: NDArray[np.float64]
    value: float
    bound: float
    n_evaluations: int
