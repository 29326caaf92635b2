"""Wasserstein distance averaged over projections to a line."""

from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_at_least, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import in_base
from infomax.measures._points import checked_points, like_points
from infomax.measures.transport._distances import alike


def sliced_wasserstein(
    x: Any,
    y: Any,
    *,
    p: float = 1.0,
    n_projections: int = 100,
    random_state: RandomState = None,
) -> Any:
    r"""Sliced Wasserstein distance of two clouds of points.

    :math:`\left( \mathbb{E}_\theta W_p^p(\theta^\top X, \theta^\top Y) \right)^{1/p}` over random
    directions θ on the sphere; on a line, transport only sorts. At most the Wasserstein distance
    itself with Euclidean costs, and in d dimensions smaller by a factor like :math:`1/\sqrt d`, but
    a distance too, in O(n log n) a direction where exact transport takes O(n³).

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Points of equal mass.
    y : array-like or tensor of shape (m,) or (m, d)
        Points of equal mass.
    p : float
        Order, at least 1.
    n_projections : int
        Directions; in one dimension there is one, and it is exact.
    random_state : int, Generator or None
        For the directions.

    Returns
    -------
    float or 0-d tensor
        In the units of the points; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the clouds differ in dimension, hold fewer than two points, or are not finite.

    References
    ----------
    Rabin, Peyré, Delon and Bernot (2012). Bonneel et al. (2015), Definition 6.

    Examples
    --------
    >>> sliced_wasserstein([0.0, 1.0, 2.0], [5.0, 6.0, 7.0])
    5.0
    """
    check_at_least("p", p, 1)
    check_count("n_projections", n_projections)
    (_, first), (_, second) = checked_points("x", x), checked_points("y", y)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"`y` must have the dimension of `x`, {first.shape[1]}, got {second.shape[1]}"
        )
    xp, (first, second) = alike(first, second)
    lines = like_points(directions(first.shape[1], n_projections, random_state), first)
    powered = between_lines(xp, lines @ first.T, lines @ second.T, p)
    return in_base(powered ** (1 / p), None)


def directions(n_dims: int, n_projections: int, random_state: RandomState) -> Any:
    """Return unit vectors in rows; the one there is in one dimension."""
    if n_dims == 1:
        return np.ones((1, 1))
    drawn = random_generator(random_state).normal(size=(n_projections, n_dims))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def between_lines(xp: Any, x: Any, y: Any, p: float) -> Any:
    """Return W_p to the power p between rows of projections, averaged over rows."""
    first, second = xp.sort(x, axis=1), xp.sort(y, axis=1)
    n, m = first.shape[1], second.shape[1]
    if m % n == 0:
        return xp.mean(xp.abs(first[:, :, None] - xp.reshape(second, (-1, n, m // n))) ** p)
    # Quantile functions are constant between the fractions i/n and j/m; in units of 1/nm these
    # are whole numbers, without rounding.
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)
    shares = like_points(np.diff(ends, prepend=0) / (n * m), x)
    device = array_api_compat.device(x)
    at_x, at_y = (xp.asarray((ends - 1) // size, device=device) for size in (m, n))
    gaps = xp.abs(xp.take(first, at_x, axis=1) - xp.take(second, at_y, axis=1)) ** p
    return xp.mean(xp.sum(shares * gaps, axis=1))
