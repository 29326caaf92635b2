"""Precision and recall of generated sets, by balls about nearest neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points

_BLOCK = 2_000_000  # distances held at once

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SupportOverlap:
    """How much of a generated set lies among real items, and the reverse.

    Parameters
    ----------
    precision : float
        Share of generated items inside the ball of a real one: how many look real.
    recall : float
        Share of real items inside the ball of a generated one: how much of the data is reached.
    density : float
        Mean number of real balls about a generated item, over `n_neighbors`; about 1 where the
        sets come from one law, and not moved by single outliers as precision is.
    coverage : float
        Share of real items whose ball holds a generated item; not moved by outliers of the
        generator as recall is.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def support_overlap(real: Any, generated: Any, *, n_neighbors: int = 3) -> SupportOverlap:
    """Precision, recall, density and coverage of what a generative model makes.

    The support of a set is taken as the union of balls about its items, each as wide as the
    distance to the item's k-th nearest neighbour in its own set. Precision asks how many generated
    items lie in the support of the real ones, recall how many real ones in that of the generated:
    the improved precision and recall of Kynkäänniemi et al.

    `frechet_distance` is one number in which samples that are off and data that are missed are
    mixed; this tells them apart. `mode_coverage` counts modes where they are known.

    Parameters
    ----------
    real, generated : array-like or tensor of shape (n,) or (n, n_dims)
        Feature vectors, more than `n_neighbors` in each set; the sets may differ in n.
    n_neighbors : int
        k: few, tighter balls. Kynkäänniemi et al. take 3, Naeem et al. 5.

    Returns
    -------
    SupportOverlap
        Four shares; plain numbers for tensors too, since neighbours are counted.

    Raises
    ------
    ValueError
        If a set has no more vectors than neighbours, one is not finite, or widths differ.

    Notes
    -----
    Recall falls with the number of generated items, and so does precision with that of real ones:
    compare at equal n. O(n² d) time in blocks of bounded memory.

    References
    ----------
    Kynkäänniemi, Karras, Laine, Lehtinen and Aila (2019), Equations 1 and 2. Density and coverage:
    Naeem, Oh, Uh, Choi and Yoo (2020), Equations 4 and 5.

    Examples
    --------
    >>> import numpy as np
    >>> left, right = np.random.default_rng(0).normal(size=(2, 300, 2)) + [[[-9, 0]], [[9, 0]]]
    >>> found = support_overlap(np.concatenate([left, right]), left)
    >>> found.precision, found.recall
    (1.0, 0.5)
    """
    check_count("n_neighbors", n_neighbors)
    a, b = (
        np.asarray(to_numpy(checked_points(name, value, minimum=n_neighbors + 1)[1]), np.float64)
        for name, value in (("real", real), ("generated", generated))
    )
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"`generated` must have the width of `real`, {a.shape[1]}, got {b.shape[1]}"
        )
    centre = a.mean(axis=0)
    a, b = a - centre, b - centre
    radii_a, radii_b = (_squared_radii(points, n_neighbors) for points in (a, b))
    inside_a = 0  # generated items in some real ball
    n_balls = 0
    recalled = np.zeros(len(a), dtype=bool)
    reached = np.zeros(len(a), dtype=bool)
    for rows, squares in _blocks(b, a):
        in_real = squares <= radii_a
        inside_a += int(in_real.any(axis=1).sum())
        n_balls += int(in_real.sum())
        recalled |= (squares <= radii_b[rows, None]).any(axis=0)
        reached |= in_real.any(axis=0)
    return SupportOverlap(
        precision=inside_a / len(b),
        recall=float(recalled.mean()),
        density=n_balls / (n_neighbors * len(b)),
        coverage=float(reached.mean()),
    )


def _squared_radii(points: Floats, n_neighbors: int) -> Floats:
    """Return squared distances to the k-th neighbour, lifted by what rounding may have taken."""
    radii = np.empty(len(points))
    for rows, squares in _blocks(points, points):
        squares[np.arange(len(squares)), np.arange(rows.start, rows.stop)] = np.inf  # itself
        radii[rows] = np.partition(squares, n_neighbors - 1, axis=1)[:, n_neighbors - 1]
    return radii + 64 * np.finfo(np.float64).eps * float((points**2).sum(axis=1).max())


def _blocks(first: Floats, second: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield squared distances of some rows of the first to all of the second."""
    size = max(1, _BLOCK // len(second))
    norms = (second**2).sum(axis=1)
    for start in range(0, len(first), size):
        part = first[start : start + size]
        squares = (part**2).sum(axis=1)[:, None] + norms - 2 * part @ second.T
        yield slice(start, start + len(part)), np.maximum(squares, 0, out=squares)
