"""MAUVE: how near generated things lie to real ones, both ways at once."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_array, check_at_least, check_between, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import SmallSampleWarning
from infomax.measures._inputs import to_numpy

_FEW = 200
_EXPLAINED = 0.9
_N_MIXTURES = 25


def mauve(
    p_features: Any,
    q_features: Any,
    *,
    n_clusters: int | None = None,
    scaling: float = 5.0,
    random_state: RandomState = None,
) -> float:
    r"""MAUVE score of two sets of feature vectors, such as those of human and generated texts.

    Both sets are put into the same clusters, which gives two histograms P and Q; the score is the
    area under :math:`\left(e^{-c D(Q \| R_w)},\, e^{-c D(P \| R_w)}\right)` with the mixtures
    :math:`R_w = w P + (1 - w) Q`: low when one set holds what the other lacks, whichever it is.

    A metric on features says how far two sets are apart; this says which share of each the other
    covers, and `mauve_result` how sure that is. Compare scores only at the same number of vectors and clusters.

    Parameters
    ----------
    p_features, q_features : array-like or tensor of shape (n, n_dims)
        One vector a text; the two may differ in n.
    n_clusters : int, optional
        A tenth of the smaller n, at least 2, when left out.
    scaling : float
        c above: how hard divergence is punished.
    random_state : int, Generator or None
        For the starts of the clustering.

    Returns
    -------
    float
        In (0, 1]; 1 for equal histograms.

    Raises
    ------
    ValueError
        If a set is empty or not finite, if the widths differ, or if there are fewer vectors than
        clusters.

    Warns
    -----
    SmallSampleWarning
        Below 200 vectors in either set: the histograms are then mostly noise.

    Notes
    -----
    Features are scaled to length one, projected on the principal directions that carry nine tenths
    of their variance, and clustered by k-means with five starts, as the authors' package does. The
    area is the mean of the two ways to integrate the curve over 25 mixtures, its ends (0, 1) and
    (1, 0) included. O(n n_clusters n_dims) a round of clustering.

    References
    ----------
    Pillutla et al. (2021), Equation 2 and Section 3.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> human, near, far = rng.normal(size=(3, 300, 8)) + np.array([0, 0.1, 1])[:, None, None]
    >>> [round(mauve(human, x, n_clusters=10, random_state=0), 2) for x in (near, far)]
    [0.99, 0.05]
    """
    p, q, n_clusters = _checked(p_features, q_features, n_clusters, scaling)
    return _area(*_histograms(p, q, n_clusters, random_generator(random_state)), scaling)


@dataclass(frozen=True, eq=False)
class Mauve:
    """A MAUVE score with what it was made from.

    Parameters
    ----------
    score : float
        As `mauve` gives it.
    low, high : float
        Ends of the interval over resampled vectors.
    p_histogram, q_histogram : (n_clusters,) arrays
        Share of each set in each cluster.
    """

    score: float
    low: float
    high: float
    p_histogram: NDArray[np.float64]
    q_histogram: NDArray[np.float64]


def mauve_result(
    p_features: Any,
    q_features: Any,
    *,
    n_clusters: int | None = None,
    scaling: float = 5.0,
    level: float = 0.95,
    n_bootstraps: int = 500,
    random_state: RandomState = None,
) -> Mauve:
    """MAUVE score with an interval and the histograms behind it.

    The clusters stay; the vectors of both sets are drawn again with replacement, and the middle
    `level` of the scores, moved so that their mean is the score found, is the interval.

    `mauve` gives the number alone.

    Parameters
    ----------
    p_features, q_features : array-like or tensor of shape (n, n_dims)
        One vector a text; the two may differ in n.
    n_clusters : int, optional
        A tenth of the smaller n, at least 2, when left out.
    scaling : float
        How hard divergence is punished.
    level : float
        In (0, 1).
    n_bootstraps : int
        How often both sets are drawn again.
    random_state : int, Generator or None
        For the starts of the clustering and the draws.

    Returns
    -------
    Mauve
        Score, interval and histograms.

    Raises
    ------
    ValueError
        As `mauve`, or if `level` is outside (0, 1).

    Warns
    -----
    SmallSampleWarning
        Below 200 vectors in either set.

    Notes
    -----
    Noise in the histograms takes from the score. Drawing again adds as much noise once more, which
    is why the scores are moved; the score found is too low still, the more so for few vectors.

    References
    ----------
    Pillutla et al. (2021); Efron (1979).

    Examples
    --------
    >>> import numpy as np
    >>> human, other = np.random.default_rng(0).normal(size=(2, 300, 8))
    >>> found = mauve_result(human, other, n_clusters=10, random_state=0)
    >>> found.low < found.high, found.p_histogram.shape
    (True, (10,))
    """
    p, q, n_clusters = _checked(p_features, q_features, n_clusters, scaling)
    level = check_between("level", level, 0, 1, open_low=True, open_high=True)
    check_count("n_bootstraps", n_bootstraps)
    generator = random_generator(random_state)
    first, second = _histograms(p, q, n_clusters, generator)
    drawn = [
        _area(_redrawn(first, len(p), generator), _redrawn(second, len(q), generator), scaling)
        for _ in range(n_bootstraps)
    ]
    score = _area(first, second, scaling)
    ends = score + np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) - np.mean(drawn)
    low, high = np.clip(ends, 0, 1)
    return Mauve(score, float(low), float(high), first, second)


def _checked(
    p_features: Any, q_features: Any, n_clusters: int | None, scaling: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    p, q = (
        check_array(name, to_numpy(value), ndim=2)
        for name, value in (("p_features", p_features), ("q_features", q_features))
    )
    if p.shape[1] != q.shape[1]:
        raise ValueError(
            f"`q_features` must have the width of `p_features`, {p.shape[1]}, got {q.shape[1]}"
        )
    check_at_least("scaling", scaling, 0, strict=True)
    if n_clusters is None:
        n_clusters = max(2, round(min(len(p), len(q)) / 10))
    check_count("n_clusters", n_clusters, maximum=len(p) + len(q))
    if min(len(p), len(q)) < _FEW:
        warnings.warn(
            f"mauve from {min(len(p), len(q))} vectors is mostly noise: take {_FEW} or more",
            SmallSampleWarning,
            stacklevel=3,
        )
    return p, q, n_clusters


def _histograms(
    p: NDArray[np.float64], q: NDArray[np.float64], n_clusters: int, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    clusters = _clusters(np.concatenate([p, q]), n_clusters, generator)
    first, second = (
        np.bincount(part, minlength=n_clusters) / len(part)
        for part in (clusters[: len(p)], clusters[len(p) :])
    )
    return first, second


def _redrawn(
    histogram: NDArray[np.float64], n: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    return generator.multinomial(n, histogram / histogram.sum()) / n


def _clusters(
    features: NDArray[np.float64], n_clusters: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    centred = features / np.where(lengths > 0, lengths, 1)
    centred -= centred.mean(axis=0)
    n_clusters = min(n_clusters, len(np.unique(centred, axis=0)))
    seed = int(generator.integers(2**31))
    # One thread: these matrices are small, and sums must not depend on how many there are.
    with threadpool_limits(1):
        left, spread, _ = np.linalg.svd(centred, full_matrices=False)
        share = np.cumsum(spread**2) / max(float((spread**2).sum()), 1e-300)
        kept = min(int(np.searchsorted(share, _EXPLAINED)) + 1, len(spread))
        means = KMeans(n_clusters, n_init=5, max_iter=500, random_state=seed)
        clusters = means.fit_predict(left[:, :kept] * spread[:kept])
    return np.asarray(clusters, dtype=np.int64)


def _area(p: NDArray[np.float64], q: NDArray[np.float64], scaling: float) -> float:
    """Return the area under the divergence curve of two histograms."""
    points = [(0.0, 1.0), (1.0, 0.0)]
    for w in np.linspace(1e-6, 1 - 1e-6, _N_MIXTURES):
        mixture = w * p + (1 - w) * q
        points.append((np.exp(-scaling * _kl(q, mixture)), np.exp(-scaling * _kl(p, mixture))))
    x, y = np.array(points).T
    over_x, over_y = np.lexsort((-y, x)), np.lexsort((-x, y))
    areas = np.trapezoid(y[over_x], x[over_x]), np.trapezoid(x[over_y], y[over_y])
    return float(np.mean(areas))


def _kl(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    seen = p > 0
    return float((p[seen] * np.log(p[seen] / q[seen])).sum())
