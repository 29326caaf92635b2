"""Couple by transport programs whose costs follow the last coupling."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron, vstack

from infomax.coding._greedy_coupling import couple_largest

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]

_FLOOR = 1e-9  # keeps the cost of an empty cell finite
_SCALE = 1e6  # the solver takes masses below 1e-7 for nothing: let it see a million of them


def couple_by_linear_programs(
    p: Floats, q: Floats, tolerance: float
) -> tuple[Indices, Floats, int]:
    """Return cells, masses and the number of programs solved.

    Entropy is concave, so the vertex that is cheapest at the slope of the last coupling has no
    more of it: the values fall until they stay, and there are finitely many vertices.
    """
    rows, columns = np.flatnonzero(p), np.flatnonzero(q)
    p, q = p[rows], q[columns]
    constraints = _marginal_constraints(len(p), len(q))
    nudge = np.random.default_rng(0).uniform(0.9, 1.1, (len(p), len(q)))
    joint = np.outer(p, q) * nudge
    best, value, iterations = joint, np.inf, 0
    while True:
        joint = _transport(-np.log(joint + _FLOOR), constraints, p, q)
        iterations += 1
        new_value = _floored_entropy(joint)
        if value - new_value <= tolerance:
            break
        best, value = joint, new_value
    i, j = np.nonzero(best)
    cells = np.stack([rows[i], columns[j]], axis=1).astype(np.int32)
    return cells, best[i, j], iterations


def _floored_entropy(joint: Floats) -> float:
    return float(-((joint + _FLOOR) * np.log(joint + _FLOOR)).sum())


def _marginal_constraints(n: int, m: int) -> csr_array:
    row_sums = kron(eye_array(n), np.ones((1, m)))
    column_sums = kron(np.ones((1, n)), eye_array(m))
    return csr_array(vstack([row_sums, column_sums]))


def _transport(cost: Floats, constraints: Any, p: Floats, q: Floats) -> Floats:
    sums = _SCALE * np.concatenate([p, q])
    answer = linprog(cost.ravel(), A_eq=constraints, b_eq=sums, method="highs-ds")
    return _exact((np.asarray(answer.x) / _SCALE).clip(0).reshape(cost.shape), p, q)


def _exact(joint: Floats, p: Floats, q: Floats) -> Floats:
    """Make marginals exact: the solver keeps them to its tolerance only."""
    joint = np.where(joint > 1e-15, joint, 0)
    for axis, wanted in ((1, p), (0, q)):
        sums = joint.sum(axis=axis)
        share = np.minimum(np.divide(wanted, sums, out=np.ones_like(sums), where=sums > 0), 1)
        joint *= np.expand_dims(share, axis)
    missing_p = np.maximum(p - joint.sum(axis=1), 0)
    missing_q = np.maximum(q - joint.sum(axis=0), 0)
    if min(missing_p.max(), missing_q.max()) > 1e-15:
        cells, masses, _ = couple_largest([missing_p, missing_q], 0.0)
        np.add.at(joint, (cells[:, 0], cells[:, 1]), masses)
    return joint
