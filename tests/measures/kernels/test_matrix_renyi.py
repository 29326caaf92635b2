import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.kernels.fixture import X, Y, kernel, pairs

from infomax.exceptions import PrecisionWarning
from infomax.measures import matrix_renyi_entropy, matrix_renyi_mutual_information


@pytest.mark.parametrize(
    ("points", "order", "value"), [(X, 1.01, 0.947619), (Y, 1.01, 0.892699), (X, 2, 0.813177)]
)
def test_closed_form_fixture(points, order, value):
    found = matrix_renyi_entropy(points, order=order, bandwidth=1.0)
    assert found == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("order", "value"), [(1.01, 0.181512), (2, 0.073416)])
def test_closed_form_information_of_the_fixture(order, value):
    found = matrix_renyi_mutual_information(X, Y, order=order, bandwidth=1.0)
    assert found == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("order", [0.5, 1, 1.01, 2, 3])
def test_closed_form_far_clusters_are_a_distribution(order):
    x = np.repeat([0.0, 100.0, 200.0], [5, 3, 2])
    p = np.array([0.5, 0.3, 0.2])
    shannon = -(p * np.log(p)).sum()
    expected = shannon if order == 1 else math.log((p**order).sum()) / (1 - order)
    assert matrix_renyi_entropy(x, order=order, bandwidth=1.0) == pytest.approx(expected, abs=1e-6)
    bits = matrix_renyi_entropy(x, order=order, bandwidth=1.0, base=2)
    assert bits == pytest.approx(expected / math.log(2), abs=1e-6)


def test_naive_twin():
    a, b = (np.array(kernel(z, z, 0.8)) / 8 for z in (X, Y))

    def entropy(matrix):
        matrix = matrix / np.trace(matrix)
        return -math.log(sum(v**3 for v in np.linalg.eigvalsh(matrix))) / 2

    expected = entropy(a) + entropy(b) - entropy(a * b)
    found = matrix_renyi_mutual_information(X, Y, order=3, bandwidth=0.8)
    assert found == pytest.approx(expected, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.3, 3), st.floats(0.4, 3))
def test_law_entropy_lies_in_range_and_information_is_symmetric(seed, order, sigma):
    x, y = pairs(12, seed=seed)
    options = {"order": order, "bandwidth": sigma}
    assert 0 <= matrix_renyi_entropy(x, **options) <= math.log(12) + 1e-9
    one = matrix_renyi_mutual_information(x, y, **options)
    assert one == pytest.approx(matrix_renyi_mutual_information(y, x, **options), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_law_entropy_falls_with_the_order(seed):
    x = pairs(12, seed=seed)[0]
    values = [matrix_renyi_entropy(x, order=a, bandwidth=1.0) for a in (0.5, 1, 1.01, 2, 3)]
    assert (np.diff(values) <= 1e-9).all()


@pytest.mark.parametrize("order", [1.01, 2])
def test_law_gradients_are_those_of_finite_differences(order):
    x, y = (torch.from_numpy(z).requires_grad_() for z in pairs(5))
    options = {"order": order, "bandwidth": 0.9}
    assert torch.autograd.gradcheck(lambda a: matrix_renyi_entropy(a, **options), x)
    assert torch.autograd.gradcheck(
        lambda a, b: matrix_renyi_mutual_information(a, b, **options), (x, y)
    )


def test_a_matrix_of_ones_own_is_normalised():
    k = np.array(kernel(X, X, 1.0))
    scale = np.linspace(1, 3, 8)
    found = matrix_renyi_entropy(k * scale * scale[:, None], kernel="precomputed")
    assert found == pytest.approx(0.947619, abs=1e-6)


def test_flat_kernels_warn():
    with pytest.warns(PrecisionWarning, match="nearly 0 between different points of `x`"):
        assert matrix_renyi_entropy(X, bandwidth=1e-4) == pytest.approx(math.log(8), abs=1e-9)
    with pytest.warns(PrecisionWarning, match="nearly 1 for all pairs"):
        assert matrix_renyi_entropy(np.zeros(5), bandwidth=1.0) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (X, {"order": 0}, r"`order` must lie in \(0, inf\)"),
        (X, {"order": math.inf}, r"`order` must lie in \(0, inf\)"),
        (X, {"base": 1}, "`base` must be above 1"),
        ([1.0], {}, "`x` must hold at least 2 points"),
        ([[1.0, 1.0], [0.0, 0.0]], {"kernel": "linear"}, "`x` must have a kernel above 0"),
    ],
)
def test_bad_input_is_refused_by_name(x, options, message):
    with pytest.raises(ValueError, match=message):
        matrix_renyi_entropy(x, **options)
    with pytest.raises(ValueError, match=message):
        matrix_renyi_mutual_information(x, x, **options)
