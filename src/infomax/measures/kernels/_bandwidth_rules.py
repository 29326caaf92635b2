"""Bandwidths by the rules of kernel density estimation."""

import math
import warnings
from typing import Any

import numpy as np

from infomax.exceptions import PrecisionWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points


def scott_bandwidth(x: Any) -> float:
    r"""Scott's rule: the bandwidth that suits the density of n points like a Gaussian's.

    :math:`\sigma = s\, n^{-1/(d+4)}`, with s² the mean over axes of the sample variance.

    A rule for estimating densities, it narrows as points become many; to compare points by kernels
    at the scale of the whole cloud take `median_bandwidth`. Axes of unequal spread should be
    standardised first, for one bandwidth serves all.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points; ``(n,)`` is n points of one dimension.

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
        If all points coincide: the answer is then 1.

    References
    ----------
    Scott (1992), Section 6.3.

    Examples
    --------
    >>> import numpy as np
    >>> round(scott_bandwidth(np.random.default_rng(0).normal(size=1000)), 2)
    0.25
    """
    n, d, spread = _shape_and_spread(x)
    return spread * math.pow(n, -1 / (d + 4))


def silverman_bandwidth(x: Any) -> float:
    r"""Silverman's rule: as Scott's, with the constant that is best for a Gaussian.

    :math:`\sigma = s\, \left(\frac{n (d + 2)}{4}\right)^{-1/(d+4)}`, with s² the mean over axes of
    the sample variance: 1.06 times `scott_bandwidth` in one dimension, the same in two, less beyond.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points; ``(n,)`` is n points of one dimension.

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
        If all points coincide: the answer is then 1.

    References
    ----------
    Silverman (1986), Section 4.3.

    Examples
    --------
    >>> import numpy as np
    >>> round(silverman_bandwidth(np.random.default_rng(0).normal(size=1000)), 2)
    0.26
    """
    n, d, spread = _shape_and_spread(x)
    return spread * math.pow(n * (d + 2) / 4, -1 / (d + 4))


def _shape_and_spread(x: Any) -> tuple[int, int, float]:
    points = to_numpy(checked_points("x", x)[1])
    spread = math.sqrt(float(np.mean(np.var(points, axis=0, ddof=1))))
    if spread == 0:
        warnings.warn(
            "all points of `x` coincide; the bandwidth is 1", PrecisionWarning, stacklevel=3
        )
        spread = 1.0
    return *points.shape, spread
