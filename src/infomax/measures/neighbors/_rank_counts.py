"""How many points of one or two coordinates lie within a radius of each, by their ranks.

The points near in the first coordinate are neighbours in its order. How many of those are near in
the second too is read off a wavelet matrix: bit by bit from the highest, it sorts the ranks in the
second coordinate into those with a zero and those with a one, and keeps for each place how many
ones came before. A point costs O(log n), however many lie within its radius.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infomax.measures.neighbors._kd_tree import Floats, Ints

Words: TypeAlias = NDArray[np.uint64]


class RankedPoints(NamedTuple):
    """Points in the order of their first coordinate."""

    order: Ints  # (n,), where each point was
    first: Floats  # (n,), ascending
    second: Floats  # (n,)
    ascending: Floats  # (n,), the second coordinate in its own order
    words: Words  # (bits, n // 64 + 1): the bits of the ranks, as each level has sorted them
    ones: Ints  # (bits, n // 64 + 1): ones before each word
    zeros: Ints  # (bits,): zeros of each level


def ranked_points(points: Floats) -> RankedPoints:
    """Return points of shape (n, 1) or (n, 2) by their ranks."""
    n = len(points)
    order = np.argsort(points[:, 0])
    first, second = points[order, 0], points[order, -1]
    if points.shape[1] == 1:
        return RankedPoints(order, first, second, first, *_wavelet_matrix(order, 0))
    place = np.argsort(second)
    ranks = np.empty(n, np.int64)
    ranks[place] = np.arange(n)
    return RankedPoints(
        order, first, second, second[place], *_wavelet_matrix(ranks, n.bit_length())
    )


@njit(cache=True, nogil=True)
def count_by_ranks(
    points: RankedPoints, start: int, stop: int, limits: Floats, counts: Ints
) -> None:
    """Write how many other points lie nearer than each limit, for some places in the order."""
    for i in range(start, stop):
        limit = limits[points.order[i]]
        low, high = _nearer(points.first, points.first[i], limit)
        total = high - low
        if len(points.zeros):
            least, most = _nearer(points.ascending, points.second[i], limit)
            total = _between(points.words, points.ones, points.zeros, low, high, least, most)
        counts[points.order[i]] = total - (limit > 0)  # but for the point itself


@njit(cache=True, nogil=True)
def _nearer(ascending: Floats, center: float, limit: float) -> tuple[int, int]:
    """Return where the numbers nearer to the centre than the limit begin and end."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if center - ascending[middle] < limit:
            high = middle
        else:
            low = middle + 1
    begin, high = low, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] - center < limit:
            low = middle + 1
        else:
            high = middle
    return begin, low


@njit(cache=True, nogil=True)
def _between(
    words: Words, ones: Ints, zeros: Ints, start: int, stop: int, least: int, most: int
) -> int:
    """Return how many of the places from start to stop have a second rank in [least, most)."""
    total = 0
    start_most, stop_most = start, stop
    for level in range(len(zeros)):
        shift = len(zeros) - 1 - level
        a, b = _ones(words, ones, level, start), _ones(words, ones, level, stop)
        bit = (least >> shift) & 1
        total -= bit * ((stop - b) - (start - a))
        start = zeros[level] + a if bit else start - a
        stop = zeros[level] + b if bit else stop - b
        a, b = _ones(words, ones, level, start_most), _ones(words, ones, level, stop_most)
        bit = (most >> shift) & 1
        total += bit * ((stop_most - b) - (start_most - a))
        start_most = zeros[level] + a if bit else start_most - a
        stop_most = zeros[level] + b if bit else stop_most - b
    return total


@njit(cache=True, nogil=True)
def _ones(words: Words, ones: Ints, level: int, place: int) -> int:
    """Return how many ones come before a place."""
    below = (np.uint64(1) << np.uint64(place & 63)) - np.uint64(1)
    bits = words[level, place >> 6] & below
    total = ones[level, place >> 6]
    while bits:  # compiled to one instruction
        bits &= bits - np.uint64(1)
        total += 1
    return int(total)


@njit(cache=True, nogil=True)
def _wavelet_matrix(ranks: Ints, n_bits: int) -> tuple[Words, Ints, Ints]:
    """Return the words of each level, the ones before each word and the zeros of each level."""
    n = len(ranks)
    words = np.zeros((n_bits, n // 64 + 1), np.uint64)
    ones = np.zeros((n_bits, n // 64 + 1), np.int64)
    zeros = np.empty(n_bits, np.int64)
    now, then = ranks.copy(), np.empty_like(ranks)
    for level in range(n_bits):
        shift = n_bits - 1 - level
        zeros[level] = n - ((now >> shift) & 1).sum()
        zero, one = 0, zeros[level]
        for i in range(n):
            bit = (now[i] >> shift) & 1
            if i & 63 == 0:
                ones[level, i >> 6] = one - zeros[level]
            if bit:
                words[level, i >> 6] |= np.uint64(1) << np.uint64(i & 63)
                then[one] = now[i]
                one += 1
            else:
                then[zero] = now[i]
                zero += 1
        if n & 63 == 0:
            ones[level, n >> 6] = one - zeros[level]
        now, then = then, now
    return words, ones, zeros
