"""The Cauchy-Schwarz bottleneck for regression against its rivals, and under attack.

The released default bandwidth, ten times a median of squared distances, is not tried: the released
run sets 1 for all kernels, and so do the arms here, except that codes have their median distance
where the loss leaves their bandwidth open. The release's estimate of Kullback and Leibler's
divergence is no arm: it does not see which prediction belongs to which target, as one claim shows.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.data.regression import encoded, regression_table
from infomax.data.table_files import read_table
from infomax.data.tables import Table
from infomax.lab.claims import Comparison, Identity, Published
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._cs_ib_figures import draw_attacks, draw_faults, draw_planes, draw_toy
from infomax.papers._cs_ib_runs import disguise, run
from infomax.papers._cs_ib_toy import two_clusters
from infomax.papers._cs_ib_training import BRANCHES, RIVALS, UNEVEN, branches, split, uneven
from infomax.papers.catalogue import catalogue

paper = catalogue["cs-ib"]
arms = dict.fromkeys(RIVALS, "baseline") | {
    "CS-IB": "method",
    "CS-IB, released weights": "method",
    "Gaussian by KL": "baseline",
}

BOTTLENECKS = ("VIB", "NIB", "HSIC")
ABSTRACT = Published(where="abstract", kind="curve")
over_tables = partial(
    Comparison, better="lower", equal=("steps",), mean=("case",), scale="log", smallest=0.02
)
claims = [
    over_tables(
        "it predicts with less error than variational, nonlinear and HSIC bottlenecks",
        metric="RMSE",
        arm="CS-IB",
        baseline=BOTTLENECKS,
        published=ABSTRACT,
    ),
    *(
        over_tables(
            f"under {attack} its error is smaller than that of squared error with weight decay",
            metric=metric,
            arm="CS-IB",
            baseline="squared error",
            at={"epsilon": 0.3},
            published=ABSTRACT,
        )
        for attack, metric in (
            ("one signed gradient step", "RMSE under FGSM"),
            ("five projected steps", "RMSE under PGD"),
        )
    ),
    over_tables(
        "under one signed gradient step its error is smaller than that of the other bottlenecks",
        metric="RMSE under FGSM",
        arm="CS-IB",
        baseline=BOTTLENECKS,
        at={"epsilon": 0.3},
        published=ABSTRACT,
    ),
    Comparison(
        "on every table it tells more about the target at what it keeps of the input",
        metric="trade-off",
        arm="CS-IB",
        baseline=BOTTLENECKS,
        equal=("steps",),
        every=("case",),
        smallest=0.01,
        published=ABSTRACT,
    ),
    over_tables(
        "its prediction term errs less than squared error with the same compression",
        metric="RMSE",
        arm="CS-IB",
        baseline="squared error + CS",
    ),
    *(
        Comparison(
            f"where {what} its draws are nearer to the truth than all rivals' are",
            metric="conditional divergence",
            arm="CS-IB",
            baseline=("squared error", *BOTTLENECKS),
            better="lower",
            equal=("steps",),
            at={"case": case},
            smallest=0.1,
        )
        for what, case in (
            ("a target has two branches", BRANCHES),
            ("noise grows with the input", UNEVEN),
        )
    ),
    Identity(
        "on vectors the released prediction term is squared error over the squared bandwidth",
        arm="released run",
        metric="released prediction term",
        equals="squared error of the batch",
        tolerance=1e-9,
    ),
    Identity(
        "the released divergence of Kullback and Leibler ignores whose prediction is whose",
        arm="released run",
        metric="released KL, predictions turned round",
        equals="released KL, predictions as they are",
        tolerance=1e-9,
    ),
    over_tables(
        "what the released script minimises predicts as squared error with the same compression",
        metric="RMSE",
        arm="released run",
        baseline="squared error + CS",
        smallest=None,
        equivalence=0.05,
    ),
    over_tables(
        "the released weights predict as those of the paper do",
        metric="RMSE",
        arm="CS-IB, released weights",
        baseline="CS-IB",
        smallest=None,
        equivalence=0.05,
    ),
    Comparison(
        "points moved by the divergence match two clusters better than one Gaussian",
        metric="divergence from two clusters",
        arm="CS-IB",
        baseline="Gaussian by KL",
        better="lower",
        equal=("points",),
        smallest=0.1,
        published=Published(where="two Gaussians", kind="curve"),
    ),
]
SEED = ("rows", "initialisation")
SIX = ("bikeshare", "wage", "boston", "college", "diabetes", "rotated_digits")
SMALL = {"n_components": 16, "n_hidden": 64, "batch_size": 128, "learning_rate": 5e-3}
TOY = {"toy_points": 200, "toy_steps": 400}
settings = {
    "smoke": Setting(
        3,
        varies=SEED,
        options={"tables": ("diabetes",), "n_rows": 250, "n_steps": 6, "n_weights": 2}
        | SMALL
        | {"n_components": 4, "n_hidden": 16, "toy_points": 40, "toy_steps": 30},
    ),
    "demo": Setting(
        3,
        varies=SEED,
        options={"tables": ("diabetes",), "n_rows": 442, "n_steps": 200, "n_weights": 3}
        | SMALL
        | TOY,
    ),
    "laptop": Setting(
        10,
        varies=SEED,
        options={"tables": SIX, "n_rows": 1500, "n_steps": 200, "n_weights": 4} | SMALL | TOY,
    ),
    "full": Setting(
        10,
        varies=SEED,
        options={"tables": SIX, "n_rows": 10_000, "n_steps": 10_000, "n_weights": 4}
        | {"n_components": 128, "n_hidden": 128, "batch_size": 128, "learning_rate": 1e-3}
        | TOY,
    ),
    "own": Setting(
        5,
        varies=SEED,
        options={"n_rows": 10_000, "n_steps": 600, "n_weights": 4} | SMALL | TOY,
    ),
}


def prepare(setting: Setting, data: str | None = None) -> list[Table]:
    """Load the tables; or the user's file, whose last column is the target."""
    if data is not None:
        raw = read_table(data).columns
        return [encoded(Path(data).name, raw, target=list(raw)[-1])]
    if "tables" not in setting.options:
        raise ValueError("`data` must be a file of columns, the target last, for 'own', got None")
    return [regression_table(name) for name in setting["tables"]]


def trial(setting: Setting, seed: int, context: list[Table]) -> Iterator[Record]:
    """Train every arm at every weight on every table, choose on validation, and attack."""
    synthetic = (
        make(setting["n_rows"], np.random.default_rng([seed, place]))
        for place, make in enumerate((branches, uneven), start=2)
    )
    for table in (*context, *synthetic):
        data = split(table, setting, seed)
        for arm, rival in RIVALS.items():
            yield from run(arm, rival, data, setting, seed)
    yield from disguise(split(context[0], setting, seed))
    yield from two_clusters(setting, seed)


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Information planes; error under attack; what each fault of the release does; the toy."""
    return {
        "planes": draw_planes(rows),
        "attacks": draw_attacks(rows),
        "faults": draw_faults(rows),
        "toy": draw_toy(artifacts),
    }
