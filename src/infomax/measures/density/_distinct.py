"""Loops for cutting an axis: distinct values in order, the bin of each value, rows of bins."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_DIGIT = 11  # bits by which a pass sorts
_FEW = 64  # edges up to which counting all of them is sooner than halving


def sorted_distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values of floats in rising order, sooner than NumPy.

    Floats are sorted by their bits, digit by digit: with the sign bit turned, and all bits of
    negative ones, they are in the order of whole numbers.
    """
    unsigned = np.uint32 if values.dtype == np.float32 else np.uint64
    n_bits = 8 * values.dtype.itemsize
    sign = unsigned(1 << (n_bits - 1))
    places = np.zeros((-(-n_bits // _DIGIT), 1 << _DIGIT), np.int32)
    found: NDArray[Any] = _distinct(values.ravel().view(unsigned), sign, places)
    return found.view(values.dtype)


def count_edges(values: NDArray[Any], edges: NDArray[Any]) -> NDArray[Any]:
    """Return how many of the rising edges lie at or below each value."""
    if len(edges) > _FEW:
        return np.searchsorted(edges, values, "right")
    found = np.zeros(values.size, np.int16)
    _count(values.ravel(), edges, found)
    return found.reshape(values.shape)


@njit(cache=True, nogil=True)
def _distinct(bits: NDArray[Any], sign: Any, places: NDArray[np.int32]) -> NDArray[Any]:
    n = bits.size
    keys, other = np.empty_like(bits), np.empty_like(bits)
    for i in range(n):
        key = bits[i]
        if key & sign and key != sign:  # a negative number; -0 is taken as 0
            key = ~key
        else:
            key |= sign
        keys[i] = key
        for turn in range(len(places)):
            places[turn, key & (_N_DIGITS - 1)] += 1
            key >>= _DIGIT
    for turn in range(len(places)):
        _sort_by_digit(keys, other, _DIGIT * turn, places[turn])
        keys, other = other, keys
    n_distinct = 0
    for i in range(n):
        if i == 0 or keys[i] != keys[i - 1]:
            other[n_distinct] = keys[i] ^ sign if keys[i] & sign else ~keys[i]
            n_distinct += 1
    return other[:n_distinct]


_N_DIGITS = 1 << _DIGIT


@njit(cache=True, nogil=True)
def _sort_by_digit(
    keys: NDArray[Any], other: NDArray[Any], shift: int, places: NDArray[np.int32]
) -> None:
    """Move keys into the order of one digit, of which `places` holds how often each comes."""
    before = 0
    for digit in range(places.size):
        count = places[digit]
        places[digit] = before
        before += count
    for i in range(keys.size):
        digit = (keys[i] >> shift) & (places.size - 1)
        other[places[digit]] = keys[i]
        places[digit] += 1


@njit(cache=True, nogil=True)
def _count(values: NDArray[Any], edges: NDArray[Any], found: NDArray[np.int16]) -> None:
    for k in range(edges.size):
        edge = edges[k]
        for i in range(values.size):  # the inner loop, so that many values are compared at once
            found[i] += np.int16(edge <= values[i])


@njit(cache=True, nogil=True)
def as_digits(bins: NDArray[Any], radix: int) -> NDArray[np.int64]:
    """Read each row of bins as the digits of a number."""
    found = np.zeros(len(bins), np.int64)
    for i in range(len(bins)):
        for j in range(bins.shape[1]):
            found[i] = found[i] * radix + bins[i, j]
    return found
