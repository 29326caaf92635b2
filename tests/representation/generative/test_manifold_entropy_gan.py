"""The objective, the alternating training and the estimator."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from torch import nn

from infomax.exceptions import CollapseWarning
from infomax.measures import frechet_distance
from infomax.networks import TrainingState
from infomax.representation import (
    ManifoldEntropyGAN,
    ManifoldEntropyObjective,
    PointEmbedder,
    PointGenerator,
    train_adversarial,
)

SMALL = {"n_hidden": (16,), "random_state": 0}


def cloud(n=200, seed=0):
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(seed))


def learn(n_steps, state=None, **options):
    generator = PointGenerator(2, n_latent=4, **SMALL)
    embedder = PointEmbedder(2, n_dims=3, **SMALL)
    objective = ManifoldEntropyObjective(3, entropy_weight=0.01, random_state=1)
    found = train_adversarial(
        generator,
        embedder,
        cloud(),
        loss=objective,
        n_steps=n_steps,
        batch_size=16,
        generator_every=1,
        state=state,
        random_state=2,
        **options,
    )
    return generator, embedder, found


def test_naive_twin_of_the_objective():
    """Without noise the sum of the terms is the sum of the parts, each by its formula."""
    objective = ManifoldEntropyObjective(2, entropy_weight=0.3, local_weight=0.7, random_state=0)
    for part in (objective.local, objective.isometry):
        part.scale = 0.0
    real, fake = cloud(8), cloud(8, seed=1)

    def embed(x):
        return torch.stack([x[:, 0], x[:, 1].square()], dim=1)

    bank = objective.real_entropy.bank.features(use_unfilled=True)
    alpha = ManifoldEntropyObjective(2, random_state=0).isometry._shares(real)
    terms = objective.discriminator_terms(embed, real, fake)
    z, f = embed(real), embed(fake)
    distances = ((z[:, None] - bank) ** 2).mean(dim=2).min(dim=1).values
    mixed = embed(alpha * real + (1 - alpha) * fake) - alpha * z - (1 - alpha) * f
    wanted = {
        "matching": f.mean() - z.mean(),
        "local": torch.tensor(0.0),
        "isometry": mixed.square().mean(),
        "entropy": -0.3 * distances.mean().log(),
    }
    assert set(terms) == set(wanted)
    for name, value in wanted.items():
        torch.testing.assert_close(terms[name], value, msg=name)


def test_local_term_counts_real_and_generated_each_once():
    objective = ManifoldEntropyObjective(1, random_state=0)
    objective.local.transform = lambda x, _: x + 1
    objective.local.scale = 0.0
    terms = objective.discriminator_terms(lambda x: x[:, :1], cloud(4), cloud(4, seed=1))
    assert terms["local"].item() == pytest.approx(2)  # one of each set


def test_parts_without_weight_are_left_out_and_sides_choose_the_entropy():
    bare = ManifoldEntropyObjective(2, entropy_weight=0.0, local_weight=0.0, isometry_weight=0.0)
    real, fake = cloud(4), cloud(4, seed=1)
    assert set(bare.discriminator_terms(lambda x: x, real, fake)) == {"matching"}
    assert bare.generator(lambda x: x, fake) == -fake.mean()
    one = ManifoldEntropyObjective(2, entropy_weight=1.0, entropy_of="generated", random_state=0)
    assert "entropy" not in one.discriminator_terms(lambda x: x, real, fake)
    assert one.generator(lambda x: x, fake) != -fake.mean()
    other = ManifoldEntropyObjective(2, entropy_weight=1.0, entropy_of="real", random_state=0)
    assert "entropy" in other.discriminator_terms(lambda x: x, real, fake)
    assert other.generator(lambda x: x, fake) == -fake.mean()


def test_each_side_moves_by_its_own_turn_alone():
    class Watched(nn.Module):
        def __init__(self):
            super().__init__()
            self.turns = []

        def discriminator(self, embed, real, generated):
            self.turns.append("discriminator")
            assert not generated.requires_grad
            return embed(real).mean() - embed(generated).mean()

        def generator(self, embed, generated):
            self.turns.append("generator")
            assert all(not p.requires_grad for p in embed.parameters())
            return embed(generated).mean()

    loss, seen = Watched(), []
    generator, critic = PointGenerator(2, n_latent=4, **SMALL), nn.Linear(2, 1)
    critic.register_forward_pre_hook(
        lambda *_: seen.append((generator.layers.head.bias.clone(), critic.weight.clone()))
    )
    train_adversarial(
        generator, critic, cloud(), loss=loss, n_steps=4, batch_size=8, generator_every=2
    )
    d, g = "discriminator", "generator"
    assert loss.turns == [d, d, g, d, d, g]
    # between passes, of which the discriminator makes two in its turn and the generator one
    moved = [[not torch.equal(*pair) for pair in zip(a, b)] for a, b in pairwise(seen)]  # noqa: B905
    still, critic_moved, generator_moved = [False, False], [False, True], [True, False]
    assert moved[:5] == [still, critic_moved, still, critic_moved, generator_moved]
    assert all(p.requires_grad for p in critic.parameters())


def test_resumed_training_is_the_uninterrupted_one(tmp_path):
    whole = learn(120)
    half = learn(100)[2]
    half.save(tmp_path / "state.safetensors")
    generator, embedder, state = learn(120, TrainingState.load(tmp_path / "state.safetensors"))
    for one, other in ((generator, whole[0]), (embedder, whole[1])):
        for key, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[key]), key
    assert state.losses == whole[2].losses
    assert state.step == 240


def test_same_seed_same_weights_and_callback_stops():
    first, again = learn(20), learn(20)
    assert torch.equal(first[0].layers.head.weight, again[0].layers.head.weight)
    ends = []
    assert learn(250, callback=lambda end: ends.append(end.epoch) or end.epoch == 2)[2].step == 400
    assert ends == [0, 1, 2]


def test_it_comes_nearer_to_the_data_and_is_kept_in_a_file(tmp_path):
    points = np.random.default_rng(0).normal([0.5, -0.5], [0.3, 0.1], (500, 2))
    gan = ManifoldEntropyGAN(
        PointGenerator(2, n_hidden=(16,), n_latent=4, random_state=0),
        PointEmbedder(2, n_hidden=(16,), n_dims=4, random_state=1),
        n_steps=200,
        generator_every=1,
        learning_rate=5e-3,
        random_state=0,
    )
    fake = gan.fit(points).sample(500, random_state=0)
    with torch.no_grad():
        before = gan.generator(torch.randn(500, 4, generator=torch.Generator().manual_seed(0)))
    assert frechet_distance(fake, points) < 0.3 * frechet_distance(before.numpy(), points)
    assert gan.generator.layers is not gan.generator_.layers, "the network given is left alone"
    gan.save(tmp_path / "gan.safetensors")
    again = ManifoldEntropyGAN.load(
        tmp_path / "gan.safetensors", generator=gan.generator, embedder=gan.embedder
    )
    np.testing.assert_array_equal(again.sample(500, random_state=0), fake)
    np.testing.assert_array_equal(again.embed(points), gan.embed(points))
    with pytest.raises(ValueError, match="`generator` must be the network that was saved"):
        ManifoldEntropyGAN.load(tmp_path / "gan.safetensors", embedder=gan.embedder)


def test_pictures_get_networks_of_their_own(tmp_path):
    pictures = np.random.default_rng(0).uniform(-1, 1, (20, 1, 8, 8))
    gan = ManifoldEntropyGAN(n_dims=4, n_steps=3, batch_size=10, random_state=0).fit(pictures)
    assert gan.sample(2, random_state=0).shape == (2, 1, 8, 8)
    gan.save(tmp_path / "gan.safetensors")
    again = ManifoldEntropyGAN.load(tmp_path / "gan.safetensors")
    np.testing.assert_array_equal(again.embed(pictures), gan.embed(pictures))
    assert clone(gan).get_params()["n_steps"] == 3
    with pytest.raises(ValueError, match="`X` must hold items of shape"):
        gan.embed(np.zeros((3, 2)))


def test_a_collapsed_generator_warns():
    class Constant(nn.Module):
        n_latent = 2

        def __init__(self):
            super().__init__()
            self.point = nn.Parameter(torch.zeros(2))

        def forward(self, latent):
            return self.point.expand(len(latent), 2)

    gan = ManifoldEntropyGAN(Constant(), n_steps=3, random_state=0)
    with pytest.warns(CollapseWarning, match="the generator has collapsed"):
        gan.fit(cloud())


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (np.zeros((4, 2, 2)), {}, "`X` must have shape"),
        (np.zeros((4, 1, 8, 10)), {}, "`X` must have shape"),
        (np.full((4, 1, 8, 8), 255.0), {}, r"`X` must have pixels in \[-1, 1\], got 255 to 255"),
        (np.full((4, 2), np.nan), {}, "`X` must be finite"),
        (np.zeros((4, 2)), {"n_steps": 0}, "`n_steps` must be a whole number"),
        (np.zeros((4, 2)), {"entropy_weight": -1.0}, "`weight` must lie in"),
        (np.zeros((4, 2)), {"learning_rate": 0.0}, "`learning_rate` must be above 0"),
        (np.zeros((4, 2)), {"generator_every": 0}, "`generator_every` must be a whole number"),
        (np.zeros((4, 2)), {"generator": nn.Linear(2, 2)}, "`generator.n_latent` must be"),
        (np.zeros((4, 2)), {"embedder": nn.Linear(2, 2)}, "`embedder.n_dims` must be"),
    ],
)
def test_refusals(X, options, message):
    with pytest.raises(ValueError, match=message):
        ManifoldEntropyGAN(**options).fit(X)


def test_refusals_of_training_and_files(tmp_path):
    with pytest.raises(NotFittedError):
        ManifoldEntropyGAN().sample(3)
    with pytest.raises(ValueError, match=r"`batch_size` must be .* at most 200, got 300"):
        train_adversarial(
            PointGenerator(2),
            PointEmbedder(2),
            cloud(),
            loss=ManifoldEntropyObjective(16),
            n_steps=1,
            batch_size=300,
        )
    with pytest.raises(ValueError, match="`entropy_of` must be one of 'both'"):
        ManifoldEntropyObjective(2, entropy_of="none")
    other = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, other)
    with pytest.raises(ValueError, match="got other safetensors"):
        ManifoldEntropyGAN.load(other)
    other.write_bytes(b"no")
    with pytest.raises(ValueError, match="`path` must be a saved model"):
        ManifoldEntropyGAN.load(other)
