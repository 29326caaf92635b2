"""Log densities of points under many diagonal Gaussians, block by block."""

import math
from collections.abc import Iterator
from typing import Any

from infomax.measures._inputs import values_are_known
from infomax.measures._points import as_float

_BLOCK = 2**19  # pairs held at once
_LARGEST = 1e8  # squared distance in deviations; above it products lose digits that matter


def log_information(xp: Any, z: Any, mean: Any, std: Any, *, estimator: str) -> Any:
    r"""Return :math:`\log q(z_i|x_i) - \log \hat q(z_i)` of each point, in double precision.

    The common factor :math:`(2\pi)^{-k/2}` is left out of both. A lone point has nothing to be
    compared with, and 0.
    """
    n = mean.shape[0]
    if n == 1:
        return xp.sum(z - z, axis=1)
    z, mean, std = (xp.astype(array, xp.float64) for array in (z, mean, std))
    own = -0.5 * xp.sum(((z - mean) / std) ** 2, axis=1) - xp.sum(xp.log(std), axis=1)
    if estimator == "jensen":
        return own - _mean_log_density(xp, z, mean, std)
    others = xp.concat(
        [
            _log_sum_exp(xp, xp.where(is_own, -math.inf, block))
            for block, is_own in _blocks(xp, z, mean, std)
        ]
    )
    if estimator == "leave_one_out":
        return own - others + math.log(n - 1)
    top = xp.where(own > others, own, others)
    return own - top - xp.log(xp.exp(own - top) + xp.exp(others - top)) + math.log(n)


def _mean_log_density(xp: Any, z: Any, mean: Any, std: Any) -> Any:
    """Return the mean over j of log q(z_i|x_j), from sums over j alone."""
    z, mean, precision, constant = _centred(xp, z, mean, std)
    square, cross = xp.mean(precision, axis=0), xp.mean(precision * mean, axis=0)
    return (z * z) @ (-0.5 * square) + z @ cross + xp.mean(constant)


def _blocks(xp: Any, z: Any, mean: Any, std: Any) -> Iterator[tuple[Any, Any]]:
    """Go through rows of the matrix of log q(z_i|x_j), and tell where i is j."""
    n = mean.shape[0]
    columns = xp.arange(n, device=mean.device)
    z, mean, precision, constant = _centred(xp, z, mean, std)
    by_products = _keeps_digits(xp, z, mean, precision)
    rows = max(1, _BLOCK // (n if by_products else n * mean.shape[1]))
    right = xp.concat([-0.5 * precision, precision * mean], axis=1).T
    for start in range(0, n, rows):
        some = z[start : start + rows]
        if by_products:
            block = xp.concat([some * some, some], axis=1) @ right + constant
        else:
            scaled = (some[:, None] - mean[None]) ** 2 * precision[None]
            block = -0.5 * xp.sum(scaled, axis=2) - xp.sum(xp.log(std), axis=1)
        yield block, columns[start : start + rows, None] == columns[None]


def _centred(xp: Any, z: Any, mean: Any, std: Any) -> tuple[Any, Any, Any, Any]:
    """Move the origin among the means; return precisions and what does not depend on z, too."""
    center = xp.mean(mean, axis=0)
    z, mean, precision = z - center, mean - center, std**-2.0
    constant = -0.5 * xp.sum(mean * mean * precision, axis=1) - xp.sum(xp.log(std), axis=1)
    return z, mean, precision, constant


def _keeps_digits(xp: Any, z: Any, mean: Any, precision: Any) -> bool:
    """Whether an expanded square is good enough; inside `torch.func.vmap` nobody can tell."""
    if not values_are_known(z):
        return True
    farthest = xp.max(xp.abs(z), axis=0) + xp.max(xp.abs(mean), axis=0)
    return as_float(xp.sum(farthest * farthest * xp.max(precision, axis=0))) < _LARGEST


def _log_sum_exp(xp: Any, block: Any) -> Any:
    top = xp.max(block, axis=1, keepdims=True)
    return xp.log(xp.sum(xp.exp(block - top), axis=1)) + top[:, 0]
