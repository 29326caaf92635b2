"""The best perturbed map among many."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least, check_choice
from infomax.coding._entropy_bounded import SLACK, plogp, sorted_symbols
from infomax.coding._perturbation import EntropyBoundedCoupling, as_coupling, move_to_budget
from infomax.coding._sparse_joint import checked_distribution

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_SYMBOLS = 10


def entropy_bounded_coupling(
    p: ArrayLike, *, max_entropy: float, candidates: str = "greedy", perturb: bool = True
) -> EntropyBoundedCoupling:
    r"""Couple symbols with codes of bounded entropy, keeping as much information as can be found.

    Seeks the largest :math:`I(X;T)` with :math:`H(T) \le R` by perturbing each of many maps
    towards the budget and keeping the best. The optimum lies near a deterministic map, so with
    all maps as candidates it is found for small alphabets.

    `entropy_bounded_map` followed by `perturb_map` is the fast way; this is the thorough one.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the symbols.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.
    candidates : {"greedy", "all"}
        Maps the greedy search can pass, at every budget; or every partition of the symbols, for
        at most ten symbols of mass.
    perturb : bool
        Whether maps are perturbed; if not, the best map within the budget is returned.

    Returns
    -------
    EntropyBoundedCoupling
        Joint of symbols and codes.

    Raises
    ------
    ValueError
        If `p` is no distribution, `max_entropy` is negative or NaN, or `candidates` is "all" for
        more than ten symbols.

    Notes
    -----
    :math:`O(n^2 \log n)` time for "greedy"; "all" tries each of the 115 975 partitions of ten
    symbols in well under a second.

    References
    ----------
    Ebrahimi, Chen and Khisti (2024), Algorithm 1 and Theorem 3.

    Examples
    --------
    >>> p = [0.7, 0.2, 0.1]
    >>> joint = entropy_bounded_coupling(p, max_entropy=0.65, candidates="all")
    >>> round(joint.information, 3)
    0.621
    >>> round(entropy_bounded_coupling(p, max_entropy=0.65, perturb=False).information, 3)
    0.611
    """
    p = checked_distribution("p", p)
    budget = check_at_least("max_entropy", max_entropy, 0)
    check_choice("candidates", candidates, ("greedy", "all"))
    masses, symbols = sorted_symbols(p)
    if candidates == "all" and len(symbols) > _MOST_SYMBOLS:
        raise ValueError(
            f"`candidates` must be 'greedy' for more than {_MOST_SYMBOLS} symbols, "
            f"got 'all' for {len(symbols)}"
        )
    search = _best_partition if candidates == "all" else _best_on_greedy_path
    move = search(masses, budget, perturb)
    return as_coupling(p, symbols, move, budget)


@njit(cache=True)
def _value(
    p: Floats, labels: Ints, budget: float, moves: bool
) -> tuple[float, tuple[Ints, int, int, float]]:
    """Return the information of a candidate, -1 if it breaks the budget, and the candidate."""
    move = move_to_budget(p, labels, budget) if moves else (labels.copy(), -1, -1, 0.0)
    final, split, target, part = move
    code_pmf = np.zeros(len(p) + 1)
    for x in range(len(p)):
        code_pmf[final[x]] += p[x]
    noise = 0.0
    if split >= 0:
        code_pmf[final[split]] -= part
        code_pmf[target] += part
        noise = plogp(part) + plogp(p[split] - part) - plogp(p[split])
    entropy = 0.0
    for mass in code_pmf:
        entropy += plogp(mass)
    return (entropy - noise if entropy <= budget + 2 * SLACK else -1.0), move


@njit(cache=True)
def _best_on_greedy_path(p: Floats, budget: float, moves: bool) -> tuple[Ints, int, int, float]:
    n = len(p)
    labels = np.arange(n)
    best, best_move = _value(p, np.zeros_like(labels), budget, moves)
    for n_top in range(1, n):
        for pair in range(2 if n - n_top >= 2 else 1):
            for rank in range(n):
                labels[rank] = max(rank - n_top + 1, 0)
            labels[n - 1] -= pair
            value, move = _value(p, labels, budget, moves)
            if value > best + SLACK:
                best, best_move = value, move
    return best_move


@njit(cache=True)
def _best_partition(p: Floats, budget: float, moves: bool) -> tuple[Ints, int, int, float]:
    n = len(p)
    labels = np.zeros(n, dtype=np.int64)
    best, best_move = _value(p, labels, budget, moves)
    while True:  # the next word in which each letter is at most one above those before
        i = n - 1
        while i > 0 and labels[i] > np.max(labels[:i]):
            i -= 1
        if i == 0:
            return best_move
        labels[i] += 1
        labels[i + 1 :] = 0
        value, move = _value(p, labels, budget, moves)
        if value > best + SLACK:
            best, best_move = value, move
