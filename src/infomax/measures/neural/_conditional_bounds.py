"""Bounds on mutual information from a model of one variable given the other."""

from typing import Any

import array_api_compat

from infomax.measures._inputs import in_base
from infomax.measures.neural._scores import checked_scores, finite, joint_and_apart


def club(log_conditional: Any, *, base: float | None = None) -> Any:
    r"""Contrastive upper bound on mutual information.

    :math:`\frac1n \sum_i \log q(y_i|x_i) - \frac{1}{n^2} \sum_{ij} \log q(y_j|x_i)`. An upper
    bound where q is the true conditional, or nearer to it than to the marginal; with a poor q it
    bounds nothing. Take it to press information *down*; the other bounds here are lower ones.

    Parameters
    ----------
    log_conditional : array-like or tensor of shape (n, n)
        Row i, column j: the log density of :math:`y_j` given :math:`x_i`, in nats.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the matrix is not square, smaller than 2 x 2 or not finite.

    References
    ----------
    Cheng et al. (2020), Equation 8.

    Examples
    --------
    >>> round(club([[0.0, -2.0], [-2.0, 0.0]]), 3)
    1.0
    """
    xp, matrix = checked_scores(log_conditional, name="log_conditional")
    return in_base(xp.mean(joint_and_apart(xp, matrix)[0]) - xp.mean(matrix), base)


def barber_agakov(
    log_conditional: Any, source_entropy: float | Any, *, base: float | None = None
) -> Any:
    r"""Barber and Agakov's lower bound: entropy less what a decoder leaves open.

    :math:`H(Y) + \frac1n \sum_i \log q(y_i|x_i)`. For sources whose entropy is known, such as
    skills or messages drawn uniformly; it is tight for the true conditional, and its gap is the
    mean divergence of q from it.

    Parameters
    ----------
    log_conditional : array-like or tensor of shape (n,)
        Log probability, or log density, of each :math:`y_i` given its :math:`x_i`, in nats.
    source_entropy : float or 0-d tensor
        H(Y), in nats.
    base : float, optional
        Base of the logarithm of the answer; nats when left out.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If `log_conditional` is empty, not one-dimensional or not finite.

    References
    ----------
    Barber and Agakov (2003), Equation 3.

    Examples
    --------
    >>> import math
    >>> round(barber_agakov([math.log(0.9)] * 4, math.log(2), base=2), 3)
    0.848
    """
    xp, values = finite("log_conditional", log_conditional)
    if values.ndim != 1:
        raise ValueError(f"`log_conditional` must have shape (n,), got {tuple(values.shape)}")
    entropy = finite("source_entropy", source_entropy)[1]
    if entropy.ndim:
        raise ValueError(f"`source_entropy` must be one number, got shape {tuple(entropy.shape)}")
    if not array_api_compat.is_torch_array(entropy):
        entropy = float(entropy)
    return in_base(xp.mean(values) + entropy, base)
