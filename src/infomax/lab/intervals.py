"""Intervals and one-sided p-values of paired differences and of failure counts.

Seeds lie along the last axis; every function takes many sets of differences at once.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]


def t_interval(differences: ArrayLike, *, confidence: float = 0.95) -> tuple[Array, Array, Array]:
    """Return mean, lower and upper end of the two-sided Student-t interval over the last axis.

    Exact where the differences are independent and normal; for skewed differences it is too
    optimistic on one side (docs, *How a claim is judged*).
    """
    values = np.asarray(differences, dtype=np.float64)
    n = values.shape[-1]
    mean = values.mean(axis=-1)
    half = special.stdtrit(n - 1, (1 + confidence) / 2) * values.std(axis=-1, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def one_sided_p(differences: ArrayLike, *, above: float = 0.0) -> Array:
    """Return the p-value of the t-test whose alternative is a mean above `above`."""
    values = np.asarray(differences, dtype=np.float64) - above
    n = values.shape[-1]
    statistic = values.mean(axis=-1) / (values.std(axis=-1, ddof=1) / np.sqrt(n))
    return np.asarray(special.stdtr(n - 1, -statistic), dtype=np.float64)


def has_spread(differences: ArrayLike, *, magnitude: float) -> bool:
    """Whether the differences spread by more than rounding of numbers as large as `magnitude`."""
    return bool(np.ptp(np.asarray(differences, dtype=np.float64)) > 1e-12 * magnitude)


def clopper_pearson(
    failures: ArrayLike, n_draws: ArrayLike, *, confidence: float = 0.95
) -> tuple[Array, Array]:
    """Return the ends of the two-sided Clopper–Pearson interval of a failure probability."""
    k, n = np.broadcast_arrays(
        np.asarray(failures, dtype=np.float64), np.asarray(n_draws, dtype=np.float64)
    )
    tail = (1 - confidence) / 2
    inner_low, inner_high = np.maximum(k, 1), np.minimum(k, n - 1)
    low = np.where(k == 0, 0.0, special.betaincinv(inner_low, n - inner_low + 1, tail))
    high = np.where(k == n, 1.0, special.betaincinv(inner_high + 1, n - inner_high, 1 - tail))
    return low, high
