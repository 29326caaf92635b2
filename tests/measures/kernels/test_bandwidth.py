import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.exceptions import PrecisionWarning
from infomax.measures import (
    diffusion_spectral_entropy_result,
    median_bandwidth,
    scott_bandwidth,
    silverman_bandwidth,
)


def test_closed_form_median():
    assert median_bandwidth([0.0, 1.0, 3.0]) == 2
    assert median_bandwidth(torch.tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)) == 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 100))
def test_law_follows_the_scale(seed, scale):
    x = np.random.default_rng(seed).normal(size=(20, 3))
    assert median_bandwidth(x * scale + 7) == pytest.approx(scale * median_bandwidth(x))


def test_law_samples_of_many_points_are_seeded_and_close():
    x = np.random.default_rng(0).normal(size=(3000, 2))
    once, again = (median_bandwidth(x, max_samples=800, random_state=0) for _ in range(2))
    assert once == again
    assert once == pytest.approx(median_bandwidth(x, max_samples=3000), rel=0.05)


def test_ties_warn():
    with pytest.warns(PrecisionWarning, match="the median of the others"):
        assert median_bandwidth([0.0, 0.0, 0.0, 0.0, 0.0, 2.0]) == 2
    with pytest.warns(PrecisionWarning, match="all points coincide"):
        assert median_bandwidth([4.0, 4.0]) == 1


@pytest.mark.filterwarnings("ignore::infomax.exceptions.EstimatorCeilingWarning")
def test_ties_warn_through_the_entropy():
    with pytest.warns(PrecisionWarning):
        told = diffusion_spectral_entropy_result(np.zeros((9, 2)), bandwidth="median")
    assert told.bandwidth == 1


def test_bad_input_is_refused_by_name():
    with pytest.raises(ValueError, match="`x` must hold at least 2 points"):
        median_bandwidth([1.0])
    with pytest.raises(ValueError, match="`max_samples` must be"):
        median_bandwidth([1.0, 2.0], max_samples=1)


def test_closed_form_rules_for_a_known_spread():
    x = np.array([-1.0, 1.0] * 8)  # variance 16/15
    assert scott_bandwidth(x) == pytest.approx(math.sqrt(16 / 15) * 16 ** (-1 / 5))
    assert silverman_bandwidth(x) == pytest.approx(math.sqrt(16 / 15) * 12 ** (-1 / 5))
    plane = np.stack([x, 3 * x], axis=1)  # both rules agree in two dimensions
    assert scott_bandwidth(plane) == pytest.approx(math.sqrt(16 / 3) * 16 ** (-1 / 6))
    assert silverman_bandwidth(plane) == pytest.approx(scott_bandwidth(plane))


@pytest.mark.parametrize("rule", [scott_bandwidth, silverman_bandwidth])
def test_law_rules_follow_the_scale_and_refuse(rule):
    x = np.random.default_rng(0).normal(size=(30, 3))
    assert rule(5 * x + 1) == pytest.approx(5 * rule(x))
    assert rule(torch.from_numpy(x)) == rule(x)
    with pytest.warns(PrecisionWarning, match="all points of `x` coincide; the bandwidth is 1"):
        assert rule(np.ones(16)) == pytest.approx(
            rule(np.array([-1, 1.0] * 8)) / math.sqrt(16 / 15)
        )
    with pytest.raises(ValueError, match="`x` must hold at least 2 points"):
        rule([1.0])


def test_peer_scipy_takes_the_same_factors():
    from scipy.stats import gaussian_kde

    x = np.random.default_rng(0).normal(size=200)
    density = gaussian_kde(x)
    assert scott_bandwidth(x) == pytest.approx(math.sqrt(density.covariance.item()))
    factor = density.silverman_factor()
    assert silverman_bandwidth(x) == pytest.approx(factor * x.std(ddof=1))
