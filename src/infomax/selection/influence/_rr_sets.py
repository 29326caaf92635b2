"""Reverse-reachable sets: random samples of who could have reached a random node."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection._greedy import check_items
from infomax.selection.influence._arcs import LiveArcs, in_arcs
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._live_edges import walk
from infomax.selection.influence._memory import check_memory
from infomax.selection.influence._random import new_seed, stream, uniform
from infomax.selection.influence._workers import over_ranges

_PILOT = 4096  # sets drawn before the memory for the rest is estimated


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
            lambda a, b: _count_hits(seed, a, b, self.roots, self.excluded, self.arcs, targets, b)[0],
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


class RRSets:
    r"""Reverse-reachable sets, grown as far as wanted, with their coverage.

    Set number i holds all nodes that would have reached a root drawn uniformly, had the cascade
    started at them. For every set of seeds S

    .. math:: \sigma(S) = n \Pr[S \cap R \neq \emptyset],

    so the spread is estimated by the share of sets that S hits, and is maximised by covering sets.
    It offers what `maximize` asks for; `opim_c` and `imm` decide how many sets are enough.

    Parameters
    ----------
    graph : graph
        As for `as_graph`.
    model : {"ic", "lt"}
        Independent cascade (a try on every arc) or linear threshold (in-weights sum to 1 at most).
    exclude : array-like of int, optional
        Nodes taken out of the graph: neither roots, nor members, nor passed through.
    max_bytes : int, optional
        Memory the sets may take; what the machine has left when left out.
    random_state : int, Generator or None
        The stream of a set is its index, so neither the number of threads nor the steps in which
        the collection grew change it.

    Attributes
    ----------
    n_sets : int
        Sets drawn so far.
    scale : int
        Nodes a root may fall on.

    Raises
    ------
    ValueError
        If the graph, `model` or `exclude` is not as described, or in-weights exceed 1 under "lt".
    MemoryError
        From `extend`, before the sets would outgrow `max_bytes`.

    Notes
    -----
    Sets of one member, most of them on sparse graphs, are counted and not stored. Live arcs of a
    node are found by geometric skips, thinned where its arcs differ. Expected cost per set: the
    in-degrees of its members times the greatest probability among them, plus one a member.

    References
    ----------
    Borgs, Brautbar, Chayes and Lucier (2014), Algorithm 1.

    Examples
    --------
    >>> from infomax.selection import RRSets, maximize
    >>> sets = RRSets([(0, 1, 0.5), (1, 2, 0.2)], random_state=0).extend(20_000)
    >>> round(sets.spread([0]), 1)
    1.6
    >>> maximize(sets, 1).indices.tolist()
    [0]
    """

    def __init__(
        self,
        graph: Graph,
        model: str = "ic",
        *,
        exclude: ArrayLike | None = None,
        max_bytes: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        arcs = as_graph(graph)
        sampler = Sampler(arcs, model, excluded_mask(exclude, arcs.shape[0]))
        self._set_up(sampler, new_seed(random_generator(random_state)), max_bytes)

    @classmethod
    def _of(cls, sampler: Sampler, seed: np.uint64, max_bytes: int | None = None) -> "RRSets":
        self = cls.__new__(cls)
        self._set_up(sampler, seed, max_bytes)
        return self

    def _set_up(self, sampler: Sampler, seed: np.uint64, max_bytes: int | None) -> None:
        self._sampler, self._seed, self._max_bytes = sampler, seed, max_bytes
        self.n_sets = 0
        self.scale = sampler.scale
        self._parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
        self._start = np.zeros(1, dtype=np.int64)
        self._members, self._ids = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
        self._alone = np.zeros(sampler.n, dtype=np.int64)
        self._by_node: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None
        self._chosen: list[int] = []

    @property
    def n(self) -> int:
        """Number of nodes of the graph."""
        return self._sampler.n

    def extend(self, n: int) -> "RRSets":
        """Draw `n` further sets and return the collection; items added are forgotten."""
        last = self.n_sets + check_count("n", n, minimum=0)
        while self.n_sets < last:
            stop = min(last, max(_PILOT, 2 * self.n_sets) if self.n_sets < _PILOT else last)
            self._check_memory(stop)
            for part, alone in over_ranges(self._sample, self.n_sets, stop):
                self._parts.append(part)
                self._alone += alone
            self.n_sets = stop
        self._by_node = None
        self.reset()
        return self

    def coverage(self, seeds: ArrayLike) -> int:
        """Return how many of the sets hold one of `seeds`."""
        seeds = check_items("seeds", seeds, self.n)
        start, members = self._flat()
        targets = np.zeros(self.n, dtype=np.bool_)
        targets[seeds] = True
        return int(_count_covered(start, members, targets) + self._alone[seeds].sum())

    def spread(self, seeds: ArrayLike) -> float:
        """Return the estimated number of nodes that `seeds` reach."""
        return self.scale * self.coverage(seeds) / max(self.n_sets, 1)

    def members(self) -> sparse.csr_array:
        """Return the sets as rows: entry (i, v) is 1 where set i holds node v."""
        start, members = self._flat()
        sizes = np.zeros(self.n_sets, dtype=np.int64)
        sizes[self._ids] = np.diff(start)
        roots: NDArray[np.int32] = _draw_roots(self._seed, self.n_sets, self._sampler.roots)
        single = (sizes == 0) & ~self._sampler.excluded[roots]
        sizes[single] = 1
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        indices = np.empty(indptr[-1], dtype=np.int32)
        indices[np.repeat(single, sizes)] = roots[single]
        indices[np.repeat(~single, sizes)] = members
        return sparse.csr_array(
            (np.ones(indices.size, dtype=np.int8), indices, indptr), shape=(self.n_sets, self.n)
        )

    def memberships(self) -> sparse.csr_array:
        """Return the nodes as rows: entry (v, i) is 1 where node v lies in set i."""
        return sparse.csr_array(self.members().T)

    # The members that make it an objective: values are expected numbers of nodes reached.

    @property
    def value(self) -> float:
        """Estimated spread of the seeds added so far."""
        return (
            self.scale
            * int(self._state()[1].sum() + self._alone[self._chosen].sum())
            / max(self.n_sets, 1)
        )

    def gain(self, j: int) -> float:
        """Return the estimated spread that node `j` would add."""
        return float(self.gains(np.array([j]))[0])

    def gains(self, block: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the estimated spread each node of `block` (all when left out) would add alone."""
        counts = self._state()[0]
        chosen = counts if block is None else counts[np.asarray(block, dtype=np.int64)]
        return chosen * (self.scale / max(self.n_sets, 1))

    def add(self, j: int) -> None:
        """Add node `j` to the seeds."""
        counts, covered = self._state()
        node_start, node_sets = self._inverted()
        cover(j, counts, covered, node_start, node_sets, *self._flat())
        self._chosen.append(int(j))

    def reset(self) -> None:
        """Forget the seeds added."""
        self._chosen = []
        self._covering: tuple[NDArray[np.int64], NDArray[np.bool_]] | None = None

    # Inside.

    def counts(self) -> NDArray[np.int64]:
        """Return in how many sets each node lies."""
        return np.bincount(self._flat()[1], minlength=self.n) + self._alone

    def _state(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if self._covering is None:
            self._covering = self.counts(), np.zeros(self._flat()[0].size - 1, dtype=np.bool_)
        return self._covering

    def _flat(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        if self._parts:
            sizes = np.concatenate([np.diff(self._start), *(part[0] for part in self._parts)])
            self._start = np.concatenate([[0], np.cumsum(sizes)])
            self._ids = np.concatenate([self._ids, *(part[1] for part in self._parts)])
            self._members = np.concatenate([self._members, *(part[2] for part in self._parts)])
            self._parts = []
        return self._start, self._members

    def _inverted(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        if self._by_node is None:
            self._by_node = _invert(*self._flat(), self.n)
        return self._by_node

    def _sample(self, first: int, last: int) -> tuple[Any, NDArray[np.int64]]:
        sampler = self._sampler
        alone = np.zeros(sampler.n, dtype=np.int64)
        seen = np.zeros(sampler.n, dtype=np.int32)
        sizes, ids, members = [], [], []
        room = sampler.n + 2 * (last - first)
        while first < last:
            stored = np.empty(room, dtype=np.int32)
            size, number = np.empty(last - first, np.int32), np.empty(last - first, np.int64)
            first, n_stored, used = _sample_sets(
                self._seed, first, last, sampler.roots, sampler.excluded, sampler.arcs,
                seen, stored, size, number, alone,
            )  # fmt: skip
            sizes.append(size[:n_stored].copy())
            ids.append(number[:n_stored].copy())
            members.append(stored[:used].copy())
            seen[:] = 0
            room *= 2
        return (np.concatenate(sizes), np.concatenate(ids), np.concatenate(members)), alone

    def _check_memory(self, n_sets: int) -> None:
        stored = self._members.size + sum(part[2].size for part in self._parts)
        kept = self._start.size + sum(part[0].size for part in self._parts)
        share = n_sets / self.n_sets if self.n_sets else 0.0
        needed = share * (12 * stored + 24 * kept) + 24 * self.n
        check_memory(needed, self._max_bytes, f"{n_sets} reverse-reachable sets")


def excluded_mask(exclude: ArrayLike | None, n: int) -> NDArray[np.bool_]:
    """Return which of `n` nodes are excluded."""
    mask = np.zeros(n, dtype=np.bool_)
    if exclude is not None:
        mask[check_items("exclude", exclude, n)] = True
    return mask


@njit(cache=True, nogil=True)
def _sample_sets(
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
def _draw_roots(seed: Any, n_sets: Any, roots: Any) -> Any:  # pragma: no cover
    drawn = np.empty(n_sets, np.int32)
    for index in range(n_sets):
        _, at = uniform(stream(seed, index))
        drawn[index] = roots[int(at * roots.size)]
    return drawn


@njit(cache=True)
def _invert(start: Any, members: Any, n: Any) -> Any:  # pragma: no cover
    node_start = np.zeros(n + 1, np.int64)
    for v in members:
        node_start[v + 1] += 1
    for v in range(n):
        node_start[v + 1] += node_start[v]
    fill, node_sets = node_start[:-1].copy(), np.empty(members.size, np.int32)
    for number in range(start.size - 1):
        for at in range(start[number], start[number + 1]):
            v = members[at]
            node_sets[fill[v]] = number
            fill[v] += 1
    return node_start, node_sets


@njit(cache=True)
def _count_covered(start: Any, members: Any, targets: Any) -> Any:  # pragma: no cover
    covered = 0
    for number in range(start.size - 1):
        for at in range(start[number], start[number + 1]):
            if targets[members[at]]:
                covered += 1
                break
    return covered


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
