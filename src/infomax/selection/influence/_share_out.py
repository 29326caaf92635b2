"""Covering reverse-reachable sets with a few friends of each participant."""

import heapq
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infomax.selection.influence._candidates import Candidates
from infomax.selection.influence._cover import cover
from infomax.selection.influence._set_store import SetStore


class Share(NamedTuple):
    """Seeds, the number of the participant of each, sets newly covered, and a bound."""

    seeds: NDArray[np.int64]
    hosts: NDArray[np.int64]
    gains: NDArray[np.int64]
    bound: int


def share_out(sets: SetStore, listed: Candidates, *, greedy: str, tight: bool) -> Share:
    """Cover sets with at most so many friends of each participant.

    The bound is the least, over some of the steps (each full round; for "mg" the empty and the
    final set), of the coverage plus each participant's greatest gains left.
    """
    choose = _take_turns if greedy == "rr" else _take_best
    seeds, hosts, gains, bound = choose(
        listed.participants, listed.start, listed.nodes, listed.limits, tight, sets.counts(),
        *sets.by_node(), *sets.by_set(),
    )  # fmt: skip
    return Share(seeds, hosts, gains, int(bound))


@njit(cache=True)
def _take_turns(
    participants: Any, start: Any, nodes: Any, limits: Any, tight: Any, counts: Any,
    node_start: Any, node_sets: Any, set_start: Any, members: Any,
) -> Any:  # pragma: no cover  # fmt: skip
    covered = np.zeros(set_start.size - 1, np.bool_)
    taken = np.zeros(counts.size, np.bool_)
    room = limits.copy()
    seeds, hosts, gains = (
        np.empty(nodes.size, np.int64),
        np.empty(nodes.size, np.int64),
        np.empty(nodes.size, np.int64),
    )
    n_seeds, total, bound, before = 0, 0, np.int64(1) << 62, -1
    while n_seeds > before:
        before = n_seeds
        if tight:
            bound = min(bound, total + _top_gains(start, nodes, limits, counts))
        for i in range(participants.size):
            if room[i] == 0:
                continue
            best, most = np.int64(-1), np.int64(-1)
            for at in range(start[i], start[i + 1]):
                if counts[nodes[at]] > most and not taken[nodes[at]]:
                    best, most = nodes[at], counts[nodes[at]]
            if best < 0:
                room[i] = 0
                continue
            gain = cover(best, counts, covered, node_start, node_sets, set_start, members)
            taken[best] = True
            room[i] -= 1
            total += gain
            seeds[n_seeds], hosts[n_seeds], gains[n_seeds] = best, i, gain
            n_seeds += 1
    return seeds[:n_seeds], hosts[:n_seeds], gains[:n_seeds], bound


@njit(cache=True)
def _take_best(
    participants: Any, start: Any, nodes: Any, limits: Any, tight: Any, counts: Any,
    node_start: Any, node_sets: Any, set_start: Any, members: Any,
) -> Any:  # pragma: no cover  # fmt: skip
    covered = np.zeros(set_start.size - 1, np.bool_)
    room = limits.copy()
    host_start, host_list = _hosts(participants, start, nodes, counts.size)
    bound = _top_gains(start, nodes, limits, counts) if tight else np.int64(1) << 62
    heap = [
        (-counts[v], np.int64(v)) for v in range(counts.size) if host_start[v] < host_start[v + 1]
    ]
    heapq.heapify(heap)
    seeds, hosts, gains = (
        np.empty(nodes.size, np.int64),
        np.empty(nodes.size, np.int64),
        np.empty(nodes.size, np.int64),
    )
    n_seeds, total = 0, 0
    while len(heap) > 0:
        negative, v = heapq.heappop(heap)
        if -negative > counts[v]:
            heapq.heappush(heap, (-counts[v], v))
            continue
        for at in range(host_start[v], host_start[v + 1]):
            i = host_list[at]
            if room[i] > 0:
                gain = cover(v, counts, covered, node_start, node_sets, set_start, members)
                room[i] -= 1
                total += gain
                seeds[n_seeds], hosts[n_seeds], gains[n_seeds] = v, i, gain
                n_seeds += 1
                break
    if tight:
        bound = min(bound, total + _top_gains(start, nodes, limits, counts))
    return seeds[:n_seeds], hosts[:n_seeds], gains[:n_seeds], bound


@njit(cache=True)
def _hosts(participants: Any, start: Any, nodes: Any, n: Any) -> Any:  # pragma: no cover
    """Return who may invite each node, lowest participant first."""
    host_start = np.zeros(n + 1, np.int64)
    for v in nodes:
        host_start[v + 1] += 1
    for v in range(n):
        host_start[v + 1] += host_start[v]
    fill, host_list = host_start[:-1].copy(), np.empty(nodes.size, np.int64)
    for i in np.argsort(participants):
        for at in range(start[i], start[i + 1]):
            host_list[fill[nodes[at]]] = i
            fill[nodes[at]] += 1
    return host_start, host_list


@njit(cache=True)
def _top_gains(start: Any, nodes: Any, limits: Any, counts: Any) -> Any:  # pragma: no cover
    """Sum each participant's greatest counts, as many as it may invite."""
    total = np.int64(0)
    for i in range(limits.size):
        here = counts[nodes[start[i] : start[i + 1]]]
        if here.size > limits[i]:
            here = np.partition(here, here.size - limits[i])[here.size - limits[i] :]
        total += here.sum()
    return total
