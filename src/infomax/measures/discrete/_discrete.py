"""Entropy and mutual information of discrete variables."""

from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_between, check_choice, check_distribution
from infomax.measures._inputs import (
    distributions,
    in_base,
    not_below_zero,
    safe_log,
    to_numpy,
    weights_to_distribution,
)
from infomax.measures.discrete._labels import codes, packed

_ESTIMATORS = ("plugin", "miller_madow")


def entropy(
    p: Any = None,
    *,
    counts: Any = None,
    samples: Any = None,
    estimator: str = "plugin",
    base: float | None = None,
) -> Any:
    r"""Entropy of a discrete variable.

    :math:`H(p) = -\sum_i p_i \log p_i` with :math:`0 \log 0 = 0`, from exactly one of: the
    probabilities, how often each outcome was seen, or the outcomes themselves.

    The plug-in estimate from few observations is too low, by about (K - 1) / 2n; Miller and
    Madow's adds that back. Several distributions at once, or logits, want another function.

    Parameters
    ----------
    p : array-like or tensor, any shape
        Probabilities that sum to 1 within 1e-6 (64 machine epsilons for tensors of lower
        precision), then normalised. A table is taken as one distribution over its cells.
    counts : array-like or tensor, any shape
        Non-negative numbers of observations.
    samples : sequence of labels, shape (n,)
        Observed outcomes of any hashable kind.
    estimator : {"plugin", "miller_madow"}
        The second needs `counts` or `samples`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Entropy in nats; a tensor, differentiable in `p` or `counts`, if a tensor came.

    Raises
    ------
    ValueError
        If not exactly one input is given, or if it is empty, negative, NaN or infinite, or if
        probabilities do not sum to 1.

    Notes
    -----
    O(n); labels that are not small whole numbers are sorted, O(n log n).

    References
    ----------
    Shannon (1948), Section 6. Miller (1955).

    Examples
    --------
    >>> round(entropy([0.5, 0.25, 0.25], base=2), 3)
    1.5
    >>> round(entropy(samples="to be or not to be".split()), 3)
    1.33
    """
    check_choice("estimator", estimator, _ESTIMATORS)
    given = [
        name for name, x in (("p", p), ("counts", counts), ("samples", samples)) if x is not None
    ]
    if len(given) != 1:
        raise ValueError(f"exactly one of `p`, `counts`, `samples` must be given, got {given}")
    if samples is not None:
        numbers, n_codes = codes("samples", samples)
        value = _counts_entropy(np.bincount(numbers, minlength=n_codes), estimator)
        return in_base(_like(value, samples), base)
    if counts is not None:
        xp, shares = weights_to_distribution("counts", counts)
    else:
        _refuse_correction("p", estimator)
        xp, (shares,) = distributions(("p", p), ndim=None)
    value = not_below_zero(xp, -xp.sum(shares * safe_log(xp, shares)))
    if estimator == "miller_madow":
        value = value + _miller_madow(to_numpy(counts))
    return in_base(value, base)


def binary_entropy(p: float, *, base: float | None = None) -> float:
    r"""Entropy of a coin that falls on one side with probability p.

    :math:`h(p) = -p \log p - (1 - p) \log (1 - p)`; for more than two outcomes take `entropy`.

    Parameters
    ----------
    p : float
        Probability in [0, 1].
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Between 0 and log 2 nats.

    Raises
    ------
    ValueError
        If `p` lies outside [0, 1].

    References
    ----------
    Shannon (1948), Section 6.

    Examples
    --------
    >>> binary_entropy(0.5, base=2)
    1.0
    """
    p = check_between("p", p, 0, 1)
    nats = -sum(x * float(np.log(x)) for x in (p, 1 - p) if x > 0)
    return float(in_base(max(nats, 0.0), base))


def mutual_information(
    x: Any, y: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Mutual information of two discrete variables.

    :math:`I(X;Y) = \sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x)\,p(y)}`, from a table of joint
    probabilities (`x` alone) or from paired labels (`x` and `y`).

    Labels with many values and few observations look dependent when they are not: the plug-in
    estimate is too high by about (number of cells) / 2n, Miller and Madow's takes that away.

    Parameters
    ----------
    x : array-like, tensor or scipy.sparse of shape (n_x, n_y); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each observation.
    y : labels of shape (n,), optional
        The second label of each observation.
    estimator : {"plugin", "miller_madow"}
        The second needs labels; it may fall below zero.
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
    O(n) for small whole-number labels, else O(n log n); a sparse table costs its non-zeros.

    References
    ----------
    Shannon (1948), Section 12. Miller (1955).

    Examples
    --------
    >>> round(mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2), 3)
    1.0
    >>> round(mutual_information(["a", "a", "b", "b"], [0, 0, 1, 0]), 3)
    0.216
    """
    check_choice("estimator", estimator, _ESTIMATORS)
    if y is not None:
        value = _label_information([("x", x), ("y", y)], estimator)
        return in_base(_like(value, x, y), base)
    _refuse_correction("x", estimator)
    if hasattr(x, "tocoo"):
        return in_base(_sparse_information(x), base)
    xp, (joint,) = distributions(("x", x), ndim=2)
    rows = xp.sum(joint, axis=1, keepdims=True)
    columns = xp.sum(joint, axis=0, keepdims=True)
    gain = safe_log(xp, joint) - safe_log(xp, rows) - safe_log(xp, columns)
    return in_base(not_below_zero(xp, xp.sum(joint * gain)), base)


def conditional_mutual_information(
    x: Any, y: Any = None, z: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Mutual information of two discrete variables when a third is known.

    :math:`I(X;Y|Z) = \sum_{x,y,z} p(x,y,z) \log \frac{p(x,y,z)\,p(z)}{p(x,z)\,p(y,z)}`, from a
    table of joint probabilities (`x` alone, axes x, y, z) or from labels.

    It may be larger or smaller than `mutual_information`: knowing Z can hide what X and Y share
    or make them depend on each other (X, Y and their exclusive or).

    Parameters
    ----------
    x : array-like or tensor of shape (n_x, n_y, n_z); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each observation.
    y, z : labels of shape (n,), optional
        The second and the third label of each observation; both or none.
    estimator : {"plugin", "miller_madow"}
        The second needs labels; it may fall below zero.
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
    O(n log n) from labels.

    References
    ----------
    Cover and Thomas (2006), Section 2.5.

    Examples
    --------
    >>> x, y = [0, 0, 1, 1], [0, 1, 0, 1]
    >>> xor = [0, 1, 1, 0]
    >>> mutual_information(x, y), round(conditional_mutual_information(x, y, xor, base=2), 3)
    (0.0, 1.0)
    """
    check_choice("estimator", estimator, _ESTIMATORS)
    if (y is None) != (z is None):
        raise ValueError("`y` and `z` must be given both or not at all, got one of them")
    if y is not None:
        value = _label_information([("x", x), ("y", y), ("z", z)], estimator)
        return in_base(_like(value, x, y, z), base)
    _refuse_correction("x", estimator)
    xp, (joint,) = distributions(("x", x), ndim=3)
    xz = xp.sum(joint, axis=1, keepdims=True)
    yz = xp.sum(joint, axis=0, keepdims=True)
    z_alone = xp.sum(xz, axis=0, keepdims=True)
    gain = safe_log(xp, joint) + safe_log(xp, z_alone) - safe_log(xp, xz) - safe_log(xp, yz)
    return in_base(not_below_zero(xp, xp.sum(joint * gain)), base)


def _label_information(named: list[tuple[str, Any]], estimator: str) -> float:
    """Return I(X;Y) or I(X;Y|Z) from two or three lists of labels."""
    coded = [codes(name, labels) for name, labels in named]
    n = len(coded[0][0])
    for (name, _), (numbers, _) in zip(named, coded, strict=True):
        if len(numbers) != n:
            raise ValueError(f"`{name}` must have as many labels as `x` ({n}), got {len(numbers)}")
    (x, y), rest = coded[:2], coded[2:]
    value = (
        _counts_entropy(_joint_counts(x, *rest), estimator)
        + _counts_entropy(_joint_counts(y, *rest), estimator)
        - _counts_entropy(_joint_counts(x, y, *rest), estimator)
    )
    if rest:
        value -= _counts_entropy(_joint_counts(*rest), estimator)
    return max(value, 0.0) if estimator == "plugin" else value


def _joint_counts(*coded: tuple[NDArray[np.int64], int]) -> NDArray[np.int64]:
    """Count how often each combination of codes came (zeros may be among the counts)."""
    cell, n_cells = coded[0]
    for numbers, n_codes in coded[1:]:
        if n_cells * n_codes > 4 * len(numbers) + 65536:  # keep tables small and products exact
            cell, n_cells = packed(cell)
            numbers, n_codes = packed(numbers)  # noqa: PLW2901
        cell, n_cells = cell * n_codes + numbers, n_cells * n_codes
    if n_cells > 4 * len(cell) + 65536:
        return np.unique(cell, return_counts=True)[1]
    return np.bincount(cell)


def _counts_entropy(counts: NDArray[Any], estimator: str) -> float:
    seen = counts[counts > 0] / counts.sum()
    plugin = max(float(-(seen * np.log(seen)).sum()), 0.0)
    return plugin + (_miller_madow(counts) if estimator == "miller_madow" else 0.0)


def _miller_madow(counts: Any) -> float:
    counts = np.asarray(counts)
    return float((np.count_nonzero(counts) - 1) / (2 * counts.sum()))


def _sparse_information(joint: Any) -> float:
    table = joint.tocoo().copy()
    if table.ndim != 2:
        raise ValueError(f"`x` must have 2 dimension(s), got shape {table.shape}")
    table.sum_duplicates()
    p = check_distribution("x", table.data)
    row, column = table.coords if hasattr(table, "coords") else (table.row, table.col)
    rows = np.bincount(row, weights=p)
    columns = np.bincount(column, weights=p)
    keep = p > 0
    p, row, column = p[keep], row[keep], column[keep]
    gain = np.log(p) - np.log(rows[row]) - np.log(columns[column])
    return max(float((p * gain).sum()), 0.0)


def _refuse_correction(name: str, estimator: str) -> None:
    if estimator != "plugin":
        raise ValueError(
            f"`estimator` must be 'plugin' when `{name}` holds probabilities, got {estimator!r}: "
            "a correction needs to know how many observations there were"
        )


def _like(value: float, *labels: Any) -> Any:
    """Return a 0-d tensor on the device of the first tensor among `labels`, else the float."""
    for x in labels:
        if array_api_compat.is_torch_array(x):
            xp = array_api_compat.array_namespace(x)
            return xp.asarray(value, dtype=xp.float64, device=x.device)
    return value
