"""Entropy and mutual information of columns in the user's own file."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infomax._arguments import check_base, check_choice, check_count
from infomax.app.commands.options import AsJson
from infomax.app.console import print_json, print_table
from infomax.app.measurements import ESTIMATORS, Options, check_used, entropy_of, information_of
from infomax.exceptions import InfomaxWarning

if TYPE_CHECKING:
    from infomax.data.table_files import TableFile

Told = dict[str, Any]


def measure(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, parquet, NPZ or NPY.")],
    x: Annotated[str, typer.Option(help="Column names, by commas; * stands for any letters.")],
    y: Annotated[str, typer.Option(help="The other side; without it, the entropy of x.")] = "",
    estimator: Annotated[str, typer.Option(help=f"{', '.join(ESTIMATORS)}.")] = "auto",
    kind: Annotated[
        str,
        typer.Option(help="For auto, how to read numbers: auto, discrete, continuous or mixed."),
    ] = "auto",
    rank: Annotated[bool, typer.Option("--rank", help="Each column of x alone, sorted.")] = False,
    lag: Annotated[
        str, typer.Option(help="Rows from x to a later y: 3, 0:24, or 0:168:24 for every 24th.")
    ] = "",
    permutations: Annotated[
        int, typer.Option(help="Pairs broken up so often, for a p-value; 0 for none.")
    ] = 0,
    null: Annotated[
        str,
        typer.Option(help="permutation, or circular for series (the choice with --lag)."),
    ] = "",
    bandwidth: Annotated[
        str, typer.Option(help="For diffusion and adjacency: a number, median or rule.")
    ] = "median",
    t: Annotated[float, typer.Option("--t", help="For diffusion: steps of the walk.")] = 1.0,
    solver: Annotated[
        str, typer.Option(help="For the entropy by diffusion: exact, lanczos or nystrom.")
    ] = "exact",
    n_bins: Annotated[int, typer.Option(help="For binned: bins an axis.")] = 10,
    n_neighbors: Annotated[
        int, typer.Option(help="Where neighbours are counted: few, less bias; many, less noise.")
    ] = 3,
    base: Annotated[float | None, typer.Option(help="2 for bits; nats when left out.")] = None,
    seed: Annotated[int | None, typer.Option(help="Makes the answer repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the entropy of columns, or what they tell about others.

    Words and whole numbers are labels, other numbers are numbers; --kind mixed makes whole numbers
    numbers too. --rank sorts the columns of x by what each tells about y; --lag asks what x tells
    about y so many rows later.

    Examples:  infomax measure birds.csv --x "wing,tail" --y species  |  infomax measure z.npy --x "*"
    |  infomax measure bikes.csv --x "*" --y count --kind mixed --rank --permutations 99
    |  infomax measure hours.csv --x rain --y hired --lag 0:24 --permutations 99
    """
    from infomax.data.table_files import read_table

    check_choice("estimator", estimator, ESTIMATORS)
    check_base(base)
    options = Options(
        kind=kind,
        n_permutations=check_count("permutations", permutations, minimum=0),
        null=null or ("circular" if lag or estimator == "transfer-entropy" else "permutation"),
        bandwidth=_bandwidth(bandwidth),
        t=t,
        solver=solver,
        n_bins=n_bins,
        n_neighbors=n_neighbors,
        base=base,
        seed=seed,
    )
    check_used(options, estimator)
    if (rank or lag) and not y:
        raise ValueError(f"{'--rank' if rank else '--lag'} needs --y")
    if rank and lag:
        raise ValueError("--rank and --lag are two questions: ask one after the other")
    table = read_table(file, columns=f"{x},{y}" if y else x)
    if rank:
        told = _ranking(table, x, y, estimator, options)
    elif lag:
        told = _lags(table.select(x), table.select(y), estimator, lag, options)
    else:
        told = _one(table.select(x), table.select(y) if y else None, estimator, options)
    if as_json:
        print_json(told)
    else:
        _print(told, options)


def _one(x: Any, y: Any, estimator: str, options: Options) -> Told:
    if y is None:
        found, notes = _heard(partial(entropy_of, x, estimator, options))
    else:
        found, notes = _heard(partial(information_of, x, y, estimator, options))
    quantity = "entropy" if y is None else "mutual_information"
    return {**_about(quantity, estimator, options), **found, "n_samples": len(x), "notes": notes}


def _ranking(table: "TableFile", x: str, y: str, estimator: str, options: Options) -> Told:
    """Measure each column of x against y; the columns of y are left out of x."""
    target, rows, notes = table.select(y), [], []
    left_out = set(table.names(y))
    names = [name for name in table.names(x) if name not in left_out]
    if not names:
        raise ValueError("--x must name a column that is not in --y too")
    for name in names:
        column = table.columns[name]
        try:
            found, heard = _heard(partial(information_of, column, target, estimator, options))
        except ValueError as error:
            raise ValueError(f"column {name!r}: {error}") from None
        rows.append({"column": name, **found})
        notes += [f"{name}: {note}" for note in heard]
    rows.sort(key=lambda row: -row["value"])
    if options.n_permutations and len(rows) > 1:
        notes.append(
            f"each p-value is of its column alone: of {len(rows)} columns that tell nothing, "
            f"{0.05 * len(rows):.2g} come below 0.05 on average"
        )
    about = _about("mutual_information", estimator, options)
    return {**about, "n_samples": len(target), "ranking": rows, "notes": notes}


def _lags(x: Any, y: Any, estimator: str, lag: str, options: Options) -> Told:
    """Measure what x tells about y so many rows later."""
    rows, notes = [], []
    for steps in _steps(lag, len(x)):
        if estimator == "transfer-entropy":
            one, other = x, y
        else:
            one = x[: len(x) - steps] if steps >= 0 else x[-steps:]
            other = y[steps:] if steps >= 0 else y[: len(y) + steps]
        at = replace(options, lag=steps)
        found, heard = _heard(partial(information_of, one, other, estimator, at))
        rows.append({"lag": steps, **found, "n_samples": len(one)})
        notes += [f"lag {steps}: {note}" for note in heard]
    return {**_about("mutual_information", estimator, options), "lags": rows, "notes": notes}


def _about(quantity: str, estimator: str, options: Options) -> Told:
    if estimator == "transfer-entropy":
        quantity = "transfer_entropy"
    unit = {None: "nats", 2.0: "bits"}.get(options.base, f"base {options.base or 0:g}")
    about: Told = {"quantity": quantity, "estimator": estimator, "unit": unit}
    if options.n_permutations:
        about |= {"n_permutations": options.n_permutations, "null": options.null}
    return about


def _heard(function: Callable[[], Told]) -> tuple[Told, list[str]]:
    """Return what a function gives and what it warned of, each warning once."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", InfomaxWarning)
        found = function()
    return found, list(dict.fromkeys(str(one.message) for one in heard))


def _print(told: Told, options: Options) -> None:
    rows = told.get("ranking") or told.get("lags")
    if rows is None:
        _print_one(told, options)
    else:
        first = "column" if "ranking" in told else "lag"
        columns = [first, told["unit"], "±", *(["p", "by chance"] if "p_value" in rows[0] else [])]
        print_table([*columns, "estimator"], [_cells(row, first, columns) for row in rows])
    for note in told["notes"]:
        typer.echo(f"note: {note}", err=True)


def _cells(row: Told, first: str, columns: list[str]) -> list[str]:
    error = row.get("standard_error")
    cells = [str(row[first]), f"{row['value']:.4f}", "" if error is None else f"{error:.2g}"]
    if "p" in columns:
        cells += [f"{row['p_value']:.3g}", f"{row['null_mean']:.4f}"]
    return [*cells, str(row["estimator"])]


def _print_one(told: Told, options: Options) -> None:
    error = told.get("standard_error")
    spread = f" ± {error:.2g}" if error else ""
    used = f", bandwidth {told['bandwidth']:.4g}" if "bandwidth" in told else ""
    typer.echo(
        f"{told['quantity'].replace('_', ' ')} {told['value']:.4f}{spread} {told['unit']} "
        f"({told['estimator']}, {told['n_samples']} points{used})"
    )
    if "p_value" in told:
        typer.echo(
            f"p = {told['p_value']:.3g}: broken up {options.n_permutations} times "
            f"({options.null}), the pairs tell {told['null_mean']:.4f} {told['unit']} on average"
        )


def _steps(text: str, n: int) -> range:
    """Return the lags in ``3``, ``0:24`` (both ends) or ``0:168:24``."""
    wanted = "--lag must be a whole number, first:last or first:last:step"
    try:
        first, *rest = (int(part) for part in text.split(":"))
    except ValueError:
        raise ValueError(f"{wanted}, got {text!r}") from None
    last, step = (*rest, 1)[:2] if rest else (first, 1)
    if len(rest) > 2 or step < 1 or last < first:
        raise ValueError(f"{wanted}, got {text!r}")
    if max(-first, last) >= n - 1:
        raise ValueError(f"--lag must leave at least two of the {n} rows, got {text!r}")
    return range(first, last + 1, step)


def _bandwidth(text: str) -> float | str:
    if text in ("median", "rule"):
        return text
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"--bandwidth must be a number, median or rule, got {text!r}") from None
