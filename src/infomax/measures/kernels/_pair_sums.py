"""What HSIC, CKA and the Cauchy-Schwarz information need of two kernel matrices, in one pass."""

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from infomax.measures.kernels._gram import Gram, together

_ENTRIES = 2**17  # of a block, so that two blocks stay in the cache


@dataclass(frozen=True)
class PairSums:
    """Sums over all pairs of n points of their kernels K and L.

    `cross` is the sum of K L, `squares_x` and `squares_y` those of K K and L L; rows and diagonals
    have shape (n,).
    """

    n: int
    cross: Any
    rows_x: Any
    rows_y: Any
    diagonal_x: Any
    diagonal_y: Any
    squares_x: Any = None
    squares_y: Any = None

    def of_x(self) -> "PairSums":
        """Return the sums of K with itself."""
        return self._alone(self.squares_x, self.rows_x, self.diagonal_x)

    def of_y(self) -> "PairSums":
        """Return the sums of L with itself."""
        return self._alone(self.squares_y, self.rows_y, self.diagonal_y)

    def _alone(self, squares: Any, rows: Any, diagonal: Any) -> "PairSums":
        return PairSums(self.n, squares, rows, rows, diagonal, diagonal)


def lifted(value: Any) -> Any:
    """Return zero for what rounding pushed below it."""
    return value.clamp(min=0) if array_api_compat.is_torch_array(value) else max(value, 0.0)


def product_sum(a: Any, b: Any) -> float:
    """Return the sum of a b over all entries, added up in double precision."""
    return float(np.vecdot(a, b).sum(dtype=np.float64))


def pair_sums(x: Gram, y: Gram, *, squares: bool = False) -> PairSums:
    """Return the sums of two grams of equal length; `squares` asks for those of each with itself."""
    x, y = together(x, y)
    if x.kind == y.kind == "linear" and max(x.points.shape[1], y.points.shape[1]) < len(x):
        return _through_features(x, y, squares)
    if x.source is not None or y.source is not None:
        return _by_hand(x, y, squares)
    large = len(x) ** 2 > _ENTRIES
    return _by_blocks(x, y, squares) if x.blocked and large else _at_once(x, y, squares)


def _through_features(x: Gram, y: Gram, squares: bool) -> PairSums:
    """Return the sums of X X' and Y Y' without either: O(n d²) instead of O(n² d)."""
    xp, a, b = x.xp, x.points, y.points

    def of_product(left: Any, right: Any) -> Any:
        product = left.T @ right
        return xp.sum(product * product)

    return PairSums(
        len(x),
        of_product(a, b),
        a @ xp.sum(a, axis=0),
        b @ xp.sum(b, axis=0),
        x.diagonal(),
        y.diagonal(),
        of_product(a, a) if squares else None,
        of_product(b, b) if squares else None,
    )


def _by_hand(x: Gram, y: Gram, squares: bool) -> PairSums:
    """Return sums that autograd follows through one step of our own."""
    from infomax.measures.kernels._by_hand import FollowedSums

    follow: Any = FollowedSums.apply
    cross, rows_x, rows_y, *more = follow(x.source, y.source, x, y, squares)
    ones = rows_x.new_ones(rows_x.shape)
    return PairSums(len(x), cross, rows_x, rows_y, ones, ones, *more)


def _at_once(x: Gram, y: Gram, squares: bool) -> PairSums:
    """Return the sums of whole matrices, which autograd can follow."""
    xp, k, l = x.xp, x.block(), y.block()  # noqa: E741  (K and L of the formulas)

    def of_product(a: Any, b: Any) -> Any:
        return product_sum(a, b) if x.blocked else xp.sum(a * b)

    return PairSums(
        len(x),
        of_product(k, l),
        xp.sum(k, axis=1),
        xp.sum(l, axis=1),
        x.diagonal(),
        y.diagonal(),
        of_product(k, k) if squares else None,
        of_product(l, l) if squares else None,
    )


def _by_blocks(x: Gram, y: Gram, squares: bool) -> PairSums:
    """Return the sums block by block over the upper triangle, in O(n) memory beside a block."""
    n = len(x)
    totals = np.zeros(3)
    rows = np.zeros((2, n))
    step = max(16, _ENTRIES // n)
    for start in range(0, n, step):
        stop = min(start + step, n)
        here, onwards = slice(start, stop), slice(start, n)
        k, l = x.block(here, onwards), y.block(here, onwards)  # noqa: E741
        size = stop - start
        for total, (a, b) in enumerate(((k, l), (k, k), (l, l))[: 3 if squares else 1]):
            totals[total] += 2 * product_sum(a, b) - product_sum(a[:, :size], b[:, :size])
        for sums, block in zip(rows, (k, l), strict=True):
            sums[here] += block.sum(axis=1)
            sums[stop:] += block[:, size:].sum(axis=0)
    cross, squares_x, squares_y = totals
    return PairSums(n, cross, rows[0], rows[1], x.diagonal(), y.diagonal(), squares_x, squares_y)
