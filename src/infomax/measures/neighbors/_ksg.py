"""Mutual information of real vectors by nearest neighbours."""

from typing import Any

import numpy as np
from scipy.special import digamma

from infomax._arguments import check_choice
from infomax._arrays import RandomState, random_generator
from infomax.measures.neighbors._checked_blocks import METRICS, Floats, checked_blocks
from infomax.measures.neighbors._far_neighbors import warn_of_far_neighbors
from infomax.measures.neighbors._neighbor_information import (
    NeighborInformation,
    digammas,
    information,
)
from infomax.measures.neighbors._neighbor_search import (
    counts_within,
    joint_distances,
    joint_reaches,
)


def ksg_mutual_information(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    variant: int = 1,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> Any:
    r"""Mutual information of two real vectors, by nearest neighbours in their joint space.

    Variant 1: :math:`\psi(k) + \psi(n) - \langle \psi(n_x + 1) + \psi(n_y + 1) \rangle`, where
    :math:`n_x` counts the other points whose x lies **nearer** than the k-th neighbour in the joint
    space (the larger of the distances in x and in y). Variant 2: :math:`\psi(k) - 1/k + \psi(n) -
    \langle \psi(n_x) + \psi(n_y) \rangle`, where :math:`n_x` counts those **as near** in x as any
    of the k neighbours.

    It sees dependence of any form, needs no bins, and has next to no bias where x and y are
    independent. Strong dependence (several nats), or more than some ten dimensions, ask for
    exponentially many points: the value is then too low, and `corrected_ksg_mutual_information`
    gives some of it back. If y is a label take `ross_mutual_information`; if values repeat,
    `break_ties` first, or `mixed_mutual_information`.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`; ``(n,)`` is n points of one dimension.
    n_neighbors : int
        k: few, less bias; many, less variance.
    variant : {1, 2}
        2 has less variance and more bias where dependence is strong or dimensions are many.
    metric : {"chebyshev", "euclidean"}
        Distance within x and within y.
    standardize : bool
        Divide each column by its standard deviation first, so that no unit dominates.
    jitter : float
        Standard deviation of the Gaussian noise added to each column, in units of the column's
        own: 1e-10 is enough to break ties.
    random_state : int, numpy.random.Generator or None
        For `jitter`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; slightly negative at times. A tensor, without history since neighbours are counted, if
        a tensor came.

    Raises
    ------
    ValueError
        If x and y differ in n, there are not more points than neighbours, one is not finite, or an
        option is unknown.

    Warns
    -----
    PrecisionWarning
        If more than 1 % of the points of x or y repeat another: the counts mean nothing there.
    AssumptionWarning
        If x or y holds whole numbers, or a column is constant; in more than ten dimensions, if
        the k-th neighbour lies at more than 0.6 of the median distance between points, for then
        the value may be far too low.
    EstimatorCeilingWarning
        If the value passes ψ(n) - ψ(k) - 1.

    Notes
    -----
    Computed in float64. O(n log n) in few dimensions, up to O(n²) in many. From 20,000 points on
    the work is shared among the threads that Numba may use; the value is the same for any number.

    References
    ----------
    Kraskov, Stögbauer and Grassberger (2004), Equations 8 and 9.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=2000)
    >>> y = x**2 + 0.5 * rng.normal(size=2000)
    >>> round(float(np.corrcoef(x, y)[0, 1]), 1), round(ksg_mutual_information(x, y), 1)
    (-0.1, 0.8)
    """
    return ksg_mutual_information_result(
        x,
        y,
        n_neighbors=n_neighbors,
        variant=variant,
        metric=metric,
        standardize=standardize,
        jitter=jitter,
        random_state=random_state,
        base=base,
    ).value


def ksg_mutual_information_result(
    x: Any,
    y: Any,
    *,
    n_neighbors: int = 3,
    variant: int = 1,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    n_permutations: int = 0,
    null: str = "permutation",
    random_state: RandomState = None,
    base: float | None = None,
) -> NeighborInformation:
    """Mutual information of two real vectors, point by point, and how far it is to be believed.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        More points than `n_neighbors`.
    n_neighbors, variant, metric, standardize, jitter, random_state, base
        As `ksg_mutual_information` takes them.
    n_permutations : int
        Chance values to draw for the p-value; none by default. Each costs as much as the estimate.
    null : {"permutation", "circular"}
        How pairs are broken up: shuffled, or shifted against each other, which time series want.

    Returns
    -------
    NeighborInformation
        Value, local terms, standard error, p-value, ceiling.

    Raises
    ------
    ValueError
        As `ksg_mutual_information`.

    Warns
    -----
    PrecisionWarning, AssumptionWarning, EstimatorCeilingWarning
        As `ksg_mutual_information`.

    References
    ----------
    Kraskov, Stögbauer and Grassberger (2004), Equations 8 and 9.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=1000)
    >>> y = x + rng.normal(size=1000)
    >>> found = ksg_mutual_information_result(x, y, n_permutations=19, random_state=0)
    >>> round(found.value, 1), round(found.standard_error, 2), found.p_value
    (0.4, 0.03, 0.05)
    """
    check_choice("metric", metric, METRICS)
    if variant not in (1, 2):
        raise ValueError(f"`variant` must be 1 or 2, got {variant!r}")
    generator = random_generator(random_state)
    first, second = checked_blocks(
        {"x": x, "y": y},
        n_neighbors=n_neighbors,
        standardize=standardize,
        jitter=jitter,
        random_state=generator,
    )
    warn_of_far_neighbors([first, second], n_neighbors, metric)
    return information(
        lambda other: ksg_terms([first, other], n_neighbors, variant, metric),
        second,
        x,
        y,
        n_neighbors=n_neighbors,
        estimator=f"ksg-{variant}",
        metric=metric,
        base=base,
        n_permutations=n_permutations,
        null=null,
        random_state=generator,
    )


def ksg_terms(blocks: list[Floats], k: int, variant: int, metric: str) -> Floats:
    """Return each point's own term."""
    strict = variant == 1
    radii = [joint_distances(blocks, k, metric)] * 2 if strict else joint_reaches(blocks, k, metric)
    margins = [
        digammas(counts_within([block], radius, metric, strict=strict) + strict)
        for block, radius in zip(blocks, radii, strict=True)
    ]
    own = digamma(k) + digamma(len(blocks[0])) - (0 if strict else 1 / k)
    return np.asarray(own - margins[0] - margins[1])
