"""Embeddings that stay put under slight changes of the input."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from infomax._arguments import check_at_least
from infomax._arrays import RandomState
from infomax.representation.generative._noise import Noise

Transform: TypeAlias = Callable[[Tensor, torch.Generator], Tensor]


class LocalLinearEmbeddingLoss(nn.Module):
    r"""Squared distance between the embedding of an input and that of a slight change of it.

    :math:`\mathrm{MSE}\big(f(x),\, \mathrm{sg}[f(a(x) + \epsilon)]\big)`, ε normal of deviation
    `noise`, sg without gradient: neighbours of the data stay neighbours (deep local linear
    embedding, DLLE).

    `IsometricMappingLoss` ties what lies between inputs far apart; this ties the closest. Without
    negatives it is lowest where all embeddings coincide: use it beside a loss that keeps them
    apart.

    Parameters
    ----------
    transform : callable, optional
        ``transform(x, generator)`` returns the batch changed, a; when left out, pictures of shape
        (n, channels, height, width) are flipped along their height or their width, drawn once a
        call, and other inputs are left as they are.
    noise : float
        Deviation of the noise, at least 0.
    random_state : int, Generator or None
        For flips and noise; the place in the stream is in `state_dict`.

    Raises
    ------
    ValueError
        If `noise` is negative.

    References
    ----------
    Liu et al. (2023), Section 3. Roweis and Saul (2000).

    Examples
    --------
    >>> import torch
    >>> pictures = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    >>> brightness = lambda x: x.mean(dim=(2, 3))  # flips do not change it
    >>> round(LocalLinearEmbeddingLoss(noise=0.0)(brightness, pictures).item(), 6)
    0.0
    """

    def __init__(
        self,
        *,
        transform: Transform | None = None,
        noise: float = 1e-3,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        self.transform = transform or flipped
        self.scale = check_at_least("noise", noise, 0)
        self.noise = Noise(random_state)

    def forward(
        self, embed: Callable[[Tensor], Tensor], x: Tensor, z: Tensor | None = None
    ) -> Tensor:
        """Return the loss.

        Parameters
        ----------
        embed : callable
            From inputs to embeddings.
        x : tensor of shape (n, ...)
            Inputs.
        z : tensor of shape (n, n_dims), optional
            Their embeddings, if they are at hand.

        Returns
        -------
        0-d tensor
            Mean over items and coordinates; its gradient goes through `z` alone.
        """
        with torch.no_grad():
            changed = self.transform(x, self.noise.generator)
            target = embed(changed + self.scale * self.noise.normal(*changed.shape, like=changed))
        return F.mse_loss(embed(x) if z is None else z, target)


def flipped(x: Tensor, generator: torch.Generator) -> Tensor:
    """Flip pictures along height or width; leave anything else."""
    if x.ndim != 4:
        return x
    return x.flip(2 + int(torch.randint(2, (1,), generator=generator)))
