"""Reverse-reachable sets kept in memory, by set and by node."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infomax.selection.influence._memory import check_memory
from infomax.selection.influence._sampler import Sampler, sample_sets
from infomax.selection.influence._workers import over_ranges

_Part = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]
_PILOT = 1000  # with fewer sets than this the memory for more is estimated step by step


class SetStore:
    """Sets 0 to `n_sets` of one family, grown as far as wanted.

    Sets of one member are only counted, in `alone`.
    """

    def __init__(self, sampler: Sampler, seed: np.uint64, *, max_bytes: int | None = None) -> None:
        self.sampler, self.seed = sampler, seed
        self.n_sets = 0
        self.alone = np.zeros(sampler.n, dtype=np.int64)
        self._max_bytes = max_bytes
        self._fresh: list[_Part] = []
        self._start = np.zeros(1, dtype=np.int64)
        self._members, self._ids = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
        self._by_node: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None

    def grow(self, n_sets: int) -> None:
        """Draw until there are `n_sets`."""
        while self.n_sets < n_sets:
            step = n_sets if self.n_sets >= _PILOT else max(16, 8 * self.n_sets)
            stop = min(n_sets, step)
            self._check_memory(stop)
            for part, alone in over_ranges(self._sample, self.n_sets, stop):
                self._fresh.append(part)
                self.alone += alone
            self.n_sets = stop
            self._by_node = None

    def by_set(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where the members of each set of two or more begin, and the members."""
        self._join()
        return self._start, self._members

    def ids(self) -> NDArray[np.int64]:
        """Return the numbers of the sets of two or more."""
        self._join()
        return self._ids

    def by_node(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where the sets of each node begin, and these sets, counted among those of `ids`."""
        if self._by_node is None:
            self._by_node = _invert(*self.by_set(), self.sampler.n)
        return self._by_node

    def counts(self) -> NDArray[np.int64]:
        """Return in how many sets each node lies."""
        return np.diff(self.by_node()[0]) + self.alone

    def _join(self) -> None:
        if self._fresh:
            sizes = np.concatenate([np.diff(self._start), *(part[0] for part in self._fresh)])
            self._start = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
            self._ids = np.concatenate([self._ids, *(part[1] for part in self._fresh)])
            self._members = np.concatenate([self._members, *(part[2] for part in self._fresh)])
            self._fresh = []

    def _sample(self, first: int, last: int) -> tuple[_Part, NDArray[np.int64]]:
        alone = np.zeros(self.sampler.n, dtype=np.int64)
        seen = np.zeros(self.sampler.n, dtype=np.int32)
        parts: list[_Part] = []
        room = self.sampler.n + 2 * (last - first)
        while first < last:
            members = np.empty(room, dtype=np.int32)
            sizes, ids = np.empty(last - first, np.int32), np.empty(last - first, np.int64)
            first, kept, used = sample_sets(
                self.seed, first, last, self.sampler.roots, self.sampler.excluded,
                self.sampler.arcs, seen, members, sizes, ids, alone,
            )  # fmt: skip
            parts.append((sizes[:kept].copy(), ids[:kept].copy(), members[:used].copy()))
            seen[:] = 0
            room *= 2
        sizes, ids, members = (np.concatenate(column) for column in zip(*parts, strict=True))
        return (sizes, ids, members), alone

    def _check_memory(self, n_sets: int) -> None:
        start, members = self.by_set()
        share = n_sets / self.n_sets if self.n_sets else 0.0
        needed = share * (12 * members.size + 32 * start.size) + 24 * self.sampler.n
        check_memory(needed, self._max_bytes, f"{n_sets} reverse-reachable sets")


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
