"""Ties dealt out: nothing is lost, nothing is added."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import rankdata

from infomax.measures import break_ties, ksg_mutual_information, ross_mutual_information


def test_closed_form_distinct_numbers_become_the_quantiles_of_their_ranks():
    x = np.random.default_rng(0).normal(size=(50, 2))
    expected = ndtri(rankdata(x, axis=0) / 51)
    assert break_ties(x) == pytest.approx(expected)
    assert break_ties(np.exp(x), random_state=1) == pytest.approx(expected)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=40), st.integers(0, 9))
def test_law_no_two_are_equal_and_order_is_kept(x, seed):
    spread = break_ties(x, random_state=seed)[:, 0]
    assert len(set(spread)) == len(x)
    for value in set(x):
        inside = [s for s, v in zip(spread, x, strict=True) if v == value]
        outside = [s for s, v in zip(spread, x, strict=True) if v != value]
        assert not any(min(inside) < s < max(inside) for s in outside)
    assert (np.sort(x)[np.argsort(np.argsort(spread))] == np.asarray(x)).all()


def test_law_unrelated_stay_unrelated_and_copies_stay_copies():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 20, size=(2, 2000))
    spread_x, spread_y = (break_ties(z, random_state=rng) for z in (x, y))
    assert ksg_mutual_information(spread_x, spread_y) == pytest.approx(0, abs=0.06)
    told = ross_mutual_information(spread_x, x)
    assert told == pytest.approx(math.log(20), abs=0.05)
    again = ksg_mutual_information(spread_x, break_ties(x, random_state=rng))
    assert again == pytest.approx(math.log(20), abs=0.15)


def test_law_half_piled_up_keeps_its_information():
    """X and Y are both zero together or two unrelated normals together: log 2 in the switch."""
    rng = np.random.default_rng(2)
    on = rng.random(4000) < 0.5
    x, y = np.where(on, np.abs(rng.normal(size=(2, 4000))), 0.0)
    spread = [break_ties(z, random_state=rng) for z in (x, y)]
    assert ksg_mutual_information(*spread) == pytest.approx(math.log(2), abs=0.04)


def test_law_tensors_come_back_as_tensors():
    x = torch.tensor([1.0, 1.0, 2.0], requires_grad=True)
    spread = break_ties(x, random_state=0)
    assert spread.shape == (3, 1)
    assert spread.dtype == x.dtype
    assert not spread.requires_grad


@pytest.mark.parametrize("bad", [[1.0], [], [1.0, np.nan], ["a", "b"]])
def test_bad_points_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`x`"):
        break_ties(bad)
