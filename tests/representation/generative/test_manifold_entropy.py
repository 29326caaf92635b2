import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from infomax.exceptions import CollapseWarning
from infomax.networks import linear_ramp
from infomax.representation import ManifoldEntropyLoss, ReplayBufferEntropy

ROW, COLUMN = (
    torch.arange(5.0, dtype=torch.float64)[:, None],
    torch.arange(3.0, dtype=torch.float64),
)
BANK = torch.sin(1 + 3 * ROW + 7 * COLUMN)
CODES = torch.cos(2 + 5 * ROW + 3 * COLUMN)[:4]
METRICS = ("mean_squared", "euclidean", "cosine")


def entropy(z, bank=None, **options):
    return ManifoldEntropyLoss(weight=1.0, **options).terms(z, bank)["entropy"]


def naive(z, bank, metric, reduction):
    """The formula in plain loops; without bank, over the rest of the batch."""
    found = []
    for i, a in enumerate(z):
        others = bank if bank is not None else [b for j, b in enumerate(z) if j != i]
        if metric == "cosine":
            all_of = [1 - F.cosine_similarity(a, b, dim=0).item() for b in others]
        else:
            squares = [((a - b) ** 2).sum().item() for b in others]
            scale = len(a) if metric == "mean_squared" else 1
            all_of = [s / scale if metric == "mean_squared" else math.sqrt(s) for s in squares]
        found.append(min(all_of))
    if reduction == "mean_log":
        return sum(math.log(d) for d in found) / len(found)
    return math.log(sum(found) / len(found))


def test_closed_form_fixture():
    distances = ((CODES[:, None] - BANK) ** 2).mean(dim=2).min(dim=1).values
    wanted = torch.tensor([0.710142, 1.061112, 1.019756, 0.695566], dtype=torch.float64)
    torch.testing.assert_close(distances, wanted, atol=1e-6, rtol=0)
    assert entropy(CODES, BANK).exp().item() == pytest.approx(0.871644, abs=1e-6)
    assert ManifoldEntropyLoss(weight=1.0)(CODES, BANK).item() == pytest.approx(0.137374, abs=1e-6)
    mean_log = ManifoldEntropyLoss(weight=1.0, reduction="mean_log")
    assert mean_log(CODES, BANK).item() == pytest.approx(0.156610, abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("reduction", ["log_mean", "mean_log"])
@pytest.mark.parametrize("bank", [BANK, BANK[:1], None])
def test_naive_twin(metric, reduction, bank):
    found = entropy(CODES, bank, metric=metric, reduction=reduction).item()
    assert found == pytest.approx(naive(CODES, bank, metric, reduction), abs=1e-10)


def test_closed_form_gradient_points_away_from_the_nearest():
    z = CODES.clone().requires_grad_()
    ManifoldEntropyLoss(weight=1.0)(z, BANK).backward()
    nearest = BANK[torch.cdist(CODES, BANK).argmin(dim=1)]
    wanted = -2 / (4 * 3 * 0.8716440) * (CODES - nearest)
    torch.testing.assert_close(z.grad, wanted, atol=1e-6, rtol=0)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("bank", [BANK, None])
def test_law_gradient_by_finite_differences(metric, bank):
    z = CODES.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda z: entropy(z, bank, metric=metric), (z,))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5))
def test_law_jensen_and_scale(seed, n, d):
    generator = torch.Generator().manual_seed(seed)
    z, bank = torch.randn(2, n, d, generator=generator, dtype=torch.float64)
    log_mean, mean_log = entropy(z, bank), entropy(z, bank, reduction="mean_log")
    assert log_mean >= mean_log - 1e-12
    scaled = entropy(3 * z, 3 * bank)
    assert scaled.item() == pytest.approx(log_mean.item() + 2 * math.log(3), abs=1e-9)
    order = torch.randperm(n, generator=generator)
    assert entropy(z[order], bank).item() == pytest.approx(log_mean.item(), abs=1e-12)


def test_equality_in_jensen_where_distances_are_equal():
    z, bank = torch.eye(3, dtype=torch.float64), torch.zeros(1, 3, dtype=torch.float64)
    one, other = entropy(z, bank), entropy(z, bank, reduction="mean_log")
    assert one.item() == pytest.approx(other.item(), abs=1e-12)


@pytest.mark.parametrize("reduction", ["log_mean", "mean_log"])
def test_a_collapsed_batch_warns_and_stays_finite(reduction):
    loss = ManifoldEntropyLoss(weight=1.0, reduction=reduction)
    with pytest.warns(CollapseWarning, match="every embedding coincides"):
        value = loss(torch.ones(4, 2, requires_grad=True), torch.ones(3, 2))
    assert value.item() == pytest.approx(-math.log(1e-12), rel=1e-4)
    value.backward()


def test_weights_and_schedules():
    assert ManifoldEntropyLoss()(CODES, BANK).item() == pytest.approx(5e-4 * 0.137374, abs=1e-9)
    ramped = ManifoldEntropyLoss(weight=linear_ramp(2.0, 2))
    values = [ramped(CODES, BANK).item() / 0.137374 for _ in range(4)]
    assert values == pytest.approx([0, 1, 2, 2], abs=1e-4)
    ramped.eval()
    assert ramped(CODES, BANK).item() / 0.137374 == pytest.approx(2, abs=1e-4)
    resumed = ManifoldEntropyLoss(weight=linear_ramp(8.0, 8))
    resumed.load_state_dict(ramped.state_dict())
    assert resumed(CODES, BANK).item() / 0.137374 == pytest.approx(4, abs=1e-4)


def test_bank_gets_no_gradient_from_a_queue_and_holds_the_last_batches():
    loss = ReplayBufferEntropy(2, size=10, init="empty")
    batches = [torch.randn(4, 2, generator=torch.Generator().manual_seed(k)) for k in range(4)]
    for k, batch in enumerate(batches):
        value = loss(batch.requires_grad_())
        held = torch.cat(batches[: k + 1]).detach()[-10:]
        torch.testing.assert_close(loss.bank.features(), held)
        value.backward()
    loss.eval()
    loss(batches[0])
    torch.testing.assert_close(loss.bank.features(), held)


def test_naive_twin_of_the_bank_over_steps():
    loss = ReplayBufferEntropy(3, size=6, weight=0.5, random_state=0).double()
    bank = loss.bank.features(use_unfilled=True)
    for k in range(5):
        batch = CODES * (k + 1)
        found = loss(batch).item()
        assert found == pytest.approx(-0.5 * naive(batch, bank, "mean_squared", "log_mean"))
        bank = torch.cat([bank, batch])[-6:]


def test_released_bank_shrinks_to_one_row_a_position():
    loss = ReplayBufferEntropy(3, size=1024, convention="released", random_state=0)
    generator = torch.Generator().manual_seed(0)
    held, first = [], loss.bank.rows[:, 0].clone()
    for _ in range(20):
        batch = torch.randn(64, 3, generator=generator)
        loss(batch)
        held.append(len(loss.bank.rows))
    assert held[0] == 961
    assert held[14:20] == [79, 16, 1, 1, 1, 1]
    torch.testing.assert_close(loss.bank.rows[0], batch)
    assert first.abs().max() <= 1


def test_naive_twin_of_the_released_bank():
    """Rows by position: each embedding is compared with those of its own place in the batch."""
    loss = ReplayBufferEntropy(
        3, size=9, convention="released", weight=1.0, random_state=1
    ).double()
    rows = [[row.clone() for row in loss.bank.rows[:, 0]] for _ in range(4)]
    for k in range(5):
        batch = CODES * (1 + k)
        least = [
            min(((z - row) ** 2).mean().item() for row in of)
            for z, of in zip(batch, rows, strict=True)
        ]
        assert loss(batch).item() == pytest.approx(-math.log(sum(least) / 4), abs=1e-10)
        rows = [[*of[4:], z.clone()] for z, of in zip(batch, rows, strict=True)]


def test_released_state_travels():
    one = ReplayBufferEntropy(3, size=100, convention="released", random_state=0)
    for seed in range(3):
        one(torch.randn(4, 3, generator=torch.Generator().manual_seed(seed)))
    other = ReplayBufferEntropy(3, size=100, convention="released", random_state=5)
    other.load_state_dict(one.state_dict())
    torch.testing.assert_close(other.bank.rows, one.bank.rows)
    cosine = ReplayBufferEntropy(3, convention="released", metric="cosine", random_state=0)
    assert cosine(torch.randn(4, 3, generator=torch.Generator().manual_seed(0))).isfinite()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ManifoldEntropyLoss(weight=-1.0), r"`weight` must lie in \[0, inf\), got -1.0"),
        (lambda: ManifoldEntropyLoss(metric="l1"), "`metric` must be one of 'mean_squared'"),
        (lambda: ManifoldEntropyLoss(reduction="sum"), "`reduction` must be one of 'log_mean'"),
        (lambda: ReplayBufferEntropy(0), "`n_dims` must be a whole number of at least 1, got 0"),
        (lambda: ReplayBufferEntropy(2, convention="x"), "`convention` must be one of 'paper'"),
        (lambda: entropy(CODES, BANK[:, :2]), "`bank` must have the width of `z`, 3, got 2"),
        (lambda: entropy(CODES[:1]), "`z` must hold two embeddings or more without a `bank`"),
        (lambda: entropy(CODES * math.nan, BANK), "`z` must be finite, got NaN"),
        (lambda: entropy(CODES, BANK * math.inf), "`bank` must be finite, got NaN or infinity"),
        (lambda: entropy(CODES.int(), BANK), "`z` must hold real numbers, got torch.int32"),
        (lambda: entropy(CODES[0], BANK), r"`z` must have shape \(n, n_dims\), got \(3,\)"),
        (
            lambda: ManifoldEntropyLoss(weight=lambda _: -1.0)(CODES, BANK),
            "`weight` must lie in",
        ),
        (
            lambda: ReplayBufferEntropy(2)(CODES.float()),
            "`bank` must have the width of `z`, 3, got 2",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_released_bank_refuses_batches_of_another_size():
    loss = ReplayBufferEntropy(3, convention="released")
    loss(torch.randn(4, 3))
    with pytest.raises(ValueError, match="`z` must have the shape of the batch before"):
        loss(torch.randn(5, 3))
