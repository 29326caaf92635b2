"""One arm against its baselines: paired differences over seeds."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from infomax.lab.budgets import check_budgets
from infomax.lab.claims import Comparison
from infomax.lab.outcomes import Judged, RefusedError, Rule, Trials, find
from infomax.lab.points import (
    Point,
    Table,
    as_rows,
    at_point,
    by_seed,
    check_coordinates,
    check_trials,
    label,
    points_of,
    select,
    unit_of,
    where,
)
from infomax.lab.verdict import Finding


def judge_comparison(
    claim: Comparison, rows: pd.DataFrame, spend: pd.DataFrame, *, trials: Trials
) -> Judged:
    """Judge a comparison at each point of `every` and against each baseline."""
    source = rows if (rows["metric"] == claim.metric).any() else as_rows(spend)
    frame = select(source, claim.metric, arms=claim.arms, at=claim.at)
    check_coordinates(frame, (*claim.at, *claim.every, *claim.mean))
    check_trials(frame, trials)
    row_unit = unit_of(frame)
    findings = tuple(
        _finding(claim, frame, spend, point=point, baseline=baseline, trials=trials)
        for point in points_of(frame, claim.every)
        for baseline in claim.baselines
    )
    unit = "log ratio" if claim.scale == "log" else row_unit
    return Judged(unit, findings, row_unit)


def _finding(
    claim: Comparison,
    frame: pd.DataFrame,
    spend: pd.DataFrame,
    *,
    point: Point,
    baseline: str,
    trials: Trials,
) -> Finding:
    name = label(point)
    try:
        budget_point = {**claim.at, **point}
        arms = (claim.arm, baseline)
        check_budgets(spend, claim.equal, arms=arms, point=budget_point, n_seeds=trials.n_seeds)
        here = at_point(frame, point)
        arm, other = (by_seed(here, a, names=claim.mean, n_seeds=trials.n_seeds) for a in arms)
        _check_paired(arm, other, arms=arms, names=claim.mean)
        ours = _scaled(claim, arm, name=claim.arm)
        theirs = _scaled(claim, other, name=baseline)
        differences = (ours - theirs).mean(axis=1) * (1.0 if claim.better == "higher" else -1.0)
        largest = max(np.abs(arm.values).max(), np.abs(other.values).max())
        magnitude = largest if claim.scale == "linear" else 1.0
        finding = find(differences, rule=rule_of(claim), trials=trials, magnitude=magnitude)
    except RefusedError as refusal:
        return Finding("refused", label=name, baseline=baseline, reason=str(refusal))
    return replace(finding, label=name, baseline=baseline)


def rule_of(claim: Comparison) -> Rule:
    """Return where the interval of this claim must lie."""
    return Rule(claim.smallest, claim.equivalence, claim.non_inferiority)


def _check_paired(
    arm: Table, other: Table, *, arms: tuple[str, str], names: tuple[str, ...]
) -> None:
    if arm.seeds != other.seeds:
        raise RefusedError(f"{arms[0]!r} and {arms[1]!r} have rows of different seeds")
    lonely = set(arm.points) ^ set(other.points)
    if lonely:
        key = min(lonely, key=str)
        owner = arms[0] if key in arm.points else arms[1]
        raise RefusedError(
            f"unpaired: {label(dict(zip(names, key, strict=True)))} has rows of {owner!r} alone"
        )


def _scaled(claim: Comparison, table: Table, *, name: str) -> NDArray[np.float64]:
    values = table.values if claim.target is None else np.abs(table.values - claim.target)
    if claim.scale == "linear":
        return values
    if (values <= 0).any():
        row, column = np.argwhere(values <= 0)[0]
        place = where(name, table.seeds[row], table.points[column], claim.mean)
        raise RefusedError(f"the logarithm of {values[row, column]:g} of {place}")
    return np.log(values)
