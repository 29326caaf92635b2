"""Inductive bias: how much must be known beyond the training data before a task can be learnt."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.claims import Comparison, Identity, Published, Trend
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._inductive_bias_figures import (
    draw_dimension,
    draw_shapes,
    draw_spaces,
    draw_tails,
)
from infomax.papers._inductive_bias_networks import measure_networks, measure_shapes
from infomax.papers._inductive_bias_processes import COUNTED, measure_one_law, measure_processes
from infomax.papers._inductive_bias_rows import NEEDED, Place
from infomax.papers._inductive_bias_tasks import Pool, drawn, pool, smooth_task
from infomax.papers.catalogue import catalogue

paper = catalogue["inductive-bias"]
arms = {
    "RBF process": "method",
    "RBF process, exact": "oracle",
    "RBF process, counted": "oracle",
    "RBF process, released tail": "baseline",
    "RBF process, gamma tail": "baseline",
    "Laplace process": "method",
    "Laplace process, exact": "oracle",
    "random features": "method",
    "random features, exact": "oracle",
    "MLP": "method",
    "MLP, released error": "baseline",
    "ConvNet": "method",
    "law": "oracle",
    "law, released tail": "baseline",
}

BY_DIMENSION, BY_ROWS = f"{NEEDED} by dimension", f"{NEEDED} by training rows"
ABSTRACT = Published(where="abstract", kind="curve")
# Shares of the variance that errors may leave: each halves the last. The paper's claims are put at
# every one of them, those on what lies far out at the lowest.
TARGETS = {"1/2": 0.5, "1/4": 0.25, "1/8": 0.125}
FAR_OUT = {"share": min(TARGETS.values())}
PICTURES = ("MNIST", "Fashion", "digits")
claims = [
    *(
        Trend(
            f"a smooth task of more dimensions needs more inductive bias ({how})",
            metric=BY_DIMENSION,
            arm=arm,
            over="k",
            every=("share",),
            smallest=1.0,
            published=ABSTRACT,
        )
        for arm, how in (("RBF process", "fitted law"), ("RBF process, exact", "exact law"))
    ),
    Trend(
        "more training data leave less to be supplied (exact law)",
        metric=BY_ROWS,
        arm="RBF process, exact",
        over="doublings",
        direction="decreasing",
        every=("share",),
        smallest=1.0,
    ),
    *(
        Comparison(
            f"relative to a Gaussian process more must be supplied than relative to networks (target {text})",
            metric=NEEDED,
            arm="RBF process",
            baseline="MLP",
            equal=("training rows",),
            at={"share": share},
            every=("case",),
            smallest=1.0,
            published=ABSTRACT,
        )
        for text, share in TARGETS.items()
    ),
    *(
        Comparison(
            f"on pictures a ConvNet leaves less to be supplied than an MLP ({name}, target {text})",
            metric=NEEDED,
            arm="ConvNet",
            baseline="MLP",
            better="lower",
            equal=("training rows", "models", "epochs"),
            at={"case": name, "share": share},
            smallest=1.0,
            published=ABSTRACT,
        )
        for name in PICTURES
        for text, share in TARGETS.items()
    ),
    Comparison(
        "where it can be counted, the fitted law is within a fifth of the exact bias",
        metric=COUNTED,
        arm="RBF process",
        baseline="RBF process, exact",
        equal=("training rows",),
        every=("case",),
        scale="log",
        equivalence=math.log(1.2),
    ),
    Comparison(
        "far out the fitted law is within a fifth of the exact bias",
        metric=NEEDED,
        arm="RBF process",
        baseline="RBF process, exact",
        equal=("training rows",),
        at=FAR_OUT,
        every=("case",),
        scale="log",
        equivalence=math.log(1.2),
    ),
    Comparison(
        "the exact law gives what is counted",
        metric=COUNTED,
        arm="RBF process, exact",
        baseline="RBF process, counted",
        equal=("training rows",),
        every=("case",),
        scale="log",
        equivalence=math.log(1.05),
    ),
    *(
        Comparison(
            f"where SciPy underflows the released tail loses nats of the fitted law ({name})",
            metric=NEEDED,
            arm="RBF process",
            baseline="RBF process, released tail",
            equal=("training rows", "hypotheses"),
            at={"case": name, **FAR_OUT},
            smallest=1.0,
        )
        for name in ("MNIST", "Fashion")
    ),
    Comparison(
        "errors divided by the number of examples, as released, hide what must be supplied",
        metric=NEEDED,
        arm="MLP",
        baseline="MLP, released error",
        equal=("training rows", "models", "epochs"),
        at=FAR_OUT,
        every=("case",),
        smallest=1.0,
    ),
    Identity(
        "a law with ten degrees of freedom has 1,150.53 nats at 1e-100 of its unit",
        arm="law",
        metric="nats at 1e-100",
        equals=1150.532849,
        tolerance=1e-6,
    ),
    Identity(
        "the released tail of that law says 19.04 nats there",
        arm="law, released tail",
        metric="nats at 1e-100",
        equals=19.04,
        tolerance=0.005,
    ),
]

COMMON: dict[str, Any] = {
    "shares": tuple(TARGETS.values()),
    "dimensions": tuple(range(1, 9)),
    "smooth": (100, 100),
}
COMMON |= {
    "rows": (25, 50, 100, 200, 400),
    "rows_dimension": 4,
    "batch_size": 50,
    "learning_rate": 3e-3,
}
COMMON |= {"n_samples": 2000, "n_counted": 50_000, "n_bootstrap": 50}
SMALL = {"digits": (1000, 500), "breast cancer": (300, 200)}
SHAPES = {"shapes": "digits", "widths": (32, 128), "depths": (1, 3)}
SEED = ("data", "hypotheses")
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options=COMMON
        | {"sets": {"digits": (200, 100)}, "shown": "digits", "shapes": None}
        | {"dimensions": (1, 4, 8), "smooth": (50, 40), "rows": (25, 100)}
        | {"n_samples": 500, "n_counted": 20_000, "n_bootstrap": 10}
        | {"n_models": 20, "n_epochs": 15},
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options=COMMON
        | {"sets": {"digits": (1000, 500)}, "shown": "digits"}
        | SHAPES
        | {"widths": (32,), "depths": (1, 3), "n_models": 20, "n_epochs": 20},
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options=COMMON
        | {"sets": {"MNIST": (1000, 500), "Fashion": (1000, 500)} | SMALL}
        | {"shown": "Fashion", "n_models": 40, "n_epochs": 60}
        | SHAPES
        | {"shapes": "MNIST"},
    ),
    "full": Setting(
        n_seeds=10,
        varies=SEED,
        options=COMMON
        | {"sets": {"MNIST": (4000, 1000), "Fashion": (4000, 1000)} | SMALL}
        | {"shown": "Fashion", "n_models": 1000, "n_epochs": 30, "n_samples": 10_000}
        | SHAPES
        | {"shapes": "MNIST", "widths": (32, 64, 128, 256), "depths": (1, 2, 3)}
        | {"n_counted": 1_000_000, "n_bootstrap": 200},
    ),
    "own": Setting(
        n_seeds=5,
        varies=SEED,
        options=COMMON
        | {"sets": {"own": (0.6, 0.4)}, "shown": "own", "shapes": None, "dimensions": (), "rows": ()}
        | {"n_models": 50, "n_epochs": 30},
    ),
}  # fmt: skip


def prepare(setting: Setting, data: str | None = None) -> dict[str, Pool]:
    """Load the sets; a folder of colour pictures or a table of one's own for "own"."""
    return {name: pool(name, data) for name in setting["sets"]}


def trial(setting: Setting, seed: int, context: dict[str, Pool]) -> Iterator[Record]:
    """Ask every space on every set, then processes on smooth tasks of k numbers."""
    for name, (n_train, n_test) in setting["sets"].items():
        task = drawn(context[name], n_train, n_test, np.random.default_rng([seed, 0]))
        place = Place(case=name)
        yield from measure_processes(setting, task, place, scale="median", seed=seed)
        yield from measure_networks(setting, task, place, seed=seed)
        if name == setting["shapes"]:
            yield from measure_shapes(setting, task, name, seed=seed)
    for k in setting["dimensions"]:
        n_train, n_test = setting["smooth"]
        task = smooth_task(k, n_train, n_test, np.random.default_rng([seed, 10 + k]))
        place = Place(BY_DIMENSION, at={"k": k})
        yield from measure_processes(setting, task, place, scale=1.0, seed=seed)
    for n_train in setting["rows"]:
        task = smooth_task(
            setting["rows_dimension"], n_train, 100, np.random.default_rng([seed, 9])
        )
        place = Place(BY_ROWS, at={"doublings": math.log2(n_train / setting["rows"][0])})
        yield from measure_processes(setting, task, place, scale=1.0, seed=seed)
    yield from measure_one_law()


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Tails of one set, bias by dimension and training data, by space, and by width and depth."""
    drawn_figures = {"tails": draw_tails(artifacts), "spaces": draw_spaces(rows)}
    metrics = set(rows["metric"])
    if BY_DIMENSION in metrics:
        drawn_figures["dimension"] = draw_dimension(rows, BY_DIMENSION, BY_ROWS)
    if f"{NEEDED} by shape" in metrics:
        drawn_figures["shapes"] = draw_shapes(rows, f"{NEEDED} by shape")
    return drawn_figures
