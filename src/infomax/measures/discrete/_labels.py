"""Labels of any kind, as numbers from zero."""

from collections.abc import Collection
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray


def codes(name: str, labels: Any) -> tuple[NDArray[np.int64], int]:
    """Return labels as numbers from zero, and the number above the largest."""
    if array_api_compat.is_torch_array(labels):
        labels = labels.detach().cpu().numpy()
    if isinstance(labels, str) or not isinstance(labels, Collection):
        raise ValueError(f"`{name}` must be a sequence of labels, got {labels!r}")
    array = np.asarray(labels) if hasattr(labels, "__array__") else _sortable(labels)
    if array is not None and array.ndim != 1:
        raise ValueError(f"`{name}` must hold one label each, shape (n,), got shape {array.shape}")
    if len(labels) == 0:
        raise ValueError(f"`{name}` must not be empty")
    if array is None or array.dtype.kind == "O":
        return _hashed(name, labels)
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max())
        if high - low < 4 * array.size + 1024:
            wide = array if array.dtype.kind == "u" else array.astype(np.int64)
            return (wide - wide.dtype.type(low)).astype(np.int64), high - low + 1
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        where = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"`{name}` must be finite labels, got {array[where]} at index {where}")
    return packed(array)


def packed(labels: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return labels NumPy can sort as numbers from zero without gaps, and how many they are."""
    values, inverse = np.unique(labels, return_inverse=True)
    return inverse.astype(np.int64), len(values)


def _sortable(labels: Collection[Any]) -> NDArray[Any] | None:
    """Return a list of words or of numbers as an array; None if it is neither."""
    for kind in (str, int | float | np.number | np.bool_):
        if all(isinstance(label, kind) for label in labels):
            return np.asarray(labels)
    return None


def _hashed(name: str, labels: Collection[Any]) -> tuple[NDArray[np.int64], int]:
    seen: dict[Any, int] = {}
    numbers = np.empty(len(labels), dtype=np.int64)
    for i, label in enumerate(labels):
        try:
            numbers[i] = seen.setdefault(label, len(seen))
        except TypeError:
            kind = type(label).__name__
            raise ValueError(
                f"`{name}` must be hashable labels, got a {kind} at index {i}"
            ) from None
        if label != label:  # noqa: PLR0124 (only NaN differs from itself)
            raise ValueError(f"`{name}` must be finite labels, got {label!r} at index {i}")
    return numbers, len(seen)
