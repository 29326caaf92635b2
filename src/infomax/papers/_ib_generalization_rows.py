"""What the experiment on bottlenecks and generalization hands over of its networks."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from infomax.lab.contract import Artifact, Record, Row, Spend
from infomax.papers._ib_generalization_correlations import (
    CORRELATIONS,
    Floats,
    bootstrap_interval,
    correlation,
)
from infomax.papers._ib_generalization_measures import MEASURES, by_floor, measured
from infomax.papers._ib_generalization_networks import Case, Problem, train_networks

TRAININGS = {"off": "free training", "on": "constrained training"}
_SHOWN = {"gap": "gap", "m": "m", "layer": "I(X;Z|Y)", "weights": "I(φ;S)", "both": "combined"}


def records(
    problem: Problem, name: str, case: Case, seed: int, *, constraint: str
) -> Iterator[Record]:
    """Train all networks of a case, with or without the constraint, and measure them."""
    arm, last = TRAININGS[constraint], case["n_epochs"]
    rate = case["rate"] if constraint == "on" else 0.0
    trained, course = train_networks(problem, case, seed, rate=rate)
    n_steps = last * -(-case["n_train"] // case["batch_size"])
    yield Spend(arm, "steps", len(trained) * n_steps, case=name)
    for epoch, found in course.items():
        mean = float(found.mean())
        yield Row(arm, "information in training", mean, "nats", case=name, step=epoch)
    distance = float((course[last] - case["target"]).abs().mean())
    yield Row(arm, "distance of information from its target", distance, "nats", case=name)
    for population, table in measured(trained, problem, seed).items():
        at = {"constraint": constraint, "population": population}
        yield from _correlations(table, case, at, name, np.random.default_rng([seed, 4]))
        shown = {short: table[column] for short, column in _SHOWN.items()}
        yield Artifact(f"{name}, constraint {constraint}, {population}", shown)
    if constraint == "off":
        for (measure, floor), value in by_floor(trained, problem, seed).items():
            yield Row(measure, "information in weights", value, "nats", {"floor": floor}, name)


def _correlations(
    table: Mapping[str, Floats],
    case: Case,
    at: Mapping[str, str],
    name: str,
    generator: np.random.Generator,
) -> Iterator[Record]:
    """Correlate every measure with the gap, over all networks and over those that fit."""
    accurate = table["training accuracy"] > case["accurate"]
    for networks, mask in {"all": np.ones_like(accurate), "accurate": accurate}.items():
        where = {**at, "networks": networks}
        for arm in (*MEASURES, "chance"):
            yield Spend(arm, "networks", int(mask.sum()), None, where, name)
        for kind, arm in product(CORRELATIONS, (*MEASURES, "chance")):
            value = 0.0
            if arm != "chance":
                value = correlation(kind, table[arm][mask], table["gap"][mask])
            yield Row(arm, f"{kind} with the gap", value, "1", where, name, selected_on="train")
    where = {**at, "networks": "accurate"}
    for arm in MEASURES:
        x, y = table[arm][accurate], table["gap"][accurate]
        ends = bootstrap_interval("Pearson", x, y, generator)
        for end, value in zip(("low", "high"), ends, strict=True):
            yield Row(arm, f"Pearson with the gap, {end}", value, "1", where, name)
        yield Row(arm, "median over networks", float(np.median(table[arm])), "nats", at, name)
