"""Entropy of a density from distances to nearest neighbours."""

from typing import Any

import numpy as np

from infomax._arguments import check_base, check_choice, check_count
from infomax.exceptions import PrecisionWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points
from infomax.measures._trust import warn_user
from infomax.measures.neighbors._checked_blocks import check_neighbors

_NORMS = {"euclidean": 2.0, "chebyshev": np.inf}


def knn_entropy(
    x: Any,
    *,
    n_neighbors: int = 3,
    reference: Any = None,
    metric: str = "euclidean",
    base: float | None = None,
) -> float:
    r"""Differential entropy of the density that points come from, by nearest neighbours.

    :math:`H = \psi(n) - \psi(k) + \log V_d + \frac{d}{n} \sum_i \log \varepsilon_i`, where
    :math:`\varepsilon_i` is the distance of point i to its k-th neighbour and :math:`V_d` the
    volume of the unit ball. With a `reference` sample of m points it is the cross-entropy
    :math:`-E_x \log q(x)` of the density q that those come from: neighbours are sought among them,
    and m + 1 stands for n in the digamma.

    It may be negative, and multiplying the points by a adds d log a; it needs no bins. In more
    than some ten dimensions its bias is large, and it is minus infinity where points coincide:
    for clouds of that kind take `diffusion_spectral_entropy`.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`; ``(n,)`` is n points of one dimension.
    n_neighbors : int
        k: few, less bias; many, less variance.
    reference : array-like or tensor of shape (m,) or (m, d), optional
        Another sample, of at least `n_neighbors` points.
    metric : {"euclidean", "chebyshev"}
        Distance.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Nats; a float for tensors too, since neighbours are counted.

    Raises
    ------
    ValueError
        If there are not more points than neighbours, one is not finite, the reference has other
        dimensions, or an option is unknown.

    Warns
    -----
    PrecisionWarning
        If a point coincides with `n_neighbors` others: there is no density and the value is -inf.

    Notes
    -----
    O(n log n) in few dimensions, O(n²) in many.

    References
    ----------
    Kozachenko and Leonenko (1987). Kraskov et al. (2004), Equation 20.

    Examples
    --------
    >>> import numpy as np
    >>> uniform = np.random.default_rng(0).random(4000)
    >>> abs(knn_entropy(uniform)) < 0.05
    True
    """
    from scipy.spatial import cKDTree
    from scipy.special import digamma, gammaln

    check_count("n_neighbors", n_neighbors)
    check_choice("metric", metric, _NORMS)
    per_nat = 1 / check_base(base)
    points = to_numpy(checked_points("x", x)[1]).astype(np.float64)
    n, d = points.shape
    if reference is None:
        check_neighbors(n_neighbors, n)
        among, neighbor, m = points, n_neighbors + 1, n - 1
    else:
        among = to_numpy(checked_points("reference", reference)[1]).astype(np.float64)
        neighbor, m = n_neighbors, len(among)
        if among.shape[1] != d:
            raise ValueError(
                f"`reference` must have the dimensions of `x` ({d}), got {among.shape[1]}"
            )
        if m < n_neighbors:
            raise ValueError(
                f"`n_neighbors` must not exceed the points of `reference` ({m}), got {n_neighbors}"
            )
    found: Any = cKDTree(among).query(points, [neighbor], p=_NORMS[metric])[0]
    distances = found[:, 0]
    if (distances == 0).any():
        warn_user(
            f"{int((distances == 0).sum())} points coincide with {n_neighbors} others and have no "
            "density: add noise to `x`, or take diffusion_spectral_entropy",
            PrecisionWarning,
        )
        return -np.inf
    log_ball = d * np.log(2.0)
    if metric == "euclidean":
        log_ball = d / 2 * np.log(np.pi) - gammaln(d / 2 + 1)
    nats = digamma(m + 1) - digamma(n_neighbors) + log_ball + d * np.log(distances).mean()
    return float(nats * per_nat)
