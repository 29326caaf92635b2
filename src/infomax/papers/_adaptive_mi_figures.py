"""The figures of the paper on adaptive estimators."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import BASELINE, METHOD, MUTED, ORACLE, house_style
from infomax.papers._adaptive_mi_estimators import NOISE
from infomax.papers._adaptive_mi_networks import ACTIVATIONS

_SHOWN = ("adaptive bins", "fixed bins", "adaptive noise", "released noise")
_PICTURED = ("tanh", "ReLU", "centred softplus", "Swish")
_NOISES = tuple(NOISE)
_OF_RULER = {
    "adaptive noise": METHOD,
    "scale-free noise": ORACLE,
    "fixed noise 0.001": BASELINE,
    "fixed noise 0.1": "#d99a5b",
    "released noise": "#8a8a8a",
    "layer bins": "#7d6bb3",
    "released limit": "#b8b8b8",
}
_ABOUT_LAYERS = (("output", -1), ("last hidden", -2))
# an activation has one colour in every panel
_SHADES = dict(
    zip(ACTIVATIONS, mpl.colormaps["turbo"](np.linspace(0.08, 0.92, len(ACTIVATIONS))), strict=True)
)


def draw_planes(artifacts: Artifacts) -> Figure:
    """Information planes of one start: a row a ruler, a column an activation, a path a layer."""
    first = artifacts[min(artifacts)]
    planes = first[min(name for name in first if name.startswith("planes"))]
    found = [a for a in _PICTURED if f"{a}, {_SHOWN[0]}" in planes]
    with house_style():
        figure = Figure(figsize=(2.1 * len(found) + 0.6, 1.6 * len(_SHOWN) + 0.4))
        panels = figure.subplots(len(_SHOWN), len(found), squeeze=False, sharex=True, sharey=True)
        for line, name in zip(panels, _SHOWN, strict=True):
            for panel, activation in zip(line, found, strict=True):
                _paths(panel, planes[f"{activation}, {name}"])
            line[0].set_ylabel(f"{name}\nI(T;Y), nats")
        for panel, activation in zip(panels[0], found, strict=True):
            panel.set_title(activation)
        for panel in panels[-1]:
            panel.set_xlabel("I(T;X), nats")
        panels[0, 0].locator_params(nbins=3)
        names, shades = _layers(planes[f"{found[0]}, {_SHOWN[0]}"].shape[1])
        handles = [Line2D([], [], color=shade, marker="o") for shade in shades]
        figure.legend(handles, names, loc="outside lower center", ncols=len(names), fontsize=7)
    return figure


def _paths(panel: Any, plane: Any) -> None:
    """Draw a path a layer, from early in training to the mark at its end."""
    shades = _layers(plane.shape[1])[1]
    panel.add_collection(LineCollection(plane.swapaxes(0, 1), colors=shades, linewidths=1.2))
    panel.scatter(*plane[-1].T, color=shades, s=14)


def _layers(n_layers: int) -> tuple[list[str], Any]:
    """Return names and colours of the layers."""
    names = [f"layer {i}" for i in range(1, n_layers)]
    return [*names, "output"], mpl.colormaps["viridis"](np.linspace(0.1, 0.85, n_layers))


def draw_penalty(rows: pd.DataFrame) -> Figure:
    """Compression against the penalty, and the gap in accuracy with and without it."""
    cases = list(dict.fromkeys(rows.loc[rows["metric"] == "compression score of all", "case"]))
    with house_style():
        figure = Figure(figsize=(7.6, 3.0 * len(cases)))
        panels = figure.subplots(len(cases), 2, squeeze=False)
        for (left, right), case in zip(panels, cases, strict=True):
            here = rows[rows["case"] == case]
            _sweep(left, here[here["metric"] == "compression score of all"])
            _gaps(right, here[here["metric"] == "accuracy gap"])
            left.set(title=case, xlabel="weight of the L2 penalty", ylabel="compression score")
            right.set(title=case, ylabel="training less test accuracy")
        panels[0, 0].legend(fontsize=6)
        panels[0, 1].legend(fontsize=6)
    return figure


def _sweep(panel: Any, rows: pd.DataFrame) -> None:
    for activation, shade in _SHADES.items():
        grouped = rows[rows["activation"] == activation].groupby("penalty")["value"]
        if not len(grouped):
            continue
        mean, spread = grouped.mean(), grouped.std().fillna(0.0)
        weights = mean.index.to_numpy(dtype=float)
        panel.errorbar(
            weights, mean, yerr=spread, color=shade, marker="o", markersize=3, label=activation
        )
        panel.set_xticks(weights)


def _gaps(panel: Any, rows: pd.DataFrame) -> None:
    names = [a for a in ACTIVATIONS if (rows["activation"] == a).any()]
    for shift, arm, shade in ((-0.15, "without L2", BASELINE), (0.15, "with L2", METHOD)):
        grouped = rows[rows["arm"] == arm].groupby("activation")["value"]
        mean, spread = grouped.mean().reindex(names), grouped.std().reindex(names).fillna(0.0)
        panel.errorbar(
            np.arange(len(names)) + shift,
            mean,
            yerr=spread,
            color=shade,
            linestyle="",
            marker="o" if arm == "with L2" else "s",
            label=arm,
        )
    panel.set_xticks(range(len(names)), names, rotation=45, ha="right")


def draw_accuracy(artifacts: Artifacts) -> Figure:
    """Compression of late layers against test accuracy, a point a network, without penalty."""
    cases = sorted({n for found in artifacts.values() for n in found if n.startswith("networks")})
    with house_style():
        figure = Figure(figsize=(6.4, 2.6 * len(cases)))
        panels = figure.subplots(len(cases), len(_ABOUT_LAYERS), squeeze=False, sharey="row")
        for line, case in zip(panels, cases, strict=True):
            for panel, (told, layer) in zip(line, _ABOUT_LAYERS, strict=True):
                _scatter(panel, [artifacts[seed][case] for seed in sorted(artifacts)], layer)
                panel.set(title=f"{case.removeprefix('networks of ')}: {told}")
                panel.set_xlabel("compression score")
            line[0].set_ylabel("test accuracy")
        panels[0, 0].legend(fontsize=6)
    return figure


def _scatter(panel: Any, found: Sequence[Mapping[str, Any]], layer: int) -> None:
    joined = {key: np.concatenate([arrays[key] for arrays in found]) for key in found[0]}
    free = joined["penalty"] == 0
    for place, (name, shade) in enumerate(_SHADES.items()):
        here = free & (joined["activation"] == place)
        if not here.any():
            continue
        panel.scatter(
            joined["score"][here, layer],
            joined["accuracy"][here, 1],
            s=6,
            color=shade,
            label=name,
            rasterized=True,
        )


def draw_faults(rows: pd.DataFrame) -> Figure:
    """Show what noise as released, and the released limit, do to the answer."""
    case = rows.loc[rows["metric"] == "change when scaled", "case"].iloc[0]
    here = rows[rows["case"] == case]
    with house_style():
        figure = Figure(figsize=(10.4, 3.4))
        scores, changes, limits = figure.subplots(1, 3, width_ratios=(3, 3, 1))
        _bars(scores, here[here["metric"] == "compression score"], _NOISES)
        scores.set(title="compression by noise", ylabel="compression score")
        _bars(changes, here[here["metric"] == "change when scaled"], _NOISES)
        changes.set(title="a layer and its eightfold", ylabel="change of I(T;X), nats")
        both = here[here["metric"] == "information where some activity is negative"]
        _bars(limits, both, ("layer bins", "released limit"))
        limits.set(title="below the limit", ylabel="I(T;X) at the end, nats")
        bars = {
            name: handle
            for panel in (scores, limits)
            for handle, name in zip(*panel.get_legend_handles_labels(), strict=True)
        }
        figure.legend(bars.values(), bars, loc="outside lower center", ncols=len(bars), fontsize=7)
    return figure


def _bars(panel: Any, rows: pd.DataFrame, names: Sequence[str]) -> None:
    activations = [a for a in ACTIVATIONS if (rows["activation"] == a).any()]
    width = 0.8 / len(names)
    for place, name in enumerate(names):
        of_arm = rows[rows["arm"] == name].groupby(["activation", "seed"])["value"].mean()
        grouped = of_arm.groupby("activation")
        mean, spread = grouped.mean().reindex(activations), grouped.std().reindex(activations)
        at = np.arange(len(activations)) + (place - (len(names) - 1) / 2) * width
        panel.bar(
            at,
            mean,
            width,
            yerr=spread.fillna(0.0),
            color=_OF_RULER[name],
            ecolor=MUTED,
            label=name,
        )
    panel.set_xticks(range(len(activations)), activations, rotation=45, ha="right")
