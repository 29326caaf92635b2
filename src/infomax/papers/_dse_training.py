"""How the networks of the paper on diffusion spectral entropy are made and trained."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from infomax.data.images import Pictures
from infomax.lab.contract import Setting
from infomax.networks import MLP, Batches, ConvNet, EpochEnd, Projector, ResNet, train
from infomax.papers._dse_estimators import input_clusters

BATCH_SIZE = 64
_TEMPERATURE = 0.5
_LEAST_AREA = 0.5  # of a crop, as a share of the picture


@dataclass(frozen=True)
class Pool:
    """Pictures from which a seed draws what it trains on and what it measures."""

    train: Pictures
    test: Pictures | None
    """None: measured pictures are drawn from those not trained on."""
    starts: tuple[float, float] = (math.nan, math.nan)
    """Deviations of first weights, for a start at low and one at high entropy."""


@dataclass(frozen=True)
class Split:
    """What one seed trains on and measures."""

    x: Tensor
    y: Tensor
    shuffled: Tensor
    """The training labels, given to the pictures at random."""
    probe: Tensor
    labels: Tensor
    """True classes of the probe."""
    clusters: NDArray[np.int64]
    """Spectral clusters of the probe's pictures, found once."""

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(max(self.y.max(), self.labels.max())) + 1


def split(pool: Pool, setting: Setting, seed: int) -> Split:
    """Draw pictures to train on and others to measure."""
    generator = np.random.default_rng([seed, 0])
    n_train, n_measured = setting["n_train"], setting["n_measured"]
    order = generator.permutation(len(pool.train.labels))
    chosen = order[:n_train]
    source, others = pool.train, order[n_train : n_train + n_measured]
    if pool.test is not None:
        source = pool.test
        others = generator.permutation(len(source.labels))[:n_measured]
    y = torch.from_numpy(pool.train.labels[chosen])
    probe = source.scaled(others)
    labels = source.labels[others]
    return Split(
        x=torch.from_numpy(pool.train.scaled(chosen)),
        y=y,
        shuffled=y[torch.from_numpy(generator.permutation(len(y)))],
        probe=torch.from_numpy(probe),
        labels=torch.from_numpy(labels),
        clusters=input_clusters(probe.reshape(len(probe), -1)),
    )


def network(
    kind: str, data: Split, seed: int, *, weight_std: float | None = None
) -> "MLP | ConvNet | ResNet":
    """Return an untrained network of one of three kinds, with 64 features."""
    n_channels, *size = data.x.shape[1:]
    if kind == "MLP":
        n_inputs, widths = n_channels * size[0] * size[1], (64, 64)
        return MLP(n_inputs, widths, data.n_classes, weight_std=weight_std, random_state=seed)
    if kind == "ConvNet":
        return ConvNet(
            n_channels, data.n_classes, widths=(8, 32), weight_std=weight_std, random_state=seed
        )
    return ResNet(
        n_channels,
        data.n_classes,
        widths=(8, 16, 64),
        stem_stride=2,
        weight_std=weight_std,
        random_state=seed,
    )


def learn(
    regime: str,
    model: "MLP | ConvNet | ResNet",
    data: Split,
    seed: int,
    *,
    n_epochs: int,
    callback: Callable[[EpochEnd], object],
) -> int:
    """Train by true labels, shuffled labels or two crops; return the steps taken."""
    if regime == "self-supervised":
        batches = Batches(data.x, batch_size=BATCH_SIZE, random_state=seed)
        two_crops = _TwoCrops(seed)
        whole = _Contrastive(model.features, Projector(64, 64, 32, random_state=seed))

        def told(end: EpochEnd) -> object:
            return callback(replace(end, model=model))

        return train(whole, batches, loss=two_crops, n_epochs=n_epochs, callback=told).step
    y = data.shuffled if regime == "random labels" else data.y
    batches = Batches(data.x, y, batch_size=BATCH_SIZE, random_state=seed)
    return train(model, batches, loss=cross_entropy, n_epochs=n_epochs, callback=callback).step


def cross_entropy(model: Any, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the loss of a classifier."""
    return F.cross_entropy(model(batch[0]), batch[1])


class _Contrastive(nn.Module):
    """A body and the head on which the contrastive loss acts."""

    def __init__(self, features: nn.Module, projector: nn.Module) -> None:
        super().__init__()
        self.features, self.projector = features, projector

    def forward(self, x: Tensor) -> Tensor:
        projected: Tensor = self.projector(self.features(x))
        return projected


class _TwoCrops:
    """InfoNCE on two crops of each picture, in the symmetric form of Chen et al. (2020)."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, model: nn.Module, batch: tuple[Tensor]) -> Tensor:
        (x,) = batch
        both = torch.cat([self._crop(x), self._crop(x)])
        z = F.normalize(model(both), dim=1)
        scores = (z @ z.T / _TEMPERATURE).fill_diagonal_(-math.inf)
        partner = torch.arange(len(both)).roll(len(x))
        return F.cross_entropy(scores, partner)

    def _crop(self, x: Tensor) -> Tensor:
        """Return a part of each picture, half of its area at least, at the picture's own size."""
        area = _LEAST_AREA + (1 - _LEAST_AREA) * torch.rand(len(x), generator=self.generator)
        side = area.sqrt()
        shift = (2 * torch.rand(len(x), 2, generator=self.generator) - 1) * (1 - side)[:, None]
        boxes = torch.zeros(len(x), 2, 3)
        boxes[:, 0, 0] = boxes[:, 1, 1] = side
        boxes[:, :, 2] = shift
        grid = F.affine_grid(boxes, list(x.shape), align_corners=False)
        return F.grid_sample(x, grid, align_corners=False, padding_mode="border")


@torch.no_grad()
def accuracies(regime: str, model: "MLP | ConvNet | ResNet", data: Split) -> tuple[float, float]:
    """Return accuracy on the labels trained on, and on the true labels of the probe.

    Without labels to train on, by the linear map of the features that fits the true labels best in
    the least squares.
    """
    was_training = model.training
    model.eval()
    inside, outside = (_features(model, x) for x in (data.x, data.probe))
    model.train(was_training)
    if regime != "self-supervised":
        y = data.shuffled if regime == "random labels" else data.y
        answers = [model.head(z) for z in (inside, outside)]
    else:
        y = data.y
        inside, outside = (F.pad(z, (0, 1), value=1.0).double() for z in (inside, outside))
        ridge = 1e-3 * len(inside) * torch.eye(inside.shape[1], dtype=torch.float64)
        wanted = F.one_hot(y, data.n_classes).double()
        weights = torch.linalg.solve(inside.T @ inside + ridge, inside.T @ wanted)
        answers = [z @ weights for z in (inside, outside)]
    found = [a.argmax(dim=1) == b for a, b in zip(answers, (y, data.labels), strict=True)]
    return float(found[0].double().mean()), float(found[1].double().mean())


def _features(model: "MLP | ConvNet | ResNet", x: Tensor) -> Tensor:
    return torch.cat([model.features(rows) for rows in torch.split(x, 1000)])
