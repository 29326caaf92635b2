"""Entropy of a discrete variable, and how far it is to be believed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_base, check_choice
from infomax.measures._inputs import distributions, in_base, like_first_tensor
from infomax.measures._trust import advice, warn
from infomax.measures.discrete._entropy import (
    alphabet,
    counts_of_samples,
    doubts_of_counts,
    entropy,
    given_one,
    whole_counts,
)
from infomax.measures.discrete._estimators import ESTIMATORS, entropy_of_counts
from infomax.measures.discrete._information import standard_error


@dataclass(frozen=True)
class EntropyEstimate:
    """An entropy and how far it is to be believed, in nats or the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        The estimate; a tensor if a tensor came.
    estimator : str
        Which one gave it; "exact" for probabilities.
    standard_error : float
        How far the value would move with other samples; zero for probabilities. It does not tell
        the bias.
    ceiling : float or None
        The most that could come out: the logarithm of the number of outcomes (for the plug-in, of
        observations if they are fewer); None for those that guess how many outcomes there are.
    n_samples : float or None
        Observations; None for probabilities.
    advice : str
        What is wrong and what to do next; empty where there is nothing to say.
    """

    value: Any
    estimator: str
    standard_error: float
    ceiling: float | None
    n_samples: float | None
    advice: str


def entropy_result(
    p: Any = None,
    *,
    counts: Any = None,
    samples: Any = None,
    estimator: str = "plugin",
    n_outcomes: int | None = None,
    base: float | None = None,
) -> EntropyEstimate:
    r"""Entropy of a discrete variable, and how far it is to be believed.

    The value of `entropy` with its standard error, its ceiling, and what to do next when it is not
    to be believed.

    Parameters
    ----------
    p, counts, samples, estimator, n_outcomes, base
        As `entropy` takes them.

    Returns
    -------
    EntropyEstimate
        Value, estimator, standard error, ceiling, number of observations, advice.

    Raises
    ------
    ValueError
        As `entropy`.

    Warns
    -----
    EstimatorCeilingWarning, SmallSampleWarning
        As `entropy`; each message is in `advice` too.

    Notes
    -----
    The standard error of "nsb" is the posterior's deviation. The others have that of the plug-in:
    the variance of :math:`-\log p_i` over n, and :math:`(K - 1) / 2n^2`, which is all that is left
    where the outcomes are equally likely.

    References
    ----------
    Basharin (1959) for the variance. Wolpert and Wolf (1995) for the posterior's.

    Examples
    --------
    >>> found = entropy_result(samples=list("abracadabra"), estimator="nsb")
    >>> round(found.value, 2), round(found.standard_error, 2)
    (1.46, 0.13)
    """
    check_choice("estimator", estimator, ESTIMATORS)
    check_base(base)
    if given_one(p=p, counts=counts, samples=samples) == "p":
        value = entropy(p, estimator=estimator, n_outcomes=n_outcomes, base=base)
        _, (shares,) = distributions(("p", p), ndim=None)
        most = float(in_base(float(np.log(int(np.prod(shares.shape)))), base))
        return EntropyEstimate(value, "exact", 0.0, most, None, "")
    seen = counts_of_samples(samples) if counts is None else whole_counts(counts, estimator)
    n_outcomes = alphabet(n_outcomes, estimator, seen)
    value = entropy_of_counts(seen, estimator, n_outcomes=n_outcomes)
    doubts = doubts_of_counts(seen, value, estimator)
    warn(doubts)
    ceiling = _ceiling(seen, estimator, n_outcomes)
    return EntropyEstimate(
        value=in_base(like_first_tensor(value, counts, samples), base),
        estimator=estimator,
        standard_error=float(in_base(_standard_error(seen, estimator, n_outcomes), base)),
        ceiling=None if ceiling is None else float(in_base(ceiling, base)),
        n_samples=float(seen.sum()),
        advice=advice(doubts),
    )


def _standard_error(counts: NDArray[Any], estimator: str, n_outcomes: int | None) -> float:
    if estimator == "nsb":
        from infomax.measures.discrete._nsb import nsb_entropy

        return nsb_entropy(counts, n_outcomes or 1, deviation=True)[1]
    counts = counts[counts > 0]
    return standard_error(counts, -np.log(counts / counts.sum()), len(counts) - 1)


def _ceiling(counts: NDArray[Any], estimator: str, n_outcomes: int | None) -> float | None:
    if estimator in ("james_stein", "nsb"):
        return float(np.log(n_outcomes or 1))
    if estimator == "plugin":
        return float(np.log(min(len(counts), counts.sum())))
    return None
