"""A measured value against a bound, and one metric against another of the same arm."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from infomax.lab.claims import Bound, Coordinates
from infomax.lab.intervals import clopper_pearson
from infomax.lab.outcomes import Judged, RefusedError, Trials, refuse_variation
from infomax.lab.points import (
    check_finite,
    check_trials,
    coordinates,
    keyed,
    select,
    unit_of,
    where,
)
from infomax.lab.verdict import Finding, Outcome

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Aligned:
    """Metrics of one arm, row by row: the seed, the place in words, and a column a metric."""

    unit: str
    seeds: NDArray[np.int64]
    places: list[str]
    columns: list[Array]


def align(
    rows: pd.DataFrame,
    metrics: Sequence[str | float],
    *,
    arm: str,
    at: Coordinates,
    trials: Trials,
    same_unit: int,
) -> Aligned:
    """Return metrics of one arm at the same points; a number stands for itself everywhere.

    The first metric gives the rows; each further one must have exactly these. The first
    `same_unit` metrics must share their unit. Infinity is allowed in all but the first.
    """
    names = coordinates(rows)
    frames = [select(rows, m, arms=(arm,), at=at) for m in metrics if isinstance(m, str)]
    check_trials(frames[0], trials)
    unit = unit_of(*frames[: sum(isinstance(m, str) for m in metrics[:same_unit])])
    found = [keyed(frame, names) for frame in frames]
    keys = list(found[0])
    for i, values in enumerate(found):
        check_finite(values, arm, names, allow_infinite=i > 0)
        lonely = values.keys() ^ found[0].keys()
        if lonely:
            seed, key = min(lonely, key=str)
            raise RefusedError(f"not every metric has a row of {where(arm, seed, key, names)}")
    named = iter(found)
    columns = []
    for metric in metrics:
        values = next(named) if isinstance(metric, str) else dict.fromkeys(keys, float(metric))
        columns.append(np.array([values[key] for key in keys]))
    places = [where(arm, seed, key, names) for seed, key in keys]
    seeds = np.array([seed for seed, _ in keys])
    largest = np.array([columns[0][seeds == seed].max() for seed in np.unique(seeds)])
    refuse_variation(largest, trials=trials, magnitude=float(np.abs(columns[0]).max()))
    return Aligned(unit, seeds, places, columns)


def judge_bound(claim: Bound, rows: pd.DataFrame, *, trials: Trials) -> Judged:
    """Judge a bound in every row that `at` selects."""
    metrics = (claim.measured, claim.at_most, claim.standard_error or 0.0)
    trivial = () if claim.trivial is None else (claim.trivial,)
    table = align(
        rows, (*metrics, *trivial), arm=claim.arm, at=claim.at, trials=trials, same_unit=2
    )
    measured, bound, error = table.columns[:3]
    if (error < 0).any():
        raise RefusedError(f"a negative standard error of {table.places[int(np.argmin(error))]}")
    slack = bound - measured
    broken = slack < -(claim.tolerance + 3 * error)
    worst = int(np.argmin(slack))
    outcome, reason = _outcome(claim, broken, table.seeds, trials=trials)
    if broken.any():
        reason += f"; worst for {table.places[worst]}"
    least = tuple(float(slack[table.seeds == seed].min()) for seed in np.unique(table.seeds))
    finding = Finding(outcome, estimate=float(slack[worst]), differences=least, reason=reason)
    says_more = bool((bound < table.columns[3]).any()) if trivial else None
    return Judged(table.unit, (finding,), table.unit, says_more)


def failures_by_seed(broken: NDArray[np.bool_], seeds: NDArray[np.int64]) -> tuple[int, float, int]:
    """Return how many seeds fail somewhere, the sum of the shares that fail, and all seeds.

    A theorem gives each draw its failure rate. That some draw of a seed fails is at least as
    likely, so the first count cannot make a false bound hold; the mean share is at most as likely,
    so the second cannot make a true one fail.
    """
    shares = np.array([broken[seeds == seed].mean() for seed in np.unique(seeds)])
    return int((shares > 0).sum()), float(shares.sum()), len(shares)


def _outcome(
    claim: Bound, broken: NDArray[np.bool_], seeds: NDArray[np.int64], *, trials: Trials
) -> tuple[Outcome, str]:
    if claim.failure_rate is None:
        if not broken.any():
            return "holds", ""
        return "does not hold", f"broken in {int(broken.sum())} of {len(broken)} rows"
    if trials.deterministic:
        raise RefusedError("a failure rate wants seeds between which something varies")
    if claim.independent_draws:
        n_failures, share, n_draws = int(broken.sum()), float(broken.sum()), len(broken)
    else:
        n_failures, share, n_draws = failures_by_seed(broken, seeds)
    low = float(clopper_pearson(np.floor(share + 1e-9), n_draws)[0])
    high = float(clopper_pearson(n_failures, n_draws)[1])
    what = "draws" if claim.independent_draws else "seeds"
    reason = f"broken in {n_failures} of {n_draws} {what}; 95 % interval of the failure rate "
    reason += f"{low:.2g} to {high:.2g}, allowed {claim.failure_rate:g}"
    if high <= claim.failure_rate:
        return "holds", reason
    return "does not hold" if low > claim.failure_rate else "inconclusive", reason
