import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.kernels.fixture import X, Y, kernel, pairs

from infomax.exceptions import PrecisionWarning
from infomax.measures import cka, hsic, hsic_result


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, 0.009038),
        ({"normalization": "n-1"}, 0.011805),
        ({"unbiased": True}, -0.029994),
    ],
)
def test_closed_form_fixture(options, value):
    assert hsic(X, Y, bandwidth=1.0, **options) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "value"), [({"kernel": "rbf", "bandwidth": 1.0}, 0.065061), ({}, 0.019004)]
)
def test_closed_form_alignment_of_the_fixture(options, value):
    assert cka(X, Y, **options) == pytest.approx(value, abs=1e-6)


def test_closed_form_linear_kernels_give_the_squared_covariance():
    x, y = pairs(50)
    covariance = (x - x.mean(0)).T @ (y - y.mean(0)) / 50
    assert hsic(x, y, kernel="linear") == pytest.approx((covariance**2).sum(), rel=1e-10)


def naive(x, y, sigma, *, unbiased):
    k, l = np.array(kernel(x, x, sigma)), np.array(kernel(y, y, sigma))  # noqa: E741
    n = len(x)
    if not unbiased:
        h = np.eye(n) - 1 / n
        return np.trace(k @ h @ l @ h) / n**2
    total = 0.0
    for i in range(n):  # the U-statistic over ordered quadruples of different points
        for j in range(n):
            for q in range(n):
                for r in range(n):
                    if len({i, j, q, r}) == 4:
                        total += k[i, j] * (l[i, j] + l[q, r] - 2 * l[i, q])
    return total / math.perm(n, 4)


@pytest.mark.parametrize("unbiased", [False, True])
def test_naive_twin(unbiased):
    found = hsic(X, Y, bandwidth=0.8, unbiased=unbiased)
    assert found == pytest.approx(naive(X, Y, 0.8, unbiased=unbiased), abs=1e-12)


def test_naive_twin_of_the_debiased_alignment():
    own = [naive(z, z, 0.8, unbiased=True) for z in (X, Y)]
    expected = naive(X, Y, 0.8, unbiased=True) / math.sqrt(own[0] * own[1])
    found = cka(X, Y, kernel="rbf", bandwidth=0.8, debiased=True)
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["rbf", "laplace", "linear"])
@pytest.mark.parametrize("n", [1000, 40])
def test_blocks_features_and_whole_matrices_agree(name, n):
    x, y = pairs(n, d=5)
    if n == 40:
        x = np.random.default_rng(0).normal(size=(n, 60))  # wider than long: no features
    width = {"bandwidth": 4.0}
    follows = torch.from_numpy(x).requires_grad_()
    for measure, options in ((hsic, {}), (hsic, {"unbiased": True}), (cka, {"debiased": True})):
        by_blocks = measure(x, y, kernel=name, **width, **options)
        at_once = measure(follows, torch.from_numpy(y), kernel=name, **width, **options)
        assert at_once.requires_grad
        assert float(at_once.detach()) == pytest.approx(by_blocks, rel=1e-9, abs=1e-13)


def test_precomputed_matrices_and_callables_are_the_kernels_they_hold():
    k = np.array(kernel(X, X, 1.0))
    expected = hsic(X, Y, bandwidth=1.0)
    other = {"kernel_y": "rbf", "bandwidth_y": 1.0}
    assert hsic(k, Y, kernel="precomputed", **other) == pytest.approx(expected, abs=1e-12)

    def own(a, b):
        return np.exp(-((a[:, None] - b) ** 2).sum(-1) / 2)

    assert hsic(X, Y, kernel=own) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 5), st.booleans())
def test_law_symmetric_and_blind_to_order_place_and_turn(seed, sigma, unbiased):
    rng = np.random.default_rng(seed)
    x, y = pairs(12, d=3, seed=seed)
    value = hsic(x, y, bandwidth=sigma, unbiased=unbiased)
    order = rng.permutation(12)
    turned = x @ np.linalg.qr(rng.normal(size=(3, 3)))[0] + 5
    for a, b in ((y, x), (x[order], y[order]), (turned, y), (7 * x, 7 * y)):
        scale = 7 if a.max() > 2 * x.max() and b is not y else 1
        again = hsic(a, b, bandwidth=scale * sigma, unbiased=unbiased)
        assert again == pytest.approx(value, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["rbf", "linear"]))
def test_law_alignment_lies_between_0_and_1_and_is_1_with_itself(seed, name):
    x, y = pairs(15, d=3, seed=seed)
    assert 0 <= cka(x, y, kernel=name) <= 1 + 1e-12
    assert cka(x, -3 * x + 2, kernel=name) == pytest.approx(1)
    assert cka(x, x, kernel=name, debiased=True) == pytest.approx(1)


def test_law_the_unbiased_form_has_mean_0_under_independence():
    rng = np.random.default_rng(0)
    values = [hsic(*rng.normal(size=(2, 20)), bandwidth=1.0, unbiased=True) for _ in range(300)]
    assert abs(np.mean(values)) < 3.3 * np.std(values) / math.sqrt(300)  # error level 0.1 %


@pytest.mark.parametrize("options", [{}, {"unbiased": True}, {"kernel": "laplace"}])
def test_law_gradients_are_those_of_finite_differences(options):
    x, y = (torch.from_numpy(z).requires_grad_() for z in pairs(6))
    assert torch.autograd.gradcheck(lambda a, b: hsic(a, b, bandwidth=0.9, **options), (x, y))
    assert torch.autograd.gradcheck(cka, (x, y))


def test_answers_keep_the_type_of_what_came():
    x, y = pairs(30)
    single = hsic(torch.tensor(x, dtype=torch.float32), torch.tensor(y), bandwidth=1.0)
    assert single.dtype == torch.float32
    assert isinstance(hsic(x, y, bandwidth=1.0), float)
    assert float(single) == pytest.approx(hsic(x, y, bandwidth=1.0), rel=1e-4)
    whole = torch.arange(10)
    assert hsic(whole, whole, bandwidth=2.0).dtype == torch.float64
    assert hsic(x[:, 0], y[:, 0], bandwidth=1.0) == hsic(x[:, :1], y[:, :1], bandwidth=1.0)


def test_p_values_find_what_is_there_and_keep_their_level():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    told = hsic_result(x, x**2, n_permutations=99, random_state=0)
    assert told.p_value == 0.01
    assert told.value == hsic(x, x**2)
    assert told.value > told.null_mean + 5 * told.null_std
    assert (told.bandwidth_x, told.n_permutations) == (
        pytest.approx(np.median(np.abs(x[:, None] - x)[np.triu_indices(60, 1)])),
        99,
    )
    small = [
        hsic_result(*rng.normal(size=(2, 25)), n_permutations=19, random_state=rng).p_value <= 0.05
        for _ in range(200)
    ]
    assert sum(small) <= 22  # binomial(200, .05): above with probability 0.1 %


def test_shifts_do_not_take_smoothness_for_dependence():
    time = np.arange(120)
    smooth = [np.sin(2 * np.pi * time / period) for period in (40, 30)]
    options = {"n_permutations": 99, "random_state": 0}
    assert hsic_result(*smooth, **options, null="circular").p_value > 0.05
    with pytest.raises(ValueError, match="`n_permutations` must be at most 119 with `null`"):
        hsic_result(*smooth, null="circular")
    with pytest.raises(ValueError, match="`null` must be one of"):
        hsic_result(*smooth, null="bootstrap")


def test_p_value_of_the_unbiased_form_shuffles_the_diagonal_too():
    x, y = pairs(20)
    k = np.array(kernel(x, x, 1.0)) * np.linspace(1, 2, 20)[:, None] * np.linspace(1, 2, 20)
    told = hsic_result(
        k, y, kernel="precomputed", kernel_y="rbf", unbiased=True, n_permutations=50, random_state=1
    )
    rng = np.random.default_rng(1)
    l = np.exp(-((y[:, None] - y) ** 2).sum(-1) / 2 / told.bandwidth_y**2)  # noqa: E741
    orders = [rng.permutation(20) for _ in range(50)]
    null = [
        hsic(k, l[np.ix_(order, order)], kernel="precomputed", unbiased=True) for order in orders
    ]
    assert told.null_mean == pytest.approx(np.mean(null), abs=1e-12)


def test_flat_kernels_warn_and_sound_ones_do_not():
    x, y = pairs(20)
    with pytest.warns(PrecisionWarning, match=r"nearly 0 between different points of `x`: widen"):
        hsic(x, y, bandwidth=1e-4, bandwidth_y=1.0)
    with pytest.warns(PrecisionWarning, match="nearly 1 for all pairs of `y`"):
        assert hsic(x, np.ones(20), bandwidth=1.0) == pytest.approx(0, abs=1e-15)
    with pytest.warns(PrecisionWarning, match="`x` or `y` does not vary"):
        assert cka(x, np.ones(20)) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1.0], [2.0]), {}, "`x` must hold at least 2 points, got 1"),
        (([1.0, 2.0], [2.0]), {}, "`y` must hold at least 2 points"),
        (([1.0, 2.0, 3.0], [2.0, 1.0]), {}, "`y` must hold as many points as `x`, got 2 and 3"),
        (([1.0, math.nan], [2.0, 1.0]), {}, r"`x` must be finite, got nan at index \(1,\)"),
        (([1.0, 2.0, 4.0], [2.0, 1.0, 0.0]), {"unbiased": True}, "`x` must hold at least 4"),
        (([1.0, 2.0], [2.0, 1.0]), {"kernel": "cubic"}, "`kernel` must be one of 'rbf', 'laplace'"),
        (([1.0, 2.0], [2.0, 1.0]), {"bandwidth": 0}, r"`bandwidth` must lie in \(0, inf\), got 0"),
        (([1.0, 2.0], [2.0, 1.0]), {"bandwidth_y": -1}, r"`bandwidth_y` must lie in \(0, inf\)"),
        (([1.0, 2.0], [2.0, 1.0]), {"normalization": "m"}, "`normalization` must be one of"),
        (([1.0, 2.0], [2.0, 1.0]), {"kernel": "precomputed"}, "`x` must be a square matrix"),
        (
            ([[1.0, 2.0], [0.0, 1.0]], [2.0, 1.0]),
            {"kernel": "precomputed", "kernel_y": "rbf"},
            "`x` must be a symmetric matrix",
        ),
        (([1.0, 2.0], [2.0, 1.0]), {"kernel": lambda a, _: a}, r"`kernel` must return .*\(2, 2\)"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        hsic(*arguments, **options)


def test_a_bandwidth_that_overflows_single_precision_is_refused():
    x = torch.randn(10, 2, generator=torch.Generator().manual_seed(0))
    for one in (x, x.clone().requires_grad_()):
        with pytest.raises(ValueError, match=r"`bandwidth` must be wider for points of .*float32"):
            hsic(one, x, bandwidth=1e-25)
    with pytest.raises(ValueError, match="`n_permutations` must be"):
        hsic_result(x, x, n_permutations=0)


def test_numbers_that_cannot_be_multiplied_are_refused():
    x = np.random.default_rng(0).normal(size=(20, 2))
    with pytest.raises(ValueError, match="`bandwidth` is the median distance, which overflows"):
        hsic(x * 1e200, x)
    with pytest.raises(ValueError, match=r"`x` must hold numbers below .* rescale them"):
        cka(x * 1e200, x)
    with pytest.warns(PrecisionWarning, match="leave it out, or rescale it"):
        assert cka(x * 1e-200, x) == 0
    assert cka(x * 1e-30, x * 1e30) == pytest.approx(1)


@pytest.mark.peer
def test_peer_values():
    pytest.importorskip("hyppo")
    from hyppo.independence import Hsic
    from sklearn.metrics.pairwise import rbf_kernel

    x, y = pairs(40)
    # hyppo's biased statistic is the root of the alignment of the two kernel matrices
    found = Hsic(compute_kernel=None, bias=True).statistic(
        rbf_kernel(x, gamma=0.5), rbf_kernel(y, gamma=0.5)
    )
    assert cka(x, y, kernel="rbf", bandwidth=1.0) == pytest.approx(float(found) ** 2, rel=1e-8)


def test_a_gradient_on_another_device_is_not_lost_silently():
    from array_api_compat import torch as array_api_torch

    from infomax.measures.kernels._gram import Gram, gram
    from infomax.measures.kernels._pair_sums import pair_sums

    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    here = gram("x", x.clone().requires_grad_(), "rbf", 1.0, by_hand=True)
    there = Gram(array_api_torch, "rbf", x, 1.0)  # as one on another device is
    with pytest.raises(ValueError, match="`x` and `y` must be on one device, got cpu and cpu"):
        pair_sums(there, here)


def test_naive_twin_of_the_gradient_by_hand_is_autograd():
    from infomax.measures.kernels._gram import gram
    from infomax.measures.kernels._hsic import hsic_of
    from infomax.measures.kernels._pair_sums import pair_sums

    x, y = (torch.from_numpy(z).requires_grad_() for z in pairs(40, d=3))
    followed = [gram("x", z, "rbf", 0.9) for z in (x, y)]
    expected = torch.autograd.grad(hsic_of(pair_sums(*followed)), (x, y))
    found = torch.autograd.grad(hsic(x, y, bandwidth=0.9), (x, y))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    (gradient,) = torch.autograd.grad(hsic(x, y, bandwidth=0.9), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()
