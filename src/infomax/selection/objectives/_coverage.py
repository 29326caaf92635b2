"""Weighted coverage: the weight of all elements that some chosen set holds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax.selection.objectives._facility_location import row_weights


class WeightedCoverage:
    r"""Weight of the union of the chosen sets.

    .. math:: f(S) = \sum_{e \in \bigcup_{j \in S} A_j} w_e

    Monotone and submodular. Choose it when covering is yes or no; `FacilityLocation` grades it.

    Parameters
    ----------
    sets : sequence of sequences of int, or scipy.sparse of shape (n_sets, n_elements)
        Row j holds the elements of set j. Of a sparse matrix every stored entry that is not zero
        counts, whatever its value.
    weights : array-like of shape (n_elements,), optional
        Worth of each element, not negative; all ones when left out.

    Raises
    ------
    ValueError
        If there is no set, an element is negative or not whole, or `weights` do not fit.

    Notes
    -----
    A gain costs O(size of the set).

    References
    ----------
    Nemhauser, Wolsey and Fisher (1978).

    Examples
    --------
    >>> from infomax.selection import WeightedCoverage, maximize
    >>> sets = WeightedCoverage([[0, 1], [1, 2], [2]], weights=[1.0, 1.0, 5.0])
    >>> maximize(sets, 1).indices.tolist()
    [1]
    """

    def __init__(
        self,
        sets: Sequence[Sequence[int]] | sparse.sparray | sparse.spmatrix,
        *,
        weights: ArrayLike | None = None,
    ) -> None:
        rows = _as_rows(sets)
        rows.sum_duplicates()
        rows.eliminate_zeros()
        if rows.shape[0] == 0:
            raise ValueError("`sets` must hold at least one set, got none")
        self._start, self._elements = rows.indptr.astype(np.int64), rows.indices.astype(np.int64)
        n_elements = rows.shape[1]
        if weights is not None and np.size(weights) > n_elements:
            n_elements = np.size(weights)
        self._weights = row_weights(weights, n_elements)
        self.reset()

    @property
    def n(self) -> int:
        """Number of sets."""
        return int(self._start.size - 1)

    @property
    def value(self) -> float:
        """Weight covered so far."""
        return float(self._weights[self._covered].sum())

    def gain(self, j: int) -> float:
        """Return the weight set `j` would add."""
        return float(self.gains(np.array([j]))[0])

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weight each set of `block` would add alone."""
        block = np.asarray(block, dtype=np.int64)
        gains: NDArray[np.float64] = _coverage_gains(
            self._start, self._elements, self._weights, self._covered, block
        )
        return gains

    def add(self, j: int) -> None:
        """Add set `j`."""
        self._covered[self._elements[self._start[j] : self._start[j + 1]]] = True

    def reset(self) -> None:
        """Forget the sets added."""
        self._covered = np.zeros(self._weights.size, dtype=np.bool_)


def _as_rows(sets: Any) -> sparse.csr_array:
    if sparse.issparse(sets):
        matrix: Any = sets
        return sparse.csr_array(matrix, copy=True)
    listed = [np.asarray(list(members)) for members in sets]
    for j, members in enumerate(listed):
        if members.size and (members.dtype.kind not in "iu" or members.min() < 0):
            raise ValueError(
                f"`sets` must hold element numbers of at least 0, got {members.tolist()} in set {j}"
            )
    elements = np.concatenate([*listed, []]).astype(np.int64)
    start = np.concatenate([[0], np.cumsum([members.size for members in listed], dtype=np.int64)])
    n_elements = int(elements.max()) + 1 if elements.size else 0
    return sparse.csr_array(
        (np.ones(elements.size), elements, start), shape=(len(listed), n_elements)
    )


@njit(cache=True)
def _coverage_gains(
    start: Any, elements: Any, weights: Any, covered: Any, block: Any
) -> Any:  # pragma: no cover
    gains = np.empty(block.size)
    for b in range(block.size):
        total = 0.0
        for at in range(start[block[b]], start[block[b] + 1]):
            if not covered[elements[at]]:
                total += weights[elements[at]]
        gains[b] = total
    return gains
