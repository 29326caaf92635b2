"""Training runs of the paper on diffusion spectral entropy, measured at their snapshots."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from infomax.lab.contract import Record, Row, Setting, Spend
from infomax.measures import diffusion_spectral_entropy, diffusion_spectral_mutual_information
from infomax.networks import ActivationRecorder, EpochEnd
from infomax.papers._dse_estimators import (
    BANDWIDTHS,
    entropies,
    label_measures,
    neural_information,
    quietly,
    radius,
)
from infomax.papers._dse_training import Pool, Split, accuracies, learn, network, split

STARTS = ("low-entropy start", "high-entropy start")
_DEVIATIONS = (0.01, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8, 1.1, 1.6)
_SEED_OF_THE_STARTS = 2**32  # of which no trial is


def run(setting: Setting, seed: int, data: Split, kind: str, regime: str) -> Iterator[Record]:
    """Train one network in one regime and measure its last hidden layer at every snapshot."""
    model = network(kind, data, seed)
    epochs = setting["snapshots"]
    ends = (epochs[0], epochs[-1])
    recorder = ActivationRecorder(model, ["features"], data.probe, epochs=epochs)
    seen = ActivationRecorder(model, ["features"], data.x, epochs=ends)
    reached: dict[int, tuple[float, float]] = {}

    def watch(end: EpochEnd) -> None:
        recorder(end)
        seen(end)
        if end.epoch in epochs:
            reached[end.epoch] = accuracies(regime, model, data)

    started = time.process_time()
    n_steps = learn(regime, model, data, seed, n_epochs=epochs[-1], callback=watch)
    at = {"network": kind}
    yield Spend(regime, "steps", n_steps, None, at)
    yield Spend(regime, "seconds of training", time.process_time() - started, None, at)
    for epoch, (inside, outside) in reached.items():
        yield Row(regime, "training accuracy", inside, "1", at, step=epoch)
        yield Row(regime, "accuracy", outside, "1", at, step=epoch)
    started = time.process_time()
    clouds = {epoch: found["features"].numpy() for epoch, found in recorder.activations.items()}
    for epoch, z in clouds.items():
        yield Row(regime, "radius", radius(z), "1", at, step=epoch)
    for name in BANDWIDTHS:
        yield from _curves(regime, kind, name, clouds, data, seed)
    yield Spend(regime, "seconds of spectra", time.process_time() - started, None, at)
    for epoch in ends:
        at_epoch = (clouds[epoch], seen.activations[epoch]["features"].numpy())
        yield from _by_others(regime, kind, epoch, *at_epoch, data, seed)


def _curves(
    regime: str, kind: str, name: str, clouds: dict[int, NDArray[Any]], data: Split, seed: int
) -> Iterator[Record]:
    """Entropy, and information about labels and inputs, at one bandwidth over the snapshots."""
    at = {"network": kind, "bandwidth": name}
    options = {"bandwidth": BANDWIDTHS[name], "random_state": seed}
    entropy, about_labels = [], []
    for epoch, z in clouds.items():
        entropy.append(_number(diffusion_spectral_entropy, z, **options))
        about_labels.append(
            _number(diffusion_spectral_mutual_information, z, data.labels, **options)
        )
        about_inputs = _number(
            diffusion_spectral_mutual_information, z, clusters=data.clusters, **options
        )
        yield Row(regime, "entropy", entropy[-1], "nats", at, step=epoch)
        yield Row(regime, "information about labels", about_labels[-1], "nats", at, step=epoch)
        yield Row(regime, "information about inputs", about_inputs, "nats", at, step=epoch)
    for trained in (0, 1):  # coordinates of the slope that is their difference
        ends = at | {"trained": trained}
        yield Row(regime, "entropy, start and end", entropy[-trained], "nats", ends)
    rise = about_labels[-1] - about_labels[0]
    yield Row(regime, "rise of information about labels", rise, "nats", at)


def _by_others(
    regime: str,
    kind: str,
    epoch: int,
    z: NDArray[Any],
    seen: NDArray[Any],
    data: Split,
    seed: int,
) -> Iterator[Record]:
    """Take what others say of the probe at one snapshot; who finds no finite value is left out."""
    for name, entropy in entropies().items():
        value = quietly(entropy, z)
        if value is not None:
            at = {"network": kind, "estimator": name}
            yield Row(regime, "entropy by others", value, "nats", at, step=epoch)
    labels = data.labels.numpy()
    measures: dict[str, Any] = label_measures(seed)
    trained_on = (seen, data.y.numpy())
    measures["neural"] = lambda z, y: neural_information(trained_on, (z, y), seed)
    for name, information in measures.items():
        value = quietly(information, z, labels)
        if value is not None:
            at = {"network": kind, "estimator": name}
            yield Row(regime, "information about labels by others", value, "nats", at, step=epoch)


def run_from(
    setting: Setting, seed: int, data: Split, arm: str, deviation: float
) -> Iterator[Record]:
    """Train from one of the two starts; accuracy at every snapshot after the first step."""
    kind, epochs = setting["starts"], setting["snapshots"]
    model = network(kind, data, seed, weight_std=deviation)
    at = {"network": kind}
    with torch.no_grad():
        z = model.features(data.probe).numpy()
    for name, bandwidth in BANDWIDTHS.items():
        value = _number(diffusion_spectral_entropy, z, bandwidth=bandwidth)
        yield Row(arm, "entropy at the start", value, "nats", at | {"bandwidth": name})
    yield Row(arm, "deviation of the first weights", deviation, "1", at)
    reached: dict[int, float] = {}

    def watch(end: EpochEnd) -> None:
        if end.epoch in epochs[1:]:
            reached[end.epoch] = accuracies("supervised", model, data)[1]

    n_steps = learn("supervised", model, data, seed, n_epochs=epochs[-1], callback=watch)
    yield Spend(arm, "steps", n_steps, None, at)
    for epoch, value in reached.items():
        yield Row(arm, "accuracy", value, "1", at, step=epoch)


def chosen_starts(pool: Pool, setting: Setting) -> tuple[float, float]:
    """Return the paper's low deviation, and the least whose entropy begins a nat or more above.

    At σ = 10: with biases at zero and ReLU another deviation makes the same cloud larger or
    smaller, and no scale-free entropy tells the starts apart. On data and weights that no trial
    uses.
    """
    data = split(pool, setting, _SEED_OF_THE_STARTS)
    found: list[float] = []
    for deviation in _DEVIATIONS:
        model = network(setting["starts"], data, _SEED_OF_THE_STARTS, weight_std=deviation)
        with torch.no_grad():
            z = model.features(data.probe).numpy()
        found.append(_number(diffusion_spectral_entropy, z, bandwidth=10.0))
        if found[-1] >= found[0] + 1:
            return _DEVIATIONS[0], deviation
    raise ValueError(f"`starts` must differ by a nat, got {np.ptp(found):.2f} over {_DEVIATIONS}")


def _number(measure: Any, *arguments: Any, **options: Any) -> float:
    """Return a measure that is finite for every cloud."""
    value = quietly(measure, *arguments, **options)
    return float("nan") if value is None else value
