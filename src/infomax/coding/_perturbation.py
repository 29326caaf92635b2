"""The best small change of a map towards a budget: one symbol, split over two codes."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least
from infomax.coding._entropy_bounded import SLACK, plogp
from infomax.coding._sparse_joint import SparseJoint, checked_distribution, mass_entropy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class EntropyBoundedCoupling(SparseJoint):
    """A joint of symbols and codes whose codes have bounded entropy.

    Parameters
    ----------
    indices : (n_cells, 2) array of int32
        Symbol and code of each cell.
    masses : (n_cells,) array of float64
        Probability of each cell, above zero.
    shape : tuple of int
        Number of symbols and of codes.
    code_pmf : (k,) array of float64
        Probability of each code, above zero.
    entropy : float
        Entropy of the code H(T), in nats.
    information : float
        What the code tells about the symbol, I(X;T), in nats.
    upper_bound : float
        No code within the budget tells more: min(budget, H(X)).
    """

    code_pmf: NDArray[np.float64]
    entropy: float
    information: float
    upper_bound: float


def perturb_map(p: ArrayLike, labels: ArrayLike, *, max_entropy: float) -> EntropyBoundedCoupling:
    r"""Bring the entropy of a map to a budget by moving one symbol after another.

    With budget left, the symbol that is the smallest part of its code, least
    :math:`p(x) / p_T(g(x))`, moves to a code of its own. Over the budget, the rarest symbol of the
    rarest code moves to the likeliest code. Symbols move wholly while the budget asks for more;
    the last moves in part, so that :math:`H(T) = R`, and is then coded at random.

    Use it after `entropy_bounded_map` or any other map; `entropy_bounded_coupling` runs it from
    many maps and keeps the best.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the symbols.
    labels : array-like of int, shape (n,)
        Code of each symbol.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.

    Returns
    -------
    EntropyBoundedCoupling
        With :math:`H(T) = \min(R, H(X))`, or less where moving the last symbol wholly tells more.
        Codes keep the order of their labels, new codes follow.

    Raises
    ------
    ValueError
        If `p` is no distribution, `labels` are no whole numbers or not as many, or `max_entropy`
        is negative or NaN.

    Notes
    -----
    The published theorem is about budgets near H(g(X)) and moves part of one symbol. Going on
    with the next symbol once one has moved wholly meets every budget, and never tells less.
    I(X;T) is convex in the part moved, so the best part is an end of what the budget allows: with
    budget left always the largest, over budget the smallest or all.

    :math:`O(n \log n)` time, O(n) memory.

    References
    ----------
    Ebrahimi, Chen and Khisti (2024), Theorem 3.

    Examples
    --------
    >>> joint = perturb_map([0.7, 0.2, 0.1], [0, 1, 1], max_entropy=0.65)
    >>> joint.toarray().round(3)
    array([[0.7  , 0.   , 0.   ],
           [0.   , 0.2  , 0.   ],
           [0.   , 0.091, 0.009]])
    >>> round(joint.entropy, 3), round(joint.information, 3)
    (0.65, 0.621)
    """
    p = checked_distribution("p", p)
    budget = check_at_least("max_entropy", max_entropy, 0)
    try:
        codes = np.asarray(labels)
    except ValueError:
        raise ValueError(
            f"`labels` must have shape ({len(p)},), got rows unlike each other"
        ) from None
    if codes.shape != p.shape or codes.dtype.kind not in "iu":
        raise ValueError(
            f"`labels` must be whole numbers of shape {p.shape}, "
            f"got {codes.dtype} of shape {codes.shape}"
        )
    symbols = np.flatnonzero(p)
    _, numbers = np.unique(codes[symbols], return_inverse=True)
    return perturbed(p, symbols, numbers.astype(np.int64), budget)


def perturbed(p: Floats, symbols: Ints, labels: Ints, budget: float) -> EntropyBoundedCoupling:
    """Perturb a map of the symbols that have mass."""
    masses = p[symbols]
    move = move_to_budget(masses, labels, budget)
    return as_coupling(p, symbols, move, budget)


def as_coupling(
    p: Floats,
    symbols: Ints,
    move: tuple[Ints, int, int, float],
    budget: float,
) -> EntropyBoundedCoupling:
    """Return the joint of a map and one symbol of which a part has moved to another code."""
    labels, split, target, part = move
    masses = p[symbols]
    rows, codes = symbols, labels
    if split >= 0:
        whole = masses[split]
        masses = np.append(masses, part)
        masses[split] -= part
        rows, codes = np.append(symbols, symbols[split]), np.append(labels, target)
    code_pmf: Floats = np.bincount(codes, weights=masses).astype(np.float64)
    if not code_pmf.all():
        names = np.cumsum(code_pmf > 0) - 1
        codes, code_pmf = names[codes], code_pmf[code_pmf > 0]
    entropy = mass_entropy(code_pmf)
    noise = _split_entropy(whole, part) if split >= 0 else 0.0
    return EntropyBoundedCoupling(
        np.stack([rows, codes], axis=1).astype(np.int32),
        masses,
        (len(p), len(code_pmf)),
        code_pmf,
        entropy,
        entropy - noise,
        min(budget, mass_entropy(p[symbols])),
    )


@njit(cache=True)
def move_to_budget(p: Floats, labels: Ints, budget: float) -> tuple[Ints, int, int, float]:
    """Return labels, the symbol that is split or -1, its second code and the part that goes there.

    All of `p` are above zero, and labels run from 0 without gaps.
    """
    code_pmf = np.zeros(np.max(labels) + 1)
    for x in range(len(p)):
        code_pmf[labels[x]] += p[x]
    entropy = 0.0
    for mass in code_pmf:
        entropy += plogp(mass)
    if entropy <= budget:
        return _raise_entropy(p, labels.copy(), entropy, len(code_pmf), budget + SLACK)
    return _lower_entropy(p, labels.copy(), entropy, code_pmf, budget + SLACK)


@njit(cache=True)
def _raise_entropy(
    p: Floats, labels: Ints, entropy: float, n_codes: int, budget: float
) -> tuple[Ints, int, int, float]:
    symbols, after = _by_code(p, labels, np.arange(n_codes))
    shares = np.full(len(p), np.inf)
    for i in range(len(p)):
        if after[i] > 0:  # the last of a code gains nothing by moving
            shares[i] = p[symbols[i]] / (p[symbols[i]] + after[i])
    for i in np.argsort(shares, kind="mergesort"):
        if shares[i] == np.inf:
            break
        mass, rest = p[symbols[i]], after[i]
        gain = plogp(mass) + plogp(rest) - plogp(mass + rest)
        if entropy + gain > budget:
            wanted = budget - SLACK - entropy
            if wanted <= SLACK:
                break
            part = _part(0.0, mass + rest, mass, wanted, 1.0)
            return labels, symbols[i], n_codes, part
        entropy += gain
        labels[symbols[i]] = n_codes
        n_codes += 1
    return labels, -1, -1, 0.0


@njit(cache=True)
def _lower_entropy(
    p: Floats, labels: Ints, entropy: float, code_pmf: Floats, budget: float
) -> tuple[Ints, int, int, float]:
    target = int(np.argmax(code_pmf))
    symbols, after = _by_code(p, labels, np.argsort(code_pmf, kind="mergesort"))
    top = code_pmf[target]
    for i in range(len(p)):
        x = symbols[i]
        if labels[x] == target or entropy <= budget:
            continue
        mass, rest = p[x], after[i]
        gain = plogp(rest) + plogp(top + mass) - plogp(mass + rest) - plogp(top)
        if entropy + gain <= budget:
            part = _part(top, mass + rest, mass, budget - SLACK - entropy, -1.0)
            if 0 < part < mass and budget - SLACK - _split_entropy(mass, part) > entropy + gain:
                return labels, x, target, part
        entropy += gain
        top += mass
        labels[x] = target
    return labels, -1, -1, 0.0


@njit(cache=True)
def _by_code(p: Floats, labels: Ints, code_order: Ints) -> tuple[Ints, Floats]:
    """Sort symbols by code, then by rising mass; tell how much of their code comes after each."""
    place = np.empty(len(code_order), dtype=np.int64)
    place[code_order] = np.arange(len(code_order))
    starts = np.zeros(len(code_order) + 1, dtype=np.int64)
    for code in labels:
        starts[place[code] + 1] += 1
    starts = np.cumsum(starts)
    symbols = np.empty(len(p), dtype=np.int64)
    fill = starts[:-1].copy()
    for x in np.argsort(p, kind="mergesort"):
        k = place[labels[x]]
        symbols[fill[k]] = x
        fill[k] += 1
    after = np.zeros(len(p))
    for i in range(len(p) - 2, -1, -1):
        if labels[symbols[i]] == labels[symbols[i + 1]]:
            after[i] = after[i + 1] + p[symbols[i + 1]]
    return symbols, after


@njit(cache=True)
def _part(top: float, source: float, whole: float, wanted: float, sign: float) -> float:
    """Find how much to move from a mass `source` to a mass `top` to change entropy by `wanted`.

    The change is monotone in the part moved, `sign` tells which way; the end of the bracket that
    stays within the budget is returned.
    """
    low, high = 0.0, whole
    start = plogp(top) + plogp(source)
    while True:
        part = (low + high) / 2
        if part <= low or part >= high:
            return low if sign > 0 else high
        change = plogp(top + part) + plogp(source - part) - start
        if sign * change <= sign * wanted:
            low = part
        else:
            high = part


@njit(cache=True)
def _split_entropy(whole: float, part: float) -> float:
    """Return what splitting a symbol takes from the information."""
    return plogp(part) + plogp(whole - part) - plogp(whole)
