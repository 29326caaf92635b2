"""Entropy and mutual information of numbers, by cutting each axis into bins."""

from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice, check_count
from infomax.measures.density._symbols import BINNINGS, cells, float_points, symbols
from infomax.measures.discrete._labels import codes, packed
from infomax.measures.discrete._plain import label_entropy, label_information


def binned_entropy(
    x: Any, *, n_bins: int = 2, binning: str = "uniform", base: float | None = None
) -> float:
    r"""Entropy of the cells into which points fall when each axis is cut into bins.

    :math:`-\sum_c p_c \log p_c` over the occupied cells of a grid of `n_bins` an axis, where
    :math:`p_c` is the share of points in cell c.

    In many dimensions every point falls into a cell of its own and the value is log n, whatever
    the cloud: there `diffusion_spectral_entropy` still tells clouds apart, and `knn_entropy`
    estimates the entropy of a density.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Points; ``(n,)`` is n points of one dimension.
    n_bins : int
        Bins an axis.
    binning : {"uniform", "quantile", "adaptive"}
        Bins of equal width between the least and the greatest value, of equal number of points,
        or of equal number of distinct values (`adaptive_bin_edges`). An axis that does not vary
        has one bin.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Between 0 and log n; a float for tensors too, since counting has no gradient.

    Raises
    ------
    ValueError
        If there is no point, one is not finite, or an option is out of range.

    Notes
    -----
    O(n d + n log n).

    References
    ----------
    Shwartz-Ziv and Tishby (2017).

    Examples
    --------
    >>> round(binned_entropy([[0.0, 0.0], [0.1, 0.2], [1.0, 0.9], [0.9, 0.1]], base=2), 3)
    1.5
    """
    return float(label_entropy(_cells("x", x, n_bins, binning), base=base))


def binned_mutual_information(
    x: Any, y: Any, *, n_bins: int = 10, binning: str = "uniform", base: float | None = None
) -> float:
    r"""Mutual information of two variables, by cutting the axes of numbers into bins.

    :math:`I = \sum_{c,e} p_{ce} \log \frac{p_{ce}}{p_c p_e}` over pairs of occupied cells. Labels
    (whole numbers or words, one a point) stay as they are; floats and vectors are binned.

    Quick, but the answer depends on the number of bins: with few points a cell it is far too
    high, for every cell seems to know its label.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Numbers or labels; ``(n,)`` is n points of one dimension.
    n_bins : int
        Bins an axis.
    binning : {"uniform", "quantile", "adaptive"}
        As in `binned_entropy`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        At least 0; a float for tensors too.

    Raises
    ------
    ValueError
        If lengths differ, something is empty or not finite, or an option is out of range.

    Notes
    -----
    O(n d + n log n).

    References
    ----------
    Shwartz-Ziv and Tishby (2017).

    Examples
    --------
    >>> heights = [1.5, 1.6, 1.9, 1.8]
    >>> round(binned_mutual_information(heights, ["a", "a", "b", "b"], n_bins=2, base=2), 3)
    1.0
    """
    cells = [_labels_or_cells(name, z, n_bins, binning) for name, z in (("x", x), ("y", y))]
    return float(label_information(*cells, base=base))


def _labels_or_cells(name: str, values: Any, n_bins: int, binning: str) -> NDArray[np.int64]:
    if array_api_compat.is_torch_array(values):
        values = values.detach().cpu().numpy()
    array = np.asarray(values)
    if array.ndim == 1 and array.dtype.kind != "f":
        return codes(name, array)[0]
    return _cells(name, array, n_bins, binning)


def _cells(name: str, x: Any, n_bins: int, binning: str) -> NDArray[np.int64]:
    """Return the cell of each point, numbered from zero."""
    check_count("n_bins", n_bins)
    check_choice("binning", binning, BINNINGS)
    points = float_points(name, x).astype(np.float64, copy=False)
    bins = [symbols(np.ascontiguousarray(axis), n_bins, binning) for axis in points.T]
    return packed(cells(np.stack(bins, axis=1))[0])[0]
