"""Where a training stands, in memory and in a file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from infomax._tensor_files import load_tensors, save_tensors

_FORMAT = "infomax training state 1"


@dataclass(frozen=True)
class TrainingState:
    """What `train` needs to go on as if it had never stopped.

    Parameters
    ----------
    epoch : int
        Epochs done.
    step : int
        Steps of the optimiser done.
    losses : tuple of float
        Mean loss of each epoch's batches.
    model : dict of tensors
        The module's `state_dict`.
    optimizer : dict
        The optimiser's `state_dict`.
    """

    epoch: int
    step: int
    losses: tuple[float, ...]
    model: dict[str, Tensor]
    optimizer: dict[str, Any]

    def restore(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Put the weights into `model` and the moments into `optimizer`.

        Parameters
        ----------
        model : Module
            Of the shape of the one that was trained.
        optimizer : Optimizer
            Of the same kind and over the same parameters.
        """
        model.load_state_dict(self.model)
        optimizer.load_state_dict(self.optimizer)

    def save(self, path: str | Path) -> None:
        """Write the state as safetensors, whole or not at all.

        Parameters
        ----------
        path : str or Path
            File to write; one that exists is replaced.
        """
        tensors = {f"model.{name}": value for name, value in self.model.items()}
        plain: dict[str, dict[str, Any]] = {}
        for index, entries in self.optimizer["state"].items():
            for name, value in entries.items():
                if isinstance(value, Tensor):
                    tensors[f"optimizer.{index}.{name}"] = value
                else:
                    plain.setdefault(str(index), {})[name] = value
        about = {
            "epoch": self.epoch,
            "step": self.step,
            "losses": self.losses,
            "groups": self.optimizer["param_groups"],
            "plain": plain,
        }
        save_tensors(path, tensors, {"about": json.dumps(about)}, file_format=_FORMAT)

    @classmethod
    def load(cls, path: str | Path) -> "TrainingState":
        """Read a state that `save` wrote; nothing is unpickled.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        TrainingState
            On the CPU; `restore` moves it to the model's device.

        Raises
        ------
        ValueError
            If the file is no such state.
        """
        tensors, metadata = load_tensors(path, file_format=_FORMAT, wanted="a training state")
        about = json.loads(metadata["about"])
        model, moments = {}, {int(k): dict(v) for k, v in about["plain"].items()}
        for key, value in tensors.items():
            kind, _, name = key.partition(".")
            if kind == "model":
                model[name] = value
            else:
                index, _, name = name.partition(".")
                moments.setdefault(int(index), {})[name] = value
        optimizer = {"state": moments, "param_groups": about["groups"]}
        return cls(about["epoch"], about["step"], tuple(about["losses"]), model, optimizer)
