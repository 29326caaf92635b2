"""Mutual information of a real vector and a label, by nearest neighbours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from infomax._arguments import check_choice
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.measures._trust import warn_user
from infomax.measures.discrete._labels import codes
from infomax.measures.neighbors._checked_blocks import METRICS, Floats, checked_blocks
from infomax.measures.neighbors._neighbor_information import (
    NeighborInformation,
    digammas,
    information,
)
from infomax.measures.neighbors._neighbor_search import counts_within, joint_distances


def ross_mutual_information(
    x: Any,
    labels: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> Any:
    r"""Mutual information of a real vector and a label.

    :math:`\psi(n) + \langle \psi(k_i) - \psi(n_i) - \psi(m_i) \rangle`, where :math:`n_i`
    points bear the label of point i, :math:`k_i` is k (:math:`n_i - 1` if that is less), and
    :math:`m_i - 1` other points of any label lie nearer than the :math:`k_i`-th neighbour among
    those of its own label.

    The one to take for "how much does this measurement tell about the class?". Order among the
    labels is not used: an ordinal or partly continuous y is for `mixed_mutual_information`.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Real points; ``(n,)`` is n points of one dimension.
    labels : labels of shape (n,)
        Words, numbers or anything hashable. A label that comes once is left out with its point.
    n_neighbors : int
        k: few, less bias; many, less variance.
    metric : {"chebyshev", "euclidean"}
        Distance within x.
    standardize : bool
        Divide each column of x by its standard deviation first.
    jitter : float
        Standard deviation of the Gaussian noise added to each column of x, in units of the
        column's own.
    random_state : int, numpy.random.Generator or None
        For `jitter`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; may be below zero. A tensor, without history, if x is a tensor.

    Raises
    ------
    ValueError
        If x and labels differ in n, there are not more points than neighbours, one is not finite,
        no label comes twice, or an option is unknown.

    Warns
    -----
    SmallSampleWarning
        If labels come once and are left out.
    PrecisionWarning
        If more than 1 % of the points of x repeat another.
    AssumptionWarning
        If x holds whole numbers, a column is constant, or there is one label only.

    Notes
    -----
    Computed in float64. O(n log n) in few dimensions.

    References
    ----------
    Ross (2014), Equation 2.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> iris = load_iris()
    >>> petals, sepals = iris.data[:, 2:], iris.data[:, :2]
    >>> options = {"jitter": 0.01, "random_state": 0}  # lengths are rounded to millimetres
    >>> [round(ross_mutual_information(x, iris.target, **options), 1) for x in (petals, sepals)]
    [1.0, 0.7]
    """
    return ross_mutual_information_result(
        x,
        labels,
        n_neighbors=n_neighbors,
        metric=metric,
        standardize=standardize,
        jitter=jitter,
        random_state=random_state,
        base=base,
    ).value


def ross_mutual_information_result(
    x: Any,
    labels: Any,
    *,
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    n_permutations: int = 0,
    null: str = "permutation",
    random_state: RandomState = None,
    base: float | None = None,
) -> NeighborInformation:
    """Mutual information of a real vector and a label, point by point, with its standard error.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Real points.
    labels : labels of shape (n,)
        One each.
    n_neighbors, metric, standardize, jitter, random_state, base
        As `ross_mutual_information` takes them.
    n_permutations : int
        Chance values to draw for the p-value; none by default. Each costs as much as the estimate.
    null : {"permutation", "circular"}
        How pairs are broken up: shuffled, or shifted against each other, which time series want.

    Returns
    -------
    NeighborInformation
        Value, local terms of the points kept, standard error, p-value; `ceiling` is the largest value that
        labels so often seen can give, about their entropy.

    Raises
    ------
    ValueError
        As `ross_mutual_information`.

    Warns
    -----
    SmallSampleWarning, PrecisionWarning, AssumptionWarning
        As `ross_mutual_information`.

    References
    ----------
    Ross (2014), Equation 2.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=200)
    >>> found = ross_mutual_information_result(x, x > 0)
    >>> round(found.value, 2), round(found.ceiling, 2)
    (0.7, 0.7)
    """
    check_choice("metric", metric, METRICS)
    generator = random_generator(random_state)
    (points,) = checked_blocks(
        {"x": x},
        n_neighbors=n_neighbors,
        standardize=standardize,
        jitter=jitter,
        random_state=generator,
    )
    kept, numbers = _seen_twice(points, labels)
    return information(
        lambda others: ross_terms(kept, others, n_neighbors, metric),
        numbers,
        x,
        n_neighbors=n_neighbors,
        estimator="ross",
        metric=metric,
        base=base,
        n_permutations=n_permutations,
        null=null,
        random_state=generator,
        ceiling=_most(numbers),
    )


def _most(labels: NDArray[np.int64]) -> float:
    """Return the mean of the terms if no point lay among those of another label."""
    sizes = np.bincount(labels)[labels]
    return float((digamma(len(labels)) - digammas(sizes)).mean())


def ross_terms(x: Floats, labels: NDArray[np.int64], k: int, metric: str) -> Floats:
    """Return each point's own term."""
    sizes = np.bincount(labels)[labels]
    radii = np.empty(len(x))
    for label in np.unique(labels):
        mine = labels == label
        radii[mine] = joint_distances([x[mine]], min(k, int(mine.sum()) - 1), metric)
    own = digamma(len(x)) - digammas(sizes)
    near = digammas(counts_within([x], radii, metric, strict=True) + 1)
    return own + digammas(np.minimum(k, sizes - 1)) - near


def _seen_twice(points: Floats, labels: Any) -> tuple[Floats, NDArray[np.int64]]:
    """Return the points whose label comes at least twice, and their labels' numbers."""
    numbers, _ = codes("labels", labels)
    if len(numbers) != len(points):
        raise ValueError(f"`labels` must be as many as `x` ({len(points)}), got {len(numbers)}")
    kept = np.bincount(numbers)[numbers] > 1
    if not kept.any():
        raise ValueError("`labels` must hold a label that comes twice, got each of them once")
    if not kept.all():
        warn_user(
            f"{int((~kept).sum())} of {len(kept)} points are left out, for nothing else bears their "
            "label: join rare labels",
            SmallSampleWarning,
        )
    if len(np.unique(numbers[kept])) == 1:
        warn_user("`labels` holds one label only and tells nothing", AssumptionWarning)
    return points[kept], numbers[kept]
