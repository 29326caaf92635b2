"""Distances between points, and how those of two variables make one."""

from collections.abc import Callable
from typing import Any, TypeAlias

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array, check_choice
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points, like_points

Metric: TypeAlias = str | Callable[[Any, Any], float]
GROUNDS = ("sum", "euclidean", "max")
_METRICS = ("euclidean", "cityblock", "chebyshev", "discrete", "precomputed")
_ORDERS = {"euclidean": 2.0, "cityblock": 1.0, "chebyshev": float("inf")}


def distances(name: str, x: Any, metric: Metric) -> Any:
    """Return the distances of all pairs of points, (n, n), as an array or a tensor."""
    if metric == "precomputed":
        return _checked_distances(name, x)
    if not callable(metric):
        check_choice(f"metric_{name}", metric, _METRICS)
    _, points = checked_points(name, x)
    if array_api_compat.is_torch_array(points) and metric in _ORDERS:
        import torch

        mode = "donot_use_mm_for_euclid_dist"  # the other is far off for near points
        return torch.cdist(points, points, p=_ORDERS[metric], compute_mode=mode)
    from scipy.spatial.distance import cdist

    array = to_numpy(points)
    if metric == "discrete":
        found = (cdist(array, array, "hamming") > 0).astype(np.float64)
    else:
        found = cdist(array, array, metric)  # type: ignore[arg-type]  # a callable's stub is narrow
    return like_points(found, points)


def combined(xp: Any, along_x: Any, along_y: Any, ground: str) -> Any:
    """Return the distance of two pairs from the distances of their parts."""
    if ground == "sum":
        return along_x + along_y
    if ground == "max":
        return xp.maximum(along_x, along_y)
    squared = along_x**2 + along_y**2
    apart = squared > 0  # elsewhere the root has no gradient
    return xp.where(apart, xp.where(apart, squared, xp.ones_like(squared)) ** 0.5, squared)


def namespace(*arrays: Any) -> Any:
    """Return the namespace of arrays of which some may be tensors."""
    tensors = [a for a in arrays if array_api_compat.is_torch_array(a)]
    return array_api_compat.array_namespace(*tensors) if tensors else array_api_numpy


def alike(*arrays: Any) -> tuple[Any, list[Any]]:
    """Return the namespace of arrays, and the arrays in it, of one type and on one device."""
    xp = namespace(*arrays)
    tensors = [a for a in arrays if array_api_compat.is_torch_array(a)]
    if not tensors:
        return xp, list(arrays)
    like = tensors[0].to(xp.result_type(*tensors))
    return xp, [
        a.to(like.dtype) if array_api_compat.is_torch_array(a) else like_points(a, like)
        for a in arrays
    ]


def _checked_distances(name: str, matrix: Any) -> Any:
    array = check_array(name, to_numpy(matrix), ndim=2)
    if array.shape[0] != array.shape[1] or len(array) < 2:
        raise ValueError(f"`{name}` must hold distances of shape (n, n), got {array.shape}")
    if (array < 0).any() or np.abs(array - array.T).max() > 1e-8 * array.max():
        raise ValueError(f"`{name}` must hold symmetric distances of at least 0, got others")
    return matrix if array_api_compat.is_torch_array(matrix) else array
