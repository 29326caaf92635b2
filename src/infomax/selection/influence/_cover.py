"""Covering the most reverse-reachable sets with k nodes."""

import heapq
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infomax.selection.influence._set_store import SetStore


class Cover(NamedTuple):
    """Nodes picked, sets newly covered by each, and an upper bound on any k nodes' coverage."""

    picks: NDArray[np.int64]
    gains: NDArray[np.int64]
    bound: int


def greedy_cover(sets: SetStore, k: int, ground: NDArray[np.int64]) -> Cover:
    """Pick `k` of the nodes `ground` greedily; ties go to the lowest index.

    The bound is the least, over all prefixes of the picks, of the prefix's coverage plus the `k`
    greatest gains left.
    """
    counts = sets.counts()
    # By first count: gains only fall, so a scan may stop at the first node that began too low.
    ground = ground[np.argsort(-counts[ground], kind="stable")]
    picks, gains, bound = _pick(k, ground, counts, *sets.by_node(), *sets.by_set())
    return Cover(picks, gains, int(bound))


@njit(cache=True)
def _pick(
    k: Any, ground: Any, counts: Any, node_start: Any, node_sets: Any, start: Any, members: Any
) -> Any:  # pragma: no cover
    covered = np.zeros(start.size - 1, np.bool_)
    first_counts = counts[ground]
    picked = np.zeros(counts.size, np.bool_)
    picks, gains = np.empty(k, np.int64), np.empty(k, np.int64)
    total, bound = 0, np.int64(1) << 62
    for step in range(k + 1):
        best, top = _scan(k, ground, first_counts, counts, picked)
        bound = min(bound, total + top)
        if step == k:
            break
        gain = cover(best, counts, covered, node_start, node_sets, start, members)
        picked[best] = True
        picks[step], gains[step] = best, gain
        total += gain
    return picks, gains, bound


@njit(cache=True)
def _scan(
    k: Any, ground: Any, first_counts: Any, counts: Any, picked: Any
) -> Any:  # pragma: no cover
    """Return the best node left and the sum of the `k` greatest counts."""
    best, most, total = np.int64(-1), np.int64(-1), np.int64(0)
    heap = [np.int64(0) for _ in range(0)]
    for place in range(ground.size):
        full = len(heap) == k
        if full and first_counts[place] <= heap[0] and first_counts[place] < most:
            break
        v = ground[place]
        if picked[v]:
            continue
        count = counts[v]
        if count > most or (count == most and v < best):
            best, most = v, count
        if not full:
            heapq.heappush(heap, count)
            total += count
        elif count > heap[0]:
            total += count - heapq.heapreplace(heap, count)
    return best, total


@njit(cache=True)
def cover(
    v: Any, counts: Any, covered: Any, node_start: Any, node_sets: Any, start: Any, members: Any
) -> Any:  # pragma: no cover
    """Take the sets that hold `v` out of the counts; return how many they were."""
    gain = counts[v]
    for at in range(node_start[v], node_start[v + 1]):
        number = node_sets[at]
        if not covered[number]:
            covered[number] = True
            for place in range(start[number], start[number + 1]):
                counts[members[place]] -= 1
    counts[v] = 0
    return gain
