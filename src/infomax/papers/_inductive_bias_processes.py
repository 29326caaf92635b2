"""Gaussian processes of the paper on inductive bias, where the law of the error is known."""

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from infomax.exceptions import AssumptionWarning
from infomax.inference import (
    GaussianProcessHypotheses,
    NoncentralChi2Fit,
    QuadraticForm,
    inductive_bias,
    noncentral_chi2_logcdf,
)
from infomax.lab.contract import Artifact, Record, Row, Setting
from infomax.papers._inductive_bias_rows import NEEDED, Floats, Place, interval, quantiles, told
from infomax.papers._inductive_bias_tasks import Task

COUNTED = "required bias where it is counted"
TAILS = ("released tail", "gamma tail", "counted")
COUNTABLE = 1e-3
_N_FEATURES = 4000


def random_features(x: Floats, generator: np.random.Generator) -> Callable[[Any, Any], Floats]:
    """Return the kernel of a random hidden layer of rectifiers, of variance 1 on the mean of x."""
    weights = generator.standard_normal((x.shape[1] + 1, _N_FEATURES))

    def features(points: Floats) -> Floats:
        hidden: Floats = np.maximum(
            np.pad(points, ((0, 0), (0, 1)), constant_values=1.0) @ weights, 0
        )
        return hidden

    level = float((features(x) ** 2).sum(axis=1).mean())
    return lambda a, b: features(a) @ features(b).T / level


def processes(task: Task, scale: float | str, generator: np.random.Generator) -> dict[str, Any]:
    """Return the Gaussian processes of three kernels, by name."""
    return {
        "RBF process": GaussianProcessHypotheses("rbf", length_scale=scale),
        "Laplace process": GaussianProcessHypotheses("laplace", length_scale=scale),
        "random features": GaussianProcessHypotheses(random_features(task.x, generator)),
    }


def measure_processes(
    setting: Setting, task: Task, place: Place, *, scale: float | str, seed: int
) -> Iterator[Record]:
    """Ask three processes: by a law fitted to errors drawn, and exactly."""
    generator = np.random.default_rng([seed, 1])
    used = {"training_rows": len(task.x), "hypotheses": setting["n_samples"]}
    for arm, space in processes(task, scale, generator).items():
        law = space.fit(task.x, task.y).error_distribution(task.x_test, task.y_test)
        errors = law.sample(setting["n_samples"], random_state=generator)
        fit = NoncentralChi2Fit().fit(errors)
        yield from told(setting, task, place, arm, fit, errors)
        for share in setting["shares"]:
            yield place.row(f"{arm}, exact", law.logcdf(share * task.variance), share)
        if place.metric != NEEDED:  # a smooth task: only trends are asked for
            continue
        yield from interval(setting, task, place, arm, fit, generator)
        yield from place.spends((arm, f"{arm}, exact"), **used)
        if arm == "RBF process":
            yield from place.spends([f"{arm}, {word}" for word in TAILS], **used)
            yield from _other_tails(setting, task, place, Drawn(law, errors, fit), generator)


@dataclass(frozen=True)
class Drawn:
    """A law, errors drawn from it, and the law fitted to them."""

    law: QuadraticForm
    errors: Floats
    fit: NoncentralChi2Fit


def _other_tails(
    setting: Setting, task: Task, place: Place, drawn: Drawn, generator: np.random.Generator
) -> Iterator[Record]:
    """Take the tail as the released code does, as a gamma law has it, and where it is countable."""
    released, smooth, counted = (f"RBF process, {word}" for word in TAILS)
    for share in setting["shares"]:
        target = share * task.variance
        yield place.row(released, drawn.fit.logcdf(target, convention="released"), share)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AssumptionWarning)  # how far is a row of its own
            yield place.row(smooth, -inductive_bias(drawn.errors, target, method="gamma"), share)
    near = _quantile(drawn.law, COUNTABLE)
    below = (drawn.law.sample(setting["n_counted"], random_state=generator) <= near).mean()
    yield place.other("RBF process", COUNTED, -float(drawn.fit.logcdf(near)), "nats")
    yield place.other("RBF process, exact", COUNTED, -float(drawn.law.logcdf(near)), "nats")
    yield place.other(counted, COUNTED, -math.log(below), "nats")
    if place.case == setting["shown"]:
        yield _curves(setting, task, drawn, generator)


def _curves(setting: Setting, task: Task, drawn: Drawn, generator: np.random.Generator) -> Artifact:
    """Keep what the figures of tails and errors draw."""
    law, fit, errors = drawn.law, drawn.fit, drawn.errors
    shares = np.geomspace(min(setting["shares"]) / 3, law.mean / task.variance, 25)
    targets = shares * task.variance
    low, high = quantiles(
        fit.bootstrap_logcdf(targets, n_bootstrap=setting["n_bootstrap"], random_state=generator)
    )
    places = np.linspace(errors.min(), errors.max(), 60)
    arrays = {
        "shares": shares,
        "exact": -law.logcdf(targets),
        "fitted": -fit.logcdf(targets),
        "released": -fit.logcdf(targets, convention="released"),
        "low": low,
        "high": high,
        "errors": errors[:1000],
        "places": places,
        "exact below": np.exp(law.logcdf(places)),
        "fitted below": np.exp(fit.logcdf(places)),
        "variance": np.array(task.variance),
    }
    return Artifact("tails", arrays)


def _quantile(law: QuadraticForm, share: float) -> float:
    """Return the error below which that share of a law lies."""
    wanted = math.log(share)
    low, high = law.mean / 2, law.mean
    while float(law.logcdf(low)) > wanted:
        low /= 2
    return float(brentq(lambda x: float(law.logcdf(x)) - wanted, low, high, rtol=1e-10))


def measure_one_law() -> Iterator[Record]:
    """Take one law's tail at 1e-100: what it is, and what the released code says."""
    for arm, convention in (("law", "paper"), ("law, released tail", "released")):
        told = noncentral_chi2_logcdf(1e-100, 10, 5, scale=0.1, convention=convention)
        yield Row(arm, "nats at 1e-100", -float(told), "nats")
