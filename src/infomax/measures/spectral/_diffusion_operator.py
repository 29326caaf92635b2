"""The walk's symmetric matrix as something to multiply by, in single precision."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_ROWS = 256
_KEPT_BYTES = 2**31  # a kernel that needs more is computed anew in each product
_LOWEST = -57.0  # e^-57 stands for all below: subnormal numbers slow products down tenfold


class WalkOperator:
    """Rows and columns of a Gaussian kernel, scaled to have the spectrum of the walk.

    Distances and sums are taken in double precision and the kernel is rounded once, so that
    traces and products speak of the same matrix.
    """

    def __init__(
        self,
        points: NDArray[np.float64],
        bandwidth: float,
        convention: str,
        density_exponent: float = 0.5,
    ) -> None:
        self.n = len(points)
        self._scaled = (points - points.mean(axis=0)) / bandwidth
        self._half = (self._scaled**2).sum(axis=1) / 2
        self._kept: NDArray[np.float32] | None = None
        if 4 * self.n**2 <= _KEPT_BYTES:
            kept = np.empty((self.n, self.n), dtype=np.float32)
            for where, rows in self._blocks():
                kept[where] = rows
            self._kept = kept
        damped = self._kernel_times(np.ones((1, self.n)))[0] ** -density_exponent
        self.scale = damped
        if convention == "paper":
            self.scale = damped / np.sqrt(damped * self._kernel_times(damped[None])[0])
        self._scale32 = self.scale.astype(np.float32)
        self.trace, self.trace_of_square = self._traces()

    def times(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return vectors times the matrix, both of shape (n_vectors, n), in single precision."""
        scaled = vectors * self._scale32
        if self._kept is not None:
            product: NDArray[np.float32] = scaled @ self._kept
        else:
            product = np.empty_like(scaled)
            for where, rows in self._blocks():
                product[:, where] = scaled @ rows.T
        product *= self._scale32
        return product

    def times_in_double(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return vectors times the same matrix, summed in double precision."""
        product: NDArray[np.float64] = self._kernel_times(vectors * self.scale) * self.scale
        return product

    def largest_magnitudes(
        self, n_eigenvalues: int, generator: np.random.Generator
    ) -> NDArray[np.float64]:
        """Return the largest eigenvalues in magnitude, decreasing (ARPACK, double precision)."""
        from scipy.sparse.linalg import LinearOperator, eigsh

        operator = LinearOperator(
            (self.n, self.n), matvec=lambda v: self.times_in_double(v.reshape(1, -1))[0]
        )
        start = generator.standard_normal(self.n)
        values = eigsh(operator, n_eigenvalues, v0=start, return_eigenvectors=False, tol=1e-9)
        return np.sort(np.abs(values))[::-1]

    def _kernel_times(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        product = np.empty_like(vectors)
        for where, rows in self._blocks():
            product[:, where] = vectors @ rows.astype(np.float64).T
        return product

    def _traces(self) -> tuple[float, float]:
        squares = self.scale**2
        trace = trace_of_square = 0.0
        for where, rows in self._blocks():
            here = squares[where]
            trace += float(np.diag(rows[:, where]).astype(np.float64) @ here)
            trace_of_square += float(here @ (rows.astype(np.float64) ** 2 @ squares))
        return trace, trace_of_square

    def _blocks(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        for start in range(0, self.n, _ROWS):
            where = slice(start, min(start + _ROWS, self.n))
            if self._kept is not None:
                yield where, self._kept[where]
                continue
            exponents = self._scaled[where] @ self._scaled.T
            exponents -= self._half[where, None]
            exponents -= self._half
            np.maximum(exponents, _LOWEST, out=exponents)
            yield where, np.exp(exponents.astype(np.float32))
