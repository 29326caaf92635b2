import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.measures import support_overlap
from infomax.measures.generation import _support_overlap


def naive(real, generated, k):
    """The four shares in plain loops."""

    def radius(points, i):
        return sorted(np.linalg.norm(points[i] - p) for j, p in enumerate(points) if j != i)[k - 1]

    real_radii = [radius(real, i) for i in range(len(real))]
    generated_radii = [radius(generated, i) for i in range(len(generated))]
    distances = [[np.linalg.norm(g - r) for r in real] for g in generated]
    in_real = [[d <= r for d, r in zip(row, real_radii, strict=True)] for row in distances]
    in_generated = [
        [d <= r for d in row] for row, r in zip(distances, generated_radii, strict=True)
    ]
    return (
        np.mean([any(row) for row in in_real]),
        np.mean([any(column) for column in zip(*in_generated, strict=True)]),
        np.sum(in_real) / (k * len(generated)),
        np.mean([any(column) for column in zip(*in_real, strict=True)]),
    )


def shares(found):
    return (found.precision, found.recall, found.density, found.coverage)


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("d", [1, 3])
def test_naive_twin(k, d, monkeypatch):
    rng = np.random.default_rng(k)
    real, generated = rng.normal(size=(25, d)), 0.7 * rng.normal(size=(18, d)) + 0.5
    wanted = naive(real, generated, k)
    assert shares(support_overlap(real, generated, n_neighbors=k)) == pytest.approx(wanted)
    monkeypatch.setattr(_support_overlap, "_BLOCK", 60)  # a few rows at once
    assert shares(support_overlap(real, generated, n_neighbors=k)) == pytest.approx(wanted)
    tensors = torch.tensor(real), torch.tensor(generated)
    assert shares(support_overlap(*tensors, n_neighbors=k)) == pytest.approx(wanted)


def test_closed_form_apart_same_and_half():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(2, 200, 2)) + np.array([[[-50, 0]], [[50, 0]]])
    both = np.concatenate([left, right])
    assert shares(support_overlap(left, right)) == (0, 0, 0, 0)
    same = support_overlap(both, both)
    assert (same.precision, same.recall, same.coverage) == (1, 1, 1)
    half = support_overlap(both, left)
    assert (half.precision, half.recall, half.coverage) == (1, 0.5, 0.5)


def test_repeated_points_lie_in_their_own_support():
    x = 1e3 + np.repeat(np.random.default_rng(0).normal(size=(10, 6)), 4, axis=0)
    found = support_overlap(x, x)
    assert (found.precision, found.recall) == (1, 1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 4))
def test_law_swapping_the_sets_swaps_precision_and_recall(seed, k):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(12, 2)), rng.normal(size=(9, 2)) + 1
    one, other = support_overlap(a, b, n_neighbors=k), support_overlap(b, a, n_neighbors=k)
    assert (one.precision, one.recall) == (other.recall, other.precision)
    wider = support_overlap(a, b, n_neighbors=k + 1)
    assert wider.precision >= one.precision
    assert wider.recall >= one.recall
    assert one.coverage <= 1


def test_refusals():
    x = np.zeros((5, 2))
    with pytest.raises(ValueError, match="`generated` must have the width of `real`, 2, got 3"):
        support_overlap(x, np.zeros((5, 3)))
    with pytest.raises(ValueError, match="`generated` must hold at least 4 points, got 3"):
        support_overlap(x, x[:3])
    with pytest.raises(ValueError, match="`n_neighbors` must be a whole number"):
        support_overlap(x, x, n_neighbors=0)
    with pytest.raises(ValueError, match="`real` must be finite"):
        support_overlap(x + np.inf, x)
