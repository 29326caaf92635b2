"""Mutual information through ranks: as if the copula were Gaussian."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import PrecisionWarning
from infomax.measures._inputs import in_base, to_numpy
from infomax.measures._points import checked_points, like_points

Floats = NDArray[np.float64]

_RANK_TOLERANCE = 1e-10
_ROUNDING = 1e-12


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
        A tensor without a gradient, for ranks have none, if `x` is one. Infinite where one side
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
    pairs, first = checked_pairs(x, y)
    form = canonical_form(*(normal_scores(name, z) for name, z in zip("xy", pairs, strict=True)))
    if form.n <= form.n_dims + 1:
        raise ValueError(
            f"`x` must hold more than {form.n_dims + 1} points for {form.n_dims} dimensions of "
            f"`x` and `y` together, got {form.n}"
        )
    value = form.information(debias=debias)
    return in_base(like_points(value, first) if first is not None else value, base)


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
    from scipy.special import ndtri
    from scipy.stats import rankdata

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
        warnings.warn(told, PrecisionWarning, stacklevel=3)
    return np.asarray(ndtri(rankdata(points[:, ~constant], axis=0) / (len(points) + 1)))


def checked_pairs(x: Any, y: Any) -> tuple[tuple[Floats, Floats], Any]:
    """Return two sets of points of one length as float64, and the tensor among them if any."""
    (xp_x, first), (xp_y, second) = checked_points("x", x), checked_points("y", y)
    if len(first) != len(second):
        raise ValueError(f"`y` must have as many points as `x` ({len(first)}), got {len(second)}")
    tensor = next((p for xp, p in ((xp_x, first), (xp_y, second)) if "torch" in xp.__name__), None)
    return (np.asarray(to_numpy(first)), np.asarray(to_numpy(second))), tensor


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
