"""The sign of a slope, or of a rank correlation, over a swept coordinate: one a seed."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from infomax.lab.claims import Trend
from infomax.lab.outcomes import (
    Judged,
    RefusedError,
    Rule,
    Trials,
    UntestedError,
    find,
    refuse_variation,
)
from infomax.lab.points import (
    Point,
    Table,
    at_point,
    by_seed,
    check_coordinates,
    check_trials,
    label,
    points_of,
    select,
    unit_of,
)
from infomax.lab.verdict import Finding

Array = NDArray[np.float64]


def judge_trend(claim: Trend, rows: pd.DataFrame, *, trials: Trials) -> Judged:
    """Judge a trend at each point of `every`."""
    frame = select(rows, claim.metric, arms=(claim.arm,), at=claim.at)
    check_coordinates(frame, (*claim.at, *claim.every, claim.over, *claim.mean))
    n_points, wanted = len(points_of(frame, (claim.over,))), 2 if claim.statistic == "slope" else 3
    if n_points < wanted:
        raise UntestedError(
            f"a {claim.statistic} wants {wanted} values of {claim.over!r}, got {n_points}"
        )
    check_trials(frame, trials)
    row_unit = unit_of(frame)
    unit = f"{row_unit}/{claim.over}" if claim.statistic == "slope" else "rank correlation"
    points = points_of(frame, claim.every)
    findings = tuple(_finding(claim, frame, point=point, trials=trials) for point in points)
    return Judged(unit, findings, row_unit)


def slopes(x: Array, y: Array) -> Array:
    """Return the least-squares slope of each row of `y` over `x`."""
    centred = x - x.mean()
    return np.asarray(y @ centred / (centred @ centred), dtype=np.float64)


def rank_correlations(x: Array, y: Array) -> Array:
    """Return Spearman's correlation of each row of `y` with `x`; 0 where a row is constant."""
    ranks_x = stats.rankdata(x) - (len(x) + 1) / 2
    ranks_y = stats.rankdata(y, axis=1) - (len(x) + 1) / 2
    norms = np.sqrt((ranks_x @ ranks_x) * (ranks_y**2).sum(axis=1))
    return np.where(norms > 0, ranks_y @ ranks_x / np.maximum(norms, 1.0), 0.0)


def _finding(claim: Trend, frame: pd.DataFrame, *, point: Point, trials: Trials) -> Finding:
    try:
        names = (claim.over, *claim.mean)
        table = by_seed(at_point(frame, point), claim.arm, names=names, n_seeds=trials.n_seeds)
        x, y = _sweep(table, claim.over)
        finding = _judge_sweep(claim, x, y, trials=trials)
    except RefusedError as refusal:
        return Finding("refused", label=label(point), reason=str(refusal))
    return replace(finding, label=label(point))


def _sweep(table: Table, over: str) -> tuple[Array, Array]:
    """Return the swept values and a row of averages over `mean` for each seed."""
    if any(not isinstance(key[0], int | float) for key in table.points):
        raise RefusedError(f"a trend wants numbers as values of {over!r}")
    xs = sorted({key[0] for key in table.points})
    if len(xs) < 2:
        raise RefusedError(f"one value of {over!r} alone")
    columns = [[i for i, key in enumerate(table.points) if key[0] == x] for x in xs]
    averaged = [{table.points[i][1:] for i in own} for own in columns]
    for x, points in zip(xs, averaged, strict=True):
        if points != averaged[0]:
            raise RefusedError(f"{over}={x} is averaged over other points than {over}={xs[0]}")
    y = np.stack([table.values[:, own].mean(axis=1) for own in columns], axis=1)
    return np.array(xs, dtype=np.float64), y


def _judge_sweep(claim: Trend, x: Array, y: Array, *, trials: Trials) -> Finding:
    sign = 1.0 if claim.direction == "increasing" else -1.0
    rule = Rule(claim.smallest)
    for values in y.T:
        refuse_variation(values, trials=trials, magnitude=float(np.abs(y).max()))
    if claim.statistic == "slope":
        magnitude = float(np.abs(y).max() / np.ptp(x))
        return find(sign * slopes(x, y), rule=rule, trials=trials, magnitude=magnitude)
    correlations = sign * rank_correlations(x, y)
    perfect = np.allclose(correlations, 1.0) or np.allclose(correlations, -1.0)
    if perfect and bool(np.ptp(y, axis=0).max() > 1e-12 * np.abs(y).max()):
        return _perfect(correlations, n_points=len(x), rule=rule)
    return find(correlations, rule=rule, trials=trials, magnitude=1.0)


def _perfect(correlations: Array, *, n_points: int, rule: Rule) -> Finding:
    """Judge a perfect order in every seed, which has no spread, by its permutation probability.

    If the order were random, all seeds would show it with probability (1 / n_points!)^n_seeds.
    """
    ahead = bool(correlations[0] > 0)
    chance = math.exp(-len(correlations) * math.lgamma(n_points + 1))
    value = 1.0 if ahead else -1.0
    return Finding(
        rule.outcome(value, value),
        estimate=value,
        low=value,
        high=value,
        differences=(value,) * len(correlations),
        p_value=chance if ahead else 1.0,
        reason="the same perfect order in every seed, judged by permutations",
    )
