"""What comes in and what goes out: NumPy in, float out; a tensor in, a 0-d tensor out."""

from typing import Any

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array, check_base, check_distribution


def to_numpy(value: Any) -> Any:
    """Return a tensor as a float64 NumPy array without its history, anything else as it came."""
    if array_api_compat.is_torch_array(value):
        return value.detach().cpu().double().numpy()
    return value


def values_are_known(x: Any) -> bool:
    """Whether numbers can be looked at; those of a tensor inside `torch.func.vmap` cannot."""
    if not array_api_compat.is_torch_array(x):
        return True
    import torch

    return not torch._C._functorch.is_batchedtensor(x)


def distributions(*named: tuple[str, Any], ndim: int | None = 1) -> tuple[Any, list[Any]]:
    """Check and normalise distributions; return their common namespace and them.

    One tensor among them turns all into tensors of its type and device.
    """
    checked = [
        check_distribution(name, to_numpy(value), ndim=ndim, tolerance=_sum_tolerance(value))
        for name, value in named
    ]
    tensors = [value for _, value in named if array_api_compat.is_torch_array(value)]
    if not tensors:
        return array_api_numpy, checked
    xp = array_api_compat.array_namespace(*tensors)
    like = tensors[0] / tensors[0].sum()
    moved = [
        value / value.sum()
        if array_api_compat.is_torch_array(value)
        else xp.asarray(array, dtype=like.dtype, device=like.device)
        for (_, value), array in zip(named, checked, strict=True)
    ]
    return xp, moved


def weights_to_distribution(name: str, value: Any) -> tuple[Any, Any]:
    """Check non-negative weights of any shape; return their namespace and their shares."""
    weights = check_array(name, to_numpy(value))
    if (weights < 0).any():
        where = tuple(int(i) for i in np.argwhere(weights < 0)[0])
        raise ValueError(f"`{name}` must not be negative, got {weights[where]} at index {where}")
    if not weights.sum() > 0:
        raise ValueError(f"`{name}` must have a total above 0, got {float(weights.sum())}")
    if array_api_compat.is_torch_array(value):
        return array_api_compat.array_namespace(value), value / value.sum()
    return array_api_numpy, weights / weights.sum()


def same_shape(first: tuple[str, Any], second: tuple[str, Any]) -> None:
    """Refuse two arrays of different shapes."""
    (name, a), (other, b) = first, second
    if a.shape != b.shape:
        raise ValueError(
            f"`{other}` must have the shape of `{name}`, got {tuple(b.shape)} and {tuple(a.shape)}"
        )


def in_base(value: Any, base: float | None) -> Any:
    """Divide nats by the logarithm of `base`; floats for NumPy, 0-d tensors for torch."""
    value = value / check_base(base)
    return value if array_api_compat.is_torch_array(value) else float(value)


def like_first_tensor(value: float, *inputs: Any) -> Any:
    """Return a 0-d tensor on the device of the first tensor among `inputs`, else the float."""
    for x in inputs:
        if array_api_compat.is_torch_array(x):
            xp = array_api_compat.array_namespace(x)
            dtype = x.dtype if x.dtype.is_floating_point else xp.float64
            return xp.asarray(value, dtype=dtype, device=x.device)
    return value


def safe_log(xp: Any, p: Any) -> Any:
    """Return log p where p is above zero and zero elsewhere, with a finite gradient everywhere."""
    return xp.log(xp.where(p > 0, p, xp.ones_like(p)))


def not_below_zero(xp: Any, value: Any) -> Any:
    """Lift what rounding pushed below zero."""
    return xp.clip(value, 0, None)


def _sum_tolerance(value: Any) -> float:
    if array_api_compat.is_torch_array(value) and value.dtype.is_floating_point:
        xp = array_api_compat.array_namespace(value)
        return float(min(max(1e-6, 64 * xp.finfo(value.dtype).eps), 0.02))
    return 1e-6
