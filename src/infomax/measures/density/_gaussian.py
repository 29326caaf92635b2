"""Entropy and information of Gaussian variables."""

import math
from typing import Any

from infomax._arguments import check_count
from infomax.measures._inputs import in_base, not_below_zero
from infomax.measures.density._covariances import covariances, log_determinant


def gaussian_entropy(cov: Any, *, base: float | None = None) -> Any:
    r"""Differential entropy of a Gaussian variable.

    :math:`h = \frac12 \log \det (2 \pi e \Sigma)`. No density of the same covariance has more; it
    may be negative. From points whose law is unknown take `knn_entropy`.

    Parameters
    ----------
    cov : array-like or tensor of shape (d, d)
        Covariance, positive definite; a number is a variance.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If `cov` is not square, symmetric, finite and positive definite.

    Notes
    -----
    O(d³), by Cholesky.

    References
    ----------
    Cover and Thomas (2006), Theorem 8.4.1.

    Examples
    --------
    >>> round(gaussian_entropy([[1.0, 0.0], [0.0, 1.0]]), 3)
    2.838
    """
    xp, (cov,) = covariances(("cov", cov))
    d = cov.shape[0]
    return in_base(log_determinant(xp, cov) / 2 + d / 2 * math.log(2 * math.pi * math.e), base)


def gaussian_mutual_information(cov: Any, *, n_dims_x: int, base: float | None = None) -> Any:
    r"""Mutual information of two jointly Gaussian vectors.

    :math:`I = \frac12 \log \frac{\det \Sigma_x \det \Sigma_y}{\det \Sigma}` for a joint covariance
    whose first `n_dims_x` rows belong to X. For one dimension each it is
    :math:`-\frac12 \log (1 - \rho^2)`. For samples see `gaussian_copula_mutual_information`.

    Parameters
    ----------
    cov : array-like or tensor of shape (d, d)
        Covariance (or correlation) of X and Y together, positive definite.
    n_dims_x : int
        Dimensions of X, from 1 to d - 1.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If `cov` is no covariance matrix (a singular one would mean infinite information) or
        `n_dims_x` leaves nothing for one of the two.

    References
    ----------
    Cover and Thomas (2006), Section 8.5.

    Examples
    --------
    >>> round(gaussian_mutual_information([[1.0, 0.9], [0.9, 1.0]], n_dims_x=1), 3)
    0.83
    """
    xp, (cov,) = covariances(("cov", cov))
    k = check_count("n_dims_x", n_dims_x, maximum=cov.shape[0] - 1)
    apart = log_determinant(xp, cov[:k, :k]) + log_determinant(xp, cov[k:, k:])
    return in_base(not_below_zero(xp, (apart - log_determinant(xp, cov)) / 2), base)


def gaussian_total_correlation(cov: Any, *, base: float | None = None) -> Any:
    r"""Total correlation of a Gaussian vector: how far its coordinates are from independent.

    :math:`\frac12 \left(\sum_i \log \Sigma_{ii} - \log \det \Sigma\right)`, the divergence of the
    joint law from the product of its margins. With two coordinates it is their mutual information.

    Parameters
    ----------
    cov : array-like or tensor of shape (d, d)
        Covariance (or correlation), positive definite.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If `cov` is no covariance matrix.

    References
    ----------
    Watanabe (1960).

    Examples
    --------
    >>> round(gaussian_total_correlation([[1.0, 0.9], [0.9, 1.0]]), 3)
    0.83
    """
    xp, (cov,) = covariances(("cov", cov))
    apart = xp.sum(xp.log(xp.linalg.diagonal(cov)))
    return in_base(not_below_zero(xp, (apart - log_determinant(xp, cov)) / 2), base)
