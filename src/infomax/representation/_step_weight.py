"""Weight of a term, fixed or changing with the steps taken."""

import math
from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_between

Weight: TypeAlias = float | Callable[[int], float]


class StepWeight(nn.Module):
    """A weight that knows how many training steps it has been asked for."""

    step: Tensor

    def __init__(self, name: str, weight: Weight) -> None:
        super().__init__()
        self.name = name
        self.weight = weight if callable(weight) else self._checked(weight)
        self.register_buffer("step", torch.tensor(0))

    @property
    def is_zero(self) -> bool:
        """Whether the weight is zero at every step."""
        return not callable(self.weight) and self.weight == 0

    def now(self) -> float:
        """Return the weight at this step."""
        if not callable(self.weight):
            return self.weight
        return self._checked(float(self.weight(int(self.step))))

    def forward(self) -> float:
        """Return the weight at this step; in training mode the next call is the next step."""
        weight = self.now()
        if self.training:
            self.step.add_(1)
        return weight

    def _checked(self, weight: float) -> float:
        return check_between(self.name, weight, 0, math.inf, open_high=True)
