"""Convolutional generator and embedding discriminator for pictures."""

import math
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.representation.generative._embedding_head import EmbeddingHead, NoisyEmbedder
from infomax.representation.generative._layers import blank, bounded

_WEIGHT_STD = 0.02


class DCGANGenerator(nn.Module):
    r"""Pictures from latent vectors by transposed convolutions.

    A first one makes a picture of 4 to 7 pixels a side of the vector, each further one doubles it
    and halves the width; batch normalisation and ReLU between them, tanh at the end.

    For pictures of 8 to 64 pixels; for points take `PointGenerator`.

    Parameters
    ----------
    image_size : int
        Height and width: s · 2ᵏ with s from 4 to 7 and k at least 1, such as 14, 28 or 32.
    n_channels : int
        Channels of a picture.
    width : int
        Channels before the last convolution, doubled with every doubling of the size before.
    n_latent : int
        Width of a latent vector.
    random_state : int, Generator or None
        Where the first weights come from; torch's global generator is left alone.

    Raises
    ------
    ValueError
        If a size is below 1, or the picture's is no such number.

    References
    ----------
    Radford, Metz and Chintala (2016), Section 3.

    Examples
    --------
    >>> import torch
    >>> generator = DCGANGenerator(28, 1, width=8, random_state=0)
    >>> generator(torch.zeros(2, 64)).shape
    torch.Size([2, 1, 28, 28])
    """

    def __init__(
        self,
        image_size: int,
        n_channels: int,
        *,
        width: int = 128,
        n_latent: int = 64,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        start, n_doublings = _halved(image_size)
        check_count("n_channels", n_channels)
        check_count("width", width)
        self.n_latent = check_count("n_latent", n_latent)
        generator = torch_generator(random_state)
        widths = [width * 2**k for k in reversed(range(n_doublings))]
        layers: list[nn.Module] = [_transposed(n_latent, widths[0], start, 1, 0, generator)]
        for n, following in zip(widths, [*widths[1:], n_channels], strict=True):
            layers += [_batch_norm(n, generator), nn.ReLU()]
            layers += [_transposed(n, following, 4, 2, 1, generator)]
        self.layers = nn.Sequential(*layers, nn.Tanh())

    def forward(self, latent: Tensor) -> Tensor:
        """Return pictures.

        Parameters
        ----------
        latent : tensor of shape (n, n_latent)
            Standard normal vectors.

        Returns
        -------
        tensor of shape (n, n_channels, image_size, image_size)
            Pixels in [-1, 1].
        """
        pictures: Tensor = self.layers(latent[:, :, None, None])
        return pictures


class DCGANEmbedder(NoisyEmbedder):
    r"""Discriminator that answers with an embedding, for pictures.

    Convolutions that halve the picture down to 4 to 7 pixels a side, with leaky ReLU, then a linear
    map to a mean m and a log-variance s; the answer is :math:`m + e^{s/2} \eta` with fresh normal
    η. No layer has a bias and all have spectral norm one.

    For points take `PointEmbedder`.

    Parameters
    ----------
    image_size : int
        Height and width: s · 2ᵏ with s from 4 to 7 and k at least 1, such as 14, 28 or 32.
    n_channels : int
        Channels of a picture.
    width : int
        Channels after the first convolution, doubled with every halving of the size after.
    n_dims : int
        Width of an embedding.
    random_state : int, Generator or None
        Where the first weights and the noise come from; torch's global generator is left alone.

    Raises
    ------
    ValueError
        If a size is below 1, or the picture's is no such number.

    Notes
    -----
    The spectral norm is that of the kernel as a matrix, found by one step of power iteration at
    each pass in training mode; the convolution's own norm may be larger.

    References
    ----------
    Miyato, Kataoka, Koyama and Yoshida (2018). Liu et al. (2023), Section 4.

    Examples
    --------
    >>> import torch
    >>> embedder = DCGANEmbedder(28, 1, width=8, n_dims=16, random_state=0)
    >>> embedder(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 16])
    """

    def __init__(
        self,
        image_size: int,
        n_channels: int,
        *,
        width: int = 128,
        n_dims: int = 16,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        start, n_halvings = _halved(image_size)
        check_count("width", width)
        self.n_dims = check_count("n_dims", n_dims)
        generator = torch_generator(random_state)
        widths = [check_count("n_channels", n_channels), *(width * 2**k for k in range(n_halvings))]
        layers: list[nn.Module] = []
        for n, following in pairwise(widths):
            layer = blank(nn.Conv2d, n, following, 4, stride=2, padding=1, bias=False)
            nn.init.normal_(layer.weight, std=_WEIGHT_STD, generator=generator)
            layers += [bounded(layer, generator), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Flatten())
        self.head = EmbeddingHead(widths[-1] * start**2, n_dims, generator)


def _halved(image_size: int) -> tuple[int, int]:
    """Return the least size of 4 or more to which a size can be halved, and how often."""
    check_count("image_size", image_size, minimum=8)
    n = int(math.log2(image_size / 4))
    if image_size % 2**n:
        raise ValueError(f"`image_size` must be 4, 5, 6 or 7 doubled, got {image_size}")
    return image_size // 2**n, n


def _transposed(
    n: int, following: int, size: int, stride: int, padding: int, generator: torch.Generator
) -> Any:
    layer = blank(
        nn.ConvTranspose2d, n, following, size, stride=stride, padding=padding, bias=False
    )
    nn.init.normal_(layer.weight, std=_WEIGHT_STD, generator=generator)
    return layer


def _batch_norm(n: int, generator: torch.Generator) -> nn.Module:
    layer = nn.BatchNorm2d(n)
    nn.init.normal_(layer.weight, 1.0, _WEIGHT_STD, generator=generator)
    return layer
