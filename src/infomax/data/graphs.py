"""Networks as sparse adjacency matrices: row = source, column = target, entry 1.0.

An undirected network holds each edge as two arcs.
"""

import gzip
import re
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.data.derived import kept
from infomax.data.graph_tool import read_gt
from infomax.data.packages import fingerprint, open_member
from infomax.data.sets import PACKAGE_LIST

COLLECTION = (
    "adjnoun",
    "as-22july06",
    "astro-ph",
    "celegansneural",
    "cond-mat",
    "cond-mat-2003",
    "cond-mat-2005",
    "dolphins",
    "email-Enron",
    "football",
    "hep-th",
    "karate",
    "lesmis",
    "netscience",
    "pgp-strong-2009",
    "polblogs",
    "polbooks",
    "power",
    "serengeti-foodweb",
)
_FOLDER = "usr/lib/python3/dist-packages/graph_tool/collection"


def hep_th() -> csr_array:
    """Return who wrote with whom in high-energy theory, 1995 to 1999.

    8,361 scientists and 15,751 undirected edges, from preprints of the e-print archive. The
    network ships with infomax as its topology alone: without names, without weights.

    Returns
    -------
    csr_array of shape (8361, 8361)
        31,502 arcs.

    References
    ----------
    Newman (2001), "The structure of scientific collaboration networks", PNAS 98, 404-409.

    Examples
    --------
    >>> hep_th().nnz // 2
    15751
    """
    with (files("infomax.data") / "files" / "hep_th.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        return _undirected(stored["edges"].astype(np.int64), int(stored["n_nodes"]))


def karate() -> csr_array:
    """Return the friendships in a karate club, 34 members and 78 undirected edges.

    Member 0 is the instructor, member 33 the club's officer; the club later split between them.

    Returns
    -------
    csr_array of shape (34, 34)
        156 arcs.

    References
    ----------
    Zachary (1977), "An information flow model for conflict and fission in small groups", Journal
    of Anthropological Research 33, 452-473.

    Examples
    --------
    >>> karate().sum(axis=1)[[0, 33]]
    array([16., 17.])
    """
    text = (files("infomax.data") / "files" / "karate.csv").read_text()
    edges = np.loadtxt(text.splitlines(), delimiter=",", skiprows=1, dtype=np.int64)
    return _undirected(edges, 34)


def graph_collection(name: str) -> csr_array:
    """Return a network of graph-tool's collection.

    The archive comes with ``infomax data get graphs`` (Debian's python3-graph-tool, 45 MB) and is
    read in place. Directed are "celegansneural" (297 nodes, 2,345 arcs), "pgp-strong-2009"
    (39,796; 301,498), "polblogs" (1,490; 19,025) and "serengeti-foodweb" (161; 592). Undirected
    are, with nodes and edges: "adjnoun" (112; 425), "as-22july06" (22,963; 48,436), "astro-ph"
    (16,706; 121,251), "cond-mat" (16,726; 47,594), "cond-mat-2003" (31,163; 120,029),
    "cond-mat-2005" (40,421; 175,693), "dolphins" (62; 159), "email-Enron" (36,692; 183,831),
    "football" (115; 613), "hep-th" (8,361; 15,751), "karate" (34; 78), "lesmis" (77; 254),
    "netscience" (1,589; 2,742), "polbooks" (105; 441) and "power" (4,941; 6,594).

    Parameters
    ----------
    name : str
        One of the names above.

    Returns
    -------
    csr_array of shape (n_nodes, n_nodes)
        Parallel edges are one arc; the few self-loops of "polblogs" (3) and "serengeti-foodweb"
        (1) stay.

    Raises
    ------
    ValueError
        If there is no such network.
    MissingDataError
        If the archive is absent or damaged.
    """
    check_choice("name", name, COLLECTION)
    content = kept(
        f"graph-{name}",
        fingerprint("graphs"),
        lambda: open_member("graphs", f"{_FOLDER}/{name}.gt.gz").read(),
    )
    directed, n_nodes, edges = read_gt(gzip.decompress(content))
    return _adjacency(edges, n_nodes) if directed else _undirected(edges, n_nodes)


def package_graph() -> csr_array:
    """Return which package of Debian 12 reaches which: arcs run from a package to its dependents.

    An arc a → b says that b depends on, recommends or suggests a, so that influence (a fault, an
    update) runs along it; transpose for the other reading. Alternatives count each, virtual
    packages do not. The list comes with ``infomax data get debian-packages`` and is not pinned:
    `infomax.data.packages.fingerprint` gives the hash of the one in use.

    Returns
    -------
    csr_array of shape (n_packages, n_packages)
        Packages in the order of the list.

    Raises
    ------
    MissingDataError
        If the list is absent or damaged.
    """
    stored = np.load(
        BytesIO(kept("debian-packages", fingerprint("debian-packages"), _package_arcs)),
        allow_pickle=False,
    )
    return _adjacency(stored["arcs"], int(stored["n_nodes"]))


def barabasi_albert(
    n_nodes: int, n_edges_per_node: int, *, random_state: RandomState = None
) -> csr_array:
    """Generate a network that grows by preferential attachment.

    Growth starts from a star of ``n_edges_per_node + 1`` nodes; each further node ties itself to
    that many different older ones, each drawn with probability proportional to its degree.

    Parameters
    ----------
    n_nodes : int
        More than `n_edges_per_node`.
    n_edges_per_node : int
        m in the paper.
    random_state : int, Generator or None
        Seed or generator.

    Returns
    -------
    csr_array of shape (n_nodes, n_nodes)
        ``(n_nodes - m) * m`` undirected edges, as two arcs each.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Barabási and Albert (1999), "Emergence of scaling in random networks", Science 286, 509-512.

    Examples
    --------
    >>> barabasi_albert(1000, 3, random_state=0).nnz
    5982
    """
    from infomax.data.attachment import grow

    check_count("n_edges_per_node", n_edges_per_node)
    check_count("n_nodes", n_nodes, minimum=n_edges_per_node + 1)
    return _undirected(grow(n_nodes, n_edges_per_node, random_generator(random_state)), n_nodes)


def _package_arcs() -> bytes:
    text = open_member("debian-packages", PACKAGE_LIST.filename).read().decode()
    arcs, n_nodes = dependency_arcs(text)
    buffer = BytesIO()
    np.savez_compressed(buffer, arcs=arcs, n_nodes=np.int64(n_nodes))
    return buffer.getvalue()


def dependency_arcs(packages: str) -> tuple[NDArray[np.int64], int]:
    """Return the arcs (dependency, dependent) of a Debian package list and the number of packages."""
    fields: dict[str, list[str]] = {}
    for stanza in packages.split("\n\n"):
        found = re.findall(r"^(Package|Depends|Recommends|Suggests): (.*)$", stanza, re.MULTILINE)
        if found:
            fields[dict(found)["Package"]] = [value for key, value in found if key != "Package"]
    index = {name: i for i, name in enumerate(fields)}
    names = re.compile(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]*)")
    arcs = {
        (index[other], i)
        for i, values in enumerate(fields.values())
        for value in values
        for other in names.findall(value)
        if other in index and index[other] != i
    }
    return np.array(sorted(arcs), dtype=np.int64).reshape(-1, 2), len(index)


def _undirected(edges: NDArray[np.int64], n_nodes: int) -> csr_array:
    return _adjacency(np.concatenate([edges, edges[:, ::-1]]), n_nodes)


def _adjacency(arcs: NDArray[np.int64], n_nodes: int) -> csr_array:
    """Return arcs as a matrix with sorted columns and ones, parallel arcs merged."""
    ones = np.ones(len(arcs))
    matrix = csr_array((ones, (arcs[:, 0], arcs[:, 1])), shape=(n_nodes, n_nodes))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix
