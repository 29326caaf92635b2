"""Gaussian process: two points by hand, scikit-learn's process, and what bad input gets."""

import math

import numpy as np
import pytest
from sklearn.exceptions import SkipTestWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, Matern
from sklearn.utils.estimator_checks import parametrize_with_checks

from infomax.exceptions import PrecisionWarning
from infomax.inference import GaussianProcess

rng = np.random.default_rng(0)
X, NEW = rng.normal(size=(12, 3)), rng.normal(size=(7, 3))
Y = np.stack([np.sin(X[:, 0]), X[:, 1] ** 2], axis=1)


@parametrize_with_checks([GaussianProcess(noise=0.1)])
def test_peer_scikit_learn_accepts_the_estimator(estimator, check, recwarn):
    check(estimator)
    assert {warning.category for warning in recwarn} <= {SkipTestWarning}  # checks do not apply


def test_closed_form_of_one_observation():
    process = GaussianProcess(length_scale=2.0, variance=3.0, noise=0.5).fit([[1.0]], [2.0])
    near = 3 * math.exp(-0.5 * (0.7 / 2) ** 2)
    posterior = process.posterior([[1.7]])
    assert posterior.mean.item() == pytest.approx(near / 3.5 * 2)
    assert posterior.covariance.item() == pytest.approx(3 - near**2 / 3.5)
    density = -(2.0**2) / 3.5 / 2 - math.log(2 * math.pi * 3.5) / 2
    assert process.log_marginal_likelihood() == pytest.approx(density)


@pytest.mark.parametrize(
    ("kernel", "theirs"),
    [
        ("rbf", RBF(1.3)),
        ("laplace", Matern(1.3, nu=0.5)),
        ("matern32", Matern(1.3, nu=1.5)),
        ("matern52", Matern(1.3, nu=2.5)),
    ],
)
def test_peer_scikit_learn_has_the_same_posterior(kernel, theirs):
    ours = GaussianProcess(kernel, length_scale=1.3, noise=0.01).fit(X, Y[:, 0])
    peer = GaussianProcessRegressor(theirs, alpha=0.01, optimizer=None).fit(X, Y[:, 0])
    mean, covariance = peer.predict(NEW, return_cov=True)
    posterior = ours.posterior(NEW)
    np.testing.assert_allclose(posterior.mean, mean, atol=1e-9)
    np.testing.assert_allclose(posterior.covariance, covariance, atol=1e-9)
    np.testing.assert_allclose(ours.predict(NEW), mean, atol=1e-9)
    assert ours.log_marginal_likelihood() == pytest.approx(peer.log_marginal_likelihood_value_)
    through_sklearn = GaussianProcess(theirs, noise=0.01).fit(X, Y[:, 0]).posterior(NEW)
    np.testing.assert_allclose(through_sklearn.mean, mean, atol=1e-9)


def test_naive_twin_of_the_linear_kernel_is_bayesian_regression():
    process = GaussianProcess("linear", noise=0.3).fit(X, Y)
    precision = np.eye(3) + X.T @ X / 0.3
    weights = np.linalg.solve(precision, X.T @ Y / 0.3)
    posterior = process.posterior(NEW)
    np.testing.assert_allclose(posterior.mean, NEW @ weights, atol=1e-9)
    np.testing.assert_allclose(
        posterior.covariance, NEW @ np.linalg.solve(precision, NEW.T), atol=1e-9
    )


def test_law_without_noise_it_passes_through_what_was_observed():
    process = GaussianProcess("matern32").fit(X, Y)
    assert process.noise_ == pytest.approx(1e-6)
    np.testing.assert_allclose(process.predict(X), Y, atol=1e-4)
    assert process.posterior(X).covariance.diagonal().max() < 3e-6


def test_law_outputs_are_independent_and_shifts_do_not_matter():
    both, first = GaussianProcess().fit(X, Y), GaussianProcess().fit(X, Y[:, 0])
    np.testing.assert_allclose(both.predict(NEW)[:, 0], first.predict(NEW), atol=1e-9)
    far = GaussianProcess().fit(X + 1e3, Y)
    np.testing.assert_allclose(far.predict(NEW + 1e3), both.predict(NEW), atol=1e-6)
    total = sum(GaussianProcess().fit(X, y).log_marginal_likelihood() for y in Y.T)
    assert both.log_marginal_likelihood() == pytest.approx(total)


def test_samples_have_the_moments_of_the_posterior():
    process = GaussianProcess("laplace").fit(X, Y)
    posterior, drawn = process.posterior(NEW), process.sample(NEW, n_samples=20_000, random_state=0)
    assert drawn.shape == (20_000, 7, 2)
    np.testing.assert_allclose(drawn.mean(axis=0), posterior.mean, atol=0.05)
    for k in range(2):
        covariance = np.cov(drawn[:, :, k].T)
        np.testing.assert_allclose(covariance, posterior.covariance, atol=0.05)
    np.testing.assert_array_equal(
        drawn[:3], process.sample(NEW, n_samples=20_000, random_state=0)[:3]
    )
    assert GaussianProcess().fit(X, Y[:, 0]).sample(NEW).shape == (1, 7)


def test_repeated_points_are_borne_by_the_jitter():
    twice = np.concatenate([X, X])
    process = GaussianProcess().fit(twice, np.concatenate([Y, Y]))
    np.testing.assert_allclose(process.predict(X), Y, atol=1e-3)


def test_a_kernel_that_is_not_quite_positive_gets_more_jitter_and_says_so():
    def bent(a, b):
        return RBF(1.0)(a, b) - 2e-4 * (np.arange(len(a))[:, None] == np.arange(len(b)))

    points = np.linspace(0, 0.1, 10)[:, None]
    with pytest.warns(PrecisionWarning, match="nearly singular: 0.00099"):
        process = GaussianProcess(bent).fit(points, points[:, 0])
    assert process.noise_ == pytest.approx(1e-3, rel=1e-3)
    GaussianProcess(bent, noise=0.01).fit(points, points[:, 0])  # silent in health


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": "cubic"}, "`kernel` must be one of 'rbf', 'laplace'"),
        (
            {"kernel": lambda a, b: a @ b.T[:, :3]},
            r"`kernel` must return a finite matrix of shape \(12",
        ),
        ({"kernel": lambda a, b: np.full((len(a), len(b)), np.nan)}, "finite matrix"),
        ({"kernel": lambda a, b: -RBF()(a, b)}, "`kernel` must have a variance above 0"),
        ({"kernel": lambda a, b: 1.0 - a @ b.T}, "`kernel` must"),
        ({"length_scale": 0.0}, "`length_scale` must be above 0, got 0"),
        ({"variance": -1.0}, "`variance` must be above 0, got -1"),
        ({"noise": -0.1}, "`noise` must be at least 0, got -0.1"),
    ],
)
def test_bad_settings_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        GaussianProcess(**options).fit(X, Y)


def test_bad_data_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        GaussianProcess().fit(np.full((3, 1), np.nan), np.zeros(3))
    with pytest.raises(ValueError, match="features"):
        GaussianProcess().fit(X, Y).predict(NEW[:, :2])
    with pytest.raises(ValueError, match="`n_samples` must be a whole number"):
        GaussianProcess().fit(X, Y).sample(NEW, n_samples=0)
