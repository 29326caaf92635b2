"""Facility location: every row is served by its nearest chosen item."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_array


class FacilityLocation:
    r"""Similarity of every row to the chosen item most similar to it, summed.

    .. math:: f(S) = \sum_i w_i \max_{j \in S} s_{ij}, \qquad f(\emptyset) = 0

    Monotone and submodular. Choose it when the picks should stand for all the data (summaries, core
    sets, tokens of an image); choose `WeightedCoverage` when an item either covers a row or not.

    Parameters
    ----------
    similarity : array-like or scipy.sparse of shape (n_rows, n_items)
        Not negative. Entries a sparse matrix does not store are zero.
    weights : array-like of shape (n_rows,), optional
        What each row counts, not negative; all ones when left out.

    Raises
    ------
    ValueError
        If `similarity` or `weights` hold NaN, infinity or negative numbers, or their sizes differ.

    Notes
    -----
    A gain costs O(rows) dense and O(stored entries of the item) sparse; one copy of `similarity`,
    laid out by item, is kept.

    References
    ----------
    Cornuejols, Fisher and Nemhauser (1977).

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.selection import FacilityLocation, maximize
    >>> points = np.array([[0, 0], [1, 0], [0, 1], [4, 4], [5, 4], [2, 2]])
    >>> distance = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    >>> chosen = maximize(FacilityLocation(np.exp(-distance / 4)), 3)
    >>> chosen.indices.tolist(), round(chosen.value, 4)
    ([0, 3, 5], 5.3364)
    """

    def __init__(self, similarity: ArrayLike, *, weights: ArrayLike | None = None) -> None:
        self._sparse = bool(sparse.issparse(similarity))
        n_rows = self._load_sparse(similarity) if self._sparse else self._load_dense(similarity)
        _check_not_negative("similarity", self._entries)
        self._weights = row_weights(weights, n_rows)
        self.reset()

    def _load_sparse(self, similarity: Any) -> int:
        columns = sparse.csc_array(similarity, dtype=np.float64, copy=True)
        columns.sum_duplicates()
        n_rows, self._n = columns.shape
        if 0 in columns.shape:
            raise ValueError(f"`similarity` must not be empty, got shape {columns.shape}")
        self._start = columns.indptr.astype(np.int64)
        self._rows = columns.indices.astype(np.int64)
        self._entries: NDArray[np.float64] = columns.data
        return int(n_rows)

    def _load_dense(self, similarity: ArrayLike) -> int:
        dense = check_array("similarity", similarity, ndim=2)
        n_rows: int = dense.shape[0]
        self._n = dense.shape[1]
        self._entries = np.ascontiguousarray(dense.T)
        return n_rows

    @property
    def n(self) -> int:
        """Number of items."""
        return int(self._n)

    @property
    def value(self) -> float:
        """Worth of the items added so far."""
        return float(self._weights @ self._best)

    def gain(self, j: int) -> float:
        """Return what item `j` would add."""
        return float(self.gains(np.array([j]))[0])

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each item of `block` would add alone."""
        block = np.asarray(block, dtype=np.int64)
        gains: NDArray[np.float64]
        if self._sparse:
            gains = _sparse_gains(
                self._start, self._rows, self._entries, self._weights, self._best, block
            )
        else:
            gains = _dense_gains(self._entries, self._weights, self._best, block)
        return gains

    def add(self, j: int) -> None:
        """Add item `j`."""
        if self._sparse:
            here = slice(self._start[j], self._start[j + 1])
            rows = self._rows[here]
            self._best[rows] = np.maximum(self._best[rows], self._entries[here])
        else:
            np.maximum(self._best, self._entries[j], out=self._best)

    def reset(self) -> None:
        """Forget the items added."""
        self._best = np.zeros(self._weights.size)


def row_weights(weights: ArrayLike | None, n_rows: int) -> NDArray[np.float64]:
    """Return the weight of each row, all ones where none were given."""
    if weights is None:
        return np.ones(n_rows)
    array = check_array("weights", weights, ndim=1)
    if array.size != n_rows:
        raise ValueError(
            f"`weights` must have one entry for each of {n_rows} rows, got {array.size}"
        )
    _check_not_negative("weights", array)
    return array


def _check_not_negative(name: str, array: NDArray[np.float64]) -> None:
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        raise ValueError(f"`{name}` must be finite and not negative, got {array[bad][0]}")


@njit(cache=True, fastmath={"reassoc", "contract"})
def _dense_gains(items: Any, weights: Any, best: Any, block: Any) -> Any:  # pragma: no cover
    gains = np.empty(block.size)
    for b in range(block.size):
        row = items[block[b]]
        total = 0.0
        for i in range(best.size):
            total += weights[i] * max(row[i] - best[i], 0.0)
        gains[b] = total
    return gains


@njit(cache=True)
def _sparse_gains(
    start: Any, rows: Any, entries: Any, weights: Any, best: Any, block: Any
) -> Any:  # pragma: no cover
    gains = np.empty(block.size)
    for b in range(block.size):
        total = 0.0
        for at in range(start[block[b]], start[block[b] + 1]):
            total += weights[rows[at]] * max(entries[at] - best[rows[at]], 0.0)
        gains[b] = total
    return gains
