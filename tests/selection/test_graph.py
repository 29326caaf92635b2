"""The door for graphs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import sparse
from tests.strategies.graphs import probability_graphs

from infomax.selection import as_graph, trivalency, uniform_probability, weighted_cascade

ARCS = [(0, 1, 0.5), (1, 2, 0.25), (0, 2, 1.0)]
MATRIX = np.array([[0, 0.5, 1.0], [0, 0, 0.25], [0, 0, 0]])


@pytest.mark.parametrize(
    "graph",
    [
        ARCS,
        np.array(ARCS),
        (arc for arc in ARCS),
        pd.DataFrame(ARCS, columns=["from", "to", "p"]),
        sparse.csr_array(MATRIX),
        sparse.coo_matrix(MATRIX),
        sparse.csc_array(MATRIX),
    ],
    ids=["list", "array", "generator", "frame", "csr_array", "coo_matrix", "csc_array"],
)
def test_closed_form_every_plain_form_gives_the_same_matrix(graph):
    read = as_graph(graph)
    assert isinstance(read, sparse.csr_array)
    np.testing.assert_array_equal(read.toarray(), MATRIX)


def test_closed_form_two_columns_mean_probability_one_and_pairs_count_once():
    np.testing.assert_array_equal(as_graph([(0, 1), (1, 0), (0, 1)]).toarray(), [[0, 1], [1, 0]])
    assert as_graph([(0, 1)], n_nodes=5).shape == (5, 5)
    assert as_graph(np.zeros((0, 2), dtype=int), n_nodes=2).nnz == 0


def test_closed_form_networkx_directed_undirected_and_labelled():
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from([("a", "b", 0.5), ("b", "c", 0.25), ("a", "c", 1.0)])
    np.testing.assert_array_equal(as_graph(graph).toarray(), MATRIX)
    np.testing.assert_array_equal(as_graph(graph, weight="p").toarray(), MATRIX > 0)
    plain = networkx.path_graph(3)
    np.testing.assert_array_equal(as_graph(plain).toarray(), [[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    karate = networkx.karate_club_graph()  # its weights are no probabilities
    assert weighted_cascade(karate).nnz == 156
    with pytest.raises(ValueError, match=r"got 4 at edge \(0, 1\)"):
        as_graph(karate)


def test_closed_form_networkx_parallel_edges():
    networkx = pytest.importorskip("networkx")
    graph = networkx.MultiDiGraph([(0, 1), (0, 1)])
    assert as_graph(graph).toarray()[0, 1] == 1
    graph = networkx.MultiDiGraph()
    graph.add_weighted_edges_from([(0, 1, 0.5), (0, 1, 0.5)])
    with pytest.raises(ValueError, match=r"edge \(0, 1\) twice"):
        as_graph(graph)


def test_closed_form_igraph():
    igraph = pytest.importorskip("igraph")
    graph = igraph.Graph([(0, 1), (1, 2), (0, 2)], directed=True)
    graph.es["weight"] = [0.5, 0.25, 1.0]
    np.testing.assert_array_equal(as_graph(graph).toarray(), MATRIX)
    graph = igraph.Graph([(0, 1), (1, 1)], directed=False)
    graph.es["weight"] = [0.5, 0.25]
    np.testing.assert_array_equal(as_graph(graph).toarray(), [[0, 0.5], [0.5, 0.25]])


def test_closed_form_geometric():
    torch = pytest.importorskip("torch")
    data = pytest.importorskip("torch_geometric.data")
    index = torch.tensor([[0, 1, 0], [1, 2, 2]])
    graph = data.Data(edge_index=index, num_nodes=3, edge_weight=torch.tensor([0.5, 0.25, 1.0]))
    np.testing.assert_array_equal(as_graph(graph).toarray(), MATRIX)
    graph = data.Data(edge_index=index, num_nodes=3, edge_attr=torch.ones(3, 2))
    assert weighted_cascade(graph).nnz == 3
    with pytest.raises(ValueError, match="`graph` must have one number an edge, got 2"):
        as_graph(graph)


@settings(max_examples=40, deadline=None)
@given(probability_graphs())
def test_law_weighted_cascade_sums_to_one_at_every_node_reached(graph):
    total = weighted_cascade(graph).sum(axis=0)
    in_degree = np.bincount(graph.indices, minlength=graph.shape[0])
    np.testing.assert_allclose(total[in_degree > 0], 1)
    assert total[in_degree == 0].sum() == 0


def test_law_probabilities_replace_numbers_and_keep_the_input():
    weights = sparse.csr_array(np.array([[0, 7.0], [-3.0, 0]]))
    assert uniform_probability(weights, 0.25).data.tolist() == [0.25, 0.25]
    assert weighted_cascade(weights).data.tolist() == [1, 1]
    drawn = trivalency(weights, random_state=1)
    assert set(drawn.data) <= {0.1, 0.01, 0.001}
    assert drawn.data.tolist() == trivalency(weights, random_state=1).data.tolist()
    assert uniform_probability(weights, 0).nnz == 0
    assert weights.data.tolist() == [7, -3]


def test_law_reading_neither_changes_nor_sorts_the_input():
    graph = sparse.csr_array((np.array([0.5, 0.0, 0.25]), [2, 1, 0], [0, 3, 3, 3]), shape=(3, 3))
    read = as_graph(graph)
    assert read.nnz == 2
    assert graph.indices.tolist() == [2, 1, 0]
    assert read.indices.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ([(0, 1, 1.3)], r"`graph` must hold probabilities in \[0, 1\], got 1.3 at edge \(0, 1\)"),
        ([(0, 1, 0.5), (2, 0, -0.1)], r"got -0.1 at edge \(2, 0\)"),
        ([(0, 1, np.nan)], r"got nan at edge \(0, 1\)"),
        (sparse.csr_array(np.ones((2, 3))), r"`graph` must be a square matrix, got shape \(2, 3\)"),
        (sparse.csr_array((0, 0)), "`graph` must have at least one node, got none"),
        ([], "`graph` must have at least one node, got none"),
        ([(0, 1, 0.5), (0, 1, 0.5)], r"`graph` must list each arc once, got edge \(0, 1\) twice"),
        ([(0,)], "`graph` must be an edge list of two or three columns, got 1"),
        ([(0, 1), (0, 1, 0.5)], "`graph` must be an edge list of one width"),
        (np.zeros(3), r"`graph` must be an edge list of two or three columns, got shape \(3,\)"),
        ([("a", "b")], "`graph` must number its nodes from 0"),
        ([(-1, 0)], "`graph` must number its nodes from 0"),
        ([(0.5, 1)], "`graph` must number its nodes from 0"),
        (7, "`graph` must be a sparse matrix, an edge list or a graph, got int"),
        ("ab", "`graph` must be a sparse matrix, an edge list or a graph, got str"),
    ],
)
def test_bad_input_of_graphs_is_refused_by_name(graph, message):
    with pytest.raises(ValueError, match=message):
        as_graph(graph)


def test_bad_input_of_options_is_refused_by_name():
    with pytest.raises(
        ValueError, match="`n_nodes` must be above every node of `graph`, got 2 with node 2"
    ):
        as_graph([(0, 2)], n_nodes=2)
    with pytest.raises(ValueError, match=r"`probability` must lie in \[0, 1\], got 2"):
        uniform_probability([(0, 1)], 2)
    with pytest.raises(ValueError, match=r"`probabilities` must lie in \[0, 1\], got 1.5"):
        trivalency([(0, 1)], probabilities=[1.5])
    with pytest.raises(ValueError, match="square"):
        weighted_cascade(sparse.csr_array(np.ones((1, 2))))
