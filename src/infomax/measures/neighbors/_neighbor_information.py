"""A mutual information from neighbours, and how far it is to be believed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma

from infomax._arguments import check_base
from infomax._arrays import RandomState
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures._inputs import like_first_tensor
from infomax.measures._null import null_mean, null_values, p_value
from infomax.measures._trust import warn_user
from infomax.measures.neighbors._checked_blocks import Floats


@dataclass(frozen=True)
class NeighborInformation:
    """A mutual information from neighbours, in nats or in the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        The mean of `local`; a tensor, without history, if a tensor came.
    local : ndarray of shape (n,)
        Each point's own term: where in the sample the dependence sits. Single terms are noisy.
    standard_error : float
        Standard deviation of `local` over the root of n. It tells how the value would move with
        other samples, not the estimator's bias.
    p_value : float or None
        Share of chance values at least as large, this one counted in; None if none were drawn.
    null_mean : float or None
        What the estimator says on average where there is no dependence; None if none were drawn.
    ceiling : float
        ψ(n) - ψ(k) - 1: whatever the truth, no estimate is more than 1 nat above this, so a value
        above it says "at least about so much" only. For "ross", the most that the labels can give.
    n_points : int
        n.
    n_neighbors : int
        k.
    estimator : str
        Which estimator gave the value, as "ksg-1".
    metric : str
        Distance within each of the variables.
    """

    value: Any
    local: Floats
    standard_error: float
    p_value: float | None
    null_mean: float | None
    ceiling: float
    n_points: int
    n_neighbors: int
    estimator: str
    metric: str


def information(
    terms: Callable[[Any], Floats],
    varied: Any,
    *inputs: Any,
    n_neighbors: int,
    estimator: str,
    metric: str,
    base: float | None,
    n_permutations: int = 0,
    null: str = "permutation",
    random_state: RandomState = None,
    ceiling: float | None = None,
) -> NeighborInformation:
    """Take the local terms as a function of one variable, and of it in the orders of the null.

    Warns above the ceiling unless an attainable one is given.
    """
    per_nat = 1 / check_base(base)
    by_chance = null_values(
        lambda other: terms(other).mean(),
        varied,
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )
    mean = null_mean(by_chance)
    local = terms(varied)
    n = len(local)
    nats = float(local.mean())
    if ceiling is None:
        ceiling = warn_above(nats, n, n_neighbors)
    return NeighborInformation(
        value=like_first_tensor(nats * per_nat, *inputs),
        local=local * per_nat,
        standard_error=float(local.std(ddof=1) / np.sqrt(n) * per_nat),
        p_value=p_value(nats, by_chance),
        null_mean=None if mean is None else mean * per_nat,
        ceiling=ceiling * per_nat,
        n_points=n,
        n_neighbors=n_neighbors,
        estimator=estimator,
        metric=metric,
    )


def warn_above(nats: float, n: int, n_neighbors: int) -> float:
    """Return the ceiling; warn if the value passes it."""
    ceiling = float(digamma(n) - digamma(n_neighbors) - 1)
    if nats > max(ceiling, 0):
        warn_user(
            f"{nats:.3g} nats from {n} points with {n_neighbors} neighbours are above "
            f"{ceiling:.3g}, the most this estimator can be believed: read it as a lower bound, or "
            "bring more points",
            EstimatorCeilingWarning,
        )
    return ceiling


def digammas(counts: Any) -> Floats:
    """Return ψ of whole numbers from 1 on, by a table."""
    table = np.concatenate([[np.nan], digamma(np.arange(1, int(counts.max(initial=1)) + 1))])
    return np.asarray(table[counts])
