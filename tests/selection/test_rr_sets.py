"""Reverse-reachable sets: what they estimate, how they are kept, what they cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse
from tests.selection.test_spread import ARCS, CASES, threads
from tests.strategies.graphs import probability_graphs

from infomax.selection import RRSets, as_graph, maximize, spread, uniform_probability
from infomax.selection.influence._cover import greedy_cover
from infomax.selection.influence._memory import available_bytes
from infomax.selection.influence._sampler import Sampler
from infomax.selection.influence._set_store import SetStore


def sparse_graph(n=300, n_arcs=1500, p=0.1, seed=0):
    pairs = np.random.default_rng(seed).integers(0, n, (n_arcs, 2))
    return uniform_probability(as_graph(pairs, n_nodes=n), p)


@pytest.mark.parametrize(("model", "seeds", "value"), CASES)
def test_closed_form_hit_rate_is_unbiased(model, seeds, value):
    n_sets = 100_000
    found = RRSets(ARCS, model, random_state=0).extend(n_sets).spread(seeds)
    share = value / 4
    assert abs(found - value) < 4 * 4 * np.sqrt(share * (1 - share) / n_sets)  # level 6e-5


def test_closed_form_certain_arcs_give_ancestors():
    sets = RRSets([(0, 1), (1, 2)], random_state=0).extend(200)
    rows = {tuple(row) for row in sets.members().toarray().tolist()}
    assert rows == {(1, 0, 0), (1, 1, 0), (1, 1, 1)}
    assert sets.coverage([0]) == 200


def test_closed_form_excluded_nodes_are_neither_roots_nor_members():
    sets = RRSets([(0, 1), (1, 2), (3, 2)], exclude=[1], random_state=0).extend(3000)
    assert sets.scale == 3
    counts = sets.members().sum(axis=0)
    assert counts[1] == 0
    assert sets.spread([0]) == pytest.approx(1, abs=0.15)
    assert sets.spread([3]) == pytest.approx(2, abs=0.15)


@settings(max_examples=20, deadline=None)
@given(probability_graphs())
def test_naive_twin_coverage_counts_and_gains(graph):
    sets = RRSets(graph, random_state=1).extend(300)
    rows = sets.members().toarray().astype(bool)
    assert (sets.memberships().toarray() == rows.T).all()
    n = graph.shape[0]
    assert sets.coverage([0, 1]) == rows[:, :2].any(axis=1).sum()
    assert sets.gains() == pytest.approx(n / 300 * rows.sum(axis=0))
    sets.add(0)
    left = rows[~rows[:, 0]]
    assert sets.gains() == pytest.approx(n / 300 * left.sum(axis=0))
    assert sets.gain(1) == pytest.approx(n / 300 * left[:, 1].sum())
    assert sets.value == pytest.approx(n / 300 * rows[:, 0].sum())
    sets.reset()
    assert sets.value == 0


@pytest.mark.parametrize("k", [1, 3, 12])
def test_naive_twin_greedy_cover_and_its_bound(k):
    graph = sparse_graph(60, 300, 0.2)
    sampler = Sampler(graph, "ic", np.zeros(60, dtype=bool))
    sets = SetStore(sampler, np.uint64(7))
    sets.grow(500)
    public = RRSets(graph, random_state=0)
    public._store = sets
    rows = public.members().toarray().astype(bool)
    ground = np.arange(5, 55)
    picks, gains, bounds = [], [], []
    for _ in range(k + 1):
        left = rows[~rows[:, picks].any(axis=1)].sum(axis=0)
        bounds.append(sum(gains) + sum(sorted((left[v] for v in ground), reverse=True)[:k]))
        best = max((v for v in ground if v not in picks), key=lambda v: (left[v], -v))
        picks.append(best)
        gains.append(left[best])
    cover = greedy_cover(sets, k, ground)
    assert cover.picks.tolist() == picks[:k]
    assert cover.gains.tolist() == gains[:k]
    assert cover.bound == min(bounds)


def test_naive_twin_greedy_cover_is_maximize():
    graph = sparse_graph()
    public = RRSets(graph, random_state=3).extend(2000)
    chosen = maximize(public, 8)
    cover = greedy_cover(public._store, 8, np.arange(300))
    assert chosen.indices.tolist() == cover.picks.tolist()


def test_naive_twin_hits_without_storing_equal_stored_coverage():
    graph = sparse_graph()
    for model in ("ic", "lt"):
        graph = uniform_probability(graph, 0.05)
        sampler = Sampler(graph, model, np.zeros(300, dtype=bool))
        sets = RRSets(graph, model, random_state=3).extend(2000)
        seed = sets._store.seed
        assert sampler.hits([0, 1, 2], seed, 2000) == sets.coverage([0, 1, 2])
        rows = sets.members().toarray()[:, [0, 1, 2]].any(axis=1)
        needed = int(rows.sum()) // 2
        assert sampler.draws_until([0, 1, 2], seed, needed) == np.flatnonzero(rows)[needed - 1] + 1


@pytest.mark.parametrize("model", ["ic", "lt"])
def test_law_neither_threads_nor_steps_change_the_sets(model):
    graph = sparse_graph(p=0.05)
    with threads(1):
        whole = RRSets(graph, model, random_state=1).extend(3000).members()
    with threads(2):
        parts = RRSets(graph, model, random_state=1).extend(7).extend(993).extend(2000).members()
    same = [
        np.sort(whole[[i]].indices).tolist() == np.sort(parts[[i]].indices).tolist()
        for i in range(3000)
    ]
    assert all(same)
    other = RRSets(graph, model, random_state=2).extend(3000).members()
    assert (whole != other).nnz > 0


def test_law_thinned_and_plain_arcs_sample_the_same_law():
    # One arc differs, so that every node is thinned or not; 4 standard errors, level 6e-5.
    plain = sparse_graph(p=0.1)
    uneven = plain.copy()
    uneven.data = np.where(np.arange(plain.nnz) % 2 == 0, 0.02, 0.18)
    for graph in (plain, uneven, uniform_probability(plain, 0.4)):
        mc = spread(graph, [0, 1, 2], n_simulations=40_000, random_state=0)
        rr = RRSets(graph, random_state=1).extend(40_000).spread([0, 1, 2])
        share = mc.value / 300
        error = np.hypot(mc.standard_error, 300 * np.sqrt(share * (1 - share) / 40_000))
        assert abs(rr - mc.value) < 4 * error


def test_law_growth_is_refused_before_it_exceeds_the_limit():
    sets = RRSets(sparse_graph(p=0.2), max_bytes=2_000_000, random_state=0).extend(2000)
    with pytest.raises(
        MemoryError,
        match=r"5000000 reverse-reachable sets would take about .* allowed by `max_bytes`",
    ):
        sets.extend(5_000_000 - 2000)
    assert sets.n_sets == 2000


def test_law_available_memory_is_a_number_of_bytes():
    free = available_bytes()
    assert free is None or free > 2**20


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RRSets(ARCS, "x"), "`model` must be one of 'ic', 'lt', got 'x'"),
        (lambda: RRSets(ARCS, exclude=[0, 1, 2, 3]), "`exclude` must leave at least one node, got all of them"),
        (lambda: RRSets(ARCS, exclude=[7]), r"`exclude` must lie in \[0, 3\], got 7"),
        (lambda: RRSets(ARCS, max_bytes=0), "`max_bytes` must be a whole number of at least 1, got 0"),
        (lambda: RRSets(ARCS).extend(-1), "`n` must be a whole number of at least 0, got -1"),
        (lambda: RRSets(ARCS).coverage([4]), r"`seeds` must lie in \[0, 3\], got 4"),
        (lambda: RRSets([(0, 1, 0.9), (2, 1, 0.9)], "lt"), "`graph` must have in-weights of at most 1"),
        (lambda: RRSets(sparse.csr_array((0, 0))), "`graph` must have at least one node"),
        (lambda: RRSets(ARCS, random_state=-1), "`random_state` must be a non-negative int"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
