"""The figures of the paper on manifold entropy."""

from collections.abc import Iterable, Mapping, Sequence
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
from infomax.papers._mee_arms import METHODS, PIXELS
from infomax.papers._mee_runs import CURVE, EMBEDDED, EMBEDDINGS, REAL

_SCORES = ("coverage", "Fréchet distance", "precision")
# One colour an arm in all figures: real data, the method, the method changed, its rivals.
_LINES = {
    REAL: (ORACLE, ":"),
    "MaEM-GAN": (METHOD, "-"),
    "without entropy": (MUTED, "--"),
    "released bank": (MUTED, ":"),
    PIXELS: (MUTED, "-."),
    "MaF-GAN": (BASELINE, "--"),
    "DCGAN": (BASELINE, ":"),
    "PacGAN": (BASELINE, "-."),
}
_CHANGED = {*METHODS, PIXELS} - {"MaEM-GAN", "MaF-GAN"}
_COLUMNS = 8
_SIDE = 1.5  # inches of a panel of points
_WIDTH = 2.2  # and of one of pictures
_COARSE = 72  # dots an inch of what is drawn as pixels, and
_LEVELS = 3  # steps of brightness from grey to white or black, both for light files


def draw_scores(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Draw the scores that the claims read, of every arm: a line of panels a case."""
    cases = list(dict.fromkeys(rows.loc[rows["metric"] == "coverage", "case"]))
    in_case = {case: list(dict.fromkeys(rows.loc[rows["case"] == case, "arm"])) for case in cases}
    with house_style():
        figure = Figure(
            figsize=(7.6, 0.9 + 0.21 * sum(len(names) + 3 for names in in_case.values()))
        )
        heights = [len(names) + 1 for names in in_case.values()]
        panels = figure.subplots(len(cases), len(_SCORES), squeeze=False, height_ratios=heights)
        for line, (case, names) in zip(panels, in_case.items(), strict=True):
            for panel, metric in zip(line, _SCORES, strict=True):
                here = rows[(rows["case"] == case) & (rows["metric"] == metric)]
                _points(panel, here, names, arms)
                panel.set_yticks(*[[], []] if metric != "coverage" else [range(len(names)), names])
                panel.grid(visible=False)
                panel.set_ylim(len(names) - 0.4, -0.6)
                panel.tick_params(axis="y", length=0)
                if metric == "Fréchet distance":
                    panel.set_xscale("log")
                    panel.locator_params(axis="x", numticks=4)
                    panel.xaxis.set_major_formatter("{x:g}")
                    panel.minorticks_off()
                else:
                    panel.locator_params(axis="x", nbins=2)
                panel.set_title(f"{case}: {metric}" if metric == "coverage" else metric)
    return figure


def _points(panel: Any, rows: pd.DataFrame, names: Sequence[str], arms: Mapping[str, str]) -> None:
    """Draw the mean of seeds and their range; what looks alike in one, for a light file."""
    across = np.tile([0, 1, np.nan], len(names)), np.repeat(range(len(names)), 3)
    panel.plot(*across, transform=panel.get_yaxis_transform(), color=MUTED, alpha=0.25, lw=0.6)
    styles = {name: _points_of(name, arms) for name in names}
    for style in {str(style): style for style in styles.values()}.values():
        here = rows[[styles[name] == style for name in rows["arm"]]]
        of_arm = here.groupby("arm")["value"].agg(["mean", "min", "max"])
        places = of_arm.index.map(names.index)
        ends = np.ravel([[low, high, np.nan] for low, high in of_arm[["min", "max"]].to_numpy()])
        panel.plot(ends, np.repeat(places, 3), color=style["color"], lw=1.2)
        panel.plot(of_arm["mean"], places, ms=5, **style)


def _points_of(arm: str, arms: Mapping[str, str]) -> dict[str, Any]:
    role = arms[arm]
    colour = MUTED if arm in _CHANGED else ROLE_COLOURS[role]
    return {"color": colour, "marker": ROLE_MARKERS[role], "ls": ""}


def draw_curves(rows: pd.DataFrame) -> Figure:
    """Share of modes reached against generator steps: a panel a case, the mean of seeds.

    Of the few items that are looked at on the way even real ones reach less than all, where there
    are many modes; theirs is the line across.
    """
    found = rows[rows["metric"] == CURVE]
    cases = list(dict.fromkeys(found["case"]))
    with house_style():
        figure = Figure(figsize=(2.4 * len(cases) + 0.6, 2.9))
        panels = figure.subplots(1, len(cases), squeeze=False)[0]
        for panel, case in zip(panels, cases, strict=True):
            for arm, (colour, line) in _LINES.items():
                here = found[(found["case"] == case) & (found["arm"] == arm)]
                if not len(here):
                    continue
                by_step = here.groupby("step")["value"].mean()
                panel.plot(by_step.index, by_step, color=colour, linestyle=line, label=arm)
            panel.set(title=case, xlabel="generator steps", ylim=(0, None))
            panel.locator_params(nbins=3)
            panel.grid(visible=False)
        panels[0].set_ylabel("modes reached")
        _legend_below(figure, panels)
    return figure


def draw_items(artifacts: Artifacts, arms: Mapping[str, str]) -> dict[str, Figure]:
    """Show real items, then what each arm generates, for the first seed."""
    drawn = {}
    for case, arrays in artifacts[min(artifacts)].items():
        if case.startswith(EMBEDDINGS):
            continue
        names = [REAL, *(name for name in arms if name in arrays and name != REAL)]
        shown = {name: arrays[name] for name in names}
        pictures = arrays[REAL].ndim == 4
        drawn[case] = _draw_pictures(shown) if pictures else _draw_points(shown, arms)
    return drawn


def _panels(names: Iterable[str], width: float, height: float, most: int) -> tuple[Figure, Any]:
    """Return panels in lines of so many at most, with the names and no axes."""
    names = list(names)
    n_lines = -(-len(names) // most)
    n_columns = -(-len(names) // n_lines)
    figure = Figure(figsize=(width * n_columns, (height + 0.25) * n_lines), dpi=_COARSE)
    panels = figure.subplots(n_lines, n_columns, squeeze=False).ravel()
    for panel in panels:
        panel.set_axis_off()
    for panel, name in zip(panels, names, strict=False):
        panel.set_title(name)
    return figure, panels


def _draw_points(arrays: Mapping[str, NDArray[Any]], arms: Mapping[str, str]) -> Figure:
    reach = 1.3 * float(np.abs(arrays[REAL]).max())
    with house_style():
        figure, panels = _panels(arrays, _SIDE, _SIDE, most=6)
        for panel, (name, points) in zip(panels, arrays.items(), strict=False):
            _scatter(panel, points, _points_of(name, arms))
            panel.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    return figure


def _draw_pictures(arrays: Mapping[str, NDArray[Any]]) -> Figure:
    with house_style():
        laid = {
            name: _mosaic(np.round(pictures * _LEVELS) / _LEVELS)
            for name, pictures in arrays.items()
        }
        height, width = laid[REAL].shape[:2]
        figure, panels = _panels(arrays, _WIDTH, _WIDTH * height / width, most=4)
        for panel, picture in zip(panels, laid.values(), strict=False):
            panel.imshow(picture, cmap="gray", vmin=-1, vmax=1, interpolation="none")
    return figure


def draw_embeddings(artifacts: Artifacts, arms: Mapping[str, str]) -> Figure:
    """Show embeddings of real items and of generated ones on them, in the plane of most variance."""
    found = {
        case.removeprefix(f"{EMBEDDINGS} "): arrays
        for case, arrays in artifacts[min(artifacts)].items()
        if case.startswith(EMBEDDINGS)
    }
    with house_style():
        figure = Figure(
            figsize=(_SIDE * len(found) + 0.3, _SIDE * len(EMBEDDED) + 0.5), dpi=_COARSE
        )
        panels = figure.subplots(len(EMBEDDED), len(found), squeeze=False)
        for column, (case, arrays) in zip(panels.T, found.items(), strict=True):
            for panel, arm in zip(column, EMBEDDED, strict=True):
                if arm in arrays:
                    for shown, points in zip((REAL, arm), arrays[arm], strict=True):
                        _scatter(panel, points, _points_of(shown, arms) | {"label": shown})
                panel.set(xticks=[], yticks=[])
            column[0].set_title(case)
        for panel, arm in zip(panels[:, 0], EMBEDDED, strict=True):
            panel.set_ylabel(arm)
        _legend_below(figure, panels.ravel())
    return figure


def _scatter(panel: Any, points: NDArray[Any], style: dict[str, Any]) -> None:
    panel.plot(*points.T, ms=2, mew=0, rasterized=True, **style)


def _legend_below(figure: Figure, panels: Iterable[Any]) -> None:
    """Name below a figure, once, what its panels show."""
    found: dict[str, Any] = {}
    for panel in panels:
        handles, names = panel.get_legend_handles_labels()
        found |= dict(zip(names, handles, strict=True))
    figure.legend(found.values(), found, loc="outside lower center", ncols=len(found), fontsize=8)


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
            for name in names:
                colour, line = _LINES[name]
                by_place = found[found["arm"] == name].groupby(over)["value"].mean()
                told = "queue" if name == names[0] else name
                panel.plot(by_place.index, by_place, color=colour, linestyle=line, label=told)
            panel.set(xlabel=label, title=metric, yscale=scale)
            panel.minorticks_off()
            panel.grid(visible=False)
        panels[1].set_xscale("log", base=2)
        for axis in (panels[0].yaxis, panels[1].xaxis):
            axis.set_major_formatter("{x:g}")
        panels[0].legend()
    return figure
