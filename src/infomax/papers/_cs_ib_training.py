"""How the regressors of the paper on the Cauchy-Schwarz bottleneck are made, trained and tried."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from infomax.data.tables import Table
from infomax.lab.contract import Setting
from infomax.measures import conditional_cs_divergence, cs_mutual_information
from infomax.networks import Batches, EpochEnd, train
from infomax.representation import (
    BottleneckNetwork,
    CSInformationBottleneckLoss,
    HSICBottleneckLoss,
    NonlinearInformationBottleneckLoss,
    VariationalInformationBottleneckLoss,
)

BRANCHES, UNEVEN = "two branches", "uneven noise"
_FAR = 5.0  # standard deviations
_NOISE = 0.1  # standard deviation around a branch, and the least around a curve
Objective = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]
"""From inputs, mean and log-variance of codes, predictions and targets to a loss."""


@dataclass(frozen=True)
class Rival:
    """How one arm is trained: its loss at a weight, its weights, and the noise in its code."""

    objective: Callable[[float], Objective]
    weights: tuple[float, ...]
    noise: Literal["none", "learned", "fixed"] = "none"
    decays: bool = False
    """Whether the weight is that of weight decay instead of a bottleneck."""


def _of_codes(loss: Any) -> Objective:
    def objective(x: Tensor, t: Tensor, _v: Tensor, y_hat: Tensor, y: Tensor) -> Tensor:
        value: Tensor = loss(x, t, y_hat, y)
        return value

    return objective


def _variational(beta: float) -> Objective:
    loss = VariationalInformationBottleneckLoss(beta)

    def objective(x: Tensor, t: Tensor, v: Tensor, y_hat: Tensor, y: Tensor) -> Tensor:
        value: Tensor = loss(x, (t, v), y_hat, y)
        return value

    return objective


def _squared_error(_weight: float) -> Objective:
    def objective(_x: Tensor, _t: Tensor, _v: Tensor, y_hat: Tensor, y: Tensor) -> Tensor:
        return F.mse_loss(y_hat, y)

    return objective


def _with_compression(beta: float, *, released: bool) -> Objective:
    """Squared error and Cauchy-Schwarz compression; summed over the batch, in bits, if released."""

    def objective(x: Tensor, t: Tensor, _v: Tensor, y_hat: Tensor, y: Tensor) -> Tensor:
        kept: Tensor = cs_mutual_information(x, t, bandwidth=1.0, normalized=True)
        errors = (y_hat - y).square()
        error = errors.sum() / math.log(2) if released else errors.mean()
        return error + beta * kept

    return objective


_SHARES = (1e-3, 1e-2, 1e-1, 1.0)  # for terms between 0 and 1
_NATS = (1e-4, 1e-3, 1e-2, 1e-1)  # for terms of nats, which sum over dimensions
RIVALS: Mapping[str, Rival] = {
    "CS-IB": Rival(lambda b: _of_codes(CSInformationBottleneckLoss(b)), _SHARES),
    "CS-IB, released weights": Rival(
        lambda b: _of_codes(CSInformationBottleneckLoss(b, convention="released")), _SHARES
    ),
    "released run": Rival(lambda b: _with_compression(b, released=True), _SHARES),
    "squared error + CS": Rival(lambda b: _with_compression(b, released=False), _SHARES),
    "squared error": Rival(_squared_error, (1e-5, 1e-4, 1e-3, 1e-2), decays=True),
    "VIB": Rival(_variational, _NATS, "learned"),
    "NIB": Rival(lambda b: _of_codes(NonlinearInformationBottleneckLoss(b)), _NATS, "fixed"),
    "HSIC": Rival(lambda b: _of_codes(HSICBottleneckLoss(b)), _SHARES),
}


@dataclass(frozen=True)
class Split:
    """A table cut in three, standardised by its training part."""

    case: str
    train: tuple[Tensor, Tensor]
    validation: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]

    @property
    def drawn(self) -> bool:
        """Whether the target has a law that its mean does not tell, so that draws are judged."""
        return self.case in (BRANCHES, UNEVEN)


@dataclass
class Fitted:
    """A trained network, how its codes are drawn, and its test error after each epoch."""

    model: BottleneckNetwork
    noise: str
    n_steps: int
    errors: list[float] = field(default_factory=list)

    def codes(self, x: Tensor) -> Tensor:
        """Return codes without noise."""
        return self.model.encode(x)[0]

    def predict(self, x: Tensor) -> Tensor:
        """Return predictions without noise, which a gradient may follow."""
        return self.model.decode(self.codes(x))

    def draw(self, x: Tensor, seed: int) -> Tensor:
        """Return predictions from codes with the noise of training."""
        shape = (len(x), self.model.n_components)
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        return self.model.decode(_noisy(*self.model.encode(x), self.noise, noise))


def branches(n: int, generator: np.random.Generator) -> Table:
    """Return points whose target is one of two branches, by a coin: their mean has no mass."""
    x = generator.uniform(-1, 1, (n, 1))
    side = generator.choice([-1.0, 1.0], n)
    y = side * (1 + 0.5 * np.sin(3 * x[:, 0])) + _NOISE * generator.normal(size=n)
    return Table(BRANCHES, x, y, ("x",), ())


def uneven(n: int, generator: np.random.Generator) -> Table:
    """Return points on a curve whose noise grows tenfold from its left end to its right."""
    x = generator.uniform(-1, 1, (n, 1))
    deviation = _NOISE * 10 ** ((x[:, 0] + 1) / 2)
    y = np.sin(3 * x[:, 0]) + deviation * generator.normal(size=n)
    return Table(UNEVEN, x, y, ("x",), ())


def split(table: Table, setting: Setting, seed: int) -> Split:
    """Draw rows and cut them 64 : 16 : 20, as the paper does."""
    order = np.random.default_rng([seed, 1]).permutation(len(table.y))[: setting["n_rows"]]
    n_train, n_test = round(0.64 * len(order)), round(0.2 * len(order))
    parts = order[:n_train], order[n_train:-n_test], order[-n_test:]
    x, y = (_standardised(values, parts[0]) for values in (table.X, table.y))
    x = x.clamp(-_FAR, _FAR)  # a pixel lit once in training is hundreds of deviations away in test
    return Split(table.name, *((x[rows], y[rows]) for rows in map(torch.from_numpy, parts)))


def fit(
    rival: Rival, weight: float, data: Split, setting: Setting, seed: int, *, watched: bool = False
) -> Fitted:
    """Train one network; all arms begin at the same weights and see the same batches and noise."""
    x, y = data.train
    k, width = setting["n_components"], setting["n_hidden"]
    model = BottleneckNetwork(
        x.shape[1], k, n_hidden=(width, width), n_decoder=(width,), random_state=seed
    )
    noise = "learned" if data.drawn and rival.noise == "none" else rival.noise
    batches = Batches(x, y, batch_size=setting["batch_size"], n_noise=k, random_state=seed)
    objective = rival.objective(weight)
    found = Fitted(model, noise, 0)

    def loss(network: Any, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        inputs, targets, drawn = batch
        mean, log_variance = network.encode(inputs)
        y_hat = network.decode(_noisy(mean, log_variance, noise, drawn))
        found.n_steps += 1
        return objective(inputs, mean, log_variance, y_hat, targets)

    def watch(end: EpochEnd) -> None:
        if watched and end.epoch:
            found.errors.append(rmse(found, data.test))

    optimizer = torch.optim.Adam(
        model.parameters(),
        lr=setting["learning_rate"],
        weight_decay=weight if rival.decays else 0.0,
        fused=True,
    )
    # Small tables get as many steps as large ones, hence more epochs.
    n_epochs = math.ceil(setting["n_steps"] / math.ceil(len(x) / setting["batch_size"]))
    train(model, batches, loss=loss, n_epochs=n_epochs, optimizer=optimizer, callback=watch)
    return found


@torch.no_grad()
def rmse(found: Fitted, part: tuple[Tensor, Tensor], x: Tensor | None = None) -> float:
    """Return the root mean square error, in standard deviations of the training targets."""
    predictions = found.predict(part[0] if x is None else x)
    return float((predictions - part[1]).square().mean().sqrt())


@torch.no_grad()
def conditional_gap(found: Fitted, part: tuple[Tensor, Tensor], seed: int) -> float:
    """Return the Cauchy-Schwarz divergence of draws of the model from targets, given the input."""
    x, y = part
    return float(
        conditional_cs_divergence(x, y, found.draw(x, seed), bandwidth=0.3, cross="symmetric")
    )


@torch.no_grad()
def plane(found: Fitted, part: tuple[Tensor, Tensor]) -> tuple[float, float]:
    """Return what the codes keep of inputs (0 to 1) and what they tell of targets (nats).

    The same scale-free measure for all arms: bandwidths are medians, and information about the
    target is that of a Gaussian whose error is the model's.
    """
    x, y = part
    kept = cs_mutual_information(x, found.codes(x), normalized=True)
    told = 0.5 * math.log(float(y.var(correction=0)) / rmse(found, part) ** 2)
    return float(kept), told


def trade_off(points: list[tuple[float, float]]) -> float:
    """Return the area under what one can tell about the target while keeping at most so much.

    `points` holds kept (0 to 1) and told (nats); telling less than nothing counts as nothing.
    """
    area, best, before = 0.0, 0.0, 0.0
    for kept, told in sorted(points):
        at = min(max(kept, 0.0), 1.0)
        area += best * (at - before)
        best, before = max(best, told), at
    return area + best * (1 - before)


def _noisy(mean: Tensor, log_variance: Tensor, kind: str, noise: Tensor) -> Tensor:
    if kind == "none":
        return mean
    return mean + (noise if kind == "fixed" else (log_variance / 2).exp() * noise)


def _standardised(values: NDArray[Any], rows: NDArray[np.int64]) -> Tensor:
    mean, std = values[rows].mean(axis=0), values[rows].std(axis=0)
    return torch.from_numpy((values - mean) / np.where(std > 0, std, 1.0)).float()
