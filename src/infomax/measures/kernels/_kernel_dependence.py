"""Dependence measured by kernels, beside what chance makes of shuffled pairs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState
from infomax.measures._inputs import to_numpy
from infomax.measures._null import null_values, p_value
from infomax.measures.kernels._gram import Gram
from infomax.measures.kernels._outcomes import answer, warn_if_flat
from infomax.measures.kernels._pair_sums import PairSums, pair_sums, product_sum


@dataclass(frozen=True)
class KernelDependence:
    """A dependence between two variables, and what shuffled pairs have in its place.

    Parameters
    ----------
    value : float or 0-d tensor
        The measure; a tensor if a tensor came.
    p_value : float
        Share of the shuffles, the given order among them, with at least this value.
    null_mean, null_std : float
        Mean and standard deviation over the shuffles: what bias and chance alone give.
    n_permutations : int
        Shuffles, or shifts, drawn.
    bandwidth_x, bandwidth_y : float or None
        The bandwidths used; None for a kernel without one.
    """

    value: Any
    p_value: float
    null_mean: float
    null_std: float
    n_permutations: int
    bandwidth_x: float | None
    bandwidth_y: float | None


def dependence(
    pair: tuple[Gram, Gram],
    measure: Callable[[PairSums], Any],
    x: Any,
    y: Any,
    *,
    n_permutations: int,
    null: str,
    random_state: RandomState,
) -> KernelDependence:
    """Take a measure of two grams, and of the second one in other orders."""
    check_count("n_permutations", n_permutations)
    sums = pair_sums(*pair, squares=True)
    warn_if_flat(("x", pair[0]), ("y", pair[1]), sums)
    k, l = (to_numpy(one.block()) for one in pair)  # noqa: E741  (K and L of the formulas)
    plain = replace(sums, **{key: to_numpy(entry) for key, entry in vars(sums).items()})

    def reordered(order: NDArray[np.int64]) -> Any:
        cross = product_sum(k, l[np.ix_(order, order)])
        rows, diagonal = plain.rows_y[order], plain.diagonal_y[order]
        return measure(replace(plain, cross=cross, rows_y=rows, diagonal_y=diagonal))

    by_chance = null_values(
        reordered,
        np.arange(sums.n),
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )
    p: Any = p_value(measure(plain), by_chance)
    return KernelDependence(
        value=answer(measure(sums), x, y),
        p_value=p,
        null_mean=float(by_chance.mean()),
        null_std=float(by_chance.std()),
        n_permutations=n_permutations,
        bandwidth_x=pair[0].bandwidth,
        bandwidth_y=pair[1].bandwidth,
    )
