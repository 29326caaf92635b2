"""Generator and embedding discriminator for points."""

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks import MLP
from infomax.representation.generative._embedding_head import EmbeddingHead, NoisyEmbedder
from infomax.representation.generative._layers import blank, bounded


class PointGenerator(nn.Module):
    """Points from latent vectors by fully connected layers with ReLU.

    For data without neighbourhoods; for pictures take `DCGANGenerator`.

    Parameters
    ----------
    n_features : int
        Coordinates of a point.
    n_hidden : sequence of int
        Width of each hidden layer.
    n_latent : int
        Width of a latent vector.
    random_state : int, Generator or None
        Where the first weights come from; torch's global generator is left alone.

    Raises
    ------
    ValueError
        If a size is below 1.

    Examples
    --------
    >>> import torch
    >>> PointGenerator(2, random_state=0)(torch.zeros(5, 64)).shape
    torch.Size([5, 2])
    """

    def __init__(
        self,
        n_features: int,
        *,
        n_hidden: Sequence[int] = (128, 128),
        n_latent: int = 64,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        self.n_latent = check_count("n_latent", n_latent)
        self.layers = MLP(n_latent, n_hidden, n_features, random_state=random_state)

    def forward(self, latent: Tensor) -> Tensor:
        """Return points.

        Parameters
        ----------
        latent : tensor of shape (n, n_latent)
            Standard normal vectors.

        Returns
        -------
        tensor of shape (n, n_features)
            Of any size.
        """
        points: Tensor = self.layers(latent)
        return points


class PointEmbedder(NoisyEmbedder):
    r"""Discriminator that answers with an embedding, for points.

    Fully connected layers with leaky ReLU, then a linear map without bias to a mean m and a
    log-variance s; the answer is :math:`m + e^{s/2} \eta` with fresh normal η. All layers have
    spectral norm one.

    For pictures take `DCGANEmbedder`.

    Parameters
    ----------
    n_features : int
        Coordinates of a point.
    n_hidden : sequence of int
        Width of each hidden layer.
    n_dims : int
        Width of an embedding.
    random_state : int, Generator or None
        Where the first weights and the noise come from; torch's global generator is left alone.

    Raises
    ------
    ValueError
        If a size is below 1.

    References
    ----------
    Miyato et al. (2018). Liu et al. (2023), Section 4, for pictures.

    Examples
    --------
    >>> import torch
    >>> PointEmbedder(2, n_dims=16, random_state=0)(torch.zeros(5, 2)).shape
    torch.Size([5, 16])
    """

    def __init__(
        self,
        n_features: int,
        *,
        n_hidden: Sequence[int] = (128, 128),
        n_dims: int = 16,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        check_count("n_features", n_features)
        self.n_dims = check_count("n_dims", n_dims)
        generator = torch_generator(random_state)
        widths = [n_features, *(check_count("n_hidden", n) for n in n_hidden)]
        layers: list[nn.Module] = [nn.Flatten()]
        for n, following in pairwise(widths):
            layer = blank(nn.Linear, n, following)
            nn.init.normal_(layer.weight, std=1 / math.sqrt(n), generator=generator)
            nn.init.uniform_(layer.bias, -1, 1, generator=generator)
            layers += [bounded(layer, generator), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.head = EmbeddingHead(widths[-1], n_dims, generator)
