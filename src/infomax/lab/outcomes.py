"""From differences over seeds to one finding, and from findings to one outcome."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infomax.lab.intervals import has_spread, one_sided_p, t_interval
from infomax.lab.verdict import Finding, Outcome

WEAKEST_FIRST: tuple[Outcome, ...] = (
    "refused",
    "not tested at this scale",
    "does not hold",
    "inconclusive",
    "holds, but less than matters",
    "holds",
    "holds and matters",
)


class RefusedError(Exception):
    """The rows cannot carry a verdict; the message says why."""


class UntestedError(Exception):
    """The rows lack what the claim speaks of; the message says what."""


def weakest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome that stands for all: a claim holds only where it holds everywhere."""
    return min(outcomes, key=WEAKEST_FIRST.index)


@dataclass(frozen=True)
class Trials:
    """How many seeds were planned, and what varies between them."""

    n_seeds: int
    varies: tuple[str, ...]

    @property
    def deterministic(self) -> bool:
        """Whether the setting says that nothing varies."""
        return not self.varies


@dataclass(frozen=True)
class Judged:
    """What a kind of claim found, before it becomes a verdict."""

    unit: str
    findings: tuple[Finding, ...]
    row_unit: str = ""
    says_more_than_trivial: bool | None = None


@dataclass(frozen=True)
class Rule:
    """Where the interval must lie: beyond zero, inside a margin, or above minus a margin."""

    smallest: float | None = None
    equivalence: float | None = None
    non_inferiority: float | None = None

    @property
    def confidence(self) -> float:
        """The level of the two-sided interval: 90 % for equivalence, else 95 %."""
        return 0.95 if self.equivalence is None else 0.90

    @property
    def margin(self) -> tuple[float | None, float | None]:
        """The ends of the region in which the effect must lie; none where that is "above zero"."""
        if self.equivalence is not None:
            return (-self.equivalence, self.equivalence)
        return (None if self.non_inferiority is None else -self.non_inferiority, None)

    def outcome(self, low: float, high: float) -> Outcome:
        """Judge an interval."""
        if self.equivalence is not None:
            inside = -self.equivalence < low and high < self.equivalence
            outside = low > self.equivalence or high < -self.equivalence
            return _of_two(inside, outside)
        if self.non_inferiority is not None:
            return _of_two(low > -self.non_inferiority, high < -self.non_inferiority)
        if self.smallest is None:
            return _of_two(low > 0, high < 0)
        if low >= self.smallest:
            return "holds and matters"
        if low > 0:
            return "holds, but less than matters" if high < self.smallest else "holds"
        return "does not hold" if high < self.smallest else "inconclusive"

    def p_value(self, differences: NDArray[np.float64]) -> float:
        """One-sided p of the t-test; the larger of two for equivalence."""
        if self.equivalence is not None:
            above = one_sided_p(differences, above=-self.equivalence)
            below = one_sided_p(-differences, above=-self.equivalence)
            return float(np.maximum(above, below))
        return float(one_sided_p(differences, above=-(self.non_inferiority or 0.0)))


def _of_two(holds: bool, fails: bool) -> Outcome:
    if holds:
        return "holds"
    return "does not hold" if fails else "inconclusive"


def find(
    differences: NDArray[np.float64], *, rule: Rule, trials: Trials, magnitude: float
) -> Finding:
    """Judge the differences of one point against one baseline, one a seed.

    `magnitude` is the size of the numbers that were subtracted: a spread that is no more than
    their rounding is none.
    """
    refuse_variation(differences, trials=trials, magnitude=magnitude)
    values = tuple(float(d) for d in differences)
    if trials.deterministic:
        return _find_deterministic(values[0], n_seeds=len(values), rule=rule)
    mean, low, high = (float(v) for v in t_interval(differences, confidence=rule.confidence))
    if not has_spread(differences, magnitude=magnitude):
        reason = "no spread: all seeds gave the same difference, though the setting varies "
        reason += " and ".join(trials.varies)
        return Finding("inconclusive", estimate=mean, differences=values, reason=reason)
    return Finding(
        rule.outcome(low, high),
        estimate=mean,
        low=low,
        high=high,
        differences=values,
        p_value=rule.p_value(differences),
    )


def refuse_variation(values: NDArray[np.float64], *, trials: Trials, magnitude: float) -> None:
    """Refuse numbers that vary between seeds where the setting says that nothing does."""
    if trials.deterministic and has_spread(values, magnitude=magnitude):
        raise RefusedError(
            "by the setting nothing varies between seeds, yet the numbers do: "
            f"{values.min():.6g} to {values.max():.6g}"
        )


def _find_deterministic(value: float, *, n_seeds: int, rule: Rule) -> Finding:
    outcome = rule.outcome(value, value)
    decided: Outcome = "does not hold" if outcome == "inconclusive" else outcome
    return Finding(decided, estimate=value, differences=(value,) * n_seeds)
