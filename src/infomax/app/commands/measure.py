"""Entropy and mutual information of columns in the user's own file."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from infomax._arguments import check_base, check_choice
from infomax.app.commands.options import AsJson
from infomax.app.console import print_json
from infomax.exceptions import InfomaxWarning

ESTIMATORS = ("diffusion", "adjacency", "binned", "plugin", "miller-madow", "knn", "mine")
_ENTROPY_ALONE, _INFORMATION_ALONE = ("knn",), ("mine",)
_OF_LABELS = ("plugin", "miller-madow")


def measure(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, parquet, NPZ or NPY.")],
    x: Annotated[str, typer.Option(help="Column names, by commas; * stands for any letters.")],
    y: Annotated[str, typer.Option(help="The other side; without it, the entropy of x.")] = "",
    estimator: Annotated[str, typer.Option(help=f"{', '.join(ESTIMATORS)}.")] = "diffusion",
    bandwidth: Annotated[
        str, typer.Option(help="For diffusion and adjacency: a number, median or rule.")
    ] = "median",
    t: Annotated[float, typer.Option("--t", help="For diffusion: steps of the walk.")] = 1.0,
    solver: Annotated[
        str, typer.Option(help="For the entropy by diffusion: exact, lanczos or nystrom.")
    ] = "exact",
    n_bins: Annotated[int, typer.Option(help="For binned: bins an axis.")] = 10,
    n_neighbors: Annotated[int, typer.Option(help="For knn.")] = 3,
    base: Annotated[float | None, typer.Option(help="2 for bits; nats when left out.")] = None,
    seed: Annotated[int | None, typer.Option(help="Makes the answer repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the entropy of columns, or what they tell about others.

    Words and whole numbers count as labels in y and by plugin and miller-madow, else as numbers.

    Examples:  infomax measure birds.csv --x "wing,tail" --y species  |  infomax measure z.npy --x "*"
    """
    from infomax.data.table_files import read_table

    check_choice("estimator", estimator, ESTIMATORS)
    check_base(base)
    table = read_table(file)
    left, right = table.select(x), table.select(y) if y else None
    options = {
        "bandwidth": _bandwidth(bandwidth),
        "t": t,
        "solver": solver,
        "n_bins": n_bins,
        "n_neighbors": n_neighbors,
        "base": base,
        "seed": seed,
    }
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", InfomaxWarning)
        if right is None:
            told = _entropy(left, estimator, options)
        else:
            told = _information(left, right, estimator, options)
    notes = [str(one.message) for one in heard]
    unit = {None: "nats", 2.0: "bits"}.get(base, f"base {base:g}" if base else "nats")
    quantity = "entropy" if right is None else "mutual information"
    if as_json:
        about = {"quantity": quantity.replace(" ", "_"), "estimator": estimator, "unit": unit}
        print_json({**about, **told, "n_samples": len(left), "notes": notes})
        return
    error = told.get("standard_error")
    spread = f" ± {error:.2g}" if error else ""
    used = f", bandwidth {told['bandwidth']:.4g}" if "bandwidth" in told else ""
    typer.echo(
        f"{quantity} {told['value']:.4f}{spread} {unit} ({estimator}, {len(left)} points{used})"
    )
    for note in notes:
        typer.echo(f"note: {note}", err=True)


def _entropy(x: Any, estimator: str, options: dict[str, Any]) -> dict[str, Any]:
    from infomax import measures

    if estimator in _INFORMATION_ALONE:
        raise ValueError(f"--estimator {estimator} needs --y")
    base = options["base"]
    if estimator == "diffusion":
        found = measures.diffusion_spectral_entropy_result(
            _numbers("x", x),
            bandwidth=options["bandwidth"],
            t=options["t"],
            solver=options["solver"],
            base=base,
            random_state=options["seed"],
        )
        kept = ("value", "standard_error", "error_bar", "ceiling", "bandwidth")
        return {name: getattr(found, name) for name in kept}
    ways: dict[str, Callable[[], float]] = {
        "adjacency": lambda: measures.adjacency_spectral_entropy(
            _numbers("x", x),
            bandwidth=options["bandwidth"],
            base=base,
            random_state=options["seed"],
        ),
        "binned": lambda: measures.binned_entropy(
            _numbers("x", x), n_bins=options["n_bins"], base=base
        ),
        "knn": lambda: measures.knn_entropy(
            _numbers("x", x), n_neighbors=options["n_neighbors"], base=base
        ),
        "plugin": lambda: measures.entropy(samples=_labels("x", x), base=base),
        "miller-madow": lambda: measures.entropy(
            samples=_labels("x", x), estimator="miller_madow", base=base
        ),
    }
    return {"value": ways[estimator]()}


def _information(x: Any, y: Any, estimator: str, options: dict[str, Any]) -> dict[str, Any]:
    from infomax import measures

    if estimator in _ENTROPY_ALONE:
        raise ValueError(f"--estimator {estimator} measures an entropy: leave out --y")
    if options["solver"] != "exact":
        raise ValueError("--solver chooses how an entropy is found: leave out --y")
    base, seed = options["base"], options["seed"]
    if estimator == "diffusion":
        found = measures.diffusion_spectral_mutual_information_result(
            _numbers("x", x),
            y,
            bandwidth=options["bandwidth"],
            t=options["t"],
            base=base,
            random_state=seed,
        )
        return {
            "value": found.value,
            "standard_error": found.standard_error,
            "bandwidth": found.bandwidth,
            "n_classes": len(found.class_sizes),
        }
    ways: dict[str, Callable[[], float]] = {
        "adjacency": lambda: measures.adjacency_spectral_mutual_information(
            _numbers("x", x), y, bandwidth=options["bandwidth"], base=base, random_state=seed
        ),
        "binned": lambda: measures.binned_mutual_information(
            x, y, n_bins=options["n_bins"], base=base
        ),
        "mine": lambda: _trained(x, y, base, seed),
        "plugin": lambda: measures.mutual_information(_labels("x", x), _labels("y", y), base=base),
        "miller-madow": lambda: measures.mutual_information(
            _labels("x", x), _labels("y", y), estimator="miller_madow", base=base
        ),
    }
    return {"value": ways[estimator]()}


def _trained(x: Any, y: Any, base: float | None, seed: int | None) -> float:
    """Train a critic on half of the rows, drawn at random, and estimate from the other."""
    from infomax.measures import MutualInformationEstimator

    order = np.random.default_rng(seed).permutation(len(x))
    seen, held = order[: len(x) // 2], order[len(x) // 2 :]
    estimator = MutualInformationEstimator(random_state=seed).fit(x[seen], y[seen])
    return estimator.estimate(x[held], y[held], base=base)


def _numbers(side: str, values: Any) -> Any:
    if values.dtype.kind == "U":
        raise ValueError(f"--{side} holds words: take --estimator plugin, or other columns")
    return values


def _labels(side: str, values: Any) -> Any:
    if values.ndim > 1:
        raise ValueError(f"--{side} must be one column of labels, got {values.shape[1]} columns")
    return values


def _bandwidth(text: str) -> float | str:
    if text in ("median", "rule"):
        return text
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"--bandwidth must be a number, median or rule, got {text!r}") from None
