"""Small residual network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks._layers import Convolution, Linear, check_std, check_widths

_CHANNELS_A_GROUP = 8


class ResNet(nn.Module):
    r"""Residual blocks in stages that halve the picture and widen it, and a linear head.

    A block gives :math:`\mathrm{ReLU}(x' + F(x))` with F two convolutions of 3 x 3 and x' the input,
    or a 1 x 1 convolution of it where size or width change; the mean over places of the last stage
    is the representation. For when a `ConvNet` is not deep enough.

    Parameters
    ----------
    n_channels : int
        Channels of the picture.
    n_outputs : int
        Width of the answer.
    widths : sequence of int
        Channels of each stage; the last is the width of the representation.
    n_blocks : int
        Blocks a stage.
    stem_stride : int
        Step of the first convolution; 2 halves the picture at once and the time to a quarter.
    weight_std : float, optional
        Deviation of normal first weights in the body (biases are then zero). When left out, weights
        and biases are uniform within :math:`1/\sqrt{\text{inputs}}`, as are the head's always.
    random_state : int, Generator or None
        Where the first weights come from.

    Raises
    ------
    ValueError
        If a size is below 1 or `weight_std` not above 0.

    Notes
    -----
    Departs from the paper in normalising groups of up to eight channels of each item instead of
    batches: an item's representation then does not depend on its batch, and is the same in training
    and in evaluation.

    References
    ----------
    He, Zhang, Ren and Sun (2016), Section 4.2; Wu and He (2018) for the normalisation.

    Examples
    --------
    >>> import torch
    >>> model = ResNet(1, 10, random_state=0)
    >>> pictures = torch.zeros(3, 1, 28, 28)
    >>> model(pictures).shape, model.features(pictures).shape
    (torch.Size([3, 10]), torch.Size([3, 64]))
    """

    def __init__(
        self,
        n_channels: int,
        n_outputs: int,
        *,
        widths: Sequence[int] = (16, 32, 64),
        n_blocks: int = 1,
        stem_stride: int = 1,
        weight_std: float | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        sizes = check_widths("widths", widths, minimum=1)
        check_count("n_channels", n_channels)
        check_count("n_outputs", n_outputs)
        check_count("n_blocks", n_blocks)
        std, generator = check_std(weight_std), torch_generator(random_state)
        stride = check_count("stem_stride", stem_stride)
        stem = Convolution(n_channels, sizes[0], generator, stride=stride, weight_std=std)
        layers: list[nn.Module] = [stem, _normalization(sizes[0]), nn.ReLU()]
        width = sizes[0]
        for stage, size in enumerate(sizes):
            for block in range(n_blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                layers.append(_Block(width, size, stride, generator, std))
                width = size
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = Linear(width, n_outputs, generator)

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


class _Block(nn.Module):
    """Two convolutions and the way around them."""

    def __init__(
        self, n_in: int, n_out: int, stride: int, generator: torch.Generator, std: float | None
    ) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            Convolution(n_in, n_out, generator, stride=stride, weight_std=std),
            _normalization(n_out),
            nn.ReLU(),
            Convolution(n_out, n_out, generator, weight_std=std),
            _normalization(n_out),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.shortcut = Convolution(
                n_in, n_out, generator, size=1, stride=stride, weight_std=std
            )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.shortcut(x) + self.residual(x))


def _normalization(width: int) -> nn.GroupNorm:
    """Return a normalisation by groups of eight channels, or of all where eight do not fit."""
    groups = width // _CHANNELS_A_GROUP if width % _CHANNELS_A_GROUP == 0 else 1
    return nn.GroupNorm(groups, width)
