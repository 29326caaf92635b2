"""What several discrete variables share, and how far two partitions are apart."""

from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_choice
from infomax.measures._inputs import (
    distributions,
    in_base,
    like_first_tensor,
    not_below_zero,
    safe_log,
)
from infomax.measures.discrete._conditional import conditional_entropy, entropy_of_labels
from infomax.measures.discrete._counting import coded_together
from infomax.measures.discrete._entropy import given_one, refuse_correction
from infomax.measures.discrete._estimators import ESTIMATORS


def total_correlation(
    p: Any = None, *, samples: Any = None, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Information that several discrete variables share, counted once.

    :math:`C = \sum_i H(X_i) - H(X_1, \dots, X_d)`: how far their joint law is from independence,
    zero exactly there. For two variables it is `mutual_information`.

    Parameters
    ----------
    p : array-like or tensor of shape (n_1, ..., n_d)
        Joint probabilities that sum to 1, one axis a variable.
    samples : array-like, data frame or tensor of labels, shape (n, d); or a list of d columns
        Observations instead: a column a variable. A list or tuple is taken as columns.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        As in `entropy`; all but the first need `samples`, and may give values below zero. The
        alphabet of all together is every combination of labels that came.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; a tensor if a tensor came, differentiable in `p`.

    Raises
    ------
    ValueError
        If not exactly one input is given, there are fewer than two variables, the table is no
        distribution, or labels are empty, NaN or of different lengths.

    Notes
    -----
    O(n d), or O(n d log n) where the combinations are many.

    References
    ----------
    Watanabe (1960), Equation 2.

    Examples
    --------
    >>> x, y = [0, 0, 1, 1], [0, 1, 0, 1]
    >>> round(total_correlation(samples=[x, y, [0, 1, 1, 0]], base=2), 3)
    1.0
    """
    check_choice("estimator", estimator, ESTIMATORS)
    if given_one(p=p, samples=samples) == "samples":
        columns = _columns(samples)
        together = coded_together(*columns)
        value = sum(entropy_of_labels([one], estimator) for one in together)
        value -= entropy_of_labels(together, estimator)
        value = max(value, 0.0) if estimator == "plugin" else value
        return in_base(like_first_tensor(value, samples, *(c for _, c in columns)), base)
    refuse_correction("p", estimator)
    xp, (joint,) = distributions(("p", p), ndim=None)
    if joint.ndim < 2:
        raise ValueError(f"`p` must have at least 2 axes, one a variable, got {joint.ndim}")
    gain = safe_log(xp, joint)
    for axis in range(joint.ndim):
        others = tuple(i for i in range(joint.ndim) if i != axis)
        gain = gain - safe_log(xp, xp.sum(joint, axis=others, keepdims=True))
    return in_base(not_below_zero(xp, xp.sum(joint * gain)), base)


def variation_of_information(
    x: Any, y: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Distance between two labellings of the same things.

    :math:`V = H(X|Y) + H(Y|X)`: what each tells that the other does not. It is a metric on
    partitions, zero where the labellings agree up to names, and at most log n.

    To compare clusterings of unlike sizes by chance-corrected scores, scikit-learn's adjusted
    mutual information is the neighbour; this one has units and obeys the triangle inequality.

    Parameters
    ----------
    x : array-like or tensor of shape (n_x, n_y); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each thing.
    y : labels of shape (n,), optional
        Its label in the second labelling.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        As in `entropy`; all but the first need labels, and are no metric.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; a tensor if a tensor came, differentiable in a joint table.

    Raises
    ------
    ValueError
        If the table is no distribution, or the labels are empty, NaN or of different lengths.

    Notes
    -----
    O(n) for small whole-number labels, else O(n log n).

    References
    ----------
    Meilă (2007), Equation 15.

    Examples
    --------
    >>> variation_of_information([0, 0, 1, 1], ["a", "a", "b", "b"])
    0.0
    >>> round(variation_of_information([0, 0, 1, 1], [0, 1, 0, 1], base=2), 3)
    2.0
    """
    if y is None:
        turned = x.T if hasattr(x, "T") else np.asarray(x).T
        return conditional_entropy(x, estimator=estimator, base=base) + conditional_entropy(
            turned, base=base
        )
    return conditional_entropy(x, y, estimator=estimator, base=base) + conditional_entropy(
        y, x, estimator=estimator, base=base
    )


def _columns(samples: Any) -> list[tuple[str, Any]]:
    """Return the columns of observations under their names."""
    if hasattr(samples, "columns"):  # a data frame: each column keeps its kind
        columns = [samples[name] for name in samples.columns]
    elif isinstance(samples, list | tuple):
        columns = list(samples)
    else:
        array = samples if array_api_compat.is_torch_array(samples) else np.asarray(samples)
        if array.ndim != 2:
            raise ValueError(f"`samples` must have shape (n, d), got {tuple(array.shape)}")
        columns = [array[:, i] for i in range(array.shape[1])]
    if len(columns) < 2:
        raise ValueError(f"`samples` must hold at least 2 variables, got {len(columns)}")
    return [(f"samples[{i}]", column) for i, column in enumerate(columns)]
