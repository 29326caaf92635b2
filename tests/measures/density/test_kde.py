import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.clouds import fixture_cloud, fixture_layer

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import kde_entropy, kde_information

LABELS = np.arange(16) % 2


@pytest.mark.parametrize(
    ("bound", "entropy", "information"),
    [("upper", 1.772709, 1.237417), ("lower", 1.400455, 0.865163)],
)
def test_closed_form_fixture(bound, entropy, information):
    x = fixture_cloud()
    assert kde_entropy(x, variance=0.1, bound=bound) == pytest.approx(entropy, abs=1e-6)
    told = kde_information(x, variance=0.1, bound=bound)
    assert told.i_tx == pytest.approx(information, abs=1e-6)
    assert told.entropy == pytest.approx(entropy, abs=1e-6)
    assert told.i_ty is None
    assert told.ceiling == pytest.approx(math.log(8))


@pytest.mark.parametrize(("bound", "i_tx"), [("upper", 3.5), ("lower", 3.499995)])
def test_closed_form_fixture_of_a_layer(bound, i_tx):
    told = kde_information(fixture_layer(), LABELS, variance=1e-2, bound=bound, base=2)
    assert told.i_tx == pytest.approx(i_tx, abs=1e-6)
    assert told.i_ty == pytest.approx(1.0, abs=1e-6)
    assert told.ceiling == 4


@pytest.mark.parametrize("bound", ["upper", "lower"])
def test_closed_form_two_far_clusters_and_one_blob(bound):
    two = [[0.0, 3.0]] * 5 + [[40.0, 3.0]] * 5
    told = kde_information(two, [0] * 5 + [1] * 5, variance=0.1, bound=bound, base=2)
    assert (told.i_tx, told.i_ty) == pytest.approx((1, 1), abs=1e-12)
    for blob in (np.full((6, 3), 0.7), np.zeros((6, 3))):
        for variance in (0.1, "adaptive", "scale_invariant"):
            told = kde_information(blob, [0, 1, 2] * 2, variance=variance, bound=bound)
            assert (told.i_tx, told.i_ty) == pytest.approx((0, 0), abs=1e-12)
    assert kde_information(two, variance=1e12, bound=bound).i_tx == pytest.approx(0, abs=1e-9)


def test_closed_form_leave_one_out_entropy_of_a_normal():
    x = np.random.default_rng(0).normal(size=3000)
    assert kde_entropy(x, variance=0.01, bound="loo") == pytest.approx(1.418939, abs=0.05)
    assert kde_entropy([0.0, 1.0], variance=1, bound="loo") == pytest.approx(
        0.5 + 0.5 * math.log(2 * math.pi)
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 12), st.integers(1, 4), st.floats(0.01, 5))
def test_naive_twin_pair_by_pair(seed, n, d, variance):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, d)), rng.integers(0, 3, n)

    def entropy(rows, factor, others=False):
        logs = []
        for i, a in enumerate(rows):
            terms = [
                math.exp(-sum((a - b) ** 2) / (2 * factor * variance))
                for j, b in enumerate(rows)
                if not (others and i == j)
            ]
            logs.append(math.log(sum(terms) / len(terms)))
        extra = 0 if others else 1
        return d / 2 * (math.log(2 * math.pi * variance) + extra) - sum(logs) / len(logs)

    for bound, factor in (("upper", 1), ("lower", 4)):
        known = entropy(x, factor)
        assert kde_entropy(x, variance=variance, bound=bound) == pytest.approx(known, abs=1e-10)
        parts = sum((y == c).mean() * entropy(x[y == c], factor) for c in set(y))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimatorCeilingWarning)
            told = kde_information(x, y, variance=variance, bound=bound)
        assert told.i_ty == pytest.approx(known - parts, abs=1e-10)
        noise = d / 2 * math.log(2 * math.pi * math.e * variance)
        assert told.i_tx == pytest.approx(known - noise, abs=1e-10)
    known = entropy(x, 1, others=True)
    assert kde_entropy(x, variance=variance, bound="loo") == pytest.approx(known, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 100), st.floats(-50, 50))
def test_law_bounds_ordered_and_unmoved_by_isometries(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(30, 3)), rng.integers(0, 2, 30)
    upper, lower = (kde_entropy(x, variance=0.5, bound=b) for b in ("upper", "lower"))
    assert upper >= lower
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    moved = rng.permutation(x @ turn + shift)
    assert kde_entropy(moved, variance=0.5) == pytest.approx(upper, abs=1e-8)
    once = kde_information(x, y, variance="scale_invariant", scale=0.05)
    again = kde_information(scale * x, y, variance="scale_invariant", scale=0.05)
    assert (again.i_tx, again.i_ty) == pytest.approx((once.i_tx, once.i_ty), abs=1e-8)
    assert 0 <= once.i_tx <= once.ceiling


def test_law_adaptive_noise_is_the_scale_times_the_largest_activity():
    x = fixture_layer()
    largest = np.abs(x).max()
    for rule, variance in (("adaptive", largest), ("scale_invariant", largest**2)):
        told = kde_information(x, variance=rule, scale=0.05)
        assert told.i_tx == pytest.approx(kde_information(x, variance=0.05 * variance).i_tx)


def test_law_blocks_do_not_show(monkeypatch):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 2)), rng.integers(0, 3, 40)
    whole = kde_information(x, y, variance=0.3), kde_entropy(x, variance=0.3, bound="loo")
    monkeypatch.setattr("infomax.measures.density._kernel_overlaps._BLOCK", 120)
    parts = kde_information(x, y, variance=0.3), kde_entropy(x, variance=0.3, bound="loo")
    assert parts[0].i_tx == pytest.approx(whole[0].i_tx, abs=1e-12)
    assert parts[0].i_ty == pytest.approx(whole[0].i_ty, abs=1e-12)
    assert parts[1] == pytest.approx(whole[1], abs=1e-12)


@pytest.mark.parametrize("bound", ["upper", "lower", "loo"])
def test_law_tensors_equal_arrays_and_can_be_differentiated(bound):
    x = fixture_cloud()
    t = torch.tensor(x, requires_grad=True)
    v = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    told = kde_entropy(t, variance=v, bound=bound)
    assert told.ndim == 0
    assert float(told.detach()) == pytest.approx(
        kde_entropy(x, variance=0.3, bound=bound), abs=1e-10
    )
    assert torch.autograd.gradcheck(lambda a, b: kde_entropy(a, variance=b, bound=bound), (t, v))
    single = kde_entropy(torch.tensor(x, dtype=torch.float32), variance=0.3, bound=bound)
    assert single.dtype == torch.float32
    assert float(single) == pytest.approx(float(told.detach()), abs=1e-5)


@pytest.mark.parametrize("variance", [0.3, "adaptive", "scale_invariant"])
def test_law_gradient_of_information(variance):
    t = torch.tensor(fixture_cloud(), requires_grad=True)
    options = {"variance": variance, "scale": 0.1}

    def both(t):
        told = kde_information(t, [0, 1] * 4, **options)
        return told.i_tx, told.i_ty

    assert torch.autograd.gradcheck(both, (t,))


def test_law_no_digits_lost_in_single_precision():
    x = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    options = {"variance": "scale_invariant", "scale": 1e-6}
    with pytest.warns(EstimatorCeilingWarning):
        wide = kde_information(x.astype(np.float64), **options).i_tx
    with pytest.warns(EstimatorCeilingWarning):
        single = kde_information(torch.tensor(x), **options).i_tx
    assert float(single) == pytest.approx(wide, abs=1e-6)


def test_law_noise_far_below_rounding_leaves_every_point_alone():
    x = np.random.default_rng(0).normal(size=(40, 3))
    noise = 1.5 * math.log(2 * math.pi * math.e * 1e-30)
    assert kde_entropy(x, variance=1e-30) == pytest.approx(noise + math.log(40))
    for options in ({"variance": "adaptive"}, {"variance": 1e250}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimatorCeilingWarning)
            told = kde_information(1e140 * x, np.arange(40) % 2, **options)
        assert told.i_tx == pytest.approx(math.log(40))
        assert told.i_ty == pytest.approx(math.log(2))


def test_closed_form_released_convention_folds_and_ignores_the_scale():
    x = np.linspace(1, 5, 20)
    signs = np.where(np.arange(20) % 2, 1.0, -1.0)
    one, folded = (
        kde_information(z, convention="released", random_state=3).i_tx for z in (x, x * signs)
    )
    assert one == pytest.approx(folded, abs=0.05)
    drawn = np.random.default_rng(3).normal(0, 0.01, (20, 1))
    known = kde_information(np.abs(x[:, None] + drawn), variance=0.01).i_tx
    assert one == pytest.approx(known, abs=1e-12)


def test_warning_near_the_ceiling_and_silence_below_and_in_training():
    x = np.arange(20.0)
    with pytest.warns(EstimatorCeilingWarning, match="shuffled labels") as caught:
        told = kde_information(x, np.arange(20) % 2, variance=1e-3)
    assert told.near_ceiling
    assert caught[0].filename == __file__
    assert told.i_ty == pytest.approx(math.log(2))
    assert not kde_information(x, variance=10.0).near_ceiling
    kde_information(torch.tensor(x, requires_grad=True), variance=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kde_entropy([1.0], variance=1), "`x` must hold at least 2 points, got 1"),
        (lambda: kde_entropy([1.0, np.nan], variance=1), "`x` must be finite"),
        (lambda: kde_entropy([1.0, 2.0], variance=0), "`variance` must lie in \\(0, inf\\)"),
        (lambda: kde_entropy([1.0, 2.0], variance=1, bound="both"), "`bound` must be one of"),
        (lambda: kde_information([1.0, 2.0], variance="wide"), "`variance` must be one of"),
        (lambda: kde_information([1.0, 2.0], variance=-1.0), "`variance` must lie in"),
        (lambda: kde_information([1.0, 2.0], variance=torch.tensor(-1.0)), "`variance` must lie"),
        (
            lambda: kde_information([1e200, 0.0], variance="scale_invariant"),
            "`t` must be of a size whose square",
        ),
        (lambda: kde_information([1.0, 2.0], scale=0), "`scale` must lie in"),
        (lambda: kde_information([1.0, 2.0], bound="loo"), "`bound` must be one of"),
        (lambda: kde_information([1.0, 2.0], [1]), "`y` must hold one label a row of `t`"),
        (lambda: kde_information([1.0, 2.0], base=1), "`base` must be above 1"),
        (lambda: kde_information([1.0, 2.0], convention="code"), "`convention` must be one of"),
        (
            lambda: kde_information([1.0, 2.0], variance=0.1, convention="released"),
            "`variance` must be left out with convention='released'",
        ),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
