"""Two greedy ways to share out friends when nobody may invite more than k."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax.selection.influence._assignment import Assignment
from infomax.selection.influence._candidates import Candidates, listed_candidates
from infomax.selection.objectives._objective import Objective, SetFunction

Oracle: TypeAlias = Objective | Callable[[Sequence[int]], float]


def mg_greedy(
    oracle: Oracle, candidates: Mapping[int, ArrayLike], k: ArrayLike, *, lazy: bool = True
) -> Assignment:
    r"""Share out friends one at a time, always the one who adds most anywhere.

    Each step takes the friend v of greatest :math:`f(S \cup \{v\}) - f(S)` whom some participant
    with room may invite; the result is worth at least half the best. `rr_greedy` lets participants
    pick in turn: fewer evaluations, and a guarantee that is better where the gains add up nearly.

    Parameters
    ----------
    oracle : Objective or callable
        A monotone submodular function of a set of friends: `RRSets`, `LiveEdgeWorlds`, or any
        function of a list of nodes.
    candidates : dict from int to array-like of int
        Whom each participant may invite.
    k : int or array-like of int
        Most friends a participant may invite, one for all or one each in the order of `candidates`.
    lazy : bool
        Skip gains that cannot be the greatest; the result is the same.

    Returns
    -------
    Assignment
        Ties go to the lowest friend and then to the lowest participant. `lower` is `value`: the
        oracle is taken at its word.

    Raises
    ------
    ValueError
        If `candidates` is empty, repeats a friend of a participant, or `k` is below 1.

    Notes
    -----
    At most (number of picks) × (number of friends) evaluations, and one round for the bound: for
    the empty and for the final set, the value plus each participant's k greatest gains left.

    References
    ----------
    Zhang, Huang, Sun et al. (2023), Algorithm 1; Fisher, Nemhauser and Wolsey (1978).

    Examples
    --------
    >>> from infomax.selection import mg_greedy
    >>> reach = {2: {2}, 3: {3, 5, 6}, 4: {4, 5}}
    >>> oracle = lambda friends: float(len(set().union(*(reach[v] for v in friends))))
    >>> mg_greedy(oracle, {0: [2, 3], 1: [3, 4]}, 1).pairs.tolist()
    [[0, 3], [1, 4]]
    """
    listed = listed_candidates(candidates, k)
    run = _Run(_objective(oracle, listed), listed, lazy)
    rank = np.argsort(listed.participants, kind="stable")
    owners: dict[int, list[int]] = {}
    for i in rank.tolist():
        for v in listed.of(i).tolist():
            owners.setdefault(v, []).append(i)
    heap = run.heap(np.array(sorted(owners)))
    while (best := run.pop(heap)) is not None:
        host = next((i for i in owners[best[0]] if run.room[i] > 0), None)
        if host is not None:
            run.give(host, *best)
    return run.result()


def rr_greedy(
    oracle: Oracle, candidates: Mapping[int, ArrayLike], k: ArrayLike, *, lazy: bool = True
) -> Assignment:
    r"""Share out friends in turns: each participant in order picks the one who adds most.

    Round after round, every participant with room takes its best friend not yet taken. The result
    is worth at least :math:`1/(1 + \gamma)` of the best, with the `curvature` γ between 0 and 1.
    `mg_greedy` looks at everybody for each pick.

    Parameters
    ----------
    oracle : Objective or callable
        A monotone submodular function of a set of friends: `RRSets`, `LiveEdgeWorlds`, or any
        function of a list of nodes.
    candidates : dict from int to array-like of int
        Whom each participant may invite; its order is the order of turns.
    k : int or array-like of int
        Most friends a participant may invite, one for all or one each.
    lazy : bool
        Skip gains that cannot be the greatest; the result is the same.

    Returns
    -------
    Assignment
        Ties go to the lowest friend. `lower` is `value`: the oracle is taken at its word.

    Raises
    ------
    ValueError
        If `candidates` is empty, repeats a friend of a participant, or `k` is below 1.

    Notes
    -----
    At most k times the number of candidates evaluations, and one round for the bound.

    References
    ----------
    Zhang, Huang, Sun et al. (2023), Algorithm 2.

    Examples
    --------
    >>> from infomax.selection import rr_greedy
    >>> reach = {2: {2}, 3: {3, 5, 6}, 4: {4, 5}}
    >>> oracle = lambda friends: float(len(set().union(*(reach[v] for v in friends))))
    >>> rr_greedy(oracle, {0: [2, 3], 1: [3, 4]}, 2).pairs.tolist()
    [[0, 3], [1, 4], [0, 2]]
    """
    listed = listed_candidates(candidates, k)
    run = _Run(_objective(oracle, listed), listed, lazy)
    run.heap(np.unique(listed.nodes))
    heaps = [run.heap(listed.of(i), known=True) for i in range(listed.participants.size)]
    waiting = [i for i, heap in enumerate(heaps) if heap]
    while waiting:
        for i in waiting:
            best = run.pop(heaps[i])
            if best is not None:
                run.give(i, *best)
        waiting = [i for i in waiting if heaps[i] and run.room[i] > 0]
    return run.result()


def _objective(oracle: Oracle, listed: Candidates) -> Objective:
    objective = oracle
    if not isinstance(oracle, Objective):
        objective = SetFunction(oracle, int(listed.nodes.max()) + 1)
    assert isinstance(objective, Objective)
    if listed.nodes.max() >= objective.n:
        raise ValueError(
            f"`candidates` must lie in [0, {objective.n - 1}], got {listed.nodes.max()}"
        )
    objective.reset()
    return objective


_Heap: TypeAlias = list[
    tuple[float, int, int]
]  # negative gain, node, number of seeds when computed


class _Run:
    """Friends given out so far."""

    def __init__(self, objective: Objective, listed: Candidates, lazy: bool) -> None:
        self.objective, self.listed, self.lazy = objective, listed, lazy
        self.room = listed.limits.copy()
        self.taken: dict[int, int] = {}
        self.picked: list[float] = []
        self.first: dict[int, float] = {}
        self.n_evaluations = 0

    def heap(self, nodes: NDArray[np.int64], *, known: bool = False) -> _Heap:
        """Queue nodes by the gains they have alone."""
        if not known:
            self.first = dict(zip(nodes.tolist(), self._gains(nodes).tolist(), strict=True))
        heap = [(-self.first[v], v, 0) for v in nodes.tolist()]
        heapq.heapify(heap)
        return heap

    def pop(self, heap: _Heap) -> tuple[int, float] | None:
        """Take out the node of the greatest gain among those not taken, if there is one."""
        if not self.lazy:
            heap[:] = self._refreshed(heap)
        while heap:
            negative, v, seen = heapq.heappop(heap)
            if v in self.taken:
                continue
            if seen == len(self.taken):
                return v, -negative
            gain = float(self._gains(np.array([v]))[0])
            heapq.heappush(heap, (-gain, v, len(self.taken)))
        return None

    def give(self, host: int, v: int, gain: float) -> None:
        """Let participant number `host` invite `v`."""
        self.objective.add(v)
        self.taken[v] = host
        self.room[host] -= 1
        self.picked.append(gain)

    def _refreshed(self, heap: _Heap) -> _Heap:
        nodes = np.array([v for _, v, _ in heap if v not in self.taken], dtype=np.int64)
        gains = self._gains(nodes).tolist()
        return sorted((-g, v, len(self.taken)) for g, v in zip(gains, nodes.tolist(), strict=True))

    def result(self) -> Assignment:
        value = float(self.objective.value)
        ground = np.unique(self.listed.nodes)
        last = dict(zip(ground.tolist(), self._gains(ground).tolist(), strict=True))
        empty = value - sum(self.picked)
        bound = min(empty + self._top(self.first), value + self._top(last))
        seeds = np.array(list(self.taken), dtype=np.int64)
        hosts = self.listed.participants[np.array(list(self.taken.values()), dtype=np.int64)]
        return Assignment(
            seeds, np.array(self.picked), value, bound, self.n_evaluations,
            participants=hosts, lower=value, n_rr_sets=0,
        )  # fmt: skip

    def _gains(self, nodes: NDArray[np.int64]) -> NDArray[np.float64]:
        self.n_evaluations += nodes.size
        return self.objective.gains(nodes)

    def _top(self, gains: dict[int, float]) -> float:
        total = 0.0
        for i, limit in enumerate(self.listed.limits):
            best = sorted((gains[v] for v in self.listed.of(i).tolist()), reverse=True)
            total += sum(best[:limit])
        return total
