"""Small convolutional network."""

from collections.abc import Sequence

from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks._layers import (
    Convolution,
    Linear,
    activation_module,
    check_std,
    check_widths,
)


class ConvNet(nn.Module):
    r"""Convolutions that halve the picture, one dense layer, and a linear head.

    Each convolution of 3 x 3 is followed by the activation and by the maximum over 2 x 2; what is
    left is averaged to `pooled` x `pooled` and sent through a dense layer of `n_features`, the
    representation. For pictures of 8 to 64 pixels a side on a CPU; for deeper ones `ResNet`.

    Parameters
    ----------
    n_channels : int
        Channels of the picture.
    n_outputs : int
        Width of the answer.
    widths : sequence of int
        Channels after each convolution; a picture needs 2 to the power of their number pixels a
        side.
    n_features : int
        Width of the representation.
    pooled : int
        Side to which the last picture is averaged.
    activation : {"elu", "gelu", "relu", "sigmoid", "silu", "softplus", "tanh"}
        After each layer of the body.
    weight_std : float, optional
        Deviation of normal first weights in the body (biases are then zero). When left out, weights
        and biases are uniform within :math:`1/\sqrt{\text{inputs}}`, as are the head's always.
    random_state : int, Generator or None
        Where the first weights come from.

    Raises
    ------
    ValueError
        If a size is below 1, `weight_std` not above 0, or `activation` unknown.

    Examples
    --------
    >>> import torch
    >>> model = ConvNet(1, 10, random_state=0)
    >>> pictures = torch.zeros(3, 1, 28, 28)
    >>> model(pictures).shape, model.features(pictures).shape
    (torch.Size([3, 10]), torch.Size([3, 64]))
    """

    def __init__(
        self,
        n_channels: int,
        n_outputs: int,
        *,
        widths: Sequence[int] = (16, 32),
        n_features: int = 64,
        pooled: int = 4,
        activation: str = "relu",
        weight_std: float | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        width = check_count("n_channels", n_channels)
        check_count("n_outputs", n_outputs)
        check_count("n_features", n_features)
        std, generator = check_std(weight_std), torch_generator(random_state)
        layers: list[nn.Module] = []
        for following in check_widths("widths", widths, minimum=1):
            layers += [
                Convolution(width, following, generator, weight_std=std),
                activation_module(activation),
                nn.MaxPool2d(2),
            ]
            width = following
        n_left = width * check_count("pooled", pooled) ** 2
        layers += [
            nn.AdaptiveAvgPool2d(pooled),
            nn.Flatten(),
            Linear(n_left, n_features, generator, weight_std=std),
            activation_module(activation),
        ]
        self.features = nn.Sequential(*layers)
        self.head = Linear(n_features, n_outputs, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Return the answers.

        Parameters
        ----------
        x : tensor of shape (n, n_channels, height, width)
            Pictures.

        Returns
        -------
        tensor of shape (n, n_outputs)
            Without a last activation.
        """
        answer: Tensor = self.head(self.features(x))
        return answer
