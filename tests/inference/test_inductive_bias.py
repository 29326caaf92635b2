"""Inductive bias: known tails, monotone in the target, intervals that cover, warnings."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma

from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.inference import (
    NoncentralChi2Fit,
    QuadraticForm,
    architecture_bias,
    inductive_bias,
    inductive_bias_result,
)

ERRORS = 0.1 * np.random.default_rng(0).noncentral_chisquare(10, 5, size=2000)
LAW = QuadraticForm(np.full(10, 0.1), np.r_[math.sqrt(5), np.zeros(9)])


def test_closed_form_a_known_law_has_its_exact_tail():
    assert inductive_bias(LAW, 1e-100) == pytest.approx(1150.532849, abs=1e-6)
    assert inductive_bias(LAW, 0.1) == pytest.approx(10.964467, abs=1e-6)
    assert inductive_bias(LAW, 0.1, method="saddlepoint") == pytest.approx(10.964467, rel=0.01)
    assert inductive_bias(LAW, 0.1, base=2) == pytest.approx(10.964467 / math.log(2), abs=1e-6)


def test_closed_form_tail_is_recovered_from_a_sample():
    assert inductive_bias(ERRORS, 0.1) == pytest.approx(10.964467, rel=0.1)
    assert inductive_bias(ERRORS, 0.5, fit="moments") == pytest.approx(3.804261, rel=0.05)


def test_counts_and_the_gamma_law_by_hand():
    assert inductive_bias(ERRORS, 0.6, method="empirical") == pytest.approx(
        -math.log((ERRORS <= 0.6).mean())
    )
    shape = (ERRORS.mean() / ERRORS.std()) ** 2
    tail = gamma.logcdf(0.3, shape, scale=ERRORS.mean() / shape)
    assert inductive_bias(ERRORS, 0.3, method="gamma") == pytest.approx(-tail, rel=1e-9)


def test_the_released_tail_says_less_of_a_harder_task():
    told = {
        convention: [inductive_bias(ERRORS, 10.0**-k, convention=convention) for k in (40, 90)]
        for convention in ("paper", "released")
    }
    assert told["paper"][0] == pytest.approx(told["released"][0], rel=1e-6)
    assert told["paper"][1] > 2 * told["paper"][0]
    assert told["released"][1] < 40 < told["released"][0]


@given(st.floats(0.2, 3), st.floats(1.01, 2), st.sampled_from(["ncx2", "gamma", "empirical"]))
def test_law_a_lower_target_needs_no_less(target, factor, method):
    lower, higher = (
        inductive_bias(ERRORS, e, method=method, fit="moments") for e in (target, factor * target)
    )
    assert lower >= higher >= 0


def test_law_nothing_is_needed_above_the_largest_error():
    assert inductive_bias(ERRORS, 2 * ERRORS.max()) < 0.01
    assert inductive_bias(ERRORS, ERRORS.max(), method="empirical") == 0


def test_law_architecture_bias_is_antisymmetric_and_a_difference():
    other = 0.1 * np.random.default_rng(1).noncentral_chisquare(20, 5, size=500)
    told = architecture_bias(other, ERRORS, 0.8)
    assert told == pytest.approx(inductive_bias(other, 0.8) - inductive_bias(ERRORS, 0.8))
    assert architecture_bias(ERRORS, other, 0.8) == pytest.approx(-told)
    assert architecture_bias(LAW, LAW, 0.1) == 0
    assert architecture_bias(other, ERRORS, 0.8, base=2) == pytest.approx(told / math.log(2))


def test_interval_covers_the_truth_about_as_often_as_it_says():
    covered = 0
    for seed in range(20):
        errors = 0.1 * np.random.default_rng(seed).noncentral_chisquare(10, 5, size=300)
        found = inductive_bias_result(
            errors, 0.3, fit="moments", n_bootstrap=100, confidence=0.9, random_state=0
        )
        low, high = found.interval
        covered += low <= inductive_bias(LAW, 0.3) <= high
    assert covered >= 14  # of 20 at 90 %: fewer has probability 0.002


def test_result_carries_fit_and_distance():
    found = inductive_bias_result(ERRORS, 0.05, n_bootstrap=3, random_state=0, base=2)
    assert found.value == pytest.approx(inductive_bias(ERRORS, 0.05, base=2))
    assert isinstance(found.fit, NoncentralChi2Fit)
    assert found.extrapolation == pytest.approx((ERRORS.min() - 0.05) / found.fit.std_)
    assert (found.method, found.n_errors, found.target_error) == ("ncx2", 2000, 0.05)
    assert found.interval[0] < found.interval[1]
    again = inductive_bias_result(ERRORS, 0.05, n_bootstrap=3, random_state=0, base=2)
    assert again.interval == found.interval


def test_result_of_a_law_and_of_counts():
    exact = inductive_bias_result(LAW, 0.1)
    assert exact.interval == (exact.value, exact.value)
    assert (exact.fit, exact.n_errors, exact.extrapolation) == (None, None, 0.0)
    counted = inductive_bias_result(ERRORS, 0.5, method="empirical")
    low, high = counted.interval
    assert low < counted.value < high
    everything = inductive_bias_result(ERRORS, 1e3, method="empirical")
    assert everything.interval[0] == everything.value == 0
    assert str(everything.value) == "0.0"  # and not -0.0
    assert everything.interval[1] == pytest.approx(-math.log(0.025) / 2000, rel=1e-6)


def test_naive_twin_of_the_interval_of_the_gamma_law():
    found = inductive_bias_result(ERRORS, 0.3, method="gamma", random_state=0, base=2)
    draw = np.random.default_rng(1)
    naive = []
    for _ in range(200):
        again = draw.choice(ERRORS, len(ERRORS))
        shape = (again.mean() / again.std()) ** 2
        naive.append(-gamma.logcdf(0.3, shape, scale=again.mean() / shape) / math.log(2))
    assert found.interval[0] < found.value < found.interval[1]
    spread = np.std(naive)
    assert found.interval == pytest.approx(tuple(np.quantile(naive, [0.025, 0.975])), abs=spread)


def test_errors_by_point_have_an_interval_over_points_too():
    rng = np.random.default_rng(0)
    by_point = (0.6 + 0.1 * rng.normal(size=(60, 1)) + rng.normal(size=40)) ** 2
    means = by_point.mean(axis=1)
    target = float(np.quantile(means, 0.05))
    options = {"n_bootstrap": 20, "random_state": 0, "fit": "moments"}
    found = inductive_bias_result(by_point, target, **options)
    alone = inductive_bias_result(means, target, **options)
    assert (found.value, found.interval) == (alone.value, alone.interval)
    assert alone.points_interval is None
    low, high = found.points_interval
    naive = []
    for seed in range(20):  # other points resampled, in plain loops
        chosen = np.random.default_rng(seed).integers(40, size=40)
        errors = np.array([np.mean([row[c] for c in chosen]) for row in by_point])
        naive.append(inductive_bias(errors, target, fit="moments"))
    assert low < found.value < high
    assert low == pytest.approx(np.quantile(naive, 0.05), abs=2)
    assert inductive_bias(by_point, target, fit="moments") == found.value
    bits = inductive_bias_result(by_point, target, base=2, **options)
    assert bits.points_interval[1] == pytest.approx(high / math.log(2))


def test_nothing_counted_is_infinite_and_says_what_to_do():
    with pytest.warns(SmallSampleWarning, match="use method='ncx2'"):
        assert inductive_bias(ERRORS, 1e-3, method="empirical") == math.inf
    with pytest.warns(SmallSampleWarning):
        found = inductive_bias_result(ERRORS, 1e-3, method="empirical")
    assert found.interval[0] == pytest.approx(-math.log(1 - 0.025 ** (1 / 2000)))
    assert found.interval[1] == math.inf


def test_a_target_far_below_the_errors_says_so():
    far = 1.0 + 0.01 * np.random.default_rng(0).standard_normal(200)
    with pytest.warns(AssumptionWarning, match="deviations below the smallest error drawn"):
        assert inductive_bias(far, 0.5) > 100
    inductive_bias(far, 0.97)  # silent in health


def test_a_law_that_does_not_fit_says_so():
    two = np.r_[np.full(300, 0.2), np.full(300, 0.9)] + 1e-3 * np.arange(600)
    with pytest.warns(AssumptionWarning, match="Kolmogorov–Smirnov"):
        inductive_bias(two, 0.3)


def test_errors_that_are_all_equal_are_a_step():
    same = np.full(12, 0.4)
    with pytest.warns(AssumptionWarning, match="all errors are 0.4"):
        assert inductive_bias(same, 0.5) == 0
    with pytest.warns(AssumptionWarning, match="all errors are 0.4"):
        assert inductive_bias(same, 0.3) == math.inf
    with pytest.warns(AssumptionWarning, match="all errors are 0.4"):
        assert inductive_bias(same + 1e-9 * np.arange(12), 0.3) == math.inf


@pytest.mark.parametrize(
    ("errors", "target", "options", "message"),
    [
        (ERRORS[:9], 0.1, {}, "`errors` must hold at least 10 values, got 9"),
        (-ERRORS, 0.1, {}, "`errors` must not be negative"),
        (np.r_[ERRORS, np.nan], 0.1, {}, "`errors` must be finite"),
        (ERRORS, 0.0, {}, "`target_error` must be above 0, got 0"),
        (ERRORS, -1, {}, "`target_error` must be above 0, got -1"),
        (ERRORS, 0.1, {"method": "inversion"}, "`method` must be one of 'ncx2', 'gamma', 'empirical'"),
        (LAW, 0.1, {"method": "ncx2"}, "`method` must be one of 'inversion', 'saddlepoint'"),
        (ERRORS, 0.1, {"fit": "map"}, "`fit` must be one of"),
        (ERRORS, 0.1, {"convention": "code"}, "`convention` must be one of"),
        (ERRORS, 0.1, {"base": 1}, "`base` must be above 1"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(errors, target, options, message):
    with pytest.raises(ValueError, match=message):
        inductive_bias(errors, target, **options)


def test_bad_options_of_the_result_are_refused():
    with pytest.raises(ValueError, match="`n_bootstrap` must be a whole number"):
        inductive_bias_result(ERRORS, 0.1, n_bootstrap=0)
    with pytest.raises(ValueError, match="`confidence` must lie in"):
        inductive_bias_result(ERRORS, 0.1, confidence=1.0)
