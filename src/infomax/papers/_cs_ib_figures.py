"""The figures of the paper on the Cauchy-Schwarz bottleneck."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import BASELINE, METHOD, MUTED, ORACLE, house_style

_LOOKS = {
    "CS-IB": (METHOD, "-", "o"),
    "CS-IB, released weights": (METHOD, ":", "o"),
    "released run": (ORACLE, ":", "^"),
    "squared error + CS": (ORACLE, "-", "^"),
    "squared error": (MUTED, "--", "s"),
    "VIB": (BASELINE, "-", "D"),
    "NIB": (BASELINE, "--", "D"),
    "HSIC": (BASELINE, ":", "D"),
}
_FAULTS = {
    "RMSE": "plain",
    "RMSE under FGSM": "under attack, ε = 0.3",
    "RMSE at the best test epoch": "epoch chosen on test",
}


def draw_planes(rows: pd.DataFrame) -> Figure:
    """Draw what codes tell of the target against what they keep of the input, a curve an arm."""
    kept = rows[rows["metric"] == "kept of the input"]
    told = rows[rows["metric"] == "told of the target"]
    with house_style():
        figure, panels = _panels(list(dict.fromkeys(kept["case"])))
        for panel, case in panels:
            for arm, (colour, line, marker) in _LOOKS.items():
                x, y = (
                    part[(part["case"] == case) & (part["arm"] == arm)]
                    .groupby("weight")["value"]
                    .mean()
                    for part in (kept, told)
                )
                panel.plot(x, y, color=colour, linestyle=line, marker=marker, ms=3.5, label=arm)
            panel.set(title=_title(case), xlabel="kept of the input")
        panels[0][0].set_ylabel("told of the target, nats")
        _legend(figure, panels)
    return figure


def draw_attacks(rows: pd.DataFrame) -> Figure:
    """Draw the error against the size of a signed gradient step."""
    plain = rows[rows["metric"] == "RMSE"].assign(epsilon=0.0)
    attacked = pd.concat([plain, rows[rows["metric"] == "RMSE under FGSM"]])
    with house_style():
        figure, panels = _panels(list(dict.fromkeys(plain["case"])))
        for panel, case in panels:
            for arm, (colour, line, marker) in _LOOKS.items():
                here = attacked[(attacked["case"] == case) & (attacked["arm"] == arm)]
                mean = here.groupby("epsilon")["value"].mean()
                panel.plot(
                    mean.index, mean, color=colour, linestyle=line, marker=marker, ms=3.5, label=arm
                )
            panel.set(title=_title(case), xlabel="ε")
        panels[0][0].set_ylabel("RMSE, standard deviations")
        _legend(figure, panels)
    return figure


def draw_faults(rows: pd.DataFrame) -> Figure:
    """Draw what each fault of the release changes, table by table."""
    names = ["CS-IB", "CS-IB, released weights", "released run", "squared error"]
    cases = list(dict.fromkeys(rows.loc[rows["metric"] == "RMSE", "case"]))
    with house_style():
        figure = Figure(figsize=(8.4, 3.6))
        for panel, (metric, title) in zip(
            figure.subplots(1, len(_FAULTS), sharey=True), _FAULTS.items(), strict=True
        ):
            found = rows[rows["metric"] == metric]
            if metric == "RMSE under FGSM":
                found = found[found["epsilon"] == 0.3]
            for shift, arm in enumerate(names):
                mean = found[found["arm"] == arm].groupby("case")["value"].mean().reindex(cases)
                places = np.arange(len(cases)) + (shift - 1.5) * 0.18
                colour, _, marker = _LOOKS[arm]
                filled = colour if arm != "CS-IB, released weights" else "none"
                panel.plot(
                    mean, places, marker, color=colour, markerfacecolor=filled, ms=5, label=arm
                )
            panel.set_title(title)
            panel.set_xlabel("RMSE, standard deviations")
            panel.set_yticks(np.arange(len(cases)), [_title(case) for case in cases])
        figure.axes[0].invert_yaxis()
        _legend(figure, [(figure.axes[0], "")])
    return figure


def draw_toy(artifacts: Artifacts) -> Figure:
    """Draw free points before and after, beside one Gaussian, and draws on two branches."""
    arrays = artifacts[min(artifacts)]
    toy = arrays["toy"]
    with house_style():
        figure = Figure(figsize=(9.2, 2.8))
        panels = figure.subplots(1, 4)
        clouds = (
            ("start", "before"),
            ("points", "after, by CS"),
            ("gaussian", "one Gaussian, by KL"),
        )
        for panel, (name, title) in zip(panels, clouds, strict=False):
            panel.scatter(*toy["target"].T, s=5, color=MUTED, alpha=0.5, rasterized=True)
            colour = BASELINE if name == "gaussian" else METHOD
            panel.scatter(*toy[name].T, s=5, color=colour, rasterized=True)
            panel.set(title=title, xlim=(-9, 9), ylim=(-9, 9))
        _draw_branches(panels[3], arrays)
    return figure


def _draw_branches(panel: Any, arrays: Mapping[str, Mapping[str, Any]]) -> None:
    points: dict[str, Any] = {"s": 4, "rasterized": True}
    for arm, colour in (("squared error", BASELINE), ("CS-IB", METHOD)):
        found = arrays[f"branches, {arm}"]
        if arm == "squared error":
            panel.scatter(found["x"], found["y"], color=MUTED, alpha=0.5, label="target", **points)
        panel.scatter(found["x"], found["drawn"], color=colour, label=arm, **points)
    panel.set_title("draws on two branches")
    panel.legend(fontsize=6)


def _panels(cases: list[str]) -> tuple[Figure, list[tuple[Any, str]]]:
    n_columns = min(3, len(cases))
    n_lines = -(-len(cases) // n_columns)
    figure = Figure(figsize=(max(2.9 * n_columns + 0.5, 6.5), 2.5 * n_lines + 0.7))
    panels = figure.subplots(n_lines, n_columns, squeeze=False).flatten()
    for empty in panels[len(cases) :]:
        empty.set_visible(False)
    return figure, list(zip(panels, cases, strict=False))


def _legend(figure: Figure, panels: list[tuple[Any, str]]) -> None:
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=7)


def _title(case: str) -> str:
    return case.replace("_", " ")
