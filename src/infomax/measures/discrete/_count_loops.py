"""Counting in compiled loops, for a great many labels."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def count_pairs(
    x: NDArray[np.int64], y: NDArray[np.int64], low: tuple[int, int], shape: tuple[int, int]
) -> Any:
    """Return the table of how often each pair (x - low, y - low) came.

    Four small tables are filled in turn: an increment need not wait for the one before it when
    the same pair comes twice in a row. A large table has no such haste and would leave the cache.
    """
    n_y = shape[1]
    shift = low[0] * n_y + low[1]
    size = shape[0] * n_y
    n_tables = 4 if size <= 16_384 else 1
    tables = np.zeros((n_tables, size), dtype=np.int32)
    whole = len(x) // 4 * 4 if n_tables == 4 else 0
    for i in range(0, whole, 4):
        tables[0, x[i] * n_y + y[i] - shift] += 1
        tables[1, x[i + 1] * n_y + y[i + 1] - shift] += 1
        tables[2, x[i + 2] * n_y + y[i + 2] - shift] += 1
        tables[3, x[i + 3] * n_y + y[i + 3] - shift] += 1
    for i in range(whole, len(x)):
        tables[0, x[i] * n_y + y[i] - shift] += 1
    total = np.zeros(size, dtype=np.int64)
    for table in tables:
        total += table
    return total.reshape(shape)


@njit(cache=True)
def number_rows(rows: NDArray[np.uint32]) -> Any:
    """Return the rows of a matrix as numbers in the order they first come, and how many differ.

    Open addressing: a row is compared with the first row of its number, so that two rows of one
    hash stay apart.
    """
    n, width = rows.shape
    size = 1024
    slots = np.full(size, -1, dtype=np.int64)
    first = np.empty(n, dtype=np.int64)
    hashes = np.empty(n, dtype=np.uint64)
    numbers = np.empty(n, dtype=np.int64)
    found = 0
    for i in range(n):
        h = np.uint64(14695981039346656037)
        for j in range(width):
            h = (h ^ np.uint64(rows[i, j])) * np.uint64(1099511628211)
            h ^= h >> np.uint64(29)
        at = np.int64(h & np.uint64(size - 1))
        while True:
            number = slots[at]
            if number < 0:
                slots[at] = found
                first[found] = i
                hashes[found] = h
                numbers[i] = found
                found += 1
                break
            if hashes[number] == h and np.array_equal(rows[first[number]], rows[i]):
                numbers[i] = number
                break
            at = (at + 1) & (size - 1)
        if 2 * found > size:
            size *= 4
            slots = np.full(size, -1, dtype=np.int64)
            for number in range(found):
                at = np.int64(hashes[number] & np.uint64(size - 1))
                while slots[at] >= 0:
                    at = (at + 1) & (size - 1)
                slots[at] = number
    return numbers, found
