"""What discriminators that answer with an embedding have in common."""

import torch
from torch import Tensor, nn

from infomax.representation.generative._layers import blank, bounded, drawn_seed
from infomax.representation.generative._noise import Noise


class EmbeddingHead(nn.Module):
    r"""Mean and log-variance by a linear map without bias, and :math:`m + e^{s/2} \eta`."""

    def __init__(self, n_inputs: int, n_dims: int, generator: torch.Generator) -> None:
        super().__init__()
        layer = blank(nn.Linear, n_inputs, 2 * n_dims, bias=False)
        nn.init.orthogonal_(layer.weight, generator=generator)
        self.layer = bounded(layer, generator)
        self.noise = Noise(drawn_seed(generator))

    def forward(self, h: Tensor) -> Tensor:
        """Return an embedding with noise."""
        mean, log_variance = self.layer(h).chunk(2, dim=1)
        noise = self.noise.normal(*mean.shape, like=mean)
        return torch.addcmul(mean, (log_variance / 2).exp(), noise)

    def mean(self, h: Tensor) -> Tensor:
        """Return the embedding without noise."""
        mean: Tensor = self.layer(h).chunk(2, dim=1)[0]
        return mean


class NoisyEmbedder(nn.Module):
    """Layers and an `EmbeddingHead`, with noise for losses and without for use."""

    layers: nn.Sequential
    head: EmbeddingHead

    def forward(self, x: Tensor) -> Tensor:
        """Return embeddings with fresh noise, for losses.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Points, or pictures in [-1, 1].

        Returns
        -------
        tensor of shape (n, n_dims)
            Embeddings.
        """
        embedded: Tensor = self.head(self.layers(x))
        return embedded

    def embed(self, x: Tensor) -> Tensor:
        """Return embeddings without noise, for use.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Points, or pictures in [-1, 1].

        Returns
        -------
        tensor of shape (n, n_dims)
            Embeddings.
        """
        return self.head.mean(self.layers(x))
