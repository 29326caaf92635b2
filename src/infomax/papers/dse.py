"""Diffusion spectral entropy: what it tells of a representation while a network learns."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from infomax.data.images import colour_pictures, digits_8x8, fashion_mnist, mnist_5k
from infomax.lab.claims import Comparison, Published, Trend
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._dse_estimators import BANDWIDTHS
from infomax.papers._dse_figures import draw_manifolds, draw_models, draw_training
from infomax.papers._dse_manifolds import ESTIMATORS, orders
from infomax.papers._dse_models import Models, own_models, read_models, small_models
from infomax.papers._dse_runs import STARTS, chosen_starts, run, run_from
from infomax.papers._dse_training import Pool, split
from infomax.papers.catalogue import catalogue

paper = catalogue["dse"]
arms = {
    "supervised": "method",
    "self-supervised": "method",
    "random labels": "baseline",
    "low-entropy start": "method",
    "high-entropy start": "baseline",
    "DSMI": "method",
    "chance": "baseline",
    "radius": "baseline",
}
arms |= {name: "method" if name.startswith("DSE") else "baseline" for name in ESTIMATORS}

EVERYWHERE = ("network", "bandwidth")
CURVE = Published(where="abstract", kind="curve")
claims = [
    Trend(
        "the spectral entropy of the representation rises while a network learns true labels",
        metric="entropy, start and end",
        arm="supervised",
        over="trained",
        every=EVERYWHERE,
        smallest=0.1,
        published=CURVE,
    ),
    *(
        Comparison(
            f"spectral information rises more when labels are true than when shuffled ({network})",
            metric="rise of information about labels",
            arm="supervised",
            baseline="random labels",
            equal=("steps",),
            at={"network": network},
            every=("bandwidth",),
            smallest=0.1,
            published=CURVE,
        )
        for network in ("MLP", "ConvNet")  # the networks that learn shuffled labels too
    ),
    Comparison(
        "a start at low spectral entropy is more accurate at equal epochs than one at high",
        metric="accuracy",
        arm="low-entropy start",
        baseline="high-entropy start",
        equal=("steps",),
        every=("network",),
        mean=("step",),
        smallest=0.01,
        published=CURVE,
    ),
    *(
        Comparison(
            f"spectral entropy (σ {name}) orders manifolds by their dimension better than binned",
            metric="rank correlation with dimension",
            arm=f"DSE, σ {name}",
            baseline="binned",
            equal=("points",),
            every=("case",),
            mean=("ambient", "noise"),
            smallest=0.1,
            published=Published(where="toy figures", kind="curve"),
        )
        for name in BANDWIDTHS
    ),
    Comparison(
        "spectral information about labels goes with the accuracy of the networks it is taken of",
        metric="Kendall's τ with accuracy",
        arm="DSMI",
        baseline="chance",
        equal=(),
        every=("bandwidth",),
        smallest=0.1,
        published=CURVE,
    ),
]
ALL = ("supervised", "random labels", "self-supervised")
TOY = {"n_points": 300, "ambient": (10, 100), "noise": (0.0, 0.01, 0.1, 0.5, 2.0)}
TOY |= {"families": ("cube", "roll", "tree"), "sizes": 8}
MODELS = {"widths": (4, 8, 16, 32, 64), "deviations": (None, 0.03, 0.3), "model_epochs": 4}
SEED = ("data", "initialisation")
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options={"data": "digits", "n_train": 600, "n_measured": 150, "snapshots": (0, 1, 3)}
        | {"networks": {"MLP": ALL}, "starts": "MLP"}
        | TOY
        | {"n_points": 60, "ambient": (10,), "noise": (0.0, 0.1), "families": ("cube",), "sizes": 4}
        | {"widths": (4, 16), "deviations": (None, 0.3), "model_epochs": 2},
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options={"data": "mnist", "n_train": 4000, "n_measured": 500, "snapshots": (0, 1, 2, 3, 5)}
        | {"networks": {"MLP": ALL}, "starts": "ConvNet"}
        | TOY
        | {"n_points": 150, "noise": (0.0, 0.1, 1.0), "families": ("cube",)}
        | MODELS
        | {"model_epochs": 2},
    ),
    "laptop": Setting(
        n_seeds=5,
        varies=SEED,
        options={"data": "fashion", "n_train": 5000, "n_measured": 1000}
        | {"snapshots": (0, 1, 2, 3, 5, 8, 13, 20), "starts": "ConvNet"}
        | {"networks": {"MLP": ALL, "ConvNet": ALL, "ResNet": ("supervised",)}}
        | TOY
        | MODELS,
    ),
    "full": Setting(
        n_seeds=5,
        varies=SEED,
        options={"data": "fashion", "n_train": 50_000, "n_measured": 5000}
        | {"snapshots": (0, 1, 2, 3, 5, 8, 13, 20, 40, 80), "starts": "ConvNet"}
        | {"networks": {"MLP": ALL, "ConvNet": ALL, "ResNet": ALL}}
        | TOY
        | {"n_points": 1000, "ambient": (10, 50, 100, 500), "noise": (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0)}
        | MODELS,
    ),
    "own": Setting(n_seeds=5, varies=("items",), options={"n_measured": 2000}),
}  # fmt: skip


def prepare(setting: Setting, data: str | None = None) -> Pool | Models:
    """Load the pictures, and choose the two starts; or read the user's feature matrices."""
    if "data" not in setting.options:
        if data is None:
            raise ValueError("`data` must be a folder of feature matrices for 'own', got None")
        return read_models(data)
    if data is not None:
        pool = Pool(colour_pictures(data), colour_pictures(data, "test"))
    elif setting["data"] == "fashion":
        pool = Pool(fashion_mnist(), fashion_mnist("test"))
    else:
        pool = Pool(mnist_5k() if setting["data"] == "mnist" else digits_8x8(), None)
    return replace(pool, starts=chosen_starts(pool, setting))


def trial(setting: Setting, seed: int, context: Pool | Models) -> Iterator[Record]:
    """Train in every regime and from both starts, measure on the way; order manifolds and models."""
    if isinstance(context, Models):
        yield from own_models(setting, seed, context)
        return
    data = split(context, setting, seed)
    for kind, regimes in setting["networks"].items():
        for regime in regimes:
            yield from run(setting, seed, data, kind, regime)
    for arm, deviation in zip(STARTS, context.starts, strict=True):
        yield from run_from(setting, seed, data, arm, deviation)
    yield from orders(setting, seed)
    yield from small_models(setting, seed, data)


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Entropy, information and accuracy over epochs; manifolds in noise; models by accuracy."""
    metrics = set(rows["metric"])
    drawn = {}
    if "entropy" in metrics:
        drawn["training"] = draw_training(rows)
    if "rank correlation with dimension" in metrics:
        drawn["manifolds"] = draw_manifolds(rows, arms)
    drawn["models"] = draw_models(artifacts)
    return drawn
