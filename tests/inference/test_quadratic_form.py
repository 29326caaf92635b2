"""Quadratic forms: equal weights, Imhof's integral, draws, and the depth of the tail."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.exceptions import ConvergenceWarning
from infomax.inference import QuadraticForm, noncentral_chi2_logcdf, quadratic_form_logcdf
from infomax.inference import _tails as tails


@pytest.mark.parametrize("nats", [3.0, 30.0, 300.0, 3000.0])
@pytest.mark.parametrize(("k", "nc"), [(1, 3.0), (10, 5.0), (200, 90.0)])
def test_closed_form_of_equal_weights(k, nc, nats):
    x = 0.1 * (k + nc)
    while -noncentral_chi2_logcdf(x, k, nc, scale=0.1) < nats and x > 1e-300:
        x /= 1.5 if k > 50 else 10
    offsets = np.zeros(k)
    offsets[0] = math.sqrt(nc)
    exact = float(noncentral_chi2_logcdf(x, k, nc, scale=0.1))
    assert quadratic_form_logcdf(x, np.full(k, 0.1), offsets) == pytest.approx(exact, rel=1e-10)
    near = quadratic_form_logcdf(x, np.full(k, 0.1), offsets, method="saddlepoint")
    assert near == pytest.approx(exact, abs=0.16 if k == 1 else 0.02)


def test_closed_form_above_the_mean():
    x = np.array([1.0, 1.5, 2.0, 5.0, 20.0])
    for method, error in (("inversion", 1e-12), ("saddlepoint", 1e-3)):
        found = quadratic_form_logcdf(x, np.full(10, 0.1), np.zeros(10), method=method)
        np.testing.assert_allclose(found, noncentral_chi2_logcdf(x, 10, 0, scale=0.1), atol=error)


def test_closed_form_of_the_leading_term_at_the_origin():
    weights, offsets = np.array([1.0, 0.5, 0.1]), np.array([1.0, 0.0, 2.0])
    x = 1e-30  # volume of a small ellipsoid times the density at its centre
    leading = 1.5 * math.log(x) - math.lgamma(2.5) - np.log(2 * weights).sum() / 2
    leading -= (offsets**2).sum() / 2
    assert quadratic_form_logcdf(x, weights, offsets) == pytest.approx(leading, abs=1e-10)


def imhof(weights, offsets, x):
    """Integrate along the imaginary axis, as Imhof (1961) has it."""

    step = 5e-3
    u = np.arange(0.5, 20_000) * step
    wu = np.outer(u, weights)
    angle = (np.arctan(wu) + offsets**2 * wu / (1 + wu**2)).sum(axis=1) / 2 - x * u / 2
    size = np.prod((1 + wu**2) ** 0.25, axis=1)
    size *= np.exp((offsets**2 * wu**2 / (1 + wu**2)).sum(axis=1) / 2)
    return 0.5 - step * (np.sin(angle) / (u * size)).sum() / math.pi


@pytest.mark.parametrize("seed", range(4))
def test_naive_twin_is_the_integral_of_imhof(seed):
    rng = np.random.default_rng(seed)
    weights, offsets = rng.uniform(0.2, 1.0, 12), rng.normal(size=12)
    law = QuadraticForm(weights, offsets)
    for shift in (-1.5, 0.0, 2.0):
        x = law.mean + shift * math.sqrt(law.variance)
        assert math.exp(law.logcdf(x)) == pytest.approx(imhof(weights, offsets, x), abs=1e-9)


def test_draws_have_the_law():
    law = QuadraticForm([1.0, 0.3, 0.05], [[1.0, 0.0], [0.5, -2.0], [3.0, 3.0]], constant=0.2)
    errors = law.sample(40_000, random_state=0)
    naive = np.random.default_rng(1).normal(size=(40_000, 3, 2)) + law.offsets
    naive = law.constant + (law.weights[:, None] * naive**2).sum(axis=(1, 2))
    for sample in (errors, naive):
        assert sample.mean() == pytest.approx(law.mean, abs=5 * sample.std() / 200)
        assert sample.var() == pytest.approx(law.variance, rel=0.1)
        for x in np.quantile(errors, [0.01, 0.3, 0.9]):
            share = math.exp(law.logcdf(x))
            deviation = math.sqrt(share * (1 - share) / len(sample))
            assert (sample <= x).mean() == pytest.approx(share, abs=5 * deviation)
    np.testing.assert_array_equal(errors, law.sample(40_000, random_state=0))


forms = st.lists(st.tuples(st.floats(1e-6, 1.0), st.floats(-30.0, 30.0)), min_size=1, max_size=8)


@given(forms, st.floats(-8, 0))
def test_law_it_increases_in_x_scales_and_needs_no_order(pairs, log10_share):
    weights, offsets = np.array(pairs).T
    law = QuadraticForm(weights, offsets)
    x = law.mean * 10**log10_share
    told = float(law.logcdf(x))
    assert told <= float(law.logcdf(1.1 * x)) + 1e-9 * abs(told) <= 1e-9 * abs(told) + 1e-12
    again = QuadraticForm(3 * weights[::-1], offsets[::-1], constant=0.7).logcdf(3 * x + 0.7)
    assert float(again) == pytest.approx(told, rel=1e-6, abs=1e-9)


@given(forms, st.floats(-8, -0.5))
def test_law_a_further_square_makes_small_values_rarer(pairs, log10_share):
    weights, offsets = np.array(pairs).T
    x = QuadraticForm(weights, offsets).mean * 10**log10_share
    fewer = quadratic_form_logcdf(x, weights, offsets)
    more = quadratic_form_logcdf(x, np.r_[weights, 0.5], np.r_[offsets, 1.0])
    assert more <= fewer + 1e-9 * abs(fewer)


@given(forms, st.floats(-6, 0.3))
def test_law_the_saddlepoint_is_near(pairs, log10_share):
    weights, offsets = np.array(pairs).T
    law = QuadraticForm(weights, offsets)
    x = law.mean * 10**log10_share
    exact, near = float(law.logcdf(x)), float(law.logcdf(x, method="saddlepoint"))
    assert near == pytest.approx(exact, abs=0.25, rel=1e-6)


@pytest.mark.parametrize("method", ["inversion", "saddlepoint"])
def test_far_above_the_mean_all_is_certain(method):
    for x, weight in ((1.0, 1e-300), (1.0, 1e-20), (1e300, 1.0), (100.0, 1.0)):
        assert quadratic_form_logcdf(x, [weight] * 3, [0.0] * 3, method=method) == pytest.approx(0)
    assert quadratic_form_logcdf(1e-300, [1.0] * 3, [0.0] * 3, method=method) < -1000


def test_squares_of_one_weight_may_stand_in_a_row():
    rows = QuadraticForm([0.5, 0.1], [[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]])
    flat = QuadraticForm(np.repeat([0.5, 0.1], 3), rows.offsets.ravel())
    assert rows.mean == pytest.approx(flat.mean)
    assert rows.variance == pytest.approx(flat.variance)
    np.testing.assert_allclose(rows.logcdf([0.01, 1.0]), flat.logcdf([0.01, 1.0]), rtol=1e-12)


def test_weights_of_zero_drop_out_and_the_constant_is_the_least_value():
    found = quadratic_form_logcdf([0.4, 0.5, 0.6], [1.0, 0.0], [0.3, 99.0], constant=0.5)
    assert np.isneginf(found[:2]).all()
    assert found[2] == pytest.approx(float(noncentral_chi2_logcdf(0.1, 1, 0.09)), rel=1e-10)


def test_an_integral_that_has_not_settled_says_so(monkeypatch):
    monkeypatch.setattr(tails, "_MOST_POINTS", 8)
    with pytest.warns(ConvergenceWarning, match="has not settled after 8 points"):
        quadratic_form_logcdf(0.1, [1.0, 0.5], [0.0, 1.0])


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((1, [-1.0, 1.0], [0, 0]), {}, "`weights` must be at least 0, and one above 0"),
        ((1, [0.0], [0]), {}, "`weights` must be at least 0, and one above 0"),
        ((1, [1.0], [0, 0]), {}, "`offsets` must have a row for each of the 1 weights"),
        ((1, [1.0], 0.0), {}, "`offsets` must have a row for each of the 1 weights"),
        ((1, [1.0], [[[0.0]]]), {}, "`offsets` must have a row for each of the 1 weights"),
        ((1, [1.0], [math.nan]), {}, "`offsets` must be finite"),
        ((1, [1.0], [0]), {"constant": -1}, "`constant` must be at least 0, got -1"),
        ((1e-310, [1.0], [0]), {}, "`x` must lie above the constant by more than 1e-305"),
        ((1, [1.0], [0]), {"method": "imhof"}, "`method` must be one of"),
        ((math.inf, [1.0], [0]), {}, "`x` must be finite"),
    ],
)
def test_bad_input_is_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        quadratic_form_logcdf(*arguments, **options)


def test_bad_forms_are_refused():
    with pytest.raises(ValueError, match="`weights` must be above 0, got 0"):
        QuadraticForm([0.0], [1.0])
    with pytest.raises(ValueError, match="`n_samples` must be a whole number"):
        QuadraticForm([1.0], [1.0]).sample(0)
