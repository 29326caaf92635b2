"""The arms of the paper on manifold entropy: their networks, losses and learning rates."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from infomax.lab.contract import Setting
from infomax.papers._mee_rivals import Critic, Hinge, NonSaturating, WassersteinPenalty
from infomax.representation import (
    AdversarialLoss,
    DCGANEmbedder,
    DCGANGenerator,
    ManifoldEntropyObjective,
    PointEmbedder,
    PointGenerator,
)

N_DIMS = 16
RIVALS = ("DCGAN", "WGAN-GP", "hinge, spectral norm")
_PARTS: dict[str, dict[str, Any]] = {
    "MaEM-GAN": {},
    "without entropy": {"entropy_weight": 0.0},
    "without DLLE": {"local_weight": 0.0},
    "without DIsoMap": {"isometry_weight": 0.0},
    "MaF-GAN": {"entropy_weight": 0.0, "local_weight": 0.0, "isometry_weight": 0.0},
    "released bank": {"convention": "released"},
    "entropy of data alone": {"entropy_of": "real"},
    "entropy of generated alone": {"entropy_of": "generated"},
}
METHODS = tuple(_PARTS)


@dataclass(frozen=True)
class Choice:
    """What was chosen for an arm, on draws that no trial sees."""

    learning_rate: float
    first_decay: float = 0.0
    weight: float | None = None
    """Of the entropy, or of the penalty on slopes."""


# The best of four to six for each family, by evenness of modes (points) or Fréchet distance
# (pictures): learning rate 0.001 or 0.003 with Adam's first decay 0 or 0.5, with a penalty of 0.1 or
# 1 (pictures: 1 or 10), or with an entropy weight of 0.0005, 0.005 or 0.05. Where a part of the
# method is left out, all else is as with it.
CHOICES = {
    "points": {
        "MaEM-GAN": Choice(1e-3, weight=0.05),
        "MaF-GAN": Choice(1e-3),
        "DCGAN": Choice(3e-3, 0.5),
        "WGAN-GP": Choice(3e-3, weight=0.1),
        "hinge, spectral norm": Choice(1e-3),
    },
    "pictures": {
        "MaEM-GAN": Choice(3e-3, weight=5e-4),
        "MaF-GAN": Choice(3e-3),
        "DCGAN": Choice(3e-3),
        "WGAN-GP": Choice(3e-3, weight=10.0),
        "hinge, spectral norm": Choice(3e-3),
    },
}
_PUBLISHED = Choice(1e-4, weight=5e-4)


def choice(arm: str, kind: str, setting: Setting) -> Choice:
    """Return an arm's learning rate and weight: its own, or all as published at full size."""
    of_kind = CHOICES[kind]
    found = of_kind.get(arm, of_kind["MaEM-GAN"])
    if not setting["tuned"]:
        penalty = 10.0 if arm == "WGAN-GP" else _PUBLISHED.weight
        return Choice(_PUBLISHED.learning_rate, weight=penalty)
    return found


def networks(
    arm: str, shape: tuple[int, ...], setting: Setting, rng: np.random.Generator
) -> tuple[nn.Module, nn.Module]:
    """Return a generator and the discriminator of an arm, equal in size for all arms."""
    seeds = [int(seed) for seed in rng.integers(2**62, size=2)]
    n_dims = 1 if arm in RIVALS else N_DIMS
    n_latent, width = setting["n_latent"], setting["width"]
    generator: nn.Module
    embedder: PointEmbedder | DCGANEmbedder
    if len(shape) == 1:
        hidden = (setting["n_hidden"],) * 2
        generator = PointGenerator(
            shape[0], n_hidden=hidden, n_latent=n_latent, random_state=seeds[0]
        )
        embedder = PointEmbedder(shape[0], n_hidden=hidden, n_dims=n_dims, random_state=seeds[1])
    else:
        generator = DCGANGenerator(
            shape[1], shape[0], width=width, n_latent=n_latent, random_state=seeds[0]
        )
        embedder = DCGANEmbedder(
            shape[1], shape[0], width=width, n_dims=n_dims, random_state=seeds[1]
        )
    if arm in RIVALS:
        return generator, Critic(embedder, bounded=arm == "hinge, spectral norm")
    return generator, embedder


def loss(arm: str, weight: float | None, rng: np.random.Generator) -> AdversarialLoss:
    """Return what the two sides of an arm minimise."""
    seed = int(rng.integers(2**62))
    if arm == "DCGAN":
        return NonSaturating()
    if arm == "hinge, spectral norm":
        return Hinge()
    if arm == "WGAN-GP":
        return WassersteinPenalty(weight or 0.0, seed)
    options = {"entropy_weight": weight or 0.0} | _PARTS[arm]
    return ManifoldEntropyObjective(N_DIMS, random_state=seed, **options)
