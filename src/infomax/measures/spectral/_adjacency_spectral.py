"""Entropies of adjacency spectra: the diffusion entropy's ablation."""

import math
from typing import Any

import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_at_least, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import in_base, to_numpy
from infomax.measures._points import as_float, checked_points
from infomax.measures.spectral._chosen_bandwidth import chosen_bandwidth
from infomax.measures.spectral._diffusion import warn_at_the_ends
from infomax.measures.spectral._diffusion_classes import cluster_labels, compare_classes, draw
from infomax.measures.spectral._diffusion_information import information_result
from infomax.measures.spectral._diffusion_kernel import (
    CONVENTIONS,
    gaussian_kernel,
    spectral_entropy,
    symmetric_eigenvalues,
    walk_magnitudes,
)

_GRAPHS = ("gaussian", "anisotropic", "knn")


def adjacency_spectral_entropy(
    x: Any,
    *,
    bandwidth: float | str = 10.0,
    graph: str = "gaussian",
    n_neighbors: int = 10,
    convention: str = "paper",
    max_samples: int = 10_000,
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Entropy of the spectrum of a graph on the points, without a walk on it.

    :math:`p_i = |\lambda_i| / \sum_j |\lambda_j|` for the eigenvalues of the adjacency matrix A,
    and the entropy :math:`-\sum_i p_i \log p_i`.

    An ablation of `diffusion_spectral_entropy`, which normalises A to a walk first: without that,
    dense regions count for more than sparse ones. Take it to see what the normalisation brings.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points.
    bandwidth : float, "median" or "rule"
        sigma of the Gaussian; "knn" ignores it.
    graph : {"gaussian", "anisotropic", "knn"}
        :math:`A_{ij} = e^{-\|x_i - x_j\|^2 / 2\sigma^2}`; the same divided by
        :math:`\sqrt{q_i q_j}` for its row sums q; or 1 between neighbours and 0 elsewhere.
    n_neighbors : int
        Of "knn": each point is the first of its own; equally distant ones all count.
    convention : {"paper", "released"}
        See Notes.
    max_samples : int
        Of more points than this, so many are drawn.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For that draw and the bandwidth.

    Returns
    -------
    float or 0-d tensor
        Between 0 and log n. Differentiable in `x` but for "knn".

    Raises
    ------
    ValueError
        If there are fewer than two points, one is not finite, or an option is out of range.

    Warns
    -----
    EstimatorCeilingWarning
        If the value lies near 0 or log n.

    Notes
    -----
    **Where paper and code part.** The released graph of neighbours is directed and its
    eigenvalues are complex, which is no spectral entropy of a graph; here a point is a neighbour
    if either of two has the other among its own. Eight points with three neighbours each: 1.507
    against 1.256 nats. ``convention="released"`` gives the code's numbers.

    O(n² d + n³).

    References
    ----------
    Liao et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> four_spots = np.repeat(np.eye(4) * 100, 8, axis=0)
    >>> round(adjacency_spectral_entropy(four_spots, bandwidth=1.0, base=2), 3)
    2.0
    """
    xp, points = checked_points("x", x)
    n = len(points)
    _check_options(graph, n_neighbors, convention)
    check_count("max_samples", max_samples, minimum=2)
    if n > max_samples:
        points = points[draw(convention, n, max_samples, 1, random_state)[0]]
    sigma = _bandwidth(bandwidth, points, graph, convention, random_state)
    value = _entropy(xp, points, sigma, graph, n_neighbors, convention)
    warn_at_the_ends(as_float(value), 0.0, math.log(len(points)))
    return in_base(value, base)


def adjacency_spectral_mutual_information(
    x: Any,
    y: Any = None,
    *,
    discrete: bool | None = None,
    n_clusters: int = 10,
    clusters: Any = None,
    n_repetitions: int = 5,
    bandwidth: float | str = 10.0,
    graph: str = "gaussian",
    n_neighbors: int = 10,
    convention: str = "paper",
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Mutual information of points with labels or vectors, by adjacency spectra.

    :math:`\sum_c \frac{n_c}{n} [\overline{H(X^*)} - H(X \mid Y = c)]` as in
    `diffusion_spectral_mutual_information`, with `adjacency_spectral_entropy` for H.

    An ablation of that measure; take it to see what the walk's normalisation brings.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points.
    y : array-like or tensor of shape (n,) or (n, d'), optional
        Labels, numbers or vectors; not needed when `clusters` are given.
    discrete, n_clusters, clusters, n_repetitions
        As in `diffusion_spectral_mutual_information`.
    bandwidth, graph, n_neighbors
        As in `adjacency_spectral_entropy`; a class smaller than `n_neighbors` is joined fully.
    convention : {"paper", "released"}
        "released" takes the directed graph and draws subsets as the code does.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For subsets and the bandwidth.

    Returns
    -------
    float or 0-d tensor
        Nats, possibly a little below 0. Differentiable in `x` but for "knn".

    Raises
    ------
    ValueError
        If lengths differ, something is not finite, or an option is out of range.

    Warns
    -----
    SmallSampleWarning
        If a class has one point.
    AssumptionWarning
        If the neighbour graph of a vector y has more parts than there are clusters.

    Notes
    -----
    **Where paper and code part.** As in `adjacency_spectral_entropy` and, for the subsets, in
    `diffusion_spectral_mutual_information`. O((n_repetitions + 1) sum_c n_c³).

    References
    ----------
    Liao et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> where = np.repeat([0, 1], 40)
    >>> cloud = np.random.default_rng(0).normal(size=(80, 2)) + 50 * where[:, None]
    >>> told = adjacency_spectral_mutual_information(
    ...     cloud, where, bandwidth=2.0, base=2, random_state=0)
    >>> 0.9 < told < 1.1
    True
    """
    xp, points = checked_points("x", x)
    _check_options(graph, n_neighbors, convention)
    check_count("n_repetitions", n_repetitions)
    found = cluster_labels(y, clusters, len(points), discrete=discrete, n_clusters=n_clusters)
    generator = random_generator(random_state) if convention == "paper" else random_state
    sigma = _bandwidth(bandwidth, points, graph, convention, generator)
    compared = compare_classes(
        points,
        found,
        lambda some: _entropy(xp, some, sigma, graph, n_neighbors, convention),
        n_repetitions=n_repetitions,
        convention=convention,
        random_state=generator,
    )
    return information_result(compared, found, sigma, base).value


def _check_options(graph: str, n_neighbors: int, convention: str) -> None:
    check_choice("graph", graph, _GRAPHS)
    check_choice("convention", convention, CONVENTIONS)
    check_count("n_neighbors", n_neighbors)


def _bandwidth(
    bandwidth: float | str, points: Any, graph: str, convention: str, random_state: RandomState
) -> float:
    if graph == "knn" and not isinstance(bandwidth, str):
        return check_at_least("bandwidth", bandwidth, 0, strict=True)
    return chosen_bandwidth(bandwidth, points, 1, convention, random_state)


def _entropy(
    xp: Any, points: Any, bandwidth: float, graph: str, n_neighbors: int, convention: str
) -> Any:
    if graph == "anisotropic":
        return spectral_entropy(xp, walk_magnitudes(xp, points, bandwidth, "released"))
    if graph == "gaussian":
        kernel = gaussian_kernel(xp, points, bandwidth)
        return spectral_entropy(xp, xp.abs(symmetric_eigenvalues(xp, kernel)))
    joined = _neighbor_graph(to_numpy(points), n_neighbors)
    if convention == "released":
        symmetric = bool((joined == joined.T).all())
        eigenvalues = np.linalg.eigvalsh(joined) if symmetric else np.linalg.eigvals(joined)
    else:
        eigenvalues = symmetric_eigenvalues(array_api_numpy, np.maximum(joined, joined.T))
    value = spectral_entropy(array_api_numpy, np.abs(eigenvalues))
    if xp is array_api_numpy:
        return value
    return xp.asarray(float(value), dtype=points.dtype, device=points.device)


def _neighbor_graph(points: Any, n_neighbors: int) -> Any:
    """Return 1 where column j is among the nearest of row i, which are its own first."""
    from scipy.spatial.distance import cdist

    distances = cdist(points, points, "sqeuclidean")  # not by a product: ties must stay ties
    last = min(n_neighbors, len(points)) - 1
    radius = np.partition(distances, last, axis=1)[:, last, None]
    return (distances <= radius).astype(np.float64)
