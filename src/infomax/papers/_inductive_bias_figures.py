"""The figures of the paper on inductive bias."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.inference import noncentral_chi2_logcdf
from infomax.lab.contract import Artifacts
from infomax.lab.figure_style import BASELINE, METHOD, MUTED, ORACLE, house_style
from infomax.papers._inductive_bias_rows import NEEDED

_SHADES = (METHOD, BASELINE, ORACLE, MUTED)
_SPACES = ("Laplace process", "RBF process", "random features", "MLP", "ConvNet")


def draw_tails(artifacts: Artifacts) -> Figure:
    """Errors of random functions with both laws; their tails; and one law as released."""
    seed = min(artifacts)
    arrays = artifacts[seed]["tails"]
    with house_style():
        figure = Figure(figsize=(10.0, 3.4))
        errors, tails, law = figure.subplots(1, 3)
        _draw_errors(errors, arrays)
        shares = arrays["shares"]
        tails.plot(shares, arrays["exact"], ":", color=ORACLE, label="exact")
        tails.plot(shares, arrays["fitted"], "-", color=METHOD, label="fitted law")
        tails.fill_between(shares, arrays["low"], arrays["high"], color=METHOD, alpha=0.2)
        tails.plot(shares, arrays["released"], "--", color=BASELINE, label="its tail as released")
        tails.set(xscale="log", xlabel="target, share of the variance", ylabel="nats required")
        ticks = [tick for tick in (0.03, 0.1, 0.3, 1.0, 3.0) if shares[0] * 0.9 < tick < shares[-1]]
        tails.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        tails.minorticks_off()
        tails.set_title("tail of that sample")
        tails.legend()
        exponents = np.arange(0.0, 121.0)
        for convention, style, colour, label in (
            ("paper", "-", METHOD, "the law"),
            ("released", "--", BASELINE, "as released"),
        ):
            told = noncentral_chi2_logcdf(10.0**-exponents, 10, 5, scale=0.1, convention=convention)
            law.plot(exponents, -told, style, color=colour, label=label)
        law.set(xlabel="−log₁₀ of the target", ylabel="nats required")
        law.set_title("ten degrees of freedom")
        law.legend()
    return figure


def _draw_errors(panel: Any, arrays: Any) -> None:
    shares, variance = np.linspace(0.0, 1.0, 101), arrays["variance"]
    places = arrays["places"] / variance
    panel.plot(
        np.quantile(arrays["errors"], shares) / variance, shares, color=MUTED, label="errors drawn"
    )
    panel.plot(places, arrays["exact below"], ":", color=ORACLE, label="exact")
    panel.plot(places, arrays["fitted below"], "--", color=METHOD, label="fitted law")
    panel.set(xlabel="error, share of the variance", ylabel="share below")
    panel.set_title("random functions that fit")
    panel.legend()


def draw_spaces(rows: pd.DataFrame) -> Figure:
    """Bias required relative to each space, a panel a set: fitted as bars, exact as diamonds."""
    found = rows[rows["metric"] == NEEDED]
    cases = list(dict.fromkeys(found["case"]))
    shares = sorted(set(found["share"]), reverse=True)
    with house_style():
        figure = Figure(figsize=(2.6 * len(cases) + 1.2, 3.4))
        panels = figure.subplots(1, len(cases), squeeze=False, sharey=True)[0]
        for panel, case in zip(panels, cases, strict=True):
            here = found[found["case"] == case]
            for i, share in enumerate(shares):
                _draw_share(panel, here[here["share"] == share], i, share)
            panel.set_title(case)
            panel.set_xticks(range(len(_SPACES)), _SPACES, rotation=35, ha="right")
            panel.set_yscale("symlog", linthresh=1.0)
        panels[0].set_ylabel("nats required")
        panels[-1].legend(fontsize=7, title="target, share of variance", title_fontsize=7)
    return figure


def _draw_share(panel: Any, rows: pd.DataFrame, i: int, share: float) -> None:
    colour = (MUTED, METHOD, BASELINE)[i % 3]
    for place, arm in enumerate(_SPACES):
        values = rows.loc[rows["arm"] == arm, "value"]
        if len(values):
            ends = [[values.mean() - values.min()], [values.max() - values.mean()]]
            label = f"{share:g}" if arm == "RBF process" else None
            panel.bar(
                place + 0.26 * (i - 1), values.mean(), 0.24, color=colour, yerr=ends, label=label
            )
        exact = rows.loc[rows["arm"] == f"{arm}, exact", "value"]
        if len(exact):
            label = "exact" if arm == "RBF process" and i == 0 else None
            where = place + 0.26 * (i - 1)
            panel.plot(where, exact.mean(), "D", color=ORACLE, markersize=4, label=label)


def draw_dimension(rows: pd.DataFrame, by_dimension: str, by_rows: str) -> Figure:
    """Bias required of smooth tasks, over their dimension and over training data, by target."""
    shares = sorted(set(rows.loc[rows["metric"] == by_dimension, "share"]), reverse=True)
    with house_style():
        figure = Figure(figsize=(2.8 * len(shares) + 0.6, 5.2))
        panels = figure.subplots(2, len(shares), squeeze=False, sharey="row")
        for place, (metric, over, label) in enumerate(
            (
                (by_dimension, "k", "dimensions of the task"),
                (by_rows, "doublings", "doublings of the training data"),
            )
        ):
            for panel, share in zip(panels[place], shares, strict=True):
                _draw_sweep(
                    panel, rows[(rows["metric"] == metric) & (rows["share"] == share)], over
                )
                panel.set(xlabel=label, title=f"target {share:g} of the variance")
            panels[place, 0].set_ylabel("nats required")
        panels[0, 0].legend(fontsize=7)
    return figure


def _draw_sweep(panel: Any, rows: pd.DataFrame, over: str) -> None:
    for arm, style, colour in (
        ("RBF process", "-", METHOD),
        ("RBF process, exact", ":", METHOD),
        ("Laplace process", "-", BASELINE),
        ("Laplace process, exact", ":", BASELINE),
    ):
        curve = rows[rows["arm"] == arm].groupby(over)["value"]
        mean = curve.mean()
        panel.plot(mean.index, mean, style, color=colour, label=arm)
        if style == "-":
            panel.fill_between(
                mean.index, curve.min(), curve.max(), color=colour, alpha=0.15, linewidth=0
            )


def draw_shapes(rows: pd.DataFrame, metric: str) -> Figure:
    """Bias required relative to MLPs of several widths and depths, a panel a target."""
    found = rows[rows["metric"] == metric]
    shares = sorted(set(found["share"]), reverse=True)
    with house_style():
        figure = Figure(figsize=(2.6 * len(shares) + 0.6, 3.0))
        panels = figure.subplots(1, len(shares), squeeze=False, sharey=True)[0]
        for panel, share in zip(panels, shares, strict=True):
            _draw_widths(panel, found[found["share"] == share])
            panel.set_xticks(sorted(set(found["depth"])))
            panel.set(xlabel="hidden layers", title=f"target {share:g} of the variance")
        panels[0].set_yscale("symlog", linthresh=1.0)
        panels[0].set_ylim(bottom=0.0)
        panels[0].set_ylabel("nats required")
        panels[0].legend()
    return figure


def _draw_widths(panel: Any, rows: pd.DataFrame) -> None:
    widths = sorted(set(rows["width"]))
    for i, (width, colour) in enumerate(zip(widths, _SHADES[: len(widths)], strict=True)):
        grouped = rows[rows["width"] == width].groupby("depth")["value"]
        mean = grouped.mean()
        panel.errorbar(
            mean.index + 0.06 * i,
            mean,
            yerr=[mean - grouped.min(), grouped.max() - mean],
            color=colour,
            marker="o",
            label=f"width {width:g}",
        )
