import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from infomax.measures import infonce
from infomax.representation import InfoNCELoss, info_nce_loss

A = torch.sin(0.9 * torch.arange(12.0, dtype=torch.float64) + 0.1).reshape(4, 3)
B = torch.sin(0.8 * torch.arange(12.0, dtype=torch.float64) + 0.3).reshape(4, 3)


def test_closed_form_worked_values():
    assert InfoNCELoss(temperature=0.5)(A, B).item() == pytest.approx(0.506369, abs=1e-6)
    one_way = InfoNCELoss(temperature=0.5, symmetric=False)(A, B)
    assert one_way.item() == pytest.approx(0.511059, abs=1e-6)
    constant = InfoNCELoss(temperature=0.1)(torch.ones(5, 2), torch.ones(5, 2))
    assert constant.item() == pytest.approx(math.log(5), abs=1e-6)


def naive(scores, targets):
    total = 0.0
    for row, shares in zip(scores, targets, strict=True):
        for score, share in zip(row, shares, strict=True):
            total -= share * (score - math.log(sum(math.exp(s) for s in row)))
    return total / len(scores)


def test_naive_twin_loops_with_a_queue_and_shared_ids():
    more = torch.cos(torch.arange(6.0, dtype=torch.float64)).reshape(2, 3)
    ids = torch.tensor([7, 3, 7, 7])
    loss = InfoNCELoss(temperature=0.5)
    a, b, c = ((z / z.norm(dim=1, keepdim=True)).numpy() for z in (A, B, more))
    same = (ids[:, None] == ids).numpy() / np.array([[3], [1], [3], [3]])
    forth = naive(a @ np.concatenate([b, c]).T / 0.5, np.pad(same, ((0, 0), (0, 2))))
    back = naive(b @ a.T / 0.5, same.T)
    told = loss(A, B, negatives=more, ids=ids)
    assert told.item() == pytest.approx((forth + back) / 2, abs=1e-10)
    terms = loss.terms(A, B, negatives=more, ids=ids)
    assert terms["positive to anchor"].item() == pytest.approx(back / 2, abs=1e-10)
    assert sum(terms.values()).item() == pytest.approx(told.item(), abs=1e-12)


@given(st.integers(2, 9), st.booleans(), st.integers(0, 99))
def test_law_the_bound_is_log_n_less_the_loss(n, symmetric, seed):
    scores = torch.from_numpy(np.random.default_rng(seed).normal(size=(n, n)) / 9)
    loss = info_nce_loss(scores, symmetric=symmetric)
    bound = infonce(scores.requires_grad_(), symmetric=symmetric)
    assert loss.item() == pytest.approx(math.log(n) - bound.item(), abs=1e-10)


def test_law_an_empty_queue_and_a_full_mask_change_nothing():
    loss = InfoNCELoss(temperature=0.2)
    plain = loss(A, B)
    torch.testing.assert_close(loss(A, B, negatives=torch.zeros(0, 3).double()), plain)
    torch.testing.assert_close(loss(A, B, mask=torch.ones(4, 4, dtype=torch.bool)), plain)
    torch.testing.assert_close(loss(A, B, targets=torch.eye(4).double()), plain)
    torch.testing.assert_close(loss(3 * A, B / 2), plain)


def test_masked_candidates_do_not_count():
    mask = torch.eye(4, dtype=torch.bool) | torch.eye(4, dtype=torch.bool).roll(1, 1)
    scores = A @ B.T
    known = [
        math.log1p(math.exp(scores[i, (i + 1) % 4] - scores[i, i])) for i in range(4)
    ]  # one rival
    assert info_nce_loss(scores, mask=mask).item() == pytest.approx(np.mean(known), abs=1e-10)
    soft = torch.eye(4).double()
    told = info_nce_loss(scores, mask=mask, targets=soft)
    assert told.item() == pytest.approx(np.mean(known), abs=1e-10)


def test_a_learnable_temperature_moves_and_is_kept():
    loss = InfoNCELoss(temperature=0.5, learnable=True)
    loss(A.float(), B.float()).backward()
    assert loss.log_temperature.grad.abs() > 1e-3
    assert loss.state_dict()["log_temperature"].item() == pytest.approx(math.log(0.5))
    fixed = InfoNCELoss(temperature=0.5)
    assert list(fixed.parameters()) == []
    assert torch.autograd.gradcheck(fixed.double(), (A.clone().requires_grad_(), B))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: InfoNCELoss(temperature=0), "`temperature` must be above 0"),
        (lambda: InfoNCELoss(temperature=1)(A, B[:, :2]), "must have one shape"),
        (lambda: InfoNCELoss(temperature=1)(A[:1], B[:1]), "n of at least 2"),
        (lambda: InfoNCELoss(temperature=1)(A * math.nan, B), "`anchor` must be finite"),
        (lambda: InfoNCELoss(temperature=1)(A, B * 0), "`positive` must have no row of length 0"),
        (
            lambda: InfoNCELoss(temperature=1)(A, B, ids=torch.arange(4), targets=torch.eye(4)),
            "exclude each other",
        ),
        (lambda: InfoNCELoss(temperature=1)(A, B, ids=torch.arange(3)), "`ids` must have shape"),
        (lambda: info_nce_loss(A @ B.T, targets=torch.arange(3)), "`targets` must have shape"),
        (lambda: info_nce_loss(torch.zeros(3, 2)), "`scores` must have shape"),
        (lambda: info_nce_loss(torch.zeros(3)), "`scores` must have shape"),
        (lambda: info_nce_loss(torch.full((2, 2), math.inf)), "`scores` must be finite"),
        (lambda: info_nce_loss(torch.zeros(2, 3), symmetric=True), "`symmetric` wants"),
        (lambda: info_nce_loss(torch.zeros(2, 2), mask=torch.ones(2, 2)), "`mask` must be of bool"),
        (
            lambda: info_nce_loss(torch.zeros(2, 2), mask=~torch.eye(2, dtype=torch.bool)),
            "leave every row its partner, got none for row 0",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
