"""Points of any dimension, as arrays or tensors."""

import math
from typing import Any

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array
from infomax.measures._inputs import to_numpy, values_are_known


def checked_points(name: str, x: Any, *, minimum: int = 2) -> tuple[Any, Any]:
    """Return the namespace of points and the points, (n, d), finite and of a real float type."""
    if array_api_compat.is_torch_array(x):
        xp, points = array_api_compat.array_namespace(x), _float_tensor(name, x)
        if values_are_known(points) and not math.isfinite(points.detach().sum()):
            check_array(name, to_numpy(points))  # tells where, unless the sum alone overflows
    else:
        xp, points = array_api_numpy, check_array(name, x)
    if points.ndim == 1:
        points = points[:, None]
    if points.ndim != 2 or points.shape[1] == 0:
        raise ValueError(f"`{name}` must have shape (n,) or (n, d), got {tuple(points.shape)}")
    if points.shape[0] < minimum:
        raise ValueError(f"`{name}` must hold at least {minimum} points, got {points.shape[0]}")
    return xp, points


def like_points(value: Any, points: Any) -> Any:
    """Return a result of NumPy on the device of the points, if they are a tensor."""
    if not array_api_compat.is_torch_array(points):
        return np.asarray(value)
    xp = array_api_compat.array_namespace(points)
    return xp.asarray(np.array(value), dtype=points.dtype, device=points.device)


def as_float(value: Any) -> float:
    """Return a number, or a 0-d tensor without its history, as a float."""
    return float(to_numpy(value))


def _float_tensor(name: str, x: Any) -> Any:
    if x.is_complex():
        raise ValueError(f"`{name}` must hold real numbers, got {x.dtype}")
    if not x.dtype.is_floating_point:
        return x.double()
    return x.float() if x.element_size() < 4 else x
