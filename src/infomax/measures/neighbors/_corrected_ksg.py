"""The nearest-neighbour estimate of mutual information, its bias read off Gaussian doubles."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_base, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import AssumptionWarning
from infomax.measures._points import like_points
from infomax.measures.density._copula import (
    CanonicalForm,
    canonical_form,
    checked_pairs,
    normal_scores,
)
from infomax.measures.neighbors._ksg import ksg_mutual_information_result

Floats = NDArray[np.float64]

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
        Of `value`: of the Gaussian part if that was taken, else of the neighbours' local terms.
    gaussian_part : float
        Mutual information as if the copula were Gaussian; NaN or infinite where that cannot be.
    ksg : float
        The nearest-neighbour estimate on normal scores, not corrected.
    bias : float
        Its mean error on Gaussian doubles of the same size, dimension and information.
    ceiling : float
        No nearest-neighbour estimate from so many points is much larger.
    gaussian_suffices : bool
        Whether the corrected value was within three standard errors of the Gaussian part.
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
    noisy of the two, is the answer.

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
        If dependence was seen that is not Gaussian, and the correction is more than half of the
        value: what neighbours miss of this dependence may be more than what they miss of a
        Gaussian.

    Notes
    -----
    1 + `n_doubles` nearest-neighbour estimates. Above six dimensions in all they are made on 4,000
    points drawn at random: bias and correction are then those of 4,000 points, and cancel as
    before. With no more points than dimensions, or where one side determines the other, there is no
    Gaussian part and the value is that of `ksg_mutual_information` on normal scores. Neither paper
    below has the combination: it is ours.

    References
    ----------
    Kraskov, Stögbauer and Grassberger (2004), Equation 8. Ince et al. (2017), Section 3.

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
    _, tensor = checked_pairs(x, y)
    return found.value if tensor is None else like_points(found.value, tensor)


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
    pairs, _ = checked_pairs(x, y)
    generator = random_generator(random_state)
    scores = [normal_scores(name, points) for name, points in zip("xy", pairs, strict=True)]
    if not all(side.shape[1] for side in scores):  # a constant tells nothing
        return CorrectedInformation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, True, len(pairs[0]))
    n, n_dims = len(scores[0]), scores[0].shape[1] + scores[1].shape[1]
    rows = np.arange(n)
    if n_dims > _MANY_DIMS and n > _FEWER_POINTS:
        rows = np.sort(generator.choice(n, _FEWER_POINTS, replace=False))
    counted = ksg_mutual_information_result(
        scores[0][rows], scores[1][rows], n_neighbors=n_neighbors
    )
    form = canonical_form(*scores)
    gaussian, error = np.nan, counted.standard_error
    if n > form.n_dims + 1 and form.correlations.max() < 1 - 1e-9:
        gaussian = max(form.information(debias=True), 0.0)
    if not gaussian < counted.ceiling:
        value, bias, suffices = counted.value, 0.0, False
    else:
        kept = _kept_correlations(form, gaussian, generator)
        doubles = [
            _double_value(form, kept, len(rows), n_neighbors, generator) for _ in range(n_doubles)
        ]
        bias = float(np.mean(doubles)) - gaussian
        value = counted.value - bias
        suffices = abs(value - gaussian) <= _STANDARD_ERRORS * error
        if suffices:
            value, error = gaussian, float(np.sqrt((kept**2).sum() / n))
        elif abs(bias) > value / 2:
            _warn_of_the_correction(value, bias)
    return CorrectedInformation(
        value=value * per_nat,
        standard_error=error * per_nat,
        gaussian_part=gaussian * per_nat,
        ksg=counted.value * per_nat,
        bias=bias * per_nat,
        ceiling=counted.ceiling * per_nat,
        gaussian_suffices=bool(suffices),
        n_points=len(rows),
    )


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is wrong with the double is wrong with the data
        scores = (normal_scores("x", a @ form.back_x), normal_scores("y", b @ form.back_y))
        return float(ksg_mutual_information_result(*scores, n_neighbors=n_neighbors).value)


def _warn_of_the_correction(value: float, bias: float) -> None:
    warnings.warn(
        f"of {value:.2f} nats {-bias:.2f} are the correction for what neighbours miss of Gaussian "
        "dependence, but the dependence is not Gaussian: pass more points or fewer columns, or "
        "train a MutualInformationEstimator",
        AssumptionWarning,
        stacklevel=4,
    )
