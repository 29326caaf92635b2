"""Drawing reverse-reachable sets: who could have reached a random root."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_choice
from infomax.selection._greedy import check_items
from infomax.selection.influence._arcs import LiveArcs, in_arcs
from infomax.selection.influence._live_edges import walk
from infomax.selection.influence._random import stream, uniform
from infomax.selection.influence._workers import over_ranges


class Sampler:
    """Draws reverse-reachable sets of a graph; the stream of a set is its index.

    Parameters
    ----------
    graph : scipy.sparse.csr_array
        As `as_graph` returns it.
    model : {"ic", "lt"}
    excluded : ndarray of bool, shape (n,)
        Nodes that are left out of the graph.
    empty_roots : bool
        Let roots fall on excluded nodes too, which gives empty sets.
    """

    def __init__(
        self,
        graph: sparse.csr_array,
        model: str,
        excluded: NDArray[np.bool_],
        *,
        empty_roots: bool = False,
    ) -> None:
        check_choice("model", model, ("ic", "lt"))
        self.n = graph.shape[0]
        self.excluded = excluded
        self.arcs: LiveArcs = in_arcs(graph, model=model, excluded=excluded)
        self.roots = np.flatnonzero(~excluded | empty_roots).astype(np.int32)
        if self.roots.size == 0:
            raise ValueError("`exclude` must leave at least one node, got all of them")

    @property
    def scale(self) -> int:
        """Number of nodes a root may fall on."""
        return int(self.roots.size)

    def hits(self, seeds: ArrayLike, seed: np.uint64, last: int, *, first: int = 0) -> int:
        """Count the sets `first` to `last` of the family `seed` that hold one of `seeds`."""
        targets = self._targets(seeds)
        return sum(over_ranges(
            lambda a, b: _count_hits(seed, a, b, self.roots, self.excluded, self.arcs, targets, -1)[0],
            first, last,
        ))  # fmt: skip

    def draws_until(self, seeds: ArrayLike, seed: np.uint64, needed: int) -> int:
        """Count the sets drawn until `needed` of them hold one of `seeds`."""
        targets = self._targets(seeds)
        first, found, size = 0, 0, 4096
        while True:
            hits = self.hits(seeds, seed, first + size, first=first)
            if found + hits >= needed:
                left = needed - found
                _, draws = _count_hits(
                    seed, first, first + size, self.roots, self.excluded, self.arcs, targets, left
                )
                return int(draws)
            first, found = first + size, found + hits
            size = min(2 * size, 1 << 20)

    def _targets(self, seeds: ArrayLike) -> NDArray[np.bool_]:
        targets = np.zeros(self.n, dtype=np.bool_)
        targets[np.asarray(seeds, dtype=np.int64)] = True
        return targets


def excluded_mask(exclude: ArrayLike | None, n: int) -> NDArray[np.bool_]:
    """Return which of `n` nodes are excluded."""
    mask = np.zeros(n, dtype=np.bool_)
    if exclude is not None:
        mask[check_items("exclude", exclude, n)] = True
    return mask


@njit(cache=True, nogil=True)
def sample_sets(
    seed: Any, first: Any, last: Any, roots: Any, excluded: Any, arcs: Any,
    seen: Any, stored: Any, sizes: Any, ids: Any, alone: Any,
) -> Any:  # pragma: no cover  # fmt: skip
    used, n_stored, begun = 0, 0, first
    for index in range(first, last):
        if used + seen.size > stored.size:
            return index, n_stored, used
        state, at = uniform(stream(seed, index))
        root = roots[int(at * roots.size)]
        if excluded[root]:
            continue
        stamp = np.int32(index - begun + 1)
        seen[root], stored[used] = stamp, root
        end = walk(state, arcs, stored, used, used + 1, seen, stamp, excluded, False)
        if end == used + 1:
            alone[root] += 1
        else:
            sizes[n_stored], ids[n_stored] = end - used, index
            n_stored += 1
            used = end
    return last, n_stored, used


@njit(cache=True, nogil=True)
def _count_hits(
    seed: Any,
    first: Any,
    last: Any,
    roots: Any,
    excluded: Any,
    arcs: Any,
    targets: Any,
    needed: Any,
) -> Any:  # pragma: no cover
    hits = 0
    seen, reached = np.zeros(targets.size, np.int32), np.empty(targets.size, np.int32)
    for index in range(first, last):
        state, at = uniform(stream(seed, index))
        root = roots[int(at * roots.size)]
        if excluded[root]:
            continue
        stamp = np.int32(index - first + 1)
        seen[root], reached[0] = stamp, root
        if targets[root] or walk(state, arcs, reached, 0, 1, seen, stamp, targets, True) < 0:
            hits += 1
            if hits == needed:
                return hits, index + 1
    return hits, last


@njit(cache=True)
def draw_roots(seed: Any, n_sets: Any, roots: Any) -> Any:  # pragma: no cover
    """Return the root of each set."""
    drawn = np.empty(n_sets, np.int32)
    for index in range(n_sets):
        _, at = uniform(stream(seed, index))
        drawn[index] = roots[int(at * roots.size)]
    return drawn
