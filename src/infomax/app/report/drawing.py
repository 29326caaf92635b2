"""Small axes as inline SVG: an interval with its zero, smallest effect and published value.

Colours come from the page's style sheet, so that the drawings follow light, dark and print.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from infomax.app.report.words import number, outcome_mark
from infomax.lab.verdict import Finding, Verdict

WIDTH = 280
MARGIN = 14
STRETCH = 4.0
LARGEST = 1e300  # a longer axis would overflow; NaN is no smaller either


@dataclass(frozen=True)
class Axis:
    """A horizontal axis from `low` to `high`, with one labelled `tick` beside zero.

    What lies outside is drawn as an arrow at its end.
    """

    low: float
    high: float
    tick: float | None

    def x(self, value: float) -> float:
        """Return the position of a value, clipped to the axis."""
        share = (value - self.low) / (self.high - self.low)
        return round(MARGIN + min(max(share, 0.0), 1.0) * (WIDTH - 2 * MARGIN), 2)

    def holds(self, value: float) -> bool:
        """Tell whether the value lies on the axis."""
        return self.low <= value <= self.high


def axis_for(verdict: Verdict, findings: Iterable[Finding]) -> Axis:
    """Return an axis that shows zero and all that was measured.

    The smallest effect, the margin and the published value are on it unless that would squeeze
    what was measured into less than a quarter of it.
    """
    values = [0.0]
    for finding in findings:
        values += _finite((finding.estimate, finding.low, finding.high, *finding.differences))
    span = max(values) - min(values)
    for reference in (verdict.smallest,), _margin(verdict), (verdict.published,):
        wider = [*values, *_finite(reference)]
        if span == 0 or max(wider) - min(wider) <= STRETCH * span:
            values = wider
    low, high = min(values), max(values)
    if low == high:
        return Axis(-1.0, 1.0, tick=None)
    end = high if high >= -low else low
    pad = 0.04 * (high - low)
    return Axis(low - pad, high + pad, tick=math.copysign(_round_below(abs(end)), end))


def forest_axis(verdict: Verdict) -> Markup:
    """Return the axis of a claim: the finding that decided it, in one small picture."""
    finding = verdict.leading
    if finding is None or not _finite((finding.estimate,)):
        return Markup("")
    axis = axis_for(verdict, (finding,))
    parts = [_ground(axis, 20, 30), *_references(axis, verdict, 20), _interval(axis, finding, 20)]
    parts += _labels(axis, 42)
    return _svg(parts, 48, verdict, finding)


def strip(verdict: Verdict, finding: Finding, axis: Axis) -> Markup:
    """Return the differences of one finding as dots under its interval, on a shared axis."""
    if not _finite((finding.estimate, *finding.differences)):
        return Markup("")
    parts = [_ground(axis, 14, 30), *_references(axis, verdict, 14), _interval(axis, finding, 14)]
    parts += [
        f'<circle class="dot" cx="{axis.x(value)}" cy="{24 + 4 * lane}" r="2.6"/>'
        for value, lane in _lanes(_finite(finding.differences), axis)
    ]
    return _svg(parts, 38, verdict, finding)


def _svg(parts: Sequence[str], height: int, verdict: Verdict, finding: Finding) -> Markup:
    label = _describe(verdict, finding)
    return Markup(
        f'<svg class="axis {outcome_mark(finding.outcome)}" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _ground(axis: Axis, y: int, bottom: int) -> str:
    zero = axis.x(0.0)
    return (
        f'<line class="ground" x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y}" y2="{y}"/>'
        f'<line class="zero" x1="{zero}" x2="{zero}" y1="4" y2="{bottom}"/>'
    )


def _references(axis: Axis, verdict: Verdict, y: int) -> list[str]:
    parts = []
    for value in _finite((verdict.smallest, *_margin(verdict))):
        x = axis.x(value)
        if axis.holds(value):
            parts.append(f'<line class="smallest" x1="{x}" x2="{x}" y1="4" y2="{y + 10}"/>')
        else:
            parts.append(_arrow(x, y, "smallest", leftwards=value < axis.low))
    for value in _finite((verdict.published,)):
        x = axis.x(value)
        if axis.holds(value):
            corners = f"{x},{y - 7} {x + 6},{y} {x},{y + 7} {x - 6},{y}"
            parts.append(f'<polygon class="published" points="{corners}"/>')
        else:
            parts.append(_arrow(x, y, "published", leftwards=value < axis.low))
    return parts


def _margin(verdict: Verdict) -> tuple[float | None, ...]:
    return (verdict.margin_low, verdict.margin_high)


def _arrow(x: float, y: int, kind: str, *, leftwards: bool) -> str:
    tip = -7 if leftwards else 7
    return f'<polygon class="{kind} beyond" points="{x},{y - 5} {x + tip},{y} {x},{y + 5}"/>'


def _interval(axis: Axis, finding: Finding, y: int) -> str:
    parts = ""
    ends = _finite((finding.low, finding.high))
    if len(ends) == 2:
        x1, x2 = axis.x(ends[0]), axis.x(ends[1])
        parts = f'<line class="interval" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>'
    for estimate in _finite((finding.estimate,)):
        parts += f'<circle class="estimate" cx="{axis.x(estimate)}" cy="{y}" r="4.5"/>'
    return parts


def _labels(axis: Axis, y: int) -> list[str]:
    """Label zero and the tick."""
    parts = [f'<text x="{axis.x(0.0)}" y="{y}" text-anchor="middle">0</text>']
    if axis.tick is not None:
        x = axis.x(axis.tick)
        parts.append(f'<line class="tick" x1="{x}" x2="{x}" y1="{y - 16}" y2="{y - 12}"/>')
        parts.append(f'<text x="{x}" y="{y}" text-anchor="middle">{number(axis.tick)}</text>')
    return parts


def _round_below(value: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that does not exceed the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5, 2, 1) if step * power <= value * (1 + 1e-9))


def _lanes(values: Sequence[float], axis: Axis) -> list[tuple[float, int]]:
    """Return each value with the first of three rows in which its dot touches no other."""
    ends: list[float] = [-math.inf] * 3
    placed: list[tuple[float, int]] = []
    for value in sorted(values):
        x = axis.x(value)
        lane = next((i for i, end in enumerate(ends) if x - end >= 5.4), len(placed) % 3)
        ends[lane] = x
        placed.append((value, lane))
    return placed


def _describe(verdict: Verdict, finding: Finding) -> str:
    text = f"estimate {number(finding.estimate)} {verdict.unit}"
    if len(_finite((finding.low, finding.high))) == 2:
        text += f", interval {number(finding.low)} to {number(finding.high)}"
    if verdict.smallest is not None:
        text += f", smallest effect that matters {number(verdict.smallest)}"
    if verdict.published is not None:
        text += f", published {number(verdict.published)}"
    return text


def _finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and abs(value) < LARGEST]
