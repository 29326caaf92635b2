"""How the networks of the paper on adaptive estimators are made, trained and recorded."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from infomax.networks import Batches, ModelGroup, train_many

_HALF = math.log(2)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "ReLU": F.relu,
    "softplus": F.softplus,
    "centred softplus": lambda z: F.softplus(z) - _HALF,
    "ELU": F.elu,
    "Swish": F.silu,
    "absolute": torch.abs,
}
GAINS = {"tanh": 1.0, "absolute": 1.0}  # of the first weights; 2 for all others
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Task:
    """Inputs and labels, and which of them are trained on."""

    x: Tensor
    y: Tensor
    n_train: int
    """Rows from the first that are trained on; the others test."""
    probe: Tensor
    """Inputs on which information is measured, trained on or not."""
    labels: NDArray[np.int64]
    """Labels of the probe."""

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.y.max()) + 1


@dataclass(frozen=True)
class Plan:
    """One network: activation, weight of the L2 penalty and number of its initialisation."""

    activation: str
    penalty: float
    start: int


@dataclass(frozen=True)
class Trained:
    """What is kept of one network."""

    plan: Plan
    layers: dict[int, list[Floats]]
    """From the epoch to the activity of each layer on the probe, the softmax last."""
    accuracy: tuple[float, float]
    """On the rows trained on and on the others, at the end."""


class Layered(nn.Module):
    """A perceptron that tells what each of its layers answers."""

    penalty: Tensor

    def __init__(self, widths: Sequence[int], plan: Plan, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.linear = nn.ModuleList(
            _linear(a, b, GAINS.get(plan.activation, 2.0), generator) for a, b in pairwise(widths)
        )
        self.activation = plan.activation
        self.register_buffer("penalty", torch.tensor(plan.penalty))

    def extra_repr(self) -> str:
        """Keep networks of different activations apart when they are stacked."""
        return self.activation

    def layers(self, x: Tensor) -> list[Tensor]:
        """Return the activity of each hidden layer and the logits."""
        found = []
        for layer in self.linear[:-1]:
            x = ACTIVATIONS[self.activation](layer(x))
            found.append(x)
        return [*found, self.linear[-1](x)]

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits."""
        return self.layers(x)[-1]

    def cost(self, x: Tensor, y: Tensor) -> Tensor:
        """Return cross-entropy and half the penalty on all weights but the last layer's."""
        weights = [w for name, w in self.linear[:-1].named_parameters() if name.endswith("weight")]
        squares = torch.stack([w.square().sum() for w in weights]).sum()
        return F.cross_entropy(self(x), y) + self.penalty * squares / 2


def _linear(n_inputs: int, n_outputs: int, gain: float, generator: torch.Generator) -> nn.Linear:
    """Return a layer with truncated normal first weights and no biases, as the authors'."""
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, n_inputs, n_outputs)  # type: ignore[no-untyped-call]
    std = gain / math.sqrt(n_inputs)
    nn.init.trunc_normal_(layer.weight, 0, std, -2 * std, 2 * std, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def learn(
    task: Task, plans: Sequence[Plan], options: Mapping[str, Any], seed: int
) -> list[Trained]:
    """Train a network a plan, and keep what its layers answer at epochs spaced evenly in log.

    Networks of one start begin at the same weights and see the same batches, whatever their
    penalty.
    """
    shape = (task.x.shape[1], *options["widths"], task.n_classes)
    epochs = recorded_epochs(options)
    layers: dict[int, dict[int, list[Floats]]] = {place: {} for place in range(len(plans))}
    accuracy: dict[int, tuple[float, float]] = {}

    @torch.no_grad()
    def watch(group: ModelGroup, epoch: int) -> None:
        if epoch in epochs:
            answers = group.each(lambda model, _own, x: model.layers(x), task.probe)
            answers[-1] = answers[-1].softmax(dim=-1)
            for row, place in enumerate(group.indices):
                layers[place][epoch] = [layer[row].numpy().copy() for layer in answers]
        if epoch == options["n_epochs"]:
            logits = group.each(lambda model, _own, x: model(x), task.x)
            right = (logits.argmax(dim=-1) == task.y).double()
            for row, place in enumerate(group.indices):
                parts = right[row].split([task.n_train, len(task.y) - task.n_train])
                accuracy[place] = (float(parts[0].mean()), float(parts[1].mean()))

    def make(plan: Plan, _seed: int) -> Layered:
        first = np.random.default_rng([seed, plan.start, 1]).integers(2**62)
        return Layered(shape, plan, int(first))

    def batches(plan: Plan, _seed: int) -> Batches:
        return Batches(
            task.x[: task.n_train],
            task.y[: task.n_train],
            batch_size=options["batch_size"],
            random_state=np.random.default_rng([seed, plan.start, 2]),
        )

    train_many(
        make,
        plans,
        batches,
        loss=lambda model, batch: model.cost(*batch),
        n_epochs=options["n_epochs"],
        make_optimizer=lambda weights: torch.optim.Adam(weights, lr=options["learning_rate"]),
        random_state=seed,
        watch=watch,
    )
    return [Trained(plan, layers[i], accuracy[i]) for i, plan in enumerate(plans)]


def recorded_epochs(options: Mapping[str, Any]) -> list[int]:
    """Return 0 and epochs up to the last, evenly spaced in their logarithm."""
    spaced = np.geomspace(1, options["n_epochs"], options["n_recorded"])
    return sorted({0, *spaced.round().astype(int).tolist()})
