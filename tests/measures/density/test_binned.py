import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.clouds import fixture_cloud

from infomax.measures import (
    binned_entropy,
    binned_information,
    binned_mutual_information,
    mutual_information,
)


def test_closed_form_fixture_and_ends():
    assert binned_entropy(fixture_cloud(), base=2) == pytest.approx(1.0)
    assert binned_entropy(np.ones((5, 3))) == 0
    assert binned_entropy(np.eye(16) * 3) == pytest.approx(math.log(16))
    assert binned_entropy([7.0]) == 0


def test_closed_form_quantiles_fill_bins_evenly():
    skewed = np.exp(np.random.default_rng(0).normal(size=1000) * 3)
    told = binned_entropy(skewed, n_bins=8, binning="quantile", base=2)
    assert told == pytest.approx(3, abs=1e-3)
    assert binned_entropy(skewed, n_bins=8, base=2) < 1


def test_law_adaptive_bins_see_no_rising_map_of_an_axis():
    x = np.random.default_rng(0).normal(size=(200, 2))
    told = binned_entropy(x, n_bins=4, binning="adaptive")
    mapped = np.column_stack([np.exp(x[:, 0]) - 9, 5 * x[:, 1]])
    assert binned_entropy(mapped, n_bins=4, binning="adaptive") == pytest.approx(told, abs=1e-12)
    assert told == pytest.approx(math.log(16), abs=0.15)
    one = binned_information(x[:, 0], n_bins=4).entropy
    assert binned_entropy(x[:, 0], n_bins=4, binning="adaptive") == pytest.approx(one)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 5), st.integers(1, 7))
def test_naive_twin_cells_counted_one_by_one(seed, n, d, n_bins):
    x = np.random.default_rng(seed).integers(-3, 9, (n, d)).astype(float)
    low, high = x.min(axis=0), x.max(axis=0)
    cells = Counter(
        tuple(
            min(int((x[i, j] - low[j]) / (high[j] - low[j]) * n_bins), n_bins - 1)
            if high[j] > low[j]
            else 0
            for j in range(d)
        )
        for i in range(n)
    )
    known = -sum(c / n * math.log(c / n) for c in cells.values())
    assert binned_entropy(x, n_bins=n_bins) == pytest.approx(known, abs=1e-10)
    assert binned_entropy(torch.tensor(x), n_bins=n_bins) == pytest.approx(known, abs=1e-10)


def test_law_information_is_symmetric_and_labels_stay_whole():
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    y = x + rng.normal(size=500)
    assert binned_mutual_information(x, y) == pytest.approx(binned_mutual_information(y, x))
    words = np.where(x > 0, "up", "down")
    halves = (x - x.min()) / (x.max() - x.min()) >= 0.5
    told = binned_mutual_information(x, words, n_bins=2)
    assert told == pytest.approx(mutual_information(halves, words), abs=1e-12)
    assert told == pytest.approx(binned_mutual_information(torch.tensor(x), words, n_bins=2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binned_entropy([]), "`x` must not be empty"),
        (lambda: binned_entropy([0.0, math.nan]), "`x` must be finite"),
        (lambda: binned_entropy([1.0], n_bins=0), "`n_bins` must be"),
        (lambda: binned_entropy([1.0], binning="best"), "`binning` must be one of"),
        (lambda: binned_mutual_information([1.0, 2.0], [1.0]), "`y` must have as many"),
        (lambda: binned_mutual_information([1.0], [math.inf]), "`y` must be finite"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.peer
def test_peer_dse_dsmi():
    peer = pytest.importorskip("dse_dsmi.dse")
    x = np.random.default_rng(0).normal(size=(200, 4))
    known = peer.diffusion_spectral_entropy(x, classic_shannon_entropy=True, num_bins_per_dim=3)
    assert binned_entropy(x, n_bins=3, base=2) == pytest.approx(known, abs=1e-10)
