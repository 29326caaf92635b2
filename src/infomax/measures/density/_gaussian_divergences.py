"""How far one Gaussian is from another."""

import math
from typing import Any

from infomax._arguments import check_at_least, check_choice
from infomax.measures._inputs import in_base, not_below_zero, same_shape
from infomax.measures.density._covariances import (
    covariances,
    log_determinant,
    quadratic,
    same_dims,
    together,
)

_REDUCTIONS = ("sum", "mean")


def gaussian_kl(mean0: Any, cov0: Any, mean1: Any, cov1: Any, *, base: float | None = None) -> Any:
    r"""Kullback-Leibler divergence of one Gaussian from another.

    :math:`D(N_0 \| N_1) = \frac12 \left[\operatorname{tr}(\Sigma_1^{-1} \Sigma_0) +
    (\mu_1 - \mu_0)^\top \Sigma_1^{-1} (\mu_1 - \mu_0) - d + \log
    \frac{\det \Sigma_1}{\det \Sigma_0}\right]`. For a batch of diagonal Gaussians, as encoders give
    them, take `diagonal_gaussian_kl`.

    Parameters
    ----------
    mean0, mean1 : array-like or tensor of shape (d,)
        Means.
    cov0, cov1 : array-like or tensor of shape (d, d)
        Covariances, positive definite.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If a covariance is none, or the dimensions differ.

    References
    ----------
    Kullback (1959), Chapter 9.

    Examples
    --------
    >>> round(gaussian_kl([0.0], [[1.0]], [1.0], [[1.0]]), 3)
    0.5
    """
    xp, m0, s0, m1, s1 = _two_gaussians(mean0, cov0, mean1, cov1)
    trace = xp.sum(xp.linalg.diagonal(xp.linalg.solve(s1, s0)))
    logs = log_determinant(xp, s1) - log_determinant(xp, s0)
    value = (trace + quadratic(xp, s1, m1 - m0) - m0.shape[0] + logs) / 2
    return in_base(not_below_zero(xp, value), base)


def gaussian_renyi_divergence(
    mean0: Any, cov0: Any, mean1: Any, cov1: Any, *, order: float, base: float | None = None
) -> Any:
    r"""Rényi divergence of order alpha of one Gaussian from another.

    With :math:`\Sigma_* = \alpha \Sigma_1 + (1 - \alpha) \Sigma_0`,
    :math:`D_\alpha = \frac{\alpha}{2} \delta^\top \Sigma_*^{-1} \delta - \frac{1}{2 (\alpha - 1)}
    \log \frac{\det \Sigma_*}{\det^{1 - \alpha} \Sigma_0 \, \det^\alpha \Sigma_1}`, infinite where
    :math:`\Sigma_*` is not positive definite. It does not fall as the order grows; order 1 is
    `gaussian_kl`.

    Parameters
    ----------
    mean0, mean1 : array-like or tensor of shape (d,)
        Means.
    cov0, cov1 : array-like or tensor of shape (d, d)
        Covariances, positive definite.
    order : float
        alpha, above 0.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0, possibly infinite; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If a covariance is none, the dimensions differ, or the order is not above 0.

    References
    ----------
    Gil, Alajaji and Linder (2013), Table 2.

    Examples
    --------
    >>> round(gaussian_renyi_divergence([0.0], [[1.0]], [1.0], [[1.0]], order=0.5), 3)
    0.25
    """
    check_at_least("order", order, 0, strict=True)
    if order == 1:
        return gaussian_kl(mean0, cov0, mean1, cov1, base=base)
    xp, m0, s0, m1, s1 = _two_gaussians(mean0, cov0, mean1, cov1)
    mixed = order * s1 + (1 - order) * s0
    if not bool(xp.all(xp.linalg.eigvalsh(mixed) > 0)):
        return in_base(xp.sum(m0) * 0 + math.inf, base)
    logs = (
        log_determinant(xp, mixed)
        - (1 - order) * log_determinant(xp, s0)
        - order * log_determinant(xp, s1)
    )
    value = order / 2 * quadratic(xp, mixed, m1 - m0) - logs / (2 * (order - 1))
    return in_base(not_below_zero(xp, value), base)


def gaussian_cs_divergence(
    mean0: Any, cov0: Any, mean1: Any, cov1: Any, *, base: float | None = None
) -> Any:
    r"""Cauchy-Schwarz divergence between two Gaussians.

    :math:`-\log \frac{(\int pq)^2}{\int p^2 \int q^2}`, in closed form since the product of two
    Gaussians integrates to a Gaussian of the difference of their means. Symmetric; half of it is
    not above the Kullback-Leibler divergence, itself it may be. `cs_divergence` takes samples.

    Parameters
    ----------
    mean0, mean1 : array-like or tensor of shape (d,)
        Means.
    cov0, cov1 : array-like or tensor of shape (d, d)
        Covariances, positive definite.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If a covariance is none, or the dimensions differ.

    References
    ----------
    Kampa, Hasanbelliu and Principe (2011), Equation 5.

    Examples
    --------
    >>> round(gaussian_cs_divergence([0.0], [[1.0]], [1.0], [[1.0]]), 3)
    0.5
    """
    xp, m0, s0, m1, s1 = _two_gaussians(mean0, cov0, mean1, cov1)
    together_cov = s0 + s1
    d = m0.shape[0]
    value = (
        quadratic(xp, together_cov, m0 - m1)
        + log_determinant(xp, together_cov)
        - (log_determinant(xp, s0) + log_determinant(xp, s1)) / 2
        - d * math.log(2)
    )
    return in_base(not_below_zero(xp, value), base)


def gaussian_wasserstein2(mean0: Any, cov0: Any, mean1: Any, cov1: Any) -> Any:
    r"""Wasserstein distance of order 2 between two Gaussians.

    :math:`W_2^2 = |\mu_0 - \mu_1|^2 + \operatorname{tr}\left(\Sigma_0 + \Sigma_1 - 2
    (\Sigma_0^{1/2} \Sigma_1 \Sigma_0^{1/2})^{1/2}\right)`. It has the units of the variables, not
    nats, and its square is what is called a Fréchet distance of features.

    Parameters
    ----------
    mean0, mean1 : array-like or tensor of shape (d,)
        Means.
    cov0, cov1 : array-like or tensor of shape (d, d)
        Covariances, positive definite.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor if a tensor came (its gradient is not defined where both agree).

    Raises
    ------
    ValueError
        If a covariance is none, or the dimensions differ.

    References
    ----------
    Dowson and Landau (1982), Equation 4.

    Examples
    --------
    >>> round(gaussian_wasserstein2([0.0], [[1.0]], [3.0], [[1.0]]), 3)
    3.0
    """
    xp, m0, s0, m1, s1 = _two_gaussians(mean0, cov0, mean1, cov1)
    values, vectors = xp.linalg.eigh(s0)
    root = (vectors * xp.sqrt(xp.clip(values, 0, None))) @ vectors.T
    cross = xp.linalg.eigvalsh(root @ s1 @ root)
    traces = xp.sum(xp.linalg.diagonal(s0)) + xp.sum(xp.linalg.diagonal(s1))
    squared = xp.sum((m0 - m1) ** 2) + traces - 2 * xp.sum(xp.sqrt(xp.clip(cross, 0, None)))
    return in_base(xp.sqrt(not_below_zero(xp, squared)), None)


def diagonal_gaussian_kl(
    mean: Any,
    log_variance: Any,
    *,
    prior: tuple[Any, Any] | None = None,
    reduction: str = "sum",
    base: float | None = None,
) -> Any:
    r"""Kullback-Leibler divergence of diagonal Gaussians from a prior, averaged over rows.

    :math:`\frac1n \sum_i \sum_j \frac12 \left[\frac{v_{ij} + (\mu_{ij} - m_{ij})^2}{w_{ij}} - 1 -
    \log \frac{v_{ij}}{w_{ij}}\right]`, the rate of a variational encoder: an upper bound on the
    information that the code keeps of its input, whatever the prior.

    Parameters
    ----------
    mean, log_variance : array-like or tensor of shape (n, d)
        One Gaussian a row; ``(n,)`` is n Gaussians of one dimension.
    prior : pair of array-like, optional
        Mean and log-variance of the prior, broadcast against `mean`; standard normal if left out.
    reduction : {"sum", "mean"}
        Over the d dimensions. The sum is the divergence; the mean divides it by d, which some
        published code does, and which rescales any weight on it.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If shapes differ, something is not finite, or the reduction is unknown.

    References
    ----------
    Kingma and Welling (2014), Appendix B.

    Examples
    --------
    >>> diagonal_gaussian_kl([[1.0, 0.0]], [[0.0, 0.0]])
    0.5
    """
    check_choice("reduction", reduction, _REDUCTIONS)
    named = [("mean", mean), ("log_variance", log_variance)]
    if prior is not None:
        if len(prior) != 2:
            raise ValueError(f"`prior` must be a mean and a log-variance, got {len(prior)} values")
        named += [("prior", prior[0]), ("prior", prior[1])]
    xp, (mu, log_v, *others) = together(*named)
    same_shape(("mean", mu), ("log_variance", log_v))
    center, log_w = others or (xp.zeros_like(mu), xp.zeros_like(mu))
    terms = (xp.exp(log_v - log_w) + (mu - center) ** 2 / xp.exp(log_w) - 1 - log_v + log_w) / 2
    if terms.ndim == 1:
        terms = terms[:, None]
    rows = xp.sum(terms, axis=1) if reduction == "sum" else xp.mean(terms, axis=1)
    return in_base(xp.mean(rows), base)


def _two_gaussians(mean0: Any, cov0: Any, mean1: Any, cov1: Any) -> tuple[Any, Any, Any, Any, Any]:
    covariances(("cov0", cov0), ("cov1", cov1))
    names = ("mean0", "cov0", "mean1", "cov1")
    xp, arrays = together(*zip(names, (mean0, cov0, mean1, cov1), strict=True))
    m0, s0, m1, s1 = arrays
    m0, m1 = (xp.reshape(m, (-1,)) for m in (m0, m1))
    s0, s1 = (xp.reshape(s, (1, 1)) if s.ndim < 2 else s for s in (s0, s1))
    same_dims(("mean0", m0), ("cov0", s0), ("mean1", m1), ("cov1", s1))
    return xp, m0, s0, m1, s1
