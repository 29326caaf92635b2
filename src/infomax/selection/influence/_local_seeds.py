"""What each participant would do alone: the usual rivals of joint invitation."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_array, check_between, check_choice
from infomax._arrays import RandomState, random_generator
from infomax.selection.influence._assignment import Assignment
from infomax.selection.influence._candidates import Candidates, friends_of
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._imm import martingale_seeds
from infomax.selection.influence._opim_c import SHARE, certified_seeds, check_delta
from infomax.selection.influence._random import new_seed
from infomax.selection.influence._sampler import Sampler, excluded_mask
from infomax.selection.influence._spread import stopping_estimate


def local_seeds(
    graph: Graph,
    participants: ArrayLike,
    k: ArrayLike,
    *,
    by: str | ArrayLike = "degree",
    model: str = "ic",
    epsilon: float = 0.3,
    delta: float | None = None,
    relative_error: float = 0.01,
    random_state: RandomState = None,
) -> Assignment:
    r"""Let every participant invite its own best friends, without regard to the others.

    Baselines for `capacity_constrained_im`: several participants may choose the same friend, which
    counts once.

    Parameters
    ----------
    graph : graph
        As for `as_graph`.
    participants : array-like of int
        Distinct nodes; taken out of the graph as `rr_opim_plus` does.
    k : int or array-like of int
        Most friends a participant may invite, one for all or one each.
    by : {"degree", "pagerank", "imm", "opim-c", "random"} or array-like of shape (n_nodes,)
        Out-degree; PageRank with a restart of 0.2; `imm` or `opim_c` among the candidates of one
        participant; a random choice; or scores of your own.
    model : {"ic", "lt"}
    epsilon : float
        For "imm" and "opim-c".
    delta : float, optional
        Chance of failure of "imm", "opim-c" and of `lower`; one over the number of nodes when left
        out.
    relative_error : float
        Accuracy of `value`.
    random_state : int, Generator or None

    Returns
    -------
    Assignment
        Participant by participant, friends in descending order of merit; `indices` repeats a friend
        whom several invite. `gains` are the scores, `value` the spread of the distinct friends and
        `bound` is infinite.

    Raises
    ------
    ValueError
        As `rr_opim_plus`, and if scores do not fit the graph.

    Notes
    -----
    Degree and PageRank are those of the whole graph.

    References
    ----------
    Zhang, Huang, Sun et al. (2023), Section 5.1.

    Examples
    --------
    >>> from infomax.selection import local_seeds
    >>> arcs = [(0, 2), (0, 3), (1, 3), (1, 4), (3, 5), (3, 6), (4, 7)]
    >>> local_seeds(arcs, [0, 1], 1, random_state=0).pairs.tolist()
    [[0, 3], [1, 3]]
    """
    arcs = as_graph(graph)
    listed = friends_of(arcs, participants, k)
    rng = random_generator(random_state)
    delta = check_delta(delta, arcs.shape[0])
    sampler = Sampler(arcs, model, excluded_mask(listed.participants, arcs.shape[0]))
    if isinstance(by, str) and check_choice("by", by, _CHOICES) in ("imm", "opim-c"):
        epsilon = check_between("epsilon", epsilon, 0, SHARE, open_low=True, open_high=True)
        picks = _by_influence(sampler, listed, by, epsilon, delta, rng)
    else:
        picks = _by_score(listed, _scores(arcs, by, rng))
    seeds = np.concatenate([nodes for nodes, _ in picks])
    found = stopping_estimate(sampler, seeds, new_seed(rng), relative_error, delta)
    hosts = np.repeat(listed.participants, [nodes.size for nodes, _ in picks])
    return Assignment(
        seeds, np.concatenate([merit for _, merit in picks]), found.value, math.inf, found.n,
        participants=hosts, lower=found.value / (1 + relative_error), n_rr_sets=found.n,
    )  # fmt: skip


_CHOICES = ("degree", "pagerank", "imm", "opim-c", "random")
_Picks = list[tuple[NDArray[np.int64], NDArray[np.float64]]]


def _scores(
    graph: sparse.csr_array, by: str | ArrayLike, rng: np.random.Generator
) -> NDArray[np.float64]:
    if not isinstance(by, str):
        scores = check_array("by", by, ndim=1)
        if scores.size != graph.shape[0]:
            raise ValueError(f"`by` must score each of {graph.shape[0]} nodes, got {scores.size}")
        return scores
    if by == "degree":
        return np.diff(graph.indptr).astype(np.float64)
    if by == "random":
        drawn: NDArray[np.float64] = rng.random(graph.shape[0])
        return drawn
    return _pagerank(graph)


def _by_score(listed: Candidates, scores: NDArray[np.float64]) -> _Picks:
    picks = []
    for i, limit in enumerate(listed.limits):
        nodes = listed.of(i)
        best = nodes[np.argsort(-scores[nodes], kind="stable")[:limit]]
        picks.append((best, scores[best]))
    return picks


def _by_influence(
    sampler: Sampler,
    listed: Candidates,
    by: str,
    epsilon: float,
    delta: float,
    rng: np.random.Generator,
) -> _Picks:
    choose = martingale_seeds if by == "imm" else certified_seeds
    picks = []
    for i, limit in enumerate(listed.limits):
        nodes = listed.of(i)
        if nodes.size <= limit:
            picks.append((nodes, np.zeros(nodes.size)))
        else:
            chosen = choose(sampler, int(limit), nodes, epsilon, delta, rng)
            picks.append((chosen.indices, chosen.gains))
    return picks


def _pagerank(
    graph: sparse.csr_array, *, restart: float = 0.2, tolerance: float = 1e-9
) -> NDArray[np.float64]:
    n = graph.shape[0]
    degree = np.diff(graph.indptr)
    step = sparse.csr_array(
        (1.0 / np.repeat(degree, degree), graph.indices, graph.indptr), shape=graph.shape
    ).T
    rank = np.full(n, 1 / n)
    while True:
        lost = rank[degree == 0].sum()
        following: NDArray[np.float64] = (1 - restart) * (step @ rank + lost / n) + restart / n
        change = np.abs(following - rank).sum()
        rank = following
        if change < tolerance:
            return rank
