"""Adversarial losses that the paper on manifold entropy is compared with."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from infomax._arrays import RandomState, torch_generator
from infomax.measures import gradient_penalty
from infomax.representation import DCGANEmbedder, PointEmbedder

Embedder: TypeAlias = DCGANEmbedder | PointEmbedder
Score: TypeAlias = Callable[[Tensor], Tensor]


class Critic(nn.Module):
    """The method's discriminator with one score in place of an embedding, and without noise."""

    def __init__(self, embedder: Embedder, *, bounded: bool) -> None:
        super().__init__()
        self.embedder = embedder
        if not bounded:
            for layer in list(embedder.modules()):
                if parametrize.is_parametrized(layer):
                    parametrize.remove_parametrizations(layer, "weight")

    def forward(self, x: Tensor) -> Tensor:
        """Return scores, (n,)."""
        return self.embedder.embed(x)[:, 0]


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
