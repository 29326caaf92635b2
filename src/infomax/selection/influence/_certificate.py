"""Bounds on a spread from the share of reverse-reachable sets that are hit."""

import math

from scipy.special import gammaln


def spread_lower_bound(hits: float, n_sets: int, scale: int, log_term: float) -> float:
    r"""Return what the true spread exceeds but for a chance of ``exp(-log_term)``.

    The sets must not have been used to choose the seeds. Tang, Tang, Xiao and Yuan (2018), Eq. 5.
    """
    root = math.sqrt(hits + 2 * log_term / 9) - math.sqrt(log_term / 2)
    return max(0.0, (root**2 - log_term / 18) * scale / n_sets) if root > 0 else 0.0


def spread_upper_bound(hits: float, n_sets: int, scale: int, log_term: float) -> float:
    r"""Return what the best spread stays below but for a chance of ``exp(-log_term)``.

    `hits` bounds from above how many sets the best seeds can hit. The same, Eq. 8.
    """
    return (math.sqrt(hits + log_term / 2) + math.sqrt(log_term / 2)) ** 2 * scale / n_sets


def log_binomial(n: float, k: float) -> float:
    """Return log of n choose k, 0 where k is n or more."""
    if k >= n:
        return 0.0
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
