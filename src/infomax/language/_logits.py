"""What comes in as logits: arrays or tensors of shape (..., n_tokens), checked by rows."""

from collections.abc import Callable
from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_between, check_count
from infomax.language._smallest_set import Centre, covering_mask, covering_mask_by_sorting


def checked_logits(name: str, value: Any) -> Any:
    """Return logits as a floating array or tensor whose rows have a finite maximum.

    Half precision becomes float32, so that no sum is taken in fewer digits.
    """
    logits: Any
    if is_tensor(value):
        import torch

        logits = value.detach()
        if logits.dtype not in (torch.float32, torch.float64):
            logits = logits.float()
    else:
        try:
            logits = np.asarray(value)
            if logits.dtype not in (np.float32, np.float64):
                half = logits.dtype == np.float16
                logits = logits.astype(np.float32 if half else np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"`{name}` must be an array of numbers: {error}") from None
    if logits.ndim == 0 or 0 in logits.shape:
        raise ValueError(f"`{name}` must have the shape (..., n_tokens), got {tuple(logits.shape)}")
    xp = array_api_compat.array_namespace(logits)
    top = xp.max(logits, axis=-1)
    if not bool(xp.all(xp.isfinite(top))):
        raise ValueError(f"`{name}` must {_fault(logits, top)}")
    return logits


def smallest_set(
    logits: Any, *, centre: Centre, mass: float, min_tokens_to_keep: int, crossing: bool = True
) -> Any:
    """Return the mask of the smallest set about a centre, of the kind and shape that came."""
    values = checked_logits("logits", logits)
    mass = check_between("mass", mass, 0, 1, open_low=True)
    at_least = check_min_tokens(values, min_tokens_to_keep)
    rows = values.reshape((-1, values.shape[-1]))
    options: dict[str, Any] = {"centre": centre, "mass": mass, "at_least": at_least}
    if not crossing or (is_tensor(rows) and rows.device.type != "cpu"):
        mask = _with_torch(
            rows, lambda x: covering_mask_by_sorting(x, crossing=crossing, **options)
        )
    elif is_tensor(rows):
        import torch

        mask = torch.from_numpy(covering_mask(rows.numpy(), **options))
    else:
        mask = covering_mask(rows, **options)
    return mask.reshape(values.shape)


def check_min_tokens(logits: Any, n: int) -> int:
    """Return how many tokens must stay, which are no more than there are."""
    return check_count("min_tokens_to_keep", n, maximum=logits.shape[-1])


def is_tensor(value: Any) -> bool:
    """Return whether a value is a torch tensor."""
    return bool(array_api_compat.is_torch_array(value))


def _with_torch(rows: Any, function: Callable[[Any], Any]) -> Any:
    if is_tensor(rows):
        return function(rows)
    import torch

    return function(torch.from_numpy(np.ascontiguousarray(rows))).numpy()


def _fault(logits: Any, top: Any) -> str:
    """Return what is wrong with the first row whose maximum is not finite."""
    bad = ~np.isfinite(np.asarray(top.cpu() if is_tensor(top) else top))
    row = tuple(int(i) for i in np.argwhere(bad)[0]) if bad.ndim else ()
    values = np.asarray(logits[row].cpu() if is_tensor(logits) else logits[row])
    for wrong, wanted in (
        (np.isnan(values), "hold no NaN"),
        (values == np.inf, "be below infinity"),
    ):
        if wrong.any():
            where = (*row, int(np.flatnonzero(wrong)[0]))
            return f"{wanted}, got {values[where[-1]]} at index {where}"
    return f"hold a finite entry in each row, got minus infinity throughout row {row}"
