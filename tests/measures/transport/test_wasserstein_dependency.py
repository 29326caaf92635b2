import math
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from infomax.exceptions import ConvergenceWarning
from infomax.measures import (
    wasserstein_correlation,
    wasserstein_dependency,
    wasserstein_dependency_result,
)
from infomax.measures.transport._plans import product_pairs

ROWS, COLUMNS = np.arange(8)[:, None], np.arange(2)[None]
X, Y = np.sin(1 + 3 * ROWS + 7 * COLUMNS), np.cos(2 + 5 * ROWS + 3 * COLUMNS)
GROUNDS = ("sum", "euclidean", "max")
few_points = st.tuples(st.integers(2, 6), st.integers(0, 999))


def drawn(n, seed, *, n_dims=2):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, n_dims))
    return x, x**2 + rng.normal(size=(n, n_dims))


def costs(x, y, ground, p):
    """Costs from pairs seen to pairs of the product, in plain loops."""
    found = []
    for a, b in zip(x, y, strict=True):
        row = []
        for c in x:
            for d in y:
                parts = (math.dist(a, c), math.dist(b, d))
                how = {"sum": sum, "euclidean": lambda v: math.hypot(*v), "max": max}
                row.append(how[ground](parts) ** p)
        found.append(row)
    return np.array(found)


def by_linear_program(x, y, ground, p):
    cost = costs(x, y, ground, p)
    n, m = cost.shape
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.tile(np.eye(m), n)
    sides = np.concatenate([np.full(n, 1 / n), np.full(m, 1 / m)])
    told = linprog(cost.ravel(), A_eq=np.concatenate([rows, columns]), b_eq=sides)
    return told.fun ** (1 / p)


@pytest.mark.parametrize(("ground", "known"), [("euclidean", 0.317946), ("sum", 0.373476)])
def test_closed_form_fixture(ground, known):
    assert wasserstein_dependency(X, Y, ground=ground) == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize("ground", ["sum", "euclidean"])
def test_closed_form_bits_letters_and_independence(ground):
    assert wasserstein_dependency([0.0, 1.0], [0.0, 1.0], ground=ground) == pytest.approx(0.5)
    grid = np.array([(a, b) for a in range(3) for b in range(4)], dtype=float)
    assert wasserstein_dependency(*grid.T, ground=ground) == 0
    assert wasserstein_dependency(np.ones(5), np.arange(5.0), ground=ground) == 0


@pytest.mark.parametrize("n_letters", [2, 3, 5])
def test_closed_form_equal_letters_under_the_discrete_metric(n_letters):
    letters = np.tile(np.arange(n_letters), 2)
    told = wasserstein_dependency(letters, letters, metric_x="discrete", metric_y="discrete")
    assert told == pytest.approx(1 - 1 / n_letters)


def test_closed_form_gaussians_lie_between_their_bounds():
    rng = np.random.default_rng(0)
    rho = 0.75
    x, y = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 1000).T
    low = math.sqrt(2 / math.pi) * max(math.sqrt(1 + rho) - 1, 1 - math.sqrt(1 - rho))
    high = math.sqrt(4 - 2 * math.sqrt(1 + rho) - 2 * math.sqrt(1 - rho))
    assert (low, high) == pytest.approx((0.398942, 0.595188), abs=1e-6)
    # A thousand pairs against a thousand: too high by some 0.05, as the null is by 0.12.
    told = wasserstein_dependency(x, y, ground="euclidean", n_product=1, random_state=0)
    assert low < told < high
    apart = wasserstein_dependency(
        x, rng.permutation(y), ground="euclidean", n_product=1, random_state=0
    )
    assert apart == pytest.approx(0.12, abs=0.04)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("p", [1, 2])
def test_naive_twin_linear_program(ground, p):
    for n, seed in ((2, 0), (5, 1), (7, 2)):
        x, y = drawn(n, seed)
        told = wasserstein_dependency(x, y, ground=ground, p=p)
        assert told == pytest.approx(by_linear_program(x, y, ground, p), abs=1e-8)


def test_naive_twin_one_partner_is_an_assignment():
    x, y = drawn(6, 3)
    _, partners = product_pairs(6, 1, np.random.default_rng(4))
    cost = costs(x, y, "sum", 1).reshape(6, 6, 6)
    known = min(
        sum(cost[i, j, partners[j, 0]] for j, i in enumerate(by)) / 6
        for by in permutations(range(6))
    )
    assert wasserstein_dependency(x, y, n_product=1, random_state=4) == pytest.approx(known)


@pytest.mark.parametrize("n_product", [1, 3, 7])
def test_law_the_product_has_every_point_equally_often_and_no_pair_twice(n_product):
    rows, partners = (z.ravel() for z in product_pairs(7, n_product, np.random.default_rng(0)))
    assert (np.bincount(rows) == n_product).all()
    assert (np.bincount(partners) == n_product).all()
    assert len(set(zip(rows, partners, strict=True))) == 7 * n_product


@given(few_points)
@settings(max_examples=25)
def test_law_grounds_are_ordered_and_bounded_by_moving_one_variable(case):
    x, y = drawn(*case)
    values = [wasserstein_dependency(x, y, ground=ground) for ground in GROUNDS]
    assert values == sorted(values, reverse=True)
    assert values[-1] >= 0
    for z in (x, y):
        assert values[0] <= np.mean([[math.dist(a, b) for a in z] for b in z]) + 1e-9


@given(few_points, st.sampled_from(GROUNDS))
@settings(max_examples=25)
def test_law_symmetric_scaling_and_deaf_to_isometries(case, ground):
    x, y = drawn(*case)
    value = wasserstein_dependency(x, y, ground=ground)
    turn = np.linalg.qr(np.random.default_rng(case[1]).normal(size=(2, 2)))[0]
    order = np.random.default_rng(case[1]).permutation(case[0])
    for a, b, factor in (
        (y, x, 1),
        (3 * x, 3 * y, 3),
        (x @ turn + 5, y, 1),
        (x, -y, 1),
        (x[order], y[order], 1),
    ):
        assert wasserstein_dependency(a, b, ground=ground) == pytest.approx(factor * value)


@given(few_points, st.sampled_from(GROUNDS))
@settings(max_examples=25)
def test_law_a_critic_stays_below_and_sinkhorn_above(case, ground):
    x, y = drawn(*case)
    value = wasserstein_dependency(x, y, ground=ground)
    told = wasserstein_dependency(x, y, ground=ground, method="critic")
    assert 0.8 * value - 1e-9 <= told <= value + 1e-9
    exact = wasserstein_dependency(x, y)
    entropic = wasserstein_dependency(x, y, method="sinkhorn")
    assert exact - 0.01 <= entropic <= 1.5 * exact + 0.1


def test_law_critic_and_sinkhorn_near_the_exact_value_of_larger_samples():
    x, y = drawn(60, 0)
    value = wasserstein_dependency(x, y)
    assert 0.97 * value < wasserstein_dependency(x, y, method="critic") <= value
    near = wasserstein_dependency(x, y, method="sinkhorn", regularization=0.02)
    assert value - 1e-3 < near < 1.05 * value
    squared = {"ground": "euclidean", "p": 2}
    value = wasserstein_dependency(x, y, **squared)
    near = wasserstein_dependency(x, y, **squared, method="sinkhorn", regularization=0.02)
    assert value - 1e-2 < near < 1.1 * value


def test_law_sliced_is_below_the_exact_value_and_zero_on_grids():
    x, y = drawn(30, 1)
    options = {"ground": "euclidean", "random_state": 0}
    told = wasserstein_dependency(x, y, method="sliced", **options)
    assert 0 < told < wasserstein_dependency(x, y, **options)
    grid = np.array([(a, b) for a in range(3) for b in range(4)], dtype=float)
    assert wasserstein_dependency(*grid.T, method="sliced", **options) == pytest.approx(0)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"p": 2},
        {"ground": "euclidean"},
        {"ground": "max"},
        {"method": "critic"},
        {"method": "sliced", "ground": "euclidean"},
        {"n_product": 3},
        {"metric_x": "cityblock"},
    ],
)
def test_law_tensors_agree_and_have_the_gradient_of_finite_differences(options):
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    told = wasserstein_dependency(x, y, **options, random_state=0)
    assert told.item() == pytest.approx(
        wasserstein_dependency(X, Y, **options, random_state=0), abs=1e-12
    )

    def measure(x, y):
        return wasserstein_dependency(x, y, **options, random_state=0)

    inputs = (x.clone().requires_grad_(), y.clone().requires_grad_())
    if options.get("method") == "critic":  # where its search stops moves with the points
        measure(*inputs).backward()
        assert torch.isfinite(inputs[0].grad).all()
    else:
        assert torch.autograd.gradcheck(measure, inputs, eps=1e-7, atol=1e-4)


def test_one_tensor_is_enough_and_metrics_can_be_handed_in():
    value = wasserstein_dependency(X, Y)
    mixed = wasserstein_dependency(torch.from_numpy(X).float(), Y)
    assert mixed.dtype == torch.float32
    assert mixed.item() == pytest.approx(value, abs=1e-5)
    both = (torch.from_numpy(X).float(), torch.from_numpy(Y))
    for options in ({}, {"method": "sliced", "ground": "euclidean", "random_state": 0}):
        assert wasserstein_dependency(*both, **options).dtype == torch.float64
    along = np.array([[math.dist(a, b) for a in X] for b in X])
    told = wasserstein_dependency(along, Y, metric_x="precomputed", metric_y=math.dist)
    assert told == pytest.approx(value)


def test_law_the_null_is_uniform_under_independence_and_small_under_dependence():
    x, noise = np.random.default_rng(5).normal(size=(2, 25))
    y = x + 0.3 * noise
    told = wasserstein_dependency_result(x, y, n_permutations=39, random_state=0)
    assert told.p_value == pytest.approx(1 / 40)
    assert told.value == pytest.approx(wasserstein_dependency(x, y))
    assert told.debiased == pytest.approx(told.value - told.null_mean)
    assert told.n_product == 25
    rng = np.random.default_rng(1)
    p_values = [
        wasserstein_dependency_result(
            *rng.normal(size=(2, 12)), n_permutations=19, random_state=seed
        ).p_value
        for seed in range(60)
    ]
    assert 0.35 < np.mean(p_values) < 0.67  # 0.525 ± 3.7 standard errors
    assert wasserstein_dependency_result(x, y, n_permutations=0).p_value is None


def test_law_debiasing_takes_out_what_chance_gives():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 30))
    plain = wasserstein_dependency(x, y)
    debiased = wasserstein_dependency(x, y, debias=True, n_permutations=30, random_state=0)
    assert plain > 0.25
    assert abs(debiased) < 0.08


@pytest.mark.peer
def test_peer_pot():
    ot = pytest.importorskip("ot")
    x, y = drawn(30, 6)
    for ground in GROUNDS:
        cost = costs(x, y, ground, 1)
        known = ot.emd2(np.full(30, 1 / 30), np.full(900, 1 / 900), cost, numItermax=10**6)
        assert wasserstein_dependency(x, y, ground=ground) == pytest.approx(known, abs=1e-9)


@given(few_points)
@settings(max_examples=20)
def test_law_correlation_lies_between_zero_and_one(case):
    x, y = drawn(*case)
    assert -1e-12 <= wasserstein_correlation(x, y) <= 1 + 1e-9
    turn = np.linalg.qr(np.random.default_rng(case[1]).normal(size=(2, 2)))[0]
    assert wasserstein_correlation(x, x @ turn + 1) == pytest.approx(1)


def test_closed_form_correlation():
    # I_W(x; x) is the mean distance of two points.
    spread = [np.mean([[math.dist(a, b) for a in z] for b in z]) for z in (X, Y)]
    known = wasserstein_dependency(X, Y) / math.sqrt(math.prod(spread))
    assert wasserstein_correlation(X, Y) == pytest.approx(known)
    assert wasserstein_correlation(torch.from_numpy(X), Y).item() == pytest.approx(known)
    assert wasserstein_correlation(np.ones(3), np.arange(3.0)) == 0
    assert wasserstein_correlation(np.arange(4.0), 4 * np.arange(4.0)) == pytest.approx(0.5)


def test_sinkhorn_that_stops_early_says_so(monkeypatch):
    monkeypatch.setattr("infomax.measures.transport._plans._MAX_ITERATIONS", 2)
    with pytest.warns(ConvergenceWarning, match="after 2 iterations"):
        wasserstein_dependency(X, Y, method="sinkhorn", regularization=0.01)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"p": 0.5}, "`p` must be at least 1"),
        ({"ground": "product"}, "`ground` must be one of"),
        ({"method": "best"}, "`method` must be one of"),
        ({"metric_x": "cosine"}, "`metric_x` must be one of"),
        ({"metric_y": "precomputed"}, "`y` must hold distances of shape"),
        ({"n_product": 0}, "`n_product` must be"),
        ({"n_product": 9}, "`n_product` must be"),
        ({"regularization": 0}, "`regularization` must be above 0"),
        ({"debias": True}, "`n_permutations` must be above 0 with `debias`"),
        ({"n_permutations": 9}, "`wasserstein_dependency_result` gives a p-value"),
        ({"method": "sinkhorn", "regularization": 1e-4}, "`regularization` must be larger"),
        ({"method": "sinkhorn", "ground": "max"}, "`method` 'sinkhorn' wants a cost that adds"),
        ({"method": "sinkhorn", "n_product": 2}, "`n_product` must be left out"),
        ({"method": "sliced"}, "`method` 'sliced' wants `ground`"),
    ],
)
def test_bad_options_are_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        wasserstein_dependency(X, Y, **options)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (X, Y[:5], "`y` must have as many points as `x` .8., got 5"),
        (X * np.nan, Y, "`x` must be finite"),
        ([1.0], [1.0], "`x` must hold at least 2 points"),
        (np.zeros((600, 1)), np.zeros(600), "`n_product` must be at most 277 for 600 points"),
    ],
)
def test_bad_points_are_refused_by_name(x, y, message):
    with pytest.raises(ValueError, match=message):
        wasserstein_dependency(x, y)


@pytest.mark.parametrize("matrix", [-np.ones((3, 3)), np.triu(np.ones((3, 3))), np.ones((1, 1))])
def test_bad_distances_are_refused_by_name(matrix):
    with pytest.raises(ValueError, match="`x` must hold"):
        wasserstein_dependency(matrix, np.arange(len(matrix)), metric_x="precomputed")
