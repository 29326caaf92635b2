"""Which rows a claim speaks of, and their values by seed and point."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from infomax.lab.frames import coordinate_names
from infomax.lab.outcomes import RefusedError, Trials, UntestedError

Point: TypeAlias = Mapping[str, Any]
Keyed: TypeAlias = dict[tuple[int, tuple[Any, ...]], float]


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return an expanded frame whose coordinates are plain values, a missing one None.

    Numbers keep twelve significant digits, so that 0.1 * 3 and 0.3 are one point.
    """
    names = coordinates(frame)
    columns = {
        name: pd.Series([plain(v) for v in frame[name]], index=frame.index, dtype=object)
        for name in names
    }
    return frame.assign(**columns)


def coordinates(frame: pd.DataFrame) -> list[str]:
    """Return the names of all coordinates, `case` and `step` among them."""
    return [*coordinate_names(frame), *(n for n in ("case", "step") if n in frame.columns)]


def as_rows(spend: pd.DataFrame) -> pd.DataFrame:
    """Return spends in the shape of rows: the resource is the metric, the amount its value."""
    names = {"resource": "metric", "amount": "value"}
    return spend.rename(columns=names).assign(unit=spend["resource"], selected_on=None)


def select(
    rows: pd.DataFrame, metric: str, *, arms: Sequence[str], at: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the rows of a metric of some arms where `at` says.

    Raises `UntestedError` where the rows lack the metric, an arm, a coordinate or its value, and
    `RefusedError` where something was selected on the test split.
    """
    frame = rows[(rows["metric"] == metric).to_numpy(bool) & rows["arm"].isin(arms).to_numpy(bool)]
    for arm in arms:
        if not (frame["arm"] == arm).any():
            raise UntestedError(f"{arm!r} has no {metric!r}")
    for name, value in at.items():
        _check_present(frame, name)
        frame = frame[_equal(frame[name], value)]
        if frame.empty:
            raise UntestedError(f"no {metric!r} at {label({name: value})}")
    if (frame["selected_on"] == "test").any():
        raise RefusedError(f"{metric!r} comes from a selection on the test split")
    return frame


def check_trials(frame: pd.DataFrame, trials: Trials) -> None:
    """Refuse too few seeds, and seeds other than those planned."""
    seeds = sorted(int(seed) for seed in frame["seed"].unique())
    if len(seeds) != trials.n_seeds:
        raise RefusedError(
            f"rows of {len(seeds)} seeds where {trials.n_seeds} were planned: {_listed(seeds)}"
        )
    if trials.n_seeds < 3 and not trials.deterministic:
        raise RefusedError(f"fewer than three seeds: {trials.n_seeds}")


def check_coordinates(frame: pd.DataFrame, named: Sequence[str]) -> None:
    """Want every coordinate in `named` present, and no other one to vary."""
    for name in named:
        _check_present(frame, name)
    for name in coordinates(frame):
        values = _distinct(frame, (name,))
        if name not in named and len(values) > 1:
            shown = _listed([_shown(point[name]) for point in values])
            raise RefusedError(
                f"the coordinate {name!r} varies ({shown}) and stands in none of `at`, `every`, "
                "`mean`"
            )


def unit_of(*frames: pd.DataFrame) -> str:
    """Return the one unit of all these rows."""
    units = sorted({str(unit) for frame in frames for unit in frame["unit"].unique()})
    if len(units) > 1:
        raise RefusedError(f"the rows are in different units: {_listed(units)}")
    return units[0]


def points_of(frame: pd.DataFrame, names: Sequence[str]) -> list[Point]:
    """Return the points of these coordinates that occur, in order; one empty point without any."""
    return _distinct(frame, names) if names else [{}]


def at_point(frame: pd.DataFrame, point: Point) -> pd.DataFrame:
    """Return the rows at a point."""
    for name, value in point.items():
        frame = frame[_equal(frame[name], value)]
    return frame


@dataclass(frozen=True)
class Table:
    """Values of one arm: a row a seed, a column a point."""

    seeds: list[int]
    points: list[tuple[Any, ...]]
    values: NDArray[np.float64]


def by_seed(frame: pd.DataFrame, arm: str, *, names: Sequence[str], n_seeds: int) -> Table:
    """Return the values of one arm by seed and point of `names`.

    Refuses values that are not finite, two rows at one point, and holes.
    """
    found = keyed(frame[frame["arm"] == arm], names)
    check_finite(found, arm, names)
    seeds = sorted({seed for seed, _ in found})
    if len(seeds) != n_seeds:
        raise RefusedError(f"{arm!r} has rows in {len(seeds)} of {n_seeds} seeds")
    points = _sorted({key for _, key in found})
    for seed, key in product(seeds, points):
        if (seed, key) not in found:
            raise RefusedError(f"no row of {where(arm, seed, key, names)}")
    values = np.array([[found[seed, key] for key in points] for seed in seeds])
    return Table(seeds, points, values)


def keyed(frame: pd.DataFrame, names: Sequence[str]) -> Keyed:
    """Return the values of one arm by seed and point of `names`; refuse two at one point."""
    found: Keyed = {}
    rows = zip(frame["arm"], frame["seed"], _keys(frame, names), frame["value"], strict=True)
    for arm, seed, key, value in rows:
        if (int(seed), key) in found:
            raise RefusedError(f"two rows of {where(arm, int(seed), key, names)}")
        found[int(seed), key] = float(value)
    return found


def check_finite(
    values: Keyed, arm: str, names: Sequence[str], *, allow_infinite: bool = False
) -> None:
    """Refuse values that are NaN, or infinite unless that is allowed."""
    for (seed, key), value in values.items():
        if math.isnan(value) or (math.isinf(value) and not allow_infinite):
            raise RefusedError(f"value {value} of {where(arm, seed, key, names)}")


def where(arm: str, seed: int, key: tuple[Any, ...], names: Sequence[str]) -> str:
    """Return arm, point and seed in words."""
    point = {n: v for n, v in zip(names, key, strict=True) if v is not None}
    return ", ".join(part for part in (repr(arm), label(point), f"seed {seed}") if part)


def label(point: Point) -> str:
    """Return a point in words."""
    return ", ".join(f"{name}={_shown(value)}" for name, value in point.items())


def _keys(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[Any, ...]]:
    columns = [frame[name] for name in names]
    return list(zip(*columns, strict=True)) if columns else [()] * len(frame)


def _distinct(frame: pd.DataFrame, names: Sequence[str]) -> list[Point]:
    return [dict(zip(names, key, strict=True)) for key in _sorted(set(_keys(frame, names)))]


def _sorted(keys: set[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    def order(key: tuple[Any, ...]) -> list[tuple[bool, bool, Any]]:
        return [(isinstance(v, str), v is None, 0 if v is None else v) for v in key]

    return sorted(keys, key=order)


def _equal(column: "pd.Series[Any]", value: Any) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    wanted = plain(value)
    return np.array([v == wanted for v in column], dtype=bool)


def _check_present(frame: pd.DataFrame, name: str) -> None:
    if name not in frame.columns or frame[name].isna().all():
        raise UntestedError(f"no row has the coordinate {name!r}")


def plain(value: Any) -> Any:
    """Return a coordinate as a plain value, None where it is missing."""
    if pd.isna(value):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str | bool | int):
        return value
    number = float(f"{value:.12g}")
    return int(number) if number.is_integer() else number


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _listed(values: Sequence[Any], *, at_most: int = 8) -> str:
    shown = ", ".join(str(value) for value in values[:at_most])
    return shown if len(values) <= at_most else f"{shown}, …"
