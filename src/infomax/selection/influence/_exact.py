"""The spread by going through every course a cascade can take, for a handful of arcs."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_MOST_ARCS = 20


def exact_spread(
    graph: sparse.csr_array, seeds: NDArray[np.int64], excluded: NDArray[np.bool_], *, model: str
) -> float:
    """Return the expected number of nodes reached.

    Under thresholds an arc that is tried after others into the same node have failed succeeds with
    its weight over what those left: so both models are tries, one after the other.
    """
    arcs: dict[int, list[tuple[int, float]]] = {}
    listed = graph.tocoo()
    for u, v, p in zip(listed.row.tolist(), listed.col.tolist(), listed.data.tolist(), strict=True):
        if not (excluded[u] or excluded[v]):
            arcs.setdefault(u, []).append((v, p))
    _check_size(arcs, seeds)
    return _expected(arcs, seeds.tolist(), [], frozenset(seeds.tolist()), {}, model == "lt")


def _expected(
    arcs: dict[int, list[tuple[int, float]]],
    fresh: list[int],
    tries: list[tuple[int, float]],
    reached: frozenset[int],
    failed: dict[int, float],
    threshold: bool,
) -> float:
    while True:
        if not tries:
            if not fresh:
                return float(len(reached))
            tries, fresh = arcs.get(fresh[0], []), fresh[1:]
            continue
        (v, p), tries = tries[0], tries[1:]
        if v in reached:
            continue
        if threshold:
            left, weight = 1 - failed.get(v, 0.0), p
            p = min(1.0, weight / left) if left > 0 else 0.0
            failed = failed | {v: 1 - left + weight}
        if p < 1:
            break
        fresh, reached = [*fresh, v], reached | {v}
    reaching = (
        _expected(arcs, [*fresh, v], tries, reached | {v}, failed, threshold) if p > 0 else 0.0
    )
    return p * reaching + (1 - p) * _expected(arcs, fresh, tries, reached, failed, threshold)


def _check_size(arcs: dict[int, list[tuple[int, float]]], seeds: NDArray[np.int64]) -> None:
    found, queue, uncertain = set(seeds.tolist()), seeds.tolist(), 0
    while queue:
        for v, p in arcs.get(queue.pop(), []):
            uncertain += p < 1
            if v not in found:
                found.add(v)
                queue.append(v)
    if uncertain > _MOST_ARCS:
        raise ValueError(
            f'`method` "exact" takes at most {_MOST_ARCS} uncertain arcs within reach of the seeds, '
            f'got {uncertain}: choose "mc" or "rr"'
        )
