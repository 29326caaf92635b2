"""Edge lists: one edge a line."""

from array import array
from itertools import chain, islice
from pathlib import Path

import numpy as np

from infomax.data.arcs import Arcs
from infomax.data.text_files import at_line, number, text_rows

_SOURCE = {"source", "src", "from", "u", "start", "node1", "node_1", "id_1", "fromnodeid"}
_TARGET = {"target", "dst", "to", "v", "end", "node2", "node_2", "id_2", "tonodeid"}
_WEIGHT = {"weight", "probability", "prob", "p", "w"}


def read_edge_list(path: Path, *, header: bool | None, encoding: str | None) -> Arcs:
    """Return the arcs of an edge list; the names of its nodes are mapped to 0, 1, ..."""
    rows = text_rows(path, encoding)
    start = list(islice(rows, 2))
    if header is None:
        header = _is_header(*(cells for _, cells in start))
    line, first = start[0]
    source, target, weight = _columns(first, header)
    if len(first) < 2:
        raise at_line(path, line, f"an edge needs two columns or more, got {len(first)}")
    ends, weights, lines = array("q"), array("d"), array("q")
    index: dict[str, int] = {}
    for line, cells in chain(start[1 if header else 0 :], rows):
        if len(cells) != len(first):
            wanted = f"as many columns as the first line, {len(first)}"
            raise at_line(path, line, f"must have {wanted}, got {len(cells)}")
        for name in (cells[source], cells[target]):
            if not name:
                raise at_line(path, line, "an edge needs a name at both ends, got an empty cell")
            ends.append(index.setdefault(name, len(index)))
        if weight is not None:
            value = number(cells[weight])
            if value is None:
                raise at_line(path, line, f"the weight must be a number, got {cells[weight]!r}")
            weights.append(value)
        lines.append(line)
    names, rank = _in_order(index)
    pairs = rank[np.frombuffer(ends, dtype=np.int64)].reshape(-1, 2) if lines else _NO_PAIRS
    return Arcs(
        sources=pairs[:, 0],
        targets=pairs[:, 1],
        weights=None if weight is None else np.array(weights, dtype=np.float64),
        undirected=np.zeros(len(lines), dtype=np.bool_),
        nodes=names,
        place=lambda arc: f"line {lines[arc]}",
    )


_NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def _is_header(first: list[str], second: list[str] | None = None) -> bool:
    """Return whether the first row has the words of a header, or words above numbers."""
    words = {cell.lower() for cell in first}
    if words & _SOURCE and words & _TARGET:
        return True
    below = zip(first, second or [], strict=False)
    return any(number(cell) is None and number(under) is not None for cell, under in below)


def _columns(first: list[str], header: bool) -> tuple[int, int, int | None]:
    """Return which columns hold source, target and, if there is one, weight."""
    words = [cell.lower() for cell in first] if header else []
    source = next((i for i, word in enumerate(words) if word in _SOURCE), None)
    target = next((i for i, word in enumerate(words) if word in _TARGET), None)
    if source is None or target is None or len(first) <= 3:
        return source or 0, 1 if target is None else target, 2 if len(first) >= 3 else None
    return source, target, next((i for i, word in enumerate(words) if word in _WEIGHT), None)


def _in_order(index: dict[str, int]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the names in their final order and the place of each: whole numbers by size."""
    names = list(index)
    if all(name.removeprefix("-").isdecimal() for name in names):
        names.sort(key=int)
    rank = np.empty(len(names), dtype=np.int64)
    rank[[index[name] for name in names]] = np.arange(len(names))
    return tuple(names), rank
