"""What both sides of a manifold entropy GAN minimise."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_choice
from infomax._arrays import RandomState, random_generator
from infomax.representation._step_weight import StepWeight, Weight
from infomax.representation.generative._isometric_mapping import IsometricMappingLoss
from infomax.representation.generative._local_linear_embedding import LocalLinearEmbeddingLoss
from infomax.representation.generative._manifold_matching import ManifoldMatchingGANLoss
from infomax.representation.generative._replay_buffer_entropy import ReplayBufferEntropy

Embed: TypeAlias = Callable[[Tensor], Tensor]


class ManifoldEntropyObjective(nn.Module):
    r"""Losses of discriminator and generator of a manifold entropy GAN (MaEM-GAN).

    The discriminator's is the sum of `ManifoldMatchingGANLoss`, `LocalLinearEmbeddingLoss` on real
    and on generated items, `IsometricMappingLoss` between them and `ReplayBufferEntropy` of the
    real embeddings; the generator's that of the matching loss and the entropy of its own
    embeddings, with a bank of their own.

    For a training loop of one's own, or `train_adversarial`; `ManifoldEntropyGAN` does all of it.
    With a weight of zero a term is left out and costs nothing.

    Parameters
    ----------
    n_dims : int
        Width of an embedding.
    entropy_weight : float or callable
        Of both entropies; or a function of the steps of each side so far, such as
        `infomax.networks.linear_ramp`.
    local_weight, isometry_weight : float or callable
        Of the two losses that make the embedding respect the data.
    entropy_of : {"both", "real", "generated"}
        Whose entropy is raised: the discriminator's for real, the generator's for generated items.
    bank_size : int
        Embeddings remembered on each side.
    metric : {"mean_squared", "euclidean", "cosine"}
        Distance of the entropy; the isometric loss takes the cosine with it.
    convention : {"paper", "released"}
        Of the banks: see `ReplayBufferEntropy`.
    random_state : int, Generator or None
        For banks, flips, mixtures and noise.

    Raises
    ------
    ValueError
        If a weight is negative, a size below 1 or an option unknown.

    References
    ----------
    Liu et al. (2023), Section 3.

    Examples
    --------
    >>> import torch
    >>> objective = ManifoldEntropyObjective(2, random_state=0)
    >>> real, fake = torch.randn(2, 8, 2, generator=torch.Generator().manual_seed(0))
    >>> sorted(objective.discriminator_terms(lambda x: x, real, fake))
    ['entropy', 'isometry', 'local', 'matching']
    """

    def __init__(
        self,
        n_dims: int,
        *,
        entropy_weight: Weight = 5e-4,
        local_weight: Weight = 1.0,
        isometry_weight: Weight = 1.0,
        entropy_of: str = "both",
        bank_size: int = 1024,
        metric: str = "mean_squared",
        convention: str = "paper",
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        rng = random_generator(random_state)
        check_choice("entropy_of", entropy_of, ("both", "real", "generated"))
        self.matching = ManifoldMatchingGANLoss()
        self.local = LocalLinearEmbeddingLoss(random_state=rng)
        self.isometry = IsometricMappingLoss(
            metric="cosine" if metric == "cosine" else "mean_squared", random_state=rng
        )
        self.real_entropy, self.generated_entropy = (
            ReplayBufferEntropy(
                n_dims,
                size=bank_size,
                weight=entropy_weight if entropy_of in ("both", side) else 0.0,
                metric=metric,
                convention=convention,
                random_state=rng,
            )
            for side in ("real", "generated")
        )
        self.local_weight = StepWeight("local_weight", local_weight)
        self.isometry_weight = StepWeight("isometry_weight", isometry_weight)

    def discriminator(self, embed: Embed, real: Tensor, generated: Tensor) -> Tensor:
        """Return what the discriminator minimises.

        Parameters
        ----------
        embed : callable
            The discriminator, from inputs to embeddings.
        real, generated : tensor of shape (n, ...)
            A batch of each, the generated without gradient to the generator.

        Returns
        -------
        0-d tensor
            The sum of the terms.
        """
        return torch.stack(list(self.discriminator_terms(embed, real, generated).values())).sum()

    def discriminator_terms(
        self, embed: Embed, real: Tensor, generated: Tensor
    ) -> dict[str, Tensor]:
        """Return the discriminator's terms, weighted; a bank remembers the batch.

        Parameters
        ----------
        embed : callable
            The discriminator, from inputs to embeddings.
        real, generated : tensor of shape (n, ...)
            A batch of each, of one size.

        Returns
        -------
        dict
            ``matching``, and of ``local``, ``isometry``, ``entropy`` those that have a weight.
        """
        both = torch.cat([real, generated])
        z = embed(both)
        z_real, z_generated = torch.split(z, len(real))
        terms = {"matching": self.matching.discriminator(z_real, z_generated)}
        if weight := self.local_weight():
            terms["local"] = 2 * weight * self.local(embed, both, z)  # a mean over twice the items
        if weight := self.isometry_weight():
            found = self.isometry(embed, real, generated, z_real.detach(), z_generated.detach())
            terms["isometry"] = weight * found
        if not self.real_entropy.weight.is_zero:
            terms["entropy"] = self.real_entropy(z_real)
        return terms

    def generator(self, embed: Embed, generated: Tensor) -> Tensor:
        """Return what the generator minimises; its bank remembers the batch.

        Parameters
        ----------
        embed : callable
            The discriminator, from inputs to embeddings.
        generated : tensor of shape (n, ...)
            A batch with gradient to the generator.

        Returns
        -------
        0-d tensor
            Matching loss and entropy.
        """
        z = embed(generated)
        loss = self.matching.generator(z)
        if not self.generated_entropy.weight.is_zero:
            loss = loss + self.generated_entropy(z)
        return loss
