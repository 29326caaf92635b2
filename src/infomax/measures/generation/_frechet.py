"""Fréchet distance between two sets of feature vectors."""

import warnings
from typing import Any

import array_api_compat
import numpy as np

from infomax.exceptions import PrecisionWarning, SmallSampleWarning
from infomax.measures._points import as_float, checked_points, like_points


def frechet_distance(x: Any, y: Any) -> Any:
    r"""Squared Fréchet (2-Wasserstein) distance between Gaussians fitted to two sets of vectors.

    :math:`\|\mu_x - \mu_y\|^2 + \mathrm{tr}\,\Sigma_x + \mathrm{tr}\,\Sigma_y
    - 2\, \mathrm{tr}\,(\Sigma_x \Sigma_y)^{1/2}`, means and covariances (over n - 1) those of the
    sets.

    With features of the Inception network this is the FID. It sees means and covariances only:
    `mode_coverage` counts what is missing, `support_overlap` tells samples that are off from data
    that are missed, `mauve` compares shares. Compare values at equal numbers of vectors only,
    since few vectors make it larger.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, n_dims)
        Two vectors or more in each set; the sets may differ in n.

    Returns
    -------
    float, or 0-d tensor where a tensor came
        At least 0, in squared units of the features; differentiable.

    Raises
    ------
    ValueError
        If a set has fewer than two vectors or one that is not finite, or the widths differ.

    Warns
    -----
    SmallSampleWarning
        If a set has no more vectors than dimensions: its covariance is singular.
    PrecisionWarning
        If the features are so large that their squares overflow.

    Notes
    -----
    No matrix root is taken. With :math:`\Sigma_x = L L^T` the last trace is the sum of the roots of
    the eigenvalues of :math:`L^T \Sigma_y L`. Where these spread so far that their roots lose half
    of the digits, as with singular covariances, it is the sum of the singular values of
    :math:`R_x R_y^T`, with the triangular factors of the centred sets. O(n d² + d³).

    References
    ----------
    Dowson and Landau (1982), Equation 4. Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter
    (2017), Equation 6.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(500, 3))
    >>> round(frechet_distance(x, x + [1, 2, 0]), 6)
    5.0
    """
    (xp, x), (yp, y) = checked_points("x", x), checked_points("y", y)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"`y` must have the width of `x`, {x.shape[1]}, got {y.shape[1]}")
    if array_api_compat.is_torch_array(y) and not array_api_compat.is_torch_array(x):
        xp, x = yp, like_points(x, y)
    elif array_api_compat.is_torch_array(x):
        y = y.to(x) if array_api_compat.is_torch_array(y) else like_points(y, x)
    fewest = min(x.shape[0], y.shape[0])
    if fewest <= x.shape[1]:
        warnings.warn(
            f"{fewest} vectors in {x.shape[1]} dimensions have a singular covariance and their "
            "distance is too large: take more vectors or fewer features",
            SmallSampleWarning,
            stacklevel=2,
        )
    unit = max(as_float(xp.max(xp.abs(points))) for points in (x, y)) or 1.0
    x, y = x / unit, y / unit
    shift = xp.mean(x, axis=0) - xp.mean(y, axis=0)
    x, y = (_centred(xp, points) for points in (x, y))
    cross = _trace_of_root(xp, x, y)
    value = xp.sum(shift**2) + xp.sum(x**2) + xp.sum(y**2) - 2 * cross
    with np.errstate(over="ignore"):
        value = xp.clip(value, 0, None) * unit * unit
    if not bool(xp.isfinite(value)):
        warnings.warn(
            f"the squares of features up to {unit:.2g} exceed {value.dtype}: scale them down",
            PrecisionWarning,
            stacklevel=2,
        )
    return value if array_api_compat.is_torch_array(value) else float(value)


def _centred(xp: Any, points: Any) -> Any:
    return (points - xp.mean(points, axis=0)) / (points.shape[0] - 1) ** 0.5


def _trace_of_root(xp: Any, x: Any, y: Any) -> Any:
    """Return the trace of the root of the product of two covariances."""
    if min(x.shape[0], y.shape[0]) > x.shape[1]:
        try:
            lower = xp.linalg.cholesky(x.T @ x)
        except (np.linalg.LinAlgError, RuntimeError):  # singular: torch's error is the latter
            return _of_singular(xp, x, y)
        squares = xp.linalg.eigvalsh(lower.T @ (y.T @ y) @ lower)
        if squares[0] > xp.finfo(x.dtype).eps ** 0.5 * squares[-1]:
            return xp.sum(xp.sqrt(squares))
    return _of_singular(xp, x, y)


def _of_singular(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(xp.linalg.svdvals(_factor(xp, x) @ _factor(xp, y).T))


def _factor(xp: Any, centred: Any) -> Any:
    """Return at most d rows that have the covariance of the centred ones.

    The rotation is held still where a gradient is asked: no singular value depends on it.
    """
    if centred.shape[0] <= centred.shape[1]:
        return centred
    held = centred.detach() if array_api_compat.is_torch_array(centred) else centred
    return xp.linalg.qr(held)[0].T @ centred
