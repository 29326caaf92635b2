"""The Gaussian kernel between points and the random walk on it."""

from typing import Any

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax.measures._inputs import safe_log
from infomax.measures._points import as_float

CONVENTIONS = ("paper", "released")
SOLVERS = ("exact", "lanczos", "nystrom")
_FROM_HERE_TORCH = 1000  # MKL inside torch outruns NumPy's OpenBLAS once matrices leave the cache


def gaussian_kernel(xp: Any, points: Any, bandwidth: float) -> Any:
    """Return exp(-|x_i - x_j|^2 / 2 bandwidth^2), shape (n, n)."""
    scaled = (points - xp.mean(points, axis=0, keepdims=True)) / bandwidth
    half = xp.sum(scaled * scaled, axis=1) / 2
    exact_up_to = 5e4 if scaled.dtype == xp.float64 else 5e2
    if as_float(xp.max(half)) > exact_up_to:  # a product of norms this large hides small distances
        return xp.exp(_direct_exponents(scaled))
    exponents = scaled @ scaled.T
    exponents -= half[:, None]
    exponents -= half
    if xp is array_api_numpy:
        return np.exp(exponents, out=exponents)
    return xp.exp(exponents)


def walk_scale(xp: Any, kernel: Any, convention: str, density_exponent: float = 0.5) -> Any:
    """Return s such that s_i kernel_ij s_j has the spectrum of the walk; shape (n,)."""
    damped = xp.sum(kernel, axis=1) ** -density_exponent
    if convention == "released":
        return damped
    return damped / xp.sqrt(damped * (kernel @ damped))


def scaled_both_ways(xp: Any, kernel: Any, scale: Any) -> Any:
    """Return scale_i kernel_ij scale_j; overwrites a NumPy kernel."""
    if xp is array_api_numpy:
        kernel *= scale[:, None]
        kernel *= scale
        return kernel
    return kernel * scale[:, None] * scale


def symmetric_eigenvalues(xp: Any, matrix: Any) -> Any:
    """Return all eigenvalues; a large NumPy matrix takes torch's solver where that has MKL."""
    if xp is array_api_numpy and len(matrix) >= _FROM_HERE_TORCH:
        import torch

        if torch.backends.mkl.is_available():  # type: ignore[no-untyped-call]
            return torch.linalg.eigvalsh(torch.from_numpy(matrix)).numpy()
    return xp.linalg.eigvalsh(matrix)


def walk_magnitudes(
    xp: Any, points: Any, bandwidth: float, convention: str, density_exponent: float = 0.5
) -> Any:
    """Return the magnitudes of all eigenvalues of the walk, in no promised order."""
    kernel = gaussian_kernel(xp, points, bandwidth)
    scale = walk_scale(xp, kernel, convention, density_exponent)
    return xp.abs(symmetric_eigenvalues(xp, scaled_both_ways(xp, kernel, scale)))


def spectral_entropy(xp: Any, magnitudes: Any, t: float = 1) -> Any:
    """Return the entropy in nats of magnitudes to the power t, divided by their sum."""
    inside = magnitudes > 0
    powered = magnitudes
    if t != 1:
        ones = xp.ones_like(magnitudes)
        powered = xp.where(inside, xp.where(inside, magnitudes, ones) ** t, xp.zeros_like(ones))
    shares = powered / xp.sum(powered)
    return xp.clip(-xp.sum(shares * safe_log(xp, shares)), 0, None)


def transition_entropy(xp: Any, points: Any, bandwidth: float) -> Any:
    """Return the entropy in nats of all n^2 entries of the walk, divided by their sum."""
    kernel = gaussian_kernel(xp, points, bandwidth)
    damped = xp.sum(kernel, axis=1) ** -0.5
    walk = scaled_both_ways(xp, kernel, damped)
    walk = walk / xp.sum(walk, axis=1, keepdims=True)
    return spectral_entropy(xp, walk)


def _direct_exponents(scaled: Any) -> Any:
    if array_api_compat.is_torch_array(scaled):
        import torch

        exact = "donot_use_mm_for_euclid_dist"
        return torch.cdist(scaled, scaled, compute_mode=exact) ** 2 / -2
    from scipy.spatial.distance import cdist

    return cdist(scaled, scaled, "sqeuclidean") / -2
