"""Choosing seeds: schedules, certificates, guarantees."""

import math
from itertools import combinations

import numpy as np
import pytest
from tests.selection.test_spread import ARCS, threads

from infomax.exceptions import ConvergenceWarning
from infomax.selection import (
    LiveEdgeWorlds,
    as_graph,
    celf,
    imm,
    maximize,
    opim_c,
    spread,
    uniform_probability,
    weighted_cascade,
)
from infomax.selection.influence._certificate import (
    log_binomial,
    spread_lower_bound,
    spread_upper_bound,
)
from infomax.selection.influence._imm import enough_sets, trial_sets
from infomax.selection.influence._opim_c import opim_schedule

# Two arms of different worth, a bridge, and a lone pair.
SMALL = [
    (0, 1, 0.6), (0, 2, 0.6), (2, 3, 0.5), (4, 3, 0.4), (4, 5, 0.7), (5, 6, 0.5), (1, 6, 0.2),
    (7, 8, 0.9), (6, 0, 0.3), (3, 5, 0.1),
]  # fmt: skip


def best_spread(graph, k, n=9, model="ic"):
    values = [
        spread(graph, s, method="exact", model=model).value for s in combinations(range(n), k)
    ]
    return max(values)


def test_closed_form_bounds():
    cases = [
        (300, 700, 1000, 1000, 1e-3, 240.061691, 805.490586),
        (50, 100, 856, 400, 1e-4, 53.878262, 327.648534),
        (0, 10, 100, 100, 0.01, 0, 25.249934),
    ]
    for low, high, n, n_sets, chance, lower, upper in cases:
        a = math.log(1 / chance)
        assert spread_lower_bound(low, n_sets, n, a) == pytest.approx(lower, abs=1e-6)
        assert spread_upper_bound(high, n_sets, n, a) == pytest.approx(upper, abs=1e-6)


def test_closed_form_schedules():
    plan = opim_schedule(1000, 10, 1000, 0.1, 1e-3)
    assert plan.most == pytest.approx(1330519.69, abs=0.01)
    assert plan.first == pytest.approx(133.05, abs=0.01)
    assert plan.n_rounds == 14
    choices, failure = log_binomial(1000, 10), math.log(2 * 1000)
    assert enough_sets(1000, choices, failure, 0.5) == pytest.approx(523840.93, abs=0.01)
    assert trial_sets(1000, choices, failure, 0.5) == pytest.approx(315489.90, abs=0.01)
    assert log_binomial(5, 5) == log_binomial(3, 5) == 0
    assert log_binomial(10, 3) == pytest.approx(math.log(120))


@pytest.mark.parametrize("choose", [opim_c, imm])
@pytest.mark.parametrize("model", ["ic", "lt"])
@pytest.mark.parametrize("k", [1, 3])
def test_law_certificate_encloses_truth_and_guarantee_holds(choose, model, k):
    graph = as_graph(SMALL) if model == "ic" else weighted_cascade(SMALL)
    best = best_spread(graph, k, model=model)
    failures = 0
    for seed in range(20):
        seeds = choose(graph, k, epsilon=0.2, delta=0.1, model=model, random_state=seed)
        true = spread(graph, seeds.indices, method="exact", model=model).value
        failures += not (seeds.lower <= true and best <= seeds.bound)
        failures += true < (1 - 1 / math.e - 0.2) * best
        assert seeds.lower <= seeds.value
        assert len(set(seeds.indices.tolist())) == k
        assert (np.diff(seeds.gains) <= 1e-9).all()
    # At most a tenth may fail; above 6 of 20 the chance is 0.002.
    assert failures <= 6


def test_law_opim_certificate_reaches_what_was_asked():
    seeds = opim_c(SMALL, 2, epsilon=0.1, random_state=0)
    assert seeds.ratio >= 1 - 1 / math.e - 0.1
    assert seeds.ratio == pytest.approx(seeds.lower / seeds.bound)


def test_law_imm_takes_more_sets_and_certifies_more():
    graph = weighted_cascade(
        [(i, j) for i in range(40) for j in range(40) if (i * 7 + j * 3) % 11 == 0 and i != j]
    )
    few, many = opim_c(graph, 4, random_state=0), imm(graph, 4, random_state=0)
    assert many.n_rr_sets > few.n_rr_sets
    assert many.ratio > few.ratio


def test_law_celf_is_greedy_on_its_worlds_and_close_to_the_best():
    chosen = celf(SMALL, 3, n_simulations=3000, random_state=1)
    worlds = LiveEdgeWorlds(SMALL, 3000, random_state=1)
    naive = maximize(worlds, 3, method="naive")
    assert chosen.indices.tolist() == naive.indices.tolist()
    assert chosen.n_evaluations < naive.n_evaluations
    true = spread(SMALL, chosen.indices, method="exact").value
    assert true >= 0.98 * best_spread(SMALL, 3)


def test_closed_form_karate_club():
    networkx = pytest.importorskip("networkx")
    club = networkx.karate_club_graph()
    cascade = weighted_cascade(club)
    known = {(0,): 10.00, (33,): 10.55, (0, 33): 17.71, (0, 33, 32): 19.91}
    for seeds, value in known.items():
        found = spread(cascade, seeds, n_simulations=50_000, random_state=0)
        assert abs(found.value - value) < 4 * np.hypot(found.standard_error, 0.03)
    assert imm(cascade, 3, random_state=0).indices.tolist() == [33, 0, 32]
    tenth = uniform_probability(club, 0.1)
    for seeds, value in {(0,): 3.43, (33,): 3.48, (0, 33): 6.42}.items():
        found = spread(tenth, seeds, n_simulations=50_000, random_state=1)
        assert abs(found.value - value) < 4 * np.hypot(found.standard_error, 0.03)
    assert imm(tenth, 3, random_state=0).indices.tolist() == [33, 0, 32]


@pytest.mark.parametrize("choose", [opim_c, imm, celf])
def test_law_candidates_and_exclude_are_kept(choose):
    assert choose(SMALL, 2, candidates=[1, 7, 8], random_state=0).indices.tolist() == [7, 1]
    assert 0 not in choose(SMALL, 3, exclude=[0], random_state=0).indices
    through = [(0, 1), (1, 2), (1, 3), (1, 4), (5, 6), (5, 7)]
    assert choose(through, 1, exclude=[1], random_state=0).indices.tolist() == [5]


@pytest.mark.parametrize("choose", [opim_c, imm])
def test_law_threads_and_seed(choose):
    graph = weighted_cascade(np.random.default_rng(0).integers(0, 200, (900, 2)))
    with threads(1):
        one = choose(graph, 5, epsilon=0.3, random_state=4)
    with threads(2):
        two = choose(graph, 5, epsilon=0.3, random_state=4)
    assert one.indices.tolist() == two.indices.tolist()
    assert (one.value, one.lower, one.bound) == (two.value, two.lower, two.bound)


def test_law_the_last_round_warns_when_uncertified(monkeypatch):
    monkeypatch.setattr("infomax.selection.influence._opim_c.spread_lower_bound", lambda *_: 0.0)
    with pytest.warns(ConvergenceWarning, match="certified ratio of 0.000, 0.132 was wanted"):
        opim_c(SMALL, 1, epsilon=0.5, random_state=0)


@pytest.mark.parametrize("choose", [opim_c, imm])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "`k` must be a whole number of at least 1 and at most 4, got 0"),
        ({"k": 5}, "`k` must be .* at most 4, got 5"),
        ({"k": 3, "exclude": [0, 1]}, "`k` must be .* at most 2, got 3"),
        ({"k": 1, "epsilon": 0.7}, r"`epsilon` must lie in \(0, 0.632121\), got 0.7"),
        ({"k": 1, "epsilon": 0}, "`epsilon` must lie in"),
        ({"k": 1, "delta": 0}, r"`delta` must lie in \(0, 1\), got 0"),
        ({"k": 1, "model": "x"}, "`model` must be one of"),
        ({"k": 1, "candidates": [9]}, r"`candidates` must lie in \[0, 3\], got 9"),
    ],
)
def test_bad_input_is_refused_by_name(choose, options, message):
    with pytest.raises(ValueError, match=message):
        choose(ARCS, **options)
