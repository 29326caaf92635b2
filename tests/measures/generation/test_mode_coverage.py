import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from infomax.measures import mode_coverage, mode_coverage_result

CENTRES = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)


def test_closed_form_five_of_eight_gaussians():
    rng = np.random.default_rng(0)
    x = np.repeat(CENTRES[:5], 100, axis=0) + 0.02 * rng.normal(size=(500, 2))
    x = np.concatenate([x, [[0.0, 0.0]] * 100])  # of no mode
    found = mode_coverage_result(x, CENTRES, radius=0.2)
    assert (found.n_covered, found.n_modes) == (5, 8)
    assert found.counts.tolist() == [100] * 5 + [0] * 3
    assert found.high_quality == 500 / 600
    assert found.kl_to_uniform == pytest.approx(0.470004, abs=1e-6)
    assert mode_coverage(x, CENTRES, radius=0.2) == 5
    assert mode_coverage(torch.tensor(x), torch.tensor(CENTRES), radius=0.2) == 5


def test_a_mode_needs_the_minimum_and_a_far_cloud_has_no_shares():
    assert mode_coverage([0, 0, 1], 4, minimum=2) == 1
    nothing = mode_coverage_result([[9.0, 9.0]], CENTRES, radius=0.1)
    assert (nothing.n_covered, nothing.high_quality) == (0, 0.0)
    assert math.isnan(nothing.kl_to_uniform)


def test_one_dimension_and_torch_labels():
    assert mode_coverage([0.1, 5.2, 5.1], [0, 5, 10]) == 2
    assert mode_coverage(torch.tensor([1, 1, 2]), 3) == 2


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_naive_twin_of_shares(labels):
    found = mode_coverage_result(labels, 10)
    shares = [labels.count(k) / len(labels) for k in range(10)]
    assert found.n_covered == len(set(labels))
    kl = sum(p * math.log(10 * p) for p in shares if p)
    assert found.kl_to_uniform == pytest.approx(kl, abs=1e-12)
    assert 0 <= found.kl_to_uniform <= math.log(10) + 1e-12


@pytest.mark.parametrize(
    ("x", "modes", "options", "message"),
    [
        ([0, 10], 10, {}, "`x` must be classes from 0 to 9, got others"),
        ([0.5], 10, {}, "`x` must be classes from 0 to 9, got others"),
        ([-1], 10, {}, "`x` must be classes from 0 to 9, got others"),
        ([[0]], 10, {}, "`x` must be classes of shape"),
        ([0], 0, {}, "`modes` must be a whole number of at least 1, got 0"),
        ([0], 3, {"radius": 1.0}, "`radius` is for points, not for classes"),
        ([0], 3, {"minimum": 0}, "`minimum` must be a whole number of at least 1, got 0"),
        ([[0.0, 1.0]], [[0.0]], {}, "`modes` must have the width of `x`, 2, got 1"),
        ([[0.0, np.nan]], CENTRES, {}, "`x` must be finite"),
        ([[0.0, 1.0]], CENTRES, {"radius": 0}, "`radius` must be above 0, got 0"),
    ],
)
def test_refusals(x, modes, options, message):
    with pytest.raises(ValueError, match=message):
        mode_coverage(x, modes, **options)
