"""Rows of cells out of the user's CSV, TSV and white-space files, each with its line number."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def text_rows(path: Path, encoding: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line of data and its cells.

    Empty lines and lines that begin with ``#`` or ``%`` are skipped. The delimiter is the tab, the
    comma or the semicolon where the first line of data has one, else white space. The encoding is
    UTF-8 unless a byte order mark says UTF-16.
    """
    encoding = encoding or _encoding(path)
    line = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            for line, cells in _rows(path, file):
                yield line, cells
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} must be text in {encoding}, got the byte {error.object[error.start]:#04x} "
            f"some lines after line {line}: name its encoding"
        ) from None
    if not line:
        raise ValueError(f"{path} must hold data, got an empty file")


def at_line(path: Path, line: int, what: str) -> ValueError:
    """Return an error that names a file and a line."""
    return ValueError(f"{path}, line {line}: {what}")


def number(cell: str) -> float | None:
    """Return a cell as a number, or None if it is none."""
    try:
        return float(cell)
    except ValueError:
        return None


class _Lines:
    """The lines of data; `number` is that of the line given last."""

    def __init__(self, path: Path, file: Iterable[str]) -> None:
        self.path = path
        self.file = file
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self.file, start=1):
            self.number = number
            if "\0" in line:
                raise at_line(self.path, self.number, "must be text, got a zero byte")
            if not line.isspace() and line[0] not in "#%":
                yield line


def _rows(path: Path, file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    lines = _Lines(path, file)
    iterator = iter(lines)
    first = next(iterator, None)
    if first is None:
        return
    iterator = chain([first], iterator)
    delimiter = next((one for one in "\t,;" if one in first), None)
    if delimiter is None:
        for line in iterator:
            yield lines.number, line.split()
        return
    if delimiter == "\t":  # names with quotation marks are plain there
        reader = csv.reader(iterator, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(iterator, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield lines.number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise at_line(path, lines.number, str(error)) from None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(3)
    return next((name for mark, name in _MARKS.items() if start.startswith(mark)), "utf-8")
