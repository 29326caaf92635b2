"""Cascades and seeds against other libraries."""

import array

import numpy as np
import pytest

from infomax.selection import as_graph, imm, opim_c, spread, uniform_probability

pytestmark = pytest.mark.peer


def scale_free(n=1000, m=3, seed=0):
    """Grow a graph by preferential attachment, both ways."""
    rng = np.random.default_rng(seed)
    ends = list(range(m + 1))
    arcs = []
    for v in range(m + 1, n):
        for u in {int(ends[i]) for i in rng.integers(len(ends), size=m)}:
            arcs += [(u, v), (v, u)]
            ends += [u, v]
    return as_graph(arcs)


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_peer_cynetdiff_spreads_as_far(model):
    models = pytest.importorskip("cynetdiff.models")
    graph = scale_free()
    rng = np.random.default_rng(1)
    graph.data = rng.uniform(0, 0.1, graph.nnz)
    if model == "lt":
        graph.data /= np.bincount(graph.indices, weights=graph.data)[graph.indices]
    starts = array.array("I", graph.indptr[:-1].tolist())
    edges = array.array("I", graph.indices.tolist())
    numbers = array.array("f", graph.data.tolist())
    kind = models.IndependentCascadeModel if model == "ic" else models.LinearThresholdModel
    name = "activation_probs" if model == "ic" else "influence"
    peer = kind(starts, edges, **{name: numbers})
    peer.set_rng(np.random.default_rng(2))
    peer.set_seeds(range(5))
    reached = []
    for _ in range(3000):
        peer.reset_model()
        peer.advance_until_completion()
        reached.append(peer.get_num_activated_nodes())
    ours = spread(graph, np.arange(5), model=model, n_simulations=30_000, random_state=3)
    error = np.hypot(ours.standard_error, np.std(reached) / np.sqrt(3000))
    assert abs(ours.value - np.mean(reached)) < 4 * error  # level 6e-5


@pytest.mark.parametrize("ours", [imm, opim_c])
def test_peer_pynetim_does_not_reach_further(ours):
    pynetim = pytest.importorskip("pynetim")
    graph = uniform_probability(scale_free(), 0.05)
    edges = list(zip(*(ends.tolist() for ends in graph.tocoo().coords), strict=True))
    peer = pynetim.IMGraph(edges, 0.05, True, False)
    if ours is imm:
        theirs = pynetim.IMMAlgorithm(peer, "IC", epsilon=0.2, random_seed=1).run(10)
    else:
        theirs = pynetim.OPIMCAlgorithm(peer, "IC", random_seed=1).run(10, epsilon=0.2)
    seeds = ours(graph, 10, epsilon=0.2, random_state=0)
    value = spread(graph, seeds.indices, n_simulations=40_000, random_state=1)
    other = spread(graph, sorted(theirs), n_simulations=40_000, random_state=1)
    assert value.value > other.value - 4 * np.hypot(value.standard_error, other.standard_error)
    assert seeds.bound >= other.value
