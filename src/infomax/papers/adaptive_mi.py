"""Adaptive estimators: whether a network compresses its input or the ruler saturates."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from infomax.data.images import digits_8x8, fashion_mnist
from infomax.data.tishby_12bit import tishby_12bit
from infomax.lab.claims import Comparison, Identity, Published
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._adaptive_mi_estimators import ALIKE, BINS, NOISE
from infomax.papers._adaptive_mi_figures import (
    draw_accuracy,
    draw_faults,
    draw_penalty,
    draw_planes,
)
from infomax.papers._adaptive_mi_networks import ACTIVATIONS
from infomax.papers._adaptive_mi_runs import PENALTY, draw, run
from infomax.papers.catalogue import catalogue

paper = catalogue["adaptive-mi"]
_FOLLOWS = ("adaptive bins", "adaptive noise", "scale-free noise")
arms = {name: "method" if name in _FOLLOWS else "baseline" for name in (*BINS, *NOISE)}
arms |= {
    "released limit": "baseline",
    "no compression": "baseline",
    "with L2": "method",
    "without L2": "baseline",
    "output layer": "method",
    "last hidden layer": "method",
    "earlier layers": "baseline",
    "chance": "baseline",
}

CURVE = Published(where="abstract", kind="curve")
RELU = {"activation": "ReLU"}
CORRELATION = "rank correlation with test accuracy"
claims = [
    Comparison(
        "adaptive bins show compression of ReLU layers that bins of a fixed width hide",
        metric="compression score",
        arm="adaptive bins",
        baseline="fixed bins",
        equal=("inputs", "bins"),
        at=RELU,
        every=("case",),
        mean=("layer",),
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "noise that follows the layer shows compression of ReLU layers that fixed noise hides",
        metric="compression score",
        arm="adaptive noise",
        baseline=("fixed noise 0.001", "fixed noise 0.1", "released noise"),
        equal=("inputs",),
        at=RELU,
        every=("case",),
        mean=("layer",),
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "layers compress at every activation, whether it saturates or not",
        metric="compression score",
        arm="adaptive bins",
        baseline="no compression",
        equal=(),
        every=("case", "activation"),
        mean=("layer",),
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "networks trained with an L2 penalty compress more than those without, at each activation",
        metric="compression score",
        arm="with L2",
        baseline="without L2",
        equal=("steps",),
        every=("case", "activation"),
        mean=("layer",),
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "an L2 penalty narrows the gap between training and test accuracy, at each activation",
        metric="accuracy gap",
        arm="with L2",
        baseline="without L2",
        equal=("steps",),
        better="lower",
        every=("case", "activation"),
        smallest=0.002,
        published=CURVE,
    ),
    Comparison(
        "networks whose output layer compresses more are more accurate on the test set",
        metric=CORRELATION,
        arm="output layer",
        baseline="chance",
        equal=(),
        every=("case",),
        smallest=0.1,
        published=CURVE,
    ),
    Comparison(
        "networks whose last hidden layer compresses more are more accurate on the test set",
        metric=CORRELATION,
        arm="last hidden layer",
        baseline="chance",
        equal=(),
        every=("case",),
        smallest=0.1,
        published=CURVE,
    ),
    Comparison(
        "compression of earlier layers does not go with accuracy on the test set",
        metric=CORRELATION,
        arm="earlier layers",
        baseline="chance",
        equal=(),
        every=("case",),
        equivalence=0.1,
        published=CURVE,
    ),
    Comparison(
        "bins as released, where what is negative joins the largest, miss what a layer knows",
        metric="information where some activity is negative",
        arm="layer bins",
        baseline="released limit",
        equal=("inputs", "bins"),
        every=("case", "activation"),
        mean=("layer",),
        smallest=0.1,
    ),
    *(
        Identity(
            f"a layer that answers eight times as much tells the same under {name}",
            arm=name,
            metric="change when scaled",
            equals=0.0,
            tolerance=1e-9,
        )
        for name in ALIKE
    ),
    Identity(
        "a layer that answers eight times as much tells the same under the noise as released",
        arm="released noise",
        metric="change when scaled",
        equals=0.0,
        tolerance=0.01,
        expected="fails",
    ),
]


def _case(**options: Any) -> dict[str, Any]:
    bits = {"widths": (10, 7, 5, 4, 3), "n_train": 3277, "n_test": 819, "n_probe": 4096}
    course = {"n_epochs": 140, "n_recorded": 12, "batch_size": 512, "learning_rate": 4e-3}
    noise = {"n_noise": 512, "n_starts_noise": 2, "activations": tuple(ACTIVATIONS)}
    penalties = ((0.0, 5), (0.005, 1), (PENALTY, 5), (0.03, 1))
    return bits | course | noise | {"penalties": penalties} | options


CLOTHES = {
    "widths": (16, 10, 8, 6),
    "n_train": 4000,
    "n_test": 1000,
    "n_probe": 5000,
    "n_epochs": 30,
    "batch_size": 256,
    "activations": ("tanh", "ReLU"),
    "penalties": ((0.0, 8), (PENALTY, 8)),
}
SEED = ("data", "initialisation")
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options={
            "cases": {
                "digits": _case(
                    widths=(10, 7, 5),
                    n_train=1000,
                    n_test=400,
                    n_probe=400,
                    n_noise=150,
                    n_epochs=6,
                    n_recorded=5,
                    batch_size=64,
                    activations=("tanh", "ReLU", "centred softplus"),
                    penalties=((0.0, 3), (PENALTY, 3)),
                )
            }
        },
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options={
            "cases": {
                "12 bits": _case(
                    n_epochs=60,
                    n_noise=512,
                    n_starts_noise=1,
                    activations=("tanh", "ReLU", "centred softplus"),
                    penalties=((0.0, 4), (PENALTY, 4)),
                )
            }
        },
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options={"cases": {"12 bits": _case(), "clothes": _case(**CLOTHES)}},
    ),
    "full": Setting(
        n_seeds=10,
        varies=SEED,
        options={
            "cases": {
                "12 bits": _case(
                    n_epochs=8000,
                    n_recorded=60,
                    batch_size=256,
                    learning_rate=4e-4,
                    n_noise=4096,
                    penalties=((0.0, 50), (0.005, 50), (PENALTY, 50), (0.03, 50)),
                ),
                "clothes": _case(**CLOTHES),
            }
        },
    ),
}


def prepare(setting: Setting, data: str | None = None) -> Mapping[str, Any]:
    """Load pictures; or read the user's file of words and labels, in the authors' layout."""
    if data is not None:
        if "12 bits" not in setting["cases"]:
            raise ValueError(f"`data` is a file of words for the case '12 bits', got {data!r} here")
        return {"12 bits": tishby_12bit(data)}
    readers = {"digits": digits_8x8, "clothes": fashion_mnist}
    return {case: readers[case]() if case in readers else None for case in setting["cases"]}


def trial(setting: Setting, seed: int, context: Mapping[str, Any]) -> Iterator[Record]:
    """Train networks of every activation and penalty from several starts; measure all of them."""
    for case, source in context.items():
        yield from run(setting, seed, case, draw(source, setting["cases"][case], seed))


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Information planes; compression against the penalty, and accuracy; the faults' effects."""
    return {
        "planes": draw_planes(artifacts),
        "penalty": draw_penalty(rows),
        "accuracy": draw_accuracy(artifacts),
        "faults": draw_faults(rows),
    }
