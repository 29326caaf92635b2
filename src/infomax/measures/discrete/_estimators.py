"""Estimators of entropy from how often each outcome came."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ESTIMATORS = ("plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb")
Counts = NDArray[np.int64]


def entropy_of_counts(counts: Counts, estimator: str, *, n_outcomes: int | None = None) -> float:
    """Return the entropy in nats by one of the `ESTIMATORS`.

    `n_outcomes` is the size of the alphabet, for those who ask for it (James-Stein, NSB); zeros
    among the counts stand for nothing here.
    """
    counts = counts[counts > 0]
    if estimator == "nsb":
        from infomax.measures.discrete._nsb import nsb_entropy

        return nsb_entropy(counts, n_outcomes or len(counts))[0]
    if estimator == "james_stein":
        return _james_stein(counts, n_outcomes or len(counts))
    return _CLOSED_FORMS[estimator](counts)


def _plugin(counts: Counts) -> float:
    n = counts.sum()
    return max(float(np.log(n) - (counts * np.log(counts)).sum() / n), 0.0)


def _miller_madow(counts: Counts) -> float:
    return _plugin(counts) + (len(counts) - 1) / (2 * int(counts.sum()))


def _grassberger(counts: Counts) -> float:
    from scipy.special import digamma

    n = counts.sum()
    sign = np.where(counts % 2 == 0, 0.5, -0.5)
    g = digamma(counts) + sign * (digamma((counts + 1) / 2) - digamma(counts / 2))
    return float(np.log(n) - (counts * g).sum() / n)


def _chao_shen(counts: Counts) -> float:
    n = int(counts.sum())
    singletons = int((counts == 1).sum())
    coverage = 1 - min(singletons, n - 1) / n  # nobody came twice: as if one had
    p = coverage * counts / n
    with np.errstate(divide="ignore"):  # p = 1 is seen for sure
        seen = -np.expm1(n * np.log1p(-p))
    return float(-(p * np.log(p) / seen).sum()) + 0.0


def _james_stein(counts: Counts, n_outcomes: int) -> float:
    n = int(counts.sum())
    p = counts / n
    spread = float((p**2).sum()) - 1 / n_outcomes  # of the shares around the target 1 / K
    weight = 1.0
    if n > 1 and spread > 0:
        weight = min(float(1 - (p**2).sum()) / ((n - 1) * spread), 1.0)
    p = weight / n_outcomes + (1 - weight) * p
    entropy = -float((p * np.log(p)).sum())
    unseen = n_outcomes - len(counts)
    if unseen and weight:
        entropy -= unseen * weight / n_outcomes * float(np.log(weight / n_outcomes))
    return max(entropy, 0.0)


_CLOSED_FORMS: dict[str, Callable[[Counts], float]] = {
    "plugin": _plugin,
    "miller_madow": _miller_madow,
    "grassberger": _grassberger,
    "chao_shen": _chao_shen,
}
