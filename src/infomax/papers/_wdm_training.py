"""Critics and encoders of the paper on the Wasserstein dependency measure, trained and probed."""

import math
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize

from infomax.exceptions import EstimatorCeilingWarning
from infomax.lab.contract import Record, Row, Setting, Spend
from infomax.measures import (
    BilinearCritic,
    donsker_varadhan,
    gradient_penalty,
    infonce,
    jensen_shannon_objective,
    nwj,
)
from infomax.networks import MLP, ConvNet, SpectralLipschitz
from infomax.papers._wdm_data import Task
from infomax.representation import (
    WassersteinDependencyLoss,
    WassersteinPredictiveCodingLoss,
    info_nce_loss,
)

N_DIMS = 64
PENALTY, LEARNING_RATE = 1.0, 1e-3
_RIDGE = 0.01  # of the linear probe, a row
_BOUNDS = {"DV": donsker_varadhan, "NWJ": nwj, "JSD": jensen_shannon_objective}


@dataclass(frozen=True)
class Learned:
    """An encoder of the first view; the critic that it is part of, if it has one."""

    encoder: nn.Module
    critic: nn.Module | None
    seconds: float


def learn(
    arm: str,
    task: Task,
    setting: Setting,
    seed: int,
    encoder: str,
    batch: int,
    *,
    learning_rate: float = LEARNING_RATE,
    penalty: float = PENALTY,
) -> Learned:
    """Train one arm for the steps of the setting; every arm starts from the same weights."""
    started = time.process_time()
    sizes = [pairs.shape[1:] for pairs in (task.train.x, task.train.y)]
    encoders = [_encoder(encoder, size, setting, seed + i) for i, size in enumerate(sizes)]
    x, y = _tensors(task.train)
    if arm == "random encoder":
        return Learned(encoders[0], None, 0.0)
    if arm == "supervised":
        classes = torch.from_numpy(task.train.factors)
        head = MLP(N_DIMS, (), classes.shape[1] * task.train.n_classes, random_state=seed)
        model: nn.Module = nn.Sequential(encoders[0], head)

        def loss(rows: Tensor) -> Tensor:
            scores = model(x[rows]).reshape(-1, task.train.n_classes)
            return nn.functional.cross_entropy(scores, classes[rows].flatten())
    else:
        if arm == "WPC, spectral":
            encoders = [SpectralLipschitz(module) for module in encoders]
        critic = BilinearCritic(*encoders, n_dims_x=N_DIMS, random_state=seed)
        if arm == "norm of the form alone":
            parametrize.register_parametrization(critic, "form", _UnitNorm())
        objective = _objective(arm, critic, penalty)
        model = critic

        def loss(rows: Tensor) -> Tensor:
            return objective(x[rows], y[rows])

    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(setting["steps"]):
        rows = torch.randint(len(x), (batch,), generator=generator)
        optimizer.zero_grad()
        loss(rows).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    model.eval()
    found = None if arm == "supervised" else model
    return Learned(encoders[0], found, time.process_time() - started)


class _UnitNorm(nn.Module):
    """Divide a matrix by its largest singular value."""

    def forward(self, matrix: Tensor) -> Tensor:
        return matrix.div(torch.linalg.matrix_norm(matrix, 2))


def _objective(arm: str, critic: nn.Module, penalty: float) -> Callable[[Tensor, Tensor], Tensor]:
    if arm == "WDM":
        return WassersteinDependencyLoss(critic, penalty=penalty)
    if arm in ("WPC", "WPC, one-sided"):
        return WassersteinPredictiveCodingLoss(critic, penalty=penalty, two_sided=arm == "WPC")
    if arm in _BOUNDS:
        return lambda x, y: -_BOUNDS[arm](critic(x, y))
    return lambda x, y: info_nce_loss(critic(x, y))


def _encoder(kind: str, size: tuple[int, ...], setting: Setting, seed: int) -> nn.Module:
    if kind == "MLP":
        widths = (setting["width"], setting["width"])
        return MLP(math.prod(size), widths, N_DIMS, random_state=seed)
    return ConvNet(
        size[0], N_DIMS, widths=(16,), n_features=128, pooled=size[1] // 4, random_state=seed
    )


def told(
    arm: str, learned: Learned, task: Task, setting: Setting, batch: int, at: dict[str, Any]
) -> Iterator[Record]:
    """Yield what a linear probe reads off an encoder, and where its critic stands."""
    by_cell = probe_accuracies(learned.encoder, task)
    selected = None if task.selected_by == "test" else task.selected_by
    yield Row(arm, "probe accuracy", float(by_cell.mean()), "1", at, selected_on=selected)
    yield Row(arm, "probe accuracy, worst cell", float(by_cell.min()), "1", at)
    if learned.seconds:
        yield Spend(arm, "steps", setting["steps"], None, at)
        yield Spend(arm, "pairs", setting["steps"] * batch, None, at)
        yield Spend(arm, "seconds", learned.seconds, None, at)
    if learned.critic is not None:
        for name, pairs in (("training", task.train), ("held-out", task.test)):
            value = share_of_log_n(learned.critic, pairs, batch)
            yield Row(arm, f"InfoNCE over log n, {name} pairs", value, "1", at)
        slope = slope_of(learned.critic, task.test)
        yield Row(arm, "slope of the critic", slope, "1", at)


@torch.no_grad()
def probe_accuracies(encoder: nn.Module, task: Task) -> NDArray[np.float64]:
    """Return, for each cell, the share of digits that a linear map of the encoding finds.

    The map fits the classes of the probe's pairs in least squares.
    """
    inside, outside = (encoder(_tensors(pairs)[0]).double() for pairs in (task.probe, task.test))
    mean, deviation = inside.mean(dim=0), inside.std(dim=0) + 1e-6
    inside, outside = (
        nn.functional.pad((z - mean) / deviation, (0, 1), value=1.0) for z in (inside, outside)
    )
    classes = torch.from_numpy(task.probe.factors)
    wanted = nn.functional.one_hot(classes, task.probe.n_classes).double().flatten(1)
    ridge = _RIDGE * len(inside) * torch.eye(inside.shape[1], dtype=torch.float64)
    weights = torch.linalg.solve(inside.T @ inside + ridge, inside.T @ wanted)
    answers = (outside @ weights).reshape(len(outside), -1, task.probe.n_classes).argmax(dim=2)
    right = answers.numpy() == task.test.factors
    return np.asarray(right.mean(axis=0), dtype=np.float64)


@torch.no_grad()
def share_of_log_n(critic: nn.Module, pairs: Any, batch: int) -> float:
    """Return InfoNCE in batches of that size, in units of log n: 1 is all that it can tell."""
    x, y = _tensors(pairs)
    starts = range(0, min(len(x) - batch, 8 * batch) + 1, batch)
    scores = [critic(x[a : a + batch], y[a : a + batch]).double().numpy() for a in starts]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimatorCeilingWarning)  # the ceiling is the subject
        return float(np.mean([infonce(matrix) for matrix in scores])) / math.log(batch)


def slope_of(critic: nn.Module, pairs: Any) -> float:
    """Return the root mean squared slope of a critic over product pairs."""
    x, y = (values[:256] for values in _tensors(pairs))
    return math.sqrt(float(gradient_penalty(critic, x, y, target=0.0).detach()))


def _tensors(pairs: Any) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(pairs.x.copy()), torch.from_numpy(pairs.y.copy())
