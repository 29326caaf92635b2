"""Scores of generated items by what a classifier says of them."""

from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_count
from infomax.measures.discrete._predictive import predicted, predictive_mutual_information


def classifier_score(probabilities: Any) -> Any:
    r"""Effective number of classes that a classifier is sure of among generated items.

    :math:`\exp I` with the `predictive_mutual_information` I between item and predicted class.
    With the Inception network as the classifier this is the Inception score.

    1 where all items look alike to the classifier, the number of classes where it is sure of each
    and sees all equally often. It does not look at real items: `frechet_distance`, or
    `support_overlap`, does.

    Parameters
    ----------
    probabilities : array-like or tensor of shape (n_items, n_classes)
        Predicted distributions of generated items, one a row.

    Returns
    -------
    float, or 0-d tensor where a tensor came
        Between 1 and ``min(n_items, n_classes)``; differentiable.

    Raises
    ------
    ValueError
        If a row is no distribution, or the shape is not two-dimensional.

    Notes
    -----
    O(n_items n_classes). Authors often print the mean over ten splits: that is lower, since each
    split is smaller. Scores of different classifiers have nothing to do with each other.

    References
    ----------
    Salimans, Goodfellow, Zaremba, Cheung, Radford and Chen (2016), Section 4.

    Examples
    --------
    >>> round(classifier_score([[1, 0, 0], [0, 1, 0], [0, 1, 0], [1, 0, 0]]), 6)
    2.0
    """
    information = predictive_mutual_information(probabilities)
    if array_api_compat.is_torch_array(information):
        return information.exp()
    return float(np.exp(information))


def classifier_variance(probabilities: Any, *, n_splits: int = 1) -> Any:
    r"""Mean deviation of class probabilities over generated items.

    :math:`\frac{1}{C} \sum_c \mathrm{std}_i\, p_{ic}`: 0 where all items look alike to the
    classifier, and highest, :math:`\sqrt{C - 1} / C`, where it is sure of each and sees all C
    classes equally often.

    Called I-variance with the Inception network. It ranks much as `classifier_score`, which has a
    unit that can be explained; take this one to compare with what was published in it.

    Parameters
    ----------
    probabilities : array-like or tensor of shape (n_items, n_classes)
        Predicted distributions of generated items, one a row.
    n_splits : int
        The items are cut into so many parts in the order given, a rest left out, and the mean over
        parts is returned; authors print 10.

    Returns
    -------
    float, or 0-d tensor where a tensor came
        Deviations divide by n; not differentiable where a class has no variance.

    Raises
    ------
    ValueError
        If a row is no distribution, or there are fewer items than splits.

    References
    ----------
    Liu et al. (2023), Section 4.

    Examples
    --------
    >>> classifier_variance([[1, 0], [0, 1], [1, 0], [0, 1]])
    0.5
    """
    xp, p = predicted(probabilities)
    size = p.shape[0] // check_count("n_splits", n_splits, maximum=p.shape[0])
    parts = [p[k * size : (k + 1) * size] for k in range(n_splits)]
    value = xp.mean(xp.stack([xp.mean(xp.std(part, axis=0)) for part in parts]))
    return value if array_api_compat.is_torch_array(value) else float(value)
