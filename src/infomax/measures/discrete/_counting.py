"""How often labels came together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.measures.discrete._labels import MANY, Coded, coded

Counts = NDArray[np.int64]
_SMALL = 65_536


@dataclass(frozen=True)
class Cells:
    """The pairs of labels that came, and how often each of the two came at all."""

    joint: Counts
    """Shape (n_cells,), all above zero."""
    row: NDArray[np.intp]
    """Index of each cell's first label in `x`."""
    column: NDArray[np.intp]
    """Index of each cell's second label in `y`."""
    x: Counts
    """Shape (n_x,); zeros are labels that did not come."""
    y: Counts
    """Shape (n_y,); likewise."""


def coded_together(*named: tuple[str, Any]) -> list[Coded]:
    """Return several labels of each observation as numbers; refuse unlike lengths."""
    together = [coded(name, labels) for name, labels in named]
    first, n = named[0][0], len(together[0])
    for (name, _), numbers in zip(named, together, strict=True):
        if len(numbers) != n:
            raise ValueError(
                f"`{name}` must have as many labels as `{first}` ({n}), got {len(numbers)}"
            )
    return together


def cells(x: Coded, y: Coded) -> Cells:
    """Count pairs of labels: in a table where one is small enough, else by sorting."""
    if x.span * y.span > 4 * len(x) + _SMALL:
        x, y = x.packed(), y.packed()
    if x.span * y.span > 4 * len(x) + _SMALL:
        pairs, joint = np.unique(x.numbers * y.span + y.numbers, return_counts=True)
        row, column = np.divmod(pairs, y.span)
        return Cells(joint, row, column, np.bincount(x.numbers), np.bincount(y.numbers))
    table = _table(x, y)
    row, column = np.nonzero(table)
    return Cells(table[row, column], row, column, table.sum(axis=1), table.sum(axis=0))


def joint_counts(*variables: Coded) -> Counts:
    """Count combinations of any number of labels; zeros may be among the counts."""
    if len(variables) == 2:
        return cells(*variables).joint
    return _counts(combined(*variables))


def combined(*variables: Coded) -> Coded:
    """Return the combination of several labels as one label."""
    cell = variables[0]
    for other in variables[1:]:
        one, two = cell, other
        if one.span * two.span > 4 * len(one) + _SMALL:  # keep tables small and products exact
            one, two = one.packed(), two.packed()
        numbers = one.from_zero() * two.span + two.from_zero()
        cell = Coded(numbers, 0, one.span * two.span)
    return cell


def n_seen(counts: Counts) -> int:
    """Return how many outcomes came at all."""
    return int(np.count_nonzero(counts))


def _counts(labels: Coded) -> Counts:
    if labels.span > 4 * len(labels) + _SMALL:
        return np.unique(labels.numbers, return_counts=True)[1]
    return np.bincount(labels.from_zero())


def _table(x: Coded, y: Coded) -> Counts:
    if MANY <= len(x) < 2**31:
        from infomax.measures.discrete._count_loops import count_pairs

        found: Counts = count_pairs(
            np.ascontiguousarray(x.numbers),
            np.ascontiguousarray(y.numbers),
            (x.low, y.low),
            (x.span, y.span),
        )
        return found
    pairs = x.from_zero() * y.span + y.from_zero()
    return np.bincount(pairs, minlength=x.span * y.span).reshape(x.span, y.span)
