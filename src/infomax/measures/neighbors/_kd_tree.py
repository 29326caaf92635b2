"""A balanced k-d tree whose points lie in the order of its leaves.

Node 1 is the root, node i has the children 2 i and 2 i + 1, and the last half of the nodes are the
leaves; a node's points are those from its start to its stop.

The distance is the largest of the Euclidean distances in blocks of coordinates; blocks of one
coordinate each give the Chebyshev distance. Rounding is monotone, so that boxes never lie.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


class KdTree(NamedTuple):
    """The tree and its points."""

    points: Floats  # (d n,), leaf by leaf, and in each leaf coordinate by coordinate
    order: Ints  # (n,), where each point was
    ranges: Ints  # (nodes, 2), start and stop
    boxes: Floats  # (nodes, 2 d), the least coordinates and the largest
    blocks: Ints  # where blocks of coordinates begin, d included


def kd_tree(points: Floats, blocks: Ints, leaf_size: int) -> KdTree:
    """Return the tree of points of shape (n, d) whose blocks begin at `blocks`, d included."""
    columns = np.ascontiguousarray(points.T)
    ranges = _ranges(len(points), leaf_size)
    order = _leaf_order(columns, ranges)
    return KdTree(
        _by_leaf(columns, order, ranges), order, ranges, _boxes(columns, order, ranges), blocks
    )


@njit(cache=True, nogil=True)
def some_nearer(boxes: Floats, node: int, query: Floats, limit: float) -> bool:
    """Tell whether a point in the box of a node can lie nearer to the query than the limit."""
    d = len(query)
    for c in range(d):
        if boxes[node, c] - query[c] >= limit or query[c] - boxes[node, d + c] >= limit:
            return False
    return True


@njit(cache=True, nogil=True)
def all_nearer(boxes: Floats, node: int, query: Floats, limit: float) -> bool:
    """Tell whether all points in the box of a node lie nearer to the query than the limit."""
    d = len(query)
    for c in range(d):
        if query[c] - boxes[node, c] >= limit or boxes[node, d + c] - query[c] >= limit:
            return False
    return True


@njit(cache=True, nogil=True)
def box_distance(boxes: Floats, node: int, query: Floats, blocks: Ints, farthest: bool) -> float:
    """Return how near to the query, or how far, a point in the box of a node can lie."""
    d, distance = len(query), 0.0
    for block in range(len(blocks) - 1):
        total = 0.0
        for c in range(blocks[block], blocks[block + 1]):
            below, above = boxes[node, c] - query[c], query[c] - boxes[node, d + c]
            gap = max(-below, -above) if farthest else max(below, above, 0.0)
            total += gap * gap
        distance = max(distance, np.sqrt(total))
    return distance


@njit(cache=True, nogil=True)
def leaf_distances(leaf: Floats, query: Floats, blocks: Ints, out: Floats) -> None:
    """Write the distances of the points of a leaf from the query into `out`."""
    d, m = len(query), len(leaf) // len(query)
    if len(blocks) <= d:
        _block_distances(leaf, query, blocks, out)
        return
    row, other = leaf[:m], leaf[(d - 1) * m :]
    for j in range(m):
        out[j] = max(abs(row[j] - query[0]), abs(other[j] - query[d - 1]))
    for c in range(1, d - 1, 2):  # two rows at once: half of the reading and writing of `out`
        row, other = leaf[c * m : (c + 1) * m], leaf[(c + 1) * m : (c + 2) * m]
        center, second = query[c], query[c + 1]
        for j in range(m):
            out[j] = max(out[j], abs(row[j] - center), abs(other[j] - second))


@njit(cache=True, nogil=True)
def _block_distances(leaf: Floats, query: Floats, blocks: Ints, out: Floats) -> None:
    m = len(leaf) // len(query)
    for j in range(m):
        out[j] = 0.0
        for block in range(len(blocks) - 1):
            total = 0.0
            for c in range(blocks[block], blocks[block + 1]):
                gap = leaf[c * m + j] - query[c]
                total += gap * gap
            out[j] = max(out[j], np.sqrt(total))


def _ranges(n: int, leaf_size: int) -> Ints:
    """Return start and stop of each node's points, halved until a leaf holds few enough."""
    n_levels = max(0, int(np.ceil(np.log2(n / leaf_size))))
    ranges = np.zeros((2 << n_levels, 2), np.int64)
    for level in range(n_levels + 1):
        edges = np.arange((1 << level) + 1) * n >> level
        ranges[1 << level : 2 << level] = np.stack([edges[:-1], edges[1:]], axis=1)
    return ranges


@njit(cache=True, nogil=True)
def _leaf_order(points: Floats, ranges: Ints) -> Ints:
    """Halve the points of each node along the widest side of their box, from the root on."""
    d, n = points.shape
    order = np.arange(n)
    keys = np.empty(n)
    for node in range(1, len(ranges) // 2):
        start, stop = ranges[node]
        axis, widest = 0, -1.0
        for c in range(d):
            low, high = np.inf, -np.inf
            for i in range(start, stop):
                low, high = min(low, points[c, order[i]]), max(high, points[c, order[i]])
            if high - low > widest:
                axis, widest = c, high - low
        for i in range(start, stop):
            keys[i] = points[axis, order[i]]
        _halve(keys, order, start, stop - 1, ranges[2 * node, 1])
    return order


@njit(cache=True, nogil=True)
def _halve(keys: Floats, order: Ints, low: int, high: int, nth: int) -> None:
    """Bring the nth smallest key to its place, smaller ones before it (Hoare's selection)."""
    while low < high:
        a, b, c = keys[low], keys[(low + high) // 2], keys[high]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while keys[i] < pivot:
                i += 1
            while keys[j] > pivot:
                j -= 1
            if i <= j:
                keys[i], keys[j] = keys[j], keys[i]
                order[i], order[j] = order[j], order[i]
                i, j = i + 1, j - 1
        if nth <= j:
            high = j
        elif nth >= i:
            low = i
        else:
            return


@njit(cache=True, nogil=True)
def _by_leaf(points: Floats, order: Ints, ranges: Ints) -> Floats:
    """Return the coordinates leaf by leaf: what is read together lies together."""
    d, n = points.shape
    flat = np.empty(d * n)
    place = 0
    for node in range(len(ranges) // 2, len(ranges)):
        for c in range(d):
            for i in range(ranges[node, 0], ranges[node, 1]):
                flat[place] = points[c, order[i]]
                place += 1
    return flat


@njit(cache=True, nogil=True)
def _boxes(points: Floats, order: Ints, ranges: Ints) -> Floats:
    """Return each node's least and largest coordinates."""
    d, n_nodes = len(points), len(ranges)
    boxes = np.empty((n_nodes, 2 * d))
    boxes[:, :d] = np.inf
    boxes[:, d:] = -np.inf
    for node in range(n_nodes - 1, 0, -1):
        for c in range(d):
            if 2 * node >= n_nodes:
                for i in range(ranges[node, 0], ranges[node, 1]):
                    boxes[node, c] = min(boxes[node, c], points[c, order[i]])
                    boxes[node, d + c] = max(boxes[node, d + c], points[c, order[i]])
            boxes[node // 2, c] = min(boxes[node // 2, c], boxes[node, c])
            boxes[node // 2, d + c] = max(boxes[node // 2, d + c], boxes[node, d + c])
    return boxes
