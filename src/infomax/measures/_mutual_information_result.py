"""How much one variable tells about another, by which estimator, and whether to believe it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from infomax._arguments import check_base
from infomax._arrays import RandomState
from infomax.measures._inputs import in_base, like_first_tensor
from infomax.measures._null import check_null, null_mean, null_values, p_value
from infomax.measures._pair import Pair, exact_or_pair
from infomax.measures._points import as_float
from infomax.measures._trust import advice, warn

_LEVEL = 0.05
_CHANCE = "pairs broken up on purpose tell as much (p = {:.2g}): read no dependence into it"


@dataclass(frozen=True)
class InformationEstimate:
    """A mutual information and how far it is to be believed, in nats or the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        The estimate; a tensor if a tensor came.
    estimator : str
        Which one gave it; "exact" for a joint table.
    reason : str
        Why that one.
    standard_error : float
        How far the value would move with other samples; zero for a joint table. It does not tell
        the bias.
    p_value : float or None
        Share of chance values at least as large, this one counted in; None if none were drawn.
    null_mean : float or None
        What the estimator says on average where there is no dependence; None if none were drawn.
    ceiling : float or None
        The most that could come out: the logarithm of the smaller number of values for labels, what
        n points can show for neighbours, which the correction of "corrected_ksg" may pass; None for
        "gaussian_copula", which has none.
    n_samples : int or None
        Points; None for a joint table.
    advice : str
        What is wrong and what to do next; empty where there is nothing to say.
    """

    value: Any
    estimator: str
    reason: str
    standard_error: float
    p_value: float | None
    null_mean: float | None
    ceiling: float | None
    n_samples: int | None
    advice: str


def mutual_information_result(
    x: Any,
    y: Any = None,
    *,
    kind: str = "auto",
    estimator: str | None = None,
    n_neighbors: int = 3,
    n_permutations: int = 0,
    null: str = "permutation",
    random_state: RandomState = None,
    base: float | None = None,
) -> InformationEstimate:
    r"""Mutual information of two variables of any kind, and how far it is to be believed.

    The value of `mutual_information` with the estimator's name and the reason for it, a standard
    error, what chance alone gives, the ceiling, and what to do next when it is not to be believed.

    The p-value is :math:`(1 + \#\{\text{null} \ge \text{value}\}) / (1 + n)` over `n_permutations`
    pairings that are broken up on purpose. Shuffling ("permutation") is right for independent
    draws. In a time series neighbours are alike, so that two unrelated series look dependent beside
    shuffled ones: there take "circular", which shifts one against the other.

    Parameters
    ----------
    x, y, kind, estimator, n_neighbors, base
        As `mutual_information` takes them.
    n_permutations : int
        Chance values to draw; none by default. Each costs as much as the estimate; 99 tell p < 0.05
        well, 999 p < 0.005.
    null : {"permutation", "circular"}
        How to break up the pairs.
    random_state : int, numpy.random.Generator or None
        For the null.

    Returns
    -------
    InformationEstimate
        Value, estimator, reason, standard error, p-value, mean of the null, ceiling, advice.

    Raises
    ------
    ValueError
        As `mutual_information`; if a joint table comes with `n_permutations`, or more circular
        shifts are wanted than there are.

    Warns
    -----
    SmallSampleWarning, AssumptionWarning, EstimatorCeilingWarning, PrecisionWarning
        As `mutual_information`; each message is in `advice` too.

    Notes
    -----
    1 + `n_permutations` estimates. The six estimators of labels have the standard error of the
    plug-in: the variance of the local terms :math:`\log p(x,y)/p(x)p(y)` over n, and
    :math:`(n_x - 1)(n_y - 1) / 2n^2`, which is all that is left where X and Y are independent.

    References
    ----------
    Phipson and Smyth (2010), Equation 3, for the p-value. Roulston (1999) for the standard error.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> dose = rng.integers(0, 3, 300)
    >>> answer = dose + rng.normal(size=300)
    >>> found = mutual_information_result(answer, dose, n_permutations=99, random_state=0)
    >>> found.estimator, round(found.value, 1), found.p_value
    ('ross', 0.3, 0.01)
    """
    check_base(base)
    found = exact_or_pair(x, y, kind=kind, estimator=estimator, n_neighbors=n_neighbors)
    if not isinstance(found, Pair):
        return _of_table(x, found, n_permutations, null, base)
    check_null(n_permutations, null, len(found.y))
    told = found.estimate()
    warn(told.doubts)
    by_chance = null_values(
        lambda order: found.in_order(order).estimate().value,
        np.arange(len(found.y)),
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )
    p = p_value(told.value, by_chance)
    return InformationEstimate(
        value=in_base(like_first_tensor(told.value, x, y), base),
        estimator=found.estimator,
        reason=found.reason,
        standard_error=as_float(in_base(told.standard_error, base)),
        p_value=p,
        null_mean=_in_base(null_mean(by_chance), base),
        ceiling=_in_base(told.ceiling, base),
        n_samples=len(found.x),
        advice=advice(told.doubts, *([] if p is None or p <= _LEVEL else [_CHANCE.format(p)])),
    )


def _of_table(
    x: Any, nats: Any, n_permutations: int, null: str, base: float | None
) -> InformationEstimate:
    check_null(n_permutations, null, 1)
    if n_permutations:
        raise ValueError(
            f"`n_permutations` must be 0 for a joint table, which holds no observations to "
            f"shuffle, got {n_permutations}"
        )
    shape = x.shape if hasattr(x, "shape") else np.shape(x)
    return InformationEstimate(
        value=in_base(nats, base),
        estimator="exact",
        reason="`x` alone is a joint table",
        standard_error=0.0,
        p_value=None,
        null_mean=None,
        ceiling=_in_base(float(np.log(min(shape))), base),
        n_samples=None,
        advice="",
    )


def _in_base(nats: float | None, base: float | None) -> float | None:
    return None if nats is None else as_float(in_base(nats, base))
