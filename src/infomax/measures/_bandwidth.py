"""How wide a kernel should be."""

import math
import warnings
from typing import Any

import numpy as np
from array_api_compat import numpy as array_api_numpy
from numpy.typing import NDArray

from infomax._arguments import check_at_least, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import PrecisionWarning
from infomax.measures._diffusion_kernel import (
    checked_points,
    gaussian_kernel,
    scaled_both_ways,
    walk_scale,
)
from infomax.measures._inputs import to_numpy

_RULE_SAMPLES = 1500
_RULE_LEVEL = 0.01


def median_bandwidth(x: Any, *, max_samples: int = 2000, random_state: RandomState = None) -> float:
    r"""Median distance between two points, a bandwidth that follows the scale of the data.

    :math:`\sigma = \operatorname{median}_{i<j} \|x_i - x_j\|`, for kernels
    :math:`\exp(-\|x - y\|^2 / 2\sigma^2)`.

    Measures taken at this bandwidth do not change when all points are multiplied by a number; at
    a fixed bandwidth they do, and may tell the radius of a cloud rather than its shape.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points; ``(n,)`` is n points of one dimension.
    max_samples : int
        Of more points than this, so many are drawn.
    random_state : int, numpy.random.Generator or None
        For that draw.

    Returns
    -------
    float
        Above 0; a float for tensors too, for it is a setting and carries no gradient.

    Raises
    ------
    ValueError
        If there are fewer than two points, or one is not finite.

    Warns
    -----
    PrecisionWarning
        If more than half of the distances are 0: the median of the others is taken, or 1 where
        all points coincide.

    Notes
    -----
    O(m² d) for m = min(n, max_samples).

    References
    ----------
    Gretton et al. (2012).

    Examples
    --------
    >>> median_bandwidth([0.0, 1.0, 3.0])
    2.0
    """
    from scipy.spatial.distance import pdist

    check_count("max_samples", max_samples, minimum=2)
    points = to_numpy(checked_points("x", x)[1])
    if len(points) > max_samples:
        generator = random_generator(random_state)
        points = points[generator.choice(len(points), max_samples, replace=False)]
    distances: NDArray[np.float64] = pdist(points)
    median = float(np.median(distances))
    if median > 0:
        return median
    apart = distances[distances > 0]
    warnings.warn(
        "more than half of the distances in `x` are 0; the bandwidth is "
        + ("the median of the others" if apart.size else "1, for all points coincide"),
        PrecisionWarning,
        stacklevel=2,
    )
    return float(np.median(apart)) if apart.size else 1.0


def chosen_bandwidth(
    bandwidth: Any, points: Any, t: float, convention: str, random_state: RandomState
) -> float:
    """Return a bandwidth as a number: checked, the median, or by the one-per-cent rule."""
    if not isinstance(bandwidth, str):
        number = check_at_least("bandwidth", bandwidth, 0, strict=True)
        if math.isinf(number):
            raise ValueError(f"`bandwidth` must be finite, got {bandwidth!r}")
        return number
    check_choice("bandwidth", bandwidth, ("median", "rule"))
    plain = to_numpy(points)
    generator = random_generator(random_state)
    if bandwidth == "median":
        return median_bandwidth(plain, random_state=generator)
    return _rule_bandwidth(plain, t, convention, generator)


def _rule_bandwidth(
    points: NDArray[np.float64], t: float, convention: str, generator: np.random.Generator
) -> float:
    """Return the smallest bandwidth that leaves one eigenvalue in a hundred above 0.01.

    At least two may stay above, for the first always does. The count hardly depends on how many
    points stand for the cloud, so that more than `_RULE_SAMPLES` are never needed.
    """
    allowed = max(2, math.ceil(len(points) / 100))
    middle = median_bandwidth(points, random_state=generator)
    if len(points) > _RULE_SAMPLES:
        points = points[generator.choice(len(points), _RULE_SAMPLES, replace=False)]
    level = _RULE_LEVEL ** (1 / t)
    low, high = math.log(middle) - 7, math.log(middle) + 7
    while high - low > 0.01:
        trial = (low + high) / 2
        if _n_above(points, math.exp(trial), convention, level) <= allowed:
            high = trial
        else:
            low = trial
    return math.exp(high)


def _n_above(points: NDArray[np.float64], bandwidth: float, convention: str, level: float) -> int:
    """Count the eigenvalues of the walk above a level by Sylvester's law of inertia."""
    from scipy.linalg import lapack

    kernel = gaussian_kernel(array_api_numpy, points, bandwidth)
    scale = walk_scale(array_api_numpy, kernel, convention)
    matrix = scaled_both_ways(array_api_numpy, kernel, scale)
    matrix[np.diag_indices_from(matrix)] -= level
    factor, pivots, _ = lapack.dsytrf(matrix, lower=1, lwork=64 * len(matrix))
    single = pivots > 0  # a block of two has one eigenvalue of each sign
    return int((np.diag(factor)[single] > 0).sum() + (~single).sum() // 2)
