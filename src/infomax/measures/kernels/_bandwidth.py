"""How wide a kernel should be."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import PrecisionWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points


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
