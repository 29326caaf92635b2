"""The door for graphs: whatever holds arcs becomes a sparse matrix of probabilities."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_between, check_count
from infomax._arrays import RandomState, random_generator

Graph: TypeAlias = Any
Arcs: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None, int]


def as_graph(
    graph: Graph, *, n_nodes: int | None = None, weight: str = "weight"
) -> sparse.csr_array:
    """Read a graph as a sparse matrix whose entry (u, v) is the probability of the arc u → v.

    Every function of this room that takes a graph calls this first, so it is needed only to read a
    graph once and use it often. An arc without a number has probability 1: hand the result to
    `weighted_cascade`, `uniform_probability` or `trivalency`.

    Parameters
    ----------
    graph : scipy.sparse, array, DataFrame, iterable of pairs or triples, or graph object
        A square sparse matrix (row = source, data = probability); an edge list with columns source,
        target and, if wanted, probability, where nodes are numbered from 0; or a graph of networkx,
        igraph or PyTorch Geometric. Undirected graphs give an arc each way. Nodes of networkx are
        numbered in the order in which the graph lists them.
    n_nodes : int, optional
        Number of nodes of an edge list; one more than the greatest number in it when left out.
    weight : str
        Edge attribute of a networkx or igraph graph that holds the probability, where present.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_nodes, n_nodes)
        float64, indices sorted, no explicit zeros.

    Raises
    ------
    ValueError
        If a probability is NaN or outside [0, 1] (the arc is named), the graph has no node, the
        matrix is not square, or an arc comes twice with numbers of its own.

    Notes
    -----
    Entries that a sparse matrix stores twice are summed, as scipy does. A pair listed twice in an
    edge list of two columns is one arc. O(arcs).

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Section 2, for graphs of probabilities.

    Examples
    --------
    >>> from infomax.selection import as_graph
    >>> as_graph([(0, 1, 0.5), (1, 2, 0.25)]).toarray()
    array([[0.  , 0.5 , 0.  ],
           [0.  , 0.  , 0.25],
           [0.  , 0.  , 0.  ]])
    """
    if is_sparse(graph):
        return _checked(_compressed(graph))
    return _checked(_assemble(*_listed(graph, n_nodes, weight)))


def weighted_cascade(graph: Graph) -> sparse.csr_array:
    """Give every arc into v the probability 1 / in-degree of v.

    The usual choice where probabilities are unknown: each node is reached by one in-neighbour in
    expectation, and the arcs are valid weights of the linear threshold model too.
    `uniform_probability` and `trivalency` do not depend on degrees.

    Parameters
    ----------
    graph : graph
        As for `as_graph`, but the numbers on the arcs may be anything; those that are zero are no
        arcs.

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        As `as_graph` does for shapes.

    Notes
    -----
    Compute it before nodes are left out: the in-degree is that of the graph that came. O(arcs).

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Section 3.

    Examples
    --------
    >>> from infomax.selection import weighted_cascade
    >>> weighted_cascade([(0, 2), (1, 2)]).toarray()[:, 2]
    array([0.5, 0.5, 0. ])
    """
    arcs = _pattern(graph)
    in_degree = np.bincount(arcs.indices, minlength=arcs.shape[0])
    arcs.data = 1.0 / in_degree[arcs.indices]
    return arcs


def uniform_probability(graph: Graph, probability: float) -> sparse.csr_array:
    """Give every arc the same probability.

    Parameters
    ----------
    graph : graph
        As for `weighted_cascade`.
    probability : float
        In [0, 1].

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        If `probability` is outside [0, 1].

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Section 3.

    Examples
    --------
    >>> from infomax.selection import uniform_probability
    >>> uniform_probability([(0, 1), (1, 2)], 0.1).data
    array([0.1, 0.1])
    """
    probability = check_between("probability", probability, 0, 1)
    arcs = _pattern(graph)
    arcs.data = np.full(arcs.nnz, probability)
    arcs.eliminate_zeros()
    return arcs


def trivalency(
    graph: Graph,
    *,
    probabilities: ArrayLike = (0.1, 0.01, 0.001),
    random_state: RandomState = None,
) -> sparse.csr_array:
    """Give every arc one of a few probabilities, drawn at random.

    Parameters
    ----------
    graph : graph
        As for `weighted_cascade`.
    probabilities : array-like of float
        Each in [0, 1], equally likely.
    random_state : int, Generator or None

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        If one of `probabilities` is outside [0, 1].

    References
    ----------
    Chen, Wang and Wang (2010), Section 4.

    Examples
    --------
    >>> from infomax.selection import trivalency
    >>> trivalency([(0, 1), (1, 2), (2, 0)], random_state=0).data
    array([0.001, 0.01 , 0.01 ])
    """
    choices = np.array(
        [check_between("probabilities", float(p), 0, 1) for p in np.ravel(probabilities)]
    )
    arcs = _pattern(graph)
    arcs.data = random_generator(random_state).choice(choices, arcs.nnz)
    arcs.eliminate_zeros()
    return arcs


def check_thresholds(graph: sparse.csr_array) -> None:
    """Refuse a graph whose in-weights are too great for the linear threshold model."""
    total = np.bincount(graph.indices, weights=graph.data, minlength=graph.shape[0])
    if total.size and total.max() > 1 + 1e-9:
        node = int(np.argmax(total))
        raise ValueError(
            "`graph` must have in-weights of at most 1 at every node for the linear threshold "
            f"model, got {total[node]:g} at node {node}"
        )


def is_sparse(graph: object) -> bool:
    """Return whether `graph` is a matrix of scipy.sparse."""
    return bool(sparse.issparse(graph))


def _pattern(graph: Graph) -> sparse.csr_array:
    if is_sparse(graph):
        _check_square(graph.shape)
        arcs = _compressed(graph).copy()
    else:
        source, target, _, n = _listed(graph, None, "")
        arcs = _assemble(source, target, None, n)
    arcs.sum_duplicates()
    arcs.eliminate_zeros()
    _check_square(arcs.shape)
    return arcs


def _listed(graph: Graph, n_nodes: int | None, weight: str) -> Arcs:
    if hasattr(graph, "vcount") and hasattr(graph, "get_edgelist"):
        return _from_igraph(graph, weight)
    if hasattr(graph, "adjacency") and hasattr(graph, "is_directed"):
        return _from_networkx(graph, weight)
    if getattr(graph, "edge_index", None) is not None:
        return _from_geometric(graph, weight)
    return _from_edge_list(graph, n_nodes)


def _check_square(shape: tuple[int, ...]) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"`graph` must be a square matrix, got shape {shape}")
    if shape[0] == 0:
        raise ValueError("`graph` must have at least one node, got none")


def _compressed(matrix: Any) -> sparse.csr_array:
    arcs: Any = sparse.csr_array(matrix, dtype=np.float64)
    return arcs  # type: ignore[no-any-return]


def _checked(arcs: sparse.csr_array) -> sparse.csr_array:
    _check_square(arcs.shape)
    if not arcs.has_canonical_format:
        arcs = arcs.copy()
        arcs.sum_duplicates()
    outside = ~((arcs.data >= 0) & (arcs.data <= 1))
    if outside.any():
        at = int(np.argmax(outside))
        source = int(np.searchsorted(arcs.indptr, at, side="right")) - 1
        raise ValueError(
            f"`graph` must hold probabilities in [0, 1], got {arcs.data[at]:g} at edge "
            f"({source}, {arcs.indices[at]})"
        )
    if arcs.nnz and arcs.data.min() == 0:
        arcs = arcs.copy()
        arcs.eliminate_zeros()
    return arcs


def _assemble(
    source: NDArray[Any], target: NDArray[Any], probability: NDArray[np.float64] | None, n: int
) -> sparse.csr_array:
    data = np.ones(len(source)) if probability is None else probability
    arcs = sparse.csr_array(sparse.coo_array((data, (source, target)), shape=(n, n)))
    if arcs.nnz < len(source) or not arcs.has_canonical_format:
        arcs.sum_duplicates()
    if arcs.nnz < len(source):
        if probability is not None:
            _refuse_repeated(source, target, n)
        arcs.data[:] = 1.0
    return arcs


def _refuse_repeated(source: NDArray[Any], target: NDArray[Any], n: int) -> None:
    keys, counts = np.unique(source.astype(np.int64) * n + target, return_counts=True)
    u, v = divmod(int(keys[counts > 1][0]), n)
    raise ValueError(f"`graph` must list each arc once, got edge ({u}, {v}) twice")


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
