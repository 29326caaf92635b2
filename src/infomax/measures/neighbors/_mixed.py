"""Mutual information where values may repeat: mixtures of discrete and continuous."""

from typing import Any

import numpy as np
from scipy.special import digamma

from infomax._arguments import check_choice
from infomax._arrays import RandomState
from infomax.measures.neighbors._checked_blocks import METRICS, Floats, checked_blocks
from infomax.measures.neighbors._neighbor_information import (
    NeighborInformation,
    digammas,
    information,
)
from infomax.measures.neighbors._neighbor_search import counts_within, joint_distances

CONVENTIONS = ("released", "paper")


def mixed_mutual_information(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    convention: str = "released",
    standardize: bool = False,
    base: float | None = None,
) -> Any:
    r"""Mutual information of vectors whose values may repeat, wholly or in part.

    :math:`\langle \psi(\tilde k) + \log n - \psi(n_x) - \psi(n_y) \rangle`: where the k-th joint
    neighbour lies apart from the point, :math:`\tilde k` is k and :math:`n_x` the number of points
    nearer than it in x; where it coincides, both count the points that coincide. The point itself
    is always counted.

    The one to take where x is continuous here and piled up there (zeros of a rain gauge, censored
    values), or where one side is ordinal. Wholly continuous: `ksg_mutual_information` has less
    bias. Labels without an order: `ross_mutual_information`, or numbers all equally far apart.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`; whole numbers are welcome.
    n_neighbors : int
        k.
    metric : {"chebyshev", "euclidean"}
        Distance within x and within y.
    convention : {"released", "paper"}
        See Notes: the default is the authors' code, whose formula is the sound one.
    standardize : bool
        Divide each column by its standard deviation first.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; may be below zero. A tensor, without history, if a tensor came.

    Raises
    ------
    ValueError
        If x and y differ in n, there are not more points than neighbours, one is not finite, or an
        option is unknown.

    Warns
    -----
    EstimatorCeilingWarning
        If the value passes ψ(n) - ψ(k) - 1.

    Notes
    -----
    **Where paper and code part.** The paper's algorithm counts, apart from the point itself, those
    **as near** as the k-th neighbour and takes :math:`\log(n_x + 1)`; its :math:`\tilde k` leaves
    the point out too. That is consistent only as k grows: with x uniform on five numbers and y
    uniform on [x, x + 2] it is 0.32 nats too low at k = 3, for any n, and the code 0.00.

    References
    ----------
    Gao, Kannan, Oh and Viswanath (2017), Algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = np.maximum(rng.normal(size=2000), 0)  # half of them zero
    >>> y = np.where(x > 0, x + rng.normal(size=2000), rng.normal(size=2000))
    >>> round(mixed_mutual_information(x, y), 1)
    0.1
    """
    return mixed_mutual_information_result(
        x,
        y,
        n_neighbors=n_neighbors,
        metric=metric,
        convention=convention,
        standardize=standardize,
        base=base,
    ).value


def mixed_mutual_information_result(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    convention: str = "released",
    standardize: bool = False,
    n_permutations: int = 0,
    null: str = "permutation",
    random_state: RandomState = None,
    base: float | None = None,
) -> NeighborInformation:
    """Mutual information of vectors whose values may repeat, point by point.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`.
    n_neighbors, metric, convention, standardize, base
        As `mixed_mutual_information` takes them.
    n_permutations : int
        Chance values to draw for the p-value; none by default. Each costs as much as the estimate.
    null : {"permutation", "circular"}
        How pairs are broken up: shuffled, or shifted against each other, which time series want.
    random_state : int, numpy.random.Generator or None
        For the null.

    Returns
    -------
    NeighborInformation
        Value, local terms, standard error, p-value, ceiling.

    Raises
    ------
    ValueError
        As `mixed_mutual_information`.

    Warns
    -----
    EstimatorCeilingWarning
        As `mixed_mutual_information`.

    References
    ----------
    Gao, Kannan, Oh and Viswanath (2017), Algorithm 1.

    Examples
    --------
    >>> found = mixed_mutual_information_result([0, 0, 1, 1] * 50, [0, 0, 1, 1] * 50)
    >>> round(found.value, 2), found.local.shape
    (0.7, (200,))
    """
    check_choice("metric", metric, METRICS)
    check_choice("convention", convention, CONVENTIONS)
    first, second = checked_blocks(
        {"x": x, "y": y}, n_neighbors=n_neighbors, standardize=standardize, advise=False
    )
    return information(
        lambda other: mixed_terms([first, other], n_neighbors, metric, convention),
        second,
        x,
        y,
        n_neighbors=n_neighbors,
        estimator=f"mixed, {convention}",
        metric=metric,
        base=base,
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )


def mixed_terms(blocks: list[Floats], k: int, metric: str, convention: str) -> Floats:
    """Return each point's own term."""
    radii = joint_distances(blocks, k, metric)
    piled = radii == 0
    released = convention == "released"
    own = np.full(len(radii), digamma(k))
    if piled.any():
        alike = counts_within(blocks, np.zeros_like(radii), metric, strict=False)[piled]
        own[piled] = digammas(alike + released)
    margins = np.zeros(len(radii))
    for block in blocks:
        near = counts_within([block], radii, metric, strict=False) + 1
        if released and not piled.all():
            nearer = counts_within([block], radii, metric, strict=True) + 1
            near = np.where(piled, near, nearer)
        margins = margins + (digammas(near) if released else np.log(near))
    return np.asarray(own + np.log(len(radii)) - margins)
