"""A paper of two arms and a few milliseconds, which stalls or fails where the environment says."""

import os
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from infomax.lab.claims import Comparison
from infomax.lab.contract import Artifact, Row, Setting, Spend

paper = SimpleNamespace(slug="tiny", title="A tiny paper")
arms = {"new": "method", "old": "baseline"}
claims = [
    Comparison(
        "new gives more",
        metric="score",
        arm="new",
        baseline="old",
        equal=("samples",),
        every=("k",),
    )
]
settings = {
    "smoke": Setting(n_seeds=3, options={"k": [1, 2]}),
    "demo": Setting(n_seeds=4, options={"k": [1]}),
}


def stall(point):
    if os.environ.get("STALL") == point:
        Path(os.environ["STALL_MARK"]).write_text(str(os.getpid()))
        time.sleep(600)


def prepare(setting, data=None):
    stall("prepare")
    if data == "absent":
        raise FileNotFoundError("no data set of that name")
    return np.arange(3.0)


def trial(setting, seed, context):
    random = np.random.default_rng(seed)
    for arm, lift in (("new", 1.0), ("old", 0.0)):
        for k in setting["k"]:
            yield Row(arm, "score", lift * k + random.normal() + context.sum(), "nats", at={"k": k})
            yield Spend(arm, "samples", 10, at={"k": k})
        yield Row(arm, "loss", random.normal(), "1", case="a", step=5, selected_on="validation")
        yield Spend(arm, "seconds", time.perf_counter())
        stall(f"trial {seed}")
    if os.environ.get("FAIL") == str(seed):
        raise ArithmeticError("as asked")
    yield Artifact("curve", {"x": random.normal(size=4), "n": np.arange(seed)})


def figures(rows, artifacts):
    from matplotlib.figure import Figure

    stall("figures")
    if os.environ.get("FAIL") == "figures":
        raise ArithmeticError("no figure")
    figure = Figure()
    axes = figure.subplots()
    for seed in artifacts:
        axes.plot(artifacts[seed]["curve"]["x"])
    return {"curves": figure}
