"""The greedy engine and its objectives."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from tests.strategies.graphs import set_families, similarities

from infomax.selection import FacilityLocation, Objective, SetFunction, WeightedCoverage, maximize

POINTS = np.array([[0, 0], [1, 0], [0, 1], [4, 4], [5, 4], [2, 2]])
SIMILARITY = np.exp(-((POINTS[:, None] - POINTS[None]) ** 2).sum(axis=-1) / 4)
SETS = [[0, 1, 2, 3], [0, 1, 4], [2, 3, 5], [6]]

few = settings(max_examples=40, deadline=None)


def location_value(similarity, items, weights=None):
    total = 0.0
    for i, row in enumerate(similarity):
        total += (1 if weights is None else weights[i]) * max((row[j] for j in items), default=0.0)
    return total


def test_closed_form_facility_location_of_six_points():
    chosen = maximize(FacilityLocation(SIMILARITY), 4)
    assert chosen.indices.tolist() == [0, 3, 5, 1]
    np.testing.assert_allclose(chosen.gains, [2.693308, 1.778430, 0.864665, 0.221199], atol=1e-6)
    best = max(location_value(SIMILARITY, s) for s in combinations(range(6), 3))
    assert maximize(FacilityLocation(SIMILARITY), 3).value == pytest.approx(best, abs=1e-12)
    assert best == pytest.approx(5.336402, abs=1e-6)


def test_closed_form_coverage_of_four_sets():
    chosen = maximize(WeightedCoverage(SETS), 2)
    assert chosen.indices.tolist() == [0, 1]
    assert chosen.value == 5
    assert chosen.bound == 7  # two elements are still uncovered, one set each


def test_closed_form_stochastic_looks_at_47_of_1000():
    chosen = maximize(
        WeightedCoverage([[i] for i in range(1000)]), 50, method="stochastic", random_state=0
    )
    assert math.ceil(1000 / 50 * math.log(10)) == 47
    assert chosen.n_evaluations == 50 * 47 + 950  # the last round is for the bound
    assert chosen.value == 50


def test_closed_form_ties_go_to_the_lowest_index():
    for method in ("lazy", "naive"):
        assert maximize(WeightedCoverage([[0], [1], [2]]), 2, method=method).indices.tolist() == [
            0,
            1,
        ]


def test_closed_form_stops_where_items_only_lower_the_value():
    chosen = maximize(SetFunction(lambda items: -abs(len(items) - 1), 3), 3)
    assert chosen.indices.tolist() == [0]


def test_closed_form_zero_gains_are_picked_all_the_same():
    assert maximize(WeightedCoverage([[0], [0]]), 2).gains.tolist() == [1, 0]


@few
@given(set_families(), st.integers(1, 7))
def test_law_lazy_and_naive_agree_and_the_bound_holds(family, k):
    sets, weights = family
    k = min(k, len(sets))
    lazy = maximize(WeightedCoverage(sets, weights=weights), k)
    naive = maximize(WeightedCoverage(sets, weights=weights), k, method="naive")
    assert lazy.indices.tolist() == naive.indices.tolist()
    np.testing.assert_allclose(lazy.gains, naive.gains)
    assert lazy.bound == pytest.approx(naive.bound)
    worth = lambda chosen: sum(weights[e] for e in set().union(*(sets[j] for j in chosen)))  # noqa: E731
    best = max(worth(chosen) for chosen in combinations(range(len(sets)), k))
    assert lazy.value == worth(lazy.indices.tolist())
    assert lazy.bound >= best - 1e-9
    assert lazy.value >= (1 - 1 / math.e) * best - 1e-9
    assert lazy.n_evaluations <= naive.n_evaluations


@few
@given(similarities(), st.integers(1, 6), st.permutations(range(6)))
def test_law_facility_location_is_monotone_submodular_and_blind_to_order(similarity, k, order):
    n = similarity.shape[1]
    k = min(k, n)
    objective = FacilityLocation(similarity)
    before = objective.gains(np.arange(n))
    objective.add(0)
    after = objective.gains(np.arange(n))
    assert (after >= 0).all()
    assert (after <= before + 1e-12).all()
    order = [j for j in order if j < n]
    shuffled = maximize(FacilityLocation(similarity[:, order]), k, method="naive")
    best = max(location_value(similarity, s) for s in combinations(range(n), k))
    assert shuffled.bound >= best - 1e-9
    assert (
        maximize(FacilityLocation(similarity), 1).value
        == maximize(FacilityLocation(similarity[:, order]), 1).value
    )


@few
@given(similarities(), st.data())
def test_naive_twin_facility_location_dense_and_sparse(similarity, data):
    n_rows, n = similarity.shape
    weights = np.array(data.draw(st.lists(st.floats(0, 3), min_size=n_rows, max_size=n_rows)))
    chosen = data.draw(st.lists(st.integers(0, n - 1), unique=True))
    for given_as in (similarity, sparse.csr_array(similarity), sparse.csc_matrix(similarity)):
        objective = FacilityLocation(given_as, weights=weights)
        assert isinstance(objective, Objective)
        assert objective.n == n
        for j in chosen:
            objective.add(j)
        value = location_value(similarity, chosen, weights)
        assert objective.value == pytest.approx(value, abs=1e-10)
        for j in range(n):
            gain = location_value(similarity, [*chosen, j], weights) - value
            assert objective.gain(j) == pytest.approx(gain, abs=1e-10)
        objective.reset()
        assert objective.value == 0


@few
@given(set_families())
def test_naive_twin_coverage_by_lists_by_matrix_and_by_function(family):
    sets, weights = family
    matrix = sparse.lil_array((len(sets), 8))
    for j, members in enumerate(sets):
        matrix[j, members] = 2.5
    worth = lambda chosen: sum(weights[e] for e in set().union(*(sets[j] for j in chosen)))  # noqa: E731
    plain = SetFunction(worth, len(sets))
    for objective in (
        WeightedCoverage(sets, weights=weights),
        WeightedCoverage(matrix.tocsr(), weights=weights),
    ):
        plain.reset()
        for j in range(len(sets)):
            assert objective.gain(j) == pytest.approx(plain.gain(j))
            objective.add(j)
            plain.add(j)
            assert objective.value == pytest.approx(plain.value)
            assert plain.gain(j) == 0


def test_law_candidates_and_exclude_are_kept():
    objective = WeightedCoverage(SETS)
    assert maximize(objective, 2, candidates=[1, 2, 3]).indices.tolist() == [1, 2]
    assert maximize(objective, 1, exclude=[0]).indices.tolist() == [1]
    assert maximize(objective, 1, candidates=[0, 3], exclude=[0]).indices.tolist() == [3]


def test_law_stochastic_repeats_with_its_seed_and_reaches_its_share():
    rng = np.random.default_rng(1)
    objective = FacilityLocation(rng.random((40, 60)))
    values = [maximize(objective, 6, method="stochastic", random_state=s).value for s in range(20)]
    assert values[3] == maximize(objective, 6, method="stochastic", random_state=3).value
    assert np.mean(values) >= (1 - 1 / math.e - 0.1) * maximize(objective, 6).bound


def test_law_an_objective_is_left_as_it_was_given():
    matrix = sparse.coo_array(([1.0, 2.0], ([0, 0], [1, 1])), shape=(1, 2)).tocsc()
    before = matrix.data.copy()
    assert FacilityLocation(matrix).gain(1) == 3
    assert matrix.data.tolist() == before.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "`k` must be a whole number of at least 1 and at most 4, got 0"),
        ({"k": 5}, "`k` must be .* at most 4, got 5"),
        ({"k": 2, "candidates": [1]}, "`k` must be .* at most 1, got 2"),
        ({"k": 1, "candidates": [4]}, r"`candidates` must lie in \[0, 3\], got 4"),
        ({"k": 1, "candidates": [1, 1]}, "`candidates` must not repeat, got 1 twice"),
        ({"k": 1, "exclude": [0.5]}, "`exclude` must be a list of whole numbers"),
        (
            {"k": 1, "method": "best"},
            "`method` must be one of 'lazy', 'naive', 'stochastic', got 'best'",
        ),
        ({"k": 1, "epsilon": 1.0}, r"`epsilon` must lie in \(0, 1\), got 1.0"),
    ],
)
def test_bad_input_of_maximize_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        maximize(WeightedCoverage(SETS), **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FacilityLocation([[-1.0]]), "`similarity` must be finite and not negative, got -1.0"),
        (lambda: FacilityLocation(sparse.csr_array([[np.nan]])), "`similarity` must be finite"),
        (lambda: FacilityLocation([1.0]), r"`similarity` must have 2 dimension\(s\)"),
        (lambda: FacilityLocation(sparse.csr_array((0, 3))), "`similarity` must not be empty"),
        (lambda: FacilityLocation([[1.0]], weights=[1, 2]), "`weights` must have one entry for each of 1 rows, got 2"),
        (lambda: FacilityLocation([[1.0]], weights=[-1]), "`weights` must be finite and not negative"),
        (lambda: WeightedCoverage([]), "`sets` must hold at least one set, got none"),
        (lambda: WeightedCoverage([[0], [-1]]), r"`sets` must hold element numbers of at least 0, got \[-1\] in set 1"),
        (lambda: WeightedCoverage([[0.5]]), "`sets` must hold element numbers"),
        (lambda: WeightedCoverage([[3]], weights=[1.0]), "`weights` must have one entry for each of 4 rows"),
        (lambda: SetFunction(3, 2), "`function` must be callable, got int"),
        (lambda: maximize(SetFunction(lambda s: math.nan if s else 0.0, 2), 1), "`objective` must give numbers, got NaN for item 0"),
    ],
)  # fmt: skip
def test_bad_input_of_objectives_is_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()
