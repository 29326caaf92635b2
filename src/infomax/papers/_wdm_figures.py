"""The figures of the paper on the Wasserstein dependency measure."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import (
    BASELINE,
    METHOD,
    MUTED,
    ORACLE,
    ROLE_COLOURS,
    ROLE_LINES,
    ROLE_MARKERS,
    house_style,
)

_LOSSES = {"WPC": "method", "CPC": "baseline"}
_CEILING = "InfoNCE over log n, training pairs"


def draw_sweeps(rows: pd.DataFrame) -> Figure:
    """Probe accuracy, and InfoNCE over its ceiling, against cells, batch and training pairs."""
    grid = rows[(rows["layout"] == "spatial") & (rows["encoder"] == "MLP")]
    most, n_train = grid["cells"].max(), _usual(grid, "n_train")
    plain = (grid["batch"] == 64) & (grid["n_train"] == n_train)
    nine = grid["cells"] == most
    sweeps = {
        "cells": (grid[plain], "digits in the grid"),
        "batch": (grid[nine & (grid["n_train"] == n_train)], f"batch, {most:g} digits"),
        "n_train": (grid[nine & (grid["batch"] == 64)], f"training pairs, {most:g} digits"),
    }
    with house_style():
        figure = Figure(figsize=(9.0, 5.2))
        panels = figure.subplots(2, 3, sharey="row")
        for column, (name, (found, label)) in enumerate(sweeps.items()):
            for panel, metric in zip(panels[:, column], ("probe accuracy", _CEILING), strict=True):
                _curves(panel, found[found["metric"] == metric], name)
            panels[1, column].set_xlabel(label)
            panels[1, column].axhline(1, color=MUTED, linewidth=1)
        panels[0, 0].set_ylabel("probe accuracy")
        panels[1, 0].set_ylabel("InfoNCE / log n, training pairs")
        panels[0, 0].legend(title="")
    return figure


def _usual(rows: pd.DataFrame, name: str) -> Any:
    """Return the value that most rows have."""
    return rows[name].mode().iloc[0]


def _curves(panel: Any, rows: pd.DataFrame, over: str) -> None:
    """Mean over seeds and the range between the least and the greatest, over a logarithmic axis."""
    for arm, role in _LOSSES.items():
        by_point = rows[rows["arm"] == arm].groupby(over)["value"].agg(["mean", "min", "max"])
        places = by_point.index.to_numpy(dtype=float)
        look = {"color": ROLE_COLOURS[role], "linestyle": ROLE_LINES[role]}
        panel.plot(places, by_point["mean"], **look, marker=ROLE_MARKERS[role], label=arm)
        panel.fill_between(
            places, by_point["min"], by_point["max"], color=look["color"], alpha=0.2, linewidth=0
        )
    panel.set_xscale("log")
    _label_places(panel, rows[over])


def _label_places(panel: Any, values: Any) -> None:
    """Mark the places that were tried, and no others."""
    places = sorted(set(values))
    panel.set_xticks(places, [f"{place:g}" for place in places])
    panel.minorticks_off()


def draw_arms(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Every arm on the largest grid: probe accuracy, its worst cell, and the critic's slope."""
    found = rows[(rows["layout"] == "spatial") & (rows["encoder"] == "MLP")]
    found = found[(found["cells"] == found["cells"].max()) & (found["batch"] == 64)]
    found = found[found["n_train"] == _usual(found, "n_train")]
    accuracy = found[found["metric"] == "probe accuracy"].groupby("arm")["value"]
    order = accuracy.mean().sort_values().index.tolist()
    metrics = {
        "probe accuracy": "probe accuracy",
        "probe accuracy, worst cell": "in the worst cell",
        "slope of the critic": "slope of the critic",
    }
    with house_style():
        figure = Figure(figsize=(9.0, 0.34 * len(order) + 1.1))
        panels = figure.subplots(1, 3, sharey=True)
        for panel, (metric, label) in zip(panels, metrics.items(), strict=True):
            of_metric = found[found["metric"] == metric]
            for place, arm in enumerate(order):
                values = of_metric.loc[of_metric["arm"] == arm, "value"]
                role = arms[arm]
                panel.plot(
                    values,
                    np.full(len(values), place),
                    linestyle="",
                    marker=ROLE_MARKERS[role],
                    color=ROLE_COLOURS[role],
                    alpha=0.6,
                )
            panel.set_xlabel(label)
        panels[2].set(xscale="log", xlim=(0.9, None))
        panels[2].set_xticks([1, 3, 10, 30], ["1", "3", "10", "30"])
        panels[2].minorticks_off()
        panels[0].set_yticks(range(len(order)), order)
    return figure


def draw_cells(artifacts: Artifacts) -> Figure:
    """Probe accuracy cell by cell, mean over seeds: which digits a loss leaves out."""
    grids = {}
    for arm in _LOSSES:
        by_seed = [found[f"cells of {arm}"]["accuracy"] for found in artifacts.values()]
        side = math.isqrt(len(by_seed[0]))
        grids[arm] = np.mean(by_seed, axis=0).reshape(side, side)
    low = min(grid.min() for grid in grids.values())
    high = max(grid.max() for grid in grids.values())
    with house_style():
        figure = Figure(figsize=(6.4, 3.2))
        for panel, (arm, grid) in zip(figure.subplots(1, 2), grids.items(), strict=True):
            panel.imshow(grid, vmin=low, vmax=high, cmap="cividis")
            for (row, column), value in np.ndenumerate(grid):
                bright = value > (low + high) / 2
                colour = "black" if bright else "white"
                panel.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour)
            panel.set_title(arm)
            panel.set_xticks([])
            panel.set_yticks([])
            panel.grid(visible=False)
    return figure


def draw_measure(rows: pd.DataFrame) -> Figure:
    """Show the exact dependency of a batch of pairs beside chance, truth and the ceiling."""
    lines = {
        "dependency": (METHOD, "-", "of the batch"),
        "dependency by chance": (MUTED, ":", "by chance"),
        "dependency, debiased": (METHOD, "--", "debiased"),
        "dependency of all pairs": (ORACLE, "-", "of all pairs"),
    }
    known = {
        "mutual information": (ORACLE, "-", "mutual information"),
        "log n": (BASELINE, "--", "log n, the ceiling of InfoNCE"),
    }
    classes = rows[rows["arm"] == "I_W of the classes"]
    with house_style():
        figure = Figure(figsize=(9.0, 3.2))
        panels = figure.subplots(1, 3)
        _by_cells(panels[0], classes, known)
        panels[0].set_ylabel("nats")
        _by_cells(panels[1], classes, lines)
        panels[1].set_ylabel("cells that differ")
        panels[1].set_title("I_W of the classes")
        p_values = rows[rows["metric"] == "p-value"]
        for place, (arm, colour) in enumerate(
            (("I_W of the classes", METHOD), ("I_W of the pictures", BASELINE))
        ):
            found = p_values[p_values["arm"] == arm]
            jitter = 10 ** (0.03 * (2 * place - 1))
            panels[2].plot(
                found["cells"] * jitter,
                found["value"],
                "os"[place],
                color=colour,
                label=arm,
                alpha=0.6,
            )
        panels[2].set(xscale="log", yscale="log", ylabel="p-value of a batch")
        panels[2].legend()
        for panel in panels:
            _label_places(panel, classes["cells"])
            panel.set_xlabel("digits in the grid")
    return figure


def _by_cells(panel: Any, rows: pd.DataFrame, lines: Mapping[str, tuple[str, str, str]]) -> None:
    for metric, (colour, line, label) in lines.items():
        found = rows[rows["metric"] == metric].groupby("cells")["value"].mean()
        panel.plot(found.index, found, color=colour, linestyle=line, marker="o", label=label)
    panel.set_xscale("log")
    panel.legend()
