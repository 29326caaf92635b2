"""The smallest set of tokens, nearest to a centre first, that covers a given mass.

Typical sampling and nucleus sampling differ in the centre alone: the expected logit, or the
largest. Instead of sorting the vocabulary, a histogram of the distances weighted by probability
finds the cell in which the mass is reached, and only what lies in that cell is looked at again.
"""

import math
from typing import Any, Literal, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Centre: TypeAlias = Literal["mean", "top"]
_SHIFT = 19  # float32 bits above this one name a cell: sixteen cells an octave
_N_CELLS = (0x7F800000 >> _SHIFT) + 1
_FEW = 64
_N_FINE = 1024
_LOWEST = -1e300  # stands for minus infinity where a weight of zero multiplies it


def covering_mask(
    scores: NDArray[Any], *, centre: Centre, mass: float, at_least: int
) -> NDArray[np.bool_]:
    """Return which entries of each row lie in the smallest set that covers `mass`.

    Entries tied with the last one taken are taken too; entries at minus infinity never are. Rows
    must have a finite maximum.
    """
    if mass >= 1:
        return scores > -np.inf
    kept = np.empty(scores.shape, dtype=np.bool_)
    shifted, weights = np.empty((2, scores.shape[1]))
    near = np.empty(scores.shape[1], dtype=np.float32)
    for row, mask in zip(scores, kept, strict=True):
        np.subtract(row, row.max(), out=shifted, dtype=np.float64)
        np.exp(shifted, out=weights)
        total, dot = _moments(shifted, weights)
        # The surprisal less the entropy is the expected score less the score.
        middle = dot / total if centre == "mean" else 0.0
        reach = _reach(shifted, weights, near, middle, mass * total)
        if _mark(shifted, middle, reach, mask) < at_least:
            _mark(shifted, middle, _nth_distance(shifted, middle, at_least), mask)
    return kept


def covering_mask_by_sorting(
    scores: Any, *, centre: Centre, mass: float, at_least: int, crossing: bool = True
) -> Any:
    """Return the same mask for a tensor on any device, by sorting each row.

    `crossing` says whether the entry that reaches the mass belongs to the set.
    """
    import torch

    finite = scores > -math.inf
    if mass >= 1:
        return finite
    exact = torch.float32 if scores.device.type == "mps" else torch.float64
    shifted = scores.detach().to(exact)
    shifted = shifted - shifted.amax(dim=-1, keepdim=True)
    weights = shifted.exp()
    total = weights.sum(dim=-1, keepdim=True)
    middle = (weights * shifted.masked_fill(~finite, 0)).sum(dim=-1, keepdim=True) / total
    distances = (shifted - (middle if centre == "mean" else 0)).abs()
    ordered, order = distances.sort(dim=-1)
    covered = weights.gather(-1, order).cumsum(dim=-1)
    last = (covered < mass * total).sum(dim=-1, keepdim=True) - (0 if crossing else 1)
    last = last.clamp(min=at_least - 1, max=scores.shape[-1] - 1)
    return (distances <= ordered.gather(-1, last)) & finite


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _moments(shifted: Floats, weights: Floats) -> tuple[float, float]:
    """Return the sum of the weights and of the weighted scores."""
    total = 0.0
    dot = 0.0
    for j in range(shifted.size):
        total += weights[j]
        dot += weights[j] * max(shifted[j], _LOWEST)
    return total, dot


@njit(cache=True, nogil=True)
def _mark(shifted: Floats, middle: float, reach: float, mask: NDArray[np.bool_]) -> int:
    """Mark the finite scores within `reach` of the middle; return how many they are."""
    count = 0
    for j in range(shifted.size):
        kept = (abs(shifted[j] - middle) <= reach) & (shifted[j] > -np.inf)
        mask[j] = kept
        count += kept
    return count


@njit(cache=True, nogil=True)
def _nth_distance(shifted: Floats, middle: float, n: int) -> float:
    return float(np.partition(np.abs(shifted - middle), n - 1)[n - 1])


@njit(cache=True, nogil=True)
def _reach(
    shifted: Floats, weights: Floats, near: NDArray[np.float32], middle: float, goal: float
) -> float:
    """Return the distance of the last entry of the smallest set whose weight is `goal`."""
    n = shifted.size
    for j in range(n):
        near[j] = abs(shifted[j] - middle)
    cells = near.view(np.uint32)  # of numbers above zero: in the order of the numbers
    mass = np.zeros(_N_CELLS)
    for j in range(n):
        mass[cells[j] >> _SHIFT] += weights[j]
    cell = 0
    covered = 0.0
    while cell < _N_CELLS and covered + mass[cell] < goal:
        covered += mass[cell]
        cell += 1
    if cell == _N_CELLS:  # by rounding all of them fall short of the goal
        return np.inf
    m = 0
    for j in range(n):
        m += cells[j] >> _SHIFT == cell
    distances = np.empty(m)
    shares = np.empty(m)
    m = 0
    for j in range(n):
        if cells[j] >> _SHIFT == cell:
            distances[m] = abs(shifted[j] - middle)
            shares[m] = weights[j]
            m += 1
    return _reach_among(distances, shares, goal - covered)


@njit(cache=True, nogil=True)
def _reach_among(distances: Floats, shares: Floats, goal: float) -> float:
    """Narrow few entries down, by ever finer cells of equal width, until they can be sorted."""
    m = distances.size
    while m > _FEW:
        low, high = distances[:m].min(), distances[:m].max()
        if high - low < 1e-280:  # all of them are tied
            return float(low)
        scale = (_N_FINE - 1) / (high - low)
        last = int((high - low) * scale)
        mass = np.zeros(_N_FINE)
        for j in range(m):
            mass[int((distances[j] - low) * scale)] += shares[j]
        cell = 0
        while cell < last and mass[cell] < goal:
            goal -= mass[cell]
            cell += 1
        n = 0
        for j in range(m):
            if int((distances[j] - low) * scale) == cell:
                distances[n] = distances[j]
                shares[n] = shares[j]
                n += 1
        m = n
    reach = 0.0
    for j in np.argsort(distances[:m]):
        reach = distances[j]
        goal -= shares[j]
        if goal <= 0:
            break
    return reach
