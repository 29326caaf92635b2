"""Influence maximisation with a number of samples fixed in advance by martingale bounds."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_between, check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection._greedy import allowed_items
from infomax.selection.influence._certificate import (
    log_binomial,
    spread_lower_bound,
    spread_upper_bound,
)
from infomax.selection.influence._cover import greedy_cover
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._opim_c import SHARE, check_delta
from infomax.selection.influence._random import new_seed
from infomax.selection.influence._sampler import Sampler, excluded_mask
from infomax.selection.influence._seed_set import SeedSet
from infomax.selection.influence._set_store import SetStore

_JUDGING = 0.25  # sets for the lower bound, as a share of those that choose


def imm(
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
    r"""Choose `k` seeds of large spread on as many samples as theory asks for.

    A first phase finds a lower bound of the best spread; a second draws
    :math:`\theta = \lambda^* / \mathrm{LB}` fresh reverse-reachable sets and covers them greedily.
    With probability :math:`1 - \delta` the spread is at least :math:`(1 - 1/e - \epsilon)` of the
    best.

    It draws more sets than `opim_c` at equal `epsilon` and usually spreads a little further.

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
        `lower` and `bound` hold together with probability 1 − δ; `value` and `lower` come from a
        quarter as many sets again, drawn for that purpose.

    Raises
    ------
    ValueError
        If an argument is out of range or the graph is not as `as_graph` wants it.

    Notes
    -----
    Sets of the first phase are not used again in the second, as Chen (2018) showed to be needed.
    Expected time O((k + log_n 1/δ)(n + m) log n / ε²).

    References
    ----------
    Tang, Shi and Xiao (2015), Algorithms 2 and 3; Chen (2018).

    Examples
    --------
    >>> from infomax.selection import imm
    >>> star = [(0, v, 0.5) for v in range(1, 20)] + [(20, 21, 0.5)]
    >>> imm(star, 2, epsilon=0.3, random_state=0).indices.tolist()
    [0, 20]
    """
    arcs = as_graph(graph)
    ground = allowed_items(arcs.shape[0], candidates, exclude)
    k = check_count("k", k, maximum=ground.size)
    epsilon = check_between("epsilon", epsilon, 0, SHARE, open_low=True, open_high=True)
    delta = check_delta(delta, arcs.shape[0])
    sampler = Sampler(arcs, model, excluded_mask(exclude, arcs.shape[0]))
    return martingale_seeds(sampler, k, ground, epsilon, delta, random_generator(random_state))


def martingale_seeds(
    sampler: Sampler,
    k: int,
    ground: NDArray[np.int64],
    epsilon: float,
    delta: float,
    rng: np.random.Generator,
) -> SeedSet:
    """Choose seeds among `ground` as `imm` does."""
    n = sampler.scale
    log_choices, log_failure = log_binomial(ground.size, k), math.log(2 / delta)
    trial = SetStore(sampler, new_seed(rng))
    least = _least_best(trial, k, ground, trial_sets(n, log_choices, log_failure, epsilon), epsilon)
    n_sets = math.ceil(enough_sets(n, log_choices, log_failure, epsilon) / least)
    sets = SetStore(sampler, new_seed(rng))
    sets.grow(n_sets)
    cover = greedy_cover(sets, k, ground)
    n_judging = math.ceil(_JUDGING * n_sets)
    hits = sampler.hits(cover.picks, new_seed(rng), n_judging)
    lower = spread_lower_bound(hits, n_judging, n, log_failure)
    most = min(cover.bound, cover.gains.sum() / SHARE)
    upper = min(n, spread_upper_bound(most, n_sets, n, log_failure))
    drawn = trial.n_sets + n_sets + n_judging
    gains: NDArray[np.float64] = np.multiply(cover.gains, n / n_sets, dtype=np.float64)
    return SeedSet(cover.picks, gains, hits * n / n_judging, upper, drawn, lower, drawn)


def _least_best(
    trial: SetStore, k: int, ground: NDArray[np.int64], n_trial: float, epsilon: float
) -> float:
    """Return what the best spread is at least."""
    n, slack = trial.sampler.scale, 1 + math.sqrt(2) * epsilon
    for i in range(1, max(2, math.ceil(math.log2(n)))):
        trial.grow(math.ceil(n_trial * 2**i / n))
        reached = n * int(greedy_cover(trial, k, ground).gains.sum()) / trial.n_sets
        if reached >= slack * n / 2**i:
            return max(k, reached / slack)
    return k


def trial_sets(n: int, log_choices: float, log_failure: float, epsilon: float) -> float:
    """Return λ' of the paper; `log_failure` is ℓ log n, the ln 2 for two phases included."""
    loose = math.sqrt(2) * epsilon
    log_rounds = math.log(max(math.log2(n), 1)) if n > 1 else 0.0
    return (2 + 2 * loose / 3) * (log_choices + log_failure + log_rounds) * n / loose**2


def enough_sets(n: int, log_choices: float, log_failure: float, epsilon: float) -> float:
    """Return λ* of the paper."""
    alpha = math.sqrt(log_failure + math.log(2))
    beta = math.sqrt(SHARE * (log_choices + log_failure + math.log(2)))
    return 2 * n * ((SHARE * alpha + beta) / epsilon) ** 2
