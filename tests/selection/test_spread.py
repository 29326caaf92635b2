"""Cascades: exact values, simulation, reverse sampling, fixed worlds."""

from contextlib import contextmanager
from itertools import product

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from tests.strategies.graphs import probability_graphs

from infomax.selection import LiveEdgeWorlds, as_graph, spread, uniform_probability

ARCS = [(0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.3), (2, 3, 0.4)]
IC = {(0,): 2.165, (1,): 1.7, (2,): 1.4, (0, 2): 2.9, (1, 2): 2.4}
LT = {(0,): 2.27, (1,): 1.7, (0, 2): 2.9}
CASES = [("ic", s, v) for s, v in IC.items()] + [("lt", s, v) for s, v in LT.items()]


@contextmanager
def threads(n):
    """Set the number of threads for a while."""
    before = numba.get_num_threads()
    numba.set_num_threads(min(n, numba.config.NUMBA_NUM_THREADS))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def reach(arcs, seeds):
    found, queue = set(seeds), list(seeds)
    while queue:
        u = queue.pop()
        for a, b in arcs:
            if a == u and b not in found:
                found.add(b)
                queue.append(b)
    return len(found)


def enumerated(graph, seeds, model):
    """Sum over all live-edge worlds, as the models define them."""
    listed = graph.tocoo()
    arcs = list(zip(listed.row.tolist(), listed.col.tolist(), listed.data.tolist(), strict=True))
    if model == "ic":
        choices = [[((u, v), p), (None, 1 - p)] for u, v, p in arcs]
    else:
        choices = []
        for node in range(graph.shape[0]):
            into = [((u, v), p) for u, v, p in arcs if v == node]
            choices.append([*into, (None, 1 - sum(p for _, p in into))])
    total = 0.0
    for world in product(*choices):
        live = [arc for arc, _ in world if arc]
        total += np.prod([p for _, p in world]) * reach(live, seeds)
    return total


@pytest.mark.parametrize(("model", "seeds", "value"), CASES)
def test_closed_form_of_four_arcs(model, seeds, value):
    assert spread(ARCS, seeds, model=model, method="exact").value == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(("model", "seeds", "value"), CASES)
def test_closed_form_simulation_and_reverse_sampling_within_four_errors(model, seeds, value):
    # Error level 6e-5 a case.
    mc = spread(ARCS, seeds, model=model, n_simulations=100_000, random_state=1)
    assert abs(mc.value - value) < 4 * mc.standard_error
    assert mc.n == 100_000
    rr = spread(ARCS, seeds, model=model, method="rr", random_state=2)
    assert abs(rr.value - value) < 0.01 * value  # error level 1e-3


def test_closed_form_certain_arcs_reach_everybody_however_long_the_path():
    path = [(i, i + 1) for i in range(3000)]
    assert spread(path, [0], method="exact").value == 3001
    assert spread(path, [0], n_simulations=2).value == 3001
    assert spread(path, [0], model="lt", method="exact").value == 3001


def test_closed_form_no_seeds_reach_nobody():
    assert spread(ARCS, []).value == 0


def test_closed_form_excluded_nodes_neither_count_nor_pass_on():
    for method in ("exact", "mc", "rr"):
        found = spread([(0, 1), (1, 2), (0, 3)], [0], method=method, exclude=[1], random_state=0)
        assert found.value == pytest.approx(2, rel=0.01)


@settings(max_examples=25, deadline=None)
@given(probability_graphs(max_arcs=8), st.sets(st.integers(0, 1), min_size=1))
def test_naive_twin_exact_equals_all_worlds_independent(graph, seeds):
    seeds = sorted(seeds)
    exact = spread(graph, seeds, method="exact").value
    assert exact == pytest.approx(enumerated(graph, seeds, "ic"), abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(probability_graphs(max_arcs=10, threshold=True), st.sets(st.integers(0, 1), min_size=1))
def test_naive_twin_exact_equals_all_worlds_threshold(graph, seeds):
    seeds = sorted(seeds)
    exact = spread(graph, seeds, model="lt", method="exact").value
    assert exact == pytest.approx(enumerated(graph, seeds, "lt"), abs=1e-10)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(probability_graphs(max_arcs=10), st.booleans())
def test_law_all_ways_to_estimate_agree_with_the_exact_value(graph, exclude):
    # Arcs of one node differ in probability here, so that thinning is at work. Level 6e-5 each.
    out = [1] if exclude else None
    exact = spread(graph, [0], method="exact", exclude=out).value
    mc = spread(graph, [0], n_simulations=20_000, exclude=out, random_state=3)
    assert abs(mc.value - exact) <= 4 * mc.standard_error + 1e-12
    worlds = LiveEdgeWorlds(graph, 20_000, exclude=out, random_state=4)
    assert abs(worlds.gain(0) - exact) <= 4.5 * max(mc.standard_error, 1e-3)


@settings(max_examples=15, deadline=None)
@given(
    probability_graphs(max_nodes=7, max_arcs=14),
    st.sampled_from(["ic", "lt"]),
    st.permutations(range(7)),
)
def test_law_worlds_are_monotone_and_submodular(graph, model, order):
    if model == "lt":
        graph = graph / max(1.0, graph.sum(axis=0).max())
    n = graph.shape[0]
    worlds = LiveEdgeWorlds(sparse.csr_array(graph), 50, model=model, random_state=0)
    previous = worlds.gains(np.arange(n))
    total = 0.0
    for j in (v for v in order if v < n):
        total += worlds.gain(j)
        worlds.add(j)
        assert worlds.value == pytest.approx(total)
        gains = worlds.gains(np.arange(n))
        assert (gains <= previous + 1e-12).all()
        assert (gains >= 0).all()
        assert gains[j] == 0
        previous = gains
    assert worlds.value == n


def test_law_worlds_of_thresholds_follow_the_exact_value():
    worlds = LiveEdgeWorlds(ARCS, 50_000, model="lt", random_state=0)
    assert worlds.gain(0) == pytest.approx(2.27, abs=0.025)


@pytest.mark.parametrize("model", ["ic", "lt"])
@pytest.mark.parametrize("method", ["mc", "rr"])
def test_law_the_number_of_threads_does_not_matter(model, method):
    rng = np.random.default_rng(0)
    graph = as_graph(rng.integers(0, 200, (800, 2)))
    graph = uniform_probability(graph, 0.1)
    found = []
    for n_threads in (1, 2):
        with threads(n_threads):
            found.append(
                spread(graph, [0, 1], model=model, method=method, n_simulations=3000,
                       relative_error=0.1, random_state=5)
            )  # fmt: skip
    assert found[0] == found[1]


def test_law_same_seed_same_result_and_another_seed_another():
    first, again, other = (spread(ARCS, [0], random_state=s).value for s in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seeds": [4]}, r"`seeds` must lie in \[0, 3\], got 4"),
        ({"seeds": [1, 1]}, "`seeds` must not repeat, got 1 twice"),
        ({"seeds": [0], "exclude": [0]}, "`seeds` must not be excluded, got 0"),
        ({"seeds": [0], "exclude": [9]}, r"`exclude` must lie in \[0, 3\], got 9"),
        ({"seeds": [0], "model": "sir"}, "`model` must be one of 'ic', 'lt', got 'sir'"),
        ({"seeds": [0], "method": "guess"}, "`method` must be one of 'mc', 'rr', 'exact'"),
        (
            {"seeds": [0], "n_simulations": 1},
            "`n_simulations` must be a whole number of at least 2, got 1",
        ),
        ({"seeds": [0], "relative_error": 0}, r"`relative_error` must lie in \(0, 1\), got 0"),
        ({"seeds": [0], "delta": 1}, r"`delta` must lie in \(0, 1\), got 1"),
    ],
)
def test_bad_input_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        spread(ARCS, **options)


def test_bad_input_too_great_in_weights_are_refused_at_their_node():
    heavy = [(0, 2, 0.7), (1, 2, 0.7)]
    for call in (
        lambda: spread(heavy, [0], model="lt"),
        lambda: LiveEdgeWorlds(heavy, 5, model="lt"),
    ):
        with pytest.raises(ValueError, match=r"in-weights of at most 1 .* got 1.4 at node 2"):
            call()
    rounding = [(0, 2, 0.7), (1, 2, 0.3 + 5e-10)]
    assert spread(rounding, [0, 1], model="lt", n_simulations=100, random_state=0).value == 3


def test_bad_input_too_many_arcs_for_enumeration_are_refused():
    with pytest.raises(
        ValueError, match=r'`method` "exact" takes at most 20 uncertain arcs .* got 21'
    ):
        spread([(0, v, 0.5) for v in range(1, 22)], [0], method="exact")


def test_bad_input_of_worlds_is_refused_by_name(monkeypatch):
    with pytest.raises(ValueError, match="`n_worlds` must be a whole number"):
        LiveEdgeWorlds(ARCS, 0)
    with pytest.raises(ValueError, match="`model` must be one of"):
        LiveEdgeWorlds(ARCS, 5, model="x")
    monkeypatch.setattr("infomax.selection.influence._memory.available_bytes", lambda: 1000)
    with pytest.raises(
        MemoryError,
        match=r"1000 worlds of 4 nodes would take about 4e\+03 bytes, 1e\+03 are available",
    ):
        LiveEdgeWorlds(ARCS, 1000)
