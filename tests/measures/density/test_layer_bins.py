import math
import warnings
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.clouds import fixture_layer

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import adaptive_bin_edges, binned_information, entropy
from infomax.measures.density._distinct import count_edges, sorted_distinct
from infomax.measures.density._symbols import cells

LABELS = np.arange(16) % 2


def quietly(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimatorCeilingWarning)
        return binned_information(*arguments, **options)


@pytest.mark.parametrize(
    ("n_bins", "edges", "i_tx"),
    [
        (2, [0, 0.070808, 2.680917, 3.999647], 2.827820),
        (3, [0, 0.070808, 2.116331, 3.365884, 3.999647], 3.5),
        (30, None, 3.5),
    ],
)
def test_closed_form_fixture_of_a_rectified_layer(n_bins, edges, i_tx):
    t = fixture_layer()
    if edges is not None:
        assert adaptive_bin_edges(t, n_bins=n_bins, lower=0) == pytest.approx(edges, abs=1e-6)
    for lower in (0.0, None):
        told = binned_information(t, LABELS, n_bins=n_bins, lower=lower, base=2)
        assert (told.i_tx, told.i_ty) == pytest.approx((i_tx, 1.0), abs=1e-6)
        assert (told.entropy, told.ceiling) == pytest.approx((i_tx, 4.0), abs=1e-6)


@pytest.mark.parametrize(("n_bins", "i_tx"), [(2, 2.702820), (3, 3.327820), (30, 4.0)])
def test_closed_form_fixture_of_a_bounded_layer(n_bins, i_tx):
    t = fixture_layer(rectified=False)
    for lower in (-1.000001, None):
        told = quietly(t, LABELS, n_bins=n_bins, lower=lower, base=2)
        assert (told.i_tx, told.i_ty) == pytest.approx((i_tx, 1.0), abs=1e-6)


@pytest.mark.parametrize(
    ("n_bins", "i_tx", "i_ty"), [(2, 2.186278, 0.756242), (3, 3.024397, 1.0), (30, 3.5, 1.0)]
)
def test_closed_form_fixture_of_equal_widths(n_bins, i_tx, i_ty):
    t = fixture_layer()
    told = binned_information(t, LABELS, n_bins=n_bins, binning="uniform", base=2)
    assert (told.i_tx, told.i_ty) == pytest.approx((i_tx, i_ty), abs=1e-6)
    edges = np.linspace(0, np.nextafter(t.max(), 9), n_bins + 1)
    same = binned_information(t, LABELS, binning="global", edges=edges, base=2)
    assert (same.i_tx, same.i_ty) == pytest.approx((i_tx, i_ty), abs=1e-6)


def test_closed_form_ends():
    assert adaptive_bin_edges([0.0, 0.0, 7.0, 7.0]) == pytest.approx([0, 7])
    assert adaptive_bin_edges(np.zeros(4)) == pytest.approx([0])
    assert adaptive_bin_edges(np.full(4, -2.0)) == pytest.approx([-2])
    assert adaptive_bin_edges([0.0, -0.0, 1.0]) == pytest.approx([0, 1])
    for constant in (0.0, 3.0, -3.0):
        told = binned_information(np.full((6, 2), constant), [0, 1, 2] * 2)
        assert (told.i_tx, told.i_ty) == pytest.approx((0, 0), abs=1e-12)
    apart = quietly(np.random.default_rng(0).normal(size=(100, 5)), n_bins=1000)
    assert apart.i_tx == pytest.approx(math.log(100))
    assert apart.i_ty is None


def test_closed_form_repeated_inputs_of_a_noisy_layer():
    t, x = [0.0, 1.0, 2.0, 2.0], ["a", "a", "b", "b"]
    told = quietly(t, x=x, base=2)
    assert told.entropy == pytest.approx(1.5)
    assert (told.i_tx, told.ceiling) == pytest.approx((1, 1))
    fixed = fixture_layer()[np.arange(32) % 16]
    once, twice = (
        binned_information(fixture_layer()),
        binned_information(fixed, x=np.arange(32) % 16),
    )
    assert twice.i_tx == pytest.approx(once.i_tx)
    assert twice.ceiling == pytest.approx(math.log(16))


def test_closed_form_distinct_values_are_levelled_and_not_inputs():
    saturated = np.concatenate([np.ones(900), np.linspace(0.1, 0.9, 100)])
    assert binned_information(saturated, n_bins=10).i_tx > 0.4
    assert binned_information(saturated, n_bins=10, binning="quantile").i_tx == pytest.approx(
        entropy(counts=[100, 900]), abs=0.05
    )


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 40),
    st.integers(1, 4),
    st.integers(1, 9),
    st.sampled_from(["adaptive", "quantile", "uniform"]),
    st.sampled_from([np.float32, np.float64]),
)
def test_naive_twin_symbols_counted_one_by_one(seed, n, d, n_bins, binning, dtype):
    rng = np.random.default_rng(seed)
    t = np.maximum(rng.normal(size=(n, d)).round(1), rng.choice([-0.5, 0.0])).astype(dtype)
    y, x = rng.integers(0, 3, n), rng.integers(0, 5, n)
    if binning == "adaptive":
        lower = 0 if t.min() >= 0 else t.min() - 1
        distinct = sorted({float(v) for v in t.ravel()} - {float(lower)})
        edges = [lower] + [distinct[k * len(distinct) // n_bins] for k in range(n_bins) if distinct]
        edges += distinct[-1:]
    elif binning == "quantile":
        edges = np.quantile(t, np.linspace(0, 1, n_bins + 1)[1:-1]).astype(dtype).tolist()
    else:
        low, high = t.min(), t.max()
        edges = None

    def symbol(value):
        if edges is not None:
            return sum(edge <= value for edge in edges)
        share = (value - low) / (high - low) if high > low else dtype(0)
        return min(int(share * n_bins), n_bins - 1)

    rows = [tuple(symbol(v) for v in row) for row in t]

    def h(*columns):
        counts = Counter(zip(*columns, strict=True))
        return -sum(c / n * math.log(c / n) for c in counts.values())

    told = quietly(t, y, x=x, n_bins=n_bins, binning=binning)
    assert told.entropy == pytest.approx(h(rows), abs=1e-10)
    assert told.i_ty == pytest.approx(h(rows) + h(y) - h(rows, y), abs=1e-10)
    assert told.i_tx == pytest.approx(h(rows) + h(x) - h(rows, x), abs=1e-10)
    again = quietly(torch.tensor(t), torch.tensor(y), x=x, n_bins=n_bins, binning=binning)
    assert again == told


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-3, 1e3), st.integers(1, 12))
def test_law_adaptive_bins_do_not_see_rising_maps_and_know_their_limits(seed, scale, n_bins):
    rng = np.random.default_rng(seed)
    t, y = np.maximum(rng.normal(size=(60, 3)), 0), rng.integers(0, 3, 60)
    told = quietly(t, y, n_bins=n_bins, lower=0)
    for mapped in (scale * t, t**2, np.expm1(t)):
        assert quietly(mapped, y, n_bins=n_bins, lower=0) == told
    assert quietly(t[::-1], y[::-1], n_bins=n_bins).i_ty == pytest.approx(told.i_ty)
    assert -1e-12 <= told.i_ty <= min(entropy(samples=y), told.i_tx) + 1e-12
    assert told.i_tx <= math.log(60) + 1e-12
    fixed = {"binning": "global", "edges": [0, 1, 2]}
    assert quietly(1e3 * t, **fixed).i_tx != quietly(t, **fixed).i_tx


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]), st.integers(1, 200))
def test_naive_twin_of_the_loops(seed, dtype, n_edges):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rng.integers(1, 50), 3)).astype(dtype)
    values[rng.random(values.shape) < 0.4] = rng.choice([0.0, -0.0, 1.0])
    values *= dtype(10.0 ** rng.integers(-30, 30))
    assert (sorted_distinct(values) == np.unique(values)).all()
    edges = np.unique(rng.normal(size=n_edges).astype(dtype))
    assert (count_edges(values, edges) == np.searchsorted(edges, values, "right")).all()


def test_law_wide_layers_are_not_confused():
    rng = np.random.default_rng(0)
    bins = rng.integers(0, 32, (300, 200))
    bins[200:] = bins[:100]
    bins[299, 199] = (bins[299, 199] + 1) % 32  # one unit apart from its twin
    found, _ = cells(bins)
    assert len(np.unique(found)) == 201
    assert (found[200:299] == found[:99]).all()
    assert found[299] != found[99]
    labels = np.arange(300) % 7
    told = quietly(bins.astype(float), labels, n_bins=32)
    given_y = told.entropy - told.i_ty
    seen = np.unique(np.column_stack([bins, labels]), axis=0, return_counts=True)[1] / 300
    assert given_y == pytest.approx(-(seen * np.log(seen)).sum() - entropy(samples=labels))


def test_law_the_estimator_is_that_of_entropy():
    t = fixture_layer()
    plain, corrected = (
        binned_information(t, n_bins=2, estimator=name) for name in ("plugin", "miller_madow")
    )
    n_cells = len(np.unique(np.searchsorted(adaptive_bin_edges(t, n_bins=2), t, "right"), axis=0))
    assert corrected.i_tx - plain.i_tx == pytest.approx((n_cells - 1) / 32)


def test_warning_at_the_ceiling_and_silence_below():
    rng = np.random.default_rng(0)
    t, y = rng.normal(size=(500, 4)), rng.integers(0, 2, 500)
    with pytest.warns(EstimatorCeilingWarning, match="take fewer bins or more inputs") as caught:
        told = binned_information(t, y)
    assert caught[0].filename == __file__
    assert told.near_ceiling
    assert told.i_ty > 0.99 * entropy(samples=y)  # of labels that have nothing to do with it
    assert not binned_information(t, y, n_bins=2).near_ceiling


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adaptive_bin_edges([1.0, -0.2], lower=0), "`t` must not lie below lower = 0"),
        (lambda: adaptive_bin_edges([1.0, math.nan]), "`t` must be finite"),
        (lambda: adaptive_bin_edges([1.0], n_bins=0), "`n_bins` must be"),
        (lambda: adaptive_bin_edges([1.0], lower=math.nan), "`lower` must be"),
        (lambda: binned_information([1.0, -0.2], lower=0), "got -0.2 at \\(1, 0\\)"),
        (
            lambda: binned_information([1.0, -0.2], binning="uniform", lower=0.0),
            "`t` must not lie below lower = 0.0",
        ),
        (
            lambda: binned_information([1.0, -2.0], binning="global", edges=[-1, 1]),
            "`t` must not lie below edges\\[0\\] = -1.0, got -2.0",
        ),
        (
            lambda: binned_information([1.0, 2.0], binning="global", edges=[1, 1, 2]),
            "`edges` must rise, got 1.0 after 1.0 at index 1",
        ),
        (lambda: binned_information([1.0, 2.0], binning="global"), "`edges` must be given with"),
        (lambda: binned_information([1.0, 2.0], edges=[0, 1]), "`edges` must be given with"),
        (
            lambda: binned_information([1.0, 2.0], binning="quantile", lower=0),
            "`lower` must be left out with binning='quantile'",
        ),
        (lambda: binned_information([1.0, 2.0], binning="best"), "`binning` must be one of"),
        (lambda: binned_information([1.0, 2.0], [1]), "`y` must hold one label a row of `t`"),
        (lambda: binned_information([1.0, 2.0], x=[1]), "`x` must hold one label a row of `t`"),
        (lambda: binned_information([1.0]), "`t` must hold at least 2 points"),
        (lambda: binned_information(np.zeros((2, 2, 2))), "`t` must have shape"),
        (lambda: binned_information([1.0, 2.0], estimator="best"), "`estimator` must be one of"),
        (lambda: binned_information([1.0, 2.0], base=0.5), "`base` must be above 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
