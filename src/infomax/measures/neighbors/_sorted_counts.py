"""How many numbers lie within a limit of each, by bisection of their order."""

from numba import njit

from infomax.measures.neighbors._kd_tree import Floats, Ints


@njit(cache=True, nogil=True)
def count_sorted(
    ascending: Floats, order: Ints, first: int, last: int, limits: Floats, counts: Ints
) -> None:
    """Write how many other numbers lie nearer than its limit to some of them.

    The differences themselves are compared, so that rounding tells none apart that are equal.
    """
    for i in range(first, last):
        center, limit = ascending[i], limits[order[i]]
        low, high = 0, i
        while low < high:
            middle = (low + high) // 2
            if center - ascending[middle] < limit:
                high = middle
            else:
                low = middle + 1
        below, low, high = i - low, i, len(ascending)
        while low < high:
            middle = (low + high) // 2
            if ascending[middle] - center < limit:
                low = middle + 1
            else:
                high = middle
        counts[order[i]] = below + max(low - i - 1, 0)
