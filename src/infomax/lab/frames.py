"""Rows and spends as data frames: one column a coordinate in memory, one JSON column on disk."""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from infomax.lab.contract import Row, Spend

ROW_COLUMNS = ("seed", "arm", "metric", "value", "unit", "at", "case", "step", "selected_on")
SPEND_COLUMNS = ("seed", "arm", "resource", "amount", "limit", "at", "case")


def rows_frame(rows: Iterable[Row], seed: int) -> pd.DataFrame:
    """Return the rows of one seed as they are stored, coordinates as sorted JSON in `at`."""
    records = [
        (seed, r.arm, r.metric, r.value, r.unit, _json(r.at), r.case, r.step, r.selected_on)
        for r in rows
    ]
    return _typed(pd.DataFrame(records, columns=list(ROW_COLUMNS)))


def spend_frame(spends: Iterable[Spend], seed: int) -> pd.DataFrame:
    """Return the spends of one seed as they are stored, coordinates as sorted JSON in `at`."""
    records = [(seed, s.arm, s.resource, s.amount, s.limit, _json(s.at), s.case) for s in spends]
    return _typed(pd.DataFrame(records, columns=list(SPEND_COLUMNS)))


def expand(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a stored frame with one column for each coordinate instead of `at`.

    A coordinate that a row lacks is missing (NaN) there.
    """
    points = [json.loads(text) for text in frame["at"]]
    names = sorted({name for point in points for name in point})
    columns = {name: [point.get(name) for point in points] for name in names}
    coordinates = pd.DataFrame(columns, index=frame.index)
    return pd.concat([frame.drop(columns="at"), coordinates], axis=1)


def coordinate_names(frame: pd.DataFrame) -> list[str]:
    """Return the names of the coordinates of an expanded frame, without `case` and `step`."""
    return [name for name in frame.columns if name not in ROW_COLUMNS + SPEND_COLUMNS]


def _json(at: Any) -> str:
    return json.dumps(dict(at), sort_keys=True)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = {"seed": "int64", "value": "float64", "amount": "float64", "limit": "float64"}
    kinds |= {"step": "Int64"}
    texts = ("arm", "metric", "resource", "unit", "at", "case", "selected_on")
    kinds |= dict.fromkeys(texts, "string")
    return frame.astype({name: kind for name, kind in kinds.items() if name in frame.columns})
