import math

import pytest
import torch

from infomax.representation import DCGANEmbedder, DCGANGenerator, PointEmbedder, PointGenerator


@pytest.mark.parametrize("size", [8, 10, 14, 28, 32])
def test_pictures_of_any_doubled_size(size):
    latent = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
    pictures = DCGANGenerator(size, 3, width=2, n_latent=5, random_state=0)(latent)
    assert pictures.shape == (3, 3, size, size)
    assert pictures.abs().max() <= 1
    embedder = DCGANEmbedder(size, 3, width=2, n_dims=4, random_state=0)
    assert embedder(pictures).shape == embedder.embed(pictures).shape == (3, 4)


def test_the_paper_s_widths_at_32_pixels():
    generator, embedder = DCGANGenerator(32, 3), DCGANEmbedder(32, 3)
    shapes = [tuple(p.shape) for p in generator.parameters() if p.ndim == 4]
    assert shapes == [(64, 512, 4, 4), (512, 256, 4, 4), (256, 128, 4, 4), (128, 3, 4, 4)]
    shapes = [tuple(p.shape) for p in embedder.parameters()]
    assert shapes == [(128, 3, 4, 4), (256, 128, 4, 4), (512, 256, 4, 4), (32, 512 * 16)]
    convolution = embedder.layers[0].parametrizations.weight.original
    assert convolution.std().item() == pytest.approx(0.02, rel=0.1)


MAKERS = {
    (6,): lambda: PointEmbedder(6, n_hidden=(16, 16), n_dims=4, random_state=0),
    (1, 8, 8): lambda: DCGANEmbedder(8, 1, width=4, n_dims=4, random_state=0),
}


@pytest.mark.parametrize("shape", MAKERS, ids=["points", "pictures"])
def test_law_layers_have_spectral_norm_one(shape):
    embedder = MAKERS[shape]()
    x = torch.randn(5, *shape, generator=torch.Generator().manual_seed(0))
    for _ in range(30):  # power iterations
        embedder(x)
    embedder.eval()
    weights = [m.weight for m in embedder.modules() if hasattr(m, "parametrizations")]
    assert len(weights) >= 2
    for weight in weights:
        assert torch.linalg.matrix_norm(weight.flatten(1), 2).item() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("shape", MAKERS, ids=["points", "pictures"])
def test_noise_is_fresh_and_has_the_mean_and_deviation_of_the_head(shape):
    embedder = MAKERS[shape]()
    embedder.eval()
    x = torch.randn(1, *shape, generator=torch.Generator().manual_seed(0)).expand(20_000, *shape)
    with torch.no_grad():
        z, mean = embedder(x), embedder.embed(x[:1])[0]
        deviation = (embedder.head.layer(embedder.layers(x[:1]))[0, 4:] / 2).exp()
    torch.testing.assert_close(z.mean(dim=0), mean, atol=0.04, rtol=0)
    torch.testing.assert_close(z.std(dim=0), deviation, atol=0, rtol=0.04)


def test_points_of_a_bounded_embedder_do_not_move_apart():
    embedder = PointEmbedder(3, n_dims=4, random_state=0).eval()
    a, b = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        moved = (embedder.embed(a) - embedder.embed(b)).norm(dim=1)
    assert (moved <= 1.05 * (a - b).norm(dim=1)).all()


def test_same_seed_same_network_and_no_global_draw():
    makers = (
        lambda seed: PointGenerator(2, random_state=seed),
        lambda seed: PointEmbedder(2, random_state=seed),
        lambda seed: DCGANGenerator(8, 1, width=2, random_state=seed),
        lambda seed: DCGANEmbedder(8, 1, width=2, random_state=seed),
    )
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    for make in makers:
        one, same, other = (make(seed).state_dict() for seed in (0, 0, 1))
        assert all(torch.equal(one[key], same[key]) for key in one)
        assert not all(torch.equal(one[key], other[key]) for key in one)
    torch.testing.assert_close(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DCGANGenerator(4, 1), "`image_size` must be a whole number of at least 8, got 4"),
        (lambda: DCGANGenerator(9, 1), "`image_size` must be 4, 5, 6 or 7 doubled, got 9"),
        (lambda: DCGANEmbedder(30, 1), "`image_size` must be 4, 5, 6 or 7 doubled, got 30"),
        (lambda: DCGANEmbedder(8, 1, n_dims=0), "`n_dims` must be a whole number"),
        (lambda: DCGANGenerator(8, 1, width=0), "`width` must be a whole number"),
        (lambda: PointGenerator(0), "`n_inputs`|`n_outputs`"),
        (lambda: PointEmbedder(2, n_hidden=(0,)), "`n_hidden` must be a whole number"),
        (lambda: PointGenerator(2, n_latent=math.nan), "`n_latent` must be a whole number"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()
