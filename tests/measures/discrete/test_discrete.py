import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from tests.strategies.distributions import (
    channels,
    distributions,
    full_distributions,
    joint_tables,
    label_lists,
)

from infomax.measures import (
    binary_entropy,
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    mutual_information,
)

# Toys of a few observations are not to be believed, and say so: see test_estimators.py and
# test_entropy_result.py.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::infomax.exceptions.{name}")
    for name in ("AssumptionWarning", "EstimatorCeilingWarning", "SmallSampleWarning")
]


@pytest.mark.parametrize("n", [1, 2, 7])
def test_closed_form_uniform(n):
    assert entropy(np.full(n, 1 / n)) == pytest.approx(math.log(n))
    assert entropy(samples=list(range(n))) == pytest.approx(math.log(n))
    assert entropy(counts=[3] * n) == pytest.approx(math.log(n))


def test_closed_form_symmetric_and_erasure_channels():
    flip, lost = 0.1, 0.3
    symmetric = [[(1 - flip) / 2, flip / 2], [flip / 2, (1 - flip) / 2]]
    assert mutual_information(symmetric) == pytest.approx(math.log(2) - binary_entropy(flip))
    erasure = [[(1 - lost) / 2, lost / 2, 0], [0, lost / 2, (1 - lost) / 2]]
    assert mutual_information(erasure, base=2) == pytest.approx(1 - lost)


def test_closed_form_exclusive_or():
    joint = np.zeros((2, 2, 2))
    for x in range(2):
        for y in range(2):
            joint[x, y, x ^ y] = 0.25
    assert mutual_information(joint.sum(axis=2)) == 0
    assert conditional_mutual_information(joint) == pytest.approx(math.log(2))


def test_closed_form_miller_madow():
    assert entropy(counts=[3, 1, 0], estimator="miller_madow") == pytest.approx(
        entropy([0.75, 0.25]) + 1 / 8
    )
    x, y = [0, 0, 1, 1], [0, 1, 0, 1]
    assert mutual_information(x, y, estimator="miller_madow") == pytest.approx(-1 / 8)


@given(distributions())
def test_law_entropy_lies_between_zero_and_log_support(p):
    assert 0 <= entropy(p) <= math.log(np.count_nonzero(p)) + 1e-12


@given(distributions(), distributions())
def test_law_entropy_of_independent_variables_adds(p, q):
    assert entropy(np.outer(p, q)) == pytest.approx(entropy(p) + entropy(q), abs=1e-10)


@given(joint_tables())
def test_law_information_is_symmetric_and_within_both_entropies(joint):
    value = mutual_information(joint)
    assert value == pytest.approx(mutual_information(joint.T), abs=1e-12)
    limit = min(entropy(joint.sum(axis=0)), entropy(joint.sum(axis=1)))
    assert 0 <= value <= limit + 1e-12


@given(joint_tables(n_axes=3))
def test_law_chain_rule(joint):
    whole = mutual_information(joint.reshape(joint.shape[0], -1))
    first = mutual_information(joint.sum(axis=1))
    rest = conditional_mutual_information(joint)
    assert whole == pytest.approx(first + rest, abs=1e-10)


@given(st.data(), joint_tables())
def test_law_data_processing(data, joint):
    channel = data.draw(channels(joint.shape[1]))
    assert mutual_information(joint @ channel) <= mutual_information(joint) + 1e-12


@given(label_lists(3))
def test_law_labels_and_their_table_agree(labels):
    x, y, z = labels
    table = np.zeros((7, 7, 7))
    for cell in zip(x, y, z, strict=True):
        table[tuple(i + 3 for i in cell)] += 1 / len(x)
    assert mutual_information(x, y) == pytest.approx(
        mutual_information(table.sum(axis=2)), abs=1e-10
    )
    assert conditional_mutual_information(x, y, z) == pytest.approx(
        conditional_mutual_information(table), abs=1e-10
    )
    assert entropy(samples=x) == pytest.approx(entropy(table.sum(axis=(1, 2))), abs=1e-10)


@given(label_lists(2))
def test_law_names_of_labels_do_not_matter(labels):
    x, y = labels
    value = mutual_information(x, y)
    for renamed in ([str(i) for i in x], [(i, "t") for i in x], np.array(x) * 10**12):
        assert mutual_information(renamed, y) == pytest.approx(value, abs=1e-12)
    sevenths = mutual_information([i / 7 for i in x], y, kind="discrete")
    assert sevenths == pytest.approx(value, abs=1e-12)
    for kind in (np.int8, np.float32, object):
        assert mutual_information(np.array(x, dtype=kind), y) == pytest.approx(value, abs=1e-12)


@given(label_lists(2), st.sampled_from(["plugin", "miller_madow"]))
def test_naive_twin_by_counting(labels, estimator):
    x, y = labels
    n = len(x)

    def loop(seen):
        counts = Counter(seen)
        value = -sum(c / n * math.log(c / n) for c in counts.values())
        return value + ((len(counts) - 1) / (2 * n) if estimator == "miller_madow" else 0)

    assert entropy(samples=x, estimator=estimator) == pytest.approx(loop(x), abs=1e-12)
    twin = loop(x) + loop(y) - loop(zip(x, y, strict=True))
    value = mutual_information(x, y, estimator=estimator)
    assert value == pytest.approx(twin, abs=1e-12)


def test_naive_twin_many_values():
    rng = np.random.default_rng(0)
    x, y, z = rng.integers(0, 10**15, 500), rng.integers(0, 400, 500), rng.integers(0, 2, 500)
    x[:100] = x[0]

    def loop(*seen):
        counts = Counter(zip(*(s.tolist() for s in seen), strict=True))
        return -sum(c / 500 * math.log(c / 500) for c in counts.values())

    assert mutual_information(x, y) == pytest.approx(loop(x) + loop(y) - loop(x, y), abs=1e-10)
    twin = loop(x, z) + loop(y, z) - loop(x, y, z) - loop(z)
    assert conditional_mutual_information(x, y, z) == pytest.approx(twin, abs=1e-10)


@given(joint_tables())
def test_law_sparse_tables_are_tables(joint):
    assert mutual_information(coo_array(joint)) == pytest.approx(
        mutual_information(joint), abs=1e-12
    )


def test_law_sparse_tables_sum_duplicates():
    doubled = coo_array(([0.25, 0.25, 0.5], ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    assert mutual_information(doubled) == pytest.approx(math.log(2))


@pytest.mark.peer
@settings(deadline=None)  # the peer loads at the first call
@given(joint_tables(), full_distributions())
def test_peer_scipy_and_scikit_learn(joint, p):
    stats = pytest.importorskip("scipy.stats")
    metrics = pytest.importorskip("sklearn.metrics")
    assert entropy(p, base=2) == pytest.approx(stats.entropy(p, base=2), abs=1e-12)
    counts = np.round(joint * 60).astype(int)
    x, y = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    if len(x):
        assert mutual_information(x, y) == pytest.approx(metrics.mutual_info_score(x, y), abs=1e-10)


@settings(deadline=None)  # torch loads at the first call
@given(joint_tables(n_axes=3))
def test_law_tensors_give_the_same_numbers_and_finite_gradients(joint):
    for function, table in (
        (entropy, joint),
        (mutual_information, joint.sum(axis=2)),
        (conditional_mutual_information, joint),
    ):
        tensor = torch.tensor(table, requires_grad=True)
        value = function(tensor)
        assert value.shape == ()
        assert value.item() == pytest.approx(function(table), abs=1e-12)
        value.backward()
        assert torch.isfinite(tensor.grad).all()


def test_law_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    table = torch.tensor(rng.dirichlet(np.ones(12)).reshape(2, 2, 3), requires_grad=True)

    def from_logits(logits, function):
        return function(torch.softmax(logits.flatten(), 0).reshape(logits.shape))

    for function in (entropy, conditional_mutual_information):
        assert torch.autograd.gradcheck(lambda t, f=function: from_logits(t, f), (table,))
    flat = table.detach().reshape(4, 3).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: from_logits(t, mutual_information), (flat,))


def test_law_tensors_of_any_precision_and_labels_pass():
    p = torch.softmax(torch.linspace(-3, 3, 1000, dtype=torch.float32), 0)
    value = entropy(p)
    assert value.dtype == torch.float32
    assert float(value) == pytest.approx(
        entropy(p.double().numpy() / p.double().sum().item()), 1e-5
    )
    labels = torch.tensor([0, 0, 1, 1])
    assert float(mutual_information(labels, labels)) == pytest.approx(math.log(2))
    assert mutual_information(labels, labels).shape == ()
    counts = torch.tensor([2, 1, 1])
    assert float(entropy(counts=counts)) == pytest.approx(1.5 * math.log(2), 1e-6)


@pytest.mark.parametrize("p", [0.0, 1.0, 0.25])
def test_closed_form_binary_entropy(p):
    assert binary_entropy(p) == pytest.approx(entropy([p, 1 - p]))


def test_law_bases_are_units():
    assert entropy([0.5, 0.5], base=2) == pytest.approx(1)
    assert isinstance(entropy([0.5, 0.5]), float)
    assert isinstance(mutual_information([0, 1], [0, 1]), float)
    with pytest.raises(ValueError, match="`base`"):
        entropy([0.5, 0.5], base=1)


BAD_TABLES = [
    [],
    [[]],
    [[0.5, np.nan]],
    [[0.5, np.inf]],
    [[1.5, -0.5]],
    [[0.5, 0.6]],
    "no",
]


@pytest.mark.parametrize("bad", BAD_TABLES)
def test_bad_tables_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`p`"):
        entropy(bad)
    with pytest.raises(ValueError, match="`x`"):
        mutual_information(bad)
    with pytest.raises(ValueError, match="`x`"):
        conditional_mutual_information([bad])


@pytest.mark.parametrize("bad", [[], [1, -1], [0, 0], [1, np.nan]])
def test_bad_counts_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`counts`"):
        entropy(counts=bad)


@pytest.mark.parametrize(
    "bad", [[], [0.0, np.nan], [[0, 1], [1, 0]], np.zeros((2, 2)), "ab", 3, [{}, {}], [np.nan, "a"]]
)
def test_bad_labels_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`samples`"):
        entropy(samples=bad)
    with pytest.raises(ValueError, match="`y`"):
        conditional_entropy([0, 1], bad)


def test_bad_combinations_are_refused():
    with pytest.raises(ValueError, match="exactly one"):
        entropy()
    with pytest.raises(ValueError, match="exactly one"):
        entropy([1.0], counts=[1])
    with pytest.raises(ValueError, match="`estimator`"):
        entropy(counts=[1], estimator="best")
    for function, p in ((entropy, [1.0]), (mutual_information, [[1.0]])):
        with pytest.raises(ValueError, match="`estimator`"):
            function(p, estimator="miller_madow")
    with pytest.raises(ValueError, match="`y`"):
        mutual_information([0, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="`z`"):
        conditional_mutual_information([0, 1], [0, 1])
    with pytest.raises(ValueError, match="`x`"):
        mutual_information([0.5, 0.5])
    with pytest.raises(ValueError, match="`p`"):
        binary_entropy(1.1)
    with pytest.raises(ValueError, match="`p`"):
        entropy(torch.tensor([0.5, np.nan]))


def test_law_labels_of_unlike_kinds_stay_apart():
    assert entropy(samples=[1, "1", None, (1,)]) == pytest.approx(math.log(4))
