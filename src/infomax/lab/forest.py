"""The verdicts of a paper as a forest plot: one small axis a claim."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from infomax.lab.figure_style import BASELINE, METHOD, MUTED, house_style
from infomax.lab.verdict import Finding, Outcome, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

WIDTH, TEXT, LABELS, UNIT = 9.2, 3.55, 1.35, 0.95  # inches: the figure and its columns but the axis
LINE, LANE, THIN_LANE, TICKS, GAP, LEGEND = 0.155, 0.27, 0.1, 0.22, 0.2, 0.42
N_LABELLED = 8
STRETCH = 4.0


def forest_plot(verdicts: Sequence[Verdict], *, dark: bool = False) -> "Figure":
    """Draw the verdicts of a paper below each other, each on an axis of its own.

    A claim shows its interval, the differences of the seeds as small dots, the line at zero, the
    smallest effect that matters (dashed), a margin (shaded) and the published value (open diamond).
    An interval that speaks for the method has the method's colour, one against it the baseline's,
    else it is grey. A square stands where nothing varies between seeds; a claim without a number
    gives its reason. A reference that lies far outside is an arrow at the end of the axis.

    Parameters
    ----------
    verdicts : sequence of Verdict
        At least one, from `infomax.lab.judge.judge`.
    dark : bool
        Brighter text, for a page that is known to be dark; the default reads on both.

    Returns
    -------
    matplotlib.figure.Figure
        Without background; save it inside `house_style`.

    Raises
    ------
    ValueError
        If there is no verdict.

    Examples
    --------
    >>> from infomax.lab.verdict import Finding, Verdict
    >>> finding = Finding("holds", estimate=0.3, low=0.1, high=0.5)
    >>> verdict = Verdict(
    ...     "ours is better", "comparison", "holds", expected="holds", deterministic=False,
    ...     n_seeds=5, varies=("data",), unit="nats", findings=(finding,),
    ... )
    >>> len(forest_plot([verdict]).axes)
    1
    """
    from matplotlib.figure import Figure

    if not verdicts:
        raise ValueError("`verdicts` must hold at least one verdict, got none")
    heights = [_height(verdict) for verdict in verdicts]
    total = sum(heights) + GAP * len(verdicts) + LEGEND
    with house_style(dark=dark):
        figure = Figure(figsize=(WIDTH, total))
        figure.set_layout_engine("none")
        top = total - LEGEND
        for verdict, height in zip(verdicts, heights, strict=True):
            _write(figure, verdict, top=top / total)
            if _drawn(verdict):
                _draw(figure, verdict, top=top)
            else:
                _write_reason(figure, verdict, top=top / total)
            top -= height + GAP
        _add_legend(figure, verdicts, total=total)
    return figure


def _text_lines(verdict: Verdict) -> tuple[list[str], list[str]]:
    facts = [verdict.headline]
    if verdict.p_holm is not None:
        small = verdict.p_holm < 1e-4
        facts.append("Holm p < 0.0001" if small else f"Holm p = {verdict.p_holm:.2g}")
    facts.append(f"{verdict.n_seeds} seed{'s' if verdict.n_seeds != 1 else ''}")
    leading = verdict.leading
    if leading and len(verdict.findings) > N_LABELLED:
        facts.append(f"decided at {_label(verdict, leading)}")
    if verdict.says_more_than_trivial is False:
        facts.append("the bound says no more than the trivial one")
    return textwrap.wrap(verdict.text, 52), textwrap.wrap(" · ".join(facts), 56)


def _reason_lines(verdict: Verdict) -> list[str]:
    return textwrap.wrap(verdict.reason, 74)[:4]


def _height(verdict: Verdict) -> float:
    text = LINE * sum(map(len, _text_lines(verdict)))
    if not _drawn(verdict):
        return max(text, LINE * len(_reason_lines(verdict)))
    return max(text, _lane(verdict) * len(verdict.findings) + TICKS)


def _lane(verdict: Verdict) -> float:
    return LANE if len(verdict.findings) <= N_LABELLED else THIN_LANE


def _drawn(verdict: Verdict) -> bool:
    return any(_finite((finding.estimate,)) for finding in verdict.findings)


def _write(figure: "Figure", verdict: Verdict, *, top: float) -> None:
    claim, facts = _text_lines(verdict)
    step = LINE / figure.get_size_inches()[1]
    left = 0.08 / WIDTH
    for i, line in enumerate(claim):
        figure.text(
            left, top - i * step, line, va="top", fontsize=8.5, weight="bold", parse_math=False
        )
    colour = _colour(verdict.outcome)
    for i, line in enumerate(facts, start=len(claim)):
        figure.text(
            left, top - i * step, line, va="top", fontsize=7.5, color=colour, parse_math=False
        )


def _write_reason(figure: "Figure", verdict: Verdict, *, top: float) -> None:
    left = (TEXT + 0.3) / WIDTH
    text = "\n".join(_reason_lines(verdict))
    note = figure.text(left, top, text, va="top", fontsize=7.5, color=MUTED, parse_math=False)
    note.set_fontstyle("italic")


def _draw(figure: "Figure", verdict: Verdict, *, top: float) -> None:
    total = figure.get_size_inches()[1]
    lanes = _lane(verdict) * len(verdict.findings)
    width = WIDTH - TEXT - LABELS - UNIT
    box = ((TEXT + LABELS) / WIDTH, (top - lanes) / total, width / WIDTH, lanes / total)
    axes = figure.add_axes(box)
    low, high = _range(verdict)
    axes.set(xlim=(low, high), ylim=(len(verdict.findings) - 0.5, -0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False)
    axes.tick_params(labelsize=7, length=2.5, pad=2)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.get_offset_text().set_fontsize(7)
    axes.axvline(0.0, color=MUTED, linewidth=1.0, zorder=1)
    _references(axes, verdict)
    for lane, finding in enumerate(verdict.findings):
        _draw_finding(axes, verdict, finding, lane=lane)
    if len(verdict.findings) <= N_LABELLED:
        labels = [_label(verdict, finding) for finding in verdict.findings]
        axes.set_yticks(range(len(labels)), labels, fontsize=7, parse_math=False)
        axes.tick_params(axis="y", length=0, pad=4)
    unit = "" if verdict.unit == "1" else textwrap.shorten(verdict.unit, 18, placeholder="…")
    figure.text(1 - (UNIT - 0.1) / WIDTH, (top - lanes) / total, unit, va="center", fontsize=7)


def _draw_finding(axes: "Axes", verdict: Verdict, finding: Finding, *, lane: int) -> None:
    if finding.estimate is None or not math.isfinite(finding.estimate):
        text = textwrap.shorten(f"{finding.outcome}: {finding.reason}", 60, placeholder="…")
        axes.text(
            0.01,
            lane,
            text,
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=6.5,
            parse_math=False,
        )
        return
    thin = len(verdict.findings) > N_LABELLED
    colour = _colour(finding.outcome)
    if finding.low is not None and finding.high is not None:
        width = 1.2 if thin else 2.4
        axes.plot((finding.low, finding.high), (lane, lane), color=colour, linewidth=width)
    marker = "s" if verdict.deterministic else "o"
    size = 2.5 if thin else 5.0
    axes.plot(finding.estimate, lane, marker=marker, color=colour, markersize=size)
    if not thin and not verdict.deterministic:
        dots = _finite(finding.differences)
        axes.plot(dots, [lane + 0.34] * len(dots), ".", color=colour, markersize=2.8, alpha=0.75)


def _references(axes: "Axes", verdict: Verdict) -> None:
    low, high = axes.get_xlim()
    if verdict.margin_low is not None:
        end = high if verdict.margin_high is None else verdict.margin_high
        axes.axvspan(max(verdict.margin_low, low), min(end, high), color=MUTED, alpha=0.16, lw=0)
    if verdict.smallest is not None:
        if low <= verdict.smallest <= high:
            axes.axvline(verdict.smallest, color=MUTED, linewidth=1.0, linestyle=(0, (3, 2)))
        else:
            _arrow(axes, rightwards=verdict.smallest > high, filled=True)
    if verdict.published is not None and math.isfinite(verdict.published):
        if low <= verdict.published <= high:
            _diamond(axes, verdict.published)
        else:
            _arrow(axes, rightwards=verdict.published > high, filled=False)


def _diamond(axes: "Axes", value: float) -> None:
    axes.plot(
        value,
        1.0,
        marker="D",
        markersize=5.5,
        color=MUTED,
        markerfacecolor="none",
        clip_on=False,
        transform=axes.get_xaxis_transform(),
    )


def _arrow(axes: "Axes", *, rightwards: bool, filled: bool) -> None:
    """Point at a reference beyond the axis: filled for the smallest effect, open for published."""
    axes.plot(
        1.0 if rightwards else 0.0,
        0.5 if filled else 1.0,
        marker=">" if rightwards else "<",
        markersize=5.5,
        color=MUTED,
        markerfacecolor=MUTED if filled else "none",
        clip_on=False,
        transform=axes.transAxes,
    )


def _range(verdict: Verdict) -> tuple[float, float]:
    """Return an axis that shows zero and all measured, and the references if these are near."""
    values = [0.0]
    for finding in verdict.findings:
        shown = finding.differences if len(verdict.findings) <= N_LABELLED else ()
        values += _finite((finding.estimate, finding.low, finding.high, *shown))
    low, high = min(values), max(values)
    span = high - low
    references = (verdict.smallest, verdict.margin_low, verdict.margin_high, verdict.published)
    for value in _finite(references):
        if span == 0 or max(high, value) - min(low, value) <= STRETCH * span:
            low, high = min(low, value), max(high, value)
    if low == high:
        low, high = low - 1.0, high + 1.0
    pad = 0.05 * (high - low)
    return low - pad, high + pad


def _label(verdict: Verdict, finding: Finding) -> str:
    several = len({f.baseline for f in verdict.findings}) > 1
    against = f"vs {finding.baseline}" if finding.baseline and several else ""
    text = ", ".join(part for part in (finding.label, against) if part)
    return textwrap.shorten(text, 26, placeholder="…")


def _colour(outcome: Outcome | str) -> str:
    if outcome.startswith("holds"):
        return METHOD
    return BASELINE if outcome == "does not hold" else MUTED


def _add_legend(figure: "Figure", verdicts: Sequence[Verdict], *, total: float) -> None:
    drawn = [verdict for verdict in verdicts if _drawn(verdict)]
    figure.legend(
        handles=_legend_entries(drawn),
        loc="upper left",
        bbox_to_anchor=(0.0, 1 - 0.04 / total),
        ncols=7,
        fontsize=7,
        handlelength=1.6,
        columnspacing=1.4,
        borderaxespad=0.0,
    )


def _legend_entries(verdicts: Sequence[Verdict]) -> "list[Line2D | Patch]":
    """Return an entry for each kind of mark that the plot has."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(label: str, marker: str, face: str = MUTED) -> Line2D:
        line = Line2D([], [], color=MUTED, marker=marker, linestyle="", markersize=5, label=label)
        line.set_markerfacecolor(face)
        return line

    entries: list[Line2D | Patch] = [
        Line2D([], [], color=colour, marker="o", markersize=5, label=label)
        for label, colour in (
            ("holds", METHOD),
            ("does not hold", BASELINE),
            ("inconclusive", MUTED),
        )
    ]
    if any(verdict.deterministic for verdict in verdicts):
        entries.append(mark("deterministic", "s"))
    if any(verdict.smallest is not None for verdict in verdicts):
        label = "smallest that matters"
        entries.append(Line2D([], [], color=MUTED, lw=1, linestyle=(0, (3, 2)), label=label))
    if any(verdict.margin_low is not None for verdict in verdicts):
        entries.append(Patch(color=MUTED, alpha=0.16, label="margin"))
    if any(verdict.published is not None for verdict in verdicts):
        entries.append(mark("published", "D", "none"))
    return entries


def _finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]
