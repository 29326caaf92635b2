"""Random numbers of a module, whose place in the stream is part of its state."""

import torch
from torch import Tensor, nn

from infomax._arrays import RandomState, torch_generator


class Noise(nn.Module):
    """A stream of random numbers that is saved and resumed with the module that draws them."""

    def __init__(self, random_state: RandomState) -> None:
        super().__init__()
        self.generator = torch_generator(random_state)

    def normal(self, *shape: int, like: Tensor) -> Tensor:
        """Return standard normal numbers of the type and on the device of `like`."""
        return torch.randn(shape, generator=self.generator, dtype=like.dtype).to(like.device)

    def uniform(self, *shape: int, like: Tensor) -> Tensor:
        """Return numbers uniform in [0, 1), of the type and on the device of `like`."""
        return torch.rand(shape, generator=self.generator, dtype=like.dtype).to(like.device)

    def get_extra_state(self) -> Tensor:
        """Return where the stream stands, for `state_dict`."""
        return self.generator.get_state()

    def set_extra_state(self, state: Tensor) -> None:
        """Go to where the stream stood."""
        self.generator.set_state(state.cpu())
