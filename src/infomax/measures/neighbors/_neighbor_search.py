"""Distances to nearest neighbours in a joint space, and how many points of a margin lie nearer.

The distance in the joint space is the largest of the distances in its blocks.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from infomax.measures.neighbors._checked_blocks import Floats

_CELLS = 4_000_000


def joint_distances(blocks: list[Floats], n_neighbors: int, metric: str) -> Floats:
    """Return each point's distance to its k-th neighbour in the joint space."""
    if metric == "chebyshev":
        joint = np.hstack(blocks)
        found: Any = cKDTree(joint).query(joint, [n_neighbors + 1], p=np.inf)[0]
        return np.asarray(found[:, 0])
    parts = [
        np.partition(np.maximum.reduce(rows), n_neighbors, axis=1)[:, n_neighbors]
        for rows in _distance_rows(blocks, metric)
    ]
    return np.concatenate(parts)


def joint_reaches(blocks: list[Floats], n_neighbors: int, metric: str) -> list[Floats]:
    """Return, block by block, the largest distance among each point's k joint neighbours."""
    reaches: list[list[Floats]] = [[] for _ in blocks]
    done = 0
    for rows in _distance_rows(blocks, metric):
        joint = np.maximum.reduce(rows)
        here = np.arange(len(joint))
        joint[here, done + here] = np.inf
        nearest = np.argpartition(joint, n_neighbors - 1, axis=1)[:, :n_neighbors]
        for reach, block in zip(reaches, rows, strict=True):
            reach.append(np.take_along_axis(block, nearest, axis=1).max(axis=1))
        done += len(joint)
    return [np.concatenate(reach) for reach in reaches]


def counts_within(
    blocks: list[Floats], radii: Floats, metric: str, *, strict: bool
) -> NDArray[np.int64]:
    """Return how many other points lie nearer than each radius, or as near if not `strict`."""
    if metric == "chebyshev":
        points = np.hstack(blocks)
        reach = np.nextafter(radii, -np.inf) if strict else radii
        found = cKDTree(points).query_ball_point(points, reach, p=np.inf, return_length=True)
        return np.asarray(found - (reach >= 0))
    parts = []
    done = 0
    for distances in _distance_rows(blocks, metric):
        rows = np.maximum.reduce(distances)
        radius = radii[done : done + len(rows), None]
        near = rows < radius if strict else rows <= radius
        here = np.arange(len(rows))
        near[here, done + here] = False
        parts.append(near.sum(axis=1))
        done += len(rows)
    return np.concatenate(parts)


def _distance_rows(blocks: list[Floats], metric: str) -> Iterator[list[Floats]]:
    """Yield the distances of some points to all, block by block."""
    n = len(blocks[0])
    for start in range(0, n, max(1, _CELLS // n)):
        some = slice(start, start + max(1, _CELLS // n))
        yield [_distances(block[some], block, metric) for block in blocks]


def _distances(some: Floats, points: Floats, metric: str) -> Floats:
    total = np.zeros((len(some), len(points)))
    for a, b in zip(some.T, points.T, strict=True):
        gap = np.abs(a[:, None] - b)
        total = np.maximum(total, gap) if metric == "chebyshev" else total + gap**2
    return total if metric == "chebyshev" else np.sqrt(total)
