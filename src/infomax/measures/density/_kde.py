"""Entropy and information of points blurred by Gaussian noise: bounds of Kolchinsky and Tracey."""

import math
from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_base, check_between, check_choice
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import in_base, not_below_zero
from infomax.measures._points import as_float, checked_points
from infomax.measures.density._kernel_overlaps import (
    mean_log_overlap_with_others,
    mean_log_overlaps,
)
from infomax.measures.density._layer_information import (
    LayerInformation,
    layer_information,
    warn_near_ceiling,
)
from infomax.measures.discrete._labels import codes

_BOUNDS = {"upper": 1.0, "lower": 4.0}  # by which the variance of the noise is multiplied
_RULES = ("adaptive", "scale_invariant")
_RELEASED = 0.01


def kde_entropy(x: Any, *, variance: Any, bound: str = "upper", base: float | None = None) -> Any:
    r"""Entropy of points blurred by Gaussian noise, bounded through pairs of points.

    For the mixture of :math:`N(x_i, v I)` with equal weights, entropy is at most

    .. math:: \tfrac d2 \log 2\pi e v - \tfrac1n \sum_i \log \tfrac1n \sum_j
        e^{-\|x_i - x_j\|^2 / 2v}

    ("upper", through divergences of Kullback and Leibler) and at least the same with :math:`8v`
    in place of :math:`2v` ("lower", through distances of Bhattacharyya). "loo" is another
    question: :math:`-\tfrac1n \sum_i \log \tfrac{1}{n-1} \sum_{j \ne i} N(x_i; x_j, v I)`
    estimates the entropy of the density that the points were drawn from, on average from above.

    The bounds say what noise leaves of given points, as a noisy channel or a layer has them. For
    the entropy of a density take "loo", or `knn_entropy`, which needs no bandwidth.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points; ``(n,)`` is n points of one dimension.
    variance : float or 0-d tensor
        v, variance of the noise on each axis, above 0; not its standard deviation.
    bound : {"upper", "lower", "loo"}
        As above.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        May be negative. A tensor, differentiable in `x` and in `variance`, if `x` is one.

    Raises
    ------
    ValueError
        If there are fewer than two points, one is not finite, or an option is out of range.

    Notes
    -----
    O(n² d), in blocks of half a million pairs; a gradient keeps all pairs. Tensors of single
    precision are computed in double and answered in single, for squared distances over small
    variances lose digits: below some 1e-12 of the squared size of the cloud, distances to near
    neighbours are rounding, in double too.

    References
    ----------
    Kolchinsky and Tracey (2017), Equations 10 and 11.

    Examples
    --------
    >>> points = [0.0, 0.0, 100.0, 100.0]  # two far clusters: one bit above the noise alone
    >>> noise = kde_entropy([0.0, 0.0], variance=0.1, base=2)
    >>> [round(kde_entropy(points, variance=0.1, bound=b, base=2) - noise, 6)
    ...  for b in ("upper", "lower")]
    [1.0, 1.0]
    """
    check_choice("bound", bound, (*_BOUNDS, "loo"))
    xp, given = checked_points("x", x)
    points, v = _wide(xp, given), _checked_variance(xp, variance, given)
    d = points.shape[1]
    if bound == "loo":
        log_volume = d / 2 * (math.log(2 * math.pi) + xp.log(v))
        value = log_volume - mean_log_overlap_with_others(xp, points, v)
    else:
        value = _noise(xp, d, v) - mean_log_overlaps(xp, points, v * _BOUNDS[bound])[0]
    return in_base(_like(xp, value, given), base)


def kde_information(
    t: Any,
    y: Any = None,
    *,
    variance: Any = "adaptive",
    scale: float = 1e-3,
    bound: str = "upper",
    base: float | None = None,
    convention: str = "paper",
    random_state: RandomState = None,
) -> LayerInformation:
    r"""Information in a layer whose activity is blurred by noise that follows its size.

    :math:`I(T;X) = h(T) - \tfrac d2 \log 2\pi e v` and :math:`I(T;Y) = h(T) - \sum_y p(y)\,
    h(T \mid y)`, with h a bound of `kde_entropy`. A deterministic layer tells everything of its
    input, so what is measured is what survives noise of variance v: with v the same for all
    layers and epochs an unbounded activation seems to learn ever more as its weights grow.

    Take "adaptive" for the paper's rule and "scale_invariant" where layers of other scales are
    compared: only that one gives a layer and its multiple the same information. With the noise
    held fixed use a number. Kernels see distances in all units at once, so a wide layer has more
    room above the same noise than a narrow one; `binned_information` needs no noise.

    Parameters
    ----------
    t : array-like or tensor of shape (n,) or (n, d)
        Activity of a layer, one row an input, all inputs distinct.
    y : sequence of shape (n,), optional
        Labels.
    variance : {"adaptive", "scale_invariant"}, float or 0-d tensor
        Variance of the noise: ``scale`` times the largest absolute activity, ``scale`` times
        its square, or a number of one's own. A layer that is all zero has as much noise as one
        whose largest activity is 1.
    scale : float
        Of the first two; both rules agree where the largest activity is 1.
    bound : {"upper", "lower"}
        Bound on every entropy; I(T;X) is bounded with it, I(T;Y) as a difference is not.
    base : float, optional
        Base of the logarithm; nats when left out.
    convention : {"paper", "released"}
        See the notes.
    random_state : int, numpy.random.Generator or None
        For the noise that "released" adds.

    Returns
    -------
    LayerInformation
        I(T;X), I(T;Y), h(T) and the ceiling log n; tensors, differentiable in `t`, if `t` is one.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or an option is out of range.

    Warns
    -----
    EstimatorCeilingWarning
        If I(T;X) is near log n; not where a gradient is asked for, since that is a training loop.

    Notes
    -----
    O(n² d) in blocks; labels cost no second pass. **Where paper and code part.** The released code
    is not adaptive: it adds noise of standard deviation 0.01, takes absolute values, which folds
    negative activity onto positive, and then uses 0.01 as a variance, whatever the layer; this is
    "released". The constant of the paper's rule was not found in code: `scale` is the order of
    magnitude that the paper names.

    References
    ----------
    Chelombiev et al. (2019), Section 3. Kolchinsky and Tracey (2017). Saxe et al. (2018).

    Examples
    --------
    >>> import numpy as np
    >>> t = np.random.default_rng(0).normal(size=(500, 1))
    >>> fixed = [kde_information(s * t, variance=0.1).i_tx for s in (1, 10)]
    >>> follows = [kde_information(s * t, variance="scale_invariant").i_tx for s in (1, 10)]
    >>> [round(i, 2) for i in fixed], [round(i, 2) for i in follows]
    ([1.65, 3.85], [2.57, 2.57])
    """
    check_choice("bound", bound, _BOUNDS)
    check_choice("convention", convention, ("paper", "released"))
    check_base(base)
    xp, given = checked_points("t", t)
    points = _wide(xp, given)
    n, d = points.shape
    if convention == "released":
        if not (isinstance(variance, str) and variance == "adaptive"):
            raise ValueError(
                "`variance` must be left out with convention='released', which fixes it, "
                f"got {variance!r}"
            )
        points, v = _released(xp, points, random_state), _as_array(xp, _RELEASED, points)
    else:
        v = _layer_variance(xp, points, given, variance, scale)
    groups: list[slice] = []
    if y is not None:
        points, groups = _by_label(xp, points, y)
    among_all, within = mean_log_overlaps(xp, points, v * _BOUNDS[bound], groups)
    found = layer_information(
        _like(xp, not_below_zero(xp, -among_all), given),
        None if y is None else _like(xp, within - among_all, given),
        _like(xp, _noise(xp, d, v) - among_all, given),
        math.log(n),
        base,
    )
    if not getattr(found.i_tx, "requires_grad", False):
        warn_near_ceiling(found, "widen the noise, take more inputs")
    return found


def _noise(xp: Any, d: int, v: Any) -> Any:
    """Return the entropy of the noise alone."""
    return d / 2 * (math.log(2 * math.pi) + 1 + xp.log(v))


def _layer_variance(xp: Any, points: Any, given: Any, variance: Any, scale: float) -> Any:
    if not isinstance(variance, str):
        return _checked_variance(xp, variance, given)
    rule = check_choice("variance", variance, _RULES)
    check_between("scale", scale, 0, math.inf, open_low=True, open_high=True)
    largest = xp.max(xp.abs(points))
    largest = xp.where(largest > 0, largest, xp.ones_like(largest))
    if not 1e-150 < as_float(largest) < 1e150:
        raise ValueError(
            "`t` must be of a size whose square double precision can hold, got a largest activity "
            f"of {as_float(largest):g}"
        )
    return scale * (largest if rule == "adaptive" else largest * largest)


def _released(xp: Any, points: Any, random_state: RandomState) -> Any:
    """Blur and fold as the released code does."""
    drawn = random_generator(random_state).normal(0.0, _RELEASED, tuple(points.shape))
    return xp.abs(points + xp.asarray(drawn, device=points.device))


def _by_label(xp: Any, points: Any, y: Any) -> tuple[Any, list[slice]]:
    """Sort points by their labels and return where each label begins and ends."""
    labels, n_labels = codes("y", y)
    if len(labels) != points.shape[0]:
        raise ValueError(
            f"`y` must hold one label a row of `t` ({points.shape[0]}), got {len(labels)}"
        )
    order = xp.asarray(np.argsort(labels, kind="stable"), device=points.device)
    ends = np.cumsum(np.bincount(labels, minlength=n_labels)).tolist()
    groups = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
    return points[order], groups


def _checked_variance(xp: Any, variance: Any, given: Any) -> Any:
    """Return a variance above zero as a 0-d array or tensor."""
    if array_api_compat.is_torch_array(variance) and variance.ndim == 0:
        _check_positive(as_float(variance))
        if array_api_compat.is_torch_array(given):
            return _wide(xp, variance)
        variance = as_float(variance)
    _check_positive(variance)
    return _as_array(xp, variance, given)


def _check_positive(variance: float) -> None:
    check_between("variance", variance, 0, math.inf, open_low=True, open_high=True)


def _as_array(xp: Any, value: float, like: Any) -> Any:
    return xp.asarray(value, dtype=xp.float64, device=like.device)


def _wide(xp: Any, points: Any) -> Any:
    """Return points in double precision."""
    return xp.astype(points, xp.float64)


def _like(xp: Any, value: Any, given: Any) -> Any:
    """Return a 0-d tensor of the caller's type, or a float."""
    if array_api_compat.is_torch_array(value):
        return xp.astype(value, given.dtype)
    return float(value)
