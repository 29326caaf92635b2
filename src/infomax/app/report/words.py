"""Numbers, intervals and outcomes as a reader meets them."""

import math
from collections import Counter
from collections.abc import Sequence

from infomax.lab.verdict import Verdict

HOLDS = "holds"
FAILS = "does not hold"
MINUS = "−"
MISSING = "–"
LARGEST = 700.0  # its exponential is still a number


def number(value: float | None, *, digits: int = 3) -> str:
    """Return a number with `digits` significant digits, a true minus sign and grouped thousands.

    >>> number(-0.01234), number(12345.6), number(None), number(2e-9)
    ('−0.0123', '12,346', '–', '2 × 10⁻⁹')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power < -4 or power > 8:
        return _scientific(value, digits)
    if float(value).is_integer():
        return f"{value:,.0f}".replace("-", MINUS)
    text = _fixed(value, max(0, digits - 1 - power))
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(estimate: float | None, low: float | None, high: float | None) -> tuple[str, str]:
    """Return the estimate and its interval, both to the second digit of the interval's width.

    An end close to zero gets up to two more places, so that its sign can be seen.

    >>> interval(0.12345, 0.101, 0.146)
    ('0.123', '0.101 to 0.146')
    >>> interval(0.06, 0.0008, 0.119)
    ('0.0600', '0.0008 to 0.1190')
    >>> interval(0.5, None, None)
    ('0.5', '–')
    """
    ends = [end for end in (low, high) if end is not None and math.isfinite(end)]
    if estimate is None or len(ends) < 2 or ends[0] == ends[1]:
        same = len(ends) == 2
        return number(estimate), f"{number(low)} to {number(high)}" if same else MISSING
    places = 1 - math.floor(math.log10(ends[1] - ends[0]))
    if places > 6 or max(abs(end) for end in ends) >= 1e9:
        return number(estimate), f"{number(low)} to {number(high)}"
    faint = [value for value in ends if value and abs(value) < 0.5 * 10.0**-places]
    places += 0 if not faint else min(2, -math.floor(math.log10(min(map(abs, faint)))) - places)
    shown = [_fixed(value, max(0, places)) for value in (estimate, *ends)]
    return shown[0], f"{shown[1]} to {shown[2]}"


def p_value(value: float | None) -> str:
    """Return a p-value to three places, or that it lies below them.

    >>> p_value(0.0234), p_value(1e-6), p_value(None)
    ('0.023', '< 0.001', '–')
    """
    if value is None or math.isnan(value):
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def published_text(verdict: Verdict) -> str:
    """Return what the paper prints, or why no number of it stands here."""
    place = f" ({verdict.published_where})" if verdict.published_where else ""
    if verdict.published is not None:
        return number(verdict.published) + place
    return f"no number{place}" if place else MISSING


def unit_text(unit: str) -> str:
    """Return the unit, nothing for a plain number."""
    return "" if unit == "1" else unit


def is_equivalence(verdict: Verdict) -> bool:
    """Tell whether the claim is that a difference lies within a margin on both sides."""
    return verdict.margin_high is not None


def margin_text(verdict: Verdict) -> str:
    """Return between which ends the effect must lie, where that is not above zero."""
    low, high = verdict.margin_low, verdict.margin_high
    if low is None:
        return MISSING
    return f"above {number(low)}" if high is None else f"{number(low)} to {number(high)}"


def ratio_text(verdict: Verdict) -> str:
    """Return what the estimate on the logarithmic scale is as a ratio of arm to baseline."""
    finding = verdict.leading
    if verdict.unit != "log ratio" or finding is None or finding.estimate is None:
        return MISSING
    values = (finding.estimate, finding.low, finding.high)
    ratios = [None if v is None or v > LARGEST else math.exp(v) for v in values]
    ratio, ends = interval(*ratios)
    return f"× {ratio}" if ends == MISSING else f"× {ratio} ({ends})"


def seeds_text(verdict: Verdict) -> str:
    """Return how many seeds stand behind a verdict and what they vary."""
    if verdict.n_seeds == 0:
        return "none"
    seeds = "1 seed" if verdict.n_seeds == 1 else f"{verdict.n_seeds} seeds"
    return f"{seeds}; {varies_text(verdict.varies)}"


def varies_text(varies: Sequence[str]) -> str:
    """Return what a seed varies, in words."""
    return f"a seed varies {' and '.join(varies)}" if varies else "nothing varies between seeds"


def mark(verdict: Verdict) -> str:
    """Return the short class of a verdict; a negative control has classes of its own."""
    kind = outcome_mark(verdict.outcome)
    if verdict.expected == "fails":
        return {"fails": "control", "holds": "surprise"}.get(kind, kind)
    return kind


def outcome_mark(outcome: str) -> str:
    """Return the short class of an outcome: holds, fails, open, refused or untested."""
    if outcome.startswith(HOLDS):
        return "holds"
    named = {FAILS: "fails", "inconclusive": "open", "refused": "refused"}
    return named.get(outcome, "untested")


def tally(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    """Return class and count in words of each kind of verdict that occurs, in a fixed order."""
    counts = Counter(mark(verdict) for verdict in verdicts)
    return [
        (kind, f"{counts[kind]} {one if counts[kind] == 1 else many}")
        for kind, (one, many) in _COUNTED.items()
        if counts[kind]
    ]


_COUNTED = {
    "holds": ("holds", "hold"),
    "control": ("fails, as expected", "fail, as expected"),
    "fails": ("does not hold", "do not hold"),
    "surprise": ("holds, unexpectedly", "hold, unexpectedly"),
    "open": ("inconclusive", "inconclusive"),
    "refused": ("refused", "refused"),
    "untested": ("not tested", "not tested"),
}


def _fixed(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def _scientific(value: float, digits: int) -> str:
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{raised}".replace("-", MINUS)
