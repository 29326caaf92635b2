"""Nearest neighbours of the points of a k-d tree among themselves, and how many lie within limits.

Points are asked leaf by leaf, so that what one search has read is near at hand for the next; all
results are written where the points were before they came into the tree.
"""

import numpy as np
from numba import njit

from infomax.measures.neighbors._kd_tree import (
    Floats,
    Ints,
    KdTree,
    all_nearer,
    box_distance,
    leaf_distances,
    some_nearer,
)

_DEPTH = 64  # places on the stack: one more than the tree has levels would do


@njit(cache=True, nogil=True)
def nearest(tree: KdTree, first: int, last: int, distances: Floats, neighbors: Ints) -> None:
    """Write the distances and numbers of the k nearest other points, for the leaves asked for.

    A search begins in the point's own leaf and climbs from there: little beyond is near enough.
    """
    points, order, ranges, boxes, blocks = tree
    d = boxes.shape[1] // 2
    simple = len(blocks) > d  # each coordinate for itself: no squares are needed
    n_leaves, k = len(ranges) // 2, distances.shape[1]
    query, gaps, stack = np.empty(d), np.empty(len(order)), np.empty(_DEPTH, np.int64)
    best, which = np.empty(k), np.empty(k, np.int64)
    for leaf in range(n_leaves + first, n_leaves + last):
        begin, end = ranges[leaf, 0], ranges[leaf, 1]
        for i in range(begin, end):
            for c in range(d):
                query[c] = points[begin * d + c * (end - begin) + i - begin]
            best[:] = np.inf
            stack[0], climbed, top = leaf, leaf, 0
            while top >= 0:
                node = stack[top]
                top -= 1
                if simple:
                    within = some_nearer(boxes, node, query, best[-1])
                else:
                    within = box_distance(boxes, node, query, blocks, False) < best[-1]
                if within:
                    if node >= n_leaves:
                        start, stop = ranges[node, 0], ranges[node, 1]
                        leaf_distances(points[start * d : stop * d], query, blocks, gaps)
                        _take_nearer(gaps, start, stop, i, best, which)
                    else:
                        stack[top + 1], stack[top + 2] = 2 * node, 2 * node + 1
                        top += 2
                if top < 0 and climbed > 1:
                    stack[0], climbed, top = climbed ^ 1, climbed // 2, 0
            for j in range(k):
                distances[order[i], j], neighbors[order[i], j] = best[j], order[which[j]]


@njit(cache=True, nogil=True)
def _take_nearer(gaps: Floats, start: int, stop: int, own: int, best: Floats, which: Ints) -> None:
    """Sort the points of a leaf that are nearer than the farthest kept into those kept."""
    for j in range(stop - start):
        if gaps[j] < best[-1] and start + j != own:
            place = len(best) - 1
            while place > 0 and best[place - 1] > gaps[j]:
                best[place], which[place] = best[place - 1], which[place - 1]
                place -= 1
            best[place], which[place] = gaps[j], start + j


@njit(cache=True, nogil=True)
def count_nearer(tree: KdTree, first: int, last: int, limits: Floats, counts: Ints) -> None:
    """Write how many other points lie nearer to each point than its limit, for some leaves."""
    points, order, ranges, boxes, blocks = tree
    d = boxes.shape[1] // 2
    simple = len(blocks) > d
    n_leaves = len(ranges) // 2
    query, gaps, stack = np.empty(d), np.empty(len(order)), np.empty(_DEPTH, np.int64)
    leaf = n_leaves + first
    for i in range(ranges[leaf, 0], ranges[n_leaves + last - 1, 1]):
        leaf += i == ranges[leaf, 1]
        begin, end = ranges[leaf, 0], ranges[leaf, 1]
        for c in range(d):
            query[c] = points[begin * d + c * (end - begin) + i - begin]
        limit = limits[order[i]]
        total = -1 if limit > 0 else 0  # but for the point itself
        stack[0], top = 1, 0
        while top >= 0:
            node = stack[top]
            top -= 1
            if simple:
                some = some_nearer(boxes, node, query, limit)
                every = some and all_nearer(boxes, node, query, limit)
            else:
                some = box_distance(boxes, node, query, blocks, False) < limit
                every = some and box_distance(boxes, node, query, blocks, True) < limit
            if not some:
                continue
            start, stop = ranges[node, 0], ranges[node, 1]
            if every:
                total += stop - start
            elif node >= n_leaves:
                leaf_distances(points[start * d : stop * d], query, blocks, gaps)
                for j in range(stop - start):
                    total += gaps[j] < limit
            else:
                stack[top + 1], stack[top + 2] = 2 * node, 2 * node + 1
                top += 2
        counts[order[i]] = total
