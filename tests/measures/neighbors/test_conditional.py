import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.neighbors.neighbor_loops import loops_conditional

from infomax.exceptions import AssumptionWarning, PrecisionWarning
from infomax.measures import (
    ksg_conditional_mutual_information,
    ksg_conditional_mutual_information_result,
)


@pytest.mark.parametrize(("weight", "known"), [(0.0, 0.0), (1.0, math.log(2) / 2)])
def test_closed_form_gaussian(weight, known):
    """Given z, y = weight x + z + e shares ½ log(1 + weight²) nats with x."""
    rng = np.random.default_rng(0)
    x, z, e = rng.normal(size=(3, 3000))
    found = ksg_conditional_mutual_information_result(x, weight * x + z + e, z)
    assert found.value == pytest.approx(known, abs=4 * found.standard_error + 0.03)


def test_closed_form_a_common_cause_explains_all():
    rng = np.random.default_rng(1)
    z, e, f = rng.normal(size=(3, 3000))
    assert abs(ksg_conditional_mutual_information(z + e, z + f, z)) < 0.04


@pytest.mark.parametrize("metric", ["chebyshev", "euclidean"])
@pytest.mark.parametrize(("dims", "k"), [((1, 1, 1), 3), ((2, 1, 2), 2), ((1, 2, 3), 1)])
def test_naive_twin(metric, dims, k):
    rng = np.random.default_rng(k)
    x, y, z = (rng.normal(size=(50, d)) for d in dims)
    y += x[:, :1]
    found = ksg_conditional_mutual_information_result(x, y, z, n_neighbors=k, metric=metric)
    np.testing.assert_allclose(found.local, loops_conditional(x, y, z, k, metric), atol=1e-12)


@given(st.integers(0, 10**6))
def test_law_symmetric_and_blind_to_order(seed):
    rng = np.random.default_rng(seed)
    x, y, z = rng.normal(size=(3, 40))
    value = ksg_conditional_mutual_information(x, y, z)
    order = rng.permutation(40)
    assert ksg_conditional_mutual_information(y, x, z) == pytest.approx(value, abs=1e-12)
    assert ksg_conditional_mutual_information(x[order], y[order], z[order]) == pytest.approx(value)


@pytest.mark.peer
def test_peer_infomeasure_without_its_noise():
    infomeasure = pytest.importorskip("infomeasure")
    rng = np.random.default_rng(0)
    x, y, z = rng.normal(size=(3, 300, 2))
    y += x
    options = {"approach": "ksg", "k": 3, "noise_level": 0, "base": "e"}
    theirs = infomeasure.conditional_mutual_information(x, y, cond=z, **options)
    assert ksg_conditional_mutual_information(x, y, z) == pytest.approx(theirs, abs=1e-9)


def test_tensors_give_a_tensor_without_history():
    x, y, z = torch.randn(3, 50, generator=torch.manual_seed(0))
    value = ksg_conditional_mutual_information(x.requires_grad_(), y, z)
    assert value.shape == ()
    assert value.dtype == torch.float32
    assert not value.requires_grad


def test_bad_input_warns_or_is_refused_by_name():
    x, y, z = np.random.default_rng(0).normal(size=(3, 50))
    with pytest.raises(ValueError, match="`z` must have as many points as `x`"):
        ksg_conditional_mutual_information(x, y, z[:10])
    with pytest.raises(ValueError, match="`metric` must be one of"):
        ksg_conditional_mutual_information(x, y, z, metric="taxi")
    with pytest.warns(AssumptionWarning, match="column 0 of `z` is constant"):
        ksg_conditional_mutual_information(x, y, np.zeros(50))
    with pytest.warns(PrecisionWarning, match="points of `z` repeat another"):
        ksg_conditional_mutual_information(x, y, np.round(z, 1))
