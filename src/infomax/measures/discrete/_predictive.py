"""Information between an item and the class that a model predicts for it."""

from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_array
from infomax.measures._inputs import in_base, not_below_zero, safe_log, to_numpy
from infomax.measures.discrete._categorical import categorical_entropy


def predictive_mutual_information(probabilities: Any, *, base: float | None = None) -> Any:
    r"""Mutual information between which item it is and the class predicted for it.

    :math:`I = H\!\left(\frac{1}{n} \sum_i p_i\right) - \frac{1}{n} \sum_i H(p_i)`: high where the
    model is sure of each item and of different classes for different items.

    One formula with many names. Its exponential is the Inception score (`classifier_score`); over
    networks in place of items it is what BALD maximises; adaptation without labels maximises it.
    Where true labels are known, `predictive_conditional_mutual_information` says what a model tells
    of an item beyond its class.

    Parameters
    ----------
    probabilities : array-like or tensor of shape (n_items, n_classes)
        Predicted distributions, one a row, each summing to 1.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float, or 0-d tensor where a tensor came
        Between 0 and the logarithm of ``min(n_items, n_classes)``; differentiable.

    Raises
    ------
    ValueError
        If a row is no distribution, or the shape is not two-dimensional.

    Notes
    -----
    O(n_items n_classes). From few items it is too low: no more than log n_items can be seen.

    References
    ----------
    Bridle, Heading and MacKay (1991), Section 2. Salimans et al. (2016), Section 4.

    Examples
    --------
    >>> round(predictive_mutual_information([[1, 0], [0, 1]], base=2), 3)
    1.0
    >>> predictive_mutual_information([[0.5, 0.5], [0.5, 0.5]])
    0.0
    """
    xp, p = predicted(probabilities)
    value = categorical_entropy(xp.mean(p, axis=0)) - xp.mean(categorical_entropy(p))
    return in_base(not_below_zero(xp, value), base)


def predictive_conditional_mutual_information(
    probabilities: Any, labels: Any, *, centroids: Any = None, base: float | None = None
) -> Any:
    r"""Mutual information between item and predicted class once the true class is known.

    :math:`I = \frac{1}{n} \sum_i D\!\left(p_i \,\|\, q_{y_i}\right)` with the mean prediction
    :math:`q_y` of each class: what a model tells of an item beyond its label, which is what a
    student can learn from a teacher and not from the labels.

    Parameters
    ----------
    probabilities : array-like or tensor of shape (n_items, n_classes)
        Predicted distributions, one a row, each summing to 1.
    labels : array-like of int, shape (n_items,)
        True class of each item, counted from 0.
    centroids : array-like or tensor of shape (n_labels, n_classes), optional
        Distribution that stands for each class; its mean prediction when left out. Others give a
        value above the information, by the divergence of the means from them.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float, or 0-d tensor where a tensor came
        At least 0; differentiable. Infinite where a centroid gives no mass to what is predicted.

    Raises
    ------
    ValueError
        If a row is no distribution, a label is no whole number from 0, or lengths differ.

    Notes
    -----
    O(n_items n_classes) time and memory.

    References
    ----------
    Ye, Yang, Ding et al. (2024), Equations 4 and 5.

    Examples
    --------
    >>> sure, torn = [0.9, 0.1], [0.5, 0.5]
    >>> round(predictive_conditional_mutual_information([sure, torn], [0, 0]), 4)
    0.1017
    >>> predictive_conditional_mutual_information([sure, torn], [0, 1])
    0.0
    """
    xp, p = predicted(probabilities)
    y = _whole_labels(labels, p.shape[0])
    if centroids is None:
        present, y = np.unique(y, return_inverse=True)
        q = xp.stack([xp.mean(p[_rows(xp, p, y == k)], axis=0) for k in range(len(present))])
    else:
        q = _centroids(xp, centroids, p, int(y.max()))
    q = q[_rows(xp, p, y)]
    terms = xp.where(p > 0, p * (safe_log(xp, p) - safe_log(xp, q)), xp.zeros_like(p))
    terms = xp.where((p > 0) & (q == 0), xp.full_like(p, xp.inf), terms)
    return in_base(not_below_zero(xp, xp.mean(xp.sum(terms, axis=1))), base)


def predicted(probabilities: Any) -> tuple[Any, Any]:
    """Return the namespace of predictions and the predictions, (n_items, n_classes), normalised."""
    if not array_api_compat.is_torch_array(probabilities):
        probabilities = check_array("probabilities", probabilities)
    if probabilities.ndim != 2:
        raise ValueError(
            "`probabilities` must have shape (n_items, n_classes), got "
            f"{tuple(probabilities.shape)}"
        )
    categorical_entropy(probabilities)  # refuses what is no distribution
    xp = array_api_compat.array_namespace(probabilities)
    return xp, probabilities / xp.sum(probabilities, axis=1, keepdims=True)


def _centroids(xp: Any, centroids: Any, p: Any, largest: int) -> Any:
    q = predicted(centroids)[1]
    if q.shape[1] != p.shape[1] or q.shape[0] <= largest:
        raise ValueError(
            f"`centroids` must have {p.shape[1]} columns and a row for each label up to "
            f"{largest}, got shape {tuple(q.shape)}"
        )
    if array_api_compat.is_torch_array(p):
        is_tensor = array_api_compat.is_torch_array(q)
        return q.to(p) if is_tensor else xp.asarray(q, dtype=p.dtype, device=p.device)
    return to_numpy(q)


def _whole_labels(labels: Any, n: int) -> Any:
    y = np.asarray(to_numpy(labels))
    if y.shape != (n,):
        raise ValueError(f"`labels` must have shape ({n},), got {y.shape}")
    if y.dtype.kind not in "iuf" or (y < 0).any() or (y != np.floor(y)).any():
        raise ValueError("`labels` must be whole numbers of at least 0, got others")
    return y.astype(np.int64)


def _rows(xp: Any, p: Any, index: Any) -> Any:
    """Return a mask or an index of rows where the predictions are."""
    if array_api_compat.is_torch_array(p):
        return xp.asarray(index, device=p.device)
    return index
