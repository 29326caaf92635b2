"""Networks: counts, shape of the answer, readers of archives."""

import numpy as np
import pytest
from scipy.sparse import tril
from scipy.sparse.csgraph import connected_components
from tests.data.archives_for_tests import collection, gt, use

from infomax.data.graph_tool import read_gt
from infomax.data.graphs import (
    COLLECTION,
    barabasi_albert,
    dependency_arcs,
    graph_collection,
    hep_th,
    karate,
    package_graph,
)
from infomax.data.packages import get
from infomax.exceptions import MissingDataError

PACKAGES = """\
Package: a
Version: 1
Depends: b (>= 1), c | d, missing
Description: a
 Depends: d

Package: b
Suggests: a

Package: c
Recommends: c:any, b

Package: d
"""


def _is_undirected_network(matrix, n_nodes, n_edges):
    assert matrix.shape == (n_nodes, n_nodes)
    assert matrix.nnz == 2 * n_edges
    assert matrix.has_canonical_format
    assert matrix.dtype == np.float64
    assert (matrix.data == 1).all()
    assert (matrix != matrix.T).nnz == 0
    assert matrix.diagonal().sum() == 0


def test_hep_th_has_the_counts_of_its_source():
    network = hep_th()
    _is_undirected_network(network, 8361, 15751)
    assert np.diff(network.indptr).max() == 50
    sizes = np.bincount(connected_components(network)[1])
    assert sizes.max() == 5835


def test_karate_has_the_counts_of_its_source():
    _is_undirected_network(karate(), 34, 78)
    assert connected_components(karate())[0] == 1


def test_hep_th_ships_topology_alone():
    from importlib.resources import files

    with (files("infomax.data") / "files" / "hep_th.npz").open("rb") as file:
        stored = np.load(file)
        assert sorted(stored.files) == ["edges", "n_nodes"]
        assert stored["edges"].dtype == np.uint16


def test_a_network_of_the_collection_is_read_without_graph_tool(monkeypatch):
    graphs = collection(
        polblogs=gt([[1, 1], [2], [2]], directed=True),
        dolphins=gt([[1], [2], [], []], directed=False),
    )
    use(monkeypatch, "graphs", graphs)
    get("graphs")
    assert graph_collection("polblogs").toarray().tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1]]
    for _ in range(2):  # from the archive, then from what was kept
        _is_undirected_network(graph_collection("dolphins"), 4, 2)
    with pytest.raises(KeyError, match=r"no .*lesmis"):
        graph_collection("lesmis")


def test_a_network_whose_archive_is_absent_names_the_command():
    with pytest.raises(MissingDataError, match="infomax data get graphs"):
        graph_collection("email-Enron")
    with pytest.raises(MissingDataError, match="infomax data get debian-packages"):
        package_graph()


def test_an_unknown_network_is_refused_by_name():
    assert len(COLLECTION) == 19
    with pytest.raises(ValueError, match=r"`name` must be one of .*got 'facebook'"):
        graph_collection("facebook")


@pytest.mark.parametrize("order", ["<", ">"])
def test_closed_form_gt_of_both_byte_orders(order):
    directed, n_nodes, edges = read_gt(gt([[2, 1], [], [0]], directed=True, order=order))
    assert (directed, n_nodes) == (True, 3)
    assert edges.tolist() == [[0, 2], [0, 1], [2, 0]]


@pytest.mark.parametrize(("n_nodes", "width"), [(255, 1), (256, 2), (65_535, 2), (65_536, 4)])
def test_closed_form_gt_takes_the_smallest_type_for_its_nodes(n_nodes, width):
    rows = [[n_nodes - 1], *([] for _ in range(n_nodes - 1))]
    _, n, edges = read_gt(gt(rows, directed=False, width=width))
    assert n == n_nodes
    assert edges.tolist() == [[0, n_nodes - 1]]


def test_gt_without_nodes_has_no_edges():
    assert read_gt(gt([], directed=False))[2].shape == (0, 2)


def test_gt_that_is_foreign_or_cut_short_is_refused():
    with pytest.raises(ValueError, match="`content` must be a graph-tool file"):
        read_gt(b"<graphml/>")
    whole = gt([[1], [0]], directed=True)
    end = len(whole) - len(b"properties that nobody reads")
    for cut in range(6, end):
        with pytest.raises(ValueError, match="cut short"):
            read_gt(whole[:cut])


def test_closed_form_arcs_run_from_a_package_to_its_dependents():
    arcs, n_packages = dependency_arcs(PACKAGES)
    assert n_packages == 4
    names = "abcd"
    found = {names[s] + names[t] for s, t in arcs}
    assert found == {"ba", "ca", "da", "ab", "bc"}


def test_the_package_graph_is_read_from_the_list(monkeypatch):
    use(monkeypatch, "debian-packages", PACKAGES.encode())
    get("debian-packages")
    for _ in range(2):
        assert package_graph().toarray().tolist() == [
            [0, 1, 0, 0],
            [1, 0, 1, 0],
            [1, 0, 0, 0],
            [1, 0, 0, 0],
        ]


@pytest.mark.parametrize(("n", "m"), [(2, 1), (5, 4), (50, 1), (300, 7)])
def test_law_preferential_attachment_gives_every_new_node_its_edges(n, m):
    network = barabasi_albert(n, m, random_state=3)
    _is_undirected_network(network, n, (n - m) * m)
    assert connected_components(network)[0] == 1
    older = np.diff(tril(network, -1, format="csr").indptr)
    assert older.tolist() == [0, *[1] * m, *[m] * (n - m - 1)]


def test_law_same_seed_same_network():
    one, two = (barabasi_albert(200, 3, random_state=5) for _ in range(2))
    assert (one != two).nnz == 0
    assert (one != barabasi_albert(200, 3, random_state=6)).nnz > 0
    generator = np.random.default_rng(5)
    assert (one != barabasi_albert(200, 3, random_state=generator)).nnz == 0


def test_naive_twin_attachment_is_by_degree():
    """The fourth node of m = 1 ties itself to a node in proportion to its degree.

    Over 4,000 networks the share of each of the first three is within 4 standard errors (two-sided
    level 6e-5 each) of the mean of its share of the degrees.
    """
    hits, expected = np.zeros(3), np.zeros(3)
    generator = np.random.default_rng(0)
    for _ in range(4000):
        dense = barabasi_albert(4, 1, random_state=generator).toarray()
        before = dense[:3, :3].sum(axis=0)
        expected += before / before.sum()
        hits += dense[3, :3]
    assert np.abs(hits - expected).max() < 4 * np.sqrt(4000 / 4)


@pytest.mark.peer
def test_peer_degrees_are_as_unequal_as_those_of_networkx():
    networkx = pytest.importorskip("networkx")
    ours = np.diff(barabasi_albert(3000, 4, random_state=0).indptr)
    theirs = np.array([d for _, d in networkx.barabasi_albert_graph(3000, 4, seed=0).degree()])
    assert ours.sum() == theirs.sum()
    assert abs(np.mean(ours >= 20) - np.mean(theirs >= 20)) < 0.015
    assert 0.5 < ours.max() / theirs.max() < 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((10, 0), "n_edges_per_node"),
        ((5, 5), "n_nodes"),
        ((0, 1), "n_nodes"),
        ((9.5, 2), "n_nodes"),
    ],
)
def test_bad_sizes_are_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        barabasi_albert(*arguments)
