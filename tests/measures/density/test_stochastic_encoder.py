"""Information that a Gaussian encoder keeps about its input."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from infomax.exceptions import EstimatorCeilingWarning, SmallSampleWarning
from infomax.measures import (
    stochastic_encoder_information,
    stochastic_encoder_information_result,
)

ESTIMATORS = ("mc", "jensen", "leave_one_out")
ROW, COLUMN = np.meshgrid(range(6), range(2), indexing="ij")
MEAN = np.sin(1 + 3 * ROW + 7 * COLUMN)
STD = 0.2 + 0.1 * np.abs(np.cos(2 + 5 * ROW + 3 * COLUMN))
Z = MEAN + STD * np.sin(0.3 + 1.1 * ROW + 0.7 * COLUMN)
LABELS = [0, 0, 0, 1, 1, 1]


def quietly(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return stochastic_encoder_information(*arguments, **options)


def naive(mean, std, z, estimator):
    """The formula in plain loops over SciPy's normal densities."""
    n, total = len(mean), 0.0
    for i in range(n):
        logs = [
            sum(stats.norm.logpdf(z[i, d], mean[j, d], std[j, d]) for d in range(mean.shape[1]))
            for j in range(n)
        ]
        if estimator == "jensen":
            marginal = sum(logs) / n
        else:
            some = [p for j, p in enumerate(logs) if estimator == "mc" or j != i]
            top = max(some)
            marginal = top + math.log(sum(math.exp(p - top) for p in some) / len(some))
        total += logs[i] - marginal
    return total / n


@pytest.mark.parametrize(
    ("estimator", "labels", "base", "wanted"),
    [
        ("mc", None, None, 0.963544),
        ("mc", None, 2, 1.390100),
        ("jensen", None, None, 19.557404),
        ("leave_one_out", None, None, 1.532622),
        ("mc", LABELS, None, 0.750279),
        ("jensen", LABELS, None, 14.660338),
    ],
)
def test_closed_form_fixture(estimator, labels, base, wanted):
    found = quietly(MEAN, STD, Z, labels, estimator=estimator, base=base)
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_naive_twin(estimator):
    rng = np.random.default_rng(0)
    mean, std = rng.normal(size=(13, 3)), rng.uniform(0.5, 2, size=(13, 3))
    z = mean + std * rng.normal(size=(13, 3))
    labels = np.array(list("aabbbbbbccccc"))
    found = quietly(mean, std, z, estimator=estimator)
    assert found == pytest.approx(naive(mean, std, z, estimator), abs=1e-10)
    inside = [
        (labels == c).mean() * naive(*(a[labels == c] for a in (mean, std, z)), estimator)
        for c in "abc"
    ]
    assert quietly(mean, std, z, labels, estimator=estimator) == pytest.approx(
        sum(inside), abs=1e-10
    )


@pytest.mark.parametrize(("std", "wanted"), [(0.5, 0.804719), (1.0, 0.346574)])
def test_closed_form_linear_gaussian(std, wanted):
    x = np.random.default_rng(1).normal(size=1200)
    assert math.log(1 + 1 / std**2) / 2 == pytest.approx(wanted, abs=1e-6)
    deviations = np.full(1200, std)
    results = {
        name: stochastic_encoder_information_result(
            x, deviations, estimator=name, n_draws=3, random_state=0
        )
        for name in ESTIMATORS
    }
    # four standard errors: each fails once in 16,000 seeds
    for name, truth in (("mc", wanted), ("leave_one_out", wanted), ("jensen", 1 / std**2)):
        found = results[name]
        assert abs(found.value - truth) < 4 * found.standard_error, name
    assert results["mc"].value < results["leave_one_out"].value < results["jensen"].value


def test_the_standard_error_is_the_spread_over_samples_of_inputs():
    rng = np.random.default_rng(0)
    found = [
        stochastic_encoder_information_result(rng.normal(size=200), np.ones(200), random_state=seed)
        for seed in range(200)
    ]
    spread = np.std([f.value for f in found])
    assert np.mean([f.standard_error for f in found]) == pytest.approx(spread, rel=0.4)


def test_closed_form_well_separated_inputs_give_log_n_and_a_warning():
    x = np.arange(20.0)
    with pytest.warns(EstimatorCeilingWarning, match="2.996 of at most 2.996"):
        found = stochastic_encoder_information(x, np.full(20, 1e-4), random_state=0)
    assert found == pytest.approx(math.log(20), abs=1e-12)
    labels = [0] * 5 + [1] * 15
    with pytest.warns(EstimatorCeilingWarning):
        found = stochastic_encoder_information(x, np.full(20, 1e-4), None, labels, random_state=0)
    assert found == pytest.approx(0.25 * math.log(5) + 0.75 * math.log(15), abs=1e-12)


@pytest.mark.parametrize("std", [1e-8, 1e-6])
def test_closed_form_equal_inputs_among_far_ones_are_not_told_apart_whatever_the_scale(std):
    """Two copies of each of ten places: log 10, also where an expanded square has no digits."""
    x = np.repeat(np.arange(10.0), 2)
    found = quietly(x, np.full(20, std), random_state=0)
    assert found == pytest.approx(math.log(10), abs=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_closed_form_an_encoder_that_ignores_its_input_keeps_nothing(estimator):
    mean, std = np.tile([1.0, -3.0, 1e3], (50, 1)), np.tile([0.1, 2.0, 0.5], (50, 1))
    found = stochastic_encoder_information(mean, std, estimator=estimator, random_state=0)
    assert found == pytest.approx(0, abs=1e-12)


def test_law_information_is_that_about_the_label_and_that_beyond_it():
    """Z depends on X alone, so I(X;Z) = I(Z;Y) + I(X;Z|Y), with I(Z;Y) = H(Y) for far clusters."""
    rng = np.random.default_rng(0)
    labels = np.arange(2000) % 4 == 0
    mean, std = rng.normal(size=2000) + 100 * labels, np.ones(2000)
    entropy = -0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    whole = stochastic_encoder_information(mean, std, random_state=0)
    beyond = stochastic_encoder_information(mean, std, None, labels, random_state=0)
    assert whole == pytest.approx(entropy + beyond, abs=1e-9)
    assert beyond == pytest.approx(math.log(2) / 2, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(1, 4), st.integers(0, 2**32))
def test_law_order_bounds_and_what_the_value_does_not_depend_on(n, k, seed):
    rng = np.random.default_rng(seed)
    mean, std = rng.normal(size=(n, k)), rng.uniform(0.3, 2, size=(n, k))
    z = mean + std * rng.normal(size=(n, k))
    found = {name: quietly(mean, std, z, estimator=name) for name in ESTIMATORS}
    assert found["mc"] <= math.log(n) + 1e-12
    assert found["mc"] <= found["jensen"] + 1e-9
    order = rng.permutation(n)
    scale, shift = rng.uniform(0.1, 10, size=k), rng.normal(size=k)
    for name, value in found.items():
        permuted = quietly(mean[order], std[order], z[order], estimator=name)
        moved = quietly(*(scale * a + b for a, b in ((mean, shift), (std, 0), (z, shift))),
                        estimator=name)  # fmt: skip
        assert permuted == pytest.approx(value, abs=1e-9)
        assert moved == pytest.approx(value, abs=1e-8)
        assert quietly(mean, std, z, [7] * n, estimator=name) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("labels", [None, LABELS])
def test_law_tensors_give_what_arrays_give_and_can_be_differentiated(estimator, labels):
    tensors = [torch.tensor(a, requires_grad=True) for a in (MEAN, STD, Z)]

    def information(*arrays):
        return quietly(*arrays, labels, estimator=estimator)

    found = information(*tensors)
    assert found.shape == ()
    assert found.item() == pytest.approx(information(MEAN, STD, Z), abs=1e-12)
    assert torch.autograd.gradcheck(information, tensors)
    drawn = [
        quietly(f(MEAN), f(STD), estimator=estimator, random_state=3, n_draws=4)
        for f in (np.asarray, torch.tensor)
    ]
    assert drawn[0] == pytest.approx(drawn[1].item(), abs=1e-12)


def test_law_single_precision_is_answered_in_single_and_computed_in_double():
    mean, std, z = (torch.tensor(a, dtype=torch.float32) for a in (MEAN + 1e3, STD, Z + 1e3))
    found = quietly(mean, std, z)
    assert found.dtype == torch.float32
    wanted = quietly(*(a.double().numpy() for a in (mean, std, z)))
    assert found.item() == pytest.approx(wanted, abs=1e-6)


def test_law_inside_vmap_as_one_by_one():
    generator = torch.Generator().manual_seed(0)
    mean = torch.randn(5, 8, 3, generator=generator, dtype=torch.float64)
    std, z = torch.ones_like(mean), mean + torch.randn(mean.shape, generator=generator)
    together = torch.func.vmap(stochastic_encoder_information)(mean, std, z)
    alone = torch.stack([quietly(*arrays) for arrays in zip(mean, std, z, strict=True)])
    torch.testing.assert_close(together, alone)


def test_law_blocks_are_the_whole(monkeypatch):
    from infomax.measures.density import _gaussian_encoder

    rng = np.random.default_rng(0)
    mean, std = rng.normal(size=(50, 3)), rng.uniform(0.5, 1, size=(50, 3))
    whole = [quietly(mean, std, random_state=0, estimator=name) for name in ESTIMATORS]
    monkeypatch.setattr(_gaussian_encoder, "_BLOCK", 130)
    for limit in (1e8, 0.0):  # by products, and pair by pair
        monkeypatch.setattr(_gaussian_encoder, "_LARGEST", limit)
        parts = [quietly(mean, std, random_state=0, estimator=name) for name in ESTIMATORS]
        assert parts == pytest.approx(whole, abs=1e-11)


def test_a_seed_shared_with_the_inputs_does_not_matter():
    x = np.random.default_rng(0).normal(size=500)
    found = stochastic_encoder_information(x, np.ones(500), random_state=0)
    assert found == pytest.approx(math.log(2) / 2, abs=0.15)


def test_more_draws_are_steadier_and_a_seed_repeats():
    options = {"random_state": 0, "n_draws": 3}
    first = quietly(MEAN, STD, **options)
    assert first == quietly(MEAN, STD, **options)
    one, many = (
        np.std([quietly(MEAN, STD, random_state=s, n_draws=n) for s in range(40)]) for n in (1, 16)
    )
    assert many < 0.5 * one


def test_classes_of_one_count_as_nothing_and_are_told_of():
    with pytest.warns(SmallSampleWarning, match="1 of 2 classes have one input alone"):
        found = stochastic_encoder_information(
            MEAN, STD, Z, [0, 0, 0, 0, 0, 1], estimator="leave_one_out"
        )
    inside = quietly(MEAN[:5], STD[:5], Z[:5], estimator="leave_one_out")
    assert found == pytest.approx(5 / 6 * inside)


def test_the_result_tells_the_ceiling_and_warns_of_nothing():
    found = stochastic_encoder_information_result(MEAN, STD, Z, base=2)
    assert found.value == pytest.approx(1.3901, abs=1e-4)
    assert found.ceiling == pytest.approx(math.log2(6))
    assert not found.near_ceiling
    jensen = stochastic_encoder_information_result(MEAN, STD, Z, estimator="jensen")
    assert jensen.ceiling == math.inf
    assert not jensen.near_ceiling


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"std": STD * 0}, "`std` must be above 0, got 0"),
        ({"std": -STD}, "`std` must be above 0, got -0.29"),
        ({"std": STD[:5]}, "`std` must have the shape of `mean`"),
        ({"std": STD[:, :1]}, "`std` must have the shape of `mean`"),
        ({"z": Z[:, :1]}, "`z` must have the shape of `mean`"),
        ({"std": 0.3}, r"`std` must have shape \(n,\) or \(n, d\), got \(\)"),
        ({"std": STD * 1e-80}, "`std` must be at least 1e-75, got 2.* rescale"),
        ({"z": Z * 1e80}, r"`z` must be at most 1e\+75 in size, got .* rescale"),
        ({"z": Z * np.nan}, "`z` must be finite"),
        ({"mean": MEAN + np.inf}, "`mean` must be finite"),
        ({"mean": MEAN[:1], "std": STD[:1], "z": Z[:1]}, "`mean` must hold at least 2 points"),
        ({"mean": "abc"}, "`mean` must be an array of numbers"),
        ({"labels": [0, 1]}, r"`labels` must be one an input \(6\), got 2"),
        ({"labels": [0, 1, 2, 3, 4, np.nan]}, "`labels` must be finite"),
        ({"estimator": "upper"}, "`estimator` must be one of 'mc', 'jensen', 'leave_one_out'"),
        ({"n_draws": 2}, "`n_draws` must be 1 where `z` is given, got 2"),
        ({"z": None, "n_draws": 0}, "`n_draws` must be a whole number of at least 1"),
        ({"base": 1}, "`base` must be above 1"),
        ({"z": None, "random_state": -1}, "`random_state`"),
    ],
)
def test_what_cannot_be_measured_is_refused(change, message):
    arguments = {"mean": MEAN, "std": STD, "z": Z} | change
    with pytest.raises(ValueError, match=message):
        stochastic_encoder_information(**arguments)
