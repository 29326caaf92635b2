"""Codes from merging at random."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least
from infomax._arrays import RandomState, random_generator
from infomax.coding._entropy_bounded import SLACK, EntropyBoundedMap, grouped_map, plogp
from infomax.coding._sparse_joint import checked_distribution


def random_merge_map(
    p: ArrayLike, *, max_entropy: float, random_state: RandomState = None
) -> EntropyBoundedMap:
    r"""Merge random pairs of codes until the entropy meets the budget.

    Starts with one code a symbol and merges two codes, drawn uniformly, until
    :math:`H(T) \le R`: what a map keeps by the stopping rule alone, without looking at the
    probabilities. The baseline that `entropy_bounded_map` has to beat.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the symbols.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.
    random_state : int, numpy.random.Generator or None
        Where the draws come from.

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
    O(n).

    References
    ----------
    A baseline of this library; Ebrahimi, Chen and Khisti (2024) have none of the kind.

    Examples
    --------
    >>> code = random_merge_map([0.4, 0.3, 0.2, 0.1], max_entropy=0.7, random_state=0)
    >>> round(code.entropy, 3) <= 0.7
    True
    """
    p = checked_distribution("p", p)
    budget = check_at_least("max_entropy", max_entropy, 0)
    symbols = np.flatnonzero(p)
    draws = random_generator(random_state).random((len(symbols), 2))
    groups = np.zeros(len(p), dtype=np.int64)
    groups[symbols] = _merge(p[symbols], draws, budget + SLACK)
    return grouped_map(p, groups, budget, None)


@njit(cache=True)
def _merge(
    masses: NDArray[np.float64], draws: NDArray[np.float64], budget: float
) -> NDArray[np.int64]:
    n_codes = len(masses)
    codes = np.arange(n_codes)  # the codes that are left, in the first n_codes places
    joined = np.arange(n_codes)  # which code each has been merged into
    left = masses.copy()
    entropy = 0.0
    for mass in masses:
        entropy += plogp(mass)
    while entropy > budget and n_codes > 1:
        i = int(draws[n_codes - 1, 0] * n_codes)
        j = int(draws[n_codes - 1, 1] * (n_codes - 1))
        j += j >= i
        a, b = codes[i], codes[j]
        entropy += plogp(left[a] + left[b]) - plogp(left[a]) - plogp(left[b])
        left[a] += left[b]
        joined[b] = a
        n_codes -= 1
        codes[j] = codes[n_codes]
    for x in range(len(masses)):
        root = x
        while joined[root] != root:
            joined[root] = joined[joined[root]]  # halve the way for those to come
            root = joined[root]
        joined[x] = root
    return joined
