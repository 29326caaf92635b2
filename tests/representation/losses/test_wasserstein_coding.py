import pytest
import torch
from torch import nn

from infomax.measures import (
    BilinearCritic,
    ConcatenatedCritic,
    SeparableCritic,
    gradient_penalty,
    infonce,
    wasserstein_dependency,
)
from infomax.networks import MLP
from infomax.representation import (
    WassersteinDependencyLoss,
    WassersteinPredictiveCodingLoss,
    info_nce_loss,
)

LOSSES = (WassersteinPredictiveCodingLoss, WassersteinDependencyLoss)


def views(n=6):
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, n, 4, generator=generator)
    return x, y


def critic(seed=0):
    encoders = [MLP(4, (8,), 3, activation="tanh", random_state=seed + i) for i in range(2)]
    return BilinearCritic(*encoders, n_dims_x=3, random_state=seed)


@pytest.mark.parametrize("at", ["product", "joint"])
@pytest.mark.parametrize("two_sided", [True, False])
def test_law_the_penalty_is_that_of_the_measure(at, two_sided):
    x, y = views()
    f = critic()
    for loss in LOSSES:
        terms = loss(f, penalty=3, at=at, two_sided=two_sided).terms(x, y)
        known = 3 * gradient_penalty(f, x, y, at=at, two_sided=two_sided)
        torch.testing.assert_close(terms["penalty"], known)
    assert not x.requires_grad


def test_law_no_weight_is_plain_infonce_and_trains_alike():
    x, y = views()
    weights = []
    for plain in (True, False):
        f = critic()
        loss = WassersteinPredictiveCodingLoss(f, penalty=0)
        optimizer = torch.optim.Adam(f.parameters(), lr=0.01)
        for _ in range(5):
            value = info_nce_loss(f(x, y)) if plain else loss(x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        weights.append(torch.cat([p.detach().flatten() for p in f.parameters()]))
    assert torch.equal(*weights)


def test_naive_twin_of_both_contrasts():
    x, y = views()
    f = critic()
    scores = f(x, y).detach()
    contrast = WassersteinPredictiveCodingLoss(f).terms(x, y)["contrast"]
    bound = torch.log(torch.tensor(6.0)) - infonce(scores)
    torch.testing.assert_close(contrast, bound)
    joint = sum(float(scores[i, i]) for i in range(6)) / 6
    apart = sum(float(scores[i, j]) for i in range(6) for j in range(6) if i != j) / 30
    told = WassersteinDependencyLoss(f).terms(x, y)["contrast"]
    assert told.item() == pytest.approx(apart - joint, abs=1e-6)


def test_closed_form_a_plane_has_slope_five():
    class Plane(nn.Module):
        def forward(self, x, y):
            return 3 * x[:, :1] + 4 * y[:, :1].T

    x, y = views()
    for at in ("product", "joint", "interpolate"):
        loss = WassersteinDependencyLoss(Plane(), penalty=0.5, at=at, random_state=0)
        assert loss.terms(x, y)["penalty"].item() == pytest.approx(8)


def test_law_a_trained_critic_comes_near_the_exact_dependency_from_below():
    rows, columns = torch.arange(8.0)[:, None], torch.arange(2.0)[None]
    x, y = torch.sin(1 + 3 * rows + 7 * columns), torch.cos(2 + 5 * rows + 3 * columns)
    exact = wasserstein_dependency(x, y, ground="euclidean").item()
    f = ConcatenatedCritic(MLP(4, (64, 64), 1, random_state=0))
    loss = WassersteinDependencyLoss(f, penalty=10, two_sided=False)
    optimizer = torch.optim.Adam(f.parameters(), lr=3e-3)
    generator = torch.Generator().manual_seed(0)
    for _ in range(400):
        order = torch.randperm(8, generator=generator)
        optimizer.zero_grad()
        loss(x[order], y[order]).backward()
        optimizer.step()
    with torch.no_grad():
        scores = f(x, y)
    value = (scores.diagonal().mean() - scores.mean()).item()
    assert 0.8 * exact < value < 1.05 * exact
    # Divided by its steepest rise between any two of the pairs, it is a bound.
    pairs = torch.cat([x[:, None].expand(8, 8, 2), y[None].expand(8, 8, 2)], dim=2).flatten(0, 1)
    apart = torch.cdist(pairs, pairs)
    rises = (scores.flatten()[:, None] - scores.flatten()).abs()
    assert value / (rises[apart > 0] / apart[apart > 0]).max().item() < exact


def test_schedules_count_steps_and_go_into_the_state():
    x, y = views()
    loss = WassersteinPredictiveCodingLoss(critic(), penalty=float)
    assert set(loss.terms(x, y)) == {"contrast"}
    loss(x, y)
    first = loss.terms(x, y)["penalty"]
    loss(x, y)
    torch.testing.assert_close(loss.terms(x, y)["penalty"], 2 * first)
    assert loss.state_dict()["penalty.step"].item() == 2
    loss.eval()
    loss(x, y)
    assert loss.penalty.step.item() == 2


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda loss: loss(critic(), penalty=-1), "`penalty` must lie in"),
        (lambda loss: loss(critic(), at="here"), "`at` must be one of"),
        (lambda loss: loss(critic())(*views(1)), "at least 2, got 1 and 1"),
        (lambda loss: loss(critic())(views(3)[0], views(4)[1]), "got 3 and 4"),
        (lambda loss: loss(critic())(views()[0] * torch.nan, views()[1]), "must be finite"),
        (lambda loss: loss(nn.Bilinear(4, 4, 1))(*views()), "`critic` must return scores of shape"),
        (
            lambda loss: loss(critic(), penalty=lambda step: step - 1)(*views()),
            "`penalty` must lie in",
        ),
    ],
)
def test_bad_input_is_refused_by_name(loss, call, message):
    with pytest.raises(ValueError, match=message):
        call(loss)


def test_one_encoder_can_serve_both_views():
    x, y = views()
    f = SeparableCritic(MLP(4, (8,), 3, random_state=0))
    WassersteinPredictiveCodingLoss(f)(x, y).backward()
    assert all(torch.isfinite(p.grad).all() for p in f.parameters())
