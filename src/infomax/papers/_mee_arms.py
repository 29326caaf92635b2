"""The arms of the paper on manifold entropy: their networks, losses and learning rates."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from infomax.lab.contract import Setting
from infomax.papers._mee_rivals import (
    Critic,
    EntropyOfPixels,
    Hinge,
    NonSaturating,
    WassersteinPenalty,
)
from infomax.representation import (
    AdversarialLoss,
    DCGANEmbedder,
    DCGANGenerator,
    ManifoldEntropyObjective,
    PointEmbedder,
    PointGenerator,
)

N_DIMS = 16
RIVALS = ("DCGAN", "PacGAN", "WGAN-GP", "hinge, spectral norm")
PIXELS = "entropy of pixels"
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


# The best of four candidates an arm, as `_mee_tuning.tuned` finds them for the laptop's cases at seed
# 100 alone. Arms that are not listed are the method with a part left out, all else as with it.
CHOICES = {
    "ring": {
        "MaEM-GAN": Choice(1e-3, weight=0.05),
        "MaF-GAN": Choice(3e-3),
        "DCGAN": Choice(1e-3, 0.5),
    },
    "grid": {
        "MaEM-GAN": Choice(1e-3, weight=0.05),
        "MaF-GAN": Choice(1e-3),
        "released bank": Choice(1e-3, weight=0.05),
        "DCGAN": Choice(1e-3),
        "PacGAN": Choice(3e-3, 0.5),
        "WGAN-GP": Choice(3e-3, weight=10.0),
        "hinge, spectral norm": Choice(1e-3),
    },
    "Fashion-MNIST": {
        "MaEM-GAN": Choice(3e-3, weight=5e-4),
        "MaF-GAN": Choice(3e-3),
        "released bank": Choice(1e-3, weight=0.05),
        PIXELS: Choice(3e-3, weight=5e-4),
        "DCGAN": Choice(3e-3),
    },
    "stacked-MNIST": {
        "MaEM-GAN": Choice(3e-3, weight=5e-4),
        "MaF-GAN": Choice(3e-3, 0.5),
        "DCGAN": Choice(3e-3),
        "PacGAN": Choice(3e-3),
    },
}
_LIKE = {"digits": "Fashion-MNIST", "stacked-digits": "stacked-MNIST"}
_PUBLISHED = Choice(1e-4, weight=5e-4)


def choice(arm: str, case: str, setting: Setting) -> Choice:
    """Return an arm's learning rate and weight: its own, or all as published at full size."""
    if not setting["tuned"]:
        penalty = 10.0 if arm == "WGAN-GP" else _PUBLISHED.weight
        return Choice(_PUBLISHED.learning_rate, weight=penalty)
    of_case = CHOICES[_LIKE.get(case, case)]
    return of_case.get(arm, of_case["MaEM-GAN"])


def networks(
    arm: str, shape: tuple[int, ...], setting: Setting, rng: np.random.Generator
) -> tuple[nn.Module, nn.Module]:
    """Return a generator and the discriminator of an arm, equal in size for all arms."""
    seeds = [int(seed) for seed in rng.integers(2**62, size=2)]
    n_dims = 1 if arm in RIVALS else N_DIMS
    packing = 2 if arm == "PacGAN" else 1
    n_latent, width = setting["n_latent"], setting["width"]
    generator: nn.Module
    embedder: PointEmbedder | DCGANEmbedder
    if len(shape) == 1:
        hidden = (setting["n_hidden"],) * 2
        generator = PointGenerator(
            shape[0], n_hidden=hidden, n_latent=n_latent, random_state=seeds[0]
        )
        embedder = PointEmbedder(
            packing * shape[0], n_hidden=hidden, n_dims=n_dims, random_state=seeds[1]
        )
    else:
        generator = DCGANGenerator(
            shape[1], shape[0], width=width, n_latent=n_latent, random_state=seeds[0]
        )
        embedder = DCGANEmbedder(
            shape[1], packing * shape[0], width=width, n_dims=n_dims, random_state=seeds[1]
        )
    if arm in RIVALS:
        return generator, Critic(embedder, bounded=arm == "hinge, spectral norm", packing=packing)
    return generator, embedder


def loss(
    arm: str, weight: float | None, shape: tuple[int, ...], rng: np.random.Generator
) -> AdversarialLoss:
    """Return what the two sides of an arm minimise on items of a shape."""
    seed = int(rng.integers(2**62))
    if arm in ("DCGAN", "PacGAN"):
        return NonSaturating()
    if arm == "hinge, spectral norm":
        return Hinge()
    if arm == "WGAN-GP":
        return WassersteinPenalty(weight or 0.0, seed)
    if arm == PIXELS:
        return EntropyOfPixels(N_DIMS, math.prod(shape), weight or 0.0, seed)
    options = {"entropy_weight": weight or 0.0} | _PARTS[arm]
    return ManifoldEntropyObjective(N_DIMS, random_state=seed, **options)
