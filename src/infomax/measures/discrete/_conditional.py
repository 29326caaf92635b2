"""What discrete variables still tell, or hide, when another is known."""

from typing import Any

from infomax._arguments import check_choice
from infomax.measures._inputs import (
    distributions,
    in_base,
    like_first_tensor,
    not_below_zero,
    safe_log,
)
from infomax.measures.discrete._counting import coded_together, joint_counts
from infomax.measures.discrete._entropy import refuse_correction
from infomax.measures.discrete._estimators import ESTIMATORS, entropy_of_counts
from infomax.measures.discrete._labels import Coded


def conditional_entropy(
    x: Any, y: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Entropy that a discrete variable keeps when a second one is known.

    :math:`H(X|Y) = H(X, Y) - H(Y)`, from a table of joint probabilities (`x` alone, rows are X)
    or from paired labels.

    It is what `mutual_information` leaves of the entropy of X: H(X) - I(X;Y).

    Parameters
    ----------
    x : array-like or tensor of shape (n_x, n_y); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each observation.
    y : labels of shape (n,), optional
        What is known of each observation.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        As in `entropy`; all but the first need labels, and may give values below zero. The
        alphabet of the pair is every pair of labels that came.
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
    Cover and Thomas (2006), Section 2.2.

    Examples
    --------
    >>> sky = ["sun", "sun", "rain", "rain"]
    >>> round(conditional_entropy(sky, ["walk", "read", "read", "read"], base=2), 3)
    0.689
    """
    check_choice("estimator", estimator, ESTIMATORS)
    if y is not None:
        pair = coded_together(("x", x), ("y", y))
        value = entropy_of_labels(pair, estimator) - entropy_of_labels(pair[1:], estimator)
        value = max(value, 0.0) if estimator == "plugin" else value
        return in_base(like_first_tensor(value, x, y), base)
    refuse_correction("x", estimator)
    xp, (joint,) = distributions(("x", x), ndim=2)
    gain = safe_log(xp, xp.sum(joint, axis=0, keepdims=True)) - safe_log(xp, joint)
    return in_base(not_below_zero(xp, xp.sum(joint * gain)), base)


def conditional_mutual_information(
    x: Any, y: Any = None, z: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Mutual information of two discrete variables when a third is known.

    :math:`I(X;Y|Z) = \sum_{x,y,z} p(x,y,z) \log \frac{p(x,y,z)\,p(z)}{p(x,z)\,p(y,z)}`, from a
    table of joint probabilities (`x` alone, axes x, y, z) or from labels.

    It may be larger or smaller than `mutual_information`: knowing Z can hide what X and Y share
    or make them depend on each other (X, Y and their exclusive or). Numbers that are no labels
    want `ksg_conditional_mutual_information`.

    Parameters
    ----------
    x : array-like or tensor of shape (n_x, n_y, n_z); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each observation.
    y, z : labels of shape (n,), optional
        The second and the third label of each observation; both or none.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        As in `entropy`; all but the first need labels, and may give values below zero. The
        alphabet of a combination is every combination of labels that came.
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
    Cover and Thomas (2006), Section 2.5.

    Examples
    --------
    >>> x, y = [0, 0, 1, 1], [0, 1, 0, 1]
    >>> xor = [0, 1, 1, 0]
    >>> conditional_mutual_information(x, y, [0, 0, 0, 0])
    0.0
    >>> round(conditional_mutual_information(x, y, xor, base=2), 3)
    1.0
    """
    check_choice("estimator", estimator, ESTIMATORS)
    if (y is None) != (z is None):
        raise ValueError("`y` and `z` must be given both or not at all, got one of them")
    if y is not None:
        one, two, known = coded_together(("x", x), ("y", y), ("z", z))
        value = (
            entropy_of_labels([one, known], estimator)
            + entropy_of_labels([two, known], estimator)
            - entropy_of_labels([one, two, known], estimator)
            - entropy_of_labels([known], estimator)
        )
        value = max(value, 0.0) if estimator == "plugin" else value
        return in_base(like_first_tensor(value, x, y, z), base)
    refuse_correction("x", estimator)
    xp, (joint,) = distributions(("x", x), ndim=3)
    xz = xp.sum(joint, axis=1, keepdims=True)
    yz = xp.sum(joint, axis=0, keepdims=True)
    z_alone = xp.sum(xz, axis=0, keepdims=True)
    gain = safe_log(xp, joint) + safe_log(xp, z_alone) - safe_log(xp, xz) - safe_log(xp, yz)
    return in_base(not_below_zero(xp, xp.sum(joint * gain)), base)


def entropy_of_labels(variables: list[Coded], estimator: str) -> float:
    """Return the joint entropy in nats; the alphabet is every combination of labels that came."""
    counts = joint_counts(*variables)
    n_outcomes = 1
    if estimator in ("james_stein", "nsb"):
        for labels in variables:
            n_outcomes *= labels.n_values()
    return entropy_of_counts(counts, estimator, n_outcomes=n_outcomes)
