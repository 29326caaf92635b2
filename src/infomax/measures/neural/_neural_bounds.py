"""Bounds on mutual information that set pairs against strangers, from the scores of a critic."""

import math
from typing import Any

import array_api_compat

from infomax._arguments import check_at_least, check_between
from infomax.measures._inputs import in_base
from infomax.measures.neural._scores import checked_scores, joint_and_apart, log_mean_exp


def donsker_varadhan(scores: Any, *, base: float | None = None) -> Any:
    r"""Donsker and Varadhan's lower bound from a matrix of scores.

    :math:`\frac1n \sum_i f_{ii} - \log \frac{1}{n(n-1)} \sum_{i \ne j} e^{f_{ij}}`, where
    :math:`f_{ij}` scores how well :math:`x_i` and :math:`y_j` go together: the diagonal holds
    the pairs that were seen, the rest stands for independent ones.

    Tight for the best critic, the logarithm of the density ratio plus a constant, but of large
    variance above some nats, where one large score decides; `nwj` is its linear relative, `smile`
    trades variance for bias, `infonce` stays below log n. `MutualInformationEstimator` trains a
    critic for it.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        At least two rows.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite.

    References
    ----------
    Donsker and Varadhan (1983). Belghazi et al. (2018), Equation 10.

    Examples
    --------
    >>> round(donsker_varadhan([[1.0, 0.0], [0.0, 1.0]]), 3)
    1.0
    """
    xp, matrix = checked_scores(scores)
    joint, apart = joint_and_apart(xp, matrix)
    return in_base(xp.mean(joint) - log_mean_exp(xp, apart), base)


def nwj(scores: Any, *, base: float | None = None) -> Any:
    r"""Nguyen, Wainwright and Jordan's lower bound from a matrix of scores.

    :math:`\frac1n \sum_i f_{ii} - \frac{1}{n(n-1)} \sum_{i \ne j} e^{f_{ij} - 1}`. Unlike
    `donsker_varadhan` it has no logarithm of a mean, so that batches give unbiased values and
    gradients; it is tight for one critic alone, 1 plus the logarithm of the density ratio, and its
    variance grows like the exponential of the information.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Pairs that were seen on the diagonal, at least two.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came. It can be far below zero.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite.

    References
    ----------
    Nguyen, Wainwright and Jordan (2010). Poole et al. (2019), Equation 6.

    Examples
    --------
    >>> round(nwj([[2.0, 1.0], [1.0, 2.0]]), 3)
    1.0
    """
    xp, matrix = checked_scores(scores)
    joint, apart = joint_and_apart(xp, matrix)
    return in_base(xp.mean(joint) - xp.mean(xp.exp(apart - 1)), base)


def jensen_shannon_objective(scores: Any) -> Any:
    r"""Objective of a classifier that tells pairs from strangers.

    :math:`-\frac1n \sum_i \mathrm{sp}(-f_{ii}) - \frac{1}{n(n-1)} \sum_{i \ne j}
    \mathrm{sp}(f_{ij})` with the softplus :math:`\mathrm{sp}(z) = \log(1 + e^z)`. Its best critic
    is the logarithm of the density ratio, and its gradients never explode: train with it, then read
    the information off by `nwj` of ``scores + 1``, or by `smile`. By itself it is no estimate of
    mutual information: it lies between minus infinity and 0, and at best is twice the
    Jensen–Shannon divergence of joint and product less :math:`2 \log 2`.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Pairs that were seen on the diagonal, at least two.

    Returns
    -------
    float or 0-d tensor
        In nats; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite.

    References
    ----------
    Nowozin, Cseke and Tomioka (2016). Hjelm et al. (2019), Equation 4.

    Examples
    --------
    >>> round(jensen_shannon_objective([[0.0, 0.0], [0.0, 0.0]]), 3)  # -2 log 2
    -1.386
    """
    xp, matrix = checked_scores(scores)
    joint, apart = joint_and_apart(xp, matrix)
    return in_base(-xp.mean(softplus(xp, -joint)) - xp.mean(softplus(xp, apart)), None)


def smile(scores: Any, *, clip: float = 5.0, base: float | None = None) -> Any:
    r"""Donsker and Varadhan's value with the strangers' scores clipped.

    :math:`\frac1n \sum_i f_{ii} - \log \frac{1}{n(n-1)} \sum_{i \ne j}
    e^{\max(-\tau, \min(\tau, f_{ij}))}`. Clipping bounds the variance of the second term at the
    price of a bias: it is no lower bound any more. Meant for critics near the logarithm of the
    density ratio, such as `jensen_shannon_objective` trains.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Pairs that were seen on the diagonal, at least two.
    clip : float
        τ, above 0, in nats; infinity gives `donsker_varadhan`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable where nothing was clipped, if a tensor came.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite, or `clip` not above 0.

    References
    ----------
    Song and Ermon (2020), Equation 12.

    Examples
    --------
    >>> round(smile([[1.0, 900.0], [0.0, 1.0]], clip=2.0), 3)
    -0.434
    """
    limit = check_at_least("clip", clip, 0, strict=True)
    xp, matrix = checked_scores(scores)
    joint, apart = joint_and_apart(xp, matrix)
    return in_base(xp.mean(joint) - log_mean_exp(xp, xp.clip(apart, -limit, limit)), base)


def mine(scores: Any, *, log_mean: Any = None, base: float | None = None) -> Any:
    r"""Donsker and Varadhan's bound with the gradient corrected by a running mean.

    The value is that of `donsker_varadhan`. The gradient of its logarithm divides by the mean of
    :math:`e^f` over the batch, which small batches estimate badly; here it divides by a mean that
    runs over batches, kept by `mine_log_mean`.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Pairs that were seen on the diagonal, at least two.
    log_mean : float or 0-d tensor, optional
        Logarithm of the running mean; the batch's own when left out, which is
        `donsker_varadhan` with its gradient.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite.

    References
    ----------
    Belghazi et al. (2018), Section 3.2, Equation 12.

    Examples
    --------
    >>> import torch
    >>> scores = torch.eye(4, requires_grad=True)
    >>> log_mean = mine_log_mean(scores)
    >>> value = mine(scores, log_mean=log_mean)  # maximise it, then go on to the next batch
    >>> log_mean = mine_log_mean(scores, previous=log_mean)
    >>> round(value.item(), 3), abs(log_mean.item()) < 1e-6
    (1.0, True)
    """
    xp, matrix = checked_scores(scores)
    joint, apart = joint_and_apart(xp, matrix)
    now = log_mean_exp(xp, apart)
    if log_mean is not None and array_api_compat.is_torch_array(now):
        pull = xp.exp(now - log_mean)  # its gradient is the corrected one, its value is not wanted
        now = now.detach() + (pull - pull.detach())
    return in_base(xp.mean(joint) - now, base)


def mine_log_mean(scores: Any, *, previous: Any = None, rate: float = 0.01) -> Any:
    r"""Logarithm of the mean of :math:`e^f` over strangers, running over batches.

    :math:`\log((1 - r) e^{m} + r \, \overline{e^f})` for the former value m and rate r.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Scores of this batch.
    previous : float or 0-d tensor, optional
        Value after the batch before; left out for the first.
    rate : float
        r, in (0, 1).

    Returns
    -------
    float or 0-d tensor
        Without history, for `mine`.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite, or `rate` not in (0, 1).

    Examples
    --------
    >>> round(mine_log_mean([[0.0, 2.0], [2.0, 0.0]]), 3)
    2.0
    """
    share = check_between("rate", rate, 0, 1, open_low=True, open_high=True)
    xp, matrix = checked_scores(scores)
    now = log_mean_exp(xp, joint_and_apart(xp, matrix)[1])
    if array_api_compat.is_torch_array(now):
        now = now.detach()
    if previous is not None:
        before = xp.asarray(previous, dtype=now.dtype, device=array_api_compat.device(now))
        now = xp.logaddexp(before + math.log1p(-share), now + math.log(share))
    return in_base(now, None)


def softplus(xp: Any, values: Any) -> Any:
    """Return log(1 + exp) without overflow."""
    return xp.logaddexp(values, xp.zeros_like(values))
