"""Whether the arms of a comparison were given the same budget."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from infomax.lab.outcomes import RefusedError
from infomax.lab.points import Keyed, Point, coordinates, keyed, label, plain, where


def check_budgets(
    spend: pd.DataFrame,
    resources: Sequence[str],
    *,
    arms: Sequence[str],
    point: Point,
    n_seeds: int,
) -> None:
    """Refuse arms that were not given the same of each resource, point by point.

    A limit counts where it is given, else the amount. A spend that lacks one of the coordinates of
    `point` counts for all its values. An amount beyond its limit is refused too.
    """
    names = coordinates(spend)
    for resource in resources:
        given = [_given(spend, resource, arm, point=point) for arm in arms]
        for arm, own in zip(arms, given, strict=True):
            _check_spent(arm, own, resource, point=point, n_seeds=n_seeds)
        for arm, own in zip(arms[1:], given[1:], strict=True):
            _check_same(given[0], own, arms=(arms[0], arm), resource=resource, names=names)


def _check_spent(arm: str, own: Keyed, resource: str, *, point: Point, n_seeds: int) -> None:
    at = f" at {label(point)}" if point else ""
    if not own:
        raise RefusedError(f"{arm!r} never spends {resource!r}{at}")
    n_found = len({seed for seed, _ in own})
    if n_found != n_seeds:
        raise RefusedError(f"{arm!r} spends {resource!r} in {n_found} of {n_seeds} seeds{at}")


def _given(spend: pd.DataFrame, resource: str, arm: str, *, point: Point) -> Keyed:
    frame = spend[
        (spend["resource"] == resource).to_numpy(bool) & (spend["arm"] == arm).to_numpy(bool)
    ]
    for name, value in point.items():
        if name in frame.columns:
            agrees = np.array([v is None or v == plain(value) for v in frame[name]], dtype=bool)
            frame = frame[agrees]
    over = frame[(frame["amount"] > frame["limit"] * (1 + 1e-9)).to_numpy(bool)]
    if len(over):
        row = over.iloc[0]
        raise RefusedError(
            f"{arm!r} spent {row['amount']:g} of {resource!r} where {row['limit']:g} was allowed, "
            f"seed {row['seed']}"
        )
    given = frame["limit"].fillna(frame["amount"])
    return keyed(frame.assign(value=given), coordinates(frame))


def _check_same(
    first: Keyed, other: Keyed, *, arms: tuple[str, str], resource: str, names: Sequence[str]
) -> None:
    lonely: set[tuple[int, tuple[Any, ...]]] = first.keys() ^ other.keys()
    if lonely:
        seed, key = min(lonely, key=str)
        owner = arms[0] if (seed, key) in first else arms[1]
        raise RefusedError(
            f"{arms[0]!r} and {arms[1]!r} do not spend {resource!r} at the same points: "
            f"only {where(owner, seed, key, names)}"
        )
    for (seed, key), amount in first.items():
        if not math.isclose(amount, other[seed, key], rel_tol=1e-9):
            place = where(arms[1], seed, key, names)
            raise RefusedError(
                f"unequal budgets of {resource!r}: {amount:g} for {arms[0]!r}, "
                f"{other[seed, key]:g} for {place}"
            )
