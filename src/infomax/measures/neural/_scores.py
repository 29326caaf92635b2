"""A matrix of scores: pairs on its diagonal, strangers beside it."""

import math
from typing import Any

import array_api_compat
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array


def checked_scores(scores: Any, *, name: str = "scores") -> tuple[Any, Any]:
    """Return the namespace of a matrix of scores and the matrix, (n, n) and finite."""
    xp, matrix = finite(name, scores)
    shape = tuple(matrix.shape)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2:
        raise ValueError(f"`{name}` must have shape (n, n) with n of at least 2, got {shape}")
    return xp, matrix


def finite(name: str, values: Any) -> tuple[Any, Any]:
    """Return the namespace of an array or tensor and the array, without NaN or infinity."""
    if not array_api_compat.is_torch_array(values):
        return array_api_numpy, check_array(name, values)
    xp: Any = array_api_compat.array_namespace(values)
    if not values.dtype.is_floating_point:
        values = values.double()
    if values.numel() == 0 or not bool(xp.all(xp.isfinite(values))):
        check_array(name, values.detach().cpu().numpy())  # tells where
    return xp, values


def joint_and_apart(xp: Any, matrix: Any) -> tuple[Any, Any]:
    """Return the diagonal, (n,), and all the rest, (n - 1, n)."""
    n = matrix.shape[0]
    rest = xp.reshape(xp.reshape(matrix, (-1,))[:-1], (n - 1, n + 1))[:, 1:]
    return xp.linalg.diagonal(matrix), rest


def log_mean_exp(xp: Any, values: Any) -> Any:
    """Return the logarithm of the mean of the exponentials of all values."""
    return log_sum_exp(xp, xp.reshape(values, (-1,))) - math.log(math.prod(values.shape))


def log_sum_exp(xp: Any, values: Any) -> Any:
    """Return the logarithm of the sum of exponentials along the last axis; -inf counts as none."""
    top = xp.max(values, axis=-1, keepdims=True)
    if xp is not array_api_numpy:
        top = top.detach()
    return top[..., 0] + xp.log(xp.sum(xp.exp(values - top), axis=-1))
