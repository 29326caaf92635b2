"""Reverse-reachable sets: random samples of who could have reached a random node."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection._greedy import check_items
from infomax.selection.influence._cover import cover
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._random import new_seed
from infomax.selection.influence._sampler import Sampler, draw_roots, excluded_mask
from infomax.selection.influence._set_store import SetStore


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
        if max_bytes is not None:
            max_bytes = check_count("max_bytes", max_bytes)
        sampler = Sampler(arcs, model, excluded_mask(exclude, arcs.shape[0]))
        seed = new_seed(random_generator(random_state))
        self._store = SetStore(sampler, seed, max_bytes=max_bytes)
        self.scale = sampler.scale
        self.reset()

    @property
    def n(self) -> int:
        """Number of nodes of the graph."""
        return self._store.sampler.n

    @property
    def n_sets(self) -> int:
        """Number of sets drawn so far."""
        return self._store.n_sets

    def extend(self, n: int) -> "RRSets":
        """Draw `n` further sets and return the collection; items added are forgotten."""
        self._store.grow(self.n_sets + check_count("n", n, minimum=0))
        self.reset()
        return self

    def coverage(self, seeds: ArrayLike) -> int:
        """Return how many of the sets hold one of `seeds`."""
        seeds = check_items("seeds", seeds, self.n)
        targets = np.zeros(self.n, dtype=np.bool_)
        targets[seeds] = True
        return int(_count_covered(*self._store.by_set(), targets) + self._store.alone[seeds].sum())

    def spread(self, seeds: ArrayLike) -> float:
        """Return the estimated number of nodes that `seeds` reach."""
        return self.coverage(seeds) * self._worth

    def members(self) -> sparse.csr_array:
        """Return the sets as rows: entry (i, v) is 1 where set i holds node v."""
        start, members = self._store.by_set()
        sizes = np.ones(self.n_sets, dtype=np.int64)
        sizes[self._store.ids()] = np.diff(start)
        alone = np.repeat(sizes == 1, sizes)
        indices = np.empty(alone.size, dtype=np.int32)
        roots = draw_roots(self._store.seed, self.n_sets, self._store.sampler.roots)
        indices[alone], indices[~alone] = roots[sizes == 1], members
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        ones = np.ones(indices.size, dtype=np.int8)
        return sparse.csr_array((ones, indices, indptr), shape=(self.n_sets, self.n))

    def memberships(self) -> sparse.csr_array:
        """Return the nodes as rows: entry (v, i) is 1 where node v lies in set i."""
        return sparse.csr_array(self.members().T)

    @property
    def value(self) -> float:
        """Estimated spread of the seeds added so far."""
        return self._n_covered * self._worth

    def gain(self, j: int) -> float:
        """Return the estimated spread that node `j` would add."""
        return float(self._state()[0][j] * self._worth)

    def gains(self, block: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the estimated spread each node of `block` (all when left out) would add alone."""
        counts = self._state()[0]
        asked = counts if block is None else counts[np.asarray(block, dtype=np.int64)]
        return np.asarray(asked * self._worth, dtype=np.float64)

    def add(self, j: int) -> None:
        """Add node `j` to the seeds."""
        by_node, by_set = self._store.by_node(), self._store.by_set()
        self._n_covered += int(cover(j, *self._state(), *by_node, *by_set))

    def reset(self) -> None:
        """Forget the seeds added."""
        self._covering: tuple[NDArray[np.int64], NDArray[np.bool_]] | None = None
        self._n_covered = 0

    @property
    def _worth(self) -> float:
        return self.scale / max(self.n_sets, 1)

    def _state(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if self._covering is None:
            n_stored = self._store.ids().size
            self._covering = self._store.counts(), np.zeros(n_stored, dtype=np.bool_)
        return self._covering


@njit(cache=True)
def _count_covered(start: Any, members: Any, targets: Any) -> Any:  # pragma: no cover
    covered = 0
    for number in range(start.size - 1):
        for at in range(start[number], start[number + 1]):
            if targets[members[at]]:
                covered += 1
                break
    return covered
