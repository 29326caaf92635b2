"""Couple the masses that differ least, so that both vanish or nearly so."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.int32]


def couple_nearest(p: Floats, q: Floats, tolerance: float) -> tuple[Indices, Floats, int]:
    """Return cells, masses and the number of steps of the zero-seeking coupling."""
    rows = np.argsort(-p, kind="stable")[: np.count_nonzero(p)]
    columns = np.argsort(-q, kind="stable")[: np.count_nonzero(q)]
    cells, masses = _couple(p[rows], rows, q[columns], columns, tolerance)
    return cells, masses, len(masses)


@njit(cache=True)
def _couple(
    p: Floats, rows: Ints, q: Floats, columns: Ints, tolerance: float
) -> tuple[Indices, Floats]:
    n, m, n_cells = len(p), len(q), 0
    cells = np.empty((n + m - 1, 2), dtype=np.int32)
    masses = np.empty(n + m - 1)
    while n > 0 and m > 0:
        i, j = _nearest(p[:n], q[:m])
        taken = min(p[i], q[j])
        cells[n_cells, 0], cells[n_cells, 1] = rows[i], columns[j]
        masses[n_cells] = taken
        n_cells += 1
        n = _put(p, rows, n, i, p[i] - taken, tolerance * taken)
        m = _put(q, columns, m, j, q[j] - taken, tolerance * taken)
    last = n_cells - 1
    for k in range(n + m):  # what rounding left over goes beside the last cell
        row = rows[k] if k < n else cells[last, 0]
        column = columns[k - n] if k >= n else cells[last, 1]
        mass = p[k] if k < n else q[k - n]
        if row == cells[last, 0] and column == cells[last, 1]:
            masses[last] += mass
        else:
            cells[n_cells, 0], cells[n_cells, 1] = row, column
            masses[n_cells] = mass
            n_cells += 1
    return cells[:n_cells], masses[:n_cells]


@njit(cache=True)
def _nearest(p: Floats, q: Floats) -> tuple[int, int]:
    """Return the places of the nearest pair in two falling lists, the largest pair on ties."""
    best, best_i, best_j = np.inf, 0, 0
    i, j = 0, 0
    while i < len(p) and j < len(q):
        gap = abs(p[i] - q[j])
        if gap < best:
            best, best_i, best_j = gap, i, j
            if gap == 0:
                break
        if p[i] > q[j]:
            i += 1
        else:
            j += 1
    return best_i, best_j


@njit(cache=True)
def _put(masses: Floats, atoms: Ints, size: int, place: int, rest: float, least: float) -> int:
    """Move an atom to where its rest belongs, or take it out; return how many are left."""
    atom = atoms[place]
    if not rest > least:
        for k in range(place, size - 1):
            masses[k], atoms[k] = masses[k + 1], atoms[k + 1]
        return size - 1
    while place + 1 < size and masses[place + 1] > rest:
        masses[place], atoms[place] = masses[place + 1], atoms[place + 1]
        place += 1
    masses[place], atoms[place] = rest, atom
    return size
