"""The figures of the paper on manifold entropy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import (
    BASELINE,
    METHOD,
    MUTED,
    ORACLE,
    ROLE_COLOURS,
    ROLE_MARKERS,
    house_style,
)
from infomax.papers._mee_runs import CURVE

_SCORES = ("coverage", "Fréchet distance", "precision", "recall")
_LINES = {
    "MaEM-GAN": (METHOD, "-"),
    "without entropy": (MUTED, "--"),
    "MaF-GAN": (BASELINE, "--"),
    "DCGAN": (ORACLE, ":"),
    "released bank": (BASELINE, ":"),
}
_COLUMNS = 8


def draw_scores(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Four scores of every arm: a row a case, a point a seed."""
    cases = list(dict.fromkeys(rows.loc[rows["metric"] == "coverage", "case"]))
    in_case = {case: list(dict.fromkeys(rows.loc[rows["case"] == case, "arm"])) for case in cases}
    with house_style():
        figure = Figure(
            figsize=(9.2, 0.9 + 0.21 * sum(len(names) + 3 for names in in_case.values()))
        )
        heights = [len(names) + 1 for names in in_case.values()]
        panels = figure.subplots(len(cases), 4, squeeze=False, height_ratios=heights)
        for line, (case, names) in zip(panels, in_case.items(), strict=True):
            for panel, metric in zip(line, _SCORES, strict=True):
                here = rows[(rows["case"] == case) & (rows["metric"] == metric)]
                _points(panel, here, names, arms)
                panel.set_yticks(range(len(names)), names if metric == "coverage" else [])
                panel.set_ylim(len(names) - 0.4, -0.6)
                if metric == "Fréchet distance":
                    panel.set_xscale("log")
                    panel.minorticks_off()
                panel.set_title(f"{case}: {metric}" if metric == "coverage" else metric)
    return figure


def _points(panel: Any, rows: pd.DataFrame, names: Sequence[str], arms: Mapping[str, str]) -> None:
    """Draw a small point a seed, a large one for their mean."""
    for role in dict.fromkeys(arms[name] for name in names):
        here = rows[[arms[name] == role for name in rows["arm"]]]
        style = {"color": ROLE_COLOURS[role], "marker": ROLE_MARKERS[role], "ls": ""}
        for found, size, alpha in (
            (here, 3, 0.3),
            (here.groupby("arm", as_index=False)["value"].mean(), 6, 1),
        ):
            panel.plot(found["value"], found["arm"].map(names.index), ms=size, alpha=alpha, **style)


def draw_curves(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Share of modes reached against generator steps: a panel a case, mean and range of seeds."""
    found = rows[rows["metric"] == CURVE]
    cases = list(dict.fromkeys(found["case"]))
    with house_style():
        figure = Figure(figsize=(3.0 * len(cases) + 0.6, 2.9))
        panels = figure.subplots(1, len(cases), squeeze=False, sharey=True)[0]
        for panel, case in zip(panels, cases, strict=True):
            for arm, (colour, line) in _LINES.items():
                here = found[(found["case"] == case) & (found["arm"] == arm)]
                if not len(here):
                    continue
                by_step = here.groupby("step")["value"].agg(["mean", "min", "max"])
                steps = by_step.index.to_numpy(dtype=float)
                panel.plot(steps, by_step["mean"], color=colour, linestyle=line, label=arm)
                panel.fill_between(
                    steps, by_step["min"], by_step["max"], color=colour, alpha=0.1, linewidth=0
                )
            panel.set(title=case, xlabel="generator steps", ylim=(0, 1.02))
        panels[0].set_ylabel("modes reached")
        panels[-1].legend(fontsize=7)
    return figure


def draw_items(artifacts: Artifacts) -> dict[str, Figure]:
    """Show what each arm generates, for the first seed."""
    drawn = {}
    for case, arrays in artifacts[min(artifacts)].items():
        draw = _draw_points if next(iter(arrays.values())).ndim == 2 else _draw_pictures
        drawn[case] = draw({name.replace("_", " "): value for name, value in arrays.items()})
    return drawn


def _panels(n: int, side: float) -> tuple[Figure, Any]:
    n_columns = min(n, 4)
    n_lines = -(-n // n_columns)
    figure = Figure(figsize=(side * n_columns, (side + 0.2) * n_lines), dpi=60)
    panels = figure.subplots(n_lines, n_columns, squeeze=False).ravel()
    for panel in panels:
        panel.set_axis_off()
    return figure, panels


def _draw_points(arrays: Mapping[str, NDArray[Any]]) -> Figure:
    with house_style():
        figure, panels = _panels(len(arrays), 2.1)
        reach = 1.3 * max(float(np.abs(value).max()) for value in list(arrays.values())[:1])
        for panel, (name, points) in zip(panels, arrays.items(), strict=False):
            colour = METHOD if name == "MaEM-GAN" else MUTED
            panel.scatter(*points.T, s=3, alpha=0.6, color=colour, rasterized=True)
            panel.set(title=name, xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    return figure


def _draw_pictures(arrays: Mapping[str, NDArray[Any]]) -> Figure:
    with house_style():
        figure, panels = _panels(len(arrays), 2.3)
        for panel, (name, pictures) in zip(panels, arrays.items(), strict=False):
            panel.imshow(_mosaic(pictures), cmap="gray", vmin=-1, vmax=1, interpolation="none")
            panel.set_title(name)
    return figure


def _mosaic(pictures: NDArray[Any]) -> NDArray[Any]:
    """Lay pictures out in lines of eight; colours last, if there are any."""
    n_lines = len(pictures) // _COLUMNS
    channels, height, width = pictures.shape[1:]
    tiles = pictures[: n_lines * _COLUMNS].reshape(n_lines, _COLUMNS, channels, height, width)
    laid = tiles.transpose(0, 3, 1, 4, 2).reshape(n_lines * height, _COLUMNS * width, channels)
    return laid[..., 0] if channels == 1 else (laid + 1) / 2


def draw_bank(rows: pd.DataFrame, names: tuple[str, ...]) -> Figure:
    """Rows held against steps, and entropy against the number of modes in a stream."""
    panels_of = (
        ("rows that an embedding is compared with", "after", "steps", "log"),
        ("entropy of a stream", "modes in the stream", "modes in the stream", "linear"),
    )
    with house_style():
        figure = Figure(figsize=(7.6, 3.0))
        panels = figure.subplots(1, 2)
        for panel, (metric, over, label, scale) in zip(panels, panels_of, strict=True):
            found = rows[rows["metric"] == metric]
            for name, (colour, line) in zip(names, ((METHOD, "-"), (BASELINE, "--")), strict=True):
                by_place = found[found["arm"] == name].groupby(over)["value"].mean()
                told = "queue" if name == names[0] else name
                panel.plot(by_place.index, by_place, color=colour, linestyle=line, label=told)
            panel.set(xlabel=label, title=metric, yscale=scale)
        panels[1].set_xscale("log", base=2)
        panels[0].legend()
    return figure
