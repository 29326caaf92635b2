import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.neighbors.neighbor_loops import loops_ross

from infomax.exceptions import AssumptionWarning, PrecisionWarning, SmallSampleWarning
from infomax.measures import ross_mutual_information, ross_mutual_information_result


def two_uniforms(n, apart, seed):
    """Uniform on [0, 1] or on [apart, 1 + apart]: apart log 2 nats."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    return rng.random(n) + apart * labels, labels


@pytest.mark.parametrize("apart", [0.0, 0.5, 1.0])
def test_closed_form_two_uniforms(apart):
    found = ross_mutual_information_result(*two_uniforms(3000, apart, 0))
    known = apart * math.log(2)
    assert found.value == pytest.approx(known, abs=4 * found.standard_error + 0.01)
    assert found.value <= found.ceiling + 1e-9


@pytest.mark.parametrize("k", [1, 3])
def test_naive_twin_few_of_a_kind_included(k):
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], [2, 4, 20, 30])
    for x in (rng.normal(size=56) + labels, rng.normal(size=(56, 3))):
        found = ross_mutual_information_result(x, labels, n_neighbors=k)
        np.testing.assert_allclose(found.local, loops_ross(x, labels, k), atol=1e-12)


@given(st.integers(0, 10**6))
def test_law_names_of_labels_and_order_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=40), rng.integers(0, 2, 40)
    labels[:4] = [0, 0, 1, 1]
    value = ross_mutual_information(x, labels)
    order = rng.permutation(40)
    words = np.array(["no", "yes"])[labels]
    assert ross_mutual_information(x[order], words[order]) == pytest.approx(value, abs=1e-12)


@pytest.mark.peer
def test_peer_scikit_learn_without_its_noise():
    inner = pytest.importorskip("sklearn.feature_selection._mutual_info")._compute_mi_cd
    x, labels = two_uniforms(500, 0.5, 0)
    labels[0] = 7
    with pytest.warns(SmallSampleWarning, match="1 of 500 points are left out"):
        value = ross_mutual_information(x, labels)
    assert value == pytest.approx(inner(x, labels, 3), abs=1e-12)


def test_one_label_warns_and_tells_nothing():
    x, _ = two_uniforms(50, 0.5, 0)
    with pytest.warns(AssumptionWarning, match="`labels` holds one label only"):
        assert ross_mutual_information(x, ["a"] * 50) == pytest.approx(0, abs=1e-12)


def test_tensors_and_bases():
    x, labels = two_uniforms(100, 0.5, 0)
    nats = ross_mutual_information(x, labels)
    value = ross_mutual_information(torch.tensor(x), torch.tensor(labels), base=2)
    assert value.item() == pytest.approx(nats / math.log(2))


def test_bad_input_warns_or_is_refused_by_name():
    x, labels = two_uniforms(50, 0.5, 0)
    with pytest.raises(ValueError, match=r"`labels` must be as many as `x` \(50\), got 49"):
        ross_mutual_information(x, labels[1:])
    with pytest.raises(ValueError, match="`labels` must hold a label that comes twice"):
        ross_mutual_information(x, x)
    with pytest.raises(ValueError, match="`labels` must be a sequence"):
        ross_mutual_information(x, "words")
    with pytest.raises(ValueError, match="`n_neighbors` must be below"):
        ross_mutual_information(x, labels, n_neighbors=50)
    with pytest.warns(AssumptionWarning, match="`x` holds whole numbers"):
        ross_mutual_information(labels, labels)
    with pytest.warns(PrecisionWarning, match="points of `x` repeat another"):
        ross_mutual_information(np.round(x, 1), labels)
