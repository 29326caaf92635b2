"""Networks of equal shape with their weights stacked."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

Stacked: TypeAlias = dict[str, Tensor]


class BoundModel:
    """A module of which anything can be called, with weights other than its own."""

    def __init__(self, module: nn.Module, weights: Stacked) -> None:
        self._module, self._weights = module, weights

    def __call__(self, *inputs: Any) -> Any:
        return functional_call(self._module, self._weights, inputs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or not callable(getattr(self._module, name)):
            raise AttributeError(f"a model's public methods and parts can be called, not {name!r}")
        weights = {f"module.{key}": value for key, value in self._weights.items()}
        called = _Called(self._module, name)
        return lambda *inputs: functional_call(called, weights, inputs)


class _Called(nn.Module):
    """A module whose `forward` is a method, or a part, of another."""

    def __init__(self, module: nn.Module, name: str) -> None:
        super().__init__()
        self.module, self.name = module, name

    def forward(self, *inputs: Any) -> Any:
        return getattr(self.module, self.name)(*inputs)


@dataclass(frozen=True)
class ModelGroup:
    """Networks of one shape.

    Parameters
    ----------
    indices : tuple of int
        Places among the settings.
    template : Module
        One of them, whose own weights do not count.
    parameters, buffers : dict of tensors
        Each with a first axis over the networks.
    """

    indices: tuple[int, ...]
    template: nn.Module
    parameters: Stacked
    buffers: Stacked

    @classmethod
    def of(cls, indices: Sequence[int], models: Sequence[nn.Module]) -> "ModelGroup":
        """Stack models.

        Parameters
        ----------
        indices : sequence of int
            Their places.
        models : sequence of Module
            Of one shape.

        Returns
        -------
        ModelGroup
            With weights of its own, which ask for gradients.
        """
        parameters, buffers = stack_module_state(list(models))
        return cls(tuple(indices), copy.deepcopy(models[0]), parameters, buffers)

    def each(self, function: Callable[..., Any], *shared: Any, own: tuple[Tensor, ...] = ()) -> Any:
        """Call ``function(model, own, *shared)`` for every network, in one pass.

        Parameters
        ----------
        function : callable
            The model comes as something of which the methods and parts can be called.
        *shared
            The same for all.
        own : tuple of tensors
            With a first axis over the networks, of which each is given its part.

        Returns
        -------
        tensor, or what `function` nests tensors in
            With a first axis over the networks.
        """

        def one(weights: Stacked, mine: tuple[Tensor, ...]) -> Any:
            return function(BoundModel(self.template, weights), mine, *shared)

        return vmap(one)(self.parameters | self.buffers, own)

    def model(self, place: int) -> nn.Module:
        """Return one network as a module of its own.

        Parameters
        ----------
        place : int
            Within the group.

        Returns
        -------
        Module
            With a copy of the weights.
        """
        module = copy.deepcopy(self.template)
        weights = self.parameters | self.buffers
        module.load_state_dict({name: value[place].detach() for name, value in weights.items()})
        return module


@dataclass(frozen=True)
class TrainedModels:
    """Networks that `train_many` trained.

    Parameters
    ----------
    seeds : tuple of int
        Seed of each network: of its first weights and of the order of its batches.
    losses : tensor of shape (n_models, n_epochs)
        Mean loss of each epoch's batches.
    groups : tuple of ModelGroup
        Networks of one shape together, with their stacked weights.
    """

    seeds: tuple[int, ...]
    losses: Tensor
    groups: tuple[ModelGroup, ...]

    def __len__(self) -> int:
        return len(self.seeds)

    def model(self, index: int) -> nn.Module:
        """Return one network as a module of its own.

        Parameters
        ----------
        index : int
            Its place among the settings.

        Returns
        -------
        Module
            With a copy of the weights, in evaluation mode.
        """
        for group in self.groups:
            if index in group.indices:
                return group.model(group.indices.index(index)).eval()
        raise ValueError(f"`index` must lie in [0, {len(self) - 1}], got {index}")

    @torch.no_grad()
    def outputs(self, x: Tensor) -> list[Tensor]:
        """Send one input through every network.

        Parameters
        ----------
        x : Tensor
            The same for all.

        Returns
        -------
        list of tensors
            The networks' answers, in the order of the settings.
        """
        answers: dict[int, Tensor] = {}
        for group in self.groups:
            group.template.eval()
            found = group.each(lambda model, _own, inputs: model(inputs), x)
            answers |= zip(group.indices, found, strict=True)
        return [answers[index] for index in range(len(self))]
