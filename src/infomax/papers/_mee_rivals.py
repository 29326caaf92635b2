"""Adversarial losses that the paper on manifold entropy is compared with."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from infomax._arrays import RandomState, random_generator, torch_generator
from infomax.measures import gradient_penalty
from infomax.representation import (
    DCGANEmbedder,
    ManifoldEntropyObjective,
    PointEmbedder,
    ReplayBufferEntropy,
)

Embedder: TypeAlias = DCGANEmbedder | PointEmbedder
Score: TypeAlias = Callable[[Tensor], Tensor]


class Critic(nn.Module):
    """The method's discriminator with one score in place of an embedding, and without noise.

    With a packing above one it scores so many items at a time, side by side as the channels of one
    (PacGAN, Lin et al., 2018): a pack of generated items that are too much alike gives itself away.
    """

    def __init__(self, embedder: Embedder, *, bounded: bool = False, packing: int = 1) -> None:
        super().__init__()
        self.embedder, self.packing = embedder, packing
        if not bounded:
            for layer in list(embedder.modules()):
                if parametrize.is_parametrized(layer):
                    parametrize.remove_parametrizations(layer, "weight")

    def forward(self, x: Tensor) -> Tensor:
        """Return scores of packs, (n / packing,)."""
        packed = x.reshape(len(x) // self.packing, self.packing * x.shape[1], *x.shape[2:])
        return self.embedder.embed(packed)[:, 0]


class NonSaturating(nn.Module):
    """Logistic losses of Goodfellow et al. (2014), the generator's the non-saturating one."""

    def discriminator(self, embed: Score, real: Tensor, generated: Tensor) -> Tensor:
        """Return the cross-entropy of telling real from generated."""
        return F.softplus(-embed(real)).mean() + F.softplus(embed(generated)).mean()

    def generator(self, embed: Score, generated: Tensor) -> Tensor:
        """Return minus the log-probability of passing for real."""
        return F.softplus(-embed(generated)).mean()


class Hinge(nn.Module):
    """Hinge losses, as with spectral norms in Miyato et al. (2018)."""

    def discriminator(self, embed: Score, real: Tensor, generated: Tensor) -> Tensor:
        """Return how far scores are from a margin of one on their side."""
        return F.relu(1 - embed(real)).mean() + F.relu(1 + embed(generated)).mean()

    def generator(self, embed: Score, generated: Tensor) -> Tensor:
        """Return minus the mean score."""
        return -embed(generated).mean()


class WassersteinPenalty(nn.Module):
    """Wasserstein losses with a penalty on slopes between pairs (Gulrajani et al., 2017)."""

    def __init__(self, weight: float, random_state: RandomState) -> None:
        super().__init__()
        self.weight = weight
        self.noise = torch_generator(random_state)

    def discriminator(self, embed: Score, real: Tensor, generated: Tensor) -> Tensor:
        """Return minus the estimated distance, and the penalty."""
        share = torch.rand(len(real), *[1] * (real.ndim - 1), generator=self.noise)
        between = generated + share * (real - generated)
        penalty = gradient_penalty(lambda x, _: embed(x), between, between, at="joint")
        return embed(generated).mean() - embed(real).mean() + self.weight * penalty

    def generator(self, embed: Score, generated: Tensor) -> Tensor:
        """Return minus the mean score."""
        return -embed(generated).mean()


class EntropyOfPixels(ManifoldEntropyObjective):
    """The method with the entropy of generated items themselves in place of their embeddings'.

    That of real items has no gradient, so the discriminator's losses are left without an entropy.
    """

    def __init__(
        self, n_dims: int, n_pixels: int, weight: float, random_state: RandomState
    ) -> None:
        rng = random_generator(random_state)
        super().__init__(n_dims, entropy_weight=0.0, random_state=rng)
        self.pixel_entropy = ReplayBufferEntropy(n_pixels, weight=weight, random_state=rng)

    def generator(self, embed: Score, generated: Tensor) -> Tensor:
        """Return the matching loss, and minus the weighted entropy of pixels."""
        entropy: Tensor = self.pixel_entropy(generated.flatten(1))
        return super().generator(embed, generated) + entropy
