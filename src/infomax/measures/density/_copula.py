"""Mutual information through ranks: as if the copula were Gaussian."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import AssumptionWarning, PrecisionWarning
from infomax.measures._inputs import in_base, like_first_tensor, to_numpy
from infomax.measures._points import checked_points
from infomax.measures._trust import warn_user

Floats = NDArray[np.float64]

_RANK_TOLERANCE = 1e-10
_ROUNDING = 1e-12
_STANDARD_ERRORS = 3.0


def gaussian_copula_mutual_information(
    x: Any, y: Any, *, debias: bool = True, base: float | None = None
) -> Any:
    r"""Mutual information of two vectors as if their copula were Gaussian.

    Each coordinate is replaced by the normal quantile of its rank, and
    :math:`I = -\frac12 \sum_i \log (1 - r_i^2)` is taken over the canonical correlations of what
    results. It is exact in the limit for every law that monotone maps of the coordinates make
    Gaussian, and unchanged by such maps; of other laws it sees what correlation sees, as a rule
    less than the truth. In milliseconds, and hundreds of dimensions do not hurt it.
    `corrected_ksg_mutual_information` adds what it misses.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; ``(n,)`` is n points of one dimension.
    debias : bool
        Take away what the covariance of n independent Gaussian rows would add on average, about
        d_x d_y / 2n; the value may then fall below zero.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor without a gradient, for ranks have none, if a tensor came. Infinite where one side
        is, in ranks, a linear function of the other.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or there are not more than d_x + d_y + 1 points.

    Warns
    -----
    PrecisionWarning
        If a coordinate does not vary, which is left out, or has fewer than n / 2 distinct values,
        for ranks with many ties are not normal.
    AssumptionWarning
        If the sizes of the scores alone, without their signs, tell more than the value by three
        standard errors: sizes cannot tell more than the whole, so the copula is not Gaussian. Other
        dependence that is not Gaussian passes unseen (a ring, a wave, a mixture of clusters).

    Notes
    -----
    O(n log n + n d²). Coordinates that others determine are left out by their rank.

    References
    ----------
    Ince, Giordano, Kayser, Rousselet, Gross and Schyns (2017), Section 3. The bias of a
    log-determinant: Goodman (1963).

    Examples
    --------
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 4000))
    >>> plain = gaussian_copula_mutual_information(x, x + noise)
    >>> plain == gaussian_copula_mutual_information(np.exp(x), (x + noise) ** 3)
    True
    >>> round(plain, 1)  # the truth is 0.347
    0.3
    """
    value = checked_form(x, y).information(debias=debias)
    return in_base(like_first_tensor(value, x, y), base)


def checked_form(x: Any, y: Any) -> "CanonicalForm":
    """Return the canonical form of two variables' scores; warn where they are not Gaussian."""
    scores = [normal_scores(name, z) for name, z in zip("xy", checked_pairs(x, y), strict=True)]
    form = canonical_form(*scores)
    if form.n <= form.n_dims + 1:
        raise ValueError(
            f"`x` must hold more than {form.n_dims + 1} points for {form.n_dims} dimensions of "
            f"`x` and `y` together, got {form.n}"
        )
    value = form.information(debias=True)
    folded = folded_excess(scores, value, form.standard_error)
    if folded:
        warn_user(
            f"the sizes of the scores, without their signs, tell {folded:.2f} nats, and all of them "
            f"{value:.2f} as if their copula were Gaussian: it is not, and the value is too low; "
            "take corrected_ksg_mutual_information",
            AssumptionWarning,
        )
    return form


@dataclass(frozen=True)
class CanonicalForm:
    """Two vectors in the coordinates in which only the i-th of one goes with the i-th of the other.

    Row i of the scores is ``a_i @ back_x``, where the coordinates a and b have unit covariance and
    correlate by `correlations`.
    """

    n: int
    a: Floats
    b: Floats
    back_x: Floats
    back_y: Floats
    correlations: Floats

    @property
    def n_dims(self) -> int:
        """Dimensions of both sides that are not determined by others."""
        return int(self.a.shape[1] + self.b.shape[1])

    def information(self, *, debias: bool) -> float:
        """Return the Gaussian mutual information in nats."""
        squares = self.correlations**2
        if (squares > 1 - _ROUNDING).any():
            return np.inf
        value = -0.5 * np.log1p(-squares).sum()
        if debias:
            d_x, d_y = self.a.shape[1], self.b.shape[1]
            bias = _log_determinant_bias(d_x, self.n) + _log_determinant_bias(d_y, self.n)
            value -= (bias - _log_determinant_bias(d_x + d_y, self.n)) / 2
        return float(value)

    @property
    def standard_error(self) -> float:
        """How far the information would move with other samples, in nats."""
        freedom = self.a.shape[1] * self.b.shape[1]
        first_order = max(float((self.correlations**2).sum()) - freedom / self.n, 0.0)
        return float((first_order / self.n + freedom / (2 * self.n**2)) ** 0.5)


def folded_excess(scores: Sequence[Floats], value: float, error: float) -> float:
    """Return what the sizes of the scores tell if it is clearly more than `value`, else zero.

    Data processing: what is left of the scores without their signs tells no more than they do.
    """
    form = canonical_form(*(_normal_ranks(np.abs(z)) for z in scores))
    if form.n <= form.n_dims + 1:
        return 0.0
    folded = form.information(debias=True)
    allowed = _STANDARD_ERRORS * float(np.hypot(error, form.standard_error))
    return folded if folded > value + allowed else 0.0


def canonical_form(x: Floats, y: Floats) -> CanonicalForm:
    """Return the canonical form of two sets of scores, each of mean 0."""
    white_x, root_x = _whitened(x)
    white_y, root_y = _whitened(y)
    left, correlations, right = np.linalg.svd(white_x.T @ white_y / len(x))
    return CanonicalForm(
        n=len(x),
        a=white_x @ left,
        b=white_y @ right.T,
        back_x=left.T @ root_x,
        back_y=right @ root_y,
        correlations=correlations,
    )


def normal_scores(name: str, points: Floats) -> Floats:
    """Return the normal quantile of each coordinate's rank; what does not vary is left out."""
    ordered = np.sort(points, axis=0)
    n_distinct = 1 + (np.diff(ordered, axis=0) > 0).sum(axis=0)
    constant = n_distinct == 1
    told = ""
    if constant.any():
        told = f"{int(constant.sum())} column(s) of `{name}` do not vary and are left out"
    elif (2 * n_distinct < len(points)).any():
        told = (
            f"a column of `{name}` has {int(n_distinct.min())} distinct values in {len(points)} "
            "points, and ranks with many ties are not normal: take kind='mixed' or 'discrete'"
        )
    if told:
        warn_user(told, PrecisionWarning)
    return _normal_ranks(points[:, ~constant])


def checked_pairs(x: Any, y: Any) -> tuple[Floats, Floats]:
    """Return two sets of points of one length as float64."""
    first, second = (to_numpy(checked_points(name, z)[1]) for name, z in (("x", x), ("y", y)))
    if len(first) != len(second):
        raise ValueError(f"`y` must have as many points as `x` ({len(first)}), got {len(second)}")
    return first, second


def _normal_ranks(points: Floats) -> Floats:
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri(rankdata(points, axis=0) / (len(points) + 1)))


def _whitened(scores: Floats) -> tuple[Floats, Floats]:
    """Return columns of unit covariance that span the scores, and the map back to the scores."""
    centered = scores - scores.mean(axis=0)
    values, vectors = np.linalg.eigh(centered.T @ centered / len(scores))
    kept = values > _RANK_TOLERANCE * max(float(values.max(initial=0.0)), 1e-300)
    roots = np.sqrt(values[kept])
    return centered @ vectors[:, kept] / roots, (vectors[:, kept] * roots).T


def _log_determinant_bias(d: int, n: int) -> float:
    """Return by how much log det of the sample covariance of n Gaussian rows is off on average."""
    from scipy.special import digamma

    freedom = n - 1
    return float(digamma((freedom - np.arange(d)) / 2).sum() + d * np.log(2 / freedom))
