"""Deterministic maps to codes of bounded entropy."""

import warnings
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least
from infomax.coding._greedy_coupling import sort_support
from infomax.coding._sparse_joint import checked_distribution, mass_entropy
from infomax.exceptions import AssumptionWarning
from infomax.measures import binary_entropy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SLACK = 1e-12  # how far rounding may carry an entropy above its budget
_WASTE = 0.5  # of the budget that can be used; more than this left unused is worth a warning


@dataclass(frozen=True, eq=False)
class EntropyBoundedMap:
    """A deterministic map of symbols to codes.

    Parameters
    ----------
    labels : (n,) array of int64
        Code of each symbol, numbered in the order they first come. Symbols of no mass get the
        code of the likeliest symbol.
    code_pmf : (k,) array of float64
        Probability of each code, above zero.
    entropy : float
        Entropy of the code, which for a map is also I(X;T), in nats.
    upper_bound : float
        No code within the budget, random or not, keeps more information: min(budget, H(X)).
    guarantee : float or None
        How far at most `entropy` lies below `upper_bound`; None for maps without a guarantee.
    """

    labels: NDArray[np.int64]
    code_pmf: NDArray[np.float64]
    entropy: float
    upper_bound: float
    guarantee: float | None


def entropy_bounded_map(p: ArrayLike, *, max_entropy: float) -> EntropyBoundedMap:
    r"""Map symbols to codes of at most a given entropy, keeping much information.

    Among maps g with :math:`H(g(X)) \le R`, one with much :math:`I(X; g(X)) = H(g(X))`: merge the
    two rarest codes if that meets the budget, else the two likeliest, and so on.

    It comes with a guarantee that `scalar_quantizer_map` and `random_merge_map` lack, and is
    often beaten by the former with ``fit=True``. `perturb_map` spends what the map leaves unused,
    `entropy_bounded_coupling` looks at many maps.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the symbols.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.

    Returns
    -------
    EntropyBoundedMap
        With `guarantee` :math:`h(p_{(2)})`, the binary entropy of the second largest probability,
        or 0 when the budget reaches H(X) and the map is the identity.

    Raises
    ------
    ValueError
        If `p` is no distribution or `max_entropy` is negative or NaN.

    Warns
    -----
    AssumptionWarning
        If more than half of what could be kept, min(R, H(X)), is lost.

    Notes
    -----
    The two likeliest codes merge into the likeliest, so one pass over the sorted symbols finds
    the map: :math:`O(n \log n)` time with the sort, O(n) memory.

    References
    ----------
    Ebrahimi, Chen and Khisti (2024), Algorithm 1 and Theorem 2.

    Examples
    --------
    >>> code = entropy_bounded_map([0.4, 0.3, 0.2, 0.1], max_entropy=0.7)
    >>> code.labels
    array([0, 0, 1, 1])
    >>> round(code.entropy, 4), round(code.guarantee, 4)
    (0.6109, 0.6109)
    """
    p = checked_distribution("p", p)
    budget = check_at_least("max_entropy", max_entropy, 0)
    code = greedy_map(p, budget)
    if code.entropy < (1 - _WASTE) * code.upper_bound - SLACK:
        warnings.warn(
            f"the map keeps {code.entropy:.3g} of {code.upper_bound:.3g} nats that the budget "
            "allows; `perturb_map` spends the rest, `scalar_quantizer_map(..., fit=True)` may too",
            AssumptionWarning,
            stacklevel=2,
        )
    return code


def greedy_map(p: Floats, budget: float) -> EntropyBoundedMap:
    """Return the greedy map of a checked distribution, without a warning."""
    masses, symbols = sorted_symbols(p)
    groups = _greedy_groups(masses, symbols, len(p), budget + SLACK)
    second = float(masses[1]) if len(masses) > 1 else 0.0
    is_identity = mass_entropy(masses) <= budget + SLACK
    return grouped_map(p, groups, budget, 0.0 if is_identity else binary_entropy(second))


def grouped_map(
    p: Floats, groups: Ints, budget: float, guarantee: float | None
) -> EntropyBoundedMap:
    """Return the map that sends symbols of one group number to one code."""
    labels, code_pmf = _number_groups(p, groups)
    upper_bound = min(budget, mass_entropy(p[p > 0]))
    return EntropyBoundedMap(labels, code_pmf, mass_entropy(code_pmf), upper_bound, guarantee)


def sorted_symbols(p: Floats) -> tuple[Floats, Ints]:
    """Return the masses above zero in falling order, and whose they are."""
    masses, symbols = np.empty(len(p)), np.empty(len(p), dtype=np.int32)
    n = sort_support(p, masses, symbols)
    return masses[:n], symbols[:n].astype(np.int64)


@njit(cache=True)
def plogp(mass: float) -> float:
    """Return what a mass adds to an entropy."""
    return -mass * np.log(mass) if mass > 0 else 0.0


@njit(cache=True)
def _greedy_groups(masses: Floats, symbols: Ints, n_symbols: int, budget: float) -> Ints:
    n = len(masses)
    tail = np.zeros(n + 1)  # entropy of the symbols from a rank on
    for rank in range(n - 1, -1, -1):
        tail[rank] = tail[rank + 1] + plogp(masses[rank])
    groups = np.zeros(n_symbols, dtype=np.int64)
    top = 0.0
    for n_top in range(1, n + 1):  # this many of the likeliest share the first code
        top += masses[n_top - 1]
        entropy = plogp(top) + tail[n_top]
        merge_rarest = False
        if entropy > budget and n - n_top >= 2:
            a, b = masses[n - 1], masses[n - 2]
            merge_rarest = entropy - plogp(a) - plogp(b) + plogp(a + b) <= budget
        if entropy <= budget or merge_rarest or n_top == n:
            for rank in range(n_top, n):
                groups[symbols[rank]] = rank
            if merge_rarest:
                groups[symbols[n - 1]] = n - 2
            break
    return groups


@njit(cache=True)
def _number_groups(p: Floats, groups: Ints) -> tuple[Ints, Floats]:
    """Give groups numbers in the order they first come; no mass goes with the likeliest."""
    names = np.full(len(p), -1, dtype=np.int64)
    labels = np.empty(len(p), dtype=np.int64)
    code_pmf = np.zeros(len(p))
    n_codes = 0
    for i in range(len(p)):
        if p[i] > 0:
            if names[groups[i]] < 0:
                names[groups[i]] = n_codes
                n_codes += 1
            labels[i] = names[groups[i]]
            code_pmf[labels[i]] += p[i]
    likeliest = labels[np.argmax(p)]
    for i in range(len(p)):
        if p[i] == 0:
            labels[i] = likeliest
    return labels, code_pmf[:n_codes].copy()
