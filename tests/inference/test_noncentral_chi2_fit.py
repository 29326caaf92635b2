"""Fit of the non-central chi-squared law: recovery, moments, and SciPy's likelihood."""

import numpy as np
import pytest
from scipy.special import iv
from scipy.stats import ncx2
from sklearn.exceptions import NotFittedError

from infomax.inference import NoncentralChi2Fit
from infomax.inference._noncentral_chi2_fit import _log_bessel


def drawn(df, nc, scale, n, seed=0):
    return scale * np.random.default_rng(seed).noncentral_chisquare(df, nc, size=n)


def test_closed_form_tail_is_recovered_from_two_thousand_draws():
    fit = NoncentralChi2Fit().fit(drawn(10, 5, 0.1, 2000))
    assert fit.df_ == pytest.approx(10, rel=0.3)
    assert -float(fit.logcdf(0.1)) == pytest.approx(10.964467, rel=0.1)
    assert fit.ks_ < 0.03
    assert fit.mean_ == pytest.approx(1.5, rel=0.05)
    assert fit.std_ == pytest.approx(np.sqrt(2 * (10 + 10)) * 0.1, rel=0.05)


@pytest.mark.parametrize("law", [(10, 5, 0.1), (3, 0.5, 2.0), (6, 30, 1e-3)])
def test_law_moments_are_those_of_the_sample(law):
    sample = drawn(*law, 5000)
    fit = NoncentralChi2Fit(method="moments").fit(sample)
    assert fit.mean_ == pytest.approx(sample.mean(), rel=1e-12)
    assert fit.std_ == pytest.approx(sample.std(), rel=1e-12)
    third = 8 * fit.scale_**3 * (fit.df_ + 3 * fit.nc_)
    assert third == pytest.approx(((sample - sample.mean()) ** 3).mean(), rel=1e-9)


@pytest.mark.parametrize("law", [(10, 5, 0.1, 2000), (10, 0, 1, 200), (0.5, 1, 1, 500)])
def test_peer_likelihood_is_scipys_and_no_law_of_scipy_is_likelier(law):
    sample = drawn(*law)
    fit = NoncentralChi2Fit().fit(sample)
    at_ours = ncx2.logpdf(sample, fit.df_, fit.nc_, 0, fit.scale_).mean()
    assert fit.log_likelihood_ == pytest.approx(at_ours, abs=1e-9)
    df, nc, _, scale = ncx2.fit(sample, floc=0)
    assert fit.log_likelihood_ >= ncx2.logpdf(sample, df, nc, 0, scale).mean() - 1e-7


def test_a_law_that_scipy_cannot_fit():
    sample = drawn(4000, 3, 1, 200)  # its Bessel function underflows
    fit = NoncentralChi2Fit().fit(sample)
    assert fit.mean_ == pytest.approx(sample.mean(), rel=1e-3)
    assert fit.std_ == pytest.approx(sample.std(), rel=0.02)
    assert fit.ks_ < 0.06


@pytest.mark.parametrize("order", [-0.9, 0.0, 30.0, 59.9, 60.1, 100.0])
def test_naive_twin_bessel_function_in_both_regimes(order):
    z = np.array([0.5, 5.0, 50.0, 200.0])
    np.testing.assert_allclose(_log_bessel(order, z), np.log(iv(order, z)), rtol=1e-8, atol=1e-9)


def test_law_scaling_the_sample_scales_the_law():
    sample = drawn(6, 3, 1.0, 400)
    one, other = (NoncentralChi2Fit().fit(factor * sample) for factor in (1.0, 1e-4))
    assert other.mean_ == pytest.approx(1e-4 * one.mean_, rel=1e-6)
    assert float(other.logcdf(1e-5)) == pytest.approx(float(one.logcdf(0.1)), rel=1e-3)
    assert other.ks_ == pytest.approx(one.ks_, abs=1e-4)


def test_left_skewed_samples_get_a_law_that_exists():
    sample = 2.0 - drawn(3, 0, 0.1, 500)
    for method in ("mle", "moments"):
        fit = NoncentralChi2Fit(method=method).fit(np.abs(sample))
        assert fit.df_ > 0
        assert fit.nc_ > 0
        assert np.isfinite(fit.logcdf(0.5))


@pytest.mark.parametrize("method", ["mle", "moments"])
def test_law_bootstrap_surrounds_the_fit(method):
    fit = NoncentralChi2Fit(method=method).fit(drawn(10, 5, 0.1, 300))
    again = fit.bootstrap_logcdf([0.3, 0.5], n_bootstrap=40, random_state=0)
    assert again.shape == (40, 2)
    assert (again.min(axis=0) < fit.logcdf([0.3, 0.5])).all()
    assert (again.max(axis=0) > fit.logcdf([0.3, 0.5])).all()
    alone = fit.bootstrap_logcdf(0.3, n_bootstrap=40, random_state=0)
    np.testing.assert_allclose(alone, again[:, 0])


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        (np.ones(9), "`errors` must hold at least 10 values, got 9"),
        (np.r_[-0.1, np.ones(10)], "`errors` must not be negative, got -0.1"),
        (np.full(10, 0.3), "`errors` must not all be equal, got 0.3"),
        (np.r_[np.nan, np.ones(10)], "`errors` must be finite"),
        (np.ones((5, 5)), r"`errors` must have 1 dimension"),
    ],
)
def test_bad_samples_are_refused(errors, message):
    with pytest.raises(ValueError, match=message):
        NoncentralChi2Fit().fit(errors)


def test_bad_method_is_refused():
    with pytest.raises(ValueError, match="`method` must be one of 'mle', 'moments', got 'map'"):
        NoncentralChi2Fit(method="map").fit(drawn(10, 5, 0.1, 50))


def test_nothing_is_told_before_the_fit():
    with pytest.raises(NotFittedError):
        NoncentralChi2Fit().logcdf(0.1)
    with pytest.raises(NotFittedError):
        NoncentralChi2Fit().bootstrap_logcdf(0.1)
