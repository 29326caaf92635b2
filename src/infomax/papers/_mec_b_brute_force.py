"""The best code of three symbols by brute force, against which mec-b holds its perturbed maps."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from infomax.measures import entropy

Floats = NDArray[np.float64]


def brute_force(p: Floats, budgets: Floats, *, n_steps: int = 1000) -> Floats:
    """Return the most information that a code of three symbols keeps of three, at each budget.

    Codes whose entropy is the budget itself are searched: one mass lies on a grid, refined by the
    sums of masses of `p`, and the split of the rest follows by bisection. With the law of the code
    given, the best code is the exact coupling of least entropy. Budgets must rise.
    """
    mass = np.union1d(np.arange(n_steps) / n_steps, [*p, *(1 - p)])  # 0: a code of two symbols
    rest = (budgets[:, None] - _binary_entropy(mass)) / (1 - mass)
    split = _inverse_binary_entropy(rest)
    laws = np.stack([mass + 0 * split, (1 - mass) * split, (1 - mass) * (1 - split)], axis=-1)
    told = entropy(p) + budgets[:, None] - _least_joint_entropy(p, laws)
    told[(rest < 0) | (rest > np.log(2))] = 0
    maps = np.array([*_binary_entropy(p), entropy(p)])
    exact = np.where(maps <= budgets[:, None] + 1e-12, maps, 0).max(axis=1)
    return np.asarray(np.maximum.accumulate(np.maximum(told.max(axis=1), exact)))


def _least_joint_entropy(p: Floats, laws: Floats) -> Floats:
    """Return the least entropy of a coupling: at a vertex, so that all spanning trees are tried."""
    sums = np.vstack([np.repeat(np.eye(3), 3, axis=1), np.tile(np.eye(3), 3)])
    sides = np.concatenate([np.broadcast_to(p, laws.shape), laws], axis=-1)
    least = np.full(laws.shape[:-1], np.inf)
    for tree in combinations(range(9), 5):
        if np.linalg.matrix_rank(sums[:, tree]) == 5:
            masses = sides @ np.linalg.pinv(sums[:, tree]).T
            joint = -xlogy(masses, np.maximum(masses, 1e-300)).sum(axis=-1)
            feasible = (masses > -1e-12).all(axis=-1)
            least = np.where(feasible, np.minimum(least, joint), least)
    return least


def _binary_entropy(x: Floats) -> Floats:
    return np.asarray(-xlogy(x, x) - xlogy(1 - x, 1 - x))


def _inverse_binary_entropy(nats: Floats) -> Floats:
    low, high = np.zeros(nats.shape), np.full(nats.shape, 0.5)
    for _ in range(50):
        middle = (low + high) / 2
        enough = _binary_entropy(middle) >= nats
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low
