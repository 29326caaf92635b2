"""The noisy embedding that ends a discriminator."""

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
