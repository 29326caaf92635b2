"""What all losses of bottlenecks share: a prediction term and a weighted compression term."""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_between

Weight: TypeAlias = float | Callable[[int], float]


class BottleneckLoss(nn.Module):
    """Prediction plus β times compression; `terms` of a subclass names them.

    β is a number or a schedule of the steps taken in training, which are counted in `state_dict`.
    """

    step: Tensor

    def __init__(self, beta: Weight) -> None:
        super().__init__()
        if not callable(beta):
            check_between("beta", beta, 0, math.inf, open_high=True)
        self.beta = beta
        self.register_buffer("step", torch.zeros((), dtype=torch.long))

    def forward(self, x: Tensor, t: Any, y_hat: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch, to be minimised.

        Parameters
        ----------
        x : tensor of shape (n, d)
            Inputs.
        t : tensor of shape (n, k)
            Their codes, as `terms` wants them.
        y_hat, y : tensor of shape (n,) or (n, m)
            Predictions and targets, of one shape.

        Returns
        -------
        0-d tensor
            Prediction plus β times compression.
        """
        terms = self.terms(x, t, y_hat, y)
        beta = self.beta(int(self.step)) if callable(self.beta) else self.beta
        if self.training:
            self.step += 1
        return terms["prediction"] + beta * terms["compression"]

    def terms(self, x: Tensor, t: Any, y_hat: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the terms by name, before β."""
        raise NotImplementedError


def squared_error(y_hat: Tensor, y: Tensor) -> Tensor:
    """Return the mean of squares over points and outputs; of one shape, lest they broadcast."""
    check_same_shape(y_hat, y)
    return (y_hat - y).square().mean()


def check_same_shape(y_hat: Tensor, y: Tensor) -> None:
    """Refuse predictions and targets that would broadcast against each other."""
    if y_hat.shape != y.shape:
        raise ValueError(
            f"`y_hat` must have the shape of `y`, got {tuple(y_hat.shape)} and {tuple(y.shape)}"
        )
