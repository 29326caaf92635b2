import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.kernels.fixture import X, Y, kernel, pairs

from infomax.measures import mmd2


@pytest.mark.parametrize(("unbiased", "value"), [(False, 0.300153), (True, 0.173238)])
def test_closed_form_fixture(unbiased, value):
    assert mmd2(X, Y, bandwidth=1.0, unbiased=unbiased) == pytest.approx(value, abs=1e-6)


def test_closed_form_linear_kernel_gives_the_distance_of_the_means():
    x, y = pairs(30)
    expected = ((x.mean(0) - y[:20].mean(0)) ** 2).sum()
    assert mmd2(x, y[:20], kernel="linear", unbiased=False) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("unbiased", [False, True])
def test_naive_twin(unbiased):
    x, y = X, Y[:5]

    def mean(a, same):
        k = kernel(a, a, 0.7)
        entries = [k[i][j] for i in range(len(a)) for j in range(len(a)) if not (same and i == j)]
        return sum(entries) / len(entries)

    across = np.mean(kernel(x, y, 0.7))
    expected = mean(x, unbiased) + mean(y, unbiased) - 2 * across
    assert mmd2(x, y, bandwidth=0.7, unbiased=unbiased) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["rbf", "laplace", "linear"])
def test_blocks_and_whole_matrices_agree(name):
    x, y = np.random.default_rng(0).normal(size=(2, 1500, 4))
    y = y[:1100] + 0.3
    follows = torch.from_numpy(x).requires_grad_()
    for unbiased in (False, True):
        options = {"kernel": name, "bandwidth": 1.2, "unbiased": unbiased}
        at_once = mmd2(follows, torch.from_numpy(y), **options)
        assert float(at_once.detach()) == pytest.approx(mmd2(x, y, **options), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_law_symmetric_zero_on_itself_and_blind_to_isometries(seed):
    rng = np.random.default_rng(seed)
    x, y = pairs(10, seed=seed)
    value = mmd2(x, y, bandwidth=0.8, unbiased=False)
    assert value > 0
    turn = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    assert mmd2(y, x, bandwidth=0.8, unbiased=False) == pytest.approx(value)
    assert mmd2(x @ turn + 3, y @ turn + 3, bandwidth=0.8, unbiased=False) == pytest.approx(value)
    assert mmd2(x, x[::-1], bandwidth=0.8, unbiased=False) == pytest.approx(0, abs=1e-14)


def test_law_gradients_are_those_of_finite_differences():
    x, y = (torch.from_numpy(z).requires_grad_() for z in pairs(5))
    assert torch.autograd.gradcheck(lambda a, b: mmd2(a, b, bandwidth=0.9), (x, y))


def test_mixed_and_one_dimensional_input():
    x, y = pairs(9)
    expected = mmd2(x, y, bandwidth=1.0)
    assert float(mmd2(x, torch.from_numpy(y), bandwidth=1.0)) == pytest.approx(expected)
    assert float(mmd2(torch.from_numpy(x), y, bandwidth=1.0)) == pytest.approx(expected)
    assert mmd2(x[:, 0], y[:, 0], bandwidth=1.0) == mmd2(x[:, :1], y[:, :1], bandwidth=1.0)


def test_the_bandwidth_left_out_is_the_pooled_median():
    x, y = pairs(15)
    both = np.concatenate([x, y])
    distances = np.linalg.norm(both[:, None] - both, axis=-1)[np.triu_indices(30, 1)]
    assert mmd2(x, y) == pytest.approx(mmd2(x, y, bandwidth=float(np.median(distances))))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((X, [1.0, 2.0]), {}, r"`y` must have the 2 dimension\(s\) of `x`, got 1"),
        (([1.0], [1.0, 2.0]), {}, "`x` must hold at least 2 points"),
        (([1.0, 2.0], [1.0]), {}, "`y` must hold at least 2 points"),
        ((X, Y), {"kernel": "precomputed"}, "`kernel` must not be 'precomputed'"),
        ((X, Y), {"kernel": "cubic"}, "`kernel` must be one of"),
        ((X, Y), {"bandwidth": math.inf}, "`bandwidth` must lie in"),
        ((X, Y * math.inf), {}, "`y` must be finite"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        mmd2(*arguments, **options)
