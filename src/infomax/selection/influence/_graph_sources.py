"""Reading arcs out of whatever holds them."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_count

Arcs: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None, int]


def listed_arcs(graph: Any, n_nodes: int | None, weight: str) -> Arcs:
    """Return sources, targets, probabilities where the graph has them, and the number of nodes."""
    if hasattr(graph, "vcount") and hasattr(graph, "get_edgelist"):
        return _from_igraph(graph, weight)
    if hasattr(graph, "adjacency") and hasattr(graph, "is_directed"):
        return _from_networkx(graph, weight)
    if getattr(graph, "edge_index", None) is not None:
        return _from_geometric(graph, weight)
    return _from_edge_list(graph, n_nodes)


def _from_edge_list(graph: Any, n_nodes: int | None) -> Arcs:
    if hasattr(graph, "columns") and hasattr(graph, "to_numpy"):
        columns = [graph[name].to_numpy() for name in graph.columns]
    else:
        if not isinstance(graph, Iterable) or isinstance(graph, str):
            raise ValueError(
                f"`graph` must be a sparse matrix, an edge list or a graph, got {type(graph).__name__}"
            )
        table = graph if isinstance(graph, np.ndarray) else _as_table(graph)
        if table.ndim != 2:
            raise ValueError(
                f"`graph` must be an edge list of two or three columns, got shape {table.shape}"
            )
        columns = list(table.T)
    if len(columns) not in (2, 3):
        raise ValueError(
            f"`graph` must be an edge list of two or three columns, got {len(columns)}"
        )
    source, target = (_node_numbers(column) for column in columns[:2])
    largest = int(max(source.max(initial=-1), target.max(initial=-1)))
    n = largest + 1 if n_nodes is None else check_count("n_nodes", n_nodes)
    if largest >= n:
        raise ValueError(
            f"`n_nodes` must be above every node of `graph`, got {n} with node {largest}"
        )
    if n == 0:
        raise ValueError("`graph` must have at least one node, got none")
    probability = np.asarray(columns[2], dtype=np.float64) if len(columns) == 3 else None
    return source, target, probability, n


def _as_table(rows: Iterable[Any]) -> NDArray[Any]:
    listed = list(rows)
    widths = {len(row) for row in listed}
    if len(widths) > 1:
        raise ValueError(f"`graph` must be an edge list of one width, got rows of {sorted(widths)}")
    return np.array(listed) if listed else np.zeros((0, 2), dtype=np.int64)


def _node_numbers(column: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(column)
    whole = array.dtype.kind in "iu" or (
        array.dtype.kind == "f" and bool(np.all(np.isfinite(array) & (array == np.floor(array))))
    )
    if not whole or (array < 0).any():
        raise ValueError(
            "`graph` must number its nodes from 0, got an edge list with other entries"
        )
    return array.astype(np.int64)


def _from_networkx(graph: Any, weight: str) -> Arcs:
    nodes = list(graph.nodes)
    number = {node: i for i, node in enumerate(nodes)}
    source, target, found = [], [], []
    for u, neighbours in graph.adjacency():
        for v, attributes in neighbours.items():
            parallel = attributes.values() if graph.is_multigraph() else (attributes,)
            for edge in parallel:
                source.append(number[u])
                target.append(number[v])
                found.append(edge.get(weight))
    return _gathered(source, target, found, len(nodes))


def _from_igraph(graph: Any, weight: str) -> Arcs:
    edges = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    found = list(graph.es[weight]) if weight in graph.es.attributes() else [None] * len(edges)
    source, target = edges.T
    if not graph.is_directed():
        loop = source == target
        found += [p for p, is_loop in zip(found, loop, strict=True) if not is_loop]
        source, target = np.append(source, target[~loop]), np.append(target, source[~loop])
    return _gathered(source, target, found, graph.vcount())


def _from_geometric(graph: Any, weight: str) -> Arcs:
    source, target = np.asarray(graph.edge_index, dtype=np.int64)
    found = getattr(graph, "edge_weight", None)
    if found is None:
        found = getattr(graph, "edge_attr", None)
    probability = None
    if found is not None and weight:
        probability = np.asarray(found, dtype=np.float64).reshape(source.size, -1)
        if probability.shape[1] != 1:
            raise ValueError(f"`graph` must have one number an edge, got {probability.shape[1]}")
        probability = probability[:, 0]
    return source, target, probability, int(graph.num_nodes)


def _gathered(source: Any, target: Any, found: list[Any], n: int) -> Arcs:
    known = [p is not None for p in found]
    probability = None
    if any(known):
        probability = np.array([1.0 if p is None else p for p in found], dtype=np.float64)
    return np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64), probability, n
