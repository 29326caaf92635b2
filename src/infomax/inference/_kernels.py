"""Covariance functions of Gaussian processes."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice

Floats = NDArray[np.float64]
Kernel: TypeAlias = str | Callable[[Any, Any], Any]
KERNELS = ("rbf", "laplace", "matern32", "matern52", "linear")


def kernel_matrix(kernel: Kernel, a: Floats, b: Floats, *, length_scale: float) -> Floats:
    """Return k(a, b) for every pair of rows.

    A callable is given both arrays and returns a matrix, as scikit-learn's kernels do; it has a
    scale of its own, and `length_scale` is left out.
    """
    if callable(kernel):
        found = np.asarray(kernel(a, b), dtype=np.float64)
        if found.shape != (len(a), len(b)) or not np.isfinite(found).all():
            raise ValueError(
                f"`kernel` must return a finite matrix of shape {(len(a), len(b))}, "
                f"got shape {found.shape}"
            )
        return found
    if check_choice("kernel", kernel, KERNELS) == "linear":
        return a @ b.T / length_scale**2
    squared = squared_distances(a, b) / length_scale**2
    if kernel == "rbf":
        return np.exp(-squared / 2)
    if kernel == "laplace":
        return np.exp(-np.sqrt(squared))
    if kernel == "matern32":
        r = np.sqrt(3 * squared)
        return (1 + r) * np.exp(-r)
    r = np.sqrt(5 * squared)
    return (1 + r + 5 / 3 * squared) * np.exp(-r)


def squared_distances(a: Floats, b: Floats) -> Floats:
    """Return the squared Euclidean distances of rows, by one matrix product.

    Rows are centred first, so that little is lost where all lie far from the origin.
    """
    centre = a.mean(axis=0)
    a_centred = a - centre
    b_centred = a_centred if a is b else b - centre
    squared = (a_centred**2).sum(axis=1)[:, None] + (b_centred**2).sum(axis=1)
    squared -= 2 * (a_centred @ b_centred.T)
    if a is b:
        np.fill_diagonal(squared, 0.0)
    clipped: Floats = np.maximum(squared, 0.0)
    return clipped
