import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies.logits import logits

from infomax.measures import categorical_entropy, entropy


def test_closed_form_rows():
    p = [[0.5, 0.25, 0.125, 0.125], [1, 0, 0, 0], [0.25] * 4]
    np.testing.assert_allclose(
        categorical_entropy(p), [1.75 * math.log(2), 0, math.log(4)], atol=1e-12
    )


def test_closed_form_other_axes():
    p = np.array([[0.5, 1.0], [0.5, 0.0]])
    np.testing.assert_allclose(categorical_entropy(p, axis=0), [math.log(2), 0])
    assert categorical_entropy(logits=np.zeros((2, 3, 4)), axis=1).shape == (2, 4)


def test_closed_form_barred_and_deterministic_logits():
    z = np.array([[0.0, 0.0, -math.inf], [1000.0, 0.0, -math.inf]])
    np.testing.assert_allclose(categorical_entropy(logits=z), [math.log(2), 0], atol=1e-12)
    assert categorical_entropy(logits=[7.0]) == 0


@given(logits())
def test_naive_twin(z):
    found = categorical_entropy(logits=z)
    for row, value in zip(z, found, strict=True):
        p = np.exp(row - row.max())
        assert value == pytest.approx(entropy(p / p.sum()), abs=1e-10)


@given(logits(), st.integers(-64, 64))
def test_law_bounds_and_shift(z, shift):
    found = categorical_entropy(logits=z)
    assert (found >= 0).all()
    assert (found <= np.log((z > -math.inf).sum(axis=1)) + 1e-9).all()
    np.testing.assert_allclose(categorical_entropy(logits=z + shift), found, atol=1e-9)


def test_law_tensors_and_gradients():
    z = torch.tensor([[0.3, -1.0, 2.0, -math.inf]], dtype=torch.float64, requires_grad=True)
    value = categorical_entropy(logits=z)
    assert value.item() == pytest.approx(categorical_entropy(logits=z.detach().numpy())[0])
    value.sum().backward()
    assert torch.isfinite(z.grad).all()
    steps = 1e-6 * torch.eye(4, dtype=torch.float64)[:3]
    for i, step in enumerate(steps):
        up, down = (categorical_entropy(logits=z.detach() + s * step) for s in (1, -1))
        assert z.grad[0, i].item() == pytest.approx((up - down).item() / 2e-6, abs=1e-6)
    p = torch.tensor([0.5, 0.5, 0.0], requires_grad=True)
    categorical_entropy(p).backward()
    assert torch.isfinite(p.grad).all()


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.int64])
def test_law_other_precision_is_computed_in_float32(kind):
    z = torch.arange(8).to(kind)
    found = categorical_entropy(logits=z)
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(categorical_entropy(logits=np.arange(8)), rel=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (categorical_entropy, "exactly one"),
        (lambda: categorical_entropy([1.0], logits=[0.0]), "exactly one"),
        (lambda: categorical_entropy([0.5, 0.6]), "`probabilities` must sum to 1"),
        (lambda: categorical_entropy([1.5, -0.5]), "`probabilities` must not be negative"),
        (lambda: categorical_entropy([[1.0, math.nan]]), r"`probabilities` must hold no NaN.*0, 1"),
        (lambda: categorical_entropy([math.inf, 0.0]), "`probabilities` must sum to 1"),
        (lambda: categorical_entropy(logits=[-math.inf] * 2), "finite maximum"),
        (lambda: categorical_entropy(logits=[math.inf, 0.0]), "finite maximum"),
        (lambda: categorical_entropy(logits=[]), "`logits` must hold categories"),
        (lambda: categorical_entropy(logits=1.0), "`logits` must hold categories"),
        (lambda: categorical_entropy(logits=["a"]), "`logits` must be an array"),
        (lambda: categorical_entropy(logits=[0.0], axis=1), "`axis`"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
