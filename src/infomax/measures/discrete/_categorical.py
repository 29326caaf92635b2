"""Entropies of many categorical distributions at once, from probabilities or from logits."""

from typing import Any

import array_api_compat
import numpy as np


def categorical_entropy(probabilities: Any = None, *, logits: Any = None, axis: int = -1) -> Any:
    r"""Entropy of each of many categorical distributions.

    :math:`H(p) = -\sum_i p_i \log p_i` along one axis, with :math:`0 \log 0 = 0`; from logits
    :math:`p = \mathrm{softmax}(z)`, so minus infinity stands for what cannot happen.

    `entropy` takes one distribution, counts or labels; this takes what a network gives out.

    Parameters
    ----------
    probabilities : array-like or tensor of shape (..., n_categories)
        Not negative; they sum to 1 within 1e-6 along `axis` (64 machine epsilons for lower
        precision) and are normalised.
    logits : array-like or tensor of shape (..., n_categories)
        Given instead; may hold minus infinity, but not everywhere.
    axis : int
        Where the categories lie.

    Returns
    -------
    array or tensor of shape (...)
        Nats, `axis` taken away; a tensor, differentiable, if a tensor came. Tensors of half
        precision are computed and returned in float32.

    Raises
    ------
    ValueError
        If not exactly one input is given, or if it is empty, holds NaN or plus infinity, or is no
        distribution along `axis`.

    Notes
    -----
    O(n) time; a few arrays of the input's size.

    References
    ----------
    Shannon (1948), Section 6.

    Examples
    --------
    >>> import numpy as np
    >>> categorical_entropy([[0.5, 0.5], [1.0, 0.0]]).round(4)
    array([0.6931, 0.    ])
    >>> round(float(categorical_entropy(logits=[0.0, 0.0, -np.inf])), 4)
    0.6931
    """
    if (probabilities is None) == (logits is None):
        raise ValueError("exactly one of `probabilities`, `logits` must be given")
    name, value = ("logits", logits) if probabilities is None else ("probabilities", probabilities)
    xp, value = _floats(name, value, axis)
    if bool(xp.any(xp.isnan(value))):
        where = tuple(int(i[0]) for i in xp.nonzero(xp.isnan(value)))
        raise ValueError(f"`{name}` must hold no NaN, got one at index {where}")
    return (_of_logits if name == "logits" else _of_probabilities)(xp, value, axis)


def _floats(name: str, value: Any, axis: int) -> tuple[Any, Any]:
    if not array_api_compat.is_torch_array(value):
        try:
            value = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"`{name}` must be an array of numbers: {error}") from None
    xp = array_api_compat.array_namespace(value)
    if array_api_compat.is_torch_array(value) and value.dtype not in (xp.float32, xp.float64):
        value = value.to(xp.float32)
    if value.ndim == 0 or 0 in value.shape:
        raise ValueError(f"`{name}` must hold categories, got shape {tuple(value.shape)}")
    if not -value.ndim <= axis < value.ndim:
        raise ValueError(f"`axis` must lie in the shape {tuple(value.shape)}, got {axis}")
    return xp, value


def _of_logits(xp: Any, logits: Any, axis: int) -> Any:
    top = xp.max(logits, axis=axis, keepdims=True)
    if not bool(xp.all(xp.isfinite(top))):
        raise ValueError(
            f"`logits` must have a finite maximum along axis {axis}, "
            f"got {top[~xp.isfinite(top)][0].item()}"
        )
    possible = logits > -xp.inf
    shifted = xp.where(possible, logits - top, xp.zeros_like(logits))
    weights = xp.where(possible, xp.exp(shifted), xp.zeros_like(logits))
    total = xp.sum(weights, axis=axis)
    value = xp.log(total) - xp.sum(weights * shifted, axis=axis) / total
    return xp.clip(value, 0, None)


def _of_probabilities(xp: Any, probabilities: Any, axis: int) -> Any:
    given = probabilities.detach() if hasattr(probabilities, "detach") else probabilities
    if bool(xp.any(given < 0)):
        raise ValueError(f"`probabilities` must not be negative, got {float(xp.min(given))}")
    off = float(xp.max(xp.abs(xp.sum(given, axis=axis) - 1)))
    allowed = max(1e-6, 64 * float(xp.finfo(probabilities.dtype).eps))
    if not off <= allowed:
        raise ValueError(
            f"`probabilities` must sum to 1 within {allowed:.1g} along axis {axis}, got a sum "
            f"that is off by {off:.3g}"
        )
    shares = probabilities / xp.sum(probabilities, axis=axis, keepdims=True)
    logs = xp.log(xp.where(shares > 0, shares, xp.ones_like(shares)))
    return xp.clip(-xp.sum(shares * logs, axis=axis), 0, None)
