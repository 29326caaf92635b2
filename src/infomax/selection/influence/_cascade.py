"""Cascades run forwards, one stream each."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from infomax.selection.influence._arcs import out_arcs
from infomax.selection.influence._graph import check_thresholds
from infomax.selection.influence._live_edges import walk
from infomax.selection.influence._random import stream, uniform
from infomax.selection.influence._workers import over_ranges


def run_cascades(
    graph: sparse.csr_array, seeds: NDArray[np.int64], excluded: NDArray[np.bool_],
    *, model: str, n_simulations: int, seed: np.uint64,
) -> tuple[int, int]:  # fmt: skip
    """Return the sum and the sum of squares of how many nodes each cascade reached."""
    arcs = out_arcs(graph, excluded=excluded)
    if model == "lt":
        check_thresholds(graph)
        weights = graph.data[
            ~(excluded[graph.indices] | np.repeat(excluded, np.diff(graph.indptr)))
        ]
        parts = over_ranges(
            lambda a, b: _threshold_cascades(seed, a, b, seeds, arcs.start, arcs.nodes, weights),
            0, n_simulations,
        )  # fmt: skip
    else:
        parts = over_ranges(
            lambda a, b: _cascades(seed, a, b, seeds, arcs, excluded), 0, n_simulations
        )
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


@njit(cache=True, nogil=True)
def _cascades(
    seed: Any, first: Any, last: Any, seeds: Any, arcs: Any, excluded: Any
) -> Any:  # pragma: no cover
    seen, reached = np.zeros(excluded.size, np.int32), np.empty(excluded.size, np.int32)
    total, squares = 0, 0
    for index in range(first, last):
        stamp = np.int32(index - first + 1)
        for i in range(seeds.size):
            seen[seeds[i]], reached[i] = stamp, seeds[i]
        count = walk(
            stream(seed, index), arcs, reached, 0, seeds.size, seen, stamp, excluded, False
        )
        total += count
        squares += count * count
    return total, squares


@njit(cache=True, nogil=True)
def _threshold_cascades(
    seed: Any, first: Any, last: Any, seeds: Any, start: Any, nodes: Any, weights: Any
) -> Any:  # pragma: no cover
    n = start.size - 1
    seen, reached = np.zeros(n, np.int32), np.empty(n, np.int32)
    touched, threshold, pressure = np.zeros(n, np.int32), np.empty(n), np.empty(n)
    total, squares = 0, 0
    for index in range(first, last):
        stamp, state = np.int32(index - first + 1), stream(seed, index)
        for i in range(seeds.size):
            seen[seeds[i]], reached[i] = stamp, seeds[i]
        at, end = 0, seeds.size
        while at < end:
            v = reached[at]
            at += 1
            for arc in range(start[v], start[v + 1]):
                w = nodes[arc]
                if seen[w] == stamp:
                    continue
                if touched[w] != stamp:
                    touched[w], pressure[w] = stamp, 0.0
                    state, threshold[w] = uniform(state)
                pressure[w] += weights[arc]
                if pressure[w] > threshold[w]:
                    seen[w], reached[end] = stamp, w
                    end += 1
        total += end
        squares += end * end
    return total, squares
