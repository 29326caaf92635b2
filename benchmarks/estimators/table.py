"""From rows to the page: bias, error, seconds, warnings and ranks."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.estimators.contestants import CONTESTANTS
from benchmarks.estimators.trial import family

DEFAULT = "mutual_information"
_TIE = 1e-9  # of squared errors
_SHARED_SEEDS = 2


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one line an estimator, task and size."""
    rows = rows.assign(error=rows.value - rows.truth)
    groups = rows.groupby(["estimator", "task", "n"], sort=False)
    table = groups.agg(
        truth=("truth", "first"),
        bias=("error", "mean"),
        rmse=("error", lambda e: float(np.sqrt(np.mean(e**2)))),
        seconds=("cpu", "median"),
        n_seeds=("seed", "nunique"),
        failed=("value", lambda v: int(v.isna().sum())),
    ).reset_index()
    return table.assign(family=table.task.map(family))


def ranks(rows: pd.DataFrame) -> pd.Series:
    """Return one more than the number of estimators that err less, by estimator, task and size.

    Two are compared on the seeds that both have, at least `_SHARED_SEEDS`; equal errors share a rank.
    """
    found = {}
    for (task, n), here in rows.groupby(["task", "n"], sort=False):
        squares = (
            ((here.value - here.truth) ** 2).groupby([here.seed, here.estimator]).first().unstack()
        )
        for mine in squares:
            others = [
                squares[[mine, other]].dropna().mean()
                for other in squares
                if other != mine and len(squares[[mine, other]].dropna()) >= _SHARED_SEEDS
            ]
            better = sum(pair.iloc[1] < pair.iloc[0] - _TIE for pair in others)
            found[mine, task, n] = 1 + better if others else np.nan
    return pd.Series(found)


def warning_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how often an estimate off by more than half came with a warning, and a good one did."""
    rows = rows[rows.value.notna()]
    off = (rows.value - rows.truth).abs() > rows.truth / 2
    counted = pd.DataFrame(
        {
            "estimator": rows.estimator,
            "off": off,
            "detected": off & rows.warned,
            "alarm": ~off & rows.warned,
        }
    )
    sums = counted.groupby("estimator", sort=False).sum()
    sums["good"] = rows.groupby("estimator", sort=False).size() - sums.off
    return sums


def write(rows: pd.DataFrame, page: Path, versions: str) -> None:
    """Write the page."""
    table = summary(rows)
    table["rank"] = pd.MultiIndex.from_frame(table[["estimator", "task", "n"]]).map(ranks(rows))
    parts = [_HEAD, _goal(table), _overview(table, rows)]
    parts += [_matrix(table, n) for n in sorted(table.n.unique(), reverse=True)]
    parts.append(f"## Where it was measured\n\n{versions}\n")
    page.write_text("\n".join(parts))


def _goal(table: pd.DataFrame) -> str:
    n_seeds = int(table[table.estimator == DEFAULT].n_seeds.max())
    largest = table[(table.n == table.n.max()) & (table.estimator == DEFAULT)]
    lines = [
        f"## The default at n = {table.n.max():,}",
        "",
        f"Chosen on families 1–4 alone; families 5–7 say how the choice fares. {n_seeds} seeds; of the",
        "others some have fewer, and two are compared where they share two.",
        "",
        "| families | tasks | smallest or second smallest error | smallest |",
        "| --- | --- | --- | --- |",
    ]
    for told, chosen in (
        ("1–4 (chosen on)", largest[largest.family <= 4]),
        ("5–7 (reported on)", largest[largest.family > 4]),
        ("all", largest),
    ):
        best, second = int((chosen["rank"] <= 1).sum()), int((chosen["rank"] <= 2).sum())
        lines.append(f"| {told} | {len(chosen)} | {second} | {best} |")
    return "\n".join([*lines, ""])


def _overview(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    rates = warning_rates(rows)
    lines = [
        "## Every estimator",
        "",
        "Errors are medians over tasks in nats; detection is the share of estimates off by more than",
        "half that came with a warning, false alarms the share of the others that did. Peers of ours",
        "give no such warnings. Seconds are CPU, the median over tasks at the largest n.",
        "",
        "| estimator | tasks | seeds | median error, n = 2,000 | n = 10,000 | detection | false alarms | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for contestant in CONTESTANTS:
        mine = table[table.estimator == contestant.name]
        if mine.empty:
            continue
        small, large = (mine[mine.n == n].rmse.median() for n in (2000, 10_000))
        rate = rates.loc[contestant.name]
        detection = "–" if contestant.peer else _share(rate.detected, rate.off)
        alarms = "–" if contestant.peer else _share(rate.alarm, rate.good)
        seconds = mine[mine.n == mine.n.max()].seconds.median()
        lines.append(
            f"| {contestant.name} | {mine.task.nunique()} | {mine.n_seeds.max()} | {small:.4f} | "
            f"{large:.4f} | {detection} | {alarms} | {seconds:.2g} |"
        )
    return "\n".join([*lines, ""])


def _share(part: float, whole: float) -> str:
    return f"{int(part)} of {int(whole)}" if whole else "none off"


def _matrix(table: pd.DataFrame, n: int) -> str:
    here = table[table.n == n]
    names = [c.name for c in CONTESTANTS if c.name in set(here.estimator)]
    lines = [
        f"## Bias and root mean square error at n = {n:,}",
        "",
        "Nats; bold where at most one estimator errs less on the seeds that both have.",
        "",
        "| family | task | truth | " + " | ".join(names) + " |",
        "| --- | --- | --- |" + " --- |" * len(names),
    ]
    cells = {(r.estimator, r.task): r for r in here.itertuples()}
    for task in here.sort_values("family", kind="stable").task.unique():
        first = next(r for (_, name), r in cells.items() if name == task)
        told = [_cell(cells.get((name, task))) for name in names]
        lines.append(f"| {first.family} | {task} | {first.truth:.4f} | {' | '.join(told)} |")
    return "\n".join([*lines, ""])


def _cell(line: object) -> str:
    if line is None:
        return ""
    if np.isnan(line.rmse):  # type: ignore[attr-defined]
        return "failed"
    text = f"{line.bias:+.3f}, {line.rmse:.3f}"  # type: ignore[attr-defined]
    return f"**{text}**" if line.rank <= 2 else text  # type: ignore[attr-defined]


_HEAD = """# Estimators of mutual information on tasks with known answers

Every estimator on every task of `infomax.data.mi_tasks`, at two sizes, on the same draws. Made by
`python -m benchmarks.estimators`, which goes on where it was stopped; the single estimates lie in
`benchmarks/estimators/rows.parquet`. An empty cell was not asked: the estimator takes one dimension
a side, or its cost in many dimensions is out of reach (neural bounds have fewer seeds).

Families: 1 bivariate normal and its images, 2 additive noise, 3 dense normal, 4 two pairs in many
dimensions, 5 Student, 6 spirals, 7 mixtures.
"""
