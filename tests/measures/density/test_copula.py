"""Mutual information as if the copula were Gaussian."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from infomax.data.mi_tasks import bivariate_normal, dense_normal, student_t
from infomax.exceptions import AssumptionWarning, PrecisionWarning
from infomax.measures import gaussian_copula_mutual_information as copula
from infomax.measures import gaussian_mutual_information
from infomax.measures.density._copula import checked_form


@pytest.mark.parametrize("shape", ["normal", "uniform", "bimodal", "wiggly", "half_cube"])
def test_closed_form_whatever_the_margins(shape):
    task = bivariate_normal(shape=shape)
    x, y = task.sample(10_000, random_state=0)
    assert copula(x, y) == pytest.approx(0.413339, abs=0.03)  # four standard errors


def test_closed_form_many_dimensions_and_what_the_correction_takes_away():
    task = dense_normal(25)
    x, y = task.sample(2000, random_state=0)
    assert copula(x, y) == pytest.approx(task.mutual_information, abs=0.1)
    assert copula(x, y, debias=False) - copula(x, y) == pytest.approx(25 * 25 / 4000, rel=0.1)


def test_closed_form_independence_is_zero_on_average():
    rng = np.random.default_rng(0)
    told = [copula(rng.normal(size=(300, 6)), rng.normal(size=(300, 6))) for _ in range(60)]
    error = np.std(told) / np.sqrt(len(told))
    assert abs(np.mean(told)) < 4 * error
    assert min(told) < 0


def test_it_is_blind_to_dependence_without_correlation():
    x, y = student_t(2, dof=1).sample(10_000, random_state=0)
    with pytest.warns(AssumptionWarning, match=r"without their signs, tell 0\.\d\d nats") as record:
        assert copula(x, y) < 0.1
    assert record[0].filename == __file__
    assert student_t(2, dof=1).mutual_information > 0.4


def test_naive_twin_from_the_covariance_of_the_scores():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 2))
    y = x @ rng.normal(size=(2, 3)) + rng.normal(size=(400, 3))
    columns = []
    for column in np.hstack([x, y]).T:
        ranks = [1 + sum(other < value for other in column) for value in column]
        columns.append([norm.ppf(rank / (len(column) + 1)) for rank in ranks])
    cov = np.cov(np.array(columns))
    expected = gaussian_mutual_information(cov, n_dims_x=2)
    assert copula(x, y, debias=False) == pytest.approx(expected, abs=1e-10)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 4), st.booleans())
def test_law_monotone_maps_scaling_and_order_change_nothing(seed, scale, flip):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 2))
    y = x[:, :1] + rng.normal(size=(80, 1))
    bent = np.column_stack([np.exp(scale * x[:, 0]), -(x[:, 1] ** 3) if flip else x[:, 1]])
    order = rng.permutation(80)
    assert copula(x, y) == pytest.approx(copula(bent[order], y[order] * scale), abs=1e-9)
    assert copula(x, y) == pytest.approx(copula(y, x), abs=1e-9)


def test_columns_that_others_determine_add_nothing():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(500, 2)), rng.normal(size=500)
    y = y + x[:, 0]
    doubled = np.column_stack([x, x[:, 0] ** 3])  # the same ranks as the first
    assert copula(doubled, y) == pytest.approx(copula(x, y), abs=1e-9)


def test_law_sizes_never_tell_more_than_a_gaussian_whole():
    """40 seeded draws, independent ones and dependent ones among them: no warning (they are errors)."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, noise = rng.normal(size=(2, 200, 1 + seed % 4))
        copula(x, noise)
        copula(x, x + noise)


@pytest.mark.parametrize("strength", [0.0, 0.7])
def test_law_standard_error_is_the_spread_over_samples(strength):
    """300 seeded samples of 200 pairs in 2 + 3 dimensions: within a fifth."""
    rng = np.random.default_rng(8)
    values, errors = [], []
    for _ in range(300):
        x = rng.normal(size=(200, 2))
        y = np.column_stack([strength * x + rng.normal(size=(200, 2)), rng.normal(size=200)])
        form = checked_form(x, y)
        values.append(form.information(debias=True))
        errors.append(form.standard_error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)


def test_tensors_and_bases():
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    told = copula(torch.tensor(x, requires_grad=True), torch.tensor(y), base=2)
    assert told.ndim == 0
    assert not told.requires_grad
    assert told.item() == pytest.approx(copula(x, y) / np.log(2))


def test_one_side_a_function_of_the_other_is_infinite():
    x = np.random.default_rng(4).normal(size=100)
    assert copula(x, np.exp(x)) == np.inf


def test_it_warns_of_constants_and_ties():
    x = np.random.default_rng(5).normal(size=(200, 2))
    x[:, 1] = 3.0
    with pytest.warns(PrecisionWarning, match=r"1 column\(s\) of `x` do not vary"):
        told = copula(x, x[:, 0] + 1e-3)
    assert told == np.inf
    with pytest.warns(PrecisionWarning, match="a column of `x` has 3 distinct values"):
        copula(np.arange(200) % 3, np.random.default_rng(6).normal(size=200))
    with pytest.warns(PrecisionWarning, match="do not vary"):
        assert copula(np.ones(200), x[:, 0]) == 0


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.arange(5.0), np.arange(4.0), "`y` must have as many points"),
        ([0.0, np.nan, 1.0], np.arange(3.0), "`x` must be finite"),
        (np.eye(4), np.eye(4), "`x` must hold more than"),
        ([], [], "`x` must not be empty"),
        (np.zeros((2, 2, 2)), np.arange(2.0), "`x` must have shape"),
    ],
)
@pytest.mark.filterwarnings("ignore:a column of")
def test_refusals(x, y, message):
    with pytest.raises(ValueError, match=message):
        copula(x, y)
