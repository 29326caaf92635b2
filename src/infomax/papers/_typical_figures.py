"""The figures of typical: gaps, distances from people, repetition beside MAUVE, one step."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from infomax.lab.contract import Artifacts
from infomax.measures import mauve_result

GAP_EDGES = np.linspace(-6, 10, 41)
LINES = {"method": "-", "baseline": "--", "oracle": "-"}


def draw_gaps(artifacts: Artifacts, arms: Mapping[str, str]) -> Figure:
    """Draw how far each word's surprisal lies from what was expected, a panel a kind of text."""
    cases = _cases(artifacts, "gaps")
    figure, panels = _panels(len(cases), width=4.4)
    centres = (GAP_EDGES[1:] + GAP_EDGES[:-1]) / 2
    for axes, case in zip(panels, cases, strict=True):
        for arm in arms:
            found = [seed[f"gaps, {case}"].get(arm) for seed in artifacts.values()]
            if found[0] is not None:
                counts = np.sum(found, axis=0)  # type: ignore[arg-type]
                axes.plot(centres, counts / counts.sum(), **_look(arm, arms))
        axes.set(title=case, xlabel="surprisal − entropy, nats", xlim=(-5, 8))
        axes.axvline(0, color="0.7", lw=0.8, zorder=0)
    panels[0].set_ylabel("share of words")
    panels[-1].legend(frameon=False, fontsize="x-small")
    return figure


def draw_distances(rows: pd.DataFrame, arms: Mapping[str, str], names: tuple[str, ...]) -> Figure:
    """Draw how far each arm is from people, a panel a measure, a dot a seed and kind of text."""
    figure, panels = _panels(len(names), width=2.6, height=3.8)
    shown = [arm for arm in arms if arm != "people"]
    for axes, name in zip(panels, names, strict=True):
        found = rows[rows["metric"] == f"distance in {name}"]
        for place, arm in enumerate(shown):
            values = found.loc[found["arm"] == arm, "value"]
            axes.plot(values, np.full(len(values), place), "o", ms=3, **_colour(arm, arms))
            axes.plot(values.mean(), place, "|", ms=14, **_colour(arm, arms))
        axes.set(xlabel=f"distance in {name}", yticks=range(len(shown)), yticklabels=shown)
        axes.invert_yaxis()
        axes.set_xlim(left=0)
    for axes in panels[1:]:
        axes.tick_params(labelleft=False)
    return figure


def draw_plane(
    rows: pd.DataFrame, artifacts: Artifacts, arms: Mapping[str, str], *, enough: int
) -> Figure:
    """Draw repetition beside MAUVE over all texts of all seeds; beside diversity if they are few."""
    pooled = _pooled(artifacts)
    means = rows.groupby(["metric", "arm"])["value"].mean()
    figure = Figure(figsize=(5.6, 4.2), layout="constrained")
    axes = figure.subplots()
    by_mauve = len(pooled.get("people", ())) >= enough
    for arm in arms:
        if ("repetition", arm) not in means or (by_mauve and arm not in pooled):
            continue
        x = means["repetition", arm]
        if arm == "people":
            axes.axvline(x, color="k", lw=0.8)
            axes.annotate("people", (x, 1), xycoords=("data", "axes fraction"), va="top")
        elif by_mauve:
            found = mauve_result(pooled[arm], pooled["people"], random_state=0)
            axes.plot([x, x], [found.low, found.high], lw=1, **_colour(arm, arms))
            axes.plot(x, found.score, "o", label=arm, **_colour(arm, arms))
        else:
            axes.plot(x, means["diversity", arm], "o", label=arm, **_colour(arm, arms))
    label = f"MAUVE, {len(pooled['people'])} texts" if by_mauve else "diversity of n-grams"
    axes.set(xlabel="repetition", ylabel=label)
    axes.legend(frameon=False, fontsize="x-small")
    return figure


def draw_step(artifacts: Artifacts) -> Figure:
    """Draw the likeliest words of one step and which of them are kept."""
    first = next(iter(artifacts.values()))
    name = next(name for name in first if name.startswith("step, "))
    step = dict(first[name])
    p = step.pop("probability")
    figure, panels = _panels(len(step), width=3.2, height=2.8)
    for axes, (arm, kept) in zip(panels, step.items(), strict=True):
        ranks = np.arange(1, len(p) + 1)
        for mask, colour, label in ((kept == 1, "C0", "kept"), (kept == 0, "0.8", "dropped")):
            axes.plot(ranks[mask], p[mask], "o", ms=3, color=colour, label=label)
        axes.set(title=arm, xlabel="rank of the word", yscale="log")
    panels[0].set_ylabel("probability")
    panels[-1].legend(frameon=False, fontsize="small")
    return figure


def _pooled(artifacts: Artifacts) -> dict[str, NDArray[np.float64]]:
    """Return the features of all texts of each arm, of every seed and kind."""
    parts: dict[str, list[NDArray[Any]]] = {}
    for kept in artifacts.values():
        for name, features in kept.items():
            if name.startswith("features, "):
                for arm, vectors in features.items():
                    parts.setdefault(arm, []).append(vectors)
    return {arm: np.concatenate(found).astype(np.float64) for arm, found in parts.items()}


def _cases(artifacts: Artifacts, kind: str) -> list[str]:
    first = next(iter(artifacts.values()))
    return [name.split(", ", 1)[1] for name in first if name.startswith(f"{kind}, ")]


def _colour(arm: str, arms: Mapping[str, str]) -> dict[str, Any]:
    """Return the same colour for an arm in every figure; people are black."""
    return {"color": "k" if arms[arm] == "oracle" else f"C{list(arms).index(arm) % 10}"}


def _look(arm: str, arms: Mapping[str, str]) -> dict[str, Any]:
    wide = {"lw": 2.2 if arms[arm] == "oracle" else 1.2}
    return _colour(arm, arms) | wide | {"ls": LINES[arms[arm]], "label": arm}


def _panels(n: int, *, width: float, height: float = 3.4) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width * n + 0.8, height), layout="constrained")
    return figure, list(figure.subplots(1, n, squeeze=False)[0])
