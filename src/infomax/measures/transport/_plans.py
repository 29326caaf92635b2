"""Ways from the pairs that were seen to the pairs that chance would make, and what they cost."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import ConvergenceWarning
from infomax.measures.transport._capacity_assignment import (
    capacity_assignment,
    cheapest,
    even_prices,
)
from infomax.measures.transport._distances import combined

Floats = NDArray[np.float64]
MAX_ENTRIES = 10**8  # of a matrix of costs: 800 MB
_AT_ONCE = 1000  # product pairs whose costs are worked out together
_CRITIC_ROUNDS = 300
_MAX_ITERATIONS = 1000
_TOLERANCE = 1e-3  # of all mass
_VANISHED = 1e-280  # beyond, scalings overflow


def product_pairs(n: int, n_product: int, generator: np.random.Generator) -> Any:
    """Return the rows of x and of y in the pairs that stand for the product, (n, n_product) each.

    No pair comes twice, and each row of x and of y comes equally often.
    """
    rows = np.repeat(np.arange(n)[:, None], n_product, axis=1)
    if n_product == n:
        return rows, np.broadcast_to(np.arange(n), (n, n))
    order, shifts = generator.permutation(n), generator.choice(n, n_product, replace=False)
    partners = np.empty((n, n_product), dtype=np.int64)
    partners[order] = order[(np.arange(n)[:, None] + shifts) % n]
    return rows, partners


def owners(along_x: Floats, along_y: Floats, pairs: Any, ground: str, p: float, exact: bool) -> Any:
    """Return for each product pair the seen pair that supplies it, and what is added to the cost.

    Distances have a row for each pair seen and a column for each point of the product. Exact, or by
    a critic: then the whole is the dual value, a lower bound, of the prices found.
    """
    rows, partners = (index.ravel() for index in pairs)
    n = len(along_x)
    cost = np.empty((len(rows), n))
    for start in range(0, len(rows), _AT_ONCE):  # the most memory is then the matrix itself
        some = slice(start, start + _AT_ONCE)
        cost[some] = combined(np, along_x.T[rows[some]], along_y.T[partners[some]], ground)
        if p != 1:
            cost[some] **= p
    capacity = len(rows) // n
    if not exact:
        prices, _ = even_prices(cost, capacity, _CRITIC_ROUNDS)
        suppliers, _ = cheapest(cost, prices)
        return suppliers, float(prices[suppliers].mean() - prices.mean())
    if capacity == 1:
        from scipy.optimize import linear_sum_assignment

        return linear_sum_assignment(cost)[1], 0.0
    return capacity_assignment(cost)[0], 0.0


def separable_weights(cost_x: Floats, cost_y: Floats, regularization: float) -> Any:
    r"""Return the masses that the entropic plan moves along x and along y, (n, n) each.

    For a cost that adds, :math:`c_x(i, j) + c_y(i, k)`, the kernel of Sinkhorn's iterations is a
    product, so that it is never stored: a matrix product of n x n applies it to n² product pairs.
    """
    n = len(cost_x)
    unit = regularization * (cost_x.mean() + cost_y.mean() or 1.0)
    kernel_x, kernel_y = np.exp(-cost_x / unit), np.exp(-cost_y / unit)
    if not (kernel_x.min() * kernel_y.min() > _VANISHED):
        raise ValueError(
            f"`regularization` must be larger, for the kernel vanishes, got {regularization:g}"
        )
    left = np.ones(n)
    for _ in range(_MAX_ITERATIONS):
        # right[j, k] scales the product pair (x_j, y_k), left[i] the pair seen.
        right = 1 / n**2 / (kernel_x.T @ (left[:, None] * kernel_y))
        supplied = ((kernel_x @ right) * kernel_y).sum(axis=1)
        error = np.abs(left * supplied - 1 / n).sum()
        left = 1 / n / supplied
        if error < _TOLERANCE:
            break
    else:
        warnings.warn(
            f"after {_MAX_ITERATIONS} iterations {error:.1%} of the mass is out of place: take a larger "
            "`regularization`, or method='exact'",
            ConvergenceWarning,
            stacklevel=4,
        )
    moved_x = left[:, None] * kernel_x * (kernel_y @ right.T)
    moved_y = left[:, None] * kernel_y * (kernel_x @ right)
    return moved_x, moved_y
