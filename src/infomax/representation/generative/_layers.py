"""Layers whose first weights come from a generator, and layers of bounded slope."""

from typing import Any

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def blank(kind: type[nn.Module], *sizes: int, **options: Any) -> Any:
    """Return a layer whose weights are yet to be drawn; torch's global generator is left alone."""
    return nn.utils.skip_init(kind, *sizes, **options)  # type: ignore[no-untyped-call]


def bounded(layer: nn.Module, generator: torch.Generator) -> nn.Module:
    """Hold the largest singular value of a layer's weight at one.

    Torch begins its power iteration at random, here from a seed that the generator gives.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(drawn_seed(generator))
        return spectral_norm(layer)


def drawn_seed(generator: torch.Generator) -> int:
    """Return a seed, which moves the generator on."""
    return int(torch.randint(2**62, (1,), generator=generator))
