"""Tables from the user's own files: columns by name, numbers or words."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.data.text_files import at_line, number, text_rows

_WHOLE = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True)
class TableFile:
    """Columns of equal length under their names."""

    path: Path
    """The file."""
    columns: dict[str, NDArray[Any]]
    """Whole numbers (int64), numbers (float64) or words, shape (n,); NPZ and parquet may hold
    vectors of numbers too, shape (n, d)."""

    def select(self, names: str) -> NDArray[Any]:
        """Return the columns named, side by side.

        Parameters
        ----------
        names : str
            Names parted by commas; ``*`` and ``?`` stand for any letters (``pixel*``, ``*``).

        Returns
        -------
        array of shape (n,) or (n, d)
            One column as it is; several of numbers as float64.

        Raises
        ------
        ValueError
            If a name is not there, or words stand beside other columns.
        """
        found = self.names(names)
        if len(found) == 1:
            return self.columns[found[0]]
        for name in found:
            if self.columns[name].dtype.kind not in "iufb":
                raise ValueError(f"{self.path}: column {name!r} holds words and must stand alone")
        return np.column_stack([self.columns[name].astype(np.float64) for name in found])

    def names(self, names: str) -> list[str]:
        """Return the names of the columns that `select` would return, in its order.

        Parameters
        ----------
        names : str
            As `select` takes them.

        Returns
        -------
        list of str
            Each column once.

        Raises
        ------
        ValueError
            If a name is not there.
        """
        return _named(self.path, self.columns, names)


def read_table(
    path: str | PathLike[str], *, columns: str = "*", encoding: str | None = None
) -> TableFile:
    r"""Read a table of columns from CSV, TSV, parquet, NPZ or NPY.

    Parameters
    ----------
    path : str or path
        ``.parquet``; ``.npz`` (each array is a column, or several) and ``.npy`` (columns named
        from 0) without pickles; or text parted by tabs, commas, semicolons or white space. The
        first line of a text is a header if no cell of it is a number.
    columns : str
        Which, as `TableFile.select` takes them; the others may hold anything, missing cells too.
    encoding : str, optional
        Of a text; UTF-8, or UTF-16 after a byte order mark, when left out.

    Returns
    -------
    TableFile
        The columns by name. A column of a text is whole numbers if all its cells are, else
        numbers, else words. Dates and times of a parquet file are seconds since 1970, a day
        without a time starts at midnight (UTC).

    Raises
    ------
    ValueError
        If the file is broken or empty, a column is not there, a cell is missing, a name comes
        twice, or columns are of different lengths. The message names file and place.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "birds.csv"
    ...     _ = path.write_text("name,wing,eggs\nwren,4.9,6\nswift,17,3\n")
    ...     birds = read_table(path)
    >>> birds.select("wing,eggs").tolist(), birds.select("name").tolist()
    ([[4.9, 6.0], [17.0, 3.0]], ['wren', 'swift'])
    """
    path = Path(path)
    readers: dict[str, Callable[[Path, str], dict[str, NDArray[Any]]]] = {
        ".parquet": _from_parquet,
        ".npz": _from_npz,
        ".npy": _from_npy,
    }
    reader = readers.get(path.suffix.lower())
    found = reader(path, columns) if reader else _from_text(path, columns, encoding)
    lengths = {name: len(column) for name, column in found.items()}
    if not lengths or not all(lengths.values()):
        raise ValueError(f"{path} must hold rows and columns, got none")
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in list(lengths.items())[:8])
        raise ValueError(f"{path} must hold columns of one length, got {told}")
    return TableFile(path, found)


def _named(path: Path, known: Iterable[str], names: str) -> list[str]:
    """Return the columns that names and patterns mean, each once."""
    known = list(known)
    found: dict[str, None] = {}
    for pattern in (name.strip() for name in names.split(",")):
        matching = [pattern] if pattern in known else [k for k in known if fnmatchcase(k, pattern)]
        if not matching and known:
            listed = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
            raise ValueError(f"{path} has no column {pattern!r}; it has {listed}")
        found |= dict.fromkeys(matching)
    return list(found)


def _refuse_repeats(path: Path, names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"{path} must name each column once, got {', '.join(names)}")


def _from_text(path: Path, columns: str, encoding: str | None) -> dict[str, NDArray[Any]]:
    rows = list(text_rows(path, encoding))
    first = rows[0][1]
    names = [f"column {i + 1}" for i in range(len(first))]
    if all(number(cell) is None for cell in first):
        names, rows = first, rows[1:]
    _refuse_repeats(path, names)
    places = {name: names.index(name) for name in _named(path, names, columns)}
    for line, cells in rows:
        if len(cells) != len(names):
            raise at_line(path, line, f"must have {len(names)} columns, got {len(cells)}")
        for name, place in places.items():
            if not cells[place]:
                raise at_line(path, line, f"column {name!r} is empty")
    return {name: _typed([cells[i] for _, cells in rows]) for name, i in places.items() if rows}


def _typed(cells: list[str]) -> NDArray[Any]:
    if all(_WHOLE.fullmatch(cell) for cell in cells):
        return np.array([int(cell) for cell in cells], dtype=np.int64)
    values = [number(cell) for cell in cells]
    if None in values:
        return np.array(cells)
    return np.array(values, dtype=np.float64)


def _from_parquet(path: Path, columns: str) -> dict[str, NDArray[Any]]:
    table = parquet_table(path)
    _refuse_repeats(path, table.column_names)
    return {
        name: _of_arrow(path, name, table.column(name))
        for name in _named(path, table.column_names, columns)
    }


def parquet_table(path: Path) -> Any:
    """Return a parquet file as an Arrow table.

    By its name: the threads that read from an open file of Python's abort the interpreter where it
    ends soon after.
    """
    import pyarrow as pa
    from pyarrow import parquet

    path.open("rb").close()  # a file that cannot be opened is told from one that is broken
    try:
        with parquet.ParquetFile(path) as file:
            return file.read()
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path} is no sound parquet file: {error}") from None


def _of_arrow(path: Path, name: str, column: Any) -> NDArray[Any]:
    import pyarrow as pa
    from pyarrow import types

    if column.null_count:
        row = column.is_null().to_pylist().index(True)
        raise ValueError(f"{path}, {name}, row {row + 1}: is empty")
    if types.is_timestamp(column.type) or types.is_date(column.type):
        ticks = column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
        return np.array(ticks.to_pylist(), dtype=np.float64) / 1e6
    if types.is_decimal(column.type):
        column = column.cast(pa.float64())
    try:
        values = np.array(column.to_pylist())
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{path}, {name}: {error}") from None
    return _plain(path, name, values)


def _from_npz(path: Path, columns: str) -> dict[str, NDArray[Any]]:
    with path.open("rb") as file:
        try:
            stored: Any = np.load(file, allow_pickle=False)
            arrays = {name: stored[name] for name in stored.files}
        except (AttributeError, *_BROKEN) as error:
            raise ValueError(f"{path} is no sound NPZ file: {error}") from None
    return {name: _plain(path, name, arrays[name]) for name in _named(path, arrays, columns)}


def _from_npy(path: Path, columns: str) -> dict[str, NDArray[Any]]:
    with path.open("rb") as file:
        try:
            array: Any = np.load(file, allow_pickle=False)
        except _BROKEN as error:
            raise ValueError(f"{path} is no sound NPY file: {error}") from None
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} must be one array, got an archive: name it .npz")
    if array.dtype.names:
        names = _named(path, array.dtype.names, columns)
        return {name: _plain(path, name, array[name]) for name in names}
    array = _plain(path, "the array", array)
    array = array.reshape(len(array), -1)
    names = _named(path, map(str, range(array.shape[1])), columns)
    return {name: array[:, int(name)] for name in names}


def _plain(path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as int64, float64 or words of shape (n,), or numbers of shape (n, d)."""
    if array.ndim > 2:
        array = array.reshape(len(array), -1)
    kind = array.dtype.kind
    if array.ndim == 0 or kind not in "iufbU" or (kind == "U" and array.ndim > 1):
        raise ValueError(
            f"{path}, {name}: must be a column of numbers or words, got {array.dtype} "
            f"of shape {array.shape}"
        )
    if kind in "iub":
        return array.astype(np.int64)
    return array if kind == "U" else array.astype(np.float64)


_BROKEN = (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)
