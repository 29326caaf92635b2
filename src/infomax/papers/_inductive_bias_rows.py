"""Rows of the paper on inductive bias: the bias that a fitted law requires, and its intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.inference import NoncentralChi2Fit
from infomax.lab.contract import Row, Setting, Spend
from infomax.papers._inductive_bias_tasks import Task

Floats = NDArray[np.float64]
NEEDED = "required bias"
FAR = "deviations extrapolated"


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


def told(
    setting: Setting, task: Task, place: Place, arm: str, fit: NoncentralChi2Fit, errors: Floats
) -> Iterator[Row]:
    """Return what the law fitted to errors says, and how far that is from them."""
    yield place.other(arm, "KS distance", fit.ks_)
    for share in setting["shares"]:
        target = share * task.variance
        yield place.row(arm, fit.logcdf(target), share)
        yield place.other(arm, FAR, max(0.0, errors.min() - target) / fit.std_, share=share)


def interval(
    setting: Setting,
    task: Task,
    place: Place,
    arm: str,
    fit: NoncentralChi2Fit,
    generator: np.random.Generator,
) -> Iterator[Row]:
    """Return the ends of the bootstrap interval over hypotheses at each target."""
    targets = np.array(setting["shares"]) * task.variance
    again = fit.bootstrap_logcdf(
        targets, n_bootstrap=setting["n_bootstrap"], random_state=generator
    )
    yield from ends(setting, place, arm, "hypotheses", again)


def ends(setting: Setting, place: Place, arm: str, over: str, again: Floats) -> Iterator[Row]:
    """Return the ends of an interval from log-probabilities, a row a resample."""
    for end, nats in zip(("low", "high"), quantiles(again), strict=True):
        for share, value in zip(setting["shares"], nats, strict=True):
            yield place.other(arm, f"{NEEDED}, {end} over {over}", value, "nats", share=share)


def quantiles(logcdfs: Floats) -> Floats:
    """Return the low and the high end of the bias, each at every target."""
    nats: Floats = np.maximum(0.0, np.quantile(-logcdfs, [0.025, 0.975], axis=0))
    return nats
