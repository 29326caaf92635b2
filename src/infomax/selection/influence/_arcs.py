"""Arcs laid out for cascades: per node, where its arcs are and how the live ones are drawn."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from infomax.selection.influence._graph import check_thresholds

_SKIP_BELOW = 0.3  # above this greatest probability one coin an arc is cheaper than skips


class LiveArcs(NamedTuple):
    """Arcs by node and the numbers with which the live ones among them are drawn.

    `skip[v]` is −1 / log(1 − q) for the greatest probability q of the arcs of v: an exponential
    variate times it, rounded down, is how many arcs to pass over before the next proposal; 0
    proposes every arc. Where `thin[v]` is set a proposal becomes live with probability
    ``accept[arc]``. For thresholds (`threshold`), `accept` holds the running sum of in-weights.
    """

    start: NDArray[np.int64]
    nodes: NDArray[np.int32]
    skip: NDArray[np.float64]
    thin: NDArray[np.bool_]
    accept: NDArray[np.float64]
    threshold: bool


def in_arcs(graph: sparse.csr_array, *, model: str, excluded: NDArray[np.bool_]) -> LiveArcs:
    """Lay out the arcs into each node, none from or to an excluded one."""
    columns = graph.tocsc()
    if model == "lt":
        check_thresholds(graph)
    start, nodes, probability = _without(columns, excluded)
    if model == "lt":
        running = _running_sums(start, probability)
        nothing = np.zeros(0)
        return LiveArcs(start, nodes, nothing, np.zeros(0, dtype=np.bool_), running, True)
    skip, thin, accept = _proposals(start, probability)
    return LiveArcs(start, nodes, skip, thin, accept, False)


def out_arcs(graph: sparse.csr_array, *, excluded: NDArray[np.bool_]) -> LiveArcs:
    """Lay out the arcs out of each node, for the independent cascade model."""
    start, nodes, probability = _without(graph, excluded)
    skip, thin, accept = _proposals(start, probability)
    return LiveArcs(start, nodes, skip, thin, accept, False)


def _without(
    matrix: sparse.csr_array | sparse.csc_array, excluded: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    start, nodes = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False)
    if not excluded.any():
        return start, nodes, matrix.data
    result: Any = _drop(start, nodes, matrix.data, excluded)
    return result  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _drop(start: Any, nodes: Any, data: Any, excluded: Any) -> Any:  # pragma: no cover
    kept = np.zeros(start.size, np.int64)
    for v in range(start.size - 1):
        kept[v + 1] = kept[v]
        if not excluded[v]:
            for at in range(start[v], start[v + 1]):
                kept[v + 1] += not excluded[nodes[at]]
    out_nodes, out_data = np.empty(kept[-1], np.int32), np.empty(kept[-1])
    for v in range(start.size - 1):
        if excluded[v]:
            continue
        to = kept[v]
        for at in range(start[v], start[v + 1]):
            if not excluded[nodes[at]]:
                out_nodes[to], out_data[to] = nodes[at], data[at]
                to += 1
    return kept, out_nodes, out_data


@njit(cache=True, nogil=True)
def _running_sums(start: Any, data: Any) -> Any:  # pragma: no cover
    running = np.empty(data.size)
    for v in range(start.size - 1):
        total = 0.0
        for at in range(start[v], start[v + 1]):
            total += data[at]
            running[at] = total
    return running


@njit(cache=True, nogil=True)
def _proposals(start: Any, data: Any) -> Any:  # pragma: no cover
    n = start.size - 1
    skip, thin = np.zeros(n), np.zeros(n, np.bool_)
    greatest = np.ones(n)
    for v in range(n):
        here = data[start[v] : start[v + 1]]
        if here.size == 0:
            continue
        most = here.max()
        if most < _SKIP_BELOW:
            skip[v], greatest[v] = -1.0 / np.log1p(-most), most
        thin[v] = here.min() < greatest[v]
    if not thin.any():
        return skip, thin, np.empty(0)
    accept = np.empty(data.size)
    for v in range(n):
        for at in range(start[v], start[v + 1]):
            accept[at] = data[at] / greatest[v]
    return skip, thin, accept
