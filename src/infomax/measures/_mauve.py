"""MAUVE: how near generated things lie to real ones, both ways at once."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_array, check_at_least, check_count
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
    covers. Compare scores only at the same number of vectors and clusters.

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
            stacklevel=2,
        )
    clusters = _clusters(np.concatenate([p, q]), n_clusters, random_generator(random_state))
    counts = [
        np.bincount(c, minlength=n_clusters) for c in (clusters[: len(p)], clusters[len(p) :])
    ]
    return _area(counts[0] / len(p), counts[1] / len(q), scaling)


def _clusters(
    features: NDArray[np.float64], n_clusters: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    centred = features / np.where(lengths > 0, lengths, 1)
    centred -= centred.mean(axis=0)
    left, spread, _ = np.linalg.svd(centred, full_matrices=False)
    share = np.cumsum(spread**2) / max(float((spread**2).sum()), 1e-300)
    kept = min(int(np.searchsorted(share, _EXPLAINED)) + 1, len(spread))
    n_clusters = min(n_clusters, len(np.unique(centred, axis=0)))
    means = KMeans(n_clusters, n_init=5, max_iter=500, random_state=int(generator.integers(2**31)))
    return np.asarray(means.fit_predict(left[:, :kept] * spread[:kept]), dtype=np.int64)


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
