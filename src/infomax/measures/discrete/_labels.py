"""Labels of any kind, as numbers."""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

MANY = 50_000
"""From here on compiled loops pay for loading the compiler."""


@dataclass(frozen=True)
class Coded:
    """Labels as whole numbers in ``range(low, low + span)``, of which some may not occur."""

    numbers: NDArray[np.int64]
    low: int
    span: int

    def __len__(self) -> int:
        return len(self.numbers)

    def from_zero(self) -> NDArray[np.int64]:
        """Return the numbers with the least possible one at zero."""
        return self.numbers - self.low if self.low else self.numbers

    def n_values(self) -> int:
        """Return how many of the numbers occur."""
        if self.span > 4 * len(self) + 1024:
            return self.packed().span
        return int(np.count_nonzero(np.bincount(self.from_zero())))

    def packed(self) -> "Coded":
        """Return the same labels numbered without gaps."""
        return Coded(*_sorted(self.numbers))


def coded(name: str, labels: Any) -> Coded:
    """Return labels, shape (n,), as numbers; refuse what is empty, NaN or no label.

    None is a label in a list; in a column or an array of objects it is what pandas puts where
    something is missing.
    """
    labels = checked_sequence(name, labels)
    array = as_array(labels)
    if array is not None and array.ndim != 1:
        raise ValueError(f"`{name}` must hold one label each, shape (n,), got shape {array.shape}")
    if len(labels) == 0:
        raise ValueError(f"`{name}` must not be empty")
    if array is None or array.dtype.kind == "O":
        return _hashed(name, labels if array is None else array)
    _refuse_missing(name, array)
    if array.dtype.kind == "f" and (array == np.floor(array)).all() and abs(array).max() < 2**53:
        array = array.astype(np.int64)
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max())
        if high - low < 4 * array.size + 1024 and high < 2**62:
            return Coded(array.astype(np.int64, copy=False), low, high - low + 1)
    if array.dtype.kind == "U" and array.dtype.itemsize and len(array) >= MANY:
        return _hashed_words(array)
    return Coded(*_sorted(array))


def codes(name: str, labels: Any) -> tuple[NDArray[np.int64], int]:
    """Return labels as numbers from zero, and the number above the largest."""
    found = coded(name, labels)
    return found.from_zero(), found.span


def packed(labels: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """Return labels NumPy can sort as numbers from zero without gaps, and how many they are."""
    numbers, _, n_values = _sorted(labels)
    return numbers, n_values


def checked_sequence(name: str, values: Any) -> Any:
    """Return a tensor as an array and any other sequence as it came; refuse what has no order."""
    if array_api_compat.is_torch_array(values):
        values = values.detach().cpu()
        return (values.double() if values.is_floating_point() else values).numpy()
    if not isinstance(values, Collection) or isinstance(values, str | bytes | Mapping | Set):
        raise ValueError(f"`{name}` must be a sequence of labels or numbers, got {short(values)}")
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        where = np.argwhere(np.ma.getmaskarray(values))[0].tolist()
        raise ValueError(f"`{name}` must have nothing masked, got a mask at index {where}")
    return values


def _refuse_missing(name: str, array: NDArray[Any]) -> None:
    kind = array.dtype.kind
    missing = ~np.isfinite(array) if kind in "fc" else np.isnat(array) if kind in "mM" else None
    if missing is not None and missing.any():
        where = int(np.flatnonzero(missing)[0])
        raise ValueError(f"`{name}` must be finite labels, got {array[where]} at index {where}")


def _sorted(labels: NDArray[Any]) -> tuple[NDArray[np.int64], int, int]:
    values, inverse = np.unique(labels, return_inverse=True)
    return inverse.astype(np.int64, copy=False), 0, len(values)


def as_array(labels: Any) -> NDArray[Any] | None:
    """Return an array as it is and a list of words or of numbers as one; None if it is neither."""
    if hasattr(labels, "__array__"):
        return np.asarray(labels)
    for kind in (str, int | float | np.number | np.bool_):
        if all(isinstance(label, kind) for label in labels):
            return np.asarray(labels)
    return None


def _hashed_words(words: NDArray[Any]) -> Coded:
    from infomax.measures.discrete._count_loops import number_rows

    letters = np.ascontiguousarray(words).view(np.uint32).reshape(len(words), -1)
    numbers, n_values = number_rows(letters)
    return Coded(numbers, 0, n_values)


def _hashed(name: str, labels: Collection[Any]) -> Coded:
    if isinstance(labels, np.ndarray) and len(labels) >= MANY and _all_words(labels):
        import pandas as pd

        numbers, values = pd.factorize(labels)
        return Coded(numbers.astype(np.int64, copy=False), 0, len(values))
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
        if _is_missing(label) or (label is None and isinstance(labels, np.ndarray)):
            raise ValueError(f"`{name}` must be finite labels, got {label!r} at index {i}")
    return Coded(numbers, 0, len(seen))


def _all_words(labels: NDArray[Any]) -> bool:
    from pandas.api.types import infer_dtype

    return infer_dtype(labels, skipna=False) == "string"


def _is_missing(label: Any) -> bool:
    """Return whether a label is NaN, NaT or pandas' NA: none of them equals itself."""
    try:
        return bool(label != label)  # noqa: PLR0124
    except (TypeError, ValueError):
        return True
