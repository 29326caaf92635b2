"""Couple the largest remaining masses: sorted originals, and bucketed residuals beside them.

The largest remaining mass of a side only falls. So residuals wait in buckets by their size, equal
in width on a logarithmic scale; the bucket the maximum has reached lies in a heap, mostly of one
or two. A step costs O(1) on spread masses and O(log n) at worst.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Indices = NDArray[np.int32]

_N_OCTAVES = 40  # all that is smaller than 2^-40 of the largest shares the last bucket
_START, _END, _FRESH, _HEAD, _BUCKET, _LAST, _SHIFT, _TOP, _HEAP_SIZE = range(9)


def couple_largest(sides: list[Floats], tolerance: float) -> tuple[Indices, Floats, Floats]:
    """Return cells and masses of the greedy coupling of marginals, and the marginals' meet."""
    masses, atoms, sizes = _sorted_sides(sides)
    meet = _meet(masses, sizes)
    cells, cell_masses = _couple(masses, atoms, sizes, tolerance)
    return cells, cell_masses, meet


def majorization_meet(sides: list[Floats]) -> Floats:
    """Return the largest distribution that every marginal majorises, zeros left out."""
    masses, _, sizes = _sorted_sides(sides)
    return _meet(masses, sizes)


def _sorted_sides(sides: list[Floats]) -> tuple[Floats, Indices, Ints]:
    n = sum(len(p) for p in sides)
    masses, atoms = np.empty(n), np.empty(n, dtype=np.int32)
    sizes = np.empty(len(sides), dtype=np.int64)
    end = 0
    for k, p in enumerate(sides):
        sizes[k] = sort_support(p, masses[end:], atoms[end:])
        end += sizes[k]
    return masses[:end], atoms[:end], sizes


def sort_support(p: Floats, masses: Floats, atoms: Indices) -> int:
    """Write the masses above zero in falling order, and where they were; return how many.

    Ties keep their order. NumPy sorts whole numbers several times faster than it finds an order,
    so the leading bits of a mass and its place are packed into one.
    """
    keys = _packed(p)
    keys.sort()
    if not _unpack(p, keys, masses, atoms):
        atoms[: len(p)] = np.argsort(-p, kind="stable")
        masses[: len(p)] = p[atoms[: len(p)]]
    n_positive = len(p)
    while masses[n_positive - 1] == 0:
        n_positive -= 1
    return n_positive


@njit(cache=True)
def _place_mask(n: int) -> int:
    mask = 1
    while mask < n:
        mask = 2 * mask + 1
    return mask


@njit(cache=True)
def _packed(p: Floats) -> Ints:
    mask = _place_mask(len(p))
    bits = p.view(np.int64)
    keys = np.empty(len(p), dtype=np.int64)
    for i in range(len(p)):
        keys[i] = -((bits[i] & ~mask) | (mask - i))
    return keys


@njit(cache=True)
def _unpack(p: Floats, keys: Ints, masses: Floats, atoms: Indices) -> bool:
    """Order by insertion what the bits left out; False if that would take too long."""
    mask = _place_mask(len(p))
    patience = 16 * len(p)
    for i in range(len(p)):
        atom = mask - (-keys[i] & mask)
        mass, hole = p[atom], i
        while hole > 0 and masses[hole - 1] < mass:
            masses[hole], atoms[hole] = masses[hole - 1], atoms[hole - 1]
            hole -= 1
            patience -= 1
        masses[hole], atoms[hole] = mass, atom
        if patience < 0:
            return False
    return True


@njit(cache=True)
def _couple(left: Floats, atoms: Indices, sizes: Ints, tolerance: float) -> tuple[Indices, Floats]:
    cells = np.empty((len(left) - len(sizes) + 1, len(sizes)), dtype=np.int32)
    cell_masses = np.empty(len(cells))
    sides, buckets = _sides_and_buckets(left, sizes)
    link = np.empty(len(left), dtype=np.int32)
    heap = np.empty(len(left), dtype=np.int32)
    n_cells = _run(left, atoms, tolerance, sides, buckets, link, heap, cells, cell_masses)
    return _with_leftovers(left, atoms, sizes, cells, cell_masses, n_cells)


@njit(cache=True)
def _sides_and_buckets(left: Floats, sizes: Ints) -> tuple[Ints, Indices]:
    """Lay out the state of each side, and the buckets of all sides in one array.

    The bucket of a mass is top - (its bits >> shift), or the last: the bits of a positive float
    grow like its logarithm.
    """
    sides = np.zeros((len(sizes), 9), dtype=np.int64)
    start, n_buckets = 0, 0
    for k in range(len(sizes)):
        fineness = 0
        while 32 << fineness <= sizes[k]:
            fineness += 1
        side = sides[k]
        side[_START] = side[_HEAD] = start
        side[_FRESH] = start + 1
        side[_BUCKET] = n_buckets
        side[_SHIFT] = 52 - fineness
        side[_TOP] = n_buckets + (np.float64(left[start]).view(np.int64) >> side[_SHIFT])
        start += sizes[k]
        n_buckets += _N_OCTAVES << fineness
        side[_END] = start
        side[_LAST] = n_buckets - 1
    return sides, np.full(n_buckets, -1, dtype=np.int32)


@njit(cache=True)
def _run(  # noqa: C901, PLR0912, PLR0915 (one loop: calls to helpers inside it cost half its speed)
    left: Floats,
    atoms: Indices,
    tolerance: float,
    sides: Ints,
    buckets: Indices,
    link: Indices,
    heap: Indices,
    cells: Indices,
    cell_masses: Floats,
) -> int:
    n_cells, exhausted = 0, False
    while not exhausted:
        taken = np.inf
        for k in range(len(sides)):
            taken = min(taken, left[sides[k, _HEAD]])
        cell_masses[n_cells] = taken
        for k in range(len(sides)):
            base, size, shift = sides[k, _START], sides[k, _HEAP_SIZE], sides[k, _SHIFT]
            top, last = sides[k, _TOP], sides[k, _LAST]
            atom = sides[k, _HEAD]
            cells[n_cells, k] = atoms[atom]
            rest = left[atom] - taken
            if rest > tolerance * taken:  # the rest waits in its bucket
                left[atom] = rest
                bucket = min(top - (np.float64(rest).view(np.int64) >> shift), last)
                link[atom] = buckets[bucket]
                buckets[bucket] = atom
            else:
                left[atom] = 0.0
            fresh = sides[k, _FRESH]
            fresh_mass = left[fresh] if fresh < sides[k, _END] else 0.0
            bucket = sides[k, _BUCKET]
            if size == 0:  # go down to the next rest, or to where the next original would lie
                stop = min(top - (np.float64(fresh_mass).view(np.int64) >> shift), last)
                while bucket < stop and buckets[bucket] < 0:
                    bucket += 1
                sides[k, _BUCKET] = bucket
            atom = buckets[bucket]
            buckets[bucket] = -1
            while atom >= 0:  # move the bucket into the heap
                hole = size
                size += 1
                while hole > 0 and left[heap[base + ((hole - 1) >> 1)]] < left[atom]:
                    heap[base + hole] = heap[base + ((hole - 1) >> 1)]
                    hole = (hole - 1) >> 1
                heap[base + hole] = atom
                atom = link[atom]
            if size > 0 and fresh_mass <= left[heap[base]]:
                sides[k, _HEAD] = heap[base]
                size -= 1
                atom, hole, child = heap[base + size], 0, 1
                while child < size:
                    other = child + 1
                    if other < size and left[heap[base + other]] > left[heap[base + child]]:
                        child = other
                    if left[heap[base + child]] <= left[atom]:
                        break
                    heap[base + hole] = heap[base + child]
                    hole, child = child, 2 * child + 1
                heap[base + hole] = atom
            elif fresh_mass > 0:
                sides[k, _HEAD] = fresh
                sides[k, _FRESH] += 1
            else:
                exhausted = True
            sides[k, _HEAP_SIZE] = size
        n_cells += 1
    return n_cells


@njit(cache=True)
def _with_leftovers(
    left: Floats, atoms: Indices, sizes: Ints, cells: Indices, cell_masses: Floats, n_cells: int
) -> tuple[Indices, Floats]:
    """Put what rounding left over beside the last cell, so that no atom goes without a cell."""
    last = n_cells - 1
    start = 0
    for side in range(len(sizes)):
        for atom in range(start, start + sizes[side]):
            if left[atom] == 0:
                continue
            if atoms[atom] == cells[last, side]:
                cell_masses[last] += left[atom]
            else:
                cells[n_cells] = cells[last]
                cells[n_cells, side] = atoms[atom]
                cell_masses[n_cells] = left[atom]
                n_cells += 1
        start += sizes[side]
    return cells[:n_cells], cell_masses[:n_cells]


@njit(cache=True)
def _meet(masses: Floats, sizes: Ints) -> Floats:
    """Return the meet of sides whose masses come in falling order."""
    sums = np.zeros(len(sizes))
    meet = np.empty(np.max(sizes))
    n_atoms, before = 0, 0.0
    for i in range(len(meet)):
        lowest, start = np.inf, 0
        for side in range(len(sizes)):
            if i < sizes[side]:
                sums[side] += masses[start + i]
            start += sizes[side]
            lowest = min(lowest, sums[side])
        if lowest > before:
            meet[n_atoms] = lowest - before
            n_atoms += 1
            before = lowest
    return meet[:n_atoms]
