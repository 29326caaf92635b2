"""The figures of the paper on bottlenecks and generalization."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import BASELINE, METHOD, MUTED, ORACLE, ROLE_COLOURS, house_style

_AXES = {
    "layer": "I(X;Z|Y), nats",
    "weights": "I(φ;S), Jensen, nats",
    "both": "combined, nats",
    "m": "number of weights m",
}
_SHADES = (METHOD, ORACLE, BASELINE, MUTED)


def draw_correlations(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Draw the correlation of each measure with the gap: a column a case and population."""
    found = rows[(rows.get("networks") == "accurate") & rows["metric"].str.startswith("Pearson")]
    columns = list(dict.fromkeys(zip(found["case"], found["population"], strict=True)))
    names = [arm for arm in dict.fromkeys(found["arm"]) if arm != "chance"]
    with house_style():
        figure = Figure(figsize=(2.4 * len(columns) + 2.2, 0.24 * len(names) + 1.4))
        panels = figure.subplots(1, len(columns), squeeze=False, sharey=True, sharex=True)[0]
        for panel, (case, population) in zip(panels, columns, strict=True):
            here = found[(found["case"] == case) & (found["population"] == population)]
            _correlations(panel, here, names, arms)
            panel.set(title=f"{case}, {population}", xlabel="Pearson's r with the gap")
        panels[0].set_yticks(range(len(names)), names)
        for panel in panels:
            panel.tick_params(axis="y", left=False)
        panels[0].invert_yaxis()
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=7)
    return figure


def _correlations(
    panel: Any, rows: pd.DataFrame, names: list[str], arms: Mapping[str, str]
) -> None:
    """Draw means over seeds, with their deviation; behind it the bootstrap interval inside a seed."""
    panel.axvline(0, color=MUTED, linewidth=0.8)
    panel.grid(visible=False, axis="y")
    for constraint, marker, shift in (("off", "o", -0.16), ("on", "D", 0.16)):
        some = rows[rows["constraint"] == constraint]
        by_arm = {
            metric: some[some["metric"] == f"Pearson with the gap{metric}"].groupby("arm")["value"]
            for metric in ("", ", low", ", high")
        }
        mean, spread = by_arm[""].mean()[names], by_arm[""].std()[names].fillna(0.0)
        places = np.arange(len(names)) + shift
        panel.hlines(
            places, by_arm[", low"].mean()[names], by_arm[", high"].mean()[names],
            color=MUTED, alpha=0.35, linewidth=4,
        )  # fmt: skip
        colours = [ROLE_COLOURS[arms[name]] for name in names]
        panel.errorbar(mean, places, xerr=spread, fmt="none", ecolor=colours, linewidth=1.2)
        filled = colours if constraint == "off" else "none"
        panel.scatter(
            mean, places, c=filled, edgecolors=colours, marker=marker, s=18, zorder=3,
            label=f"constraint {constraint}",
        )  # fmt: skip


def draw_scatter(artifacts: Artifacts) -> Figure:
    """Set the gap against four measures, a point a network, in one seed: a line a case.

    The last panel says which colour is which size.
    """
    seed = min(artifacts)
    kept = {
        name.split(",")[0]: arrays
        for name, arrays in artifacts[seed].items()
        if name.endswith("constraint off, one population")
    }
    with house_style():
        figure = Figure(figsize=(10.4, 2.5 * len(kept)))
        lines = figure.subplots(len(kept), len(_AXES), squeeze=False, sharey="row")
        for line, (case, arrays) in zip(lines, kept.items(), strict=True):
            sizes = sorted(set(arrays["m"]))
            for panel, (name, label) in zip(line, _AXES.items(), strict=True):
                for shade, m in zip(_SHADES, sizes, strict=False):
                    of_size = arrays["m"] == m
                    panel.scatter(
                        arrays[name][of_size],
                        arrays["gap"][of_size],
                        s=8,
                        rasterized=True,
                        color=shade,
                    )
                panel.set_xlabel(label)
                if name == "weights":
                    panel.set_xscale("log")
                    panel.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
                    panel.xaxis.set_minor_formatter(NullFormatter())
            line[-1].set_xscale("log")
            line[-1].set_xticks(sizes, [f"{m:,.0f}" for m in sizes])
            line[-1].minorticks_off()
            line[0].set_ylabel(f"gap in loss, {case}")
    return figure


def draw_course(rows: pd.DataFrame, targets: Mapping[str, float]) -> Figure:
    """Draw the layer's information over training, free and held by the constraint: a panel a case."""
    found = rows[rows["metric"] == "information in training"]
    cases = list(dict.fromkeys(found["case"]))
    with house_style():
        figure = Figure(figsize=(3.4 * len(cases) + 0.4, 2.8))
        for panel, case in zip(
            figure.subplots(1, len(cases), squeeze=False)[0], cases, strict=True
        ):
            panel.axhline(targets[case], color=MUTED, linewidth=0.8, label="target")
            for arm, colour, line in (
                ("free training", BASELINE, "--"),
                ("constrained training", METHOD, "-"),
            ):
                of_arm = found[(found["arm"] == arm) & (found["case"] == case)]
                by_epoch = of_arm.groupby("step")["value"].agg(["mean", "min", "max"])
                epochs = by_epoch.index.to_numpy(dtype=float)
                panel.plot(epochs, by_epoch["mean"], color=colour, linestyle=line, label=arm)
                panel.fill_between(
                    epochs, by_epoch["min"], by_epoch["max"], color=colour, alpha=0.2, linewidth=0
                )
            panel.set(title=case, xlabel="epoch", ylabel="I(X;Z), nats")
            panel.legend(fontsize=7)
    return figure


def draw_faults(rows: pd.DataFrame) -> Figure:
    """Show what each fault of the released code does to the numbers."""
    with house_style():
        figure = Figure(figsize=(10.4, 3.2))
        estimates, densities, populations = figure.subplots(1, 3)
        _estimates(estimates, rows)
        _densities(densities, rows)
        _populations(populations, rows)
        for panel in (estimates, densities, populations):
            panel.minorticks_off()
    return figure


def _estimates(panel: Any, rows: pd.DataFrame) -> None:
    """Show Jensen's bound read as an estimate, and too small a sample of each class."""
    names = (
        "I(X;Z|Y)",
        "I(X;Z|Y), Jensen",
        "I(X;Z|Y), released sample",
        "I(X;Z)",
        "I(X;Z), Jensen",
    )
    found = rows[(rows["metric"] == "median over networks") & rows["arm"].isin(names)]
    _dots(panel, found, "arm", names)
    panel.set_xticks(range(len(names)), [n.replace(", ", ",\n") for n in names], fontsize=6)
    panel.set(
        yscale="log", ylabel="nats, median over networks", title="estimate, bound, small sample"
    )


def _densities(panel: Any, rows: pd.DataFrame) -> None:
    """Draw the released density of weights, and the floor under variances."""
    found = rows[rows["metric"] == "information in weights"]
    for name, colour, line in (
        ("I(φ;S)", METHOD, "-"),
        ("I(φ;S), released density", BASELINE, "--"),
    ):
        for case, marker in (("clusters", "o"), ("clothes", "s")):
            of_arm = found[(found["arm"] == name) & (found["case"] == case)]
            mean = of_arm.groupby("floor")["value"].mean()
            if len(mean):
                panel.plot(
                    mean.index, mean, color=colour, linestyle=line, marker=marker,
                    markersize=4 if name == "I(φ;S)" else 8, markerfacecolor="none",
                    label=f"{'released' if 'released' in name else 'exact'}, {case}",
                )  # fmt: skip
    panel.set(xscale="log", yscale="log", xlabel="floor under variances", ylabel="I(φ;S), nats")
    panel.set_title("density of weights")
    panel.legend(fontsize=6)


def _populations(panel: Any, rows: pd.DataFrame) -> None:
    """Compare data sets of one population, as the theory has them, and of one each, as the code has."""
    found = rows[
        (rows["metric"] == "median over networks")
        & (rows["arm"] == "I(φ;S)")
        & (rows["case"] == "clusters")
    ]
    names = ("one population", "one each")
    _dots(panel, found, "population", names)
    panel.set_xticks(range(len(names)), names)
    panel.set(yscale="log", ylabel="I(φ;S), nats", title="populations of the data sets")


def _dots(panel: Any, rows: pd.DataFrame, column: str, names: tuple[str, ...]) -> None:
    """Draw a point a seed and constraint at the place of each name."""
    for place, name in enumerate(names):
        values = rows.loc[rows[column] == name, "value"].to_numpy(dtype=float)
        places = place + np.linspace(-0.2, 0.2, len(values)) if len(values) > 1 else [place]
        panel.scatter(places, values, s=6, rasterized=True, color=BASELINE if place else METHOD)
