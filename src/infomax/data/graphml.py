"""GraphML, read as a stream and without entities."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from infomax.data.arcs import Arcs
from infomax.data.text_files import number

_WEIGHT = {"weight", "probability"}


def read_graphml(path: Path) -> Arcs:
    """Return the arcs of a GraphML file with one graph.

    The weight of an edge is its number named "weight" or "probability". A file that declares
    entities or points outside itself is refused.
    """
    reader = _Reader(path)
    for event, element in _elements(path):
        reader.take(event, str(element.tag).rsplit("}", 1)[-1], element)
    return reader.arcs()


def _elements(path: Path) -> Iterator[tuple[str, Any]]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    with path.open("rb") as file:
        try:
            yield from iterparse(file, events=("start", "end"))
        except DefusedXmlException as error:
            raise ValueError(f"{path} declares entities, which are refused: {error}") from None
        except ParseError as error:
            raise ValueError(f"{path} is no sound XML: {error}") from None


class _Reader:
    """What has been seen of a file so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_graphs = 0
        self.undirected = False
        self.key: str | None = None
        self.default: str | None = None
        self.nodes: dict[str, int] = {}
        self.edges: list[tuple[str, str, bool, str | None]] = []

    def take(self, event: str, tag: str, element: Any) -> None:
        if event == "start":
            if tag == "graph":
                self._graph(element)
        elif tag == "key":
            self._key(element)
        elif tag == "node":
            self.nodes.setdefault(self._attribute(element, tag, "id"), len(self.nodes))
            element.clear()
        elif tag == "edge":
            self._edge(element)
            element.clear()
        elif tag == "hyperedge":
            raise ValueError(f"{self.path} must hold edges between two nodes, got a hyperedge")

    def arcs(self) -> Arcs:
        if not self.n_graphs:
            raise ValueError(f"{self.path} must hold a GraphML graph, got none")
        ends = np.array(
            [[self._node(source), self._node(target)] for source, target, _, _ in self.edges],
            dtype=np.int64,
        ).reshape(-1, 2)
        values = [self._weight(i) for i in range(len(self.edges))] if self.key else None
        return Arcs(
            sources=ends[:, 0],
            targets=ends[:, 1],
            weights=None if values is None else np.array(values, dtype=np.float64),
            undirected=np.array([edge[2] for edge in self.edges], dtype=np.bool_),
            nodes=tuple(self.nodes),
            place=self._place,
        )

    def _graph(self, element: Any) -> None:
        self.n_graphs += 1
        if self.n_graphs > 1:
            raise ValueError(f"{self.path} must hold one graph, got several")
        self.undirected = element.get("edgedefault", "undirected") == "undirected"

    def _key(self, element: Any) -> None:
        if element.get("for") in {"edge", "all"} and element.get("attr.name") in _WEIGHT:
            self.key = element.get("id")
            self.default = next(
                (part.text for part in element if str(part.tag).endswith("default")), None
            )

    def _edge(self, element: Any) -> None:
        ends = [self._attribute(element, "edge", name) for name in ("source", "target")]
        own = element.get("directed")
        undirected = self.undirected if own is None else own == "false"
        weight = next((part.text for part in element if part.get("key") == self.key), self.default)
        self.edges.append((ends[0], ends[1], undirected, weight))

    def _weight(self, edge: int) -> float:
        text = self.edges[edge][3]
        value = None if text is None else number(text)
        if value is None:
            where = self._place(edge)
            raise ValueError(f"{self.path}, {where}: the weight must be a number, got {text!r}")
        return value

    def _node(self, name: str) -> int:
        if name not in self.nodes:
            raise ValueError(f"{self.path} must list every node, got an edge at unlisted {name!r}")
        return self.nodes[name]

    def _place(self, edge: int) -> str:
        return f"edge {edge + 1} from {self.edges[edge][0]!r} to {self.edges[edge][1]!r}"

    def _attribute(self, element: Any, tag: str, name: str) -> str:
        value = element.get(name)
        if value is None:
            raise ValueError(f"{self.path}: a GraphML {tag} must have {name!r}, got none")
        return str(value)
