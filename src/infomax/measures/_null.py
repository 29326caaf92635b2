"""What an estimate would be by chance: shuffled or shifted partners, and p-values."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import InfomaxWarning
from infomax.measures._points import as_float

NULLS = ("permutation", "circular")


def check_null(n_permutations: int, null: str, n: int) -> None:
    """Refuse an unknown null, a negative number of draws, and more shifts than there are."""
    check_choice("null", null, NULLS)
    check_count("n_permutations", n_permutations, minimum=0)
    if null == "circular" and n_permutations > n - 1:
        raise ValueError(
            f"`n_permutations` must be at most {n - 1} with `null` 'circular', for {n} points have "
            f"no more shifts, got {n_permutations}"
        )


def null_orders(
    n: int, *, n_permutations: int, null: str, random_state: RandomState
) -> Iterator[NDArray[np.int64]]:
    """Yield the orders in which the second variable is read.

    "permutation" forgets every order: right for independent draws. "circular" shifts the series
    by a different number of steps each time and joins its ends, so that it stays as smooth as it
    is: for time series, whose shuffled copies look less alike than independent series do.
    """
    generator = random_generator(random_state)
    if null == "permutation":
        for _ in range(n_permutations):
            yield generator.permutation(n)
        return
    for shift in 1 + generator.choice(n - 1, n_permutations, replace=False):
        yield (np.arange(n) + shift) % n


def null_values(
    statistic: Callable[[Any], Any],
    y: Any,
    *,
    n_permutations: int,
    null: str = "permutation",
    random_state: RandomState = None,
) -> NDArray[np.float64]:
    """Return ``statistic(y[order])`` for each order of the null; its warnings are not shown.

    `y` is an array or a tensor whose first axis runs over the points.
    """
    check_null(n_permutations, null, len(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InfomaxWarning)
        found = [
            as_float(statistic(y[order]))
            for order in null_orders(
                len(y), n_permutations=n_permutations, null=null, random_state=random_state
            )
        ]
    return np.array(found, dtype=np.float64)


def p_value(value: float, by_chance: NDArray[np.float64]) -> float | None:
    r"""Return the share of chance values at least as large, the estimate counted among them.

    :math:`(1 + \#\{null \ge value\}) / (1 + n)`, never zero; None where nothing was drawn.
    Values equal up to rounding count as equal.
    """
    if len(by_chance) == 0:
        return None
    slack = 1e-12 * max(1.0, abs(value))
    return float((1 + np.count_nonzero(by_chance >= value - slack)) / (1 + len(by_chance)))
