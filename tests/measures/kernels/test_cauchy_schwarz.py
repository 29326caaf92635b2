import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.kernels.fixture import Y1, Y2, X, Y, kernel, pairs

from infomax.exceptions import PrecisionWarning
from infomax.measures import (
    conditional_cs_divergence,
    cs_divergence,
    cs_mutual_information,
    cs_mutual_information_result,
)
from infomax.measures._points import as_float


@pytest.mark.parametrize(("sigma", "value"), [(1.0, 0.628050), (0.5, 3.453468)])
def test_closed_form_divergence_of_the_fixture(sigma, value):
    assert cs_divergence(X, Y, bandwidth=sigma) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("sigma", "value", "normalized"),
    [(0.5, 0.172050, 0.234828), (1.0, 0.028970, 0.079473), (2.0, 0.001492, 0.030589)],
)
def test_closed_form_information_of_the_fixture(sigma, value, normalized):
    assert cs_mutual_information(X, Y, bandwidth=sigma) == pytest.approx(value, abs=1e-6)
    found = cs_mutual_information(X, Y, bandwidth=sigma, normalized=True)
    assert found == pytest.approx(normalized, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "half", "one"),
    [
        ({"cross": "symmetric"}, 0.047576, 0.009220),
        ({}, 0.039684, 0.005968),
        ({"convention": "released"}, 0.042064, 0.006562),
    ],
)
def test_closed_form_conditional_divergence_of_the_fixture(options, half, one):
    for sigma, value in ((0.5, half), (1.0, one)):
        found = conditional_cs_divergence(X, Y1, Y2, bandwidth=sigma, **options)
        assert found == pytest.approx(value, abs=1e-6)


def test_closed_form_gaussians():
    """Samples smoothed by kernels of variance s²/2 are Gaussians of that much larger variance."""
    rng = np.random.default_rng(0)
    sigma, cov = 0.5, np.array([[2, 0.5], [0.5, 1]])
    x = rng.normal(size=(4000, 2))
    y = rng.multivariate_normal([1, 0], cov, 4000)
    smooth = sigma**2 / 2 * np.eye(2)
    a, b = np.eye(2) + smooth, cov + smooth

    def log_density(mean, covariance):
        solved = mean @ np.linalg.solve(covariance, mean)
        return -0.5 * (solved + np.log(np.linalg.det(2 * math.pi * covariance)))

    zero = np.zeros(2)
    expected = log_density(zero, 2 * a) + log_density(zero, 2 * b)
    expected -= 2 * log_density(np.array([1.0, 0.0]), a + b)
    assert cs_divergence(x, y, bandwidth=sigma) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("rho", [0.75, 0.9])
def test_closed_form_information_of_gaussians(rho):
    x, e = np.random.default_rng(0).normal(size=(2, 3000))
    y = rho * x + math.sqrt(1 - rho**2) * e
    r = rho / (1 + 1 / 2)
    expected = math.log((4 - r**2) / (4 * math.sqrt(1 - r**2)))
    assert cs_mutual_information(x, y, bandwidth=1.0) == pytest.approx(expected, abs=0.005)


def test_naive_twin_of_the_divergence():
    within = [np.mean(kernel(z, z, 0.6)) for z in (X, Y[:6])]
    expected = math.log(within[0] * within[1]) - 2 * math.log(np.mean(kernel(X, Y[:6], 0.6)))
    assert cs_divergence(X, Y[:6], bandwidth=0.6) == pytest.approx(expected, abs=1e-12)


def test_naive_twin_of_the_information():
    k, l, n = kernel(X, X, 0.6), kernel(Y, Y, 1.4), 8  # noqa: E741
    joint = sum(k[i][j] * l[i][j] for i in range(n) for j in range(n)) / n**2
    product = sum(map(sum, k)) * sum(map(sum, l)) / n**4
    crossed = sum(sum(k[i]) * sum(l[i]) for i in range(n)) / n**3
    expected = math.log(joint) + math.log(product) - 2 * math.log(crossed)
    found = cs_mutual_information(X, Y, bandwidth=0.6, bandwidth_y=1.4)
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("cross", ["one_sided", "symmetric"])
def test_naive_twin_of_the_conditional_divergence(convention, cross):
    k, n = kernel(X, X, 0.9), 8
    square = [sum(row) ** 2 if convention == "paper" else sum(v * v for v in row) for row in k]

    def term(a, b):
        l = kernel(a, b, 0.7)  # noqa: E741
        return math.log(sum(sum(k[i][j] * l[i][j] for j in range(n)) / square[i] for i in range(n)))

    first = term(Y2, Y1)
    second = term(Y1, Y2) if cross == "symmetric" else first
    expected = term(Y1, Y1) + term(Y2, Y2) - first - second
    found = conditional_cs_divergence(
        X, Y1, Y2, bandwidth=0.9, bandwidth_y=0.7, cross=cross, convention=convention
    )
    assert found == pytest.approx(expected, abs=1e-12)


def test_blocks_and_whole_matrices_agree():
    x, y = pairs(900, d=4, k=1)
    y_hat = y + 0.4 * np.random.default_rng(1).normal(size=y.shape)
    tensors = [torch.from_numpy(z).requires_grad_() for z in (x, y, y_hat)]
    shared = {"bandwidth": 0.8}
    for measure, places, options in (
        (cs_divergence, (1, 2), {}),
        (cs_mutual_information, (0, 1), {"normalized": True}),
        (conditional_cs_divergence, (0, 1, 2), {}),
        (conditional_cs_divergence, (0, 1, 2), {"cross": "symmetric"}),
    ):
        at_once = measure(*(tensors[i] for i in places), **shared, **options)
        by_blocks = measure(*((x, y, y_hat)[i] for i in places), **shared, **options)
        assert float(at_once.detach()) == pytest.approx(by_blocks, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 3))
def test_law_non_negative_symmetric_and_blind_to_isometries_and_units(seed, sigma):
    rng = np.random.default_rng(seed)
    x, y = pairs(12, seed=seed)
    turn = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    for measure in (cs_divergence, cs_mutual_information):
        value = measure(x, y, bandwidth=sigma)
        assert value >= 0
        assert measure(y, x, bandwidth=sigma) == pytest.approx(value, abs=1e-10)
        moved = measure(x @ turn - 4, y @ turn - 4, bandwidth=sigma)
        assert moved == pytest.approx(value, abs=1e-10)
        assert measure(9 * x, 9 * y, bandwidth=9 * sigma) == pytest.approx(value, abs=1e-10)
        in_bits = measure(x, y, bandwidth=sigma, base=2)
        assert in_bits == pytest.approx(value / math.log(2), abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_law_what_is_zero_and_what_is_one(seed):
    rng = np.random.default_rng(seed)
    x, y = pairs(10, seed=seed)
    order = rng.permutation(10)
    assert cs_divergence(x, x[order], bandwidth=0.7) == pytest.approx(0, abs=1e-12)
    assert cs_divergence(x, x + 0.1, bandwidth=0.7) > 1e-4
    assert cs_mutual_information(x, x, bandwidth=0.7, normalized=True) == pytest.approx(1)
    for cross in ("one_sided", "symmetric"):
        found = conditional_cs_divergence(x, y, y, bandwidth=0.7, cross=cross)
        assert found == pytest.approx(0, abs=1e-12)


def test_law_the_symmetric_form_gives_both_sides_the_same_part():
    options = {"bandwidth": 0.5, "cross": "symmetric"}
    there, back = (conditional_cs_divergence(X, *z, **options) for z in ((Y1, Y2), (Y2, Y1)))
    assert there == pytest.approx(back, abs=1e-12)
    one_sided = [conditional_cs_divergence(X, *z, bandwidth=0.5) for z in ((Y1, Y2), (Y2, Y1))]
    assert abs(one_sided[0] - one_sided[1]) > 1e-3


@pytest.mark.parametrize("options", [{}, {"cross": "symmetric"}, {"convention": "released"}])
def test_law_gradients_are_those_of_finite_differences(options):
    x, y = (torch.from_numpy(z).requires_grad_() for z in pairs(6))
    z = (y * 0.7).detach().requires_grad_()
    check = torch.autograd.gradcheck
    assert check(
        lambda a, b, c: conditional_cs_divergence(a, b, c, bandwidth=0.8, **options), (x, y, z)
    )
    assert check(lambda a, b: cs_divergence(a, b, bandwidth=0.8), (x, y))
    assert check(lambda a, b: cs_mutual_information(a, b, bandwidth=0.8), (x, y))
    assert check(lambda a, b: cs_mutual_information(a, b, bandwidth=0.8, normalized=True), (x, y))


def test_vectors_are_points_and_not_one_point():
    y1, y2 = Y1[:, 0], Y2[:, 0]
    column = conditional_cs_divergence(X, Y1, Y2, bandwidth=1.0)
    assert conditional_cs_divergence(X, y1, y2, bandwidth=1.0) == column
    as_one_point = ((y1 - y2) ** 2).sum()  # what the released script minimises
    assert abs(column - as_one_point) > 0.1
    assert cs_divergence(y1, y2, bandwidth=1.0) == cs_divergence(Y1, Y2, bandwidth=1.0)


@pytest.mark.parametrize(
    "kind", [np.asarray, torch.tensor, lambda z: torch.tensor(z, requires_grad=True)]
)
def test_terms_that_underflow_stay_finite(kind):
    x, y = pairs(8, k=1)
    far = kind(y + 1e3)
    divergence = cs_divergence(kind(y), far, bandwidth=1.0)
    value = conditional_cs_divergence(kind(x), kind(y), far, bandwidth=1.0)
    for found in (divergence, value):
        assert 9e5 < as_float(found) < math.inf
    if getattr(value, "requires_grad", False):
        value.backward()
        assert far.grad.isfinite().all()
        assert far.grad.abs().max() > 0


def test_a_constant_code_has_no_information_and_a_finite_gradient():
    x = torch.from_numpy(X)
    t = torch.zeros(8, 2, dtype=torch.float64, requires_grad=True)
    value = cs_mutual_information(x, t, bandwidth=1.0, normalized=True)
    value.backward()
    assert float(value.detach()) == 0
    assert t.grad.isfinite().all()
    with pytest.warns(PrecisionWarning) as heard:
        assert cs_mutual_information(X, np.zeros(8), bandwidth=1.0, normalized=True) == 0
    assert {"nearly 1", "does not vary"} <= {
        words
        for one in heard
        for words in ("nearly 1", "does not vary")
        if words in str(one.message)
    }


def test_flat_kernels_warn_but_not_in_training():
    with pytest.warns(PrecisionWarning, match="nearly 0 between different points of `x`"):
        cs_mutual_information(X, Y, bandwidth=1e-3, bandwidth_y=1.0)
    with pytest.warns(PrecisionWarning, match="nearly 0 between different points of `x`"):
        conditional_cs_divergence(X, Y1, Y2, bandwidth=1e-3, bandwidth_y=1.0)
    with pytest.warns(PrecisionWarning, match="nearly 1 for all pairs of `y`"):
        cs_divergence(X, np.ones((5, 2)), bandwidth=1.0)
    t = torch.from_numpy(Y).requires_grad_()
    cs_mutual_information(torch.from_numpy(X), t, bandwidth=1e-3)


def test_p_values_find_what_is_there():
    x = np.random.default_rng(0).normal(size=80)
    for normalized in (False, True):
        told = cs_mutual_information_result(
            x, x**2, normalized=normalized, n_permutations=49, random_state=0
        )
        assert told.p_value == 0.02
        assert told.value == pytest.approx(cs_mutual_information(x, x**2, normalized=normalized))
        assert told.null_mean > 0
    own = cs_mutual_information_result(torch.from_numpy(x), torch.from_numpy(x), n_permutations=9)
    assert isinstance(own.value, torch.Tensor)


SAME = ([0.0, 1.0, 3.0], [1.0, 0.0, 2.0], [1.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cs_divergence([1.0], [1.0, 2.0]), "`x` must hold at least 2 points"),
        (lambda: cs_divergence(X, Y[:, :1]), r"`y` must have the 2 dimension\(s\) of `x`, got 1"),
        (lambda: cs_divergence(X, Y, bandwidth=0), "`bandwidth` must lie in"),
        (lambda: cs_divergence(X, Y, base=1), "`base` must be above 1"),
        (lambda: cs_mutual_information([1.0], [1.0]), "`x` must hold at least 2 points"),
        (lambda: cs_mutual_information(X, Y[:4]), "`y` must hold as many points as `x`"),
        (lambda: cs_mutual_information(X, Y * math.nan), "`y` must be finite"),
        (lambda: cs_mutual_information(X, Y, bandwidth=-1), "`bandwidth` must lie in"),
        (lambda: cs_mutual_information(X, Y, bandwidth_y=0), "`bandwidth_y` must lie in"),
        (lambda: conditional_cs_divergence(X, *SAME[1:]), "`y` and `y_hat` must hold as many points"),
        (lambda: conditional_cs_divergence(X, Y, Y1), r"`y_hat` must have the 2 dimension\(s\) of `y`"),
        (lambda: conditional_cs_divergence(*SAME, bandwidth_y=-1), "`bandwidth_y` must lie in"),
        (lambda: conditional_cs_divergence(*SAME, bandwidth=1e-200), "`bandwidth` must be wider"),
        (lambda: conditional_cs_divergence(*SAME, cross="both"), "`cross` must be one of"),
        (lambda: conditional_cs_divergence(*SAME, convention="ours"), "`convention` must be one of"),
        (
            lambda: cs_mutual_information(torch.ones(4).cumsum(0), torch.ones(4), bandwidth=1e-25),
            "`bandwidth` must be wider for points of float32",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
