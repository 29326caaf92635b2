"""Graphs from the user's own files."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from infomax.data.arcs import Arcs


@dataclass(frozen=True)
class GraphFile:
    """A graph read from a file."""

    adjacency: csr_array
    """Row = source, column = target, entry = weight, or 1.0 where the file gives none."""
    nodes: tuple[str, ...]
    """The name of each row: whole numbers by size, else in the order of the file."""
    weighted: bool
    """Whether the file gives weights."""


def read_graph(
    path: str | PathLike[str],
    *,
    directed: bool | None = None,
    header: bool | None = None,
    encoding: str | None = None,
) -> GraphFile:
    r"""Read a graph from an edge list, GraphML, Matrix Market or SciPy's NPZ.

    The ending says which: ``.graphml`` and ``.xml``, ``.mtx``, ``.npz``; any other is an edge list,
    one edge a line, parted by tabs, commas, semicolons or white space: source, target and, if there
    is a third column, weight; further columns (a time) are left alone. A header's words, such as
    source, target and weight, may also say which column is which. Lines that begin with ``#`` or
    ``%`` are comments, so that SNAP's and KONECT's files are read as they are.

    Parameters
    ----------
    path : str or path
        The file. Entities and external references in XML are refused, pickles in NPZ likewise.
    directed : bool, optional
        Whether an edge is one arc; False makes it two. Left out, the file decides (GraphML,
        Matrix Market), and an edge list is directed.
    header : bool, optional
        Whether an edge list begins with a header; found out when left out.
    encoding : str, optional
        Of an edge list; UTF-8, or UTF-16 after a byte order mark, when left out.

    Returns
    -------
    GraphFile
        Adjacency, names of the nodes, and whether there are weights. Whether weights are
        probabilities is not checked here.

    Raises
    ------
    ValueError
        If the file is not what its ending says, empty or cut short; if a weight is no finite
        number; if an arc is repeated with another weight. The message names file and place.

    Notes
    -----
    An edge list of a million lines takes a second or two; memory is some 60 bytes an arc, beside
    the names.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "friends.csv"
    ...     _ = path.write_text("source,target,weight\nAda,Bo,0.5\nBo,Cleo,0.25\n")
    ...     graph = read_graph(path)
    >>> graph.nodes
    ('Ada', 'Bo', 'Cleo')
    >>> graph.adjacency.toarray()[0]
    array([0. , 0.5, 0. ])
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending in {".graphml", ".xml"}:
        from infomax.data.graphml import read_graphml

        arcs = read_graphml(path)
    elif ending in {".mtx", ".npz"}:
        from infomax.data.matrix_files import read_matrix_market, read_npz

        arcs = read_matrix_market(path) if ending == ".mtx" else read_npz(path)
    else:
        from infomax.data.edge_lists import read_edge_list

        arcs = read_edge_list(path, header=header, encoding=encoding)
    if not len(arcs.sources):
        raise ValueError(f"{path} must hold at least one edge, got none")
    return _merged(path, arcs, arcs.undirected if directed is None else ~np.bool_(directed))


def _merged(path: Path, arcs: Arcs, undirected: np.ndarray | np.bool_) -> GraphFile:
    """Merge repeated arcs into one matrix, unless their weights differ."""
    n = len(arcs.nodes)
    places = np.arange(len(arcs.sources))
    back = places[np.broadcast_to(undirected, places.shape)]
    places = np.concatenate([places, back])
    sources = np.concatenate([arcs.sources, arcs.targets[back]])
    targets = np.concatenate([arcs.targets, arcs.sources[back]])
    weights = np.ones(len(places)) if arcs.weights is None else arcs.weights[places]
    if (bad := np.flatnonzero(~np.isfinite(weights))).size:
        where = arcs.place(int(places[bad[0]]))
        raise ValueError(f"{path}, {where}: the weight must be finite, got {weights[bad[0]]}")
    order = np.lexsort((targets, sources))
    sources, targets, weights = sources[order], targets[order], weights[order]
    again = (sources[1:] == sources[:-1]) & (targets[1:] == targets[:-1])
    if (other := np.flatnonzero(again & (weights[1:] != weights[:-1]))).size:
        i = int(other[0])
        pair = f"{arcs.nodes[sources[i]]!r} to {arcs.nodes[targets[i]]!r}"
        one, two = arcs.place(int(places[order[i]])), arcs.place(int(places[order[i + 1]]))
        raise ValueError(
            f"{path}: the arc from {pair} has the weight {weights[i]:g} ({one}) "
            f"and {weights[i + 1]:g} ({two})"
        )
    keep = np.concatenate([[True], ~again])
    adjacency = csr_array((weights[keep], (sources[keep], targets[keep])), shape=(n, n))
    return GraphFile(adjacency, arcs.nodes, arcs.weights is not None)
