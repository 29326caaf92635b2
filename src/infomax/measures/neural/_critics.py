"""Critics: functions of two variables that score how well their values go together."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator

Encoder: TypeAlias = Callable[[Tensor], Tensor]


class SeparableCritic(nn.Module):
    r"""Critic that is the inner product of two encodings, :math:`f(x, y) = \phi(x) \cdot \psi(y)`.

    All pairs of a batch cost two passes through the encoders and one product of matrices, so it is
    the critic for large batches, and the one whose encoders are wanted afterwards.
    `BilinearCritic` lets the encodings have different widths; `ConcatenatedCritic` sees both
    values at once, which is richer and a batch times dearer.

    Parameters
    ----------
    encoder_x : Module
        φ, from (n, ...) to (n, k).
    encoder_y : Module, optional
        ψ, of the same width k; φ itself when left out.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Equation 3. Poole et al. (2019), Section 3.1.

    Examples
    --------
    >>> import torch
    >>> critic = SeparableCritic(torch.nn.Identity())
    >>> critic(torch.eye(2), torch.ones(3, 2)).shape, critic.pairs(torch.eye(2), torch.eye(2))
    (torch.Size([2, 3]), tensor([1., 1.]))
    """

    def __init__(self, encoder_x: Encoder, encoder_y: Encoder | None = None) -> None:
        super().__init__()
        self.encoder_x = encoder_x
        self.encoder_y = encoder_x if encoder_y is None else encoder_y

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Score every x with every y.

        Parameters
        ----------
        x, y : tensor of shape (n, ...) and (m, ...)
            Values.

        Returns
        -------
        tensor of shape (n, m)
            Scores.
        """
        return self.encoder_x(x) @ self.encoder_y(y).T

    def pairs(self, x: Tensor, y: Tensor) -> Tensor:
        """Score each x with the y in its own row: shape (n,)."""
        return (self.encoder_x(x) * self.encoder_y(y)).sum(dim=1)


class BilinearCritic(nn.Module):
    r"""Critic with a learnt form between two encodings, :math:`\phi(x)^\top W \psi(y)`.

    As cheap as `SeparableCritic`; the encodings may differ in width, and may be frozen.

    Parameters
    ----------
    encoder_x : Module
        φ, from (n, ...) to (n, `n_dims_x`).
    encoder_y : Module, optional
        ψ; φ itself when left out.
    n_dims_x : int
        Width of φ.
    n_dims_y : int, optional
        Width of ψ; that of φ when left out.
    random_state : int, Generator or None
        Where W comes from: normal, of deviation :math:`1/\sqrt{\text{width of } \psi}`.

    Raises
    ------
    ValueError
        If a width is below 1.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Equation 3.

    Examples
    --------
    >>> import torch
    >>> critic = BilinearCritic(torch.nn.Identity(), n_dims_x=2, n_dims_y=5, random_state=0)
    >>> critic(torch.eye(2), torch.ones(3, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        encoder_x: Encoder,
        encoder_y: Encoder | None = None,
        *,
        n_dims_x: int,
        n_dims_y: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        check_count("n_dims_x", n_dims_x)
        width = n_dims_x if n_dims_y is None else check_count("n_dims_y", n_dims_y)
        self.encoder_x = encoder_x
        self.encoder_y = encoder_x if encoder_y is None else encoder_y
        form = torch.empty(n_dims_x, width)
        form.normal_(0, width**-0.5, generator=torch_generator(random_state))
        self.form = nn.Parameter(form)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Score every x with every y: shape (n, m)."""
        return self.encoder_x(x) @ self.form @ self.encoder_y(y).T

    def pairs(self, x: Tensor, y: Tensor) -> Tensor:
        """Score each x with the y in its own row: shape (n,)."""
        return ((self.encoder_x(x) @ self.form) * self.encoder_y(y)).sum(dim=1)


class ConcatenatedCritic(nn.Module):
    r"""Critic that sees both values at once, :math:`f(x, y) = g(\phi(x), \psi(y))`.

    For relations that no inner product of some dimensions tells, such as sharp nearness. Scoring
    all pairs of a batch of n costs n² passes through `network`.

    Parameters
    ----------
    network : Module
        g, from (n, k) to (n,) or (n, 1), k being the widths of both encodings together.
    encoder_x, encoder_y : Module, optional
        φ and ψ, from (n, ...) to (n, width); values are only flattened when left out.

    References
    ----------
    Belghazi et al. (2018). Poole et al. (2019), Section 3.1.

    Examples
    --------
    >>> import torch
    >>> critic = ConcatenatedCritic(torch.nn.Linear(4, 1))
    >>> critic(torch.eye(2), torch.ones(3, 2)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        network: Callable[[Tensor], Tensor],
        encoder_x: Encoder | None = None,
        encoder_y: Encoder | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.encoder_x = nn.Flatten() if encoder_x is None else encoder_x
        self.encoder_y = nn.Flatten() if encoder_y is None else encoder_y

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Score every x with every y: shape (n, m)."""
        first, second = self.encoder_x(x), self.encoder_y(y)
        n, m = len(first), len(second)
        left = first[:, None].expand(n, m, first.shape[1])
        right = second[None].expand(n, m, second.shape[1])
        return self.network(torch.cat([left, right], dim=2).flatten(0, 1)).reshape(n, m)

    def pairs(self, x: Tensor, y: Tensor) -> Tensor:
        """Score each x with the y in its own row: shape (n,)."""
        both = torch.cat([self.encoder_x(x), self.encoder_y(y)], dim=1)
        return self.network(both).reshape(len(both))
