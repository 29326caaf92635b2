"""Runs of a made-up paper: rows and spends of some seeds, as the judge takes them."""

from collections.abc import Callable, Iterable

import pandas as pd

from infomax.lab.contract import Row, Setting, Spend
from infomax.lab.frames import expand, rows_frame, spend_frame
from infomax.lab.judge import judge
from infomax.lab.verdict import Verdict

Trial = Callable[[int], Iterable[Row | Spend]]


def run(trial: Trial, n_seeds: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the expanded rows and spends of `n_seeds` trials."""
    records = [list(trial(seed)) for seed in range(n_seeds)]
    rows = [rows_frame([r for r in own if isinstance(r, Row)], s) for s, own in enumerate(records)]
    spends = [
        spend_frame([r for r in own if isinstance(r, Spend)], s) for s, own in enumerate(records)
    ]
    return expand(_stacked(rows)), expand(_stacked(spends))


def verdict(claim, trial: Trial, *, n_seeds: int = 5, planned=None, varies=("data",)) -> Verdict:
    """Return the verdict of one claim on a run."""
    rows, spend = run(trial, n_seeds)
    planned = n_seeds if planned is None else planned
    (found,) = judge([claim], rows, spend, Setting(planned, varies=varies), n_seeds=planned)
    return found


def two_arms(ours: Iterable[float], theirs: Iterable[float], **row) -> Trial:
    """Return a trial in which "ours" and "theirs" have one score a seed."""
    a, b = list(ours), list(theirs)
    return lambda seed: [
        Row("ours", "score", a[seed], "nats", **row),
        Row("theirs", "score", b[seed], "nats", **row),
    ]


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    kept = [frame for frame in frames if len(frame)] or frames[:1]
    return pd.concat(kept, ignore_index=True)
