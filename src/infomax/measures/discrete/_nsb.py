"""Entropy by averaging over Dirichlet priors that are together nearly flat in the entropy."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

Floats = NDArray[np.float64]


def nsb_entropy(counts: NDArray[np.int64], n_outcomes: int) -> tuple[float, float]:
    r"""Return mean and standard deviation of the entropy given counts, after Nemenman et al.

    The prior is a mixture of Dirichlet laws of concentration :math:`\beta` for each of K outcomes,
    weighted so that the expected entropy :math:`\xi = \psi(K\beta + 1) - \psi(\beta + 1)` is flat
    between 0 and log K. Given :math:`\beta` both moments of the entropy are in closed form; the
    average over :math:`\log\beta` is a trapezoidal sum, which converges geometrically for such
    bell-shaped integrands and is refined until it stands still.
    """
    if n_outcomes == 1:
        return 0.0, 0.0
    seen, times = np.unique(counts, return_counts=True)
    log_weight = _log_weight(seen.astype(np.float64), times, n_outcomes)
    low, high = _support(log_weight, int(counts.sum()), n_outcomes)
    points = np.linspace(low, high, 129)
    before = (np.inf, np.inf)
    for _ in range(8):
        weights = log_weight(points)
        weights = np.exp(weights - weights.max())
        weights /= weights.sum()
        first, second = _moments(np.exp(points), seen.astype(np.float64), times, n_outcomes)
        mean = float(weights @ first)
        variance = float(weights @ (second - first**2 + (first - mean) ** 2))
        if abs(mean - before[0]) < 1e-13 * max(mean, 1) and abs(variance - before[1]) < 1e-10:
            break
        before = mean, variance
        points = np.linspace(low, high, 2 * len(points) - 1)
    return mean, max(variance, 0.0) ** 0.5


def _log_weight(
    seen: Floats, times: NDArray[np.int64], n_outcomes: int
) -> Callable[[Floats], Floats]:
    """Return the function log beta -> log of (likelihood times d xi / d log beta)."""
    n = float(seen @ times)

    def log_weight(log_beta: Floats) -> Floats:
        beta = np.exp(log_beta)
        likelihood = times @ _log_rising(beta, seen[:, None])
        likelihood -= _log_rising(n_outcomes * beta, np.array(n))
        return np.asarray(likelihood + np.log(_slope(beta, n_outcomes)) + log_beta)

    return log_weight


def _log_rising(a: Floats, steps: Floats) -> Floats:
    """Return log of Gamma(a + steps) / Gamma(a), by Stirling's series where a is large."""
    large = np.maximum(a, 20.0)
    end = large + steps
    series = (end - 0.5) * np.log1p(steps / large) + steps * (np.log(large) - 1)
    series += (1 / end - 1 / large) / 12 - (end**-3 - large**-3) / 360
    series += (end**-5 - large**-5) / 1260
    small = np.minimum(a, 20.0)
    return np.asarray(np.where(a > 20, series, gammaln(small + steps) - gammaln(small)))


def _slope(beta: Floats, n_outcomes: int) -> Floats:
    """Return d xi / d beta; its two terms cancel where beta is large, there by their series."""
    k = float(n_outcomes)
    large = np.maximum(beta, 1e3)
    series = (1 - 1 / k) / (2 * large**2) - (1 - k**-2) / (6 * large**3)
    series += (1 - k**-4) / (30 * large**5)
    small = np.minimum(beta, 1e3)
    exact = k * polygamma(1, k * small + 1) - polygamma(1, small + 1)
    return np.asarray(np.where(beta > 1e3, series, exact))


def _support(
    log_weight: Callable[[Floats], Floats], n: int, n_outcomes: int
) -> tuple[float, float]:
    """Return the limits of log beta outside which nothing counts in double precision."""
    low, high = -np.log(n_outcomes) - 45.0, 2 * np.log(n) + 45.0
    for _ in range(3):  # a narrow peak needs a second and a third look
        points = np.linspace(low, high, 97)
        weights = log_weight(points)
        kept = np.flatnonzero(weights > weights.max() - 42)
        low, high = points[max(kept[0] - 1, 0)], points[min(kept[-1] + 1, len(points) - 1)]
    return float(low), float(high)


def _moments(
    beta: Floats, seen: Floats, times: NDArray[np.int64], n_outcomes: int
) -> tuple[Floats, Floats]:
    """Return E[H] and E[H^2] under Dirichlet(count + beta), after Wolpert and Wolf."""
    counts = np.append(seen, 0.0)
    often = np.append(times, n_outcomes - times.sum()).astype(np.float64)
    total = seen @ times + n_outcomes * beta
    alpha = counts[:, None] + beta
    share = alpha / total
    mean = digamma(total + 1) - often @ (share * digamma(alpha + 1))

    gap = digamma(alpha + 1) - digamma(total + 2)
    pairs = (often @ (share * gap)) ** 2 - often @ (share * gap) ** 2
    pairs -= polygamma(1, total + 2) * (1 - often @ share**2)
    own = (digamma(alpha + 2) - digamma(total + 2)) ** 2
    own += polygamma(1, alpha + 2) - polygamma(1, total + 2)
    square = pairs * total / (total + 1) + often @ (share * (alpha + 1) * own) / (total + 1)
    return mean, square
