"""Whom each participant may invite."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_count
from infomax.selection._greedy import check_items


class Candidates(NamedTuple):
    """Candidates ``nodes[start[i]:start[i + 1]]`` of participant i, ascending, and its limit."""

    participants: NDArray[np.int64]
    start: NDArray[np.int64]
    nodes: NDArray[np.int64]
    limits: NDArray[np.int64]

    def of(self, i: int) -> NDArray[np.int64]:
        """Return the candidates of participant number `i`."""
        return self.nodes[self.start[i] : self.start[i + 1]]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of candidates of each participant."""
        return np.diff(self.start)


def friends_of(graph: sparse.csr_array, participants: ArrayLike, k: ArrayLike) -> Candidates:
    """Return the out-neighbours of each participant that do not participate themselves."""
    chosen = check_items("participants", participants, graph.shape[0])
    if chosen.size == 0:
        raise ValueError("`participants` must name at least one node, got none")
    takes_part = np.zeros(graph.shape[0], dtype=np.bool_)
    takes_part[chosen] = True
    begin, end = graph.indptr[chosen].astype(np.int64), graph.indptr[chosen + 1].astype(np.int64)
    sizes = end - begin
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], sizes)
    friends = graph.indices[places].astype(np.int64)
    keep = ~takes_part[friends]
    if not keep.any():
        raise ValueError(
            "`participants` must have at least one friend who does not take part, got none"
        )
    start = np.concatenate([[0], np.cumsum(keep)])[offsets]
    return Candidates(chosen, start, friends[keep], check_limits(k, chosen.size))


def listed_candidates(candidates: Mapping[int, ArrayLike], k: ArrayLike) -> Candidates:
    """Read candidates given by participant."""
    if not candidates:
        raise ValueError("`candidates` must name at least one participant, got none")
    lists = [np.sort(check_items("candidates", nodes, 2**62)) for nodes in candidates.values()]
    start = np.concatenate([[0], np.cumsum([nodes.size for nodes in lists])])
    participants = check_items("candidates", np.array(list(candidates)), 2**62)
    nodes = np.concatenate(lists).astype(np.int64)
    if nodes.size == 0:
        raise ValueError("`candidates` must hold at least one node, got none")
    return Candidates(participants, start, nodes, check_limits(k, participants.size))


def check_limits(k: ArrayLike, n: int) -> NDArray[np.int64]:
    """Return the limit of each of `n` participants."""
    if np.ndim(k) == 0:
        return np.full(n, check_count("k", k))  # type: ignore[arg-type]
    limits = np.asarray(k)
    if limits.shape != (n,) or limits.dtype.kind not in "iu" or (limits < 1).any():
        raise ValueError(
            f"`k` must be a whole number of at least 1, or {n} of them, got {limits.tolist()}"
        )
    return limits.astype(np.int64)
