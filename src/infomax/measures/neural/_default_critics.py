"""The networks that `MutualInformationEstimator` trains when it is given none."""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from infomax.measures.neural._critics import SeparableCritic

_N_DIMS = 32


def perceptron(widths: tuple[int, ...], generator: torch.Generator) -> nn.Sequential:
    """Return dense layers with ReLU between them, their weights drawn from the generator."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layer = nn.utils.skip_init(nn.Linear, wide, narrow)  # type: ignore[no-untyped-call]
        bound = wide**-0.5
        for weight in layer.parameters():
            nn.init.uniform_(weight, -bound, bound, generator=generator)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class SideBySide(nn.Module):
    """A score for each pair in a row, from x and y side by side."""

    def __init__(self, n_x: int, n_y: int, n_hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.layers = perceptron((n_x + n_y, n_hidden, n_hidden, 1), generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return scores, (n,)."""
        scores: Tensor = self.layers(torch.cat([x, y], dim=1))
        return scores[:, 0]


class NormalConditional(nn.Module):
    """The log density of every y given every x: normal, independent by dimension."""

    def __init__(self, n_x: int, n_y: int, n_hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.layers = perceptron((n_x, n_hidden, n_hidden, 2 * n_y), generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log densities: row i, column j is that of y_j given x_i."""
        mean, log_std = self.layers(x).chunk(2, dim=1)
        log_std = 5 * torch.tanh(log_std / 5)  # within e^±5 of the scale of y
        distance = (y[None] - mean[:, None]) / log_std.exp()[:, None]
        constant = log_std.sum(dim=1) + y.shape[1] * math.log(2 * math.pi) / 2
        densities: Tensor = -distance.square().sum(dim=2) / 2 - constant[:, None]
        return densities


def separable(n_x: int, n_y: int, n_hidden: int, generator: torch.Generator) -> SeparableCritic:
    """Return two encoders of their own weights and their inner product."""
    encoders = [perceptron((n, n_hidden, n_hidden, _N_DIMS), generator) for n in (n_x, n_y)]
    return SeparableCritic(*encoders)
