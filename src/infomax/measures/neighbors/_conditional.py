"""Mutual information of real vectors given a third, by nearest neighbours."""

from typing import Any

import numpy as np
from scipy.special import digamma

from infomax._arguments import check_choice
from infomax._arrays import RandomState
from infomax.measures.neighbors._checked_blocks import METRICS, Floats, checked_blocks
from infomax.measures.neighbors._far_neighbors import warn_of_far_neighbors
from infomax.measures.neighbors._neighbor_information import (
    NeighborInformation,
    digammas,
    information,
)
from infomax.measures.neighbors._neighbor_search import counts_within, joint_distances


def ksg_conditional_mutual_information(
    x: Any,
    y: Any,
    z: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> Any:
    r"""Mutual information of two real vectors when a third is known, by nearest neighbours.

    :math:`I(X;Y|Z) = \psi(k) + \langle \psi(n_z + 1) - \psi(n_{xz} + 1) - \psi(n_{yz} + 1)
    \rangle`, where :math:`n_{xz}` counts the other points that lie nearer than the k-th joint
    neighbour both in x and in z.

    Where z has many dimensions the value is drawn towards zero: few points share a z. For labels
    take `conditional_mutual_information`; for the past of a series, `transfer_entropy`.

    Parameters
    ----------
    x, y, z : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`; ``(n,)`` is n points of one dimension.
    n_neighbors : int
        k: few, less bias; many, less variance.
    metric : {"chebyshev", "euclidean"}
        Distance within x, within y and within z.
    standardize : bool
        Divide each column by its standard deviation first, so that no unit dominates.
    jitter : float
        Standard deviation of the Gaussian noise added to each column, in units of the column's own.
    random_state : int, numpy.random.Generator or None
        For `jitter`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; may be below zero. A tensor, without history, if a tensor came.

    Raises
    ------
    ValueError
        If x, y and z differ in n, there are not more points than neighbours, one is not finite, or
        an option is unknown.

    Warns
    -----
    PrecisionWarning
        If more than 1 % of the points of a variable repeat another.
    AssumptionWarning
        If a variable holds whole numbers, or a column is constant; in more than ten dimensions, if
        the k-th neighbour lies at more than 0.6 of the median distance between points, for then
        the value may be far too low.
    EstimatorCeilingWarning
        If the value passes ψ(n) - ψ(k) - 1.

    Notes
    -----
    Computed in float64. O(n log n) in few dimensions.

    References
    ----------
    Frenzel and Pompe (2007). Vejmelka and Paluš (2008).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=(2, 1000))
    >>> z = x + y + 0.5 * rng.normal(size=1000)
    >>> value = ksg_conditional_mutual_information(x, y, z)
    >>> round(value, 1)
    0.5
    """
    return ksg_conditional_mutual_information_result(
        x,
        y,
        z,
        n_neighbors=n_neighbors,
        metric=metric,
        standardize=standardize,
        jitter=jitter,
        random_state=random_state,
        base=base,
    ).value


def ksg_conditional_mutual_information_result(
    x: Any,
    y: Any,
    z: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> NeighborInformation:
    """Conditional mutual information of real vectors, point by point, with its standard error.

    Parameters
    ----------
    x, y, z : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`.
    n_neighbors, metric, standardize, jitter, random_state, base
        As `ksg_conditional_mutual_information` takes them.

    Returns
    -------
    NeighborInformation
        Value, local terms, standard error, ceiling; no p-value, since shuffling x would break what
        it shares with z as well.

    Raises
    ------
    ValueError
        As `ksg_conditional_mutual_information`.

    Warns
    -----
    PrecisionWarning, AssumptionWarning, EstimatorCeilingWarning
        As `ksg_conditional_mutual_information`.

    References
    ----------
    Frenzel and Pompe (2007).

    Examples
    --------
    >>> import numpy as np
    >>> x, y, z = np.random.default_rng(0).normal(size=(3, 500))
    >>> found = ksg_conditional_mutual_information_result(x, y, z)
    >>> abs(found.value) < 3 * found.standard_error
    True
    """
    check_choice("metric", metric, METRICS)
    blocks = checked_blocks(
        {"x": x, "y": y, "z": z},
        n_neighbors=n_neighbors,
        standardize=standardize,
        jitter=jitter,
        random_state=random_state,
    )
    warn_of_far_neighbors(blocks, n_neighbors, metric)
    return information(
        lambda first: conditional_terms([first, *blocks[1:]], n_neighbors, metric),
        blocks[0],
        x,
        y,
        z,
        n_neighbors=n_neighbors,
        estimator="conditional ksg",
        metric=metric,
        base=base,
    )


def conditional_terms(blocks: list[Floats], k: int, metric: str) -> Floats:
    """Return each point's own term."""
    x, y, z = blocks
    radii = joint_distances(blocks, k, metric)
    xz, yz, z_alone = (
        digammas(counts_within(margin, radii, metric, strict=True) + 1)
        for margin in ([x, z], [y, z], [z])
    )
    return np.asarray(digamma(k) + z_alone - xz - yz)
