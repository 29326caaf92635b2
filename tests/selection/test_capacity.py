"""Whom each participant invites."""

import math
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from tests.selection.test_spread import threads
from tests.strategies.graphs import invitations, set_families

from infomax.exceptions import ConvergenceWarning
from infomax.selection import (
    FacilityLocation,
    LiveEdgeWorlds,
    RRSets,
    WeightedCoverage,
    as_graph,
    capacity_constrained_im,
    curvature,
    local_seeds,
    mg_greedy,
    opim_c,
    rr_greedy,
    rr_opim_plus,
    spread,
    uniform_probability,
    weighted_cascade,
)
from infomax.selection.influence._candidates import friends_of, listed_candidates
from infomax.selection.influence._rr_opim import capacity_schedule, count_random_seeds
from infomax.selection.influence._sampler import Sampler
from infomax.selection.influence._share_out import share_out

TINY = [
    (0, 2, 1.0), (0, 3, 1.0), (1, 3, 1.0), (1, 4, 1.0), (2, 5, 0.5), (2, 6, 0.5), (3, 6, 0.8),
    (3, 7, 0.8), (3, 8, 0.8), (4, 8, 0.9), (4, 0, 0.9), (0, 8, 0.9),
]  # fmt: skip
FRIENDS = {0: [2, 3], 1: [3, 4]}
METHODS = ["rr-opim+", "rr-opim", "mg-opim", "rr-greedy", "mg-greedy"]
COVER = [[1, 2], [2, 3], [3], [1, 4], [4], [2, 4], [5]]


def exact(seeds):
    return spread(TINY, seeds, method="exact", exclude=[0, 1]).value


def pairs(assignment):
    return {tuple(pair) for pair in assignment.pairs.tolist()}


def best_value(value, candidates, limits):
    choices = [
        [c for size in range(limit + 1) for c in combinations(nodes, size)]
        for nodes, limit in zip(candidates.values(), limits, strict=True)
    ]
    return max(value(sorted(set().union(*world))) for world in product(*choices))


class CoverStore:
    """The sets of a test in the form in which sampled ones are kept."""

    def __init__(self, sets, n):
        from infomax.selection.influence._set_store import _invert

        long = [s for s in sets if len(s) > 1]
        start = np.cumsum([0, *(len(s) for s in long)])
        members = np.array([v for s in long for v in s], dtype=np.int32)
        self.by_set = lambda: (start, members)
        self.by_node = lambda: _invert(start, members, n)
        alone = np.bincount([s[0] for s in sets if len(s) == 1], minlength=n)
        self.counts = lambda: np.diff(self.by_node()[0]) + alone


def test_closed_form_exact_values_leave_participants_out():
    known = {
        (2,): 2.0,
        (3,): 3.4,
        (4,): 1.9,
        (2, 3): 5.0,
        (2, 4): 3.9,
        (3, 4): 4.58,
        (2, 3, 4): 6.18,
    }
    for seeds, value in known.items():
        assert exact(seeds) == pytest.approx(value, abs=1e-12)
    assert spread(TINY, [4], method="exact").value > 1.9


@pytest.mark.parametrize("greedy", [mg_greedy, rr_greedy])
@pytest.mark.parametrize("lazy", [True, False])
def test_closed_form_tiny_greedy(greedy, lazy):
    one = greedy(exact, FRIENDS, 1, lazy=lazy)
    assert pairs(one) == {(0, 3), (1, 4)}
    assert one.value == pytest.approx(4.58, abs=1e-12)
    assert one.value / 5.0 == pytest.approx(0.916)
    assert one.bound >= 5.0
    two = greedy(exact, FRIENDS, 2, lazy=lazy)
    assert two.value == pytest.approx(6.18, abs=1e-12)
    assert two.bound == pytest.approx(6.18, abs=1e-12)
    assert (
        two.of(0).tolist() + two.of(1).tolist()
        == two.indices[np.argsort(two.participants, kind="stable")].tolist()
    )


def test_closed_form_best_of_tiny():
    assert best_value(exact, FRIENDS, [1, 1]) == pytest.approx(5.0, abs=1e-12)
    assert best_value(exact, FRIENDS, [2, 2]) == pytest.approx(6.18, abs=1e-12)


def test_closed_form_curvature():
    found = curvature(exact, [2, 3, 4])
    assert found == pytest.approx(0.378947, abs=1e-6)
    assert 1 / (1 + found) == pytest.approx(0.725191, abs=1e-6)
    assert curvature(WeightedCoverage([[0], [1]]), [0, 1]) == 0
    assert curvature(FacilityLocation([[1.0, 1.0]]), [0, 1]) == 1


def test_closed_form_schedule():
    plan = capacity_schedule(1000, np.array([20, 30, 5]), np.array([5, 5, 5]), 15, 0.1, 1e-3)
    assert plan.most == pytest.approx(383292.404, abs=1e-3)
    assert plan.first == pytest.approx(3.832924, abs=1e-6)
    assert plan.n_rounds == 17
    released = capacity_schedule(
        1000, np.array([20, 30, 5]), np.array([5, 5, 5]), 15, 0.1, 1e-3, released=True
    )
    assert released.first == pytest.approx(plan.first * math.sqrt(15))
    assert released.n_rounds == math.floor(math.log2(released.most / released.first) + 1)


def test_closed_form_cover_bound():
    store = CoverStore(COVER, 6)
    one = share_out(store, listed_candidates({0: [1, 2], 1: [3, 4, 5]}, 1), greedy="rr", tight=True)
    assert (one.seeds.tolist(), one.gains.sum(), one.bound) == ([2, 4], 5, 6)
    two = share_out(store, listed_candidates({0: [1, 2], 1: [3, 4, 5]}, 2), greedy="rr", tight=True)
    assert (two.seeds.tolist(), two.gains.sum(), two.bound) == ([2, 4, 1, 3], 6, 7)
    # The same by the general greedy: the bound after a full round 10 is the one before any.
    covering = WeightedCoverage([[i for i, s in enumerate(COVER) if v in s] for v in range(6)])
    general = rr_greedy(covering, {0: [1, 2], 1: [3, 4, 5]}, 2)
    assert general.indices.tolist() == [2, 4, 1, 3]
    assert general.value == 6


@settings(max_examples=60, deadline=None)
@given(set_families(max_sets=5, n_elements=5), invitations())
def test_law_greedy_keeps_its_limits_and_its_share_of_the_best(family, invited):
    sets, weights = family
    sets = (sets + [[]] * 5)[:5]
    candidates, limits = invited
    worth = lambda nodes: sum(weights[e] for e in set().union(*(sets[v] for v in nodes)))  # noqa: E731
    best = best_value(worth, candidates, limits)
    for greedy in (mg_greedy, rr_greedy):
        found = greedy(WeightedCoverage(sets, weights=weights), candidates, limits)
        assert found.value == pytest.approx(worth(found.indices.tolist()))
        assert found.gains.sum() == pytest.approx(found.value)
        assert found.value >= best / 2 - 1e-9
        assert found.bound >= best - 1e-9
        assert len(set(found.indices.tolist())) == found.indices.size
        for (u, nodes), limit in zip(candidates.items(), limits, strict=True):
            assert set(found.of(u).tolist()) <= set(nodes)
            assert found.of(u).size <= limit
        patient = greedy(WeightedCoverage(sets, weights=weights), candidates, limits, lazy=False)
        assert pairs(patient) == pairs(found)
        assert patient.bound == pytest.approx(found.bound)


def random_case(seed=0):
    rng = np.random.default_rng(seed)
    graph = weighted_cascade(rng.integers(0, 120, (900, 2)))
    return graph, rng.choice(120, 12, replace=False)


@pytest.mark.parametrize(("greedy", "general"), [("rr", rr_greedy), ("mg", mg_greedy)])
def test_naive_twin_sharing_out_equals_the_general_greedy(greedy, general):
    graph, participants = random_case()
    limits = np.arange(12) % 4 + 1
    listed = friends_of(as_graph(graph), participants, limits)
    sets = RRSets(graph, exclude=participants, random_state=0).extend(3000)
    share = share_out(sets._store, listed, greedy=greedy, tight=True)
    candidates = {int(u): listed.of(i) for i, u in enumerate(participants)}
    slow = general(sets, candidates, limits)
    assert participants[share.hosts].tolist() == slow.participants.tolist()
    assert share.seeds.tolist() == slow.indices.tolist()
    assert share.gains * (sets.scale / 3000) == pytest.approx(slow.gains)
    assert share.bound * sets.scale / 3000 <= slow.bound + 1e-9
    loose = share_out(sets._store, listed, greedy=greedy, tight=False)
    assert loose.seeds.tolist() == share.seeds.tolist()


def test_naive_twin_candidates_are_friends_who_do_not_take_part():
    graph, participants = random_case(3)
    dense = graph.toarray() > 0
    listed = friends_of(graph, participants, 2)
    for i, u in enumerate(participants):
        expected = [v for v in range(120) if dense[u, v] and v not in participants]
        assert listed.of(i).tolist() == expected
    size = count_random_seeds(listed, np.random.default_rng(0))
    assert size <= min(np.minimum(listed.sizes, 2).sum(), np.unique(listed.nodes).size)
    everybody = friends_of(graph, participants, 200)
    assert count_random_seeds(everybody, np.random.default_rng(0)) == np.unique(listed.nodes).size


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("model", ["ic", "lt"])
def test_law_every_method_answers_the_tiny_case(method, model):
    graph = as_graph(TINY) if model == "ic" else weighted_cascade(TINY)
    found = capacity_constrained_im(
        graph, [0, 1], 1, method=method, model=model, n_simulations=2000, random_state=0
    )
    true = spread(graph, found.indices, model=model, method="exact", exclude=[0, 1]).value
    assert set(found.participants.tolist()) == {0, 1}
    assert found.value == pytest.approx(true, rel=0.1)
    assert found.ratio >= 0.4
    assert found.lower <= found.bound


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bound": "simple"},
        {"greedy": "mg", "bound": "simple"},
        {"greedy": "mg"},
        {"convention": "released"},
    ],
)
def test_law_certificate_and_guarantee_against_brute_force(options):
    best = 5.0
    failures = 0
    for seed in range(40):
        found = rr_opim_plus(TINY, [0, 1], 1, epsilon=0.2, delta=0.1, random_state=seed, **options)
        true = exact(found.indices)
        failures += not (found.lower <= true + 1e-12 and best <= found.bound + 1e-12)
        failures += true < 0.3 * best
        assert found.ratio >= 0.3
        assert found.n_rr_sets > 0
    # At most a tenth may fail; above 9 of 40 the chance is 0.005.
    assert failures <= 9


def test_law_one_participant_who_knows_everybody_is_plain_influence_maximisation():
    rng = np.random.default_rng(5)
    plain = uniform_probability(rng.integers(0, 60, (300, 2)), 0.15)
    arcs = [(u, v, p) for u, v, p in zip(*plain.tocoo().coords, plain.tocoo().data, strict=True)]
    joined = as_graph([*arcs, *((60, v, 1.0) for v in range(60))])
    found = capacity_constrained_im(joined, [60], 4, method="rr-opim", random_state=1)
    rival = opim_c(plain, 4, random_state=1)
    value = spread(plain, found.indices, n_simulations=40_000, random_state=2).value
    other = spread(plain, rival.indices, n_simulations=40_000, random_state=2).value
    assert value == pytest.approx(other, rel=0.08)
    assert found.value == pytest.approx(value, rel=0.1)


@pytest.mark.parametrize("method", METHODS[:3])
def test_law_threads_seed_and_limits(method):
    graph, participants = random_case(1)
    limits = np.arange(12) % 3 + 1
    found = []
    for n_threads in (1, 2):
        with threads(n_threads):
            found.append(
                capacity_constrained_im(graph, participants, limits, method=method, random_state=3)
            )
    assert found[0].pairs.tolist() == found[1].pairs.tolist()
    assert (found[0].value, found[0].bound) == (found[1].value, found[1].bound)
    for u, limit in zip(participants, limits, strict=True):
        assert found[0].of(u).size <= limit
    assert len(set(found[0].indices.tolist())) == found[0].indices.size
    assert not set(found[0].indices.tolist()) & set(participants.tolist())


def test_law_a_participant_without_friends_gets_none():
    found = capacity_constrained_im([(0, 2), (2, 3), (1, 0)], [0, 1], 2, random_state=0)
    assert found.pairs.tolist() == [[0, 2]]
    assert local_seeds([(0, 2), (2, 3), (1, 0)], [0, 1], 2, random_state=0).pairs.tolist() == [
        [0, 2]
    ]


def test_law_released_convention_roots_everywhere_and_estimates_the_same():
    graph, participants = random_case(2)
    theirs = rr_opim_plus(graph, participants, 3, convention="released", random_state=0)
    seeds = np.unique(theirs.indices)
    true = spread(graph, seeds, exclude=participants, n_simulations=40_000, random_state=0)
    out = np.isin(np.arange(120), participants)
    n_sets = 40_000
    for empty_roots, scale in ((False, 108), (True, 120)):
        sampler = Sampler(graph, "ic", out, empty_roots=empty_roots)
        assert sampler.scale == scale
        share = sampler.hits(seeds, np.uint64(3), n_sets) / n_sets
        error = np.hypot(true.standard_error, scale * np.sqrt(share * (1 - share) / n_sets))
        assert abs(share * scale - true.value) < 4 * error  # level 6e-5 each
    assert theirs.value == pytest.approx(true.value, rel=0.2)


def test_closed_form_local_seeds():
    arcs = [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (2, 6), (2, 7), (3, 8), (3, 9), (4, 10)]
    degree = local_seeds(arcs, [0, 1], 1, random_state=0)
    assert degree.pairs.tolist() == [[0, 2], [1, 3]]
    assert degree.gains.tolist() == [3, 2]
    assert degree.value == pytest.approx(7, rel=0.01)
    assert degree.lower <= 7
    own = local_seeds(arcs, [0, 1], 1, by=-np.arange(11.0), random_state=0)
    assert own.pairs.tolist() == [[0, 2], [1, 3]]
    shared = local_seeds(arcs, [0, 1], 1, by=np.eye(11)[3], random_state=0)
    assert shared.pairs.tolist() == [[0, 3], [1, 3]]
    assert shared.value == pytest.approx(3, rel=0.01)
    for by in ("imm", "opim-c"):
        assert local_seeds(arcs, [0, 1], 1, by=by, random_state=0).pairs.tolist() == [
            [0, 2],
            [1, 3],
        ]
    everybody = local_seeds(arcs, [0, 1], 2, by="random", random_state=0)
    assert pairs(everybody) == {(0, 2), (0, 3), (1, 3), (1, 4)}


def test_peer_pagerank_of_local_seeds():
    networkx = pytest.importorskip("networkx")
    graph, participants = random_case(4)
    ranks = networkx.pagerank(
        networkx.from_scipy_sparse_array(graph, create_using=networkx.DiGraph),
        alpha=0.8, tol=1e-12, weight=None,
    )  # fmt: skip
    found = local_seeds(graph, participants, 3, by="pagerank", random_state=0)
    assert found.gains == pytest.approx([ranks[v] for v in found.indices.tolist()], abs=1e-8)


def test_law_joint_invitations_reach_further_than_local_ones():
    graph, participants = random_case(6)
    joint = capacity_constrained_im(graph, participants, 2, method="rr-opim", random_state=0)
    reached = spread(
        graph, joint.indices, exclude=participants, n_simulations=20_000, random_state=1
    )
    for by in ("degree", "pagerank", "random"):
        assert reached.value > local_seeds(graph, participants, 2, by=by, random_state=0).value


def test_law_the_last_round_warns_when_uncertified(monkeypatch):
    monkeypatch.setattr("infomax.selection.influence._rr_opim.spread_lower_bound", lambda *_: 0.0)
    with pytest.warns(ConvergenceWarning, match="certified ratio of 0.000, 0.300 was wanted"):
        rr_opim_plus(TINY, [0, 1], 1, epsilon=0.2, random_state=0)


@pytest.mark.parametrize("choose", [capacity_constrained_im, rr_opim_plus, local_seeds])
@pytest.mark.parametrize(
    ("participants", "k", "options", "message"),
    [
        ([0, 9], 1, {}, r"`participants` must lie in \[0, 8\], got 9"),
        ([0, 0], 1, {}, "`participants` must not repeat, got 0 twice"),
        ([], 1, {}, "`participants` must name at least one node, got none"),
        (
            [8],
            1,
            {},
            "`participants` must have at least one friend who does not take part, got none",
        ),
        ([0, 1], 0, {}, "`k` must be a whole number of at least 1, got 0"),
        ([0, 1], [1], {}, r"`k` must be a whole number of at least 1, or 2 of them, got \[1\]"),
        ([0, 1], [1, 0], {}, "`k` must be a whole number of at least 1, or 2 of them"),
        ([0, 1], 1.5, {}, "`k` must be a whole number of at least 1, got 1.5"),
        ([0, 1], 1, {"delta": 0}, r"`delta` must lie in \(0, 1\), got 0"),
        ([0, 1], 1, {"model": "x"}, "`model` must be one of"),
    ],
)
def test_bad_input_is_refused_by_name(choose, participants, k, options, message):
    with pytest.raises(ValueError, match=message):
        choose(TINY, participants, k, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: capacity_constrained_im(TINY, [0], 1, epsilon=0.5), r"`epsilon` must lie in \(0, 0.5\), got 0.5"),
        (lambda: capacity_constrained_im(TINY, [0], 1, method="x"), "`method` must be one of 'rr-opim\\+'"),
        (lambda: capacity_constrained_im(TINY, [0], 1, convention="x"), "`convention` must be one of"),
        (lambda: capacity_constrained_im(TINY, [0], 1, method="mg-greedy", convention="x"), "`convention` must be one of"),
        (lambda: capacity_constrained_im(TINY, [0], 1, method="rr-greedy", n_simulations=0), "`n_simulations` must be"),
        (lambda: rr_opim_plus(TINY, [0], 1, bound="x"), "`bound` must be one of 'tight', 'simple', got 'x'"),
        (lambda: rr_opim_plus(TINY, [0], 1, greedy="x"), "`greedy` must be one of 'rr', 'mg', got 'x'"),
        (lambda: local_seeds(TINY, [0], 1, by="x"), "`by` must be one of 'degree'"),
        (lambda: local_seeds(TINY, [0], 1, by=[1.0]), "`by` must score each of 9 nodes, got 1"),
        (lambda: local_seeds(TINY, [0], 1, by="imm", epsilon=0.7), "`epsilon` must lie in"),
        (lambda: mg_greedy(exact, {}, 1), "`candidates` must name at least one participant, got none"),
        (lambda: mg_greedy(exact, {0: []}, 1), "`candidates` must hold at least one node, got none"),
        (lambda: rr_greedy(exact, {0: [2, 2]}, 1), "`candidates` must not repeat, got 2 twice"),
        (lambda: rr_greedy(WeightedCoverage([[0]]), {0: [1]}, 1), r"`candidates` must lie in \[0, 0\], got 1"),
        (lambda: curvature(exact, []), "`ground` must hold at least one item, got none"),
        (lambda: curvature(lambda _: 0.0, [1]), "`ground` must hold an item of positive worth, got none"),
        (lambda: curvature(WeightedCoverage([[0]]), [1]), r"`ground` must lie in \[0, 0\], got 1"),
        (lambda: LiveEdgeWorlds(TINY, 5, exclude=[99]), r"`exclude` must lie in \[0, 8\], got 99"),
    ],
)  # fmt: skip
def test_bad_input_of_parts_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
