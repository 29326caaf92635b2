"""The figures of the paper on diffusion spectral entropy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import BASELINE, METHOD, MUTED, ORACLE, ROLE_LINES, house_style

_REGIMES = {
    "supervised": (METHOD, "-"),
    "self-supervised": (ORACLE, ":"),
    "random labels": (BASELINE, "--"),
}
_CURVES = (
    ("entropy", "10", "entropy, σ = 10"),
    ("entropy", "median", "entropy, σ median"),
    ("information about labels", "10", "about labels, σ = 10"),
    ("information about labels", "median", "about labels, σ median"),
    ("radius", None, "radius of the cloud"),
    ("accuracy", None, "accuracy"),
)
_SHADES = (METHOD, ORACLE, MUTED, BASELINE)


def draw_training(rows: pd.DataFrame) -> Figure:
    """Entropy and information over epochs, then radius and accuracy: a column a network."""
    kinds = list(dict.fromkeys(rows.loc[rows["metric"] == "entropy", "network"]))
    with house_style():
        figure = Figure(figsize=(3.1 * len(kinds) + 0.4, 1.7 * len(_CURVES)))
        panels = figure.subplots(len(_CURVES), len(kinds), squeeze=False, sharex=True)
        for line, (metric, bandwidth, label) in zip(panels, _CURVES, strict=True):
            of_metric = rows[rows["metric"] == metric]
            if bandwidth is not None:
                of_metric = of_metric[of_metric["bandwidth"] == bandwidth]
            for panel, kind in zip(line, kinds, strict=True):
                _curves(panel, of_metric[of_metric["network"] == kind])
            line[0].set_ylabel(label)
        for panel, kind in zip(panels[0], kinds, strict=True):
            panel.set_title(kind)
        for panel in panels[-1]:
            panel.set_xlabel("epoch")
        panels[0, 0].legend(fontsize=7)
    return figure


def _curves(panel: Any, rows: pd.DataFrame) -> None:
    """Mean over seeds, and the range between the least and the greatest."""
    for regime, (colour, line) in _REGIMES.items():
        by_epoch = rows[rows["arm"] == regime].groupby("step")["value"].agg(["mean", "min", "max"])
        if len(by_epoch):
            epochs = by_epoch.index.to_numpy(dtype=float)
            panel.plot(epochs, by_epoch["mean"], color=colour, linestyle=line, label=regime)
            panel.fill_between(
                epochs, by_epoch["min"], by_epoch["max"], color=colour, alpha=0.2, linewidth=0
            )


def draw_manifolds(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Rank correlation with the true dimension against noise: a column a family."""
    found = rows[rows["metric"] == "rank correlation with dimension"]
    families = list(dict.fromkeys(found["case"]))
    spaces = sorted(set(found["ambient"]))
    with house_style():
        figure = Figure(figsize=(3.4 * len(families) + 0.4, 2.6 * len(spaces)))
        panels = figure.subplots(len(spaces), len(families), squeeze=False, sharey=True)
        for line, ambient in zip(panels, spaces, strict=True):
            for panel, family in zip(line, families, strict=True):
                here = found[(found["ambient"] == ambient) & (found["case"] == family)]
                _orders(panel, here, arms)
                panel.set_title(f"{family}, in {ambient:g} dimensions")
                panel.set_xlabel("noise")
            line[0].set_ylabel("rank correlation")
        panels[0, 0].legend(fontsize=6)
    return figure


def _orders(panel: Any, rows: pd.DataFrame, arms: Mapping[str, str]) -> None:
    levels = sorted(set(rows["noise"]))
    places = np.arange(len(levels))
    shades = {role: iter(_SHADES) for role in set(arms.values())}
    names = list(dict.fromkeys(rows["arm"]))
    for shift, arm in zip(np.linspace(-0.15, 0.15, len(names)), names, strict=True):
        grouped = rows[rows["arm"] == arm].groupby("noise")["value"]
        mean, spread = grouped.mean()[levels], grouped.std()[levels].fillna(0.0)
        panel.errorbar(
            places + shift,
            mean,
            yerr=spread,
            color=next(shades[arms[arm]]),
            linestyle=ROLE_LINES[arms[arm]],
            marker="o",
            markersize=3,
            label=arm,
        )
    panel.set_xticks(places, [f"{level:g}" for level in levels])
    panel.set_ylim(-1.1, 1.1)


def draw_models(artifacts: Artifacts) -> Figure:
    """Information about labels against accuracy, a point a network, all seeds."""
    with house_style():
        figure = Figure(figsize=(6.8, 3.2))
        panels = figure.subplots(1, 2, sharey=True)
        for panel, name in zip(panels, ("10", "median"), strict=True):
            for seed in sorted(artifacts):
                arrays = artifacts[seed]["models"]
                panel.scatter(arrays[name], arrays["accuracy"], s=10, alpha=0.6, color=METHOD)
            panel.set(title=f"σ {name}", xlabel="spectral information about labels, nats")
        panels[0].set_ylabel("accuracy")
    return figure
