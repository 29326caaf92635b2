"""The nearest-neighbour estimate of mutual information, its bias read off Gaussian doubles."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from infomax._arguments import check_base, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.measures._inputs import like_first_tensor
from infomax.measures._trust import warn_user
from infomax.measures.density._copula import (
    CanonicalForm,
    canonical_form,
    checked_pairs,
    folded_excess,
    normal_scores,
)
from infomax.measures.neighbors._checked_blocks import Floats, checked_blocks
from infomax.measures.neighbors._ksg import ksg_terms
from infomax.measures.neighbors._neighbor_information import warn_above

_STANDARD_ERRORS = 3.0
_MANY_DIMS, _FEWER_POINTS = 6, 4000


@dataclass(frozen=True)
class CorrectedInformation:
    """The corrected estimate and what it was made from, in nats or the base asked for.

    Parameters
    ----------
    value : float
        `gaussian_part`, or `ksg` minus `bias` where the two differ.
    standard_error : float
        Of `value`: of the Gaussian part if that was taken, else of the neighbours' local terms, on
        the data and on the doubles.
    gaussian_part : float
        Mutual information as if the copula were Gaussian; NaN or infinite where that cannot be.
    ksg : float
        The nearest-neighbour estimate on normal scores, not corrected.
    bias : float
        Its mean error on Gaussian doubles of the same size, dimension and information.
    ceiling : float
        No nearest-neighbour estimate from so many points is much larger; `bias` may lift the value
        above it.
    gaussian_suffices : bool
        Whether the corrected value was within three standard errors of the Gaussian part, or below
        it beside a single column.
    n_points : int
        How many points the neighbours were counted among.
    """

    value: float
    standard_error: float
    gaussian_part: float
    ksg: float
    bias: float
    ceiling: float
    gaussian_suffices: bool
    n_points: int


def corrected_ksg_mutual_information(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    n_doubles: int = 2,
    base: float | None = None,
    random_state: RandomState = 0,
) -> Any:
    r"""Mutual information by nearest neighbours, corrected by what they miss of a Gaussian.

    In many dimensions `ksg_mutual_information` is far too low, and so it is on Gaussian data, where
    the answer is known. So each coordinate is replaced by the normal quantile of its rank, Gaussian
    doubles of the data are drawn (as many points, the same covariance within X and within Y, the
    canonical correlations that exceed chance), and

    .. math:: I = I_{KSG}(\text{data}) - \left[\overline{I_{KSG}(\text{doubles})} - I_G\right]

    where :math:`I_G` is `gaussian_copula_mutual_information`. Where this stays within three
    standard errors of :math:`I_G`, nothing but a Gaussian copula was seen and :math:`I_G`, the less
    noisy of the two, is the answer. It is also where one side is a single column and this lies
    below: that column's scores are Gaussian, and every law of that covariance then has
    :math:`I \ge I_G`, so that less was seen by chance.

    The default of `mutual_information` for continuous vectors. Of strongly bent dependence in more
    than some five dimensions it is still too low: there train a `MutualInformationEstimator`.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; ``(n,)`` is n points of one dimension.
    n_neighbors : int
        k of the nearest-neighbour estimate.
    n_doubles : int
        Gaussian doubles; each costs as much as the estimate itself.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For the doubles; fixed, so that the same data give the same answer.

    Returns
    -------
    float or 0-d tensor
        A tensor without a gradient, since neighbours are counted, if a tensor came.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or there are not more points than neighbours.

    Warns
    -----
    PrecisionWarning
        If a coordinate does not vary or has many ties.
    EstimatorCeilingWarning
        If the neighbours' estimate is near the largest value that n points can show.
    AssumptionWarning
        If dependence was seen that is not Gaussian, and either the correction is more than half of
        the value, for what neighbours miss of this dependence may be more than what they miss of a
        Gaussian; or the sizes of the scores alone, without their signs, tell clearly more than the
        value, for they cannot tell more than the whole.
    SmallSampleWarning
        If dependence was seen that is not Gaussian, and half of the points tell less than all by a
        quarter of the value, so that more would tell more; or if there are no more points than
        dimensions.

    Notes
    -----
    Silence does not say that nothing was missed: where a Gaussian copula explains all that
    neighbours see in many dimensions, what they do not see there is not known, and no warning comes
    for it.

    1 + `n_doubles` nearest-neighbour estimates, and two of half the points where the copula is not
    Gaussian. Above six dimensions in all they are made on 4,000 points drawn at random: bias and
    correction are then those of 4,000 points, and cancel as before. With no more points than
    dimensions, or where one side determines the other, there is no Gaussian part and the value is
    that of `ksg_mutual_information` on normal scores. Neither paper below has the combination: it
    is ours.

    References
    ----------
    Kraskov, Stögbauer and Grassberger (2004), Equation 8. Ince et al. (2017), Section 3. Holmes and
    Nemenman (2019) for looking at what parts of the points tell.

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.measures import ksg_mutual_information
    >>> hidden, noise_x, noise_y = np.random.default_rng(0).normal(size=(3, 2000, 20))
    >>> x, y = hidden[:, :1] + noise_x, hidden[:, :1] + noise_y  # the truth is 1.188 nats
    >>> round(ksg_mutual_information(x, y), 1), round(corrected_ksg_mutual_information(x, y), 1)
    (0.8, 1.2)
    """
    found = corrected_ksg_mutual_information_result(
        x,
        y,
        n_neighbors=n_neighbors,
        n_doubles=n_doubles,
        base=base,
        random_state=random_state,
    )
    return like_first_tensor(found.value, x, y)


def corrected_ksg_mutual_information_result(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    n_doubles: int = 2,
    base: float | None = None,
    random_state: RandomState = 0,
) -> CorrectedInformation:
    """Mutual information by corrected nearest neighbours, with its parts.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs.
    n_neighbors, n_doubles, base, random_state
        As in `corrected_ksg_mutual_information`.

    Returns
    -------
    CorrectedInformation
        Value, standard error, the Gaussian part, the neighbours' value and its bias.

    Raises
    ------
    ValueError
        As `corrected_ksg_mutual_information`.

    Examples
    --------
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 1000))
    >>> corrected_ksg_mutual_information_result(x, x + noise).gaussian_suffices
    True
    >>> corrected_ksg_mutual_information_result(x, x**2 + 0.1 * noise).gaussian_suffices
    False
    """
    check_count("n_doubles", n_doubles)
    per_nat = 1 / check_base(base)
    pairs = checked_pairs(x, y)
    generator = random_generator(random_state)
    scores = [normal_scores(name, points) for name, points in zip("xy", pairs, strict=True)]
    if not all(side.shape[1] for side in scores):  # a constant tells nothing
        return CorrectedInformation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, True, len(pairs[0]))
    n, n_dims = len(scores[0]), scores[0].shape[1] + scores[1].shape[1]
    rows = np.arange(n)
    if n_dims > _MANY_DIMS and n > _FEWER_POINTS:
        rows = np.sort(generator.choice(n, _FEWER_POINTS, replace=False))
    blocks = checked_blocks({"x": scores[0][rows], "y": scores[1][rows]}, n_neighbors=n_neighbors)
    local = _local_terms(blocks, n_neighbors)
    counted, error = float(local.mean()), float(local.std(ddof=1) / np.sqrt(len(rows)))
    ceiling = warn_above(counted, len(rows), n_neighbors)
    form = canonical_form(*scores)
    gaussian, value, bias, suffices = _gaussian_part(form), counted, 0.0, False
    if gaussian < ceiling:
        kept = _kept_correlations(form, gaussian, generator)
        doubles = [
            _double_value(form, kept, len(rows), n_neighbors, generator) for _ in range(n_doubles)
        ]
        bias = float(np.mean(doubles)) - gaussian
        value = counted - bias
        error *= float(np.sqrt(1 + 1 / n_doubles))  # a double moves as far as the data
        beyond = value - gaussian  # below zero by chance alone if one side is a single column
        single = min(side.shape[1] for side in scores) == 1
        suffices = (beyond if single else abs(beyond)) <= _STANDARD_ERRORS * error
        if suffices:
            value, error = gaussian, form.standard_error
        else:
            _warn_of_the_correction(value, bias)
            _warn_if_it_rises(blocks, n_neighbors, counted, value, error, generator)
            _warn_of_what_sizes_tell(scores, value, error)
    return CorrectedInformation(
        value=value * per_nat,
        standard_error=error * per_nat,
        gaussian_part=gaussian * per_nat,
        ksg=counted * per_nat,
        bias=bias * per_nat,
        ceiling=ceiling * per_nat,
        gaussian_suffices=bool(suffices),
        n_points=len(rows),
    )


def _gaussian_part(form: CanonicalForm) -> float:
    """Return what a Gaussian copula tells; NaN where it cannot be."""
    if form.n <= form.n_dims + 1:
        warn_user(
            f"{form.n} points are too few for the covariance of {form.n_dims} dimensions, and the "
            "value is that of neighbours, not corrected: pass more points or fewer columns",
            SmallSampleWarning,
        )
        return np.nan
    if form.correlations.max() >= 1 - 1e-9:
        return np.nan
    return max(form.information(debias=True), 0.0)


def _local_terms(blocks: list[Floats], n_neighbors: int) -> Floats:
    return ksg_terms(blocks, n_neighbors, 1, "chebyshev")


def _kept_correlations(
    form: CanonicalForm, information: float, generator: np.random.Generator
) -> Floats:
    """Return the canonical correlations above chance, scaled to the information wanted.

    Chance is the largest correlation after pairs were torn apart; the others are set to 0.
    """
    strangers = form.b[generator.permutation(form.n)]
    chance = np.linalg.svd(form.a.T @ strangers / form.n, compute_uv=False)[0]
    kept = np.where(form.correlations > chance, form.correlations, 0.0)
    if not kept.any() or information <= 0:
        return np.zeros_like(kept)
    low, high = 0.0, (1 - 1e-12) / kept.max()
    for _ in range(60):
        scale = (low + high) / 2
        too_little = -0.5 * np.log1p(-((scale * kept) ** 2)).sum() < information
        low, high = (scale, high) if too_little else (low, scale)
    return np.asarray(low * kept)


def _double_value(
    form: CanonicalForm,
    correlations: Floats,
    n: int,
    n_neighbors: int,
    generator: np.random.Generator,
) -> float:
    """Draw n Gaussian rows with the correlations and return the neighbours' estimate of them."""
    a = generator.normal(size=(n, form.a.shape[1]))
    b = generator.normal(size=(n, form.b.shape[1]))
    p = len(correlations)
    b[:, :p] = correlations * a[:, :p] + np.sqrt(1 - correlations**2) * b[:, :p]
    scores = [normal_scores("x", a @ form.back_x), normal_scores("y", b @ form.back_y)]
    return float(_local_terms(scores, n_neighbors).mean())


def _warn_of_the_correction(value: float, bias: float) -> None:
    if abs(bias) > value / 2:
        warn_user(
            f"of {value:.2f} nats {-bias:.2f} are the correction for what neighbours miss of "
            "Gaussian dependence, but the dependence is not Gaussian: pass more points or fewer "
            "columns, or train a MutualInformationEstimator",
            AssumptionWarning,
        )


def _warn_if_it_rises(
    blocks: list[Floats],
    n_neighbors: int,
    counted: float,
    value: float,
    error: float,
    generator: np.random.Generator,
) -> None:
    """Warn where all points tell so much more than half of them that still more would tell more.

    From a rise by a quarter on, a bias that falls with the root of n is over 0.6 of the value.
    """
    n = len(blocks[0])
    if n // 2 <= n_neighbors:
        return
    order = generator.permutation(n)
    halves = [
        _local_terms([block[half] for block in blocks], n_neighbors).mean()
        for half in (order[: n // 2], order[n // 2 :])
    ]
    rise = counted - float(np.mean(halves))
    if rise > max(_STANDARD_ERRORS * error, value / 4):
        warn_user(
            f"half of the points tell {rise:.2f} nats less than all of them, so that {value:.2f} "
            "is too low: pass more points, or train a MutualInformationEstimator",
            SmallSampleWarning,
        )


def _warn_of_what_sizes_tell(scores: list[Floats], value: float, error: float) -> None:
    folded = folded_excess(scores, value, error)
    if folded:
        warn_user(
            f"the sizes of the scores, without their signs, tell {folded:.2f} nats, and neighbours "
            f"{value:.2f} of the whole, which is too low: pass more points or fewer columns, or "
            "train a MutualInformationEstimator",
            AssumptionWarning,
        )
