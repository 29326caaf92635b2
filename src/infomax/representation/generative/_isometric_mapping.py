"""Embeddings of mixtures that are mixtures of embeddings."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from infomax._arguments import check_at_least, check_choice
from infomax._arrays import RandomState
from infomax.representation.generative._noise import Noise


class IsometricMappingLoss(nn.Module):
    r"""Distance between the embedding of a mixture and the mixture of embeddings.

    :math:`\mathrm{MSE}\big(f(\alpha x + (1 - \alpha) x'),\,
    \mathrm{sg}[\alpha z + (1 - \alpha) z' + \epsilon]\big)` for pairs of real and generated items,
    one α a pair, ε normal of deviation `noise`, sg without gradient: along the line between two
    inputs the embedding moves evenly (deep isometric feature mapping, DIsoMap).

    `LocalLinearEmbeddingLoss` ties near inputs; this makes far ones keep their distances.

    Parameters
    ----------
    mixing : {"normal", "uniform", "beta"}
        Law of α: standard normal, so that mixtures lie outside the pair too; uniform in [0, 1); or
        Beta(½, ½), mostly near one of the pair.
    noise : float
        Deviation of the noise on the target, at least 0.
    metric : {"mean_squared", "cosine"}
        Distance; the authors advise the cosine for large data sets.
    random_state : int, Generator or None
        For α and noise; the place in the stream is in `state_dict`.

    Raises
    ------
    ValueError
        If `noise` is negative or an option unknown.

    Notes
    -----
    For a linear map without bias the loss is the variance of the noise and no more.

    References
    ----------
    Liu et al. (2023), Section 3. Tenenbaum, de Silva and Langford (2000).

    Examples
    --------
    >>> import torch
    >>> real, fake = torch.randn(2, 9, 3, generator=torch.Generator().manual_seed(0))
    >>> loss = IsometricMappingLoss(noise=0.0, random_state=0)
    >>> round(loss(lambda x: 2 * x, real, fake).item(), 6), loss(torch.square, real, fake) > 0.1
    (0.0, tensor(True))
    """

    def __init__(
        self,
        *,
        mixing: str = "normal",
        noise: float = 0.05,
        metric: str = "mean_squared",
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        self.mixing = check_choice("mixing", mixing, ("normal", "uniform", "beta"))
        self.metric = check_choice("metric", metric, ("mean_squared", "cosine"))
        self.scale = check_at_least("noise", noise, 0)
        self.noise = Noise(random_state)

    def forward(
        self,
        embed: Callable[[Tensor], Tensor],
        x_real: Tensor,
        x_fake: Tensor,
        z_real: Tensor | None = None,
        z_fake: Tensor | None = None,
    ) -> Tensor:
        """Return the loss.

        Parameters
        ----------
        embed : callable
            From inputs to embeddings.
        x_real, x_fake : tensor of shape (n, ...)
            Inputs, mixed pair by pair.
        z_real, z_fake : tensor of shape (n, n_dims), optional
            Their embeddings, if they are at hand.

        Returns
        -------
        0-d tensor
            Mean over pairs (and coordinates); its gradient goes through the mixed inputs' embedding
            alone.

        Raises
        ------
        ValueError
            If the inputs differ in shape.
        """
        if x_real.shape != x_fake.shape:
            raise ValueError(
                f"`x_fake` must have the shape of `x_real`, {tuple(x_real.shape)}, got "
                f"{tuple(x_fake.shape)}"
            )
        share = self._shares(x_real)
        with torch.no_grad():
            z_real = embed(x_real) if z_real is None else z_real
            z_fake = embed(x_fake) if z_fake is None else z_fake
            target = share * z_real + (1 - share) * z_fake
            target += self.scale * self.noise.normal(*target.shape, like=target)
        spread = share.reshape(-1, *[1] * (x_real.ndim - 1))
        mixed = embed(spread * x_real + (1 - spread) * x_fake)
        if self.metric == "cosine":
            return 1 - F.cosine_similarity(mixed, target, dim=1).mean()
        return F.mse_loss(mixed, target)

    def _shares(self, x: Tensor) -> Tensor:
        if self.mixing == "normal":
            return self.noise.normal(len(x), 1, like=x)
        drawn = self.noise.uniform(len(x), 1, like=x)
        return drawn if self.mixing == "uniform" else (torch.pi / 2 * drawn).sin().square()
