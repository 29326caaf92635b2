import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies.distributions import distributions

from infomax.measures import (
    mutual_information,
    predictive_conditional_mutual_information,
    predictive_mutual_information,
)


@st.composite
def predictions(draw, max_items=8):
    n_classes = draw(st.integers(1, 5))
    rows = st.lists(distributions(n_classes, n_classes), min_size=1, max_size=max_items)
    return np.stack(draw(rows))


def test_closed_form():
    assert predictive_mutual_information(np.eye(4)) == pytest.approx(math.log(4))
    assert predictive_mutual_information(np.eye(4), base=2) == pytest.approx(2)
    assert predictive_mutual_information([[0.3, 0.7]] * 5) == pytest.approx(0, abs=1e-12)
    # [[.9, .1], [.5, .5]] as a channel with even inputs
    h = [-(p * math.log(p) + (1 - p) * math.log(1 - p)) for p in (0.7, 0.9, 0.5)]
    found = predictive_mutual_information([[0.9, 0.1], [0.5, 0.5]])
    assert found == pytest.approx(h[0] - (h[1] + h[2]) / 2, abs=1e-12)


@given(predictions())
def test_law_it_is_the_information_of_the_joint_table(p):
    found = predictive_mutual_information(p)
    assert found == pytest.approx(mutual_information(p / len(p)), abs=1e-9)
    assert 0 <= found <= math.log(min(p.shape)) + 1e-9


@given(predictions(), st.integers(0, 1000))
def test_law_chain_rule_with_labels(p, seed):
    """I(item; prediction) = I(label; prediction) + I(item; prediction | label)."""
    labels = np.random.default_rng(seed).integers(0, 3, len(p))
    table = np.stack([p[labels == k].sum(axis=0) / len(p) for k in range(3)])
    whole = mutual_information(table) + predictive_conditional_mutual_information(p, labels)
    assert predictive_mutual_information(p) == pytest.approx(whole, abs=1e-9)


def test_naive_twin_with_centroids():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(4), size=9), rng.dirichlet(np.ones(4), size=3)
    labels = rng.integers(0, 3, 9)
    wanted = 0.0
    for row, label in zip(p, labels, strict=True):
        for a, b in zip(row, q[label], strict=True):
            wanted += a * math.log(a / b) / 9
    found = predictive_conditional_mutual_information(p, labels, centroids=q)
    assert found == pytest.approx(wanted, abs=1e-12)
    assert found > predictive_conditional_mutual_information(p, labels)


def test_no_mass_where_something_is_predicted_is_infinite():
    found = predictive_conditional_mutual_information([[0.5, 0.5]], [0], centroids=[[1.0, 0.0]])
    assert found == math.inf


def test_tensors_give_the_same_and_a_gradient():
    logits = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 1, 0, 4, 1])  # classes may be absent
    p = logits.softmax(dim=1)
    found = predictive_conditional_mutual_information(p, labels)
    plain = predictive_conditional_mutual_information(p.numpy(), labels.numpy())
    assert found.item() == pytest.approx(plain, abs=1e-12)
    assert predictive_mutual_information(p.float()).dtype == torch.float32
    logits.requires_grad_()
    for measure in (
        lambda z: predictive_mutual_information(z.softmax(dim=1)),
        lambda z: predictive_conditional_mutual_information(z.softmax(dim=1), labels),
    ):
        assert torch.autograd.gradcheck(measure, (logits,))


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        ([0], {}, r"`labels` must have shape \(2,\), got \(1,\)"),
        ([0, 0.5], {}, "`labels` must be whole numbers of at least 0"),
        ([0, -1], {}, "`labels` must be whole numbers of at least 0"),
        (["a", "b"], {}, "`labels` must be whole numbers of at least 0"),
        ([0, 1], {"centroids": [[0.5, 0.5]]}, "a row for each label up to 1"),
        ([0, 1], {"centroids": [[1.0], [1.0]]}, "`centroids` must have 2 columns"),
        ([0, 1], {"base": 1}, "`base` must be above 1"),
    ],
)
def test_refusals(labels, options, message):
    p = [[0.5, 0.5], [0.2, 0.8]]
    with pytest.raises(ValueError, match=message):
        predictive_conditional_mutual_information(p, labels, **options)


def test_refusals_of_predictions():
    with pytest.raises(ValueError, match=r"`probabilities` must have shape .* got \(2,\)"):
        predictive_mutual_information([0.5, 0.5])
    with pytest.raises(ValueError, match="`probabilities` must not be negative"):
        predictive_mutual_information([[1.5, -0.5]])
    with pytest.raises(ValueError, match="`probabilities` must be finite"):
        predictive_mutual_information([[np.nan, 1.0]])
    with pytest.raises(ValueError, match="`probabilities` must be an array of numbers"):
        predictive_mutual_information([["a", "b"]])
