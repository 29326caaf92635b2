"""Networks trained, measured and scored for the paper on adaptive estimators."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from scipy.stats import spearmanr

from infomax.data.images import Pictures
from infomax.data.tishby_12bit import LabelledWords, tishby_12bit
from infomax.lab.contract import Artifact, Coordinate, Record, Row, Setting, Spend
from infomax.papers._adaptive_mi_estimators import (
    N_BINS,
    NOISE,
    change_when_scaled,
    plane,
    ruler,
    rulers_of,
    scores,
)
from infomax.papers._adaptive_mi_networks import ACTIVATIONS, Plan, Task, Trained, learn

PENALTY = 0.015  # the default of the released code
FACTOR = 8.0  # a power of two, so that no digit is lost
Coordinates: TypeAlias = dict[str, Coordinate]


@dataclass(frozen=True)
class Scored:
    """A network's accuracies and the compression score of each of its layers by adaptive bins."""

    plan: Plan
    accuracy: tuple[float, float]
    score: list[float]


def draw(source: LabelledWords | Pictures | None, options: Mapping[str, Any], seed: int) -> Task:
    """Draw what is trained on, what tests and what is measured; labels too, if a rule gives them."""
    generator = np.random.default_rng([seed, 0])
    if source is None:
        source = tishby_12bit(random_state=generator)
    if isinstance(source, LabelledWords):
        x = source.words.astype(np.float32)
    else:
        x = source.scaled().reshape(len(source.labels), -1)
    n = min(options["n_train"] + options["n_test"], len(x))
    order = generator.permutation(len(x))[:n]
    inputs, labels = torch.from_numpy(x[order]), torch.from_numpy(source.labels[order])
    probe = generator.permutation(n)[: options["n_probe"]]
    return Task(inputs, labels, options["n_train"], inputs[probe], labels[probe].numpy())


def run(setting: Setting, seed: int, case: str, task: Task) -> Iterator[Record]:
    """Train every activation with every penalty from several starts, and measure all of them."""
    options = setting["cases"][case]
    every: list[Scored] = []
    planes = {}
    for activation in options["activations"]:
        plans = [
            Plan(activation, w, i) for w, n_starts in options["penalties"] for i in range(n_starts)
        ]
        started = time.process_time()
        trained = learn(task, plans, options, seed)
        yield _seconds("training", started, case, activation)
        started = time.process_time()
        kept = [
            Scored(net.plan, net.accuracy, scores(plane("adaptive bins", net.layers, task.labels)))
            for net in trained
        ]
        every += kept
        yield from _of_penalty(kept, task, case, activation)
        free = [net for net in trained if net.plan.penalty == 0]
        for name in rulers_of(activation):
            measured = _measured(name, free, task, options, seed)
            planes[f"{activation}, {name}"] = measured[0]
            yield from _of_ruler(name, measured, case, activation)
        yield from _scaled(free[0], options, case, seed)
        yield _seconds("measuring", started, case, activation)
    yield from _budgets(task, options, case)
    yield from _correlations(every, task, case)
    yield Artifact(f"planes of {case}", planes)
    yield _networks(every, case)


def _seconds(what: str, started: float, case: str, activation: str) -> Spend:
    at: Coordinates = {"activation": activation}
    return Spend(
        "adaptive bins", f"seconds of {what}", time.process_time() - started, None, at, case
    )


def _measured(
    name: str, networks: Sequence[Trained], task: Task, options: Mapping[str, Any], seed: int
) -> list[Any]:
    """Measure networks by one ruler; by noise, which sees all pairs, fewer of them and of inputs."""
    if name not in NOISE:
        return [plane(name, net.layers, task.labels) for net in networks]
    n, labels = options["n_noise"], task.labels[: options["n_noise"]]
    few = [{e: [t[:n] for t in found] for e, found in net.layers.items()} for net in networks]
    return [plane(name, layers, labels, seed) for layers in few[: options["n_starts_noise"]]]


def _of_ruler(name: str, measured: list[Any], case: str, activation: str) -> Iterator[Row]:
    """Score each hidden layer, and tell what it keeps at the end, on average over starts."""
    score = np.mean([scores(found) for found in measured], axis=0)
    kept = np.mean([found[-1, :, 0] for found in measured], axis=0)
    negative = "released limit" in rulers_of(activation)
    for layer in range(1, len(score)):
        at: Coordinates = {"activation": activation, "layer": layer}
        yield _row(name, "compression score", score[layer - 1], case, at)
        if name == "adaptive bins":
            yield _row("no compression", "compression score", 0.0, case, at)
        if negative and name in ("layer bins", "released limit"):
            metric = "information where some activity is negative"
            yield _row(name, metric, kept[layer - 1], case, at, "nats")
    yield _row(name, "compression score, output", score[-1], case, {"activation": activation})


def _of_penalty(kept: list[Scored], task: Task, case: str, activation: str) -> Iterator[Row]:
    """Compare networks with and without the released penalty, and follow all penalties.

    A start counts where both networks learned: one whose weights the penalty sent to zero would
    seem to compress all.
    """
    found = {(net.plan.penalty, net.plan.start): net for net in kept}
    both = [
        start
        for weight, start in found
        if not weight and all(_learned(found[w, start], task) for w in (0.0, PENALTY))
    ]
    here: Coordinates = {"activation": activation}
    for arm, weight in (("without L2", 0.0), ("with L2", PENALTY)) if both else ():
        chosen = [found[weight, start] for start in both]
        score = np.mean([net.score for net in chosen], axis=0)
        inside, outside = np.mean([net.accuracy for net in chosen], axis=0)
        for layer, value in enumerate(score[:-1], 1):
            yield _row(arm, "compression score", value, case, here | {"layer": layer})
        yield _row(arm, "accuracy gap", inside - outside, case, here)
        yield _row(arm, "test accuracy", outside, case, here)
    for weight in sorted({net.plan.penalty for net in kept}):
        chosen = [net for net in kept if net.plan.penalty == weight]
        at = here | {"penalty": weight}
        hidden = np.mean([net.score[:-1] for net in chosen])
        learned = np.mean([_learned(net, task) for net in chosen])
        yield _row("adaptive bins", "compression score of all", hidden, case, at)
        yield _row("adaptive bins", "networks that learned", learned, case, at)


def _row(arm: str, metric: str, value: Any, case: str, at: Coordinates, unit: str = "1") -> Row:
    return Row(arm, metric, float(value), unit, at, case)


def _learned(net: Scored, task: Task) -> bool:
    """Return whether a network is a tenth above what the most frequent class would give."""
    most = float(torch.bincount(task.y).max()) / len(task.y)
    return net.accuracy[0] > min(most + 0.1, 0.99)


def _scaled(net: Trained, options: Mapping[str, Any], case: str, seed: int) -> Iterator[Row]:
    """Let the last hidden layer, as it ends, answer eight times as much."""
    t = list(net.layers.values())[-1][-2][: options["n_noise"]]
    for name in ("adaptive bins", "layer bins", *NOISE):
        value = change_when_scaled(ruler(name, seed), t, FACTOR)
        at: Coordinates = {"activation": net.plan.activation}
        yield _row(name, "change when scaled", value, case, at, "nats")


def _budgets(task: Task, options: Mapping[str, Any], case: str) -> Iterator[Spend]:
    n_steps = options["n_epochs"] * -(-task.n_train // options["batch_size"])
    for activation in options["activations"]:
        at: Coordinates = {"activation": activation}
        for arm in ("with L2", "without L2"):
            yield Spend(arm, "steps", n_steps, None, at, case)
        for name in rulers_of(activation):
            n = options["n_noise"] if name in NOISE else len(task.labels)
            yield Spend(name, "inputs", n, None, at, case)
            if name not in NOISE:
                yield Spend(name, "bins", N_BINS, None, at, case)


def _correlations(every: list[Scored], task: Task, case: str) -> Iterator[Row]:
    """Relate a layer's compression to accuracy, among networks that differ by their start alone.

    The mean is over activations, and for the earlier layers over these too, wherever at least three
    networks learned and neither compression nor accuracy is the same for all. Elsewhere the rank
    correlation is undefined and counts for nothing: as a 0 it would speak for the claim that the two
    do not go together and against those that they do.
    """
    n_earlier = len(every[0].score) - 2
    arms = ["earlier layers"] * n_earlier + ["last hidden layer", "output layer"]
    told: dict[str, list[float]] = {arm: [] for arm in arms} | {"chance": [0.0]}
    for activation in dict.fromkeys(net.plan.activation for net in every):
        here = [
            net
            for net in every
            if net.plan.activation == activation and not net.plan.penalty and _learned(net, task)
        ]
        right = [net.accuracy[1] for net in here]
        for layer, arm in enumerate(arms):
            score = [net.score[layer] for net in here]
            if len(here) >= 3 and np.ptp(score) > 0 and np.ptp(right) > 0:
                told[arm].append(float(spearmanr(score, right).statistic))
    for arm, found in told.items():
        if found:
            yield _row(arm, "rank correlation with test accuracy", np.mean(found), case, {})


def _networks(every: list[Scored], case: str) -> Artifact:
    names = list(ACTIVATIONS)
    return Artifact(
        f"networks of {case}",
        {
            "activation": np.array([names.index(net.plan.activation) for net in every]),
            "penalty": np.array([net.plan.penalty for net in every]),
            "accuracy": np.array([net.accuracy for net in every]),
            "score": np.array([net.score for net in every]),
        },
    )
