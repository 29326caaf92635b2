"""What all losses of bottlenecks share: a prediction term and a weighted compression term."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from infomax.representation._step_weight import StepWeight, Weight


class BottleneckLoss(nn.Module):
    """Prediction plus β times compression, two of the `terms` that each loss names."""

    terms: Callable[..., dict[str, Tensor]]

    def __init__(self, beta: Weight) -> None:
        super().__init__()
        self.beta = StepWeight("beta", beta)

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
        weight: float = self.beta()
        return terms["prediction"] + weight * terms["compression"]


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
