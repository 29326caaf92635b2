"""Blocks of neighbouring symbols as codes."""

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least, check_choice
from infomax.coding._entropy_bounded import (
    SLACK,
    EntropyBoundedMap,
    grouped_map,
    plogp,
    sorted_symbols,
)
from infomax.coding._sparse_joint import checked_distribution


def scalar_quantizer_map(
    p: ArrayLike, *, max_entropy: float, fit: bool = False, order: str = "given"
) -> EntropyBoundedMap:
    r"""Map blocks of equally many neighbouring symbols to one code each.

    With budget R, :math:`m = \lfloor e^R \rfloor` blocks of :math:`\lceil n / m \rceil` symbols;
    :math:`H(T) \le \log m \le R` whatever the distribution. With ``fit=True``, the smallest
    blocks, so the most, that keep :math:`H(T) \le R` for this distribution.

    The plain quantiser is the usual baseline; the fitted one is a strong baseline that often
    beats the greedy `entropy_bounded_map`.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the symbols. Symbols of no mass do not count towards blocks.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.
    fit : bool
        Whether the size of blocks is fitted to the distribution.
    order : {"given", "sorted"}
        Whether neighbours are neighbours in `p`, or in falling order of probability.

    Returns
    -------
    EntropyBoundedMap
        With `guarantee` None.

    Raises
    ------
    ValueError
        If `p` is no distribution or `max_entropy` is negative or NaN.

    Notes
    -----
    O(n) in the given order, :math:`O(n \log n)` sorted or fitted: smaller blocks are tried before
    larger ones.

    References
    ----------
    Ebrahimi, Chen and Khisti (2024), Algorithm 5.

    Examples
    --------
    >>> p = [0.4, 0.3, 0.2, 0.1]
    >>> scalar_quantizer_map(p, max_entropy=1.2).labels
    array([0, 0, 1, 1])
    >>> scalar_quantizer_map(p, max_entropy=1.3, fit=True).labels
    array([0, 1, 2, 3])
    """
    p = checked_distribution("p", p)
    budget = check_at_least("max_entropy", max_entropy, 0)
    check_choice("order", order, ("given", "sorted"))
    return quantizer_map(p, budget, fit=fit, order=order)


def quantizer_map(
    p: NDArray[np.float64], budget: float, *, fit: bool, order: str = "given"
) -> EntropyBoundedMap:
    """Return the map of a checked distribution."""
    symbols = np.flatnonzero(p) if order == "given" else sorted_symbols(p)[1]
    n = len(symbols)
    if fit:
        size = _smallest_block(p[symbols], budget + SLACK)
    else:
        n_blocks = n if budget >= math.log(n) else math.floor(math.exp(budget) * (1 + SLACK))
        size = -(-n // n_blocks)
    groups = np.zeros(len(p), dtype=np.int64)
    groups[symbols] = np.arange(n) // size
    return grouped_map(p, groups, budget, None)


@njit(cache=True)
def _smallest_block(masses: NDArray[np.float64], budget: float) -> int:
    n = len(masses)
    sums = np.zeros(n + 1)
    sums[1:] = np.cumsum(masses)
    for size in range(1, n):
        entropy = 0.0
        for start in range(0, n, size):
            entropy += plogp(sums[min(start + size, n)] - sums[start])
        if entropy <= budget:
            return size
    return n
