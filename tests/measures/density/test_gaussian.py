"""Entropy, information and divergences of Gaussian laws."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from tests.strategies.gaussians import covariance_matrices, gaussian_pairs

from infomax.measures import (
    diagonal_gaussian_kl,
    gaussian_channel_capacity,
    gaussian_cs_divergence,
    gaussian_entropy,
    gaussian_kl,
    gaussian_mutual_information,
    gaussian_renyi_divergence,
    gaussian_total_correlation,
    gaussian_wasserstein2,
)

PAIR = ([0.0, 0.0], np.eye(2), [1.0, 0.0], [[2.0, 0.5], [0.5, 1.0]])
DIVERGENCES = {
    "kl": gaussian_kl,
    "renyi": lambda *pair: gaussian_renyi_divergence(*pair, order=0.7),
    "cs": gaussian_cs_divergence,
    "wasserstein": gaussian_wasserstein2,
}


@pytest.mark.parametrize(("d", "value"), [(1, 1.418939), (2, 2.837877), (10, 14.189385)])
def test_closed_form_entropy_of_the_standard_normal(d, value):
    assert gaussian_entropy(np.eye(d)) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("rho", "value"), [(0.5, 0.143841), (0.75, 0.413339), (0.9, 0.830366), (0.99, 1.958518)]
)
def test_closed_form_information_of_two_correlated_numbers(rho, value):
    cov = [[1.0, rho], [rho, 1.0]]
    assert gaussian_mutual_information(cov, n_dims_x=1) == pytest.approx(value, abs=1e-6)
    assert gaussian_total_correlation(cov) == pytest.approx(value, abs=1e-6)


def test_closed_form_divergences_of_two_gaussians():
    swapped = (*PAIR[2:], *PAIR[:2])
    assert gaussian_kl(*PAIR) == pytest.approx(0.422665, abs=1e-6)
    assert gaussian_kl(*swapped) == pytest.approx(0.720192, abs=1e-6)
    assert gaussian_cs_divergence(*PAIR) == pytest.approx(0.430924, abs=1e-6)
    # a shift by a: W2 = |a|, and Renyi's divergence is alpha |a|^2 / 2
    shift = ([0.0, 0.0], np.eye(2), [3.0, 4.0], np.eye(2))
    assert gaussian_wasserstein2(*shift) == pytest.approx(5.0)
    assert gaussian_renyi_divergence(*shift, order=0.3) == pytest.approx(0.3 * 25 / 2)


@pytest.mark.parametrize(("rho", "value"), [(0.5, 0.369184), (0.75, 0.595188), (0.9, 0.781495)])
def test_closed_form_wasserstein_distance_of_a_joint_law_from_its_margins(rho, value):
    told = gaussian_wasserstein2([0, 0], [[1, rho], [rho, 1]], [0, 0], np.eye(2))
    assert told == pytest.approx(value, abs=1e-6)


def test_closed_form_water_filling():
    assert gaussian_channel_capacity(2.0, power=3.0) == pytest.approx(0.5 * math.log(1 + 12))
    # strengths 4 and 1: below power 3/4 the weaker stays dry, above both stand at one level
    gain = [[2.0, 0.0], [0.0, 1.0]]
    assert gaussian_channel_capacity(gain, power=0.7) == pytest.approx(0.5 * math.log(1 + 2.8))
    level = (2.0 + 0.25 + 1.0) / 2
    assert gaussian_channel_capacity(gain, power=2.0) == pytest.approx(
        0.5 * (math.log(4 * level) + math.log(level))
    )
    assert gaussian_channel_capacity(gain, power=0.0) == 0.0
    # noise of variance 4 halves the gain
    assert gaussian_channel_capacity(2.0, 4.0, power=3.0) == pytest.approx(0.5 * math.log(4))


@given(covariance_matrices(dims=3), st.floats(0.1, 5))
def test_law_no_other_allocation_carries_more_than_water_filling(gain, power):
    capacity = gaussian_channel_capacity(gain, power=power)
    for seed in range(5):
        root = np.random.default_rng(seed).normal(size=(3, 3))
        inputs = root @ root.T
        inputs *= power / np.trace(inputs)
        carried = 0.5 * np.linalg.slogdet(np.eye(3) + gain @ inputs @ gain.T)[1]
        assert carried <= capacity + 1e-9


@given(gaussian_pairs())
def test_law_divergences_vanish_for_equal_laws_only_and_half_of_cs_stays_below_kl(pair):
    for name, divergence in DIVERGENCES.items():
        same = divergence(*pair[:2], *pair[:2])
        assert same == pytest.approx(0, abs=1e-4 if name == "wasserstein" else 1e-9)
        assert divergence(*pair) > 0
    assert gaussian_cs_divergence(*pair) / 2 <= gaussian_kl(*pair) + 1e-9


@given(gaussian_pairs())
def test_law_renyi_grows_with_the_order_and_meets_kl_at_one(pair):
    orders = (0.2, 0.5, 0.9, 1.0)
    values = [gaussian_renyi_divergence(*pair, order=order) for order in orders]
    assert np.all(np.diff(values) >= -1e-9)
    assert gaussian_renyi_divergence(*pair, order=1 - 1e-7) == pytest.approx(values[-1], rel=1e-4)


def test_renyi_is_infinite_where_the_mixed_covariance_is_none():
    wide, narrow = ([0.0], [[4.0]]), ([0.0], [[1.0]])
    assert gaussian_renyi_divergence(*wide, *narrow, order=2.0) == math.inf
    assert math.isfinite(gaussian_renyi_divergence(*narrow, *wide, order=2.0))


@given(covariance_matrices(dims=4))
def test_law_entropy_and_information_add_up(cov):
    both, x, y = (gaussian_entropy(c) for c in (cov, cov[:2, :2], cov[2:, 2:]))
    assert gaussian_mutual_information(cov, n_dims_x=2) == pytest.approx(x + y - both, abs=1e-9)
    parts = gaussian_total_correlation(cov[:2, :2]) + gaussian_total_correlation(cov[2:, 2:])
    assert gaussian_total_correlation(cov) == pytest.approx(x + y - both + parts, abs=1e-9)


@given(gaussian_pairs())
def test_naive_twin_kl_and_cs_by_drawing(pair):
    mean0, cov0, mean1, cov1 = pair
    p, q = multivariate_normal(mean0, cov0), multivariate_normal(mean1, cov1)
    drawn = np.atleast_2d(p.rvs(4000, random_state=0).reshape(4000, -1))
    terms = p.logpdf(drawn) - q.logpdf(drawn)
    error = terms.std() / np.sqrt(len(terms))
    assert abs(terms.mean() - gaussian_kl(*pair)) < 6 * error + 1e-9
    overlap = multivariate_normal(mean1, cov0 + cov1).logpdf(mean0)
    own = [multivariate_normal(np.zeros_like(m), 2 * c).logpdf(np.zeros_like(m))
           for m, c in ((mean0, cov0), (mean1, cov1))]  # fmt: skip
    assert gaussian_cs_divergence(*pair) == pytest.approx(sum(own) - 2 * overlap, abs=1e-8)


def test_diagonal_form_agrees_with_the_full_one_and_says_what_the_mean_does():
    mean, log_variance = np.array([[0.5, -1.0], [2.0, 0.0]]), np.array([[0.1, -0.4], [0.0, 1.0]])
    full = [
        gaussian_kl(m, np.diag(np.exp(v)), [0.0, 0.0], np.eye(2))
        for m, v in zip(mean, log_variance, strict=True)
    ]
    assert diagonal_gaussian_kl(mean, log_variance) == pytest.approx(np.mean(full))
    assert diagonal_gaussian_kl(mean, log_variance, reduction="mean") == pytest.approx(
        np.mean(full) / 2
    )
    prior = (mean, log_variance)
    assert diagonal_gaussian_kl(mean, log_variance, prior=prior) == 0.0
    assert diagonal_gaussian_kl(mean[:, 0], log_variance[:, 0]) == pytest.approx(
        diagonal_gaussian_kl(mean[:, :1], log_variance[:, :1])
    )


def test_tensors_give_tensors_with_gradients():
    def tensor(values):
        return torch.tensor(np.asarray(values, dtype=float), requires_grad=True)

    pair = [tensor(part) for part in PAIR]

    def symmetric(matrix):
        return (matrix + matrix.T) / 2

    def kl(m0, s0, m1, s1):
        return gaussian_kl(m0, symmetric(s0), m1, symmetric(s1))

    def cs(m0, s0, m1, s1):
        return gaussian_cs_divergence(m0, symmetric(s0), m1, symmetric(s1))

    assert torch.autograd.gradcheck(kl, pair)
    assert torch.autograd.gradcheck(cs, pair)
    assert gaussian_kl(*pair).item() == pytest.approx(gaussian_kl(*PAIR))
    assert gaussian_wasserstein2(*pair).item() == pytest.approx(gaussian_wasserstein2(*PAIR))
    assert torch.autograd.gradcheck(diagonal_gaussian_kl, [pair[0][None], pair[2][None]])
    single = diagonal_gaussian_kl(torch.ones(2, 3), torch.zeros(2, 3))
    assert single.dtype == torch.float32
    assert single.item() == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_entropy([[1.0, 2.0]]), "`cov` must be a square covariance"),
        (lambda: gaussian_entropy([[1.0, 2.0], [2.0, 1.0]]), "`cov` must be positive definite"),
        (lambda: gaussian_entropy([[1.0, 0.5], [0.1, 1.0]]), "`cov` must be symmetric"),
        (lambda: gaussian_entropy([[np.nan]]), "`cov` must be finite"),
        (lambda: gaussian_entropy([]), "`cov` must not be empty"),
        (lambda: gaussian_entropy(-1.0), "`cov` must be positive definite"),
        (lambda: gaussian_mutual_information(np.eye(2), n_dims_x=2), "`n_dims_x`"),
        (lambda: gaussian_kl([0, 0], np.eye(2), [0], np.eye(2)), "`mean1` must have the 2"),
        (lambda: gaussian_kl([0], [[1]], [0], np.eye(2)), "`cov1` must have the 1"),
        (lambda: gaussian_renyi_divergence([0], 1, [0], 1, order=0), "`order` must be above 0"),
        (lambda: diagonal_gaussian_kl([[0.0]], [[0.0, 1.0]]), "`log_variance` must have the shape"),
        (lambda: diagonal_gaussian_kl([[0.0]], [[0.0]], reduction="max"), "`reduction`"),
        (lambda: diagonal_gaussian_kl([0.0], [0.0], prior=(0.0,)), "`prior` must be a mean and"),
        (lambda: gaussian_channel_capacity(1.0, power=-1), "`power` must be at least 0"),
        (lambda: gaussian_channel_capacity(np.eye(2), 1.0, power=1), "`noise_cov` must have one"),
        (lambda: gaussian_entropy(1.0, base=1), "`base` must be above 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
