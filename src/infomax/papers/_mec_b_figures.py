"""The figures of mec-b: information against rate, accuracy against reward, belief over steps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import MUTED, ORACLE, ROLE_COLOURS, ROLE_LINES

MARKERS = "osD^v<>PXhd*p."


def draw_information(rows: pd.DataFrame, artifacts: Artifacts, arms: Mapping[str, str]) -> Figure:
    """Draw information against rate: the paper's small source, and the main one."""
    figure = Figure(figsize=(9, 3.8))
    left, right = figure.subplots(1, 2)
    curves = next(iter(artifacts.values()))["published source"]
    left.plot(
        curves["budget"], curves["brute force"], color=MUTED, lw=5, alpha=0.4, label="brute force"
    )
    left.plot(
        curves["budget"], curves["perturbed"], "--", color=ORACLE, label="best map, perturbed"
    )
    left.plot(curves["maps"], curves["maps"], "D", color=ORACLE, label="deterministic maps")
    left.set(title="source (0.7, 0.2, 0.1)", xlabel="rate, nats", ylabel="I(X; T), nats")
    told = rows[(rows["metric"] == "share of the rate") & (rows["case"] == "source")]
    for arm in arms:
        mean = told[told["arm"] == arm].groupby("rate")["value"].mean()
        if len(mean):
            right.plot(mean.index, mean, **_look(arm, arms))
    right.set(title="main source", xlabel="rate, share of the source's entropy")
    right.set(ylabel="I(X; T), share of the rate", ylim=(None, 1.02))
    for axes in (left, right):
        axes.legend(fontsize=7)
    return figure


def draw_frontier(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Draw accuracy against reward, a panel a rate, a point a temperature."""
    frame = rows[rows["metric"].isin(("accuracy", "discounted reward"))]
    keys = ["rate", "arm", "log temperature"]
    means = frame.pivot_table(index=keys, columns="metric", values="value").dropna().reset_index()
    rates = sorted(means["rate"].unique())
    figure, panels = _panels(len(rates))
    for axes, rate in zip(panels, rates, strict=True):
        for arm in arms:
            here = means[(means["rate"] == rate) & (means["arm"] == arm)]
            if len(here):
                x, y = here["discounted reward"], here["accuracy"]
                axes.plot(x, y, **_look(arm, arms))
        axes.set(title=f"rate {rate:g}", xlabel="discounted reward")
    panels[0].set_ylabel("share of messages decoded")
    panels[-1].legend(fontsize=7)
    return figure


def draw_belief(rows: pd.DataFrame, artifacts: Artifacts, arms: Mapping[str, str]) -> Figure:
    """Draw the mean belief in the true message over steps, at the lowest rate."""
    played = rows[rows["metric"] == "accuracy"]
    rate, heats = played["rate"].min(), sorted(played["log temperature"].unique())
    figure, panels = _panels(len(heats))
    kept = [artifacts[seed] for seed in artifacts]
    for axes, heat in zip(panels, heats, strict=True):
        for arm in arms:
            name = belief_name(arm, rate, heat)
            if name in kept[0]:
                belief = np.mean([one[name]["belief"] for one in kept], axis=0)
                axes.plot(belief, markevery=0.1, **_look(arm, arms))
        axes.set(title=f"log temperature {heat:g}", xlabel="step")
    panels[0].set_ylabel(f"belief in the message, rate {rate:g}")
    panels[0].legend(fontsize=7)
    return figure


def belief_name(arm: str, rate: float, log_temperature: float) -> str:
    """Return the name under which a mean belief is kept."""
    return f"belief, {arm}, rate {rate:g}, log temperature {log_temperature:g}"


def _look(arm: str, arms: Mapping[str, str]) -> dict[str, Any]:
    """Return the colour and line of an arm's role, and a marker of its own."""
    role, marker = arms[arm], MARKERS[list(arms).index(arm)]
    look = {"color": ROLE_COLOURS[role], "linestyle": ROLE_LINES[role], "marker": marker}
    return look | {"label": arm, "linewidth": 1.2, "markersize": 4}


def _panels(n: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(2.9 * n + 0.8, 3.4))
    panels = list(figure.subplots(1, n, squeeze=False, sharey=True)[0])
    panels[0].set_ylim(-0.05, 1.05)
    return figure, panels
