import math
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    binned_information,
    compression_score,
    information_plane,
    kde_information,
)

RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
RECORDED = {
    0: {"one": torch.tensor(RNG.random((40, 3))), "two": torch.zeros(40, 2)},
    5: {"one": torch.tensor(Y[:, None] + 0.0), "two": torch.tensor(RNG.normal(size=(40, 2)))},
}


@pytest.mark.parametrize(
    ("estimator", "options", "one_by_one"),
    [
        ("adaptive_bins", {"n_bins": 3, "base": 2}, binned_information),
        ("adaptive_kde", {"scale": 0.1}, kde_information),
        (partial(kde_information, variance=0.2), {}, partial(kde_information, variance=0.2)),
    ],
)
def test_naive_twin_a_row_a_layer_and_epoch(estimator, options, one_by_one):
    plane = information_plane(RECORDED, Y, estimator=estimator, **options)
    assert plane[["epoch", "layer"]].to_numpy().tolist() == [
        [0, "one"],
        [0, "two"],
        [5, "one"],
        [5, "two"],
    ]
    for row in plane.itertuples():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimatorCeilingWarning)
            told = one_by_one(RECORDED[row.epoch][row.layer], Y, **options)
        assert row.i_tx == pytest.approx(float(told.i_tx))
        assert row.i_ty == pytest.approx(float(told.i_ty))
        assert row.entropy == pytest.approx(float(told.entropy))
        assert (row.ceiling, row.near_ceiling) == (told.ceiling, told.near_ceiling)


def test_closed_form_sequences_are_numbered_and_saturation_is_a_column():
    plane = information_plane([[RNG.normal(size=(40, 5)), Y + 0.0]], base=2)
    assert plane["layer"].tolist() == [0, 1]
    assert plane["near_ceiling"].tolist() == [True, False]
    assert plane["i_tx"].to_numpy() == pytest.approx([math.log2(40), 1])
    assert plane["i_ty"].isna().all()


def test_closed_form_scores():
    assert compression_score([1, 2, 3]) == 0
    assert compression_score([4, 8, 2]) == 0.75
    assert compression_score([5.0, 0.0]) == 1
    assert compression_score([0.0, 0.0]) == 0
    assert compression_score([0.0, 1.0, -1e-12]) == 1


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9), st.floats(1e-3, 1e3))
def test_law_score_is_a_share_in_any_unit(values, unit):
    score = compression_score(values)
    assert 0 <= score <= 1
    if max(values) > 1e-100:
        assert compression_score([unit * v for v in values]) == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: information_plane([], Y), "`activations` must hold at least one layer"),
        (lambda: information_plane([{}], Y), "`activations` must hold at least one layer"),
        (lambda: information_plane(RECORDED, Y, estimator="bins"), "`estimator` must be one of"),
        (
            lambda: information_plane(RECORDED, Y, estimator=lambda *_: 3.0),
            "`estimator` must return a LayerInformation, got float of layer 'one'",
        ),
        (lambda: information_plane(RECORDED, Y[:3]), "`y` must hold one label a row"),
        (lambda: compression_score([]), "`i_tx` must not be empty"),
        (lambda: compression_score([1, math.nan]), "`i_tx` must be finite"),
        (
            lambda: compression_score([1.0, -0.5]),
            "`i_tx` must not be negative, got -0.5 at index 1",
        ),
        (lambda: compression_score([[1.0]]), "`i_tx` must have 1 dimension"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
