import math

import numpy as np
import pytest
import torch

from infomax.exceptions import AssumptionWarning, PrecisionWarning
from infomax.measures import (
    conditional_mutual_information,
    ksg_conditional_mutual_information,
    transfer_entropy,
    transfer_entropy_result,
)


def driven(n, weight, lag, seed):
    """A series that the other drives: ½ log(1 + weight²) nats a step, and nothing back."""
    x, e = np.random.default_rng(seed).normal(size=(2, n))
    return x, weight * np.roll(x, lag) + e


@pytest.mark.parametrize("lag", [1, 3])
def test_closed_form_gaussian(lag):
    x, y = driven(3000, 1.0, lag, 0)
    assert transfer_entropy(x, y, lag=lag) == pytest.approx(math.log(2) / 2, abs=0.06)
    assert transfer_entropy(y, x, lag=lag) == pytest.approx(0, abs=0.06)
    assert transfer_entropy(x, y, lag=lag + 1) == pytest.approx(0, abs=0.06)


def test_closed_form_a_copy_one_step_late():
    x = np.random.default_rng(0).integers(0, 2, 2000)
    y = np.roll(x, 1)
    assert transfer_entropy(x, y, estimator="plugin", base=2) == pytest.approx(1, abs=0.01)
    assert transfer_entropy(y, x, estimator="plugin", base=2) == pytest.approx(0, abs=0.01)


def test_closed_form_exclusive_or_needs_two_steps_of_the_source():
    x = np.random.default_rng(0).integers(0, 2, 4000)
    y = np.roll(x, 1) ^ np.roll(x, 2)
    value = [transfer_entropy(x, y, source_history=r, estimator="plugin", base=2) for r in (1, 2)]
    assert value == pytest.approx([0, 1], abs=0.01)


def test_naive_twin_windows_cut_one_by_one():
    x, y = driven(80, 1.0, 1, 1)
    times = range(4, 80)
    now = np.array([y[t] for t in times])
    source = np.array([[x[t - 2], x[t - 3], x[t - 4]] for t in times])
    target = np.array([[y[t - 1], y[t - 2]] for t in times])
    options = {"lag": 2, "source_history": 3, "target_history": 2}
    known = ksg_conditional_mutual_information(now, source, target)
    assert transfer_entropy(x, y, **options) == pytest.approx(known, abs=1e-12)
    labels = (np.sign(now), *[[tuple(row) for row in np.sign(z)] for z in (source, target)])
    known = conditional_mutual_information(*labels)
    value = transfer_entropy(np.sign(x), np.sign(y), **options, estimator="plugin")
    assert value == pytest.approx(known, abs=1e-12)


def test_vectors_words_tensors_and_bases():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 60, 2))
    nats = transfer_entropy(x, y)
    value = transfer_entropy(torch.tensor(x), torch.tensor(y), base=2)
    assert value.item() == pytest.approx(nats / math.log(2))
    words = np.array(["sun", "rain"])[(x[:, 0] > 0).astype(int)]
    assert transfer_entropy(words, words, estimator="plugin") == 0


def test_shifted_sources_tell_chance_from_drive():
    x, y = driven(300, 1.0, 1, 2)
    options = {"n_permutations": 19, "random_state": 0}
    found = transfer_entropy_result(x, y, **options)
    assert found.p_value == 0.05
    assert found.effective == found.value - found.null_mean
    assert found.value == transfer_entropy(x, y)
    assert found.n_points == 299
    assert found.standard_error < 0.1
    back = [transfer_entropy_result(*driven(100, 1.0, 1, s)[::-1], **options) for s in range(10)]
    assert sum(one.p_value <= 0.05 for one in back) <= 3  # by chance once in 970 times
    assert transfer_entropy_result(x, y, n_permutations=0).effective is None


def test_effective_value_takes_the_bias_of_counting_away():
    """Two unrelated series of three labels share (2 · 2 · 3) / 2n nats by the plug-in."""
    x, y = np.random.default_rng(1).integers(0, 3, size=(2, 400))
    found = transfer_entropy_result(x, y, estimator="plugin", random_state=0, n_permutations=39)
    assert found.value == pytest.approx(12 / 800, abs=0.015)
    assert abs(found.effective) < 0.015
    assert found.null_mean == pytest.approx(12 / 800, abs=0.003)
    assert found.p_value > 0.05
    assert found.standard_error is None


@pytest.mark.peer
def test_peer_infomeasure():
    infomeasure = pytest.importorskip("infomeasure")
    x, y = driven(300, 1.0, 1, 3)
    options = {"approach": "ksg", "k": 3, "noise_level": 0, "base": "e"}
    theirs = infomeasure.transfer_entropy(x, y, **options)
    assert transfer_entropy(x, y) == pytest.approx(theirs, abs=0.05)
    x, y = (np.sign(z).astype(int) for z in (x, y))
    theirs = infomeasure.transfer_entropy(x, y, approach="discrete", base="e")
    assert transfer_entropy(x, y, estimator="plugin") == pytest.approx(theirs, abs=1e-9)


def test_whole_numbers_and_repeats_warn_by_name():
    x, y = driven(60, 1.0, 1, 4)
    with pytest.warns(AssumptionWarning, match="`source` holds whole numbers"):
        transfer_entropy((x > 0).astype(int), y)
    with pytest.warns(PrecisionWarning, match="points of `target` repeat another"):
        transfer_entropy(x, np.round(y, 1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lag": 0}, "`lag` must be a whole number"),
        ({"source_history": 0}, "`source_history` must be a whole number"),
        ({"target_history": 1.5}, "`target_history` must be a whole number"),
        ({"n_permutations": 10}, "`n_permutations` must be at most 9"),
        ({"lag": 9}, "`source` must be longer than 10 for this lag and these histories, got 10"),
        ({"lag": 6}, r"`n_neighbors` must be below the number of points \(4\), got 4"),
        ({"estimator": "guess"}, "`estimator` must be one of"),
    ],
)
def test_bad_options_are_refused_by_name(options, message):
    x, y = np.random.default_rng(0).normal(size=(2, 10))
    with pytest.raises(ValueError, match=message):
        transfer_entropy_result(x, y, **{"n_neighbors": 4, "n_permutations": 0, **options})


def test_series_of_different_lengths_are_refused():
    with pytest.raises(
        ValueError, match=r"`target` must have as many points as `source` \(10\), got 9"
    ):
        transfer_entropy(np.arange(10) ** 0.5, np.arange(9) ** 0.5)
    with pytest.raises(ValueError, match=r"`target` must have as many labels as `source`"):
        transfer_entropy(list("abcd"), list("abc"), estimator="plugin")
