"""What the judge says of a claim."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal[
    "holds",
    "holds and matters",
    "holds, but less than matters",
    "does not hold",
    "inconclusive",
    "refused",
    "not tested at this scale",
]


@dataclass(frozen=True)
class Finding:
    """One claim at one point of its `every` coordinates, against one baseline.

    `estimate` is the mean over seeds of the paired difference (the slope of a trend, the least slack
    of a bound, the largest deviation of an identity), positive where it speaks for the claim; `low`
    and `high` end its interval. `differences` are the values behind it, one a seed, in the order of
    the seeds. `p_value` is one-sided. `label` is the point in words, such as "rate=0.5".
    """

    outcome: Outcome
    label: str = ""
    baseline: str | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    differences: tuple[float, ...] = ()
    p_value: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """The judgement of one claim over all its points and baselines.

    Parameters
    ----------
    text, kind : str
        The claim in one sentence; "comparison", "bound", "trend" or "identity".
    outcome : str
        The weakest outcome over `findings`: a claim holds if it holds everywhere.
    expected : {"holds", "fails"}
        "fails" marks a negative control.
    deterministic : bool
        Nothing varies between seeds, so there is no interval.
    n_seeds : int
        Seeds behind the verdict.
    varies : tuple of str
        What a seed varies.
    unit : str
        Unit of the estimate ("log ratio" on the logarithmic scale).
    findings : tuple of Finding
        One a point and baseline; of those with the weakest outcome, the one with the largest p
        stands for the claim.
    p_value, p_holm : float or None
        One-sided p, the largest over findings; Holm's over the Comparisons and Trends of the paper.
    smallest : float or None
        The smallest effect that matters.
    margin_low, margin_high : float or None
        The region in which the effect must lie if that is not "above zero": from -m to m for
        equivalence, from -m on for non-inferiority.
    published : float or None
        The published difference, oriented and in the unit of the estimate.
    published_where : str
        Where the paper prints it.
    says_more_than_trivial : bool or None
        Of a bound: whether it lies below the trivial one somewhere.
    reason : str
        Why it was refused or not tested.
    """

    text: str
    kind: str
    outcome: Outcome
    expected: Literal["holds", "fails"]
    deterministic: bool
    n_seeds: int
    varies: tuple[str, ...]
    unit: str
    findings: tuple[Finding, ...] = ()
    p_value: float | None = None
    p_holm: float | None = None
    smallest: float | None = None
    margin_low: float | None = None
    margin_high: float | None = None
    published: float | None = None
    published_where: str = ""
    says_more_than_trivial: bool | None = None
    reason: str = ""

    @property
    def leading(self) -> Finding | None:
        """The finding that decided the outcome: of the weakest, the one with the largest p."""
        weakest = [finding for finding in self.findings if finding.outcome == self.outcome]
        return max(weakest, key=lambda f: -1.0 if f.p_value is None else f.p_value, default=None)

    @property
    def as_expected(self) -> bool:
        """Whether a claim held, or a negative control failed."""
        if self.expected == "fails":
            return self.outcome == "does not hold"
        return self.outcome.startswith("holds")

    @property
    def headline(self) -> str:
        """The outcome in words, with its qualifications."""
        text: str = self.outcome
        if self.expected == "fails" and self.outcome == "does not hold":
            text = "fails, as expected"
        return f"{text} (deterministic)" if self.deterministic else text
