"""Distances to nearest neighbours in a joint space, and how many points of a margin lie nearer.

A sample is a list of blocks, arrays of shape (n, d): its distance is the largest of the distances
in its blocks.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from infomax.measures.neighbors._kd_queries import count_nearer, nearest
from infomax.measures.neighbors._kd_tree import Floats, Ints, KdTree, kd_tree
from infomax.measures.neighbors._sorted_counts import count_sorted

_WORTH_THREADS = 20_000
_FLAT = 4  # dimensions
_FLAT_LEAF, _DEEP_LEAF, _COUNT_LEAF = 32, 128, 256  # points, by trial


def joint_neighbors(blocks: list[Floats], n_neighbors: int, metric: str) -> tuple[Floats, Ints]:
    """Return the distances and numbers, nearest first, of each point's nearest others."""
    n, d = len(blocks[0]), sum(block.shape[1] for block in blocks)
    tree = _tree(blocks, metric, _FLAT_LEAF if d <= _FLAT else _DEEP_LEAF)
    distances = np.empty((n, n_neighbors))
    neighbors = np.empty((n, n_neighbors), np.int64)
    _in_threads(n, len(tree.ranges) // 2, lambda a, b: nearest(tree, a, b, distances, neighbors))
    return distances, neighbors


def joint_distances(blocks: list[Floats], n_neighbors: int, metric: str) -> Floats:
    """Return each point's distance to its k-th neighbour in the joint space."""
    return joint_neighbors(blocks, n_neighbors, metric)[0][:, -1]


def joint_reaches(blocks: list[Floats], n_neighbors: int, metric: str) -> list[Floats]:
    """Return, block by block, the largest distance among each point's k joint neighbours."""
    _, neighbors = joint_neighbors(blocks, n_neighbors, metric)
    reaches = []
    for block in blocks:
        gaps = np.abs(block[neighbors] - block[:, None])
        if metric == "euclidean" and block.shape[1] > 1:
            gaps = np.sqrt(sum(gap**2 for gap in np.moveaxis(gaps, 2, 0)))[..., None]
        reaches.append(gaps.max(axis=(1, 2)))
    return reaches


def counts_within(blocks: list[Floats], radii: Floats, metric: str, *, strict: bool) -> Ints:
    """Return how many other points lie nearer than each radius, or as near if not `strict`."""
    n = len(radii)
    limits = np.ascontiguousarray(radii) if strict else np.nextafter(radii, np.inf)
    counts = np.empty(n, np.int64)
    if len(blocks) == 1 and blocks[0].shape[1] == 1:
        order = np.argsort(blocks[0][:, 0])
        ascending = blocks[0][order, 0]
        _in_threads(n, n, lambda a, b: count_sorted(ascending, order, a, b, limits, counts))
    else:
        tree = _tree(blocks, metric, _COUNT_LEAF)
        _in_threads(n, len(tree.ranges) // 2, lambda a, b: count_nearer(tree, a, b, limits, counts))
    return counts


def _tree(blocks: list[Floats], metric: str, leaf_size: int) -> KdTree:
    points = np.hstack(blocks)
    widths = [1] * points.shape[1] if metric == "chebyshev" else [b.shape[1] for b in blocks]
    return kd_tree(points, np.cumsum([0, *widths]), leaf_size)


def _in_threads(n: int, n_parts: int, work: Callable[[int, int], None]) -> None:
    """Share the parts out among the threads Numba may use; every part writes its own results."""
    if n < _WORTH_THREADS:
        work(0, n_parts)
        return
    from numba import get_num_threads

    edges = np.unique(np.linspace(0, n_parts, 8 * get_num_threads() + 1).astype(int)).tolist()
    with ThreadPoolExecutor(get_num_threads()) as pool:
        list(pool.map(work, edges[:-1], edges[1:]))
