"""Entropy of a discrete variable."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_between, check_choice, check_count
from infomax.exceptions import SmallSampleWarning
from infomax.measures._inputs import (
    distributions,
    in_base,
    like_first_tensor,
    not_below_zero,
    safe_log,
    to_numpy,
    weights_to_distribution,
)
from infomax.measures._trust import Doubt, near_ceiling, warn
from infomax.measures.discrete._estimators import ESTIMATORS, entropy_of_counts
from infomax.measures.discrete._labels import codes

_WITH_ALPHABET = ("james_stein", "nsb")
_SMOOTH = ("plugin", "miller_madow")


def entropy(
    p: Any = None,
    *,
    counts: Any = None,
    samples: Any = None,
    estimator: str = "plugin",
    n_outcomes: int | None = None,
    base: float | None = None,
) -> Any:
    r"""Entropy of a discrete variable.

    :math:`H(p) = -\sum_i p_i \log p_i` with :math:`0 \log 0 = 0`, from exactly one of: the
    probabilities, how often each outcome was seen, or the outcomes themselves.

    The plug-in estimate from few observations is too low, by about (K - 1) / 2n for K outcomes.
    "miller_madow" adds that back and "grassberger" corrects each count: enough where every
    outcome came several times. Where many came once, "chao_shen" weighs them by how much of the
    whole was seen and asks nothing about the outcomes that did not come; where their number is
    known, "nsb" (averages over priors, slowest, most exact) and "james_stein" (shrinks towards
    the uniform law) use it. Several distributions at once, or logits: `categorical_entropy`.

    Parameters
    ----------
    p : array-like or tensor, any shape
        Probabilities that sum to 1 within 1e-6 (64 machine epsilons for tensors of lower
        precision), then normalised. A table is taken as one distribution over its cells.
    counts : array-like or tensor, any shape
        Non-negative numbers of observations; whole ones for all estimators but the plug-in.
    samples : sequence of labels, shape (n,)
        Observed outcomes of any hashable kind.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        All but the first need `counts` or `samples`.
    n_outcomes : int, optional
        K, how many outcomes there may be; for "james_stein" and "nsb" alone. When left out, the
        cells of `counts` (zeros too), or how many outcomes came among `samples`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Entropy in nats; a tensor if a tensor came, differentiable in `p`, and in `counts` by the
        plug-in and Miller and Madow's estimate.

    Raises
    ------
    ValueError
        If not exactly one input is given, or if it is empty, negative, NaN or infinite, if
        probabilities do not sum to 1, or if more than `n_outcomes` outcomes came.

    Warns
    -----
    EstimatorCeilingWarning
        If the plug-in estimate is near log n, the most that n observations can show.
    SmallSampleWarning
        If another estimator had to work from outcomes none of which came twice.

    Notes
    -----
    O(n); labels that are not small whole numbers are sorted or hashed. NSB costs some hundred
    evaluations for each distinct count, at most :math:`\sqrt{2n}` of them. It integrates the
    posterior over :math:`\xi` in (0, log K) as published and agrees with 90-digit arithmetic to
    1e-14; infomeasure 0.6.3 takes each count's term as often as its count, and stops the integral
    at :math:`\beta = \log K`, which gives other numbers.

    References
    ----------
    Shannon (1948), Section 6. Miller (1955). Grassberger (2003), Equation 29. Hausser and
    Strimmer (2009), Equations 4 and 6. Chao and Shen (2003), Equation 7. Nemenman, Shafee and
    Bialek (2002), Equations 6 to 9.

    Examples
    --------
    >>> round(entropy([0.5, 0.25, 0.25], base=2), 3)
    1.5
    >>> round(entropy(samples="to be or not to be".split()), 3)
    1.33
    >>> round(entropy(counts=[4, 2, 1, 1], estimator="nsb", n_outcomes=6), 3)
    1.442
    """
    check_choice("estimator", estimator, ESTIMATORS)
    given = given_one(p=p, counts=counts, samples=samples)
    if given == "p":
        refuse_correction("p", estimator)
        alphabet(n_outcomes, estimator)
        xp, (shares,) = distributions(("p", p), ndim=None)
        return in_base(not_below_zero(xp, -xp.sum(shares * safe_log(xp, shares))), base)
    seen = counts_of_samples(samples) if given == "samples" else whole_counts(counts, estimator)
    value = entropy_of_counts(seen, estimator, n_outcomes=alphabet(n_outcomes, estimator, seen))
    warn(doubts_of_counts(seen, value, estimator))
    if given == "counts" and estimator in _SMOOTH:  # once more, so that it can be differentiated
        return in_base(_smooth(counts, estimator), base)
    return in_base(like_first_tensor(value, counts, samples), base)


def binary_entropy(p: float, *, base: float | None = None) -> float:
    r"""Entropy of a coin that falls on one side with probability p.

    :math:`h(p) = -p \log p - (1 - p) \log (1 - p)`; for more than two outcomes take `entropy`.

    Parameters
    ----------
    p : float
        Probability in [0, 1].
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Between 0 and log 2 nats.

    Raises
    ------
    ValueError
        If `p` lies outside [0, 1].

    References
    ----------
    Shannon (1948), Section 6.

    Examples
    --------
    >>> binary_entropy(0.5, base=2)
    1.0
    """
    p = check_between("p", p, 0, 1)
    nats = -sum(x * float(np.log(x)) for x in (p, 1 - p) if x > 0)
    return float(in_base(max(nats, 0.0), base))


def given_one(**inputs: Any) -> str:
    """Return the name of the only input given; refuse none and several."""
    given = [name for name, value in inputs.items() if value is not None]
    if len(given) != 1:
        wanted = ", ".join(f"`{name}`" for name in inputs)
        raise ValueError(f"exactly one of {wanted} must be given, got {given}")
    return given[0]


def refuse_correction(name: str, estimator: str) -> None:
    """Refuse to correct what holds probabilities."""
    if estimator != "plugin":
        raise ValueError(
            f"`estimator` must be 'plugin' when `{name}` holds probabilities, got {estimator!r}: "
            "a correction needs to know how many observations there were"
        )


def counts_of_samples(samples: Any) -> NDArray[np.int64]:
    """Return how often each label came, zeros left out."""
    numbers, n_codes = codes("samples", samples)
    counts = np.bincount(numbers, minlength=n_codes)
    return counts[counts > 0]


def whole_counts(counts: Any, estimator: str) -> NDArray[Any]:
    """Return counts, flat; refuse fractions unless the estimator is the plug-in."""
    weights_to_distribution("counts", counts)
    flat = np.asarray(to_numpy(counts), dtype=np.float64).ravel()
    if (flat == np.floor(flat)).all():
        return flat.astype(np.int64)
    if estimator != "plugin":
        where = int(np.flatnonzero(flat != np.floor(flat))[0])
        raise ValueError(
            f"`counts` must be whole numbers for `estimator` {estimator!r}, got {flat[where]} "
            f"at index {where}"
        )
    return flat


def alphabet(n_outcomes: int | None, estimator: str, counts: Any = ()) -> int | None:
    """Return the size of the alphabet for the estimators that ask for it."""
    if n_outcomes is None:
        return len(counts)
    if estimator not in _WITH_ALPHABET:
        names = " and ".join(repr(name) for name in _WITH_ALPHABET)
        raise ValueError(
            f"`n_outcomes` is for the estimators {names}, got {n_outcomes!r} with {estimator!r}"
        )
    return check_count("n_outcomes", n_outcomes, minimum=int(np.count_nonzero(counts)))


def doubts_of_counts(counts: NDArray[Any], value: float, estimator: str) -> list[Doubt]:
    """Return why an entropy of counts is not to be believed."""
    n = float(counts.sum())
    if estimator == "plugin":
        if not np.issubdtype(counts.dtype, np.integer):
            return []  # weights: nobody knows of how many observations
        step = "take estimator='nsb' or 'chao_shen', or more observations"
        return near_ceiling("the plug-in entropy", value, float(np.log(n)), step)
    if counts.max() > 1:
        return []
    return [
        Doubt(
            f"none of the {n:.0f} observations came twice, so they do not tell how many outcomes "
            "there are: merge outcomes or take more observations",
            SmallSampleWarning,
        )
    ]


def _smooth(counts: Any, estimator: str) -> Any:
    xp, shares = weights_to_distribution("counts", counts)
    value = not_below_zero(xp, -xp.sum(shares * safe_log(xp, shares)))
    if estimator == "miller_madow":
        seen = np.asarray(to_numpy(counts))
        value = value + float((np.count_nonzero(seen) - 1) / (2 * seen.sum()))
    return value
