"""Distributions from the user's own files: one column, or one array, each."""

import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.data.table_files import parquet_table
from infomax.data.text_files import at_line, number, text_rows


@dataclass(frozen=True)
class Distributions:
    """Two or more distributions, not necessarily of one length."""

    names: tuple[str, ...]
    """Name of each, from the header or the array."""
    probabilities: tuple[NDArray[np.float64], ...]
    """Each of shape (n_outcomes,), summing to 1."""
    outcomes: tuple[str, ...] | None
    """Labels of the rows, if the first column of the file is text."""


def read_distributions(
    path: str | PathLike[str], *, normalize: bool = False, encoding: str | None = None
) -> Distributions:
    r"""Read two or more distributions from CSV, TSV, parquet or NPZ.

    Every column of numbers is a distribution; a shorter one ends in empty cells. The first column
    may hold labels of the outcomes instead. In NPZ every array is a distribution.

    Parameters
    ----------
    path : str or path
        ``.parquet``, ``.npz`` (without pickles), or text parted by tabs, commas, semicolons or
        white space, with or without a header.
    normalize : bool
        Whether to divide counts or weights by their sum; without it each must sum to 1 within
        1e-6.
    encoding : str, optional
        Of a text; UTF-8, or UTF-16 after a byte order mark, when left out.

    Returns
    -------
    Distributions
        Names, probabilities and, if there are any, labels of the outcomes.

    Raises
    ------
    ValueError
        If there are fewer than two columns; if a weight is missing between others, negative or no
        finite number; if a column sums to 0, or not to 1. The message names file and place.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counts.csv"
    ...     _ = path.write_text("outcome,here,there\nsun,3,1\nrain,1,1\n")
    ...     weather = read_distributions(path, normalize=True)
    >>> weather.names, weather.outcomes
    (('here', 'there'), ('sun', 'rain'))
    >>> weather.probabilities[0]
    array([0.75, 0.25])
    """
    path = Path(path)
    outcomes = None
    columns: Mapping[str, NDArray[np.float64]]
    if path.suffix.lower() == ".parquet":
        columns, outcomes = _from_parquet(path)
    elif path.suffix.lower() == ".npz":
        columns = _from_npz(path)
    else:
        columns, outcomes = _from_text(path, encoding)
    if len(columns) < 2:
        raise ValueError(f"{path} must hold two distributions or more, got {len(columns)}")
    probabilities = tuple(
        _probabilities(f"{path}, {name}", values, normalize) for name, values in columns.items()
    )
    return Distributions(tuple(columns), probabilities, outcomes)


def _probabilities(
    place: str, weights: NDArray[np.float64], normalize: bool
) -> NDArray[np.float64]:
    if weights.ndim != 1 or not len(weights):
        raise ValueError(f"{place}: weights must be one column, got shape {weights.shape}")
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        i = int(bad[0])
        raise ValueError(
            f"{place}, row {i + 1}: a weight must be finite and not negative, got {weights[i]}"
        )
    total = float(weights.sum())
    if total == 0 or not np.isfinite(total):
        raise ValueError(f"{place}: weights must have a positive finite sum, got {total}")
    if not normalize and abs(total - 1) > 1e-6:
        raise ValueError(f"{place}: must sum to 1 unless it is to be normalized, got {total:g}")
    return weights / total


def _from_text(
    path: Path, encoding: str | None
) -> tuple[dict[str, NDArray[np.float64]], tuple[str, ...] | None]:
    rows = list(text_rows(path, encoding))
    first = rows[0][1]
    header = all(number(cell) is None for cell in first)
    width = len(first)
    names = first if header else [f"column {i + 1}" for i in range(width)]
    if header:
        rows = rows[1:]
    if not rows:
        raise ValueError(f"{path} must hold weights, got a header alone")
    labelled = bool(rows[0][1][0]) and number(rows[0][1][0]) is None
    columns: list[list[float]] = [[] for _ in range(width)]
    for row, (line, cells) in enumerate(rows):
        if len(cells) != width:
            raise at_line(path, line, f"must have {width} columns, got {len(cells)}")
        for column, cell in list(zip(columns, cells, strict=True))[labelled:]:
            if cell:
                column.append(_weight(path, line, cell, missing=len(column) < row))
    arrays = (np.array(column, dtype=np.float64) for column in columns)
    kept = dict(list(zip(names, arrays, strict=True))[labelled:])
    if len(kept) < width - labelled:
        raise ValueError(f"{path} must name each column once, got {', '.join(names)}")
    return kept, tuple(cells[0] for _, cells in rows) if labelled else None


def _weight(path: Path, line: int, cell: str, *, missing: bool) -> float:
    value = number(cell)
    if value is None or not math.isfinite(value) or value < 0:
        raise at_line(path, line, f"a weight must be finite and not negative, got {cell!r}")
    if missing:
        raise at_line(path, line, f"a column may end early but not pause, got {cell!r} after a gap")
    return value


def _from_parquet(
    path: Path,
) -> tuple[dict[str, NDArray[np.float64]], tuple[str, ...] | None]:
    from pyarrow import types

    table = parquet_table(path)
    columns, outcomes = {}, None
    for i, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True)):
        if i == 0 and (types.is_string(column.type) or types.is_large_string(column.type)):
            outcomes = tuple(str(label) for label in column.to_pylist())
        elif types.is_integer(column.type) or types.is_floating(column.type):
            values = column.to_pylist()
            while values and values[-1] is None:
                values.pop()
            columns[name] = np.array(values, dtype=np.float64)
        else:
            raise ValueError(f"{path}, {name}: must hold numbers, got {column.type}")
    return columns, outcomes


def _from_npz(path: Path) -> dict[str, NDArray[np.float64]]:
    with path.open("rb") as file:
        try:
            stored: Any = np.load(file, allow_pickle=False)
            arrays = {name: np.atleast_1d(stored[name]) for name in stored.files}
        except (
            AttributeError,
            ValueError,
            EOFError,
            OSError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise ValueError(f"{path} is no sound NPZ file: {error}") from None
    for name, values in arrays.items():
        if values.dtype.kind not in "iuf":
            raise ValueError(f"{path}, {name}: must hold numbers, got {values.dtype}")
    return {name: values.astype(np.float64) for name, values in arrays.items()}
