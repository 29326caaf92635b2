"""Local linear embedding, isometric mapping and manifold matching."""

import math

import pytest
import torch
from torch import nn

from infomax.representation import (
    IsometricMappingLoss,
    LocalLinearEmbeddingLoss,
    ManifoldMatchingGANLoss,
)
from infomax.representation.generative._local_linear_embedding import flipped


def pictures(seed=0, n=6):
    return torch.randn(n, 1, 4, 4, generator=torch.Generator().manual_seed(seed))


def linear(seed=0, bias=False):
    layer = nn.Linear(4, 3, bias=bias)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(generator=generator)
    return layer


def test_closed_form_an_embedding_that_flips_do_not_change_has_no_loss():
    loss = LocalLinearEmbeddingLoss(noise=0.0, random_state=0)
    assert loss(lambda x: x.mean(dim=(1, 2, 3))[:, None], pictures()).item() < 1e-12
    assert loss(lambda x: x[:, 0, 0], pictures()).item() > 0.1


def test_closed_form_noise_of_points_through_a_linear_map():
    layer = linear()
    x = torch.randn(50_000, 4, generator=torch.Generator().manual_seed(1))
    found = LocalLinearEmbeddingLoss(noise=0.1, random_state=0)(layer, x)
    wanted = 0.01 * layer.weight.square().sum() / 3
    torch.testing.assert_close(found, wanted, rtol=0.02, atol=0)


def test_naive_twin_of_a_transform():
    loss = LocalLinearEmbeddingLoss(transform=lambda x, _: 2 * x, noise=0.0)
    x = torch.tensor([[1.0, -2.0], [0.5, 4.0]])
    wanted = sum((a - 2 * a) ** 2 for a in (1, -2, 0.5, 4)) / 4
    assert loss(lambda x: x, x).item() == pytest.approx(wanted)
    assert loss(lambda x: x, x, z=2 * x).item() == 0


def test_flips_are_along_height_or_width_and_both_come():
    x, generator = pictures(), torch.Generator().manual_seed(0)
    seen = set()
    for _ in range(20):
        changed = flipped(x, generator)
        seen.add(
            "height"
            if torch.equal(changed, x.flip(2))
            else "width" * torch.equal(changed, x.flip(3))
        )
    assert seen == {"height", "width"}
    points = torch.ones(3, 2)
    assert flipped(points, generator) is points


def test_local_target_gets_no_gradient():
    """The gradient is that of the distance to a target held still."""
    layer = linear()
    x = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    loss = LocalLinearEmbeddingLoss(transform=lambda x, _: 3 * x, noise=0.0)
    loss(layer, x).backward()
    found = layer.weight.grad.clone()
    target = layer(3 * x).detach()
    layer.zero_grad()
    (layer(x) - target).square().mean().backward()
    torch.testing.assert_close(found, layer.weight.grad)


def test_closed_form_isometry_of_a_linear_map_is_the_noise_alone():
    real, fake = torch.randn(2, 40_000, 4, generator=torch.Generator().manual_seed(0))
    found = IsometricMappingLoss(random_state=0)(linear(), real, fake).item()
    assert found == pytest.approx(0.0025, rel=0.02)
    silent = IsometricMappingLoss(noise=0.0, random_state=0)
    assert silent(linear(), real, fake).item() < 1e-9
    assert silent(torch.square, real, fake).item() > 0.1
    cosine = IsometricMappingLoss(noise=0.0, metric="cosine", random_state=0)
    assert cosine(linear(), real, fake).item() == pytest.approx(0, abs=1e-5)


def test_naive_twin_isometry_of_squares():
    real, fake = torch.randn(
        2, 7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
    )
    loss = IsometricMappingLoss(noise=0.0, random_state=3)
    alpha = IsometricMappingLoss(noise=0.0, random_state=3)._shares(real).flatten().tolist()
    total = 0.0
    for a, x, y in zip(alpha, real.tolist(), fake.tolist(), strict=True):
        for p, q in zip(x, y, strict=True):
            total += ((a * p + (1 - a) * q) ** 2 - (a * p**2 + (1 - a) * q**2)) ** 2 / 14
    assert loss(torch.square, real, fake).item() == pytest.approx(total, abs=1e-10)
    given = IsometricMappingLoss(noise=0.0, random_state=3)
    known = given(torch.square, real, fake, real.square(), fake.square())
    assert known.item() == pytest.approx(total, abs=1e-10)


@pytest.mark.parametrize(
    ("mixing", "mean", "variance"),
    [("normal", 0, 1), ("uniform", 0.5, 1 / 12), ("beta", 0.5, 1 / 8)],
)
def test_closed_form_moments_of_the_mixing_share(mixing, mean, variance):
    shares = IsometricMappingLoss(mixing=mixing, random_state=0)._shares(torch.zeros(40_000, 1))
    assert shares.mean().item() == pytest.approx(mean, abs=0.02)
    assert shares.var().item() == pytest.approx(variance, rel=0.03)
    if mixing != "normal":
        assert 0 <= shares.min() <= shares.max() <= 1


def test_isometry_target_gets_no_gradient():
    layer = linear(bias=True)
    real, fake = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0))
    z_real, z_fake = layer(real), layer(fake)
    z_real.retain_grad()
    IsometricMappingLoss(random_state=0)(layer, real, fake, z_real, z_fake).backward()
    assert z_real.grad is None
    assert layer.weight.grad.abs().sum() > 0


def test_streams_of_noise_are_resumed_with_the_state():
    one, other = (IsometricMappingLoss(random_state=seed) for seed in (0, 1))
    real, fake = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0))
    one(torch.square, real, fake)
    other.load_state_dict(one.state_dict())
    assert one(torch.square, real, fake) == other(torch.square, real, fake)


def test_closed_form_matching():
    loss = ManifoldMatchingGANLoss()
    real, fake = torch.full((4, 3), 2.0), torch.full((5, 3), -1.0, requires_grad=True)
    assert loss(real, fake).item() == loss.discriminator(real, fake).item() == -3
    assert loss.generator(fake).item() == 1
    loss.generator(fake).backward()
    torch.testing.assert_close(fake.grad, torch.full((5, 3), -1 / 15))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LocalLinearEmbeddingLoss(noise=-1.0), "`noise` must be at least 0, got -1.0"),
        (lambda: IsometricMappingLoss(noise=-1.0), "`noise` must be at least 0, got -1.0"),
        (lambda: IsometricMappingLoss(mixing="even"), "`mixing` must be one of 'normal'"),
        (lambda: IsometricMappingLoss(metric="l1"), "`metric` must be one of 'mean_squared'"),
        (
            lambda: IsometricMappingLoss()(torch.square, torch.zeros(3, 2), torch.zeros(4, 2)),
            r"`x_fake` must have the shape of `x_real`, \(3, 2\), got \(4, 2\)",
        ),
        (
            lambda: ManifoldMatchingGANLoss()(torch.zeros(3, 2), torch.zeros(3)),
            "`z_fake` must have shape",
        ),
        (
            lambda: ManifoldMatchingGANLoss().generator(torch.full((3, 2), math.nan)),
            "`z_fake` must be finite",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
