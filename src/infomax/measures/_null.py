"""What an estimate would be by chance: shuffled or shifted partners, and p-values."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import InfomaxWarning
from infomax.measures._points import as_float

NULLS = ("permutation", "circular")


@dataclass(frozen=True)
class PermutationTest:
    """A statistic beside what it is where the pairs are broken up.

    Parameters
    ----------
    value : float
        The statistic of the pairs as they came.
    p_value : float or None
        Share of chance values at least as large, this one counted in; None if none were drawn.
    null_mean : float or None
        Mean of the chance values: the bias of an estimator where there is no dependence.
    null_values : ndarray of shape (n_permutations,)
        The chance values.
    """

    value: float
    p_value: float | None
    null_mean: float | None
    null_values: NDArray[np.float64]


def permutation_test(
    statistic: Callable[[Any, Any], Any],
    x: Any,
    y: Any,
    *,
    n_permutations: int = 99,
    null: str = "permutation",
    random_state: RandomState = None,
) -> PermutationTest:
    r"""Compare a statistic of pairs with what it is when the pairs are broken up.

    :math:`p = (1 + \#\{\text{null} \ge \text{value}\}) / (1 + n)`, where the null values are
    ``statistic(x, y[order])``.

    For any measure of dependence that is larger where there is more of it. `mutual_information_result`
    does the same for what `mutual_information` chooses.

    Parameters
    ----------
    statistic : callable
        Called as ``statistic(x, y)``, returns a number or a 0-d tensor.
    x : anything
        Passed on as it is.
    y : array-like or tensor of shape (n, ...)
        Read in another order each time.
    n_permutations : int
        Chance values to draw.
    null : {"permutation", "circular"}
        Shuffle, which is right for independent draws; or shift by a different number of steps each
        time and join the ends, for time series, whose shuffled copies look less alike than
        independent series do.
    random_state : int, numpy.random.Generator or None
        For the orders.

    Returns
    -------
    PermutationTest
        Value, p-value, mean of the null and its values.

    Raises
    ------
    ValueError
        If the null is unknown, or more circular shifts are wanted than there are.

    Notes
    -----
    1 + `n_permutations` evaluations; warnings of infomax in the shuffled ones are not shown.

    References
    ----------
    Phipson and Smyth (2010), Equation 3.

    Examples
    --------
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 50))
    >>> def covariance(x, y):
    ...     return abs(x @ y)
    >>> permutation_test(covariance, x, x + noise, random_state=0).p_value
    0.01
    """
    y = y if array_api_compat.is_torch_array(y) else np.asarray(y)
    value = as_float(statistic(x, y))
    by_chance = null_values(
        lambda shuffled: statistic(x, shuffled),
        y,
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )
    return PermutationTest(value, p_value(value, by_chance), null_mean(by_chance), by_chance)


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


def null_mean(by_chance: NDArray[np.float64]) -> float | None:
    """Return the mean of the chance values; None where nothing was drawn."""
    return float(by_chance.mean()) if len(by_chance) else None
