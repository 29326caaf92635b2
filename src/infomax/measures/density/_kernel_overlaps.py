"""How much Gaussian kernels on points overlap, block by block."""

import math
from collections.abc import Sequence
from typing import Any

_BLOCK = 2**19  # entries of the matrix of kernels held at once


def mean_log_overlaps(
    xp: Any, points: Any, variance: Any, groups: Sequence[slice] = ()
) -> tuple[Any, Any]:
    r"""Return the mean of :math:`\log \frac1n \sum_j e^{-\|x_i - x_j\|^2 / 2v}` over points.

    First with j over all points, then with j over the points of the group of i; groups are
    neighbouring rows that cover all points, one group of all if left out.
    """
    left, right = _factors(xp, points, variance)
    n = points.shape[0]
    rows = max(1, _BLOCK // n)
    among_all, within = [], []
    for group in groups or (slice(0, n),):
        size = group.stop - group.start
        for start in range(group.start, group.stop, rows):
            block = left[start : min(start + rows, group.stop)] @ right.T
            kernel = xp.exp(xp.clip(block, None, 0.0))
            among_all.append(_log_mean(xp, kernel, n))
            within.append(_log_mean(xp, kernel[:, group], size))
    return xp.mean(xp.concat(among_all)), xp.mean(xp.concat(within))


def mean_log_overlap_with_others(xp: Any, points: Any, variance: Any) -> Any:
    """Return the mean log of the average kernel from a point to each of the others."""
    left, right = _factors(xp, points, variance)
    n = points.shape[0]
    rows = max(1, _BLOCK // n)
    columns = xp.arange(n, device=points.device)
    found = []
    for start in range(0, n, rows):
        block = left[start : start + rows] @ right.T
        own = columns[start : start + rows, None] == columns[None]
        block = xp.where(own, -math.inf, xp.clip(block, None, 0.0))
        top = xp.max(block, axis=1, keepdims=True)
        found.append(xp.log(xp.sum(xp.exp(block - top), axis=1) / (n - 1)) + top[:, 0])
    return xp.mean(xp.concat(found))


def _log_mean(xp: Any, kernel: Any, n: int) -> Any:
    """Return the log of the mean of each row; a point overlaps itself by 1, whatever rounding did."""
    return xp.log(xp.clip(xp.sum(kernel, axis=1), 1.0, None) / n)


def _factors(xp: Any, points: Any, variance: Any) -> tuple[Any, Any]:
    """Return matrices whose product holds minus half the squared distances over the variance."""
    scaled = (points - xp.mean(points, axis=0)) / xp.sqrt(variance)
    norms = -0.5 * xp.sum(scaled * scaled, axis=1, keepdims=True)
    ones = xp.ones_like(norms)
    return xp.concat([scaled, norms, ones], axis=1), xp.concat([scaled, ones, norms], axis=1)
