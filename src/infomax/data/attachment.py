"""Growth of a network by preferential attachment, as a compiled loop."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def grow(n_nodes: int, n_edges_per_node: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return the edges of a Barabási–Albert network, shape (n_edges, 2), older node second.

    Every end of an edge is kept in one list, so that a uniform draw from it is a draw by degree.
    """
    m = n_edges_per_node
    ends = np.empty(2 * (n_nodes - m) * m, dtype=np.int64)
    n_ends = 0
    for leaf in range(1, m + 1):  # the star that growth starts from
        ends[n_ends] = leaf
        ends[n_ends + 1] = 0
        n_ends += 2
    for node in range(m + 1, n_nodes):
        first = n_ends
        while n_ends < first + 2 * m:
            target = ends[int(generator.random() * first)]
            fresh = True
            for position in range(first, n_ends, 2):
                if ends[position + 1] == target:
                    fresh = False
            if fresh:
                ends[n_ends] = node
                ends[n_ends + 1] = target
                n_ends += 2
    return ends.reshape(-1, 2)
