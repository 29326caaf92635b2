"""How closely a measure goes with the gap: three correlations and their bootstrap intervals."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
CORRELATIONS: dict[str, Callable[..., Any]] = {
    "Pearson": stats.pearsonr,
    "Spearman": stats.spearmanr,
    "Kendall": stats.kendalltau,
}


def correlation(kind: str, x: Floats, y: Floats) -> float:
    """Return a correlation; 0 where one of the two is the same for all networks."""
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(CORRELATIONS[kind](x, y).statistic)


def bootstrap_interval(
    kind: str, x: Floats, y: Floats, generator: np.random.Generator, *, n_resamples: int = 200
) -> tuple[float, float]:
    """Return the middle 95 % of the correlation over networks drawn with replacement."""
    if len(x) < 3:
        return -1.0, 1.0
    weights = generator.multinomial(len(x), np.full(len(x), 1 / len(x)), n_resamples)
    low, high = np.quantile(weighted(kind, x, y, weights.astype(float)), [0.025, 0.975])
    return float(low), float(high)


def weighted(kind: str, x: Floats, y: Floats, weights: Floats) -> Floats:
    """Return a correlation for each row of weights, of which each network has one."""
    if kind == "Kendall":
        signs = [np.sign(values[:, None] - values[None]) for values in (x, y)]
        return _ratio(*(_form(a * b, weights) for a, b in _pairs(*signs)))
    if kind == "Spearman":
        found = [_ranks(values, weights) for values in (x, y)]
    else:
        found = [np.broadcast_to(values, weights.shape) for values in (x, y)]
    total = weights.sum(axis=1, keepdims=True)
    centred = [v - (weights * v).sum(axis=1, keepdims=True) / total for v in found]
    return _ratio(*((weights * a * b).sum(axis=1) for a, b in _pairs(*centred)))


def _pairs(a: Floats, b: Floats) -> tuple[tuple[Floats, Floats], ...]:
    return (a, b), (a, a), (b, b)


def _form(matrix: Floats, weights: Floats) -> Floats:
    return np.asarray(((weights @ matrix) * weights).sum(axis=1))


def _ranks(values: Floats, weights: Floats) -> Floats:
    """Return the mean rank of each network, if each stands there as often as its weight says."""
    below = (values[None] < values[:, None]) + 0.5 * (values[None] == values[:, None])
    return np.asarray(weights @ below.T)


def _ratio(product: Floats, first: Floats, second: Floats) -> Floats:
    norm = np.sqrt(np.maximum(first * second, 0))
    large = norm > 1e-12 * max(float(norm.max()), 1e-300)
    return np.where(large, product / np.where(large, norm, 1), 0.0)
