"""A metric that equals a number, or another metric of the same arm, within a tolerance."""

import numpy as np
import pandas as pd

from infomax.lab.bound import align
from infomax.lab.claims import Identity
from infomax.lab.outcomes import Judged, RefusedError, Trials
from infomax.lab.verdict import Finding, Outcome


def judge_identity(claim: Identity, rows: pd.DataFrame, *, trials: Trials) -> Judged:
    """Judge an identity in every row that `at` selects."""
    metrics = (claim.metric, claim.equals)
    table = align(rows, metrics, arm=claim.arm, at=claim.at, trials=trials, same_unit=2)
    left, right = table.columns
    if not np.isfinite(right).all():
        raise RefusedError(f"{claim.equals!r} is infinite")
    deviation = np.abs(left - right)
    worst = int(np.argmax(deviation))
    apart = int((deviation > claim.tolerance).sum())
    outcome: Outcome = "does not hold" if apart else "holds"
    reason = f"apart in {apart} of {len(deviation)} rows; worst for {table.places[worst]}"
    largest = tuple(float(deviation[table.seeds == s].max()) for s in np.unique(table.seeds))
    finding = Finding(
        outcome,
        estimate=float(deviation[worst]),
        differences=largest,
        reason=reason if apart else "",
    )
    return Judged(table.unit, (finding,), table.unit)
