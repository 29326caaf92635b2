"""The training loop."""

import copy
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax.networks._training_state import TrainingState

Loss: TypeAlias = Callable[[Any, Any], Tensor]
BatchSource: TypeAlias = Iterable[Any] | Callable[[int], Iterable[Any]]


@dataclass(frozen=True)
class EpochEnd:
    """What the callback of `train` is told: before the first epoch, and after each.

    Parameters
    ----------
    epoch : int
        Epochs done; 0 before the first step.
    n_epochs : int
        Epochs in all.
    loss : float
        Mean over the epoch's batches; NaN before the first step.
    model : Module
        As it stands now.
    state : callable
        Returns a `TrainingState`, a copy that later steps do not change.
    """

    epoch: int
    n_epochs: int
    loss: float
    model: nn.Module
    state: Callable[[], TrainingState]


def train(
    model: nn.Module,
    batches: BatchSource,
    *,
    loss: Loss,
    n_epochs: int,
    optimizer: torch.optim.Optimizer | None = None,
    learning_rate: Callable[[int], float] | None = None,
    state: TrainingState | None = None,
    callback: Callable[[EpochEnd], object] | None = None,
) -> TrainingState:
    r"""Train a module, in place.

    Each batch makes one step of the optimiser on ``loss(model, batch)``. For hundreds of small
    networks of one shape use `train_many`, which gives the same weights far sooner.

    Parameters
    ----------
    model : Module
        Trained in place, on the device where it is; left in the mode it came in.
    batches : iterable, or callable
        What an epoch goes through: an iterable (a `DataLoader`), or a callable from the epoch,
        counted from 0, to an iterable (`Batches`). Batches must be on the model's device.
    loss : callable
        ``loss(model, batch)`` returns a scalar tensor; a module of one's own is called inside.
    n_epochs : int
        Epochs in all, those of `state` included.
    optimizer : Optimizer, optional
        Over the parameters to train; `torch.optim.Adam` over all when left out.
    learning_rate : callable, optional
        From the step, counted from 0, to the learning rate; the optimiser's own when left out.
    state : TrainingState, optional
        Where an earlier call stopped; model and optimiser are set to it first.
    callback : callable, optional
        Told an `EpochEnd` before the first epoch (not on resuming) and after each; training stops
        early if it returns True.

    Returns
    -------
    TrainingState
        Epochs done, mean loss of each, and copies of the weights and of the optimiser's moments.

    Raises
    ------
    ValueError
        If `n_epochs` is below 1 or an epoch has no batch.
    FloatingPointError
        If an epoch's loss is not finite.

    Notes
    -----
    With `Batches`, stopping after any epoch and resuming gives the weights of an uninterrupted run,
    bit for bit on one machine. A loss that draws random numbers of its own has to draw them from
    something that is resumed with it.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP, Batches
    >>> x = torch.linspace(-1, 1, 32)[:, None]
    >>> mse = lambda model, batch: (model(batch[0]) - batch[1]).square().mean()
    >>> batches = Batches(x, 2 * x, batch_size=8, random_state=0)
    >>> half = train(MLP(1, (), 1, random_state=0), batches, loss=mse, n_epochs=3)
    >>> whole = train(MLP(1, (), 1, random_state=0), batches, loss=mse, n_epochs=6, state=half)
    >>> whole.epoch, len(whole.losses)
    (6, 6)
    """
    check_count("n_epochs", n_epochs)
    optimizer = optimizer or torch.optim.Adam(model.parameters())
    run = _Run(model, optimizer, loss, learning_rate)
    if state is not None:
        run.resume(state)

    def stops(mean: float) -> bool:
        end = EpochEnd(len(run.losses), n_epochs, mean, model, run.state)
        return callback is not None and callback(end) is True

    was_training = model.training
    try:
        stopped = state is None and stops(math.nan)
        while not stopped and len(run.losses) < n_epochs:
            model.train()
            run.epoch(batches(len(run.losses)) if callable(batches) else batches)
            stopped = stops(run.losses[-1])
    finally:
        model.train(was_training)
    return run.state()


class _Run:
    """A training under way."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        loss: Loss,
        learning_rate: Callable[[int], float] | None,
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.learning_rate = learning_rate
        self.losses: list[float] = []
        self.step = 0

    def resume(self, state: TrainingState) -> None:
        state.restore(self.model, self.optimizer)
        self.losses, self.step = list(state.losses), state.step

    def epoch(self, batches: Iterable[Any]) -> None:
        losses = []
        for batch in batches:
            if self.learning_rate is not None:
                for group in self.optimizer.param_groups:
                    group["lr"] = self.learning_rate(self.step)
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            losses.append(loss.detach())
            self.step += 1
        if not losses:
            raise ValueError(
                f"`batches` must give at least one batch, got none in epoch {len(self.losses)}"
            )
        mean = float(torch.stack(losses).mean())
        if not math.isfinite(mean):
            raise FloatingPointError(
                f"the loss became {mean} in epoch {len(self.losses)}: lower the learning rate"
            )
        self.losses.append(mean)

    def state(self) -> TrainingState:
        model = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        optimizer = copy.deepcopy(self.optimizer.state_dict())
        return TrainingState(len(self.losses), self.step, tuple(self.losses), model, optimizer)
