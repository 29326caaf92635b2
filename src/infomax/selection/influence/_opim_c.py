"""Influence maximisation that stops as soon as its certificate is good enough."""

import math
import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_between, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import ConvergenceWarning
from infomax.selection._greedy import allowed_items
from infomax.selection.influence._certificate import (
    log_binomial,
    spread_lower_bound,
    spread_upper_bound,
)
from infomax.selection.influence._cover import greedy_cover
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._random import new_seed
from infomax.selection.influence._sampler import Sampler, excluded_mask
from infomax.selection.influence._seed_set import SeedSet
from infomax.selection.influence._set_store import SetStore

SHARE = 1 - 1 / math.e


class Schedule(NamedTuple):
    """How many sets to begin with, how many are always enough, and how often they may double."""

    first: float
    most: float
    n_rounds: int


def opim_c(
    graph: Graph,
    k: int,
    *,
    epsilon: float = 0.1,
    delta: float | None = None,
    model: str = "ic",
    candidates: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    random_state: RandomState = None,
) -> SeedSet:
    r"""Choose `k` seeds of large spread, doubling samples until a certificate holds.

    Seeds are chosen greedily on one collection of reverse-reachable sets and judged on another;
    with probability :math:`1 - \delta` their spread is at least
    :math:`(1 - 1/e - \epsilon)` of the best. Both collections double until `lower` over `bound`
    shows that ratio.

    It stops early, so that at equal `epsilon` it is faster than `imm` and spreads a little less;
    `celf` needs no theory and no guarantee, and is for small graphs.

    Parameters
    ----------
    graph : graph
        As for `as_graph`.
    k : int
        Seeds, at most the number of candidates.
    epsilon : float
        In (0, 1 − 1/e).
    delta : float, optional
        Chance of failure in (0, 1); one over the number of nodes of `graph` when left out.
    model : {"ic", "lt"}
    candidates : array-like of int, optional
        Nodes that may become seeds.
    exclude : array-like of int, optional
        Nodes taken out of the graph.
    random_state : int, Generator or None

    Returns
    -------
    SeedSet
        `value` is the estimate on the sets that did not choose.

    Raises
    ------
    ValueError
        If an argument is out of range or the graph is not as `as_graph` wants it.

    Warns
    -----
    ConvergenceWarning
        If the last round ends without the certificate; the guarantee holds all the same.

    Notes
    -----
    `bound` is never above the number of nodes; the stopping rule works without that limit, as in the
    paper. The judging sets are not stored: their streams are drawn again, and only until they are hit.
    Expected time O((k log n + log 1/δ)(n + m)/ε²).

    References
    ----------
    Tang, Tang, Xiao and Yuan (2018), Algorithm 2 with the bound of Section 5.

    Examples
    --------
    >>> from infomax.selection import opim_c
    >>> star = [(0, v, 0.5) for v in range(1, 20)] + [(20, 21, 0.5)]
    >>> seeds = opim_c(star, 1, random_state=0)
    >>> seeds.indices.tolist(), seeds.ratio > 0.53
    ([0], True)
    """
    arcs = as_graph(graph)
    ground = allowed_items(arcs.shape[0], candidates, exclude)
    k = check_count("k", k, maximum=ground.size)
    epsilon = check_between("epsilon", epsilon, 0, SHARE, open_low=True, open_high=True)
    delta = check_delta(delta, arcs.shape[0])
    sampler = Sampler(arcs, model, excluded_mask(exclude, arcs.shape[0]))
    return certified_seeds(sampler, k, ground, epsilon, delta, random_generator(random_state))


def certified_seeds(
    sampler: Sampler,
    k: int,
    ground: NDArray[np.int64],
    epsilon: float,
    delta: float,
    rng: np.random.Generator,
) -> SeedSet:
    """Choose seeds among `ground` as `opim_c` does."""
    sets, judge = SetStore(sampler, new_seed(rng)), new_seed(rng)
    plan = opim_schedule(sampler.scale, k, ground.size, epsilon, delta)
    log_term = math.log(3 * plan.n_rounds / delta)
    for i in range(plan.n_rounds):
        n_sets = math.ceil(plan.first * 2**i)
        sets.grow(n_sets)
        cover = greedy_cover(sets, k, ground)
        hits = sampler.hits(cover.picks, judge, n_sets)
        lower = spread_lower_bound(hits, n_sets, sampler.scale, log_term)
        most = min(cover.bound, cover.gains.sum() / SHARE)
        upper = spread_upper_bound(most, n_sets, sampler.scale, log_term)
        if lower >= (SHARE - epsilon) * upper:
            break
    else:
        warn_uncertified(lower / upper, SHARE - epsilon)
    gain, upper = sampler.scale / n_sets, min(upper, sampler.scale)
    return SeedSet(
        cover.picks, cover.gains * gain, hits * gain, upper, 2 * n_sets, lower, 2 * n_sets
    )


def opim_schedule(n: int, k: int, n_candidates: int, epsilon: float, delta: float) -> Schedule:
    """Return the numbers of sets between which the certificate may come."""
    log_term = math.log(6 / delta)
    root = SHARE * math.sqrt(log_term) + math.sqrt(
        SHARE * (log_binomial(n_candidates, k) + log_term)
    )
    most = 2 * n * (root / epsilon) ** 2 / k
    first = most * epsilon**2 * k / n
    return Schedule(first, most, max(1, math.ceil(math.log2(most / first))))


def check_delta(delta: float | None, n: int) -> float:
    """Return the chance of failure, by default one over `n`."""
    if delta is None:
        return 1 / max(n, 2)
    return check_between("delta", delta, 0, 1, open_low=True, open_high=True)


def warn_uncertified(ratio: float, wanted: float) -> None:
    """Warn that the last round ended without the certificate."""
    warnings.warn(
        f"the last round ended with a certified ratio of {ratio:.3f}, {wanted:.3f} was wanted; the "
        "guarantee holds, take a smaller `epsilon` for a better certificate",
        ConvergenceWarning,
        stacklevel=3,
    )
