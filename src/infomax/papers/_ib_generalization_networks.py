"""Problems, and the networks that learn them, of the paper on bottlenecks and generalization."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import torch
from sklearn.datasets import make_blobs
from torch import Tensor, nn
from torch.nn import functional as F

from infomax.data.images import Pictures, fashion_mnist
from infomax.inference import SWAG
from infomax.measures import stochastic_encoder_information
from infomax.networks import Batches, DualVariable, ModelGroup, StochasticMLP, train_many

ENCODER = ("body.mean", "body.std")
Case = Mapping[str, Any]
Sample = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class DataSet:
    """Points to train on, and others of the same population."""

    train: Sample
    test: Sample
    fresh: Sample
    """Where information is measured."""


@dataclass(frozen=True)
class Problem:
    """Data sets, and which of them are compared with each other."""

    data_sets: Sequence[DataSet]
    populations: Mapping[str, tuple[int, ...]]
    """Places of the data sets that are compared, by what is said of their populations."""
    n_classes: int


@dataclass(frozen=True)
class Cell:
    """How a network is made and trained."""

    n_hidden: tuple[int, ...]
    decay: float
    data_set: int
    seed: int


@dataclass(frozen=True)
class Trained:
    """A network after training, and the Gaussian around its last weights."""

    cell: Cell
    network: StochasticMLP
    posterior: SWAG


class Constrained(nn.Module):
    """A network with the multiplier that pulls the information of its layer to a target."""

    def __init__(self, body: StochasticMLP, *, target: float, rate: float) -> None:
        super().__init__()
        self.body = body
        self.dual = DualVariable(target=target, learning_rate=rate, sign="=")

    def information(self, x: Tensor, noise: Tensor) -> Tensor:
        """Return I(X;Z), estimated on the batch."""
        mean, std = self.body.encode(x)
        found: Tensor = stochastic_encoder_information(mean, std, mean + std * noise)
        return found

    def loss(self, x: Tensor, y: Tensor, noise: Tensor) -> Tensor:
        """Return the cross-entropy, and the penalty where the multiplier moves."""
        fit = F.cross_entropy(self.body(x, noise), y)
        if not self.dual.learning_rate:
            return fit
        information = self.information(x, noise)
        penalty = self.dual.penalty(information)
        self.dual.update(information)
        return fit + penalty


def cells(problem: Problem, case: Case) -> list[Cell]:
    """Return every combination of widths, decays, data sets and first weights."""
    data_sets = range(len(problem.data_sets))
    grid = product(case["widths"], case["decays"], data_sets, range(case["n_starts"]))
    return [Cell(tuple(widths), decay, data, start) for widths, decay, data, start in grid]


def train_networks(
    problem: Problem, case: Case, seed: int, *, rate: float
) -> tuple[list[Trained], dict[int, Tensor]]:
    """Train a network a cell; return them, and the information of all after some epochs.

    Networks of one seed begin alike, whatever data set they learn: what their weights then know
    is of the data.
    """
    posteriors: dict[tuple[int, ...], SWAG] = defaultdict(SWAG)
    course: dict[int, list[Tensor]] = defaultdict(list)
    grid, last = cells(problem, case), case["n_epochs"]
    shown = set(np.unique(np.geomspace(1, last, 12).astype(int)).tolist()) | {0}

    def watch(group: ModelGroup, n_done: int) -> None:
        if case["swag_from"] <= n_done < last:
            weights = {k: v for k, v in group.parameters.items() if k.startswith("body.")}
            posteriors[group.indices].collect(weights)
        if n_done in shown:
            own = _probes(problem, case, [grid[i] for i in group.indices], n_done)
            with torch.no_grad():
                course[n_done].append(
                    group.each(lambda model, own: model.information(*own), own=own)
                )

    def make(cell: Cell, _: int) -> Constrained:
        body = StochasticMLP(
            problem.data_sets[0].test[0].shape[1],
            cell.n_hidden,
            problem.n_classes,
            random_state=np.random.default_rng([seed, 1, cell.seed]),
        )
        return Constrained(body, target=case["target"], rate=rate)

    def batches(cell: Cell, network_seed: int) -> Batches:
        return Batches(
            *problem.data_sets[cell.data_set].train,
            batch_size=case["batch_size"],
            n_noise=cell.n_hidden[-1],
            random_state=network_seed,
        )

    trained = train_many(
        make,
        grid,
        batches,
        loss=lambda model, batch: model.loss(*batch),
        n_epochs=last,
        make_optimizer=lambda weights: torch.optim.SGD(
            weights, lr=case["learning_rate"], momentum=0.9
        ),
        weight_decay=[cell.decay for cell in grid],
        random_state=np.random.default_rng([seed, 2]),
        watch=watch,
    )
    split = {
        index: part
        for indices, posterior in posteriors.items()
        for index, part in zip(indices, posterior.split(), strict=True)
    }
    networks = [
        Trained(cell, _body(trained.model(index)), split[index]) for index, cell in enumerate(grid)
    ]
    return networks, {epoch: torch.cat(found) for epoch, found in course.items()}


def _body(module: nn.Module) -> StochasticMLP:
    if not isinstance(module, Constrained):
        raise TypeError(f"a Constrained network was trained, got {type(module).__name__}")
    return module.body


def _probes(
    problem: Problem, case: Case, group: Sequence[Cell], n_done: int
) -> tuple[Tensor, Tensor]:
    """Return some of each network's training inputs, and noise."""
    sources = (problem.data_sets[cell.data_set].train[0] for cell in group)
    inputs = torch.stack([x[: case["n_probe"]] for x in sources])
    generator = torch.Generator().manual_seed(n_done)
    return inputs, torch.randn(*inputs.shape[:2], group[0].n_hidden[-1], generator=generator)


def blobs(case: Case, seed: int) -> Problem:
    """Draw samples around five centres in the plane, and others around centres of their own."""
    generator = np.random.default_rng([seed, 0])
    n = case["n_data_sets"]
    shared = _Blobs(case, generator)
    data_sets = [shared.draw() for _ in range(n)]
    data_sets += [_Blobs(case, generator).draw() for _ in range(n - 1)]
    return Problem(
        data_sets,
        {"one population": tuple(range(n)), "one each": (0, *range(n, 2 * n - 1))},
        n_classes=5,
    )


class _Blobs:
    """Five round clusters in the plane."""

    def __init__(self, case: Case, generator: np.random.Generator) -> None:
        self.case, self.generator = case, generator
        self.centers = generator.uniform(-10, 10, size=(5, 2))
        self.test, self.fresh = (self._sample(case[size]) for size in ("n_test", "n_fresh"))

    def draw(self) -> DataSet:
        return DataSet(self._sample(self.case["n_train"]), self.test, self.fresh)

    def _sample(self, n: int) -> Sample:
        state = int(self.generator.integers(2**31))
        x, y = make_blobs(n, centers=self.centers, cluster_std=0.7, random_state=state)
        return torch.from_numpy(x.astype(np.float32)), torch.from_numpy(y.astype(np.int64))


def clothes(case: Case, seed: int, pictures: tuple[Pictures, Pictures]) -> Problem:
    """Draw pictures that do not overlap, halved in size to 14 x 14 pixels."""
    generator = np.random.default_rng([seed, 0])
    seen, unseen = pictures
    order = generator.permutation(len(seen.labels))
    others = generator.permutation(len(unseen.labels))[: case["n_test"]]

    def sample(source: Pictures, chosen: Any) -> Sample:
        halved = F.avg_pool2d(torch.from_numpy(source.scaled(chosen)), 2).flatten(1)
        return halved, torch.from_numpy(source.labels[chosen])

    n, sizes = case["n_data_sets"], [case["n_train"]] * case["n_data_sets"] + [case["n_fresh"]]
    *train, fresh = np.split(order[: sum(sizes)], np.cumsum(sizes)[:-1])
    of_all = sample(unseen, others), sample(seen, fresh)
    data_sets = [DataSet(sample(seen, chosen), *of_all) for chosen in train]
    return Problem(data_sets, {"one population": tuple(range(n))}, n_classes=10)


def load_clothes() -> tuple[Pictures, Pictures]:
    """Return the pictures to train on and those to test on."""
    return fashion_mnist(), fashion_mnist("test")
