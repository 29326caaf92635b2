"""Mutual information of two discrete variables, from a joint table or from counted labels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_distribution
from infomax.measures._inputs import distributions, not_below_zero, safe_log
from infomax.measures.discrete._counting import Cells, n_seen
from infomax.measures.discrete._estimators import entropy_of_counts


def information_of_table(joint: Any) -> Any:
    """Return the exact information in nats of a joint table: array, tensor or scipy.sparse."""
    if hasattr(joint, "tocoo"):
        return _of_sparse(joint)
    xp, (p,) = distributions(("x", joint), ndim=2)
    rows = xp.sum(p, axis=1, keepdims=True)
    columns = xp.sum(p, axis=0, keepdims=True)
    gain = safe_log(xp, p) - safe_log(xp, rows) - safe_log(xp, columns)
    return not_below_zero(xp, xp.sum(p * gain))


def information_of_cells(cells: Cells, estimator: str) -> float:
    """Return the information in nats by one of the estimators of entropy.

    All but the plug-in form H(X) + H(Y) - H(X, Y). The alphabet of the pair is every pair of
    labels that came, whether they came together or not.
    """
    if estimator == "plugin":
        return max(float(cells.joint @ local_terms(cells) / cells.joint.sum()), 0.0)
    n_x, n_y = n_seen(cells.x), n_seen(cells.y)
    of_x, of_y, of_both = (
        entropy_of_counts(counts, estimator, n_outcomes=n_outcomes)
        for counts, n_outcomes in ((cells.x, n_x), (cells.y, n_y), (cells.joint, n_x * n_y))
    )
    return of_x + of_y - of_both


def local_terms(cells: Cells) -> NDArray[np.float64]:
    """Return log p(x, y) / p(x) p(y) of each cell."""
    n = float(cells.joint.sum())
    together = np.log(cells.joint) + np.log(n)
    return np.asarray(together - np.log(cells.x[cells.row]) - np.log(cells.y[cells.column]))


def standard_error_of_cells(cells: Cells) -> float:
    """Return the standard error of the plug-in information, from its local terms."""
    freedom = (n_seen(cells.x) - 1) * (n_seen(cells.y) - 1)
    return standard_error(cells.joint, local_terms(cells), freedom)


def standard_error(counts: NDArray[Any], local: NDArray[np.float64], freedom: int) -> float:
    """Return the standard error of the mean of local terms that were estimated themselves.

    The variance of the terms over n is the first order. Part of it, `freedom` / n, is only the
    noise of the terms; where the truth has no first order (independence, equal probabilities) the
    second is left, that of a chi-squared variable of so much freedom over 2n.
    """
    n = float(counts.sum())
    share = counts / n
    variance = float(share @ local**2 - (share @ local) ** 2)
    return float((max(variance - freedom / n, 0.0) / n + freedom / (2 * n**2)) ** 0.5)


def _of_sparse(joint: Any) -> float:
    table = joint.tocoo().copy()
    if table.ndim != 2:
        raise ValueError(f"`x` must have 2 dimension(s), got shape {table.shape}")
    table.sum_duplicates()
    p = check_distribution("x", table.data)
    row, column = table.coords if hasattr(table, "coords") else (table.row, table.col)
    rows = np.bincount(row, weights=p)
    columns = np.bincount(column, weights=p)
    keep = p > 0
    p, row, column = p[keep], row[keep], column[keep]
    gain = np.log(p) - np.log(rows[row]) - np.log(columns[column])
    return max(float((p * gain).sum()), 0.0)
