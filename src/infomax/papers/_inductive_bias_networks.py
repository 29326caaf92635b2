"""Networks of the paper on inductive bias: hypotheses are what training makes of random starts."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from torch import nn

from infomax.inference import NetworkHypotheses, NoncentralChi2Fit
from infomax.lab.contract import Record, Row, Setting
from infomax.networks import MLP, ConvNet
from infomax.papers._inductive_bias_rows import NEEDED, Floats, Place, ends, interval, told
from infomax.papers._inductive_bias_tasks import Task

FITTING = "share of networks that fit"


def measure_networks(setting: Setting, task: Task, place: Place, *, seed: int) -> Iterator[Record]:
    """Ask networks trained from random starts: one MLP, and a ConvNet on pictures.

    All are kept as training leaves them, as in the authors' code; how many fit, that is, leave of
    the training set no more than the lowest target, is a row.
    """
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
        by_point = space.errors_on(x_test, task.y_test, per_point=True)
        yield place.other(arm, "training error", space.training_errors_.mean())
        enough = min(setting["shares"]) * task.variance
        yield place.other(arm, FITTING, (space.training_errors_ <= enough).mean())
        yield place.other(arm, "test error", by_point.mean())
        yield from place.spends([arm], training_rows=len(task.x), **used)
        yield from _of_networks(setting, task, place, arm, by_point, generator)
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
    by_point: Floats,
    generator: np.random.Generator,
) -> Iterator[Row]:
    """Fit the law to networks' errors, with intervals over networks and over test points."""
    errors, n_points = by_point.mean(axis=1), by_point.shape[1]
    fit = NoncentralChi2Fit().fit(errors)
    yield from told(setting, task, place, arm, fit, errors)
    resampled = (
        by_point[:, generator.integers(n_points, size=n_points)].mean(axis=1)
        for _ in range(setting["n_bootstrap"])
    )
    targets = np.array(setting["shares"]) * task.variance
    yield from interval(setting, task, place, arm, fit, generator)
    over_points = np.array([NoncentralChi2Fit().fit(again).logcdf(targets) for again in resampled])
    yield from ends(setting, place, arm, "test points", over_points)


def measure_shapes(setting: Setting, task: Task, case: str, *, seed: int) -> Iterator[Record]:
    """Ask MLPs of several widths and depths."""
    generator = np.random.default_rng([seed, 3])
    for width in setting["widths"]:
        for depth in setting["depths"]:
            place = Place(f"{NEEDED} by shape", case, {"width": width, "depth": depth})
            make = partial(_mlp, task.x.shape[1], (width,) * depth, task.y.shape[1])
            space = _trained(setting, make, task, task.x.shape[1:], generator)
            errors = space.errors_on(task.x_test, task.y_test)
            yield from told(setting, task, place, "MLP", NoncentralChi2Fit().fit(errors), errors)


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
