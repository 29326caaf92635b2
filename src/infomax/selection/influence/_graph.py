"""The door for graphs: whatever holds arcs becomes a sparse matrix of probabilities."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infomax.selection.influence._graph_sources import listed_arcs

Graph: TypeAlias = Any


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
        return _checked(compressed(graph))
    return _checked(assemble(*listed_arcs(graph, n_nodes, weight)))


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


def check_square(shape: tuple[int, ...]) -> None:
    """Refuse a shape that is no graph's."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"`graph` must be a square matrix, got shape {shape}")
    if shape[0] == 0:
        raise ValueError("`graph` must have at least one node, got none")


def compressed(matrix: Any) -> sparse.csr_array:
    """Return a sparse matrix by rows, of float64."""
    arcs: Any = sparse.csr_array(matrix, dtype=np.float64)
    return arcs  # type: ignore[no-any-return]


def _checked(arcs: sparse.csr_array) -> sparse.csr_array:
    check_square(arcs.shape)
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


def assemble(
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
