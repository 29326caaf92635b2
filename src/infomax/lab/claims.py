"""The four kinds of claim that papers make, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from infomax._arguments import check_at_least, check_between, check_choice

Coordinates: TypeAlias = Mapping[str, str | int | float | bool]
Expected: TypeAlias = Literal["holds", "fails"]


@dataclass(frozen=True)
class Published:
    """What the paper printed, so that it can stand beside what was measured.

    `arm` and `baseline` are the printed values in `unit`; the lab forms their difference once.
    `where` says in which table or figure, `kind` how it can be read: "table", "text", "figure"
    (read off) or "curve" (no number can be given).
    """

    arm: float | None = None
    baseline: float | None = None
    unit: str = "1"
    where: str = ""
    kind: Literal["table", "text", "figure", "curve"] = "table"


@dataclass(frozen=True)
class Comparison:
    """One arm against one or several baselines; it must beat each.

    Parameters
    ----------
    text : str
        The claim in one sentence.
    metric : str
        Metric of the rows, or a resource of the spends for claims about cost.
    arm, baseline
        Names of arms; `baseline` may be several.
    better : {"higher", "lower"}
        Which direction is an advantage.
    equal : tuple of str
        Resources held equal, limits where given, else amounts, point by point; ``()`` says that
        nothing is spent.
    at, every, mean
        `at` filters coordinates; one left out stands in `every` (a verdict for each value, all must
        hold) or in `mean` (averaged inside a seed). "case" is a coordinate like the others, but is
        averaged on a logarithmic scale only.
    smallest : float, optional
        The smallest difference that matters (a log ratio where `scale` is "log").
    scale : {"linear", "log"}
        "log" compares positive metrics by their log ratio.
    equivalence : float, optional
        Claim that the difference lies within ± this margin.
    non_inferiority : float, optional
        Claim that the arm is worse by less than this margin.
    target : float, optional
        Compare distances to this value instead of the values; `better` is then "lower".
    expected : {"holds", "fails"}
        "fails" marks a negative control.
    published : Published, optional
        What the paper printed.
    """

    text: str
    metric: str = field(kw_only=True)
    arm: str = field(kw_only=True)
    baseline: str | tuple[str, ...] = field(kw_only=True)
    equal: tuple[str, ...] = field(kw_only=True)
    better: Literal["higher", "lower"] = field(default="higher", kw_only=True)
    at: Coordinates = field(default_factory=dict, kw_only=True)
    every: tuple[str, ...] = field(default=(), kw_only=True)
    mean: tuple[str, ...] = field(default=(), kw_only=True)
    smallest: float | None = field(default=None, kw_only=True)
    scale: Literal["linear", "log"] = field(default="linear", kw_only=True)
    equivalence: float | None = field(default=None, kw_only=True)
    non_inferiority: float | None = field(default=None, kw_only=True)
    target: float | None = field(default=None, kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    published: Published | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_choice("better", self.better, ("higher", "lower"))
        check_choice("scale", self.scale, ("linear", "log"))
        check_choice("expected", self.expected, ("holds", "fails"))
        for name in ("smallest", "equivalence", "non_inferiority"):
            value = getattr(self, name)
            if value is not None:
                check_at_least(name, value, 0, strict=True)
        wants = ("smallest", "equivalence", "non_inferiority")
        if sum(getattr(self, name) is not None for name in wants) > 1:
            raise ValueError("`smallest`, `equivalence` and `non_inferiority` exclude each other")
        if not self.baselines or self.arm in self.baselines:
            raise ValueError(f"`baseline` must name other arms than `arm`, got {self.baseline!r}")
        if self.target is not None and self.better != "lower":
            raise ValueError("`better` must be 'lower' where distances to a `target` are compared")
        _check_names(equal=self.equal, every=self.every, mean=self.mean)
        _check_roles(self.at, self.every, self.mean)
        if "case" in self.mean and self.scale != "log":
            raise ValueError(
                "`mean` over 'case' is for scale='log' alone: instances differ in size"
            )

    @property
    def baselines(self) -> tuple[str, ...]:
        """The baselines as a tuple."""
        return (self.baseline,) if isinstance(self.baseline, str) else self.baseline

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms that the claim names."""
        return (self.arm, *self.baselines)


@dataclass(frozen=True)
class Bound:
    """A measured value that stays at or below a bound in every row that `at` selects.

    `at_most` is a number or the name of a metric of the same arm at the same point. `tolerance` is
    added to the bound. Where the theorem allows failures, `failure_rate` is their probability, and
    draws of one seed count as one unless `independent_draws`. `standard_error` names the metric that
    carries the sampling error of `measured`; a value then breaks the bound only if it lies more than
    three standard errors above it. `trivial` is the bound that needs no theorem.
    """

    text: str
    arm: str = field(kw_only=True)
    measured: str = field(kw_only=True)
    at_most: str | float = field(kw_only=True)
    at: Coordinates = field(default_factory=dict, kw_only=True)
    tolerance: float = field(default=0.0, kw_only=True)
    failure_rate: float | None = field(default=None, kw_only=True)
    independent_draws: bool = field(default=False, kw_only=True)
    standard_error: str | None = field(default=None, kw_only=True)
    trivial: str | float | None = field(default=None, kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    published: Published | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_at_least("tolerance", self.tolerance, 0)
        if self.failure_rate is not None:
            check_between("failure_rate", self.failure_rate, 0, 1, open_low=True, open_high=True)

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms that the claim names."""
        return (self.arm,)


@dataclass(frozen=True)
class Trend:
    """The sign of a slope, or of a rank correlation, of one metric over a swept coordinate.

    One statistic a seed; "step" may be the coordinate swept. `smallest` is the smallest slope (or
    correlation) that matters. `at`, `every` and `mean` are those of `Comparison`.
    """

    text: str
    metric: str = field(kw_only=True)
    arm: str = field(kw_only=True)
    over: str = field(kw_only=True)
    direction: Literal["increasing", "decreasing"] = field(default="increasing", kw_only=True)
    statistic: Literal["slope", "rank"] = field(default="slope", kw_only=True)
    at: Coordinates = field(default_factory=dict, kw_only=True)
    every: tuple[str, ...] = field(default=(), kw_only=True)
    mean: tuple[str, ...] = field(default=(), kw_only=True)
    smallest: float | None = field(default=None, kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    published: Published | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_choice("direction", self.direction, ("increasing", "decreasing"))
        check_choice("statistic", self.statistic, ("slope", "rank"))
        if self.smallest is not None:
            check_at_least("smallest", self.smallest, 0, strict=True)
        _check_names(every=self.every, mean=self.mean)
        _check_roles(self.at, (*self.every, self.over), self.mean)
        if "case" in self.mean:
            raise ValueError("`mean` must not hold 'case': instances differ in size")

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms that the claim names."""
        return (self.arm,)


@dataclass(frozen=True)
class Identity:
    """A metric equals a number, or another metric of the same arm, within `tolerance` in every row.

    For exact numbers only: nothing that is sampled can be claimed to be identical.
    """

    text: str
    arm: str = field(kw_only=True)
    metric: str = field(kw_only=True)
    equals: str | float = field(kw_only=True)
    tolerance: float = field(kw_only=True)
    at: Coordinates = field(default_factory=dict, kw_only=True)
    expected: Expected = field(default="holds", kw_only=True)
    published: Published | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        check_at_least("tolerance", self.tolerance, 0)

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms that the claim names."""
        return (self.arm,)


Claim: TypeAlias = Comparison | Bound | Trend | Identity


def _check_names(**names: tuple[str, ...]) -> None:
    for argument, value in names.items():
        if isinstance(value, str):
            raise ValueError(f"`{argument}` must be a tuple of names, got the string {value!r}")


def _check_roles(at: Coordinates, every: tuple[str, ...], mean: tuple[str, ...]) -> None:
    names = [*at, *every, *mean]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(
            f"a coordinate stands in one of `at`, `every`, `mean`, got {min(twice)!r} twice"
        )
