"""Kernels within and between two samples of points."""

import math
from typing import Any

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax.measures._points import checked_points
from infomax.measures.kernels._gram import Gram, Kernel, gram

_ENTRIES = 2**17  # of a block, so that it stays in the cache


def pooled(
    x: Any,
    y: Any,
    kernel: Kernel,
    bandwidth: float | None,
    *,
    names: tuple[str, str] = ("x", "y"),
    bandwidth_name: str = "bandwidth",
    by_hand: bool = False,
) -> tuple[Gram, int]:
    """Return the gram of both samples, x first, and how many points x has."""
    if kernel == "precomputed":
        raise ValueError("`kernel` must not be 'precomputed' for two samples of points")
    xp, a = checked_points(names[0], x)
    other, b = checked_points(names[1], y)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"`{names[1]}` must have the {a.shape[1]} dimension(s) of `{names[0]}`, "
            f"got {b.shape[1]}"
        )
    if xp is not other:
        xp = other if xp is array_api_numpy else xp
        like = a if array_api_compat.is_torch_array(a) else b
        a, b = (xp.asarray(z, dtype=like.dtype, device=like.device) for z in (a, b))
    options: dict[str, Any] = {"bandwidth_name": bandwidth_name, "by_hand": by_hand}
    return gram(names[0], xp.concat([a, b]), kernel, bandwidth, **options), int(a.shape[0])


def within(one: Gram, points: slice) -> Any:
    """Return the sum of the kernel over all ordered pairs of a slice, each point with itself too."""
    if not one.blocked:
        return one.xp.sum(one.block(points, points))
    start, end, _ = points.indices(len(one))
    step = max(16, _ENTRIES // (end - start))
    total = 0.0
    for first in range(start, end, step):
        last = min(first + step, end)
        block = one.block(slice(first, last), slice(first, end))
        total += 2 * float(block.sum()) - float(block[:, : last - first].sum())
    return total


def between(one: Gram, rows: slice, columns: slice) -> Any:
    """Return the sum of the kernel over all pairs of two slices."""
    if not one.blocked:
        return one.xp.sum(one.block(rows, columns))
    return sum(float(one.block(part, columns).sum()) for part in parts(one, rows, columns))


def log_between(one: Gram, rows: slice, columns: slice) -> Any:
    """Return the logarithm of that sum, finite however far apart the points are."""
    if not one.blocked:
        import torch

        return torch.logsumexp(one.exponents(rows, columns).flatten(), 0)
    total = -math.inf
    for part in parts(one, rows, columns):
        exponents = one.exponents(part, columns)
        top = float(exponents.max())
        exponents -= top
        total = float(np.logaddexp(total, top + math.log(np.exp(exponents, out=exponents).sum())))
    return total


def parts(one: Gram, rows: slice, columns: slice) -> list[slice]:
    """Cut rows so that a block fits the cache; all at once where a gradient is asked for."""
    if not one.blocked:
        return [rows]
    start, end, _ = rows.indices(len(one))
    left, right, _ = columns.indices(len(one))
    step = max(16, _ENTRIES // (right - left))
    return [slice(first, min(first + step, end)) for first in range(start, end, step)]
