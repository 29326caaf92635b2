"""Matrices of kernels between points, evaluated block by block."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_between, check_choice
from infomax.measures._points import as_float, checked_points
from infomax.measures.kernels._bandwidth import median_bandwidth

Kernel: TypeAlias = str | Callable[[Any, Any], Any]
KERNELS = ("rbf", "laplace", "linear", "precomputed")
_SAMPLES = 2000  # for medians, of which the same are drawn each time


@dataclass(frozen=True)
class Gram:
    """Kernels among n points.

    `left` times the transpose of `right` holds the kernel's values (linear) or their logarithms
    (rbf); where that would be imprecise, and for "laplace", `points` are compared directly.
    A precomputed matrix is `matrix`. `source` holds the points as a tensor that asks for a gradient
    which is to be taken by hand (`_by_hand`); the rest are arrays then.
    """

    xp: Any
    kind: str
    points: Any
    bandwidth: float | None = None
    left: Any = None
    right: Any = None
    matrix: Any = None
    source: Any = None

    def __len__(self) -> int:
        return int(self.points.shape[0])

    @property
    def blocked(self) -> bool:
        """Whether a block at a time pays: no gradient is asked for and the processor is here."""
        return self.xp is array_api_numpy and self.source is None

    def block(self, rows: slice = slice(None), columns: slice = slice(None)) -> Any:
        """Return the kernel between two slices of points; it may be a view of a matrix."""
        if self.matrix is not None:
            return self.matrix[rows, columns]
        if self.kind == "linear":
            return self.left[rows] @ self.right[columns].T
        return _exp(self.xp, self.exponents(rows, columns))

    def exponents(self, rows: slice = slice(None), columns: slice = slice(None)) -> Any:
        """Return the logarithm of an rbf or Laplacian kernel."""
        if self.left is None:
            return _direct(self.kind, self.points[rows], self.points[columns])
        return self.left[rows] @ self.right[columns].T

    def diagonal(self) -> Any:
        """Return the kernel of each point with itself."""
        if self.matrix is not None:
            return self.xp.linalg.diagonal(self.matrix)
        if self.kind == "linear":
            return self.xp.sum(self.left * self.right, axis=1)
        return self.xp.ones_like(self.points[:, 0])


def gram(
    name: str,
    x: Any,
    kernel: Kernel,
    bandwidth: float | None,
    *,
    bandwidth_name: str = "bandwidth",
    centred: bool = True,
    by_hand: bool = False,
) -> Gram:
    """Check points, kernel and bandwidth; the median of the distances where none is given.

    A tensor that asks for no gradient and lies in this machine's memory is read as an array of its
    own precision; with `by_hand` and "rbf" also one that asks for a gradient.
    """
    if not callable(kernel):
        check_choice("kernel", kernel, KERNELS)
    if kernel == "precomputed":
        return _precomputed(name, x)
    xp, points = checked_points(name, x)
    if callable(kernel):
        return _called(name, kernel, xp, points)
    source = points if by_hand and kernel == "rbf" else None
    xp, points = without_history(xp, points, keep=source is not None)
    if xp is not array_api_numpy or not _asks(source):
        source = None
    if centred or kernel != "linear":
        points = points - xp.mean(points, axis=0)
    if kernel == "linear":
        _check_products(name, xp, points)
        return Gram(xp, kernel, points, left=points, right=points)
    width = chosen_bandwidth(bandwidth_name, bandwidth, points)
    with np.errstate(over="ignore"):
        scaled = points / width
        half = 0.5 * xp.vecdot(scaled, scaled)[:, None]
    largest = as_float(xp.max(half))
    if not largest < float(xp.finfo(half.dtype).max) / 16:  # so that no squared distance overflows
        raise ValueError(
            f"`{bandwidth_name}` must be wider for points of {points.dtype}: squared distances over "
            f"its square overflow, got {width:.3g}"
        )
    precise = largest < (5e4 if half.dtype == xp.float64 else 5e2)
    if kernel == "laplace" or scaled.shape[1] == 1 or not precise:
        return Gram(xp, kernel, scaled, width, source=source)
    ones = xp.ones_like(half)
    left = xp.concat([scaled, -half, ones], axis=1)
    right = xp.concat([scaled, ones, -half], axis=1)
    return Gram(xp, kernel, scaled, width, left, right, source=source)


def gram_pair(
    x: Any,
    y: Any,
    kernel: Kernel,
    kernel_y: Kernel | None,
    bandwidth: float | None,
    bandwidth_y: float | None,
    *,
    centred: bool = True,
    by_hand: bool = True,
) -> tuple[Gram, Gram]:
    """Return the grams of two variables; the kernel and bandwidth of x serve y where left out."""
    other = kernel if kernel_y is None else kernel_y
    name, width = ("bandwidth", bandwidth)
    if bandwidth_y is not None:
        name, width = ("bandwidth_y", bandwidth_y)
    # All gradients by hand, or none: a sum that autograd follows needs tensors on both sides.
    options: dict[str, Any] = {"centred": centred}
    options["by_hand"] = by_hand and kernel == other == "rbf"
    return (
        gram("x", x, kernel, bandwidth, **options),
        gram("y", y, other, width, bandwidth_name=name, **options),
    )


def without_history(xp: Any, points: Any, *, keep: bool = False) -> tuple[Any, Any]:
    """Return points that ask for no gradient as an array, where they lie in this memory.

    With `keep` the caller keeps the points, and with them a gradient that is asked for.
    """
    if xp is array_api_numpy or points.device.type != "cpu" or (_asks(points) and not keep):
        return xp, points
    return array_api_numpy, points.detach().numpy()


def _asks(points: Any) -> bool:
    if not getattr(points, "requires_grad", False):
        return False
    import torch

    return torch.is_grad_enabled()


def chosen_bandwidth(name: str, bandwidth: float | None, points: Any) -> float:
    """Return a checked bandwidth, or the median distance of the points (of 2,000 of them)."""
    if bandwidth is None:
        median = median_bandwidth(points, max_samples=_SAMPLES, random_state=0)
        if math.isinf(median):
            raise ValueError(
                f"`{name}` is the median distance, which overflows: rescale the points"
            )
        return median
    return check_between(name, bandwidth, 0, math.inf, open_low=True, open_high=True)


def same_length(first: tuple[str, Gram], second: tuple[str, Gram], minimum: int = 2) -> int:
    """Return the number of points, equal and not too small."""
    (name, a), (other, b) = first, second
    if len(a) != len(b):
        raise ValueError(
            f"`{other}` must hold as many points as `{name}`, got {len(b)} and {len(a)}"
        )
    if len(a) < minimum:
        raise ValueError(f"`{name}` must hold at least {minimum} points, got {len(a)}")
    return len(a)


def together(first: Gram, second: Gram) -> tuple[Gram, Gram]:
    """Give both the namespace of a tensor, where one of them asks for a gradient."""
    if first.xp is second.xp:
        return first, second
    if first.xp is array_api_numpy:
        return _moved(first, second), second
    return first, _moved(second, first)


def _moved(one: Gram, like: Gram) -> Gram:
    if one.source is not None:
        raise ValueError(
            f"`x` and `y` must be on one device, got {one.source.device} and {like.points.device}"
        )

    def tensor(array: Any) -> Any:
        if array is None:
            return None
        return like.xp.asarray(array, dtype=like.points.dtype, device=like.points.device)

    arrays = (one.points, one.left, one.right, one.matrix)
    points, left, right, matrix = map(tensor, arrays)
    return Gram(like.xp, one.kind, points, one.bandwidth, left, right, matrix)


def _precomputed(name: str, x: Any) -> Gram:
    xp, matrix = without_history(*checked_points(name, x))
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"`{name}` must be a square matrix of kernels, got shape {tuple(matrix.shape)}"
        )
    largest = as_float(xp.max(xp.abs(matrix)))
    if as_float(xp.max(xp.abs(matrix - matrix.T))) > 1e-5 * largest:
        raise ValueError(f"`{name}` must be a symmetric matrix of kernels, got another")
    return Gram(xp, "precomputed", matrix, matrix=matrix)


def _called(name: str, kernel: Callable[[Any, Any], Any], xp: Any, points: Any) -> Gram:
    matrix = kernel(points, points)
    n = points.shape[0]
    if tuple(getattr(matrix, "shape", ())) != (n, n):
        raise ValueError(
            f"`kernel` must return a matrix of shape ({n}, {n}) for `{name}`, "
            f"got {tuple(getattr(matrix, 'shape', ()))}"
        )
    xp, matrix = without_history(xp, matrix)
    return Gram(xp, "callable", matrix, matrix=matrix)


def _check_products(name: str, xp: Any, points: Any) -> None:
    """Refuse points whose sums of squared products overflow."""
    largest = as_float(xp.max(xp.abs(points)))
    room = float(xp.finfo(points.dtype).max) ** 0.25 / math.sqrt(math.prod(points.shape))
    if not largest < room:
        raise ValueError(
            f"`{name}` must hold numbers below {room:.2g} for products of {points.dtype}, "
            f"got {largest:.2g}: rescale them"
        )


def _exp(xp: Any, exponents: Any) -> Any:
    return np.exp(exponents, out=exponents) if xp is array_api_numpy else xp.exp(exponents)


def _direct(kind: str, a: Any, b: Any) -> Any:
    """Return the logarithm of a kernel of scaled points from their differences."""
    if kind == "rbf" and a.shape[1] == 1:
        difference = a - b.T
        return -0.5 * (difference * difference)
    if array_api_compat.is_torch_array(a):
        import torch

        distances = torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")
        return -distances if kind == "laplace" else distances * distances * -0.5
    from scipy.spatial.distance import cdist

    if kind == "laplace":
        return -cdist(a, b).astype(a.dtype, copy=False)
    return cdist(a, b, "sqeuclidean").astype(a.dtype, copy=False) * -0.5
