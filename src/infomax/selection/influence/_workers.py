"""Ranges of indices worked on by as many threads as Numba is set to use."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numba
import numpy as np

T = TypeVar("T")
_WORTH_A_THREAD = 256  # indices


def over_ranges(work: Callable[[int, int], T], first: int, last: int) -> list[T]:
    """Call ``work(a, b)`` on ranges that cover `first` to `last`; results come in their order.

    The work must release the interpreter lock and depend on the indices alone, so that the ranges,
    and with them the number of threads, do not matter.
    """
    n_threads = max(1, min(numba.get_num_threads(), (last - first) // _WORTH_A_THREAD))
    if n_threads == 1:
        return [work(first, last)]
    edges = np.linspace(first, last, n_threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(lambda ends: work(*ends), pairwise(edges)))
