import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from infomax.networks import FeatureQueue


@given(st.integers(1, 7), st.lists(st.integers(0, 10), max_size=8))
def test_law_it_holds_the_last_rows_in_their_order(size, batches):
    queue = FeatureQueue(size, 2, init="empty")
    came = torch.zeros(0, 2)
    for n in batches:
        batch = torch.arange(2.0 * n).reshape(n, 2) + 100 * len(came)
        queue.enqueue(batch)
        came = torch.cat([came, batch])
    torch.testing.assert_close(queue.features(), came[-size:])
    assert queue.n_filled == min(size, len(came))


def test_first_vectors_stand_until_they_are_written_over():
    queue = FeatureQueue(4, 3, random_state=0)
    assert queue.features().shape == (0, 3)
    first = queue.features(use_unfilled=True)
    torch.testing.assert_close(first.norm(dim=1), torch.ones(4))
    queue.enqueue(torch.zeros(3, 3))
    held = queue.features(use_unfilled=True)
    torch.testing.assert_close(held, torch.cat([first[3:], torch.zeros(3, 3)]))
    torch.testing.assert_close(queue.features(), torch.zeros(3, 3))
    uniform = FeatureQueue(500, 3, init="uniform", random_state=1).features(use_unfilled=True)
    assert uniform.abs().max() < 1
    assert uniform.mean().abs() < 0.1
    assert (uniform < 0).any()


def test_same_seed_same_vectors_and_no_global_draw():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    one, other = (FeatureQueue(3, 2, random_state=5).rows for _ in range(2))
    torch.testing.assert_close(one, other)
    torch.testing.assert_close(torch.rand(1), expected)


def test_the_state_travels_and_carries_no_gradient():
    queue = FeatureQueue(3, 2, init="empty")
    z = torch.ones(2, 2, requires_grad=True)
    queue.enqueue(2 * z)
    assert not queue.features().requires_grad
    copy = FeatureQueue(3, 2, init="empty")
    copy.load_state_dict(queue.state_dict())
    copy.enqueue(torch.zeros(2, 2))
    torch.testing.assert_close(copy.features(), torch.tensor([[2.0, 2], [0, 0], [0, 0]]))
    assert queue.n_filled == 2


def test_what_features_returned_does_not_change_later():
    queue = FeatureQueue(2, 1)
    queue.enqueue(torch.zeros(2, 1))
    held = queue.features()
    before = held.clone()
    queue.enqueue(torch.ones(2, 1))
    torch.testing.assert_close(held, before)


def test_refusals():
    with pytest.raises(ValueError, match="`size` must be a whole number of at least 1, got 0"):
        FeatureQueue(0, 2)
    with pytest.raises(ValueError, match="`init` must be one of 'unit', 'uniform', 'empty'"):
        FeatureQueue(2, 2, init="zero")
    queue = FeatureQueue(2, 2)
    with pytest.raises(ValueError, match=r"`features` must have shape \(n, 2\), got \(3, 1\)"):
        queue.enqueue(torch.zeros(3, 1))
    with pytest.raises(ValueError, match="`features` must be finite"):
        queue.enqueue(torch.full((1, 2), float("nan")))
