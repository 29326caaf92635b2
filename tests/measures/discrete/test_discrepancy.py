import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.distributions import channels, joint_tables, same_size

from infomax.measures import (
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    total_variation,
)

ALL = (kl_divergence, jensen_shannon_divergence, total_variation)


def test_closed_form_two_points():
    p, q = 0.3, 0.6
    kl = p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))
    assert kl_divergence([p, 1 - p], [q, 1 - q]) == pytest.approx(kl)
    assert total_variation([p, 1 - p], [q, 1 - q]) == pytest.approx(0.3)


def test_closed_form_disjoint_supports():
    p, q = [1.0, 0.0], [0.0, 1.0]
    assert kl_divergence(p, q) == math.inf
    assert jensen_shannon_divergence(p, q, weights=(0.25, 0.75)) == pytest.approx(
        entropy([0.25, 0.75])
    )
    assert total_variation(p, q) == 1


@given(same_size(2))
def test_law_never_negative_and_zero_for_equals(pair):
    p, q = pair
    for function in ALL:
        assert function(p, q) >= 0
        assert function(p, p) == pytest.approx(0, abs=1e-12)


@given(same_size(2))
def test_law_symmetry_and_pinsker(pair):
    p, q = pair
    for function in ALL[1:]:
        assert function(p, q) == pytest.approx(function(q, p), abs=1e-12)
    assert 2 * total_variation(p, q) ** 2 <= kl_divergence(p, q) + 1e-12
    assert jensen_shannon_divergence(p, q) <= math.log(2) * total_variation(p, q) + 1e-12


@given(same_size(3))
def test_law_metrics_obey_the_triangle(three):
    p, q, r = three

    def root(a, b):
        return math.sqrt(jensen_shannon_divergence(a, b))

    assert total_variation(p, r) <= total_variation(p, q) + total_variation(q, r) + 1e-12
    assert root(p, r) <= root(p, q) + root(q, r) + 1e-7


@given(st.data(), same_size(2))
def test_law_data_processing(data, pair):
    p, q = pair
    channel = data.draw(channels(len(p)))
    for function in ALL:
        assert function(p @ channel, q @ channel) <= function(p, q) + 1e-9


@given(joint_tables())
def test_law_information_is_divergence_from_independence(joint):
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    assert kl_divergence(joint, product) == pytest.approx(mutual_information(joint), abs=1e-10)


@given(same_size(2), st.floats(0, 1))
def test_naive_twin_by_loops(pair, weight):
    p, q = pair

    def kl(a, b):
        terms = [
            x * (math.log(x) - math.log(y)) if y else math.inf
            for x, y in zip(a, b, strict=True)
            if x
        ]
        return sum(terms)

    m = weight * p + (1 - weight) * q
    twin = sum(w * kl(a, m) for w, a in ((weight, p), (1 - weight, q)) if w)
    value = jensen_shannon_divergence(p, q, weights=(weight, 1 - weight))
    assert value == pytest.approx(twin, abs=1e-10)
    assert kl_divergence(p, q) == pytest.approx(kl(p, q), abs=1e-10)


@pytest.mark.peer
@settings(deadline=None)  # the peer loads at the first call
@given(same_size(2))
def test_peer_scipy(pair):
    stats = pytest.importorskip("scipy.stats")
    distance = pytest.importorskip("scipy.spatial.distance")
    p, q = pair
    assert kl_divergence(p, q, base=2) == pytest.approx(stats.entropy(p, q, base=2), abs=1e-10)
    with np.errstate(invalid="ignore"):  # scipy takes the root of what rounding makes negative
        root = np.nan_to_num(distance.jensenshannon(p, q))
    assert jensen_shannon_divergence(p, q) == pytest.approx(root**2, abs=1e-10)


@settings(deadline=None)  # torch loads at the first call
@given(same_size(2))
def test_law_tensors_give_the_same_numbers_and_finite_gradients(pair):
    for function in ALL:
        p, q = (torch.tensor(x, requires_grad=True) for x in pair)
        value = function(p, q)
        assert value.shape == ()
        assert value.item() == pytest.approx(function(*pair), abs=1e-12)
        value.backward()
        assert torch.isfinite(p.grad).all()
        assert torch.isfinite(q.grad).all()


def test_law_gradient_is_that_of_finite_differences():
    a, b = torch.randn(2, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for function in ALL:
        assert torch.autograd.gradcheck(
            lambda x, y, f=function: f(torch.softmax(x, 0), torch.softmax(y, 0)),
            (a.requires_grad_(), b.requires_grad_()),
        )


def test_law_a_tensor_takes_the_other_along():
    value = kl_divergence([0.5, 0.5], torch.tensor([0.25, 0.75]))
    assert value.dtype == torch.float32
    assert float(value) == pytest.approx(kl_divergence([0.5, 0.5], [0.25, 0.75]), abs=1e-6)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("bad", [[], [0.5, np.nan], [1.5, -0.5], [0.5, 0.6], [1.0], [[0.5, 0.5]]])
def test_bad_input_is_refused_by_name(function, bad):
    with pytest.raises(ValueError, match="`q`"):
        function([0.5, 0.5], bad)


@pytest.mark.parametrize("bad", [(0.5, 0.6), (1.0,), (0.2, 0.3, 0.5), (np.nan, 1.0)])
def test_bad_weights_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`weights`"):
        jensen_shannon_divergence([0.5, 0.5], [0.5, 0.5], weights=bad)
