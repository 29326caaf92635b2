import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.neighbors.neighbor_loops import gaussian_pair, loops_mixed

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    ksg_mutual_information,
    mixed_mutual_information,
    mixed_mutual_information_result,
)


def numbers_and_reals(n, seed):
    """x uniform on five numbers, y uniform on [x, x + 2]: log 5 - 4/5 log 2 nats."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 5, n)
    return x, x + 2 * rng.random(n)


def test_closed_form_numbers_and_reals():
    """The paper's formula stays too low by 0.32 nats whatever the number of points."""
    known = math.log(5) - 0.8 * math.log(2)
    for n in (500, 2000):
        pair = numbers_and_reals(n, 0)
        assert mixed_mutual_information(*pair) == pytest.approx(known, abs=0.06)
        low = mixed_mutual_information(*pair, convention="paper")
        assert low == pytest.approx(known - 0.32, abs=0.06)


def test_closed_form_discrete():
    x = np.repeat([0, 0, 1, 1], [400, 100, 100, 400])
    y = np.repeat([0, 1, 0, 1], [400, 100, 100, 400])
    for convention in ("paper", "released"):
        value = mixed_mutual_information(x, y, convention=convention)
        assert value == pytest.approx(0.192745, abs=8e-3)


def test_closed_form_continuous():
    pair = gaussian_pair(3000, 0.75, 0)
    assert mixed_mutual_information(*pair) == pytest.approx(0.413339, abs=0.06)


@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("k", [1, 3])
def test_naive_twin_of_zeros_and_reals(convention, k):
    x, y = gaussian_pair(60, 0.7, 0)
    for pair in ((np.maximum(x, 0), np.maximum(y, 0)), (np.sign(x), y), (np.sign(x), np.sign(y))):
        found = mixed_mutual_information_result(*pair, n_neighbors=k, convention=convention)
        np.testing.assert_allclose(found.local, loops_mixed(*pair, k, convention), atol=1e-12)


@given(st.integers(0, 10**6))
def test_law_released_is_variant_one_where_nothing_repeats(seed):
    from scipy.special import digamma

    x, y = np.random.default_rng(seed).normal(size=(2, 30))
    known = ksg_mutual_information(x, y) + math.log(30) - digamma(30)
    assert mixed_mutual_information(x, y) == pytest.approx(known, abs=1e-12)
    assert mixed_mutual_information(y, x) == pytest.approx(known, abs=1e-12)


def test_tensors_bases_and_whole_numbers_are_welcome():
    x, y = numbers_and_reals(200, 1)
    nats = mixed_mutual_information(x, y)
    assert mixed_mutual_information(torch.tensor(x), torch.tensor(y)).item() == nats
    assert mixed_mutual_information(x, y, base=2) == pytest.approx(nats / math.log(2))


def test_bad_input_warns_or_is_refused_by_name():
    x, y = numbers_and_reals(50, 1)
    with pytest.raises(ValueError, match="`convention` must be one of"):
        mixed_mutual_information(x, y, convention="code")
    with pytest.raises(ValueError, match="`y` must have as many points as `x`"):
        mixed_mutual_information(x, y[:-1])
    with pytest.raises(ValueError, match="`n_neighbors` must be below"):
        mixed_mutual_information(x, y, n_neighbors=50)
    with pytest.warns(EstimatorCeilingWarning, match="bring more points"):
        mixed_mutual_information(y, y)
