"""What the greedy engine asks of a set function."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count


@runtime_checkable
class Objective(Protocol):
    """A set function that remembers the items added so far.

    Anything with these members can be handed to `maximize`, `mg_greedy` or `rr_greedy`. Guarantees
    and bounds hold when the function is monotone, submodular and zero on the empty set.

    Examples
    --------
    >>> from infomax.selection import FacilityLocation, Objective
    >>> isinstance(FacilityLocation([[1.0, 0.5], [0.5, 1.0]]), Objective)
    True
    """

    @property
    def n(self) -> int:
        """Number of items."""

    @property
    def value(self) -> float:
        """Worth of the items added so far."""

    def gain(self, j: int) -> float:
        """Return what item `j` would add."""

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each item of `block` would add alone."""

    def add(self, j: int) -> None:
        """Add item `j`."""

    def reset(self) -> None:
        """Forget the items added."""


class SetFunction:
    r"""Any Python function of a set, made usable by the greedy engine.

    The gain of j after S is :math:`f(S \cup \{j\}) - f(S)`, two calls at most. Take an objective of
    its own (`FacilityLocation`, `WeightedCoverage`) where there is one: those update their state
    instead of starting over.

    Parameters
    ----------
    function : callable
        Takes a list of items, each once, in ascending order, and returns a number.
    n : int
        Number of items, 0 to ``n - 1``.

    Notes
    -----
    A gain costs one call of `function`; values of the empty set and of the current set are kept.

    References
    ----------
    Nemhauser, Wolsey and Fisher (1978), Section 2.

    Examples
    --------
    >>> from infomax.selection import SetFunction, maximize
    >>> sizes = [3.0, 1.0, 2.0]
    >>> maximize(SetFunction(lambda items: sum(sizes[j] for j in items) ** 0.5, 3), 2).indices.tolist()
    [0, 2]
    """

    def __init__(self, function: Callable[[Sequence[int]], float], n: int) -> None:
        if not callable(function):
            raise ValueError(f"`function` must be callable, got {type(function).__name__}")
        self._function = function
        self._n = check_count("n", n)
        self._empty = float(function([]))
        self.reset()

    @property
    def n(self) -> int:
        """Number of items."""
        return self._n

    @property
    def value(self) -> float:
        """Worth of the items added so far."""
        return self._value

    def gain(self, j: int) -> float:
        """Return what item `j` would add."""
        return 0.0 if j in self._chosen else self._with(j) - self._value

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each item of `block` would add alone."""
        return np.array([self.gain(int(j)) for j in block])

    def add(self, j: int) -> None:
        """Add item `j`."""
        self._value = self._with(j)
        self._chosen.add(int(j))

    def reset(self) -> None:
        """Forget the items added."""
        self._chosen: set[int] = set()
        self._value = self._empty

    def _with(self, j: int) -> float:
        return float(self._function(sorted(self._chosen | {int(j)})))
