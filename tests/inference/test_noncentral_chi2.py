"""Non-central chi-squared tail: 40-digit values, the sum written out, and SciPy where it can."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.inference import noncentral_chi2_logcdf

SHEET = [  # ten degrees of freedom, non-centrality 5, scale 0.1; from 40-digit arithmetic
    (0.5, 3.804261),
    (0.1, 10.964467),
    (0.01, 22.287017),
    (1e-4, 45.292212),
    (1e-50, 574.886575),
    (1e-100, 1150.532849),
]


def told(x, df=10, nc=5, scale=0.1, **options) -> float:
    return -float(noncentral_chi2_logcdf(x, df, nc, scale=scale, **options))


@pytest.mark.parametrize(("x", "nats"), SHEET)
def test_closed_form_values_of_forty_digits(x, nats):
    assert told(x) == pytest.approx(nats, abs=6e-7)


def test_closed_form_of_an_exponential_law():
    x = np.array([1e-300, 1e-9, 0.3, 2.0, 40.0, 80.0])
    # two degrees of freedom
    exact = np.r_[np.log(-np.expm1(-x[:3] / 2)), np.log1p(-np.exp(-x[3:] / 2))]
    np.testing.assert_allclose(noncentral_chi2_logcdf(x, 2, 0), exact, rtol=1e-12, atol=1e-17)


def test_closed_form_of_one_square():
    x, b = 0.7, 1.5  # (z + b)² ≤ x
    normal = [0.5 * math.erfc(-(end - b) / math.sqrt(2)) for end in (-math.sqrt(x), math.sqrt(x))]
    assert told(x, 1, b**2, 1.0) == pytest.approx(-math.log(normal[1] - normal[0]), rel=1e-12)


def test_deep_in_the_tail_the_slope_is_half_of_the_degrees_of_freedom():
    slope = (told(1e-100) - told(1e-50)) / (50 * math.log(10))
    assert slope == pytest.approx(5, abs=1e-9)


def test_released_code_saturates_where_scipy_underflows():
    assert told(1e-100, convention="released") == pytest.approx(19.0356, abs=1e-3)
    assert told(1e-200, convention="released") == pytest.approx(19.0356, abs=1e-3)
    for x, nats in SHEET[:5]:  # elsewhere it is right
        assert told(x, convention="released") == pytest.approx(nats, abs=6e-7)
    released = noncentral_chi2_logcdf([1e-50, 1e-100], 10, 5, scale=0.1, convention="released")
    assert released[1] > released[0]  # and so a harder task needs less


def test_naive_twin_sums_the_poisson_mixture():
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(40):
        for df, nc, x in [(0.3, 2.0, 1e-5), (3, 40.0, 0.5), (25.5, 7, 3.0), (80, 150, 60.0)]:
            y, half = mpmath.mpf(x) / 2, mpmath.mpf(nc) / 2
            total = mpmath.mpf(0)
            for j in range(400):
                weight = mpmath.exp(-half) * half**j / mpmath.factorial(j)
                total += weight * mpmath.gammainc(mpmath.mpf(df) / 2 + j, 0, y, regularized=True)
            assert told(x, df, nc, 1.0) == pytest.approx(-float(mpmath.log(total)), rel=1e-10)


@given(st.floats(0.1, 200), st.floats(0, 200), st.floats(0.05, 3))
def test_peer_scipy_agrees_at_moderate_tails(df, nc, share):
    from scipy.stats import ncx2

    x = share * (df + nc)
    theirs = ncx2.cdf(x, df, nc)
    if theirs > 1e-200:
        assert math.exp(-told(x, df, nc, 1.0)) == pytest.approx(theirs, rel=1e-9, abs=1e-300)


@given(st.floats(0.1, 300), st.floats(0, 300), st.floats(-300, 2), st.floats(0.01, 3))
def test_law_it_increases_in_x_and_scales(df, nc, log10_x, factor):
    x = 10**log10_x
    smaller, larger = (noncentral_chi2_logcdf(value, df, nc) for value in (x, 1.5 * x))
    assert smaller <= larger <= 0
    scaled = noncentral_chi2_logcdf(x * factor, df, nc, scale=factor)
    assert scaled == pytest.approx(float(smaller), rel=1e-9, abs=1e-12)


@given(st.floats(0.1, 300), st.floats(0, 300), st.floats(-250, 2))
def test_law_more_non_centrality_makes_small_values_rarer(df, nc, log10_x):
    less, more = (noncentral_chi2_logcdf(10**log10_x, df, by) for by in (nc, nc + 1))
    assert more <= less + 1e-12


def test_arguments_broadcast_and_nothing_lies_below_zero():
    found = noncentral_chi2_logcdf([[0.0], [1.0]], [2.0, 4.0], 0)
    assert found.shape == (2, 2)
    assert np.isneginf(found[0]).all()
    assert found[1, 0] == pytest.approx(math.log(-math.expm1(-0.5)))
    assert np.isneginf(noncentral_chi2_logcdf(-3.0, 2, 1))
    assert noncentral_chi2_logcdf(1e4, 2, 1) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((1, 0, 1), {}, "`df` must be above 0, got 0"),
        ((1, 1, -1), {}, "`nc` must be at least 0, got -1"),
        ((1, 1e13, 1), {}, "`df` must be at most 1e\\+12, got 1"),
        ((1, 1, 1e18), {}, "`nc` must be at most 1e\\+12, got 1e\\+18"),
        ((1, 1, 1), {"scale": 0.0}, "`scale` must be above 0, got 0"),
        ((math.nan, 1, 1), {}, "`x` must be finite"),
        ((1, math.inf, 1), {}, "`df` must be finite"),
        ((1, 1, 1), {"convention": "code"}, "`convention` must be one of"),
    ],
)
def test_bad_input_is_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        noncentral_chi2_logcdf(*arguments, **options)
