"""How many nodes a set of seeds reaches in expectation."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_between, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection._greedy import check_items
from infomax.selection.influence._cascade import run_cascades
from infomax.selection.influence._exact import exact_spread
from infomax.selection.influence._graph import Graph, as_graph, check_thresholds
from infomax.selection.influence._random import new_seed
from infomax.selection.influence._sampler import Sampler, excluded_mask


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty.

    Parameters
    ----------
    value : float
        The estimate.
    standard_error : float
        Its standard error; 0 where the value is exact.
    n : int
        Cascades or sets it rests on; 0 where the value is exact.

    Examples
    --------
    >>> from infomax.selection import spread
    >>> spread([(0, 1, 0.5)], [0], method="exact")
    Estimate(value=1.5, standard_error=0.0, n=0)
    """

    value: float
    standard_error: float
    n: int


def spread(
    graph: Graph,
    seeds: ArrayLike,
    *,
    model: str = "ic",
    method: str = "mc",
    n_simulations: int = 10_000,
    relative_error: float = 0.01,
    delta: float = 1e-3,
    exclude: ArrayLike | None = None,
    random_state: RandomState = None,
) -> Estimate:
    r"""Estimate how many nodes are active at the end of a cascade from `seeds`, these included.

    Independent cascade ("ic"): a node that has become active tries each out-neighbour once and
    succeeds with the probability of the arc. Linear threshold ("lt"): a node becomes active when
    the weights of its active in-neighbours exceed a threshold drawn uniformly from [0, 1].

    ``"mc"`` runs `n_simulations` cascades; ``"rr"`` draws reverse-reachable sets until the
    `relative_error` is reached with probability :math:`1 - \delta`, which costs less where the
    spread is a large part of the graph and more where it is tiny; ``"exact"`` enumerates and is for
    20 uncertain arcs at most.

    Parameters
    ----------
    graph : graph
        As for `as_graph`.
    seeds : array-like of int
        Distinct nodes; none gives 0.
    model : {"ic", "lt"}
    method : {"mc", "rr", "exact"}
    n_simulations : int
        Cascades of ``"mc"``.
    relative_error, delta : float
        In (0, 1); accuracy of ``"rr"`` and the chance of missing it.
    exclude : array-like of int, optional
        Nodes taken out of the graph: not counted, not passed through.
    random_state : int, Generator or None

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If a seed is excluded, repeated or not in the graph, in-weights exceed 1 under "lt", an
        argument is out of range, or the graph has too many arcs for ``"exact"``.

    Notes
    -----
    The number of threads is Numba's and does not change the result. Cost of ``"mc"``: the live arcs
    met, found by geometric skips, not all arcs.

    References
    ----------
    Kempe, Kleinberg and Tardos (2003) for the models; Dagum, Karp, Luby and Ross (2000), Stopping
    Rule Algorithm, for ``"rr"``.

    Examples
    --------
    >>> from infomax.selection import spread
    >>> arcs = [(0, 1, 0.5), (1, 2, 0.5), (0, 2, 0.3), (2, 3, 0.4)]
    >>> round(spread(arcs, [0], method="exact").value, 3)
    2.165
    >>> round(spread(arcs, [0], n_simulations=100_000, random_state=0).value, 1)
    2.2
    """
    check_choice("model", model, ("ic", "lt"))
    check_choice("method", method, ("mc", "rr", "exact"))
    arcs = as_graph(graph)
    if model == "lt":
        check_thresholds(arcs)
    seeds = np.sort(check_items("seeds", seeds, arcs.shape[0]))
    excluded = excluded_mask(exclude, arcs.shape[0])
    if excluded[seeds].any():
        raise ValueError(f"`seeds` must not be excluded, got {seeds[excluded[seeds]][0]}")
    n_simulations = check_count("n_simulations", n_simulations, minimum=2)
    relative_error = check_between(
        "relative_error", relative_error, 0, 1, open_low=True, open_high=True
    )
    delta = check_between("delta", delta, 0, 1, open_low=True, open_high=True)
    if seeds.size == 0:
        return Estimate(0.0, 0.0, 0)
    if method == "exact":
        return Estimate(exact_spread(arcs, seeds, excluded, model=model), 0.0, 0)
    seed = new_seed(random_generator(random_state))
    if method == "rr":
        return stopping_estimate(Sampler(arcs, model, excluded), seeds, seed, relative_error, delta)
    return _simulated(arcs, seeds, excluded, model, n_simulations, seed)


def stopping_estimate(
    sampler: Sampler, seeds: ArrayLike, seed: np.uint64, relative_error: float, delta: float
) -> Estimate:
    """Draw sets until enough of them are hit for the relative error wanted."""
    needed = 1 + 4 * (math.e - 2) * (1 + relative_error) * math.log(2 / delta) / relative_error**2
    hits = math.ceil(needed)
    draws = sampler.draws_until(seeds, seed, hits)
    share = hits / draws
    error = sampler.scale * share * math.sqrt((1 - share) / hits)
    return Estimate(sampler.scale * share, error, draws)


def _simulated(
    graph: sparse.csr_array,
    seeds: NDArray[np.int64],
    excluded: NDArray[np.bool_],
    model: str,
    n_simulations: int,
    seed: np.uint64,
) -> Estimate:
    total, squares = run_cascades(
        graph, seeds, excluded, model=model, n_simulations=n_simulations, seed=seed
    )
    mean = total / n_simulations
    variance = max(0.0, (squares - total * mean) / (n_simulations - 1))
    return Estimate(mean, math.sqrt(variance / n_simulations), n_simulations)
