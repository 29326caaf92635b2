"""Hypothesis spaces of the paper on inductive bias, and the bias that each requires."""

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from torch import nn

from infomax.exceptions import AssumptionWarning
from infomax.inference import (
    GaussianProcessHypotheses,
    NetworkHypotheses,
    NoncentralChi2Fit,
    QuadraticForm,
    inductive_bias,
    noncentral_chi2_logcdf,
)
from infomax.lab.contract import Artifact, Record, Row, Setting, Spend
from infomax.networks import MLP, ConvNet
from infomax.papers._inductive_bias_tasks import Task

Floats = NDArray[np.float64]
NEEDED = "required bias"
COUNTED = "required bias where it is counted"
FAR = "deviations extrapolated"
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


@dataclass(frozen=True)
class Place:
    """Under which metric, and at which point, rows are written."""

    metric: str = NEEDED
    case: str | None = None
    at: Mapping[str, Any] = field(default_factory=dict)

    def row(self, arm: str, logcdf: Any, share: float) -> Row:
        """Return the bias required at a share of the variance."""
        nats = max(0.0, -float(logcdf))
        return Row(arm, self.metric, nats, "nats", {**self.at, "share": share}, self.case)

    def other(self, arm: str, metric: str, value: float, unit: str = "1", **at: Any) -> Row:
        """Return something else measured there."""
        return Row(arm, metric, value, unit, {**self.at, **at}, self.case)

    def spends(self, arms: Sequence[str], **amounts: int) -> Iterator[Spend]:
        """Return what arms used; underscores are blanks."""
        for arm in arms:
            for resource, amount in amounts.items():
                yield Spend(arm, resource.replace("_", " "), amount, None, self.at, self.case)


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
        yield place.other(arm, "KS distance", fit.ks_)
        for share in setting["shares"]:
            target = share * task.variance
            yield place.row(arm, fit.logcdf(target), share)
            yield place.row(f"{arm}, exact", law.logcdf(target), share)
            yield place.other(arm, FAR, max(0.0, errors.min() - target) / fit.std_, share=share)
        if place.metric != NEEDED:  # a smooth task: only trends are asked for
            continue
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
    low, high = _interval(setting, fit, targets, generator)
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


def _interval(
    setting: Setting, fit: NoncentralChi2Fit, targets: Floats, generator: np.random.Generator
) -> Floats:
    """Return the ends of the bootstrap interval at each target, lower ends first."""
    again = -fit.bootstrap_logcdf(
        targets, n_bootstrap=setting["n_bootstrap"], random_state=generator
    )
    ends: Floats = np.maximum(0.0, np.quantile(again, [0.025, 0.975], axis=0))
    return ends


def measure_networks(setting: Setting, task: Task, place: Place, *, seed: int) -> Iterator[Record]:
    """Ask networks trained from random starts: one MLP, and a ConvNet on pictures."""
    generator = np.random.default_rng([seed, 2])
    n_outputs = task.y.shape[1]
    makers: dict[str, Callable[[int], nn.Module]] = {
        "MLP": partial(_mlp, task.x.shape[1], (64,), n_outputs)
    }
    if task.picture is not None:
        makers["ConvNet"] = partial(_conv_net, task.picture, n_outputs)
    used = {name: setting[f"n_{name}"] for name in ("models", "epochs")}
    for arm, make in makers.items():
        shape = task.picture if arm == "ConvNet" and task.picture else task.x.shape[1:]
        space = _trained(setting, make, task, shape, generator)
        x_test = task.x_test.reshape(-1, *shape)
        errors = space.errors_on(x_test, task.y_test)
        yield place.other(arm, "training error", space.training_errors_.mean())
        yield place.other(arm, "test error", errors.mean())
        yield from place.spends([arm], training_rows=len(task.x), **used)
        yield from _of_networks(setting, task, place, arm, errors, generator)
        if arm == "MLP":
            released = f"{arm}, released error"
            yield from place.spends([released], training_rows=len(task.x), **used)
            errors = space.errors_on(x_test, task.y_test, convention="released")
            fit = NoncentralChi2Fit().fit(errors)
            for share in setting["shares"]:
                yield place.row(released, fit.logcdf(share * task.variance), share)


def _of_networks(
    setting: Setting,
    task: Task,
    place: Place,
    arm: str,
    errors: Floats,
    generator: np.random.Generator,
) -> Iterator[Record]:
    """Fit the law to the networks' errors, with an interval at every target."""
    fit = NoncentralChi2Fit().fit(errors)
    targets = np.array(setting["shares"]) * task.variance
    ends = _interval(setting, fit, targets, generator)
    yield place.other(arm, "KS distance", fit.ks_)
    for i, share in enumerate(setting["shares"]):
        yield place.row(arm, fit.logcdf(targets[i]), share)
        yield place.other(arm, f"{NEEDED}, low", ends[0, i], "nats", share=share)
        yield place.other(arm, f"{NEEDED}, high", ends[1, i], "nats", share=share)
        yield place.other(arm, FAR, max(0.0, errors.min() - targets[i]) / fit.std_, share=share)


def measure_shapes(setting: Setting, task: Task, case: str, *, seed: int) -> Iterator[Record]:
    """Ask MLPs of several widths and depths."""
    generator = np.random.default_rng([seed, 3])
    for width in setting["widths"]:
        for depth in setting["depths"]:
            place = Place(f"{NEEDED} by shape", case, {"width": width, "depth": depth})
            make = partial(_mlp, task.x.shape[1], (width,) * depth, task.y.shape[1])
            space = _trained(setting, make, task, task.x.shape[1:], generator)
            fit = NoncentralChi2Fit().fit(space.errors_on(task.x_test, task.y_test))
            for share in setting["shares"]:
                yield place.row("MLP", fit.logcdf(share * task.variance), share)


def measure_one_law() -> Iterator[Record]:
    """Take one law's tail at 1e-100: what it is, and what the released code says."""
    for arm, convention in (("law", "paper"), ("law, released tail", "released")):
        told = noncentral_chi2_logcdf(1e-100, 10, 5, scale=0.1, convention=convention)
        yield Row(arm, "nats at 1e-100", -float(told), "nats")


def _trained(
    setting: Setting,
    make: Callable[[int], nn.Module],
    task: Task,
    shape: Sequence[int],
    generator: np.random.Generator,
) -> NetworkHypotheses:
    return NetworkHypotheses(
        make,
        n_models=setting["n_models"],
        n_epochs=setting["n_epochs"],
        batch_size=setting["batch_size"],
        learning_rate=setting["learning_rate"],
        random_state=generator,
    ).fit(task.x.reshape(-1, *shape), task.y)


def _mlp(n_inputs: int, widths: tuple[int, ...], n_outputs: int, seed: int) -> MLP:
    return MLP(n_inputs, widths, n_outputs, random_state=seed)


def _conv_net(picture: tuple[int, ...], n_outputs: int, seed: int) -> ConvNet:
    options: dict[str, Any] = {"widths": (4, 8), "n_features": 32, "pooled": picture[1] // 4}
    return ConvNet(picture[0], n_outputs, **options, random_state=seed)


def _quantile(law: QuadraticForm, share: float) -> float:
    """Return the error below which that share of a law lies."""
    wanted = math.log(share)
    low, high = law.mean / 2, law.mean
    while float(law.logcdf(low)) > wanted:
        low /= 2
    return float(brentq(lambda x: float(law.logcdf(x)) - wanted, low, high, rtol=1e-10))
