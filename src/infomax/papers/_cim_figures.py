"""The two figures of the paper on capacity-constrained influence maximization."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.figure_style import BASELINE, METHOD, ROLE_COLOURS, ROLE_LINES, house_style


def draw_spread(rows: pd.DataFrame, arms: Mapping[str, str]) -> Figure:
    """Spread against k, one panel a graph, as a share of inviting all friends."""
    spreads = rows[rows["metric"] == "spread"]
    cases = list(dict.fromkeys(spreads["case"]))
    with house_style():
        figure = Figure(figsize=(4.6 * len(cases) + 1.6, 3.8))
        panels = figure.subplots(1, len(cases), squeeze=False)[0]
        for panel, case in zip(panels, cases, strict=True):
            table = spreads[spreads["case"] == case].pivot_table(
                index="k", columns="arm", values="value"
            )
            _panel(panel, table.div(table["all friends"], axis=0), arms)
            panel.set(title=case, xlabel="friends a participant may invite, k")
        panels[0].set_ylabel("people reached, as a share of inviting all")
    return figure


def _panel(panel: object, table: pd.DataFrame, arms: Mapping[str, str]) -> None:
    markers = "osD^vP*Xhd<"
    for marker, arm in zip(markers, (a for a in arms if a != "all friends"), strict=False):
        if arm in table:
            role = arms[arm]
            panel.plot(  # type: ignore[attr-defined]
                table.index,
                table[arm],
                color=ROLE_COLOURS[role],
                linestyle=ROLE_LINES[role],
                marker=marker,
                markersize=4,
                label=arm,
            )
    panel.set_xticks(table.index)  # type: ignore[attr-defined]
    panel.legend(fontsize=7)  # type: ignore[attr-defined]


def draw_effort(rows: pd.DataFrame) -> Figure:
    """Spread against the sets drawn while ε varies, one panel a graph, mean over seeds."""
    points = rows[rows["metric"].isin(["spread_at_epsilon", "rr_sets_at_epsilon"])]
    cases = list(dict.fromkeys(points["case"]))
    with house_style():
        figure = Figure(figsize=(4.6 * len(cases) + 0.6, 3.4))
        panels = figure.subplots(1, len(cases), squeeze=False)[0]
        for panel, case in zip(panels, cases, strict=True):
            table = points[points["case"] == case].pivot_table(
                index=["arm", "epsilon"], columns="metric", values="value"
            )
            for arm, colour, line in (("RR-OPIM+", METHOD, "-"), ("RR-OPIM", BASELINE, "--")):
                one = table.loc[arm]
                panel.plot(
                    one["rr_sets_at_epsilon"],
                    one["spread_at_epsilon"],
                    color=colour,
                    linestyle=line,
                    marker="o",
                    label=arm,
                )
                for epsilon, point in one.iterrows():
                    panel.annotate(
                        f"ε={epsilon:g}",
                        (point["rr_sets_at_epsilon"], point["spread_at_epsilon"]),
                        textcoords="offset points",
                        xytext=(4, -9),
                        fontsize=7,
                    )
            panel.set(title=case, xlabel="reverse-reachable sets drawn", xscale="log")
            panel.legend()
        panels[0].set_ylabel("people reached")
    return figure
