"""Holds the claims of a paper against the rows of a run."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from infomax._arguments import check_count
from infomax.lab.bound import judge_bound
from infomax.lab.claims import Bound, Claim, Comparison, Trend
from infomax.lab.comparison import judge_comparison, rule_of
from infomax.lab.contract import Setting
from infomax.lab.holm import holm_adjusted
from infomax.lab.identity import judge_identity
from infomax.lab.outcomes import Judged, RefusedError, Trials, UntestedError, weakest
from infomax.lab.points import canonical
from infomax.lab.published import published_effect
from infomax.lab.trend import judge_trend
from infomax.lab.verdict import Finding, Verdict


def judge(
    claims: Sequence[Claim],
    rows: pd.DataFrame,
    spend: pd.DataFrame,
    setting: Setting,
    *,
    n_seeds: int,
) -> tuple[Verdict, ...]:
    r"""Judge the claims of one paper by the rows and spends of one run.

    A comparison is judged by the two-sided 95 % Student-t interval of the paired differences over
    seeds, :math:`\bar d \pm t_{0.975, n-1} s_d / \sqrt n`, positive where they speak for the claim:
    it holds where the lower end is above zero. A trend is judged alike by one slope or rank
    correlation a seed; a bound and an identity by every row. A claim with several points or
    baselines takes the weakest outcome. What the rows cannot carry is refused, with the reason.

    Parameters
    ----------
    claims : sequence of Comparison, Bound, Trend or Identity
        The claims of one paper: the family of Holm's correction.
    rows, spend : pandas.DataFrame
        As `frames.expand` returns them, of all seeds.
    setting : Setting
        Its `varies` says what differs between seeds; where nothing does, verdicts are deterministic.
    n_seeds : int
        Seeds that were planned when the run started.

    Returns
    -------
    tuple of Verdict
        One a claim, in order.

    Raises
    ------
    ValueError
        If `n_seeds` is not a whole number above zero.

    Notes
    -----
    The interval is exact for normal differences and too optimistic for skewed ones; the docs, *How
    a claim is judged*, give the rates found.

    References
    ----------
    Student (1908); Schuirmann (1987) for equivalence; Clopper and Pearson (1934) for failure rates;
    Holm (1979).

    Examples
    --------
    >>> import pandas as pd
    >>> from infomax.lab.contract import Row, Setting
    >>> from infomax.lab.frames import expand, rows_frame, spend_frame
    >>> gains = [0.3, 0.5, 0.4]
    >>> parts = [
    ...     rows_frame([Row("ours", "score", 1 + g, "1"), Row("theirs", "score", 1.0, "1")], seed)
    ...     for seed, g in enumerate(gains)
    ... ]
    >>> claim = Comparison("ours is better", metric="score", arm="ours", baseline="theirs", equal=())
    >>> rows, spend = expand(pd.concat(parts)), expand(spend_frame([], 0))
    >>> verdict, = judge([claim], rows, spend, Setting(3), n_seeds=3)
    >>> verdict.headline, round(verdict.leading.low, 2)
    ('holds', 0.15)
    """
    trials = Trials(check_count("n_seeds", n_seeds), tuple(setting.varies))
    rows, spend = canonical(rows), canonical(spend)
    verdicts = [_judge_one(claim, rows, spend, trials=trials) for claim in claims]
    family = [i for i, verdict in enumerate(verdicts) if verdict.p_value is not None]
    adjusted = holm_adjusted([verdicts[i].p_value or 0.0 for i in family])
    for i, p in zip(family, adjusted, strict=True):
        verdicts[i] = replace(verdicts[i], p_holm=float(p))
    return tuple(verdicts)


def _judge_one(claim: Claim, rows: pd.DataFrame, spend: pd.DataFrame, *, trials: Trials) -> Verdict:
    n_seeds = max(rows["seed"].nunique(), spend["seed"].nunique())
    blank = _blank(claim, n_seeds=int(n_seeds), varies=trials.varies)
    try:
        judged = _by_kind(claim, rows, spend, trials=trials)
    except RefusedError as refusal:
        return replace(blank, outcome="refused", reason=str(refusal))
    except UntestedError as lack:
        return replace(blank, outcome="not tested at this scale", reason=str(lack))
    outcome = weakest(finding.outcome for finding in judged.findings)
    published, place = published_effect(claim, row_unit=judged.row_unit)
    verdict = replace(
        blank,
        outcome=outcome,
        deterministic=trials.deterministic and outcome != "refused",
        unit=judged.unit,
        findings=judged.findings,
        p_value=_largest_p(judged.findings),
        published=published,
        published_where=place,
        says_more_than_trivial=judged.says_more_than_trivial,
    )
    return replace(verdict, reason=_reason(verdict))


def _by_kind(claim: Claim, rows: pd.DataFrame, spend: pd.DataFrame, *, trials: Trials) -> Judged:
    if isinstance(claim, Comparison):
        return judge_comparison(claim, rows, spend, trials=trials)
    if isinstance(claim, Trend):
        return judge_trend(claim, rows, trials=trials)
    if isinstance(claim, Bound):
        return judge_bound(claim, rows, trials=trials)
    return judge_identity(claim, rows, trials=trials)


def _reason(verdict: Verdict) -> str:
    """Say why the deciding finding came out as it did, and where."""
    leading = verdict.leading
    if leading is None or not leading.reason or len(verdict.findings) == 1:
        return leading.reason if leading else ""
    place = [leading.label, f"against {leading.baseline!r}" if leading.baseline else ""]
    return f"{', '.join(part for part in place if part)}: {leading.reason}"


def _blank(claim: Claim, *, n_seeds: int, varies: tuple[str, ...]) -> Verdict:
    """Return a verdict that knows its claim and nothing else."""
    margin = rule_of(claim).margin if isinstance(claim, Comparison) else (None, None)
    return Verdict(
        text=claim.text,
        kind=type(claim).__name__.lower(),
        outcome="refused",
        expected=claim.expected,
        deterministic=False,
        n_seeds=n_seeds,
        varies=varies,
        unit="",
        smallest=getattr(claim, "smallest", None),
        margin_low=margin[0],
        margin_high=margin[1],
        published_where=claim.published.where if claim.published else "",
    )


def _largest_p(findings: Sequence[Finding]) -> float | None:
    p_values = [finding.p_value for finding in findings]
    known = [p for p in p_values if p is not None]
    return max(known) if known and len(known) == len(p_values) else None
