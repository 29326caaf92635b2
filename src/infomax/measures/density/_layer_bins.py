"""Information in a layer whose units share one axis, cut into bins."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_between, check_choice, check_count
from infomax.measures.density._distinct import count_edges
from infomax.measures.density._layer_information import (
    LayerInformation,
    layer_information,
    warn_near_ceiling,
)
from infomax.measures.density._symbols import (
    BINNINGS,
    adaptive_edges,
    cells,
    checked_edges,
    equal_widths,
    float_points,
    joint_counts,
    symbols,
)
from infomax.measures.discrete._estimators import ESTIMATORS, entropy_of_counts
from infomax.measures.discrete._labels import codes


def adaptive_bin_edges(t: Any, *, n_bins: int = 30, lower: float | None = None) -> NDArray[Any]:
    r"""Edges that cut the activity of a layer so that each bin holds as many distinct values.

    With u the distinct values above `lower` in rising order, edges are `lower`,
    :math:`u_{\lfloor k |u| / B \rfloor}` for k = 0 … B - 1, and the last of u; edges that
    coincide are merged. A value belongs to the bin of the last edge at or below it, so that values
    equal to `lower`, such as the zeros of units that are off, have a bin of their own.

    Distinct values are counted, not inputs: a saturated value that a thousand inputs share takes
    up no more of the axis than any other, which equal mass (``binning="quantile"``) would let it.

    Parameters
    ----------
    t : array-like or tensor of shape (n,) or (n, d)
        Activity of a layer; all units share the edges.
    n_bins : int
        B, bins of equal number of distinct values.
    lower : float, optional
        Smallest value that the activation can take, 0 for ReLU and just below -1 for tanh. When
        left out it is 0 if no activity is negative, and else no value is set apart, which gives
        the bins of any `lower` that is not reached.

    Returns
    -------
    array of shape (n_edges,)
        Rising, at most `n_bins` + 2; an array for tensors too.

    Raises
    ------
    ValueError
        If an activity lies below `lower` or is not finite, or `n_bins` is below 1.

    Notes
    -----
    O(n d): values are sorted by their digits.

    References
    ----------
    Chelombiev et al. (2019), Section 3.1.

    Examples
    --------
    >>> adaptive_bin_edges([0.0, 0.0, 0.0, 1.0, 2.0, 5.0, 30.0], n_bins=2)
    array([ 0.,  1.,  5., 30.])
    """
    check_count("n_bins", n_bins)
    values = float_points("t", t)
    _refuse_below(values, lower)
    return adaptive_edges(values, n_bins, lower)


def binned_information(
    t: Any,
    y: Any = None,
    *,
    x: Any = None,
    n_bins: int = 30,
    binning: str = "adaptive",
    lower: float | None = None,
    edges: Any = None,
    base: float | None = None,
    estimator: str = "plugin",
) -> LayerInformation:
    r"""Information in a layer, by cutting the one axis that its units share into bins.

    An input's symbol is the row of its units' bins. A layer is a function of its input, so that
    :math:`I(T;X) = H(T)`, the entropy of the symbols, and :math:`I(T;Y) = H(T) - H(T \mid Y)`.

    "adaptive" puts edges where the layer's activity is, so that a layer which grows is seen as
    well as one which saturates; bins of a fixed width see ReLU units that grow as units that learn
    nothing new, and lose small ones. Take "global" to repeat studies with fixed bins,
    `binned_mutual_information` where axes have scales of their own, and `kde_information` for an
    answer that can be differentiated.

    Parameters
    ----------
    t : array-like or tensor of shape (n,) or (n, d)
        Activity of a layer, one row an input.
    y : sequence of shape (n,), optional
        Labels.
    x : sequence of shape (n,), optional
        Which input each row is, where inputs are repeated and the layer is noisy: I(T;X) is then
        :math:`H(T) - H(T \mid X)`. All rows are distinct inputs when left out.
    n_bins : int
        Bins of the axis.
    binning : {"adaptive", "uniform", "quantile", "global"}
        Equal numbers of distinct values (`adaptive_bin_edges`), equal widths up to the layer's
        greatest activity, equal numbers of activities, or `edges` of one's own.
    lower : float, optional
        Where the axis begins for "adaptive" and "uniform"; for the latter the smallest activity
        when left out.
    edges : array-like of shape (n_edges,), optional
        For "global": rising; activity at or above the last falls into one bin.
    base : float, optional
        Base of the logarithm; nats when left out.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        Of the entropies, as in `entropy`; "james_stein" and "nsb" take the rows
        of bins that occur for all there are.

    Returns
    -------
    LayerInformation
        I(T;X), I(T;Y), H(T) and the ceiling, log n or the entropy of `x`; floats for tensors too,
        since counting has no gradient.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite or lies below the axis, or an option is out of
        range.

    Warns
    -----
    EstimatorCeilingWarning
        If I(T;X) is near its ceiling.

    Notes
    -----
    O(n d + n log n). Rows are numbered by their bins as digits, not hashed: no two are confused.
    **Where paper and code part.** The released code takes `lower` from the kind of activation, -1
    for tanh and ELU and 0 for all others. Activity below it makes its adaptive edges fall back, at
    which NumPy stops, and lets its bins of equal width put the lowest activities, through index
    -1, together with the largest; here such activity is refused. Its bins of equal width are one
    fewer than asked for, with one more for the largest activity alone.

    References
    ----------
    Chelombiev et al. (2019), Section 3.1. Shwartz-Ziv and Tishby (2017).

    Examples
    --------
    >>> import numpy as np
    >>> t = np.maximum(np.random.default_rng(0).normal(size=(1000, 2)), 0)
    >>> small = t / 100
    >>> [round(binned_information(a, n_bins=5).i_tx, 3) for a in (t, small)]
    [2.934, 2.934]
    >>> fixed = {"binning": "global", "edges": np.linspace(0, 4, 6)}
    >>> [round(binned_information(a, **fixed).i_tx, 3) for a in (t, small)]
    [1.269, 0.0]
    """
    check_count("n_bins", n_bins)
    check_choice("estimator", estimator, ESTIMATORS)
    bins = _bins(float_points("t", t, minimum=2), n_bins, binning, lower, edges)
    found, n_cells = cells(bins)
    alone = np.zeros(len(bins), np.int64), 1
    about_inputs = None if x is None else _labels("x", x, len(bins))
    about_labels = None if y is None else _labels("y", y, len(bins))

    def counted(labels: tuple[NDArray[np.int64], int]) -> tuple[float, float]:
        """Return H(T) and H(T | labels)."""
        rows, pairs = joint_counts(found, n_cells, *labels)
        own = _entropy(np.bincount(labels[0]), estimator)
        return _entropy(rows, estimator), _entropy(pairs, estimator) - own

    h_t, given_y = counted(about_labels or alone)
    i_tx, ceiling = h_t, float(np.log(len(bins)))
    if about_inputs is not None:
        i_tx = h_t - counted(about_inputs)[1]
        ceiling = _entropy(np.bincount(about_inputs[0]), "plugin")
    i_ty = None if about_labels is None else h_t - given_y
    information = layer_information(i_tx, i_ty, h_t, ceiling, base)
    warn_near_ceiling(information, "take fewer bins or more inputs")
    return information


def _bins(
    points: NDArray[Any], n_bins: int, binning: str, lower: float | None, edges: Any
) -> NDArray[Any]:
    check_choice("binning", binning, (*BINNINGS, "global"))
    if (edges is not None) != (binning == "global"):
        raise ValueError(
            "`edges` must be given with binning='global' and with no other, "
            f"got binning={binning!r} and edges={edges!r}"
        )
    if lower is not None and binning not in ("adaptive", "uniform"):
        raise ValueError(f"`lower` must be left out with binning={binning!r}, got {lower!r}")
    if binning == "global":
        rising = checked_edges(edges)
        _refuse_below(points, float(rising[0]), "edges[0]")
        return count_edges(points, rising.astype(points.dtype))
    _refuse_below(points, lower)
    if lower is not None and binning == "uniform":
        return equal_widths(points, n_bins, lower)
    if binning == "adaptive":
        return count_edges(points, adaptive_edges(points, n_bins, lower))
    return symbols(points, n_bins, binning)


def _refuse_below(values: NDArray[Any], lower: float | None, name: str = "lower") -> None:
    """Refuse activity for which there is no bin."""
    if lower is None:
        return
    check_between(name, lower, -np.inf, np.inf, open_low=True, open_high=True)
    if (values < values.dtype.type(lower)).any():
        where = tuple(int(i) for i in np.unravel_index(values.argmin(), values.shape))
        raise ValueError(
            f"`t` must not lie below {name} = {lower!r}, got {values[where]} at {where}"
        )


def _labels(name: str, labels: Any, n: int) -> tuple[NDArray[np.int64], int]:
    found, n_labels = codes(name, labels)
    if len(found) != n:
        raise ValueError(f"`{name}` must hold one label a row of `t` ({n}), got {len(found)}")
    return found, n_labels


def _entropy(counts: NDArray[np.int64], estimator: str) -> float:
    return entropy_of_counts(counts, estimator)
