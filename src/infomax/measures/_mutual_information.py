"""How much one variable tells about another: the one call for the question."""

from typing import Any

from infomax.measures._inputs import in_base, like_first_tensor
from infomax.measures._pair import Pair, exact_or_pair
from infomax.measures._trust import warn


def mutual_information(
    x: Any,
    y: Any = None,
    *,
    kind: str = "auto",
    estimator: str | None = None,
    n_neighbors: int = 3,
    base: float | None = None,
) -> Any:
    r"""Mutual information of two variables of any kind.

    :math:`I(X;Y) = \sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x)\,p(y)}` for labels, the integral of
    the same over densities for numbers; from observations (`x` and `y`) or exactly from a table of
    joint probabilities (`x` alone).

    The estimator is chosen by what came:

    - **labels** (whole numbers, floats that are all whole, words, truth values, categories; a row
      of several columns is one label) on both sides: the plug-in estimate, which counts;
    - **numbers** on both sides: `corrected_ksg_mutual_information`;
    - labels and numbers: `ross_mutual_information`.

    Where more than one number in a hundred repeats, in any column, `break_ties` comes first; two
    single columns are then for `ksg_mutual_information`.

    `mutual_information_result` says which was taken and why, with standard error and p-value. Every
    estimator has options under its own name.

    Parameters
    ----------
    x : array-like, tensor, Series or data frame of shape (n,) or (n, d)
        Observations; ``(n,)`` is n points of one dimension. Without `y`: joint probabilities that
        sum to 1, shape (n_x, n_y), scipy.sparse too.
    y : array-like, tensor, Series or data frame of shape (n,) or (n, d), optional
        The other side of each observation.
    kind : {"auto", "discrete", "continuous", "mixed"}
        How to read numbers: as above; all as labels; all as numbers, whole ones too; or as numbers
        that may repeat, so that ties are broken. Words are labels whatever it says.
    estimator : str, optional
        By name instead: "plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"
        (of labels, see `entropy`; for the pair the alphabet is every pair of labels that came),
        "corrected_ksg", "ksg", "gaussian_copula" (of numbers), "ross" or "mixed".
    n_neighbors : int
        k of the estimators that count neighbours: few, less bias; many, less variance.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; a tensor if a tensor came, differentiable in a joint table only. Never negative by
        "plugin", slightly so by chance with the others.

    Raises
    ------
    ValueError
        If a table is no distribution, observations are empty, missing (None too, in a column or an
        array; in a list it is a label), infinite or of different numbers, or the estimator does not
        suit what came.

    Warns
    -----
    SmallSampleWarning
        If whole numbers or words, read as labels by "auto", have more than :math:`\sqrt n` distinct
        values: they may be meant as numbers, and if not, the estimate is too high. If more numbers
        would tell more, as `corrected_ksg_mutual_information` sees it.
    AssumptionWarning
        If a side read by "auto" never varies, or an estimator sees that what it builds on fails, as
        `corrected_ksg_mutual_information` and the others tell under their own names.
    EstimatorCeilingWarning
        If the plug-in estimate is near log n, or neighbours' is above what n points can show.
    PrecisionWarning
        If numbers repeat where they should not.

    Notes
    -----
    Labels: O(n) for whole numbers in a small range, else sorted or hashed. Numbers: O(n log n) in
    few dimensions. A sparse table costs its non-zeros.

    References
    ----------
    Shannon (1948), Section 12. Kraskov et al. (2004). Ross (2014).

    Examples
    --------
    >>> round(mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2), 3)
    1.0
    >>> round(mutual_information(["a", "a", "b", "b"], [0, 0, 1, 0]), 3)
    0.216
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 2000))
    >>> round(mutual_information(x, x + noise), 1)  # the truth is 0.347
    0.3
    """
    found = exact_or_pair(x, y, kind=kind, estimator=estimator, n_neighbors=n_neighbors)
    if not isinstance(found, Pair):
        return in_base(found, base)
    told = found.estimate()
    warn(told.doubts)
    return in_base(like_first_tensor(told.value, x, y), base)
