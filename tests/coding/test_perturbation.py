import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.distributions import distributions, full_distributions

from infomax.coding import entropy_bounded_coupling, perturb_map
from infomax.measures import entropy, mutual_information

BIT = math.log(2)
P = [0.7, 0.2, 0.1]
few = settings(deadline=None, max_examples=40)
budgets = st.floats(0, 2.5)


def check(coupling, p, budget):
    joint = coupling.toarray()
    assert (coupling.masses > 0).all()
    np.testing.assert_allclose(joint.sum(axis=1), p, rtol=0, atol=1e-12)
    np.testing.assert_allclose(joint.sum(axis=0), coupling.code_pmf, rtol=0, atol=1e-12)
    assert coupling.entropy == pytest.approx(entropy(coupling.code_pmf), abs=1e-12)
    assert coupling.information == pytest.approx(mutual_information(coupling.matrix), abs=1e-9)
    assert coupling.entropy <= budget + 1e-11
    assert coupling.information <= coupling.upper_bound + 1e-11
    assert coupling.upper_bound == pytest.approx(min(budget, entropy(p)), abs=1e-12)


def moves(p, labels, budget, n_steps=400):
    """Move parts of one symbol to each other code or a new one, and return the best information."""
    p = np.array(p)
    best = 0.0
    for x, target in itertools.product(range(len(p)), range(max(labels) + 2)):
        for part in np.linspace(0, p[x], n_steps):
            joint = np.zeros((len(p), max(labels) + 2))
            joint[range(len(p)), labels] = p
            joint[x, labels[x]] -= part
            joint[x, target] += part
            if entropy(joint.sum(axis=0)) <= budget + 1e-12:
                best = max(best, mutual_information(joint))
    return best


@pytest.mark.parametrize(
    ("labels", "bits", "information"),
    [
        ([0, 1, 1], 0.9, 0.884789),
        ([0, 1, 1], 0.95, 0.899580),
        ([0, 1, 1], 1.0, 0.921421),
        ([0, 1, 1], 0.87, 0.826328),
        ([0, 0, 1], 0.5, 0.476066),
        ([0, 0, 1], 0.6, 0.510511),
        ([0, 0, 1], 0.46, 0.441484),
        ([0, 0, 1], 0.4, 0.326589),
    ],
)
def test_closed_form_three_symbols(labels, bits, information):
    coupling = perturb_map(P, labels, max_entropy=bits * BIT)
    check(coupling, P, bits * BIT)
    assert coupling.entropy == pytest.approx(bits * BIT, abs=1e-9)
    assert coupling.information == pytest.approx(information * BIT, abs=1e-6)


def test_closed_form_joint_at_one_budget():
    joint = perturb_map(P, [0, 1, 1], max_entropy=0.95 * BIT).toarray()
    wanted = [[0.7, 0, 0], [0, 0.2, 0], [0, 0.088857, 0.011143]]
    np.testing.assert_allclose(joint, wanted, atol=1e-6)


def test_closed_form_moving_all_is_better_than_a_part():
    coupling = perturb_map(P, [0, 1, 1], max_entropy=0.8 * BIT)
    np.testing.assert_allclose(coupling.toarray(), [[0.7, 0], [0, 0.2], [0.1, 0]], atol=1e-15)
    assert coupling.information == pytest.approx(0.721928 * BIT, abs=1e-6)  # a part: 0.701417


def test_closed_form_extremes():
    constant = perturb_map(P, [0, 1, 2], max_entropy=0)
    np.testing.assert_allclose(constant.toarray(), np.array([P]).T)
    identity = perturb_map(P, [5, 5, 5], max_entropy=math.inf)
    assert identity.information == pytest.approx(entropy(P))
    same = perturb_map(P, [3, 1, 1], max_entropy=entropy([0.7, 0.3]))
    np.testing.assert_allclose(same.toarray(), [[0, 0.7], [0.2, 0], [0.1, 0]], atol=1e-15)


@few
@given(st.data(), distributions(), budgets)
def test_law_budget_is_spent_and_nothing_is_lost(data, p, budget):
    labels = data.draw(st.lists(st.integers(0, 5), min_size=len(p), max_size=len(p)))
    coupling = perturb_map(p, labels, max_entropy=budget)
    check(coupling, p, budget)
    before = entropy(np.bincount(labels, weights=p))
    if before <= budget:
        assert coupling.entropy == pytest.approx(min(budget, entropy(p)), abs=1e-9)
        assert coupling.information >= before - 1e-9
    is_random = len(coupling.masses) > np.count_nonzero(p)
    if is_random:
        assert len(coupling.masses) == np.count_nonzero(p) + 1
        assert coupling.entropy == pytest.approx(budget, abs=1e-9)
    else:
        assert coupling.information == pytest.approx(coupling.entropy, abs=1e-12)


@settings(deadline=None, max_examples=8)
@given(full_distributions(2, 4), st.data())
def test_naive_twin_no_small_move_is_better(p, data):
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(p), max_size=len(p)))
    start = entropy(np.bincount(labels, weights=p))
    for step in (1e-3, -1e-3):
        budget = start + step
        if 0 < budget < entropy(p):
            ours = perturb_map(p, labels, max_entropy=budget).information
            if step > 0:  # below, the theorem is about steps too small for a grid
                assert ours >= moves(p, labels, budget, n_steps=60) - 1e-4


@few
@given(full_distributions(1, 6), budgets)
def test_law_more_candidates_never_lose(p, budget):
    several = {
        (candidates, perturb): entropy_bounded_coupling(
            p, max_entropy=budget, candidates=candidates, perturb=perturb
        )
        for candidates in ("greedy", "all")
        for perturb in (False, True)
    }
    for coupling in several.values():
        check(coupling, p, budget)
    value = {key: coupling.information for key, coupling in several.items()}
    assert value["all", True] >= value["greedy", True] - 1e-10
    assert value["all", False] >= value["greedy", False] - 1e-10
    assert value["greedy", True] >= value["greedy", False] - 1e-10


@settings(deadline=None, max_examples=20)
@given(full_distributions(1, 5), budgets)
def test_naive_twin_best_map_of_all(p, budget):
    best = 0.0
    for labels in itertools.product(range(len(p)), repeat=len(p)):
        value = entropy(np.bincount(labels, weights=p))
        best = max(best, value if value <= budget + 1e-12 else 0)
    ours = entropy_bounded_coupling(p, max_entropy=budget, candidates="all", perturb=False)
    assert ours.information == pytest.approx(best, abs=1e-10)


@pytest.mark.parametrize("budget", [0.2, 0.35, 0.45, 0.55, 0.63, 0.7, 0.75])
def test_naive_twin_no_random_code_is_better(budget):
    rng = np.random.default_rng(0)
    p = np.array(P)
    sharpness = rng.choice([0.02, 0.1, 0.5], (200_000, 1, 1))
    draws = rng.gamma(np.broadcast_to(sharpness, (200_000, 3, 3))) + 1e-300
    channels = draws / draws.sum(axis=2, keepdims=True)

    def plogp(x):
        return -x * np.log(np.where(x > 0, x, 1))

    code_entropy = plogp(np.einsum("x,nxt->nt", p, channels)).sum(axis=1)
    information = code_entropy - plogp(channels).sum(axis=2) @ p
    within = code_entropy <= budget
    ours = entropy_bounded_coupling(p, max_entropy=budget, candidates="all")
    assert ours.information >= information[within].max() - 1e-9
    assert within.sum() > 1_000


def test_closed_form_brute_force_optimum():
    # the optimum found by sequential quadratic programming from 150 starts, to five places
    for budget, optimum in ((0.35, 0.33092), (0.55, 0.51961), (0.7, 0.64238)):
        ours = entropy_bounded_coupling(P, max_entropy=budget, candidates="all")
        assert ours.information == pytest.approx(optimum, abs=1e-5)


def test_law_zero_masses_have_no_cells():
    coupling = perturb_map([0.7, 0, 0.2, 0.1], [0, 9, 1, 1], max_entropy=0.65)
    np.testing.assert_array_equal(np.unique(coupling.indices[:, 0]), [0, 2, 3])
    coupling = entropy_bounded_coupling([0.7, 0, 0.2, 0.1], max_entropy=0.65)
    assert coupling.shape[0] == 4
    check(coupling, [0.7, 0, 0.2, 0.1], 0.65)


@pytest.mark.parametrize("bad", [[], [[0.5, 0.5]], [0.5, np.nan], [1.5, -0.5], [0.5, 0.6]])
def test_bad_distributions_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`p`"):
        perturb_map(bad, [0, 0], max_entropy=1)
    with pytest.raises(ValueError, match="`p`"):
        entropy_bounded_coupling(bad, max_entropy=1)


def test_bad_options_are_refused_by_name():
    for bad in ([0], [0.5, 1, 1], [[0, 0, 0]], ["a", "b", "c"], [], [[0], 1, 2]):
        with pytest.raises(ValueError, match="`labels`"):
            perturb_map(P, bad, max_entropy=1)
    for bad in (-1, np.nan, "1"):
        with pytest.raises(ValueError, match="`max_entropy`"):
            perturb_map(P, [0, 1, 1], max_entropy=bad)
        with pytest.raises(ValueError, match="`max_entropy`"):
            entropy_bounded_coupling(P, max_entropy=bad)
    with pytest.raises(ValueError, match="`candidates`"):
        entropy_bounded_coupling(P, max_entropy=1, candidates="some")
    with pytest.raises(ValueError, match="`candidates`"):
        entropy_bounded_coupling(np.full(11, 1 / 11), max_entropy=1, candidates="all")
