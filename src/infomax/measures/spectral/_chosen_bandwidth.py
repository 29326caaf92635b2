"""How wide the kernel of a random walk should be."""

import math
from typing import Any

import numpy as np
from array_api_compat import numpy as array_api_numpy
from numpy.typing import NDArray

from infomax._arguments import check_at_least, check_choice
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import to_numpy
from infomax.measures.kernels._bandwidth import median_bandwidth
from infomax.measures.spectral._diffusion_kernel import (
    gaussian_kernel,
    scaled_both_ways,
    walk_scale,
)

_RULE_SAMPLES = 1500
_RULE_LEVEL = 0.01


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
