"""Nearest neighbours with their bias read off Gaussian doubles."""

import numpy as np
import pytest
import torch

from infomax.data.mi_tasks import (
    additive_noise,
    bivariate_normal,
    dense_normal,
    student_t,
    waves,
)
from infomax.exceptions import (
    AssumptionWarning,
    EstimatorCeilingWarning,
    PrecisionWarning,
    SmallSampleWarning,
)
from infomax.measures import corrected_ksg_mutual_information as corrected
from infomax.measures import corrected_ksg_mutual_information_result as corrected_result
from infomax.measures import gaussian_copula_mutual_information, ksg_mutual_information


@pytest.mark.parametrize(
    ("task", "tolerance"),
    [
        (bivariate_normal(shape="wiggly"), 0.06),
        (bivariate_normal(shape="swiss_roll"), 0.06),
        (additive_noise(epsilon=0.75), 0.08),
        (dense_normal(5), 0.08),
        (student_t(1, dof=1), 0.08),
    ],
    ids=lambda task: getattr(task, "name", None),
)
def test_closed_form_of_known_tasks(task, tolerance):
    x, y = task.sample(1500, random_state=3)
    assert corrected(x, y) == pytest.approx(task.mutual_information, abs=tolerance)


def test_it_mends_what_neighbours_miss_in_many_dimensions():
    task = dense_normal(10)
    x, y = task.sample(1000, random_state=0)
    found = corrected_result(x, y)
    assert found.gaussian_suffices
    assert found.value == pytest.approx(task.mutual_information, abs=0.12)
    assert ksg_mutual_information(x, y) < task.mutual_information - 0.12
    assert found.bias < -0.1


def test_gaussian_data_give_the_gaussian_answer_in_most_seeds():
    task = dense_normal(2)
    n_gaussian = 0
    for seed in range(20):
        x, y = task.sample(400, random_state=seed)
        found = corrected_result(x, y)
        n_gaussian += found.gaussian_suffices
        if found.gaussian_suffices:
            assert found.value == pytest.approx(gaussian_copula_mutual_information(x, y))
    assert n_gaussian >= 18  # three standard errors


def test_bent_dependence_is_seen_and_reported_with_its_parts():
    rng = np.random.default_rng(0)
    x = rng.normal(size=1500)
    y = x**2 + 0.3 * rng.normal(size=1500)
    found = corrected_result(x, y)
    assert not found.gaussian_suffices
    assert found.gaussian_part < 0.05
    assert found.value == pytest.approx(found.ksg - found.bias)
    assert found.value > 0.5
    assert found.n_points == 1500


def test_law_a_single_column_has_no_less_than_its_gaussian_part():
    """100 seeded draws of 100 points: neighbours alone fell to -0.17 nats in one of 25."""
    rng = np.random.default_rng(100)
    for _ in range(100):
        found = corrected_result(*rng.normal(size=(2, 100)))
        assert found.value >= found.gaussian_part >= 0


def test_independent_pairs_give_zero():
    told = [corrected(*np.random.default_rng(seed).normal(size=(2, 400, 3))) for seed in range(20)]
    assert max(told) < 0.1
    assert np.mean(told) < 0.02
    assert min(told) >= 0


def test_law_monotone_maps_of_coordinates_and_swapping_of_points_change_nothing():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 2))
    y = np.sin(2 * x[:, :1]) + 0.3 * rng.normal(size=(300, 1))
    plain = corrected(x, y)
    assert corrected(np.exp(x), y**3) == pytest.approx(plain, abs=1e-9)
    assert corrected(x, y) == plain, "the doubles are the same for the same data"
    assert corrected(x, y, base=2) == pytest.approx(plain / np.log(2))


def test_high_dimensions_are_counted_on_fewer_points():
    x, y = dense_normal(5).sample(5000, random_state=0)
    found = corrected_result(x, y, n_doubles=1)
    assert found.n_points == 4000
    assert found.value == pytest.approx(0.592812, abs=0.06)


def test_a_function_of_the_other_side_falls_back_to_neighbours_and_warns():
    x = np.random.default_rng(3).normal(size=300)
    with pytest.warns(EstimatorCeilingWarning):
        found = corrected_result(x, x)
    assert found.gaussian_part is not None
    assert found.bias == 0
    assert found.value == found.ksg > 3


def test_fewer_points_than_dimensions_still_get_an_answer():
    x, y = np.random.default_rng(4).normal(size=(2, 12, 8))
    with pytest.warns(SmallSampleWarning, match="12 points are too few for the covariance"):
        found = corrected_result(x, y)
    assert np.isnan(found.gaussian_part)
    assert np.isfinite(found.value)


def test_it_warns_where_the_correction_is_most_of_the_answer():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1500, 12))
    scale = np.exp(1.5 * np.sign(rng.normal(size=(1500, 1))))
    y = 0.7 * x + rng.normal(size=(1500, 12))
    with pytest.warns(AssumptionWarning, match="are the correction for what neighbours miss"):
        corrected(x * scale, y * scale)


def test_it_warns_where_more_points_would_tell_more():
    x, y = waves().sample(1000, random_state=100)
    with pytest.warns(SmallSampleWarning, match="half of the points tell") as record:
        assert corrected(x, y) < 1.307 / 2  # the truth
    assert record[0].filename == __file__


def test_it_warns_where_sizes_alone_tell_more():
    """Sizes are a function of the whole, so what they tell bounds the truth from below."""
    task = student_t(5, dof=2)
    x, y = task.sample(2000, random_state=100)
    with pytest.warns(AssumptionWarning, match="the sizes of the scores") as record:
        assert corrected(x, y) < task.mutual_information
    assert record[0].filename == __file__


def test_law_gaussian_vectors_in_many_dimensions_pass_in_silence():
    """Plain neighbours warn there; here their bias is known and nothing is wrong."""
    x, y = dense_normal(10).sample(400, random_state=1)
    assert corrected_result(x, y).gaussian_suffices


def test_closed_form_standard_error_is_never_below_that_of_chi_squared():
    """The Gaussian part of independent columns is a chi-squared over 2n, not a sure zero."""
    found = corrected_result(*np.random.default_rng(9).normal(size=(2, 400)))
    assert found.gaussian_suffices
    assert found.standard_error >= 1 / (np.sqrt(2) * 400)


def test_constants_tell_nothing():
    x = np.random.default_rng(6).normal(size=200)
    with pytest.warns(PrecisionWarning, match="do not vary"):
        assert corrected(np.ones(200), x) == 0


def test_tensors_give_tensors_without_a_gradient():
    x, y = np.random.default_rng(7).normal(size=(2, 200))
    told = corrected(torch.tensor(x, dtype=torch.float32, requires_grad=True), torch.tensor(y))
    assert told.dtype == torch.float32
    assert not told.requires_grad


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        (np.arange(5.0), np.arange(4.0), {}, "`y` must have as many points"),
        ([0.0, np.inf, 1.0], np.arange(3.0), {}, "`x` must be finite"),
        (np.arange(9.0), np.arange(9.0), {"n_neighbors": 9}, "`n_neighbors` must be"),
        (np.arange(9.0), np.arange(9.0), {"n_neighbors": 0}, "`n_neighbors` must be"),
        (np.arange(9.0), np.arange(9.0), {"n_doubles": 0}, "`n_doubles` must be"),
        (np.arange(9.0), np.arange(9.0), {"base": 0.5}, "`base` must be above 1"),
    ],
)
def test_refusals(x, y, options, message):
    with pytest.raises(ValueError, match=message):
        corrected(x, y, **options)
