"""Many claims at once: Holm's correction, and how many would hold by chance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax.lab.verdict import Verdict


def holm_adjusted(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return Holm's adjusted p-values of a family, in the order given.

    A claim whose adjusted p is at most alpha stands with a family-wise error of alpha, whatever
    the dependence between the claims. The i-th smallest of m is multiplied by m - i + 1, and none
    may be smaller than the one before it.

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure".

    Examples
    --------
    >>> holm_adjusted([0.01, 0.04, 0.03]).round(2)
    array([0.03, 0.06, 0.06])
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def chance_holds(verdicts: Sequence[Verdict]) -> float:
    """Return how many claims would hold by chance alone, at most, in expectation.

    Each Comparison or Trend that was judged by an interval holds with probability at most 0.025
    if it is false (0.05 for equivalence, whose interval is at 90 %): one that must hold against
    several baselines or at several points holds no more often than at the one where it is false.
    The sum over the claims is the expected number if all were false. It is exact for one normal
    difference with mean zero, and too small where differences are skewed (docs, *How a claim is
    judged*).

    Parameters
    ----------
    verdicts : sequence of Verdict
        Of one paper, or of many.

    Returns
    -------
    float
        Expected number of claims that hold by chance.

    Examples
    --------
    >>> chance_holds([])
    0.0
    """
    judged = [v for v in verdicts if v.p_value is not None]
    equivalences = [v for v in judged if v.margin_high is not None]
    return 0.025 * len(judged) + 0.025 * len(equivalences)
