"""How many modes of the data a generator reaches, and how evenly."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_at_least, check_count
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points


@dataclass(frozen=True, eq=False)
class ModeCoverage:
    r"""Which modes generated items reach.

    Parameters
    ----------
    n_covered : int
        Modes with at least the minimum of items.
    n_modes : int
        Modes there are.
    counts : (n_modes,) array of int
        Items at each mode, those too far from all left out.
    high_quality : float
        Share of items that lie at a mode at all.
    kl_to_uniform : float
        :math:`D(p \| u)` in nats of the shares of modes from equal shares: 0 where all modes come
        equally often, log n_modes where one alone comes. NaN where no item lies at a mode.
    """

    n_covered: int
    n_modes: int
    counts: NDArray[np.int64]
    high_quality: float
    kl_to_uniform: float


def mode_coverage(x: Any, modes: Any, *, radius: float | None = None, minimum: int = 1) -> int:
    """Count the modes that generated items reach.

    An item belongs to its nearest mode, or to the class that a classifier gave it; a mode is
    covered if `minimum` items belong to it.

    For data of known modes: mixtures, or pictures with a classifier that tells all modes apart.
    Where modes are not known take `support_overlap`, or `frechet_distance`.
    `mode_coverage_result` tells the shares too.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, n_dims); or of int, shape (n,)
        Generated points; or, where `modes` is a number, the class of each item counted from 0.
    modes : array-like or tensor of shape (n_modes,) or (n_modes, n_dims); or int
        Centres of the modes; or how many classes there are.
    radius : float, optional
        Points farther than this from their centre belong to no mode (three deviations of a mode
        are usual); no limit when left out. For points only.
    minimum : int
        Items that make a mode covered.

    Returns
    -------
    int
        Between 0 and the number of modes.

    Raises
    ------
    ValueError
        If a point is not finite, a class lies outside the modes, widths differ, or an option is
        out of range.

    Notes
    -----
    Even a perfect generator misses a mode of share p with probability :math:`(1 - p)^n`: take n
    well above n_modes log n_modes. O(n n_modes n_dims).

    References
    ----------
    Metz, Poole, Pfau and Sohl-Dickstein (2017), Section 3.3. Srivastava et al. (2017), Section 5.1.

    Examples
    --------
    >>> mode_coverage([[0.1, 0.0], [0.9, 1.0], [1.1, 1.0]], [[0, 0], [1, 1], [2, 2]], radius=0.5)
    2
    >>> mode_coverage([0, 0, 3, 7], 10)
    3
    """
    return mode_coverage_result(x, modes, radius=radius, minimum=minimum).n_covered


def mode_coverage_result(
    x: Any, modes: Any, *, radius: float | None = None, minimum: int = 1
) -> ModeCoverage:
    """Count the modes that generated items reach, and tell how evenly.

    As `mode_coverage`, which gives the number alone.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, n_dims); or of int, shape (n,)
        Generated points; or, where `modes` is a number, the class of each item counted from 0.
    modes : array-like or tensor of shape (n_modes,) or (n_modes, n_dims); or int
        Centres of the modes; or how many classes there are.
    radius : float, optional
        Points farther than this from their centre belong to no mode; for points only.
    minimum : int
        Items that make a mode covered.

    Returns
    -------
    ModeCoverage
        Modes covered, items at each, share at any, and divergence from equal shares in nats.

    Raises
    ------
    ValueError
        As `mode_coverage`.

    References
    ----------
    Metz et al. (2017), Section 3.3; the divergence: Srivastava et al. (2017), Section 5.1.

    Examples
    --------
    >>> found = mode_coverage_result([0, 1, 2, 3, 4], 8)
    >>> found.n_covered, round(found.kl_to_uniform, 6)  # log(8 / 5)
    (5, 0.470004)
    """
    check_count("minimum", minimum)
    if isinstance(modes, int | np.integer):
        counts, n = _of_labels(x, modes, radius)
    else:
        counts, n = _of_points(x, modes, radius)
    total = int(counts.sum())
    shares = counts[counts > 0] / max(total, 1)
    kl = math.log(len(counts)) + float((shares * np.log(shares)).sum()) if total else math.nan
    return ModeCoverage(
        n_covered=int((counts >= minimum).sum()),
        n_modes=len(counts),
        counts=counts,
        high_quality=total / n,
        kl_to_uniform=max(kl, 0.0) if total else kl,
    )


def _of_labels(labels: Any, n_modes: Any, radius: float | None) -> tuple[NDArray[np.int64], int]:
    check_count("modes", n_modes)
    if radius is not None:
        raise ValueError(f"`radius` is for points, not for classes, got {radius!r}")
    y = np.asarray(to_numpy(labels))
    if y.ndim != 1 or not len(y):
        raise ValueError(f"`x` must be classes of shape (n,), got shape {y.shape}")
    if y.dtype.kind not in "iuf" or (y != np.floor(y)).any() or y.min() < 0 or y.max() >= n_modes:
        raise ValueError(f"`x` must be classes from 0 to {n_modes - 1}, got others")
    return np.bincount(y.astype(np.int64), minlength=n_modes), len(y)


def _of_points(x: Any, modes: Any, radius: float | None) -> tuple[NDArray[np.int64], int]:
    from scipy.spatial import cKDTree

    limit = math.inf if radius is None else check_at_least("radius", radius, 0, strict=True)
    points, centres = (
        np.asarray(to_numpy(checked_points(name, value, minimum=1)[1]))
        for name, value in (("x", x), ("modes", modes))
    )
    if points.shape[1] != centres.shape[1]:
        raise ValueError(
            f"`modes` must have the width of `x`, {points.shape[1]}, got {centres.shape[1]}"
        )
    distances, nearest = cKDTree(centres).query(points)
    near = np.asarray(nearest)[np.asarray(distances) <= limit]
    return np.bincount(near, minlength=len(centres)), len(points)
