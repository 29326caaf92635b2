"""Fixed random worlds: in each the live arcs are settled, so that the spread is plain coverage."""

from typing import Any

import numpy as np
from numba import njit, uint64
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection.influence._graph import Graph, as_graph, check_thresholds
from infomax.selection.influence._memory import check_memory
from infomax.selection.influence._random import mix, new_seed, stream
from infomax.selection.influence._sampler import excluded_mask

_UNIT, _R11, _STEP = 2.0**-53, np.uint64(11), np.uint64(0x9E3779B97F4A7C15)


class LiveEdgeWorlds:
    r"""Average number of nodes reached over a fixed sample of worlds, as a set function.

    In each world every arc is live or not once and for all (under "lt" every node keeps at most one
    of its in-arcs), so :math:`f(S)`, the average number of nodes that S reaches over live arcs, is
    exactly monotone and submodular, unlike simulations repeated for each question. For small graphs
    and as a reference; `RRSets` scales further.

    Parameters
    ----------
    graph : graph
        As for `as_graph`.
    n_worlds : int
    model : {"ic", "lt"}
    exclude : array-like of int, optional
        Nodes taken out of the graph.
    random_state : int, Generator or None

    Raises
    ------
    ValueError
        If an argument is out of range or the graph is not as `as_graph` wants it.
    MemoryError
        If `n_worlds` times the nodes does not fit into memory.

    Notes
    -----
    A coin is a hash of seed, world and arc: nothing is stored but one byte for each world and node.
    A gain costs the arcs of all nodes newly reached, over all worlds.

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Claims 2.3 and 2.6.

    Examples
    --------
    >>> from infomax.selection import LiveEdgeWorlds
    >>> worlds = LiveEdgeWorlds([(0, 1, 0.5), (1, 2, 0.2)], 10_000, random_state=0)
    >>> round(worlds.gain(0), 1)
    1.6
    """

    def __init__(
        self,
        graph: Graph,
        n_worlds: int,
        *,
        model: str = "ic",
        exclude: ArrayLike | None = None,
        random_state: RandomState = None,
    ) -> None:
        arcs = as_graph(graph)
        self.n_worlds = check_count("n_worlds", n_worlds)
        check_choice("model", model, ("ic", "lt"))
        self._n: int = arcs.shape[0]
        check_memory(float(self.n_worlds * self._n), None, f"{n_worlds} worlds of {self._n} nodes")
        self._excluded = excluded_mask(exclude, self._n)
        high = arcs.data
        low = np.zeros(arcs.nnz)
        if model == "lt":
            check_thresholds(arcs)
            low, high = _stretches(arcs.indices, arcs.data, self._n)
        self._arcs = (arcs.indptr.astype(np.int64), arcs.indices.astype(np.int32), low, high)
        self._by_node = model == "lt"
        self._seed = new_seed(random_generator(random_state))
        self.reset()

    @property
    def n(self) -> int:
        """Number of nodes."""
        return self._n

    @property
    def value(self) -> float:
        """Average number of nodes reached by the seeds added so far."""
        return self._total / self.n_worlds

    def gain(self, j: int) -> float:
        """Return what node `j` would add."""
        return self._reach(j, False) / self.n_worlds

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each node of `block` would add alone."""
        return np.array([self.gain(int(j)) for j in block])

    def add(self, j: int) -> None:
        """Add node `j` to the seeds."""
        self._total += self._reach(j, True)

    def reset(self) -> None:
        """Forget the seeds added."""
        self._covered = np.repeat(self._excluded[None], self.n_worlds, axis=0)
        self._total = 0

    def _reach(self, j: int, keep: bool) -> int:
        return int(_reach(self._seed, j, *self._arcs, self._by_node, self._covered, keep))


@njit(cache=True)
def _stretches(targets: Any, weights: Any, n: Any) -> Any:  # pragma: no cover
    """Lay the in-arcs of each node side by side on [0, 1]."""
    end, low, high = np.zeros(n), np.empty(weights.size), np.empty(weights.size)
    for arc in range(weights.size):
        low[arc] = end[targets[arc]]
        end[targets[arc]] += weights[arc]
        high[arc] = end[targets[arc]]
    return low, high


@njit(cache=True)
def _reach(
    seed: Any,
    j: Any,
    start: Any,
    nodes: Any,
    low: Any,
    high: Any,
    by_node: Any,
    covered: Any,
    keep: Any,
) -> Any:  # pragma: no cover
    queue, total = np.empty(covered.shape[1], np.int32), 0
    for world in range(covered.shape[0]):
        here, key = covered[world], stream(seed, world)
        if here[j]:
            continue
        here[j], queue[0] = True, j
        at, end = 0, 1
        while at < end:
            v = queue[at]
            at += 1
            for arc in range(start[v], start[v + 1]):
                w = nodes[arc]
                if here[w]:
                    continue
                index = uint64(w) if by_node else uint64(arc)
                coin = float(mix(key + (index + uint64(1)) * _STEP) >> _R11) * _UNIT
                if low[arc] <= coin < high[arc]:
                    here[w], queue[end] = True, w
                    end += 1
        total += end
        if not keep:
            for i in range(end):
                here[queue[i]] = False
    return total
