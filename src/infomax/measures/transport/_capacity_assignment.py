"""Exact transport from a few points of equal mass to many: an assignment with capacities."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROUNDS = 40


def capacity_assignment(cost: Floats) -> tuple[Integers, Floats]:
    r"""Send items to bins of equal capacity at the least total cost.

    Every item starts in the bin that is cheapest at prices which make the loads nearly even; that
    is optimal but for the loads. Then, one at a time, an item too many leaves a full bin by the
    shortest path, each step of which moves the item that is cheapest to move (successive shortest
    paths on the graph of bins). Prices keep all costs of moves non-negative, so that Dijkstra's
    search stops at the first bin with room.

    Parameters
    ----------
    cost : array of shape (n_items, n_bins)
        Finite; a multiple of as many items as bins.

    Returns
    -------
    bins : array of int, shape (n_items,)
        Each bin exactly ``n_items / n_bins`` times.
    prices : array of shape (n_bins,)
        What each bin charges: ``cost + prices`` is least, for each item, in its bin, which proves
        that no other assignment costs less.

    Notes
    -----
    O(n_bins · (n_bins + items moved)) a move in the worst case; memory O(n_items · n_bins).

    References
    ----------
    Ahuja, Magnanti and Orlin (1993), Section 9.7.
    """
    cost = np.ascontiguousarray(cost, dtype=np.float64)
    n_items, n_bins = cost.shape
    prices, _ = even_prices(cost, n_items // n_bins, _ROUNDS)
    bins, _ = cheapest(cost, prices)
    _balance(cost, bins, prices, n_items // n_bins)
    return bins, prices


@njit(cache=True, nogil=True)
def cheapest(cost: Any, prices: Any) -> Any:
    """Return the cheapest bin of each item, and the mean over items of what it costs there."""
    n_items, n_bins = cost.shape
    bins, paid = np.empty(n_items, np.int64), 0.0
    for item in range(n_items):
        least, where = np.inf, 0
        for k in range(n_bins):
            total = cost[item, k] + prices[k]
            if total < least:
                least, where = total, k
        bins[item] = where
        paid += least
    return bins, paid / n_items


@njit(cache=True, nogil=True)
def even_prices(cost: Any, capacity: int, n_rounds: int) -> Any:
    """Return prices that come near to even loads, and the dual value they prove.

    Bins with too many items charge more, the others less, by smaller and smaller steps: ascent on
    the concave dual, mean of the least cost plus price less the mean price, which no assignment
    goes below. The best prices met are returned.
    """
    n_bins = cost.shape[1]
    prices, best_prices, best_dual = np.zeros(n_bins), np.zeros(n_bins), -np.inf
    step = 0.15 * cost.mean()
    for n_before in range(n_rounds):
        bins, least = cheapest(cost, prices)
        load = np.bincount(bins, minlength=n_bins)
        dual = least - prices.mean()
        if dual > best_dual:
            best_dual = dual
            best_prices[:] = prices
        prices += step / (1 + n_before) ** 0.7 * (load / capacity - 1)
    return best_prices, best_dual


@njit(cache=True, nogil=True)
def _balance(cost: Any, bins: Any, prices: Any, capacity: int) -> None:
    n_items, n_bins = cost.shape
    load, first, following, previous = _members(bins, n_bins)
    step = np.full((n_bins, n_bins), np.inf)  # the least extra cost of moving an item from i to k
    mover = np.full((n_bins, n_bins), -1)
    for item in range(n_items):
        _offer(cost, step, mover, item, bins[item])
    for start in range(n_bins):
        while load[start] > capacity:
            came_from, end = _shortest_path(step, prices, start, load, capacity)
            while end != start:
                origin = came_from[end]
                item = mover[origin, end]
                _unlink(first, following, previous, item, origin)
                _link(first, following, previous, item, end)
                bins[item] = end
                load[origin] -= 1
                load[end] += 1
                _withdraw(cost, step, mover, item, origin, first, following)
                _offer(cost, step, mover, item, end)
                end = origin


@njit(cache=True, nogil=True)
def _members(bins: Any, n_bins: int) -> Any:
    """Return loads, and the items of each bin as a list that can be relinked."""
    load = np.zeros(n_bins, np.int64)
    first = np.full(n_bins, -1)
    following = np.full(len(bins), -1)
    previous = np.full(len(bins), -1)
    for item in range(len(bins)):
        _link(first, following, previous, item, bins[item])
        load[bins[item]] += 1
    return load, first, following, previous


@njit(cache=True, nogil=True)
def _link(first: Any, following: Any, previous: Any, item: int, place: int) -> None:
    following[item], previous[item] = first[place], -1
    if first[place] >= 0:
        previous[first[place]] = item
    first[place] = item


@njit(cache=True, nogil=True)
def _unlink(first: Any, following: Any, previous: Any, item: int, place: int) -> None:
    before, after = previous[item], following[item]
    if before >= 0:
        following[before] = after
    else:
        first[place] = after
    if after >= 0:
        previous[after] = before


@njit(cache=True, nogil=True)
def _offer(cost: Any, step: Any, mover: Any, item: int, place: int) -> None:
    """Let an item that came to a place be moved on from there."""
    here = cost[item, place]
    for k in range(cost.shape[1]):
        extra = cost[item, k] - here
        if k != place and extra < step[place, k]:
            step[place, k], mover[place, k] = extra, item


@njit(cache=True, nogil=True)
def _withdraw(
    cost: Any, step: Any, mover: Any, item: int, place: int, first: Any, following: Any
) -> None:
    """Find others to be moved where an item that left was the cheapest."""
    lost = np.flatnonzero(mover[place] == item)
    step[place][lost], mover[place][lost] = np.inf, -1
    other = first[place]
    while other >= 0:
        here = cost[other, place]
        for k in lost:
            extra = cost[other, k] - here
            if extra < step[place, k]:
                step[place, k], mover[place, k] = extra, other
        other = following[other]


@njit(cache=True, nogil=True)
def _shortest_path(step: Any, prices: Any, start: int, load: Any, capacity: int) -> Any:
    """Return whence each bin is reached, and the nearest bin with room; move the prices."""
    n_bins = len(prices)
    distance = np.full(n_bins, np.inf)
    came_from = np.full(n_bins, -1)
    settled = np.zeros(n_bins, np.bool_)
    distance[start] = 0.0
    here = start
    while True:
        settled[here] = True
        if load[here] < capacity:
            break
        base = distance[here] - prices[here]
        for k in range(n_bins):
            if not settled[k]:
                reached = base + step[here, k] + prices[k]
                if reached < distance[k]:
                    distance[k], came_from[k] = max(reached, distance[here]), here
        nearest = np.inf
        for k in range(n_bins):
            if not settled[k] and distance[k] < nearest:
                nearest, here = distance[k], k
    for k in range(n_bins):
        if settled[k]:
            prices[k] += distance[here] - distance[k]
    return came_from, here
