"""How kernel measures answer, and when they warn."""

import warnings
from typing import Any

import array_api_compat

from infomax.exceptions import PrecisionWarning
from infomax.measures._points import as_float
from infomax.measures.kernels._gram import Gram
from infomax.measures.kernels._pair_sums import PairSums

_FLAT = 1e-3


def answer(value: Any, *inputs: Any) -> Any:
    """Return a float, or a 0-d tensor of the type and on the device of the first tensor given."""
    tensors = [one for one in inputs if array_api_compat.is_torch_array(one)]
    if not tensors:
        return float(value)
    import torch

    like = tensors[0]
    real = like.dtype if like.dtype.is_floating_point else torch.float64
    return torch.as_tensor(value, dtype=real, device=like.device)


def asks_gradient(value: Any) -> bool:
    """Return whether autograd follows a value, as in a training loop, where nothing warns."""
    return bool(getattr(value, "requires_grad", False))


def warn_if_flat(x: tuple[str, Gram], y: tuple[str, Gram], sums: PairSums) -> None:
    """Warn where a kernel is nearly the same for all pairs of different points."""
    if asks_gradient(sums.cross):
        return
    for (name, one), rows, diagonal in (
        (x, sums.rows_x, sums.diagonal_x),
        (y, sums.rows_y, sums.diagonal_y),
    ):
        mean = (rows.sum() - diagonal.sum()) / (sums.n * (sums.n - 1))
        warn_at_mean(name, one, mean, stacklevel=4)


def warn_at_mean(name: str, one: Gram, mean: Any, *, stacklevel: int = 3) -> None:
    """Warn where the mean kernel between different points tells hardly any of them apart, or all."""
    if one.kind not in ("rbf", "laplace"):
        return
    mean = as_float(mean)
    if mean > 1 - _FLAT:
        what = f"1 for all pairs of `{name}`: its points coincide, or the bandwidth is too wide for"
    elif mean < _FLAT:
        what = f"0 between different points of `{name}`: widen the bandwidth, too narrow for"
    else:
        return
    warnings.warn(
        f"the kernel is nearly {what} its spread (it is {one.bandwidth:.3g})",
        PrecisionWarning,
        stacklevel=stacklevel,
    )
