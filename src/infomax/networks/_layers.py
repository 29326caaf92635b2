"""Layers whose first weights come from a generator, and the activations by name."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from infomax._arguments import check_at_least, check_choice, check_count

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}


class Linear(nn.Linear):
    """A linear layer that draws its first weights from a generator; see `draw_weights`."""

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        generator: torch.Generator,
        *,
        weight_std: float | None = None,
    ) -> None:
        super().__init__(n_inputs, n_outputs)
        draw_weights(self.weight, self.bias, generator, weight_std)

    def reset_parameters(self) -> None:
        """Leave torch's global generator alone."""


class Convolution(nn.Conv2d):
    """A convolution that keeps the picture's size at stride 1; see `draw_weights`."""

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        generator: torch.Generator,
        *,
        size: int = 3,
        stride: int = 1,
        weight_std: float | None = None,
    ) -> None:
        super().__init__(n_inputs, n_outputs, size, stride=stride, padding=size // 2)
        draw_weights(self.weight, self.bias, generator, weight_std)

    def reset_parameters(self) -> None:
        """Leave torch's global generator alone."""


@torch.no_grad()
def draw_weights(
    weight: Tensor, bias: Tensor | None, generator: torch.Generator, weight_std: float | None
) -> None:
    """Draw first weights in place.

    Without `weight_std` they are uniform within the inverse root of the number of inputs, as
    PyTorch's own; with it weights are normal with that deviation and biases zero.
    """
    if weight_std is None:
        bound = 1 / math.sqrt(weight[0].numel())
        weight.uniform_(-bound, bound, generator=generator)
        if bias is not None:
            bias.uniform_(-bound, bound, generator=generator)
    else:
        weight.normal_(0, weight_std, generator=generator)
        if bias is not None:
            bias.zero_()


def check_std(weight_std: float | None) -> float | None:
    """Return a deviation above zero, or None."""
    return None if weight_std is None else check_at_least("weight_std", weight_std, 0, strict=True)


def check_widths(name: str, widths: Sequence[int], *, minimum: int = 0) -> tuple[int, ...]:
    """Return sizes of layers, each at least one."""
    if isinstance(widths, str | int) or len(widths) < minimum:
        raise ValueError(f"`{name}` must be a sequence of at least {minimum} sizes, got {widths!r}")
    return tuple(check_count(f"{name}[{i}]", width) for i, width in enumerate(widths))


def activation_module(name: str) -> nn.Module:
    """Return a new activation."""
    return ACTIVATIONS[check_choice("activation", name, tuple(ACTIVATIONS))]()


def hidden_layers(
    widths: Sequence[int],
    activation: str,
    generator: torch.Generator,
    *,
    weight_std: float | None = None,
) -> list[nn.Module]:
    """Return the layers from flat inputs to the last width, an activation after each."""
    layers: list[nn.Module] = [nn.Flatten()]
    for width, following in pairwise(widths):
        layers += [
            Linear(width, following, generator, weight_std=weight_std),
            activation_module(activation),
        ]
    return layers
