"""The generalization bound of the information bottleneck."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.inference import (
    bottleneck_bound_factor,
    bottleneck_bound_factor_result,
    bottleneck_generalization_bound,
)

FACTORS = {"g1": 0.7, "g2": 1.3, "g3": 2.0}
amounts = st.floats(0, 1e6)


def test_closed_form_both_layers():
    hidden = bottleneck_generalization_bound(4.0, 3.7, 100, **FACTORS)
    assert hidden == pytest.approx(2 * math.sqrt(9 / 100) + 0.07)
    output = bottleneck_generalization_bound(4.0, 3.7, 250, g2=1.3, layer="output", loss_max=3.0)
    assert output == pytest.approx(3 * math.sqrt(5 / 500))
    assert bottleneck_generalization_bound(4.0, 0, 100, g3=2.0) == pytest.approx(0.4)


def test_nats_here_are_the_papers_bits():
    bits = 3.0
    paper = 2 * math.sqrt((bits * math.log(2) + 1.3) / 50) + 0.7 / math.sqrt(50)
    found = bottleneck_generalization_bound(bits * math.log(2), 0.0, 50, **FACTORS)
    assert found == pytest.approx(paper)


@given(amounts, amounts, st.floats(1e-3, 1e3), st.integers(1, 10**6))
def test_law_grows_with_information_and_falls_by_the_root_of_n(first, second, more, n):
    def bound(a, b, n, layer="hidden"):
        return bottleneck_generalization_bound(a, b, n, layer=layer, loss_max=1.0, **FACTORS)

    assert bound(first + more, second, n) >= bound(first, second, n)
    for layer in ("hidden", "output"):
        assert bound(first, second + more, n, layer) >= bound(first, second, n, layer)
        assert bound(first, second, 4 * n, layer) == pytest.approx(
            bound(first, second, n, layer) / 2
        )
    assert bound(first, second, n, "output") == bound(0, second, n, "output")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"g1": 0}, "`g1` must be above 0"),
        ({"g2": -1.0}, "`g2` must be above 0"),
        ({"g3": 0.0}, "`g3` must be above 0"),
        ({"g3": None}, "`g3` must be given for layer='hidden'"),
        ({"layer": "output"}, "`loss_max` must be given for layer='output'"),
        ({"layer": "output", "loss_max": 0}, "`loss_max` must be above 0"),
        ({"layer": "last"}, "`layer` must be one of"),
        ({"n": 0}, "`n` must be a whole number"),
        ({"i_xz_given_y": -0.1}, "`i_xz_given_y` must be at least 0"),
        ({"i_phi_s": math.nan}, "`i_phi_s` must be at least 0"),
    ],
)
def test_bounds_that_are_none_are_refused(change, message):
    arguments = {"i_xz_given_y": 1.0, "i_phi_s": 1.0, "n": 10, **FACTORS} | change
    information = [arguments.pop(name) for name in ("i_xz_given_y", "i_phi_s", "n")]
    with pytest.raises(ValueError, match=message):
        bottleneck_generalization_bound(*information, **arguments)


@pytest.mark.parametrize(("n_classes", "n_points"), [(2, 10), (5, 3)])
def test_closed_form_uniform_points_of_loss_one(n_classes, n_points):
    n = n_classes * n_points
    log_marginal = np.full(n, -math.log(n_points))
    found = bottleneck_bound_factor(log_marginal, np.ones(n), np.arange(n) % n_classes)
    assert found == pytest.approx(math.sqrt(2 * n_classes * n_points))


def test_naive_twin_of_the_factor():
    rng = np.random.default_rng(0)
    labels = np.array(list("abcabcaabb"))
    log_marginal, losses = rng.normal(size=10), rng.uniform(size=10)
    sums = {
        c: sum(
            losses[i] * math.sqrt(2 * 3 * math.exp(log_marginal[i]))
            for i in range(10)
            if labels[i] == c
        )
        for c in "abc"
    }
    found = bottleneck_bound_factor_result(log_marginal, losses, labels)
    assert dict(zip(found.classes, found.by_class, strict=True)) == pytest.approx(sums)
    assert found.value == max(sums.values())
    assert found.value == bottleneck_bound_factor(log_marginal, losses, labels)


@pytest.mark.parametrize(
    ("log_marginal", "losses", "labels", "message"),
    [
        ([0.0, 0.0], [1.0], [0, 1], "must be of one length"),
        ([0.0, 0.0], [1.0, 1.0], [0], "must be of one length"),
        ([0.0, np.nan], [1.0, 1.0], [0, 1], "`log_marginal` must be finite"),
        ([0.0, 0.0], [1.0, -1.0], [0, 1], "`losses` must be at least 0, got -1"),
        ([], [], [], "`log_marginal` must not be empty"),
    ],
)
def test_factors_of_nothing_are_refused(log_marginal, losses, labels, message):
    with pytest.raises(ValueError, match=message):
        bottleneck_bound_factor(log_marginal, losses, labels)
