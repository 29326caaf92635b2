"""Couplings of little entropy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_between, check_choice
from infomax.coding._greedy_coupling import couple_largest, majorization_meet
from infomax.coding._sparse_joint import SparseJoint, checked_distribution, mass_entropy
from infomax.coding._successive_linearization import couple_by_linear_programs
from infomax.coding._zero_seeking import couple_nearest

_METHODS = ("greedy", "zero_seeking", "successive_linearization")


@dataclass(frozen=True, eq=False)
class Coupling(SparseJoint):
    """A joint distribution with prescribed marginals.

    Parameters
    ----------
    indices : (n_cells, N) array of int32
        Where each cell lies, one column a marginal.
    masses : (n_cells,) array of float64
        Probability of each cell, above zero.
    shape : tuple of int
        Number of outcomes of each marginal.
    entropy : float
        Entropy of the joint, in nats.
    bound : float
        No coupling of these marginals has less entropy than this.
    iterations : int
        Cells laid by the greedy methods, linear programs solved by successive linearisation.
    """

    entropy: float
    bound: float
    iterations: int


def minimum_entropy_coupling(
    *marginals: ArrayLike, method: str = "greedy", tolerance: float = 1e-12
) -> Coupling:
    r"""Couple distributions so that their joint has little entropy.

    Among the joints of the marginals :math:`p_1, \dots, p_N`, one of small entropy
    :math:`H(X_1, \dots, X_N)`; for two marginals that is much mutual information, since
    :math:`I(X;Y) = H(X) + H(Y) - H(X, Y)`. The exact minimum is NP-hard.

    "greedy" lays the largest remaining masses on each other; it is the one to take, and the only
    one for more than two marginals. "zero_seeking" lays the two masses on each other that differ
    least, which is exact where marginals share atoms. "successive_linearization" solves transport
    programs until they stay the same; it is dense, slow and usually worse, and here to compare.

    Parameters
    ----------
    *marginals : array-like of shape (n_1,), (n_2,), ...
        Two or more distributions.
    method : {"greedy", "zero_seeking", "successive_linearization"}
        How the coupling is sought.
    tolerance : float
        A greedy method takes a remainder below this fraction of the mass just laid for rounding;
        successive linearisation ends when the entropy falls by no more than this.

    Returns
    -------
    Coupling
        Sparse: greedy methods lay at most :math:`\sum_i n_i - N + 1` cells. Marginals are exact
        to 1e-12 for tolerances up to that. Take `matrix` for two marginals, `toarray()` for any.

    Raises
    ------
    ValueError
        If fewer than two marginals come, one is no distribution, or more than two go to a method
        for two.

    Notes
    -----
    `bound` is the entropy of the largest distribution that all marginals majorise; it is at least
    the largest marginal entropy. For two marginals the greedy coupling lies at most 1 bit above
    it (Rossi 2019), and at most 1/e nats above the optimum (Compton et al. 2023).

    Greedy costs :math:`O(n \log n)` time and O(n) memory for n atoms in all; zero-seeking
    :math:`O(n^2)` time at worst and O(n) memory; a linear program has
    :math:`n_1 n_2` variables.

    The tie rule of zero-seeking is not published: here the larger masses go first, then those
    that come first. Successive linearisation starts at the product of the marginals, perturbed
    by a fixed sequence.

    References
    ----------
    Kocaoglu et al. (2017), Algorithm 1 (greedy). Cicalese, Gargano and Vaccaro (2019), Theorem 3
    (bound). Ebrahimi, Chen and Khisti (2024), Section 4.

    Examples
    --------
    >>> coupling = minimum_entropy_coupling([0.5, 0.3, 0.2], [0.6, 0.4])
    >>> coupling.toarray().round(3)
    array([[0.5, 0. ],
           [0. , 0.3],
           [0.1, 0.1]])
    >>> round(coupling.entropy, 4), round(coupling.bound, 4)
    (1.1683, 1.0297)
    """
    check_choice("method", method, _METHODS)
    check_between("tolerance", tolerance, 0, 1, open_high=True)
    if len(marginals) < 2:
        raise ValueError(f"`marginals` must be at least two distributions, got {len(marginals)}")
    if len(marginals) > 2 and method != "greedy":
        raise ValueError(
            f"`method` must be 'greedy' for {len(marginals)} marginals, got {method!r}"
        )
    return couple_checked(
        [checked_distribution(f"marginals[{k}]", p) for k, p in enumerate(marginals)],
        method=method,
        tolerance=tolerance,
    )


def couple_checked(
    sides: list[NDArray[np.float64]], *, method: str = "greedy", tolerance: float = 1e-12
) -> Coupling:
    """Couple distributions that have been checked."""
    if method == "greedy":
        indices, masses, meet = couple_largest(sides, tolerance)
        iterations = len(masses)
    else:
        solve = couple_nearest if method == "zero_seeking" else couple_by_linear_programs
        indices, masses, iterations = solve(sides[0], sides[1], tolerance)
        meet = majorization_meet(sides)
    shape = tuple(len(p) for p in sides)
    entropy, bound = mass_entropy(masses), mass_entropy(meet)
    return Coupling(indices, masses, shape, entropy, min(bound, entropy), iterations)
