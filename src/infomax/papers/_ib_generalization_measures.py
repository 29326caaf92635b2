"""What may tell how well a network generalises: information, counts and norms."""

import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Normal
from torch.nn import functional as F

from infomax.exceptions import InfomaxWarning
from infomax.inference import (
    SWAG,
    bottleneck_bound_factor,
    bottleneck_generalization_bound,
    parameter_information,
)
from infomax.measures import binned_information, stochastic_encoder_information
from infomax.papers._ib_generalization_networks import ENCODER, DataSet, Problem, Sample, Trained

Floats = NDArray[np.float64]
FLOORS = (1e-8, 1e-6, 1e-4)
N_BATCHES = 8  # of 64 in 500 points: as many points a class does the released code take
OF_ENCODER = (
    "I(X;Z|Y)",
    "I(X;Z|Y), Jensen",
    "I(X;Z|Y), released sample",
    "I(X;Z)",
    "I(X;Z), Jensen",
    "binned I(X;Z|Y)",
)
OF_WEIGHTS = ("I(φ;S)", "I(φ;S), released density")
COMBINED = {
    "combined": ("I(X;Z|Y)", "I(φ;S)"),
    "combined, Jensen": ("I(X;Z|Y), Jensen", "I(φ;S)"),
    "combined, released density": ("I(X;Z|Y)", "I(φ;S), released density"),
}
BOUNDS = ("bound, G₃ = 1", "bound")
COUNTS = ("m", "m log m", "sum of norms", "product of norms")
MEASURES = (*OF_ENCODER, *OF_WEIGHTS, *COMBINED, *BOUNDS, *COUNTS)


def measured(
    trained: Sequence[Trained], problem: Problem, seed: int
) -> dict[str, dict[str, Floats]]:
    """Return, for networks whose data sets are compared, one number a network of each measure.

    In nats; with the gap, and with loss and accuracy in training.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for place, one in enumerate(trained):
        generator = np.random.default_rng([seed, 3, place])
        data = problem.data_sets[one.cell.data_set]
        for name, value in (
            *_of_encoder(one, data.fresh, generator),
            *_counts(one),
            *_fit(one, data, generator),
            ("G₃", _factor(one, data.train, generator)),
        ):
            found[name].append(value)
    tables = {}
    for population, chosen in problem.populations.items():
        places = [k for k, one in enumerate(trained) if one.cell.data_set in chosen]
        table = {name: np.array(values)[places] for name, values in found.items()}
        tables[population] = _with_weights(table, [trained[k] for k in places], problem, seed)
    return tables


def _with_weights(
    table: dict[str, Floats], trained: Sequence[Trained], problem: Problem, seed: int
) -> dict[str, Floats]:
    table |= _of_weights(trained, seed)
    n = len(problem.data_sets[0].train[0])
    information = zip(table["I(X;Z|Y)"], table["I(φ;S)"], strict=True)
    term = np.array(
        [
            bottleneck_generalization_bound(max(z, 0.0), max(w, 0.0), n, g3=1.0)
            for z, w in information
        ]
    )
    table |= {"bound, G₃ = 1": term, "bound": term * table["G₃"]}
    for name, (first, second) in COMBINED.items():
        # the scale at which both have the same mean, as in the released code
        scale = table[first].mean() / max(float(table[second].mean()), 1e-12)
        table[name] = table[first] + scale * table[second]
    return table


def _of_encoder(
    one: Trained, fresh: Sample, generator: np.random.Generator
) -> Iterable[tuple[str, float]]:
    """Take the information of the Gaussian layer on points that nobody trained on."""
    x, labels = fresh
    with torch.no_grad():
        mean, std = (tensor.double().numpy() for tensor in one.network.encode(x))
    y = labels.numpy()
    z = mean + std * generator.standard_normal(mean.shape)
    first = np.concatenate([np.flatnonzero(y == c)[:N_BATCHES] for c in np.unique(y)])
    of = _quietly(stochastic_encoder_information)
    yield "I(X;Z|Y)", of(mean, std, z, y)
    yield "I(X;Z|Y), Jensen", of(mean, std, z, y, estimator="jensen")
    yield "I(X;Z|Y), released sample", of(mean[first], std[first], z[first], y[first])
    yield "I(X;Z)", of(mean, std, z)
    yield "I(X;Z), Jensen", of(mean, std, z, estimator="jensen")
    binned = _quietly(binned_information)(mean, y, n_bins=10, binning="uniform")
    yield "binned I(X;Z|Y)", binned.i_tx - binned.i_ty


def _counts(one: Trained) -> Iterable[tuple[str, float]]:
    norms = np.array([float(p.detach().norm()) for p in one.network.parameters()])
    m = sum(p.numel() for p in one.network.parameters())
    yield "m", m
    yield "m log m", m * np.log2(m)
    yield "sum of norms", norms.sum()
    yield "product of norms", norms.prod()


def _fit(
    one: Trained, data: DataSet, generator: np.random.Generator
) -> Iterable[tuple[str, float]]:
    """Take losses with noise, averaged over draws, and the accuracy in training."""
    inside, accuracy = _loss(one, data.train, generator)
    outside, _ = _loss(one, data.test, generator)
    yield "gap", outside - inside
    yield "training accuracy", accuracy
    yield "training loss", inside


@torch.no_grad()
def _factor(one: Trained, sample: Sample, generator: np.random.Generator) -> float:
    """Take G₃ over the training set, with the density of the layer as the released code does."""
    x, y = sample
    mean, std = (tensor.double() for tensor in one.network.encode(x))
    z = mean + std * torch.from_numpy(generator.standard_normal(tuple(mean.shape)))
    losses = F.cross_entropy(one.network.head(z.float()), y, reduction="none")
    log_marginal = torch.empty(len(x), dtype=torch.float64)
    for c in sorted(set(y.tolist())):
        inside = y == c
        law = Normal(mean[inside], std[inside])
        densities = law.log_prob(z[inside][:, None]).sum(dim=2)  # type: ignore[no-untyped-call]
        log_marginal[inside] = densities.logsumexp(dim=1) - math.log(int(inside.sum()))
    return bottleneck_bound_factor(log_marginal.numpy(), losses.double().numpy(), y.numpy())


@torch.no_grad()
def _loss(
    one: Trained, sample: Sample, generator: np.random.Generator, n_draws: int = 4
) -> tuple[float, float]:
    x, y = sample
    size = (n_draws, len(x), one.cell.n_hidden[-1])
    noise = torch.from_numpy(generator.standard_normal(size, np.float32))
    answers = torch.stack([one.network(x, drawn) for drawn in noise]).flatten(0, 1)
    labels: Tensor = y.repeat(n_draws)
    right = (answers.argmax(dim=1) == labels).double().mean()
    return float(F.cross_entropy(answers, labels)), float(right)


def _of_weights(trained: Sequence[Trained], seed: int) -> dict[str, Floats]:
    """Take what the encoder's weights know of the data set, the same for networks trained alike."""
    tables = {name: np.empty(len(trained)) for name in OF_WEIGHTS}
    for places in _alike(trained):
        exact = [trained[place].posterior for place in places]
        for name, runs in zip(OF_WEIGHTS, (exact, [_released(run) for run in exact]), strict=True):
            found = parameter_information(runs, layers=[ENCODER], random_state=seed)
            tables[name][places] = found[0]
    return tables


def _alike(trained: Sequence[Trained]) -> list[list[int]]:
    """Return the places of networks that differ in their data sets alone."""
    alike: dict[Any, list[int]] = defaultdict(list)
    for place, one in enumerate(trained):
        alike[one.cell.n_hidden, one.cell.decay, one.cell.seed].append(place)
    return list(alike.values())


def by_floor(
    trained: Sequence[Trained], problem: Problem, seed: int
) -> dict[tuple[str, float], float]:
    """Return the mean information in weights by density and by the floor under its variances."""
    chosen = problem.populations["one population"]
    some = [one for one in trained if one.cell.seed == 0 and one.cell.data_set in chosen]
    found = {}
    for floor in FLOORS:
        under = [_with_floor(one, floor) for one in some]
        for name, values in _of_weights(under, seed).items():
            found[name, floor] = float(values.mean())
    return found


def _with_floor(one: Trained, floor: float) -> Trained:
    """Return the same network with another floor under the variances of its posterior."""
    posterior = copy(one.posterior)
    posterior.variance_floor = floor
    return replace(one, posterior=posterior)


def _released(posterior: SWAG) -> SWAG:
    """Return the same moments under the density of the released code."""
    other = copy(posterior)
    other.convention = "released"
    return other


def _quietly(measure: Callable[..., Any]) -> Callable[..., Any]:
    """Return a measure that does not warn: here values at a ceiling are data like any other."""

    def measure_quietly(*arguments: Any, **options: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InfomaxWarning)
            return measure(*arguments, **options)

    return measure_quietly
