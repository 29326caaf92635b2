"""Adversarial loss on embeddings: match the means of real and generated ones."""

from torch import Tensor, nn

from infomax.representation.generative._manifold_entropy import checked_embeddings


class ManifoldMatchingGANLoss(nn.Module):
    r"""Difference between the mean embeddings of real and generated items (MaF-GAN).

    The discriminator minimises :math:`-\bar z_{\text{real}} + \bar z_{\text{fake}}`, means over
    items and coordinates, and the generator :math:`-\bar z_{\text{fake}}`: a Wasserstein distance
    in each coordinate if the embedding cannot be steep, hence with spectral norms.

    Unlike the losses on one score, it leaves an embedding on which other terms can act.

    Notes
    -----
    The mean over coordinates makes the scale independent of their number.

    References
    ----------
    Liu et al. (2023), Section 3. Liu, Liang, Hou et al. (2021).

    Examples
    --------
    >>> import torch
    >>> loss = ManifoldMatchingGANLoss()
    >>> loss.discriminator(torch.ones(4, 2), torch.zeros(4, 2)).item()
    -1.0
    >>> loss.generator(torch.full((4, 2), 0.5)).item()
    -0.5
    """

    def forward(self, z_real: Tensor, z_fake: Tensor) -> Tensor:
        """Return the discriminator's loss, as `discriminator` does.

        Parameters
        ----------
        z_real, z_fake : tensor of shape (n, n_dims)
            Embeddings.

        Returns
        -------
        0-d tensor
            To be minimised by the discriminator.
        """
        return self.discriminator(z_real, z_fake)

    def discriminator(self, z_real: Tensor, z_fake: Tensor) -> Tensor:
        """Return what the discriminator minimises.

        Parameters
        ----------
        z_real, z_fake : tensor of shape (n, n_dims)
            Embeddings; the generated ones of a generator that gets no gradient.

        Returns
        -------
        0-d tensor
            Mean of the generated less mean of the real.
        """
        checked_embeddings("z_real", z_real)
        return checked_embeddings("z_fake", z_fake).mean() - z_real.mean()

    def generator(self, z_fake: Tensor) -> Tensor:
        """Return what the generator minimises.

        Parameters
        ----------
        z_fake : tensor of shape (n, n_dims)
            Embeddings of generated items.

        Returns
        -------
        0-d tensor
            Minus their mean.
        """
        return -checked_embeddings("z_fake", z_fake).mean()
