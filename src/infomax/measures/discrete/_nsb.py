"""Entropy by averaging over Dirichlet priors that are together flat in the expected entropy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

Floats = NDArray[np.float64]

_NEGLIGIBLE = 42.0  # exp(-42) is below double precision
_LARGE = 20.0  # from here Stirling's series is exact in double precision
_CANCELS = 1e3  # from here the terms of the prior's slope cancel


def nsb_entropy(
    counts: NDArray[np.int64], n_outcomes: int, *, deviation: bool = False
) -> tuple[float, float]:
    r"""Return the mean of the entropy given counts, after Nemenman et al., and its deviation or NaN.

    The prior is a mixture of Dirichlet laws of concentration :math:`\beta` for each of K outcomes,
    weighted so that the expected entropy :math:`\xi = \psi(K\beta + 1) - \psi(\beta + 1)` is flat
    between 0 and log K. Given :math:`\beta` the moments of the entropy are in closed form. The
    average over :math:`\log\beta` is a trapezoidal sum, which converges geometrically for such
    bells, doubled in points until it stands still.
    """
    if n_outcomes == 1:
        return 0.0, 0.0
    seen, times = np.unique(counts[counts > 0], return_counts=True)
    posterior = _Posterior(seen.astype(np.float64), times.astype(np.float64), n_outcomes)
    low, high = posterior.support()
    points = np.linspace(low, high, 33)
    table = posterior.moments(points, deviation)
    mean, spread = np.inf, np.inf
    for _ in range(8):
        before = mean
        mean, spread = _averages(table)
        if abs(mean - before) < 1e-13 * max(mean, 1.0):
            break
        between = (points[:-1] + points[1:]) / 2
        finer = np.empty((3, 2 * len(points) - 1))
        finer[:, ::2], finer[:, 1::2] = table, posterior.moments(between, deviation)
        points, table = np.linspace(low, high, finer.shape[1]), finer
    return mean, spread


@dataclass(frozen=True)
class _Posterior:
    """Which counts came, how many outcomes have each, and how many outcomes there may be."""

    seen: Floats
    times: Floats
    n_outcomes: int

    @property
    def n(self) -> float:
        return float(self.seen @ self.times)

    def support(self) -> tuple[float, float]:
        """Return the limits of log beta outside which nothing counts."""
        low, high = -np.log(self.n_outcomes) - 45.0, 2 * np.log(self.n) + 45.0
        for _ in range(3):  # a narrow peak needs a second and a third look
            points = np.linspace(low, high, 33)
            weights = self.log_weight(points)
            kept = np.flatnonzero(weights > weights.max() - _NEGLIGIBLE)
            low, high = points[max(kept[0] - 1, 0)], points[min(kept[-1] + 1, len(points) - 1)]
        return float(low), float(high)

    def log_weight(self, log_beta: Floats) -> Floats:
        """Return log of (likelihood times d xi / d log beta)."""
        beta = np.exp(log_beta)
        likelihood = self.times @ _log_rising(beta, self.seen[:, None])
        likelihood -= _log_rising(self.n_outcomes * beta, np.array([[self.n]]))[0]
        return np.asarray(likelihood + np.log(_slope(beta, self.n_outcomes)) + log_beta)

    def moments(self, log_beta: Floats, deviation: bool) -> Floats:
        """Return log weight, E[H] and E[H^2] (or NaN) under Dirichlet(count + beta)."""
        beta = np.exp(log_beta)
        counts = np.append(self.seen, 0.0)
        often = np.append(self.times, self.n_outcomes - self.times.sum())
        total = self.n + self.n_outcomes * beta
        alpha = counts[:, None] + beta
        share = alpha / total
        psi = digamma(alpha + 1)
        mean = digamma(total + 1) - often @ (share * psi)
        square = np.full_like(mean, np.nan)
        if deviation:  # Wolpert and Wolf's second moment, its double sum as a square of a sum
            gap = psi - digamma(total + 2)
            pairs = (often @ (share * gap)) ** 2 - often @ (share * gap) ** 2
            pairs -= polygamma(1, total + 2) * (1 - often @ share**2)
            own = (psi + 1 / (alpha + 1) - digamma(total + 2)) ** 2
            own += polygamma(1, alpha + 2) - polygamma(1, total + 2)
            square = pairs * total + often @ (share * (alpha + 1) * own)
            square /= total + 1
        return np.stack([self.log_weight(log_beta), mean, square])


def _averages(table: Floats) -> tuple[float, float]:
    """Return mean and deviation of the entropy over equally spaced points of log beta."""
    log_weight, first, second = table
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    mean = float(weights @ first)
    return mean, float(weights @ (second - first**2 + (first - mean) ** 2)) ** 0.5


def _log_rising(a: Floats, steps: Floats) -> Floats:
    """Return log of Gamma(a + steps) / Gamma(a) for increasing a, by Stirling where it is large."""
    cut = int(np.searchsorted(a, _LARGE))
    small, large = a[:cut], a[cut:]
    end = large + steps
    series = (end - 0.5) * np.log1p(steps / large) + steps * (np.log(large) - 1)
    series += (1 / end - 1 / large) / 12 - (end**-3 - large**-3) / 360
    series += (end**-5 - large**-5) / 1260
    return np.concatenate([gammaln(small + steps) - gammaln(small), series], axis=1)


def _slope(beta: Floats, n_outcomes: int) -> Floats:
    """Return d xi / d beta for increasing beta; where its terms cancel, by their series."""
    k = float(n_outcomes)
    cut = int(np.searchsorted(beta, _CANCELS))
    small, large = beta[:cut], beta[cut:]
    exact = k * polygamma(1, k * small + 1) - polygamma(1, small + 1)
    series = (1 - 1 / k) / (2 * large**2) - (1 - k**-2) / (6 * large**3)
    return np.concatenate([exact, series + (1 - k**-4) / (30 * large**5)])
