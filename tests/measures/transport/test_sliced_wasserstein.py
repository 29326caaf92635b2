import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from infomax.measures import sliced_wasserstein


@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 99))
def test_closed_form_on_a_line_it_is_exact(n, m, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(1, 2, size=m)
    assert sliced_wasserstein(x, y) == pytest.approx(wasserstein_distance(x, y), abs=1e-10)


def test_closed_form_of_a_shift():
    # |θ·v| over the circle has the mean 2|v|/π, and its square the mean |v|²/2.
    x = np.random.default_rng(0).normal(size=(50, 2))
    options = {"n_projections": 20_000, "random_state": 0}
    told = sliced_wasserstein(x, x + np.array([3.0, 4.0]), **options)
    assert told == pytest.approx(10 / np.pi, rel=0.02)
    squared = sliced_wasserstein(x, x + np.array([3.0, 4.0]), p=2, **options)
    assert squared == pytest.approx(5 / np.sqrt(2), rel=0.02)


def test_naive_twin_direction_by_direction():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 3)), rng.normal(size=(8, 3))
    lines = np.random.default_rng(5).normal(size=(7, 3))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    known = np.mean([wasserstein_distance(x @ line, y @ line) for line in lines])
    told = sliced_wasserstein(x, y, n_projections=7, random_state=5)
    assert told == pytest.approx(known, abs=1e-10)


def test_law_symmetric_zero_for_equal_clouds_and_differentiable():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 6, 2))
    options = {"n_projections": 9, "random_state": 0}
    value = sliced_wasserstein(x, y, **options)
    assert sliced_wasserstein(y, x, **options) == pytest.approx(value)
    assert sliced_wasserstein(x, x[::-1], **options) == pytest.approx(0, abs=1e-12)
    tensors = [torch.tensor(z, requires_grad=True) for z in (x, y)]
    assert sliced_wasserstein(tensors[0], y, **options).item() == pytest.approx(value)
    assert torch.autograd.gradcheck(lambda a, b: sliced_wasserstein(a, b, **options), tensors)


@pytest.mark.peer
def test_peer_pot():
    ot = pytest.importorskip("ot")
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(30, 3))
    lines = rng.normal(size=(3, 11))
    lines /= np.linalg.norm(lines, axis=0)
    known = ot.sliced_wasserstein_distance(x, y, projections=lines, p=2)

    class Same(np.random.Generator):
        def normal(self, size):
            assert size == (11, 3)
            return lines.T

    told = sliced_wasserstein(x, y, p=2, n_projections=11, random_state=Same(np.random.PCG64()))
    assert told == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sliced_wasserstein([1.0, 2.0], [[1.0, 2.0]] * 2), "`y` must have the dimension"),
        (lambda: sliced_wasserstein([1.0], [1.0, 2.0]), "`x` must hold at least 2"),
        (lambda: sliced_wasserstein([1.0, 2.0], [1.0, np.inf]), "`y` must be finite"),
        (lambda: sliced_wasserstein([1.0, 2.0], [1.0, 2.0], p=0), "`p` must be at least 1"),
        (lambda: sliced_wasserstein([1.0, 2.0], [1.0, 2.0], n_projections=0), "`n_projections`"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
