"""Lower bounds on mutual information from the scores of a critic."""

import math
from typing import Any

import array_api_compat
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array
from infomax.measures._inputs import in_base


def donsker_varadhan(scores: Any, *, base: float | None = None) -> Any:
    r"""Donsker and Varadhan's lower bound from a matrix of scores.

    :math:`\frac1n \sum_i f_{ii} - \log \frac{1}{n(n-1)} \sum_{i \ne j} e^{f_{ij}}`, where
    :math:`f_{ij}` scores how well :math:`x_i` and :math:`y_j` go together: the diagonal holds
    the pairs that were seen, the rest stands for independent ones.

    Tight for the best critic, the logarithm of the density ratio plus a constant, but of large
    variance above some nats, where one large score decides. `MutualInformationEstimator` trains
    a critic for it.

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
    xp: Any = array_api_numpy
    matrix = scores
    if array_api_compat.is_torch_array(scores):
        xp = array_api_compat.array_namespace(scores)
        if not bool(xp.all(xp.isfinite(scores))):
            check_array("scores", scores.detach().cpu().numpy())
    else:
        matrix = check_array("scores", scores)
    shape = tuple(matrix.shape)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2:
        raise ValueError(f"`scores` must have shape (n, n) with n of at least 2, got {shape}")
    n = shape[0]
    seen = xp.eye(n, dtype=matrix.dtype, device=array_api_compat.device(matrix))
    joint = xp.sum(matrix * seen) / n
    apart = xp.where(seen > 0, xp.full_like(matrix, -math.inf), matrix)
    top = xp.max(apart)
    if xp is not array_api_numpy:
        top = top.detach()
    log_mean = top + xp.log(xp.sum(xp.exp(apart - top)) / (n * (n - 1)))
    return in_base(joint - log_mean, base)
