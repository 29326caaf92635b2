"""What kind of variable came: labels, numbers, or numbers of which many repeat."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.measures.discrete._counting import combined
from infomax.measures.discrete._labels import Coded, as_array, checked_sequence, coded

KINDS = ("auto", "discrete", "continuous", "mixed")
LABELS, NUMBERS, REPEATS = "labels", "numbers", "numbers that repeat"
_MANY_REPEATS = 0.01


@dataclass(frozen=True)
class Variable:
    """One side of a mutual information, checked."""

    name: str
    """The argument it came as."""
    kind: str
    """One of `LABELS`, `NUMBERS`, `REPEATS`."""
    values: Coded | NDArray[np.float64]
    """Labels, or numbers of shape (n, d)."""

    def __len__(self) -> int:
        return len(self.values)

    @property
    def labels(self) -> Coded:
        """The labels; refused where there are numbers."""
        if not isinstance(self.values, Coded):
            raise ValueError(f"`{self.name}` must hold labels for this estimator, got numbers")
        return self.values

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The numbers; refused where there are labels."""
        if isinstance(self.values, Coded):
            raise ValueError(f"`{self.name}` must hold numbers for this estimator, got labels")
        return self.values

    @property
    def n_dims(self) -> int:
        """Columns of numbers; one for labels."""
        return 1 if isinstance(self.values, Coded) else int(self.values.shape[1])

    def in_order(self, order: NDArray[np.int64]) -> "Variable":
        """Return the variable with its points in another order."""
        if isinstance(self.values, Coded):
            return replace(self, values=replace(self.values, numbers=self.values.numbers[order]))
        return replace(self, values=self.values[order])

    def without_ties(self, generator: np.random.Generator) -> "Variable":
        """Return numbers that repeat spread out, and without constant columns; the rest as it is."""
        if self.kind != REPEATS:
            return self
        from infomax.measures.neighbors._break_ties import break_ties

        varying = self.numbers[:, np.ptp(self.numbers, axis=0) > 0]
        return replace(self, values=break_ties(varying, random_state=generator))

    def is_constant(self) -> bool:
        """Return whether all points are the same."""
        values = self.values.numbers if isinstance(self.values, Coded) else self.values
        return bool((values[-1] == values[0]).all() and (values == values[0]).all())


def variable(name: str, values: Any, *, kind: str = "auto") -> Variable:
    """Tell labels from numbers.

    Whole numbers, words, truth values and categories are labels; a row of several is one label.
    Floats that are all whole are whole numbers. `kind` "discrete" makes labels of everything,
    "continuous" and "mixed" numbers of all that are numbers.
    """
    columns = _columns(checked_sequence(name, values))
    for column in columns:
        if getattr(column, "dtype", np.dtype(bool)).kind == "c":
            raise ValueError(f"`{name}` must hold real numbers, got {column.dtype}")
    whole = all(_are_whole(column) for column in columns)
    if kind == "discrete" or not all(_are_numeric(c) for c in columns):
        if kind != "discrete" and any(_are_fractions(c) for c in columns):
            raise ValueError(
                f"`{name}` must hold numbers or labels, got a table of both: measure its columns "
                "apart, or turn the words into columns of 0 and 1"
            )
        return _as_labels(name, columns)
    if kind == "auto" and whole:
        return _as_labels(name, columns)
    numbers = _as_numbers(name, columns)
    repeat = kind == "mixed" or (kind == "auto" and any(map(_repeats, numbers.T)))
    return Variable(name, REPEATS if repeat else NUMBERS, numbers)


def _columns(values: Any) -> list[Any]:
    """Return the columns of what came, each as an array or as a sequence of labels."""
    if hasattr(values, "columns") and hasattr(values, "iloc"):  # a data frame
        return [_plain(values.iloc[:, i]) for i in range(values.shape[1])] or [np.array([])]
    values = _plain(values) if hasattr(values, "__array__") else _nested(values)
    if isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1]:
        return list(values.T)
    return [values]


def _plain(column: Any) -> Any:
    """Return a column as an array; numbers of pandas' own kinds, and in objects, as floats."""
    dtype = getattr(column, "dtype", None)
    if not isinstance(dtype, np.dtype) and getattr(dtype, "kind", "O") in "iuf":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    array = np.asarray(column)
    if array.dtype.kind == "O" and array.ndim == 1:
        from pandas.api.types import infer_dtype

        if infer_dtype(array, skipna=False) in ("floating", "integer", "mixed-integer-float"):
            return array.astype(np.float64)
    return array


def _nested(values: Any) -> Any:
    """Return a list as an array if it holds words, numbers, or rows of numbers."""
    array = as_array(values)
    if array is None and any(isinstance(value, complex) for value in values):
        return np.asarray(values)  # refused with its kind
    if array is None and all(isinstance(row, list | tuple | np.ndarray) for row in values):
        try:
            array = np.asarray(values)
        except ValueError:  # rows of different lengths are labels
            return values
        array = array if array.dtype.kind in "biuf" else None
    return values if array is None else array


def _are_numeric(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype.kind in "iuf"


def _are_fractions(column: Any) -> bool:
    return _are_numeric(column) and not _are_whole(column)


def _are_whole(column: Any) -> bool:
    if not _are_numeric(column) or column.dtype.kind != "f":
        return _are_numeric(column)
    return bool((column == np.floor(column)).all())  # NaN is not, infinity is


def _repeats(column: NDArray[np.float64]) -> bool:
    """Return whether more than one value in a hundred came before."""
    ordered = np.sort(column)
    return int((ordered[1:] == ordered[:-1]).sum()) > _MANY_REPEATS * len(column)


def _as_labels(name: str, columns: list[Any]) -> Variable:
    return Variable(name, LABELS, combined(*(coded(name, column) for column in columns)))


def _as_numbers(name: str, columns: list[Any]) -> NDArray[np.float64]:
    numbers = np.stack(columns, axis=1).astype(np.float64, copy=False)
    if len(numbers) == 0:
        raise ValueError(f"`{name}` must not be empty")
    if not np.isfinite(numbers).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(numbers))[0])
        where = (row, column) if len(columns) > 1 else row
        raise ValueError(f"`{name}` must be finite, got {numbers[row, column]} at index {where}")
    return numbers
