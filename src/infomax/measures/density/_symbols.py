"""From numbers to bins, and from rows of bins to cells."""

from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_array
from infomax.measures._points import checked_points
from infomax.measures.density._distinct import as_digits, count_edges, sorted_distinct
from infomax.measures.discrete._labels import packed

BINNINGS = ("uniform", "quantile", "adaptive")
_LARGEST = 2**62  # a cell's number stays below
_MOST_DIGITS = 62


def float_points(name: str, x: Any, *, minimum: int = 1) -> NDArray[Any]:
    """Return points as a finite array (n, d) in single precision if so they came, else double."""
    points = checked_points(name, x, minimum=minimum)[1]
    if array_api_compat.is_torch_array(points):
        points = points.detach().cpu().numpy()
    elif getattr(x, "dtype", None) == np.float32:
        points = points.astype(np.float32)  # back from double, without loss
    found: NDArray[Any] = points
    return found


def symbols(values: NDArray[Any], n_bins: int, binning: str) -> NDArray[Any]:
    """Return the bin of each value when all values share one axis cut by one rule."""
    if binning == "uniform":
        return equal_widths(values, n_bins, values.min())
    if binning == "quantile":
        edges = np.quantile(values, np.linspace(0, 1, n_bins + 1)[1:-1])
        return count_edges(values, edges.astype(values.dtype))
    return count_edges(values, adaptive_edges(values, n_bins, None))


def equal_widths(values: NDArray[Any], n_bins: int, low: float) -> NDArray[Any]:
    """Cut from `low` to the greatest value, which falls into the last bin."""
    high = values.max()
    shares = (values - low) / (high - low if high > low else 1)
    return np.minimum((shares * n_bins).astype(np.int64), n_bins - 1)


def adaptive_edges(values: NDArray[Any], n_bins: int, lower: float | None) -> NDArray[Any]:
    """Return edges between which lie equally many distinct values above `lower`.

    Where `lower` is left out it is 0 if no value is negative; otherwise nothing is set apart.
    """
    distinct = sorted_distinct(values)
    if lower is None and distinct[0] >= 0:
        lower = 0.0
    edges: list[Any] = []
    if lower is not None:
        edges = [lower]
        distinct = distinct[np.searchsorted(distinct, values.dtype.type(lower), "right") :]
    if len(distinct):
        edges += [*distinct[np.arange(n_bins) * len(distinct) // n_bins], distinct[-1]]
    found: NDArray[Any] = np.unique(np.asarray(edges, dtype=values.dtype))
    return found


def checked_edges(edges: Any) -> NDArray[np.float64]:
    """Return edges if they rise."""
    checked = check_array("edges", edges, ndim=1)
    if (np.diff(checked) <= 0).any():
        where = int(np.argmax(np.diff(checked) <= 0)) + 1
        raise ValueError(
            f"`edges` must rise, got {checked[where]} after {checked[where - 1]} at index {where}"
        )
    return checked


def cells(bins: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return one number for each row of bins, equal for equal rows, and the number above all.

    Bins are the digits of the number; a number that grows too large is replaced by its rank.
    """
    radix = int(bins.max()) + 1
    found, n_cells = np.zeros(len(bins), np.int64), 1
    start = 0
    while start < bins.shape[1]:
        n_digits = min(_room(radix, n_cells), bins.shape[1] - start)
        if n_digits == 0:
            found, n_cells = packed(found)
            continue
        stop = start + n_digits
        found = found * radix**n_digits + as_digits(bins[:, start:stop], radix)
        n_cells *= radix**n_digits
        start = stop
    return found, n_cells


def _room(radix: int, n_cells: int) -> int:
    """Return how many digits more a number below `n_cells` can take."""
    n_digits = 0
    while n_cells * radix ** (n_digits + 1) <= _LARGEST and n_digits < _MOST_DIGITS:
        n_digits += 1
    return n_digits


def joint_counts(
    found: NDArray[np.int64], n_cells: int, labels: NDArray[np.int64], n_labels: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count cells, and cells with labels, in one sort; only what occurs is counted."""
    if n_cells * n_labels > _LARGEST:
        found, n_cells = packed(found)
        labels, n_labels = packed(labels)
    pairs = np.sort(found * n_labels + labels)
    return _runs(pairs // n_labels), _runs(pairs)


def _runs(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often each of the values comes in turn."""
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return np.diff(ends, prepend=-1)
