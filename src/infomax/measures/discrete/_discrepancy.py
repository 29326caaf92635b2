"""How far one discrete distribution is from another."""

from typing import Any

from infomax.measures._inputs import (
    distributions,
    in_base,
    not_below_zero,
    safe_log,
    same_shape,
)


def kl_divergence(p: Any, q: Any, *, base: float | None = None) -> Any:
    r"""Kullback-Leibler divergence of one distribution from another.

    :math:`D(p \| q) = \sum_i p_i \log (p_i / q_i)`, infinite where q rules out what p allows.

    It is not symmetric: p is the truth and q the model. Where supports differ and a finite number
    is wanted, take `jensen_shannon_divergence` or `total_variation`.

    Parameters
    ----------
    p, q : array-like or tensor of the same shape
        Probabilities that sum to 1 within 1e-6, then normalised.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0, possibly infinite; a tensor, differentiable in both, if a tensor came.

    Raises
    ------
    ValueError
        If the shapes differ or one of the two is no distribution.

    Notes
    -----
    O(n). Gradients stay finite where p is zero.

    References
    ----------
    Kullback and Leibler (1951), Equation 2.4.

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.75, 0.25]), 3)
    0.144
    >>> kl_divergence([0.5, 0.5], [1.0, 0.0])
    inf
    """
    xp, (p, q) = distributions(("p", p), ("q", q), ndim=None)
    same_shape(("p", p), ("q", q))
    return in_base(_kl(xp, p, q), base)


def jensen_shannon_divergence(
    p: Any, q: Any, *, weights: tuple[float, float] = (0.5, 0.5), base: float | None = None
) -> Any:
    r"""Jensen-Shannon divergence between two distributions.

    :math:`J(p, q) = w_p D(p \| m) + w_q D(q \| m)` with :math:`m = w_p p + w_q q`: what one draw
    tells about which of the two it came from, when they are drawn with the weights.

    Symmetric for equal weights and always finite, unlike `kl_divergence`; its square root is a
    metric then.

    Parameters
    ----------
    p, q : array-like or tensor of the same shape
        Probabilities that sum to 1 within 1e-6, then normalised.
    weights : pair of floats
        Weights of p and q, a distribution too.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Between 0 and the entropy of the weights; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the shapes differ or one of the three is no distribution.

    Notes
    -----
    O(n).

    References
    ----------
    Lin (1991), Equation 4.1.

    Examples
    --------
    >>> jensen_shannon_divergence([1.0, 0.0], [0.0, 1.0], base=2)
    1.0
    """
    xp, (p, q) = distributions(("p", p), ("q", q), ndim=None)
    same_shape(("p", p), ("q", q))
    _, (shares,) = distributions(("weights", weights))
    if len(shares) != 2:
        raise ValueError(f"`weights` must be two, one for `p` and one for `q`, got {len(shares)}")
    w_p, w_q = float(shares[0]), float(shares[1])
    m = w_p * p + w_q * q
    terms = [w * _kl(xp, x, m) for w, x in ((w_p, p), (w_q, q)) if w > 0]
    return in_base(sum(terms[1:], terms[0]), base)


def total_variation(p: Any, q: Any) -> Any:
    r"""Total variation distance between two distributions.

    :math:`\frac12 \sum_i |p_i - q_i|`: the largest difference in the probability of any event,
    and the smallest chance that two coupled draws differ. It has no logarithm, so no units.

    Parameters
    ----------
    p, q : array-like or tensor of the same shape
        Probabilities that sum to 1 within 1e-6, then normalised.

    Returns
    -------
    float or 0-d tensor
        Between 0 and 1; a tensor, differentiable where p and q differ, if a tensor came.

    Raises
    ------
    ValueError
        If the shapes differ or one of the two is no distribution.

    Notes
    -----
    O(n).

    References
    ----------
    Levin and Peres (2017), Proposition 4.2.

    Examples
    --------
    >>> total_variation([0.5, 0.5], [0.75, 0.25])
    0.25
    """
    xp, (p, q) = distributions(("p", p), ("q", q), ndim=None)
    same_shape(("p", p), ("q", q))
    return in_base(xp.sum(xp.abs(p - q)) / 2, None)


def _kl(xp: Any, p: Any, q: Any) -> Any:
    inside = (p > 0) & (q > 0)
    ratio = safe_log(xp, xp.where(inside, p, xp.ones_like(p)))
    ratio = ratio - safe_log(xp, xp.where(inside, q, xp.ones_like(q)))
    value = not_below_zero(xp, xp.sum(p * ratio))
    return value + float("inf") if bool(xp.any((p > 0) & (q == 0))) else value
