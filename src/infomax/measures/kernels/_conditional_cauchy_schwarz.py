"""The Cauchy-Schwarz divergence between two conditional distributions."""

from functools import reduce
from typing import Any

import array_api_compat

from infomax._arguments import check_choice
from infomax.measures._inputs import in_base
from infomax.measures.kernels._gram import Gram, gram, together
from infomax.measures.kernels._outcomes import answer, asks_gradient, warn_at_mean
from infomax.measures.kernels._pooled import parts, pooled

_CROSSES = ("one_sided", "symmetric")
_CONVENTIONS = ("paper", "released")


def conditional_cs_divergence(
    x: Any,
    y: Any,
    y_hat: Any,
    *,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    cross: str = "one_sided",
    convention: str = "paper",
    base: float | None = None,
) -> Any:
    r"""Cauchy-Schwarz divergence between what y and its prediction are, given x.

    With kernel matrices K of x, L¹ of y, L² of ŷ, :math:`L^{21}_{ij} = \kappa(\hat y_i, y_j)` and
    weights :math:`w_i = (\sum_j K_{ij})^2`,

    .. math:: \log \sum_i \frac{\sum_j K_{ij} L^1_{ij}}{w_i} + \log \sum_i \frac{\sum_j K_{ij}
        L^2_{ij}}{w_i} - 2 \log \sum_i \frac{\sum_j K_{ij} L^{21}_{ij}}{w_i}.

    The prediction term of `infomax.representation.CSInformationBottleneckLoss`: it compares whole
    conditional distributions, where squared error compares means. Where no two points x are near
    each other at this bandwidth it compares pairs alone, and the distributions say nothing.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        What both are conditioned on; ``(n,)`` is n points of one dimension.
    y, y_hat : array-like or tensor of shape (n,) or (n, k)
        Targets, and predictions or draws of a model, at the same points.
    bandwidth, bandwidth_y : float, optional
        σ of the kernels of x and of y. `bandwidth` alone serves both; without either x has its
        `median_bandwidth`, and y and ŷ that of the two together.
    cross : {"one_sided", "symmetric"}
        The last term as above, or half with :math:`L^{21}` and half with its transpose, which
        gives y and ŷ the same part.
    convention : {"paper", "released"}
        See the notes.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        0 where ŷ = y; at least 0 up to the error of the estimate, which may be slightly negative. A
        tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If lengths or dimensions differ, there are fewer than two points, one is not finite, or an
        option is not one of the above.

    Warns
    -----
    PrecisionWarning
        If the kernel of x is nearly 0 or 1 for all pairs; not where a gradient is asked for, since
        that is a training loop.

    Notes
    -----
    O(n² (d + k)), block by block where no gradient is asked for. The last term is summed as
    logarithms, so that it does not underflow. **Where paper and code part.** The released code
    divides by the sum of squares :math:`\sum_j K_{ij}^2` instead of the square of the sum;
    "released" repeats that (the authors' own slides have the square of the sum), and ``base=2`` its
    bits. Its regression script also hands over y and ŷ as vectors, which its kernel takes for two
    points of n dimensions: the term is then exactly :math:`\|y - \hat y\|^2 / \sigma^2` nats. Here
    ``(n,)`` is n points.

    References
    ----------
    Yu et al. (2024), Proposition 1.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=200)
    >>> y = x + rng.choice([-1.0, 1.0], size=200)  # two branches
    >>> mean, branch = x, x + rng.choice([-1.0, 1.0], size=200)
    >>> [round(conditional_cs_divergence(x, y, z, bandwidth=0.3), 2) for z in (mean, branch)]
    [4.95, 0.07]
    """
    check_choice("cross", cross, _CROSSES)
    check_choice("convention", convention, _CONVENTIONS)
    of_x = gram("x", x, "rbf", bandwidth)
    value, mean = divergence_given(
        of_x, y, y_hat, bandwidth, bandwidth_y, cross=cross, convention=convention
    )
    if mean is not None:
        warn_at_mean("x", of_x, mean)
    return answer(in_base(value, base), x, y, y_hat)


def divergence_given(
    of_x: Gram,
    y: Any,
    y_hat: Any,
    bandwidth: float | None,
    bandwidth_y: float | None,
    *,
    cross: str,
    convention: str,
) -> tuple[Any, float | None]:
    """Return the divergence in nats, and the mean kernel between different points of x.

    The latter is None where a gradient is asked for.
    """
    name = "bandwidth" if bandwidth_y is None else "bandwidth_y"
    width = bandwidth if bandwidth_y is None else bandwidth_y
    names, by_hand = ("y", "y_hat"), of_x.blocked
    of_y, n = pooled(y, y_hat, "rbf", width, names=names, bandwidth_name=name, by_hand=by_hand)
    if not len(of_x) == n == len(of_y) - n:
        raise ValueError(
            "`y` and `y_hat` must hold as many points as `x`, "
            f"got {n}, {len(of_y) - n} and {len(of_x)}"
        )
    if of_y.source is not None:
        from infomax.measures.kernels._by_hand import FollowedDivergence

        follow: Any = FollowedDivergence.apply
        return follow(of_y.source, of_x, of_y, cross, convention), None
    value, mean = _divergence(*together(of_x, of_y), cross, convention)
    return value, None if asks_gradient(value) else (mean * n - 1) / (n - 1)


def _divergence(x: Gram, both: Gram, cross: str, convention: str) -> tuple[Any, Any]:
    """Return the divergence and the mean of the kernel of x; `both` holds y, then its prediction."""
    xp, n = x.xp, len(x)
    first, second = slice(0, n), slice(n, 2 * n)
    inside_1 = inside_2 = summed = 0.0
    crosses = []
    for rows in parts(x, first, first):
        shifted = slice(rows.start + n, rows.stop + n)
        log_k = x.exponents(rows, first)
        k = xp.exp(log_k)
        total = xp.sum(k, axis=1)
        weights = total * total if convention == "paper" else xp.vecdot(k, k)
        summed += xp.sum(total)
        inside_1 += xp.sum(xp.vecdot(k, both.block(rows, first)) / weights)
        inside_2 += xp.sum(xp.vecdot(k, both.block(shifted, second)) / weights)
        log_k = log_k - xp.log(weights)[:, None]
        sides = [both.exponents(shifted, first)]
        if cross == "symmetric":
            sides.append(both.exponents(rows, second))
        crosses.append([_log_sum(xp, log_k + side) for side in sides])
    across = [reduce(xp.logaddexp, side) for side in zip(*crosses, strict=True)]
    inside = xp.log(inside_1) + xp.log(inside_2)
    return inside - 2 * sum(across) / len(across), summed / n**2


def _log_sum(xp: Any, exponents: Any) -> Any:
    """Return the logarithm of the sum of exponentials of all entries."""
    top = xp.max(exponents.detach() if array_api_compat.is_torch_array(exponents) else exponents)
    return top + xp.log(xp.sum(xp.exp(exponents - top)))
