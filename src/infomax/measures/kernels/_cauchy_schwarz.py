"""The Cauchy-Schwarz divergence between two samples."""

import math
from typing import Any

from infomax.measures._inputs import in_base
from infomax.measures.kernels._outcomes import answer, asks_gradient, warn_at_mean
from infomax.measures.kernels._pooled import log_between, pooled, within


def cs_divergence(
    x: Any, y: Any, *, bandwidth: float | None = None, base: float | None = None
) -> Any:
    r"""Cauchy-Schwarz divergence between the distributions of two samples.

    :math:`D(p; q) = -\log \frac{(\int p q)^2}{\int p^2 \int q^2}`, with both densities estimated by
    Gaussian kernels: :math:`\log \overline{K_{xx}} + \log \overline{K_{yy}} - 2 \log
    \overline{K_{xy}}`, means over all pairs. 0 if and only if the estimated densities agree.

    The logarithm of the angle between two mean embeddings, where `mmd2` is their squared distance.
    It is symmetric, needs no density ratio, stays finite however far the samples are apart, and then
    still has a gradient; its values are in nats but are not those of `kl_divergence`: for two
    Gaussians it may exceed it.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d), (m,) or (m, d)
        Two samples of points of one dimension d; ``(n,)`` is n points of one dimension.
    bandwidth : float, optional
        σ of :math:`e^{-\|a - b\|^2 / 2 \sigma^2}`; the median distance of the pooled points where
        left out. As density estimates the kernels have variance σ²/2.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If dimensions differ, there are fewer than two points, one is not finite, or the bandwidth
        is not above 0.

    Warns
    -----
    PrecisionWarning
        If no two points of a sample are near each other at this bandwidth, or all are; not where a
        gradient is asked for, since that is a training loop.

    Notes
    -----
    O((n + m)² d), block by block where no gradient is asked for. The term between the samples is
    summed as logarithms, so that it does not underflow.

    References
    ----------
    Jenssen et al. (2006). Yu et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=300)
    >>> [round(cs_divergence(x, x + shift, bandwidth=1.0), 2) for shift in (0, 1, 100)]
    [0.0, 0.33, 8825.32]
    """
    both, n = pooled(x, y, "rbf", bandwidth)
    m = len(both) - n
    first, second = slice(0, n), slice(n, n + m)
    inside_x, inside_y = within(both, first), within(both, second)
    across = log_between(both, first, second)
    if not asks_gradient(across):
        for name, inside, size in (("x", inside_x, n), ("y", inside_y, m)):
            warn_at_mean(name, both, (inside - size) / (size * (size - 1)))
    value = _log(inside_x) + _log(inside_y) - 2 * across
    return answer(in_base(value * (value > 0), base), x, y)


def _log(value: Any) -> Any:
    return math.log(value) if isinstance(value, float) else value.log()
