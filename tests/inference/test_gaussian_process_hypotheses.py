"""Errors of random functions of a Gaussian process: the small fixture, naive draws, refusals."""

import numpy as np
import pytest

from infomax.exceptions import AssumptionWarning
from infomax.inference import GaussianProcessHypotheses, inductive_bias

i, j = np.mgrid[:6, :2]
X = np.sin(1 + 3 * i + 7 * j)
i, j = np.mgrid[:5, :2]
TEST = np.cos(2 + 5 * i + 3 * j)
Y, Y_TEST = np.sign(X[:, 0]), np.sign(TEST[:, 0])


@pytest.fixture(scope="module")
def space():
    return GaussianProcessHypotheses("rbf").fit(X, Y)


def test_closed_form_posterior_of_the_fixture(space):
    posterior = space.process_.posterior(TEST)
    mean = (0.197416, -0.697881, -0.601581, 0.437054, 0.481774)
    values = (0.001124, 0.003247, 0.151325, 0.677335, 0.927509)
    np.testing.assert_allclose(posterior.mean.ravel(), mean, atol=1e-6)
    np.testing.assert_allclose(np.linalg.eigvalsh(posterior.covariance), values, atol=1e-6)
    assert ((posterior.mean.ravel() - Y_TEST) ** 2).mean() == pytest.approx(2.228489, abs=1e-6)
    assert space.training_error_ < 1e-8


def test_closed_form_moments_of_the_error(space):
    law = space.error_distribution(TEST, Y_TEST)
    assert law.mean == pytest.approx(2.580597, abs=1e-6)
    assert law.variance == pytest.approx(1.717136, abs=1e-6)


def test_naive_twin_draws_whole_functions():
    both = np.stack([Y, X[:, 1]], axis=1)
    both_test = np.stack([Y_TEST, TEST[:, 1]], axis=1)
    space = GaussianProcessHypotheses("matern32", length_scale=0.7).fit(X, both)
    functions = space.process_.sample(TEST, n_samples=50_000, random_state=0)
    naive = np.array([np.mean((one - both_test) ** 2) for one in functions])
    errors = space.sample_errors(TEST, both_test, n_samples=50_000, random_state=1)
    assert errors.shape == (50_000,)
    for q in (0.02, 0.2, 0.5, 0.9):
        assert np.quantile(errors, q) == pytest.approx(np.quantile(naive, q), rel=0.03)


def test_law_the_exact_tail_is_what_is_counted(space):
    law = space.error_distribution(TEST, Y_TEST)
    errors = space.sample_errors(TEST, Y_TEST, n_samples=100_000, random_state=0)
    for target in np.quantile(errors, [0.001, 0.05]):
        counted = inductive_bias(errors, target, method="empirical")
        assert inductive_bias(law, target) == pytest.approx(counted, rel=0.05)


def test_law_more_data_need_less_bias_on_a_task_that_can_be_learnt():
    x = np.random.default_rng(0).uniform(-2, 2, size=(220, 2))
    y = np.sin(x[:, 0]) * x[:, 1]
    told = [
        inductive_bias(
            GaussianProcessHypotheses("laplace")
            .fit(x[:n], y[:n])
            .error_distribution(x[200:], y[200:]),
            0.02,
        )
        for n in (10, 50, 200)
    ]
    assert told[0] > told[1] > told[2]


def test_law_the_median_scale_forgets_units():
    one, other = (
        GaussianProcessHypotheses("rbf", length_scale="median")
        .fit(unit * X, Y)
        .error_distribution(unit * TEST, Y_TEST)
        for unit in (1.0, 1000.0)
    )
    assert other.mean == pytest.approx(one.mean, rel=1e-6)


def test_points_known_already_have_no_freedom():
    space = GaussianProcessHypotheses().fit(X, Y)
    law = space.error_distribution(np.vstack([TEST, X[:2]]), np.r_[Y_TEST, Y[:2]])
    alone = space.error_distribution(TEST, Y_TEST)
    assert law.mean == pytest.approx(alone.mean * 5 / 7, rel=1e-5)


def test_repeated_points_with_equal_targets_are_borne():
    twice = GaussianProcessHypotheses().fit(np.vstack([X, X]), np.r_[Y, Y])
    assert twice.error_distribution(TEST, Y_TEST).mean == pytest.approx(2.580597, rel=1e-3)


def test_repeated_points_with_unequal_targets_are_refused():
    with pytest.raises(ValueError, match="two targets for the point in rows 2 and 6"):
        GaussianProcessHypotheses().fit(np.vstack([X, X[2:3]]), np.r_[Y, -Y[2]])


def test_a_space_that_cannot_fit_says_so():
    with pytest.warns(AssumptionWarning, match="do not fit the training set"):
        GaussianProcessHypotheses("linear").fit(X, Y**2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GaussianProcessHypotheses().fit(X, Y[:3]), "`Y` must have 6 rows as `X` has, got 3"),
        (lambda: GaussianProcessHypotheses().fit(X[:, 0], Y), "`X` must have 2 dimension"),
        (lambda: GaussianProcessHypotheses().fit(X, Y[:, None, None]), "`Y` must have shape"),
        (lambda: GaussianProcessHypotheses(length_scale="mean").fit(X, Y), "a number or 'median'"),
        (lambda: GaussianProcessHypotheses().fit(X, Y).sample_errors(TEST, Y), "`Y` must have shape"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
