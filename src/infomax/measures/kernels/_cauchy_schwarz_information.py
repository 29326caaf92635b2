"""The Cauchy-Schwarz quadratic mutual information."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import array_api_compat

from infomax._arrays import RandomState
from infomax.exceptions import PrecisionWarning
from infomax.measures._inputs import in_base
from infomax.measures._points import as_float
from infomax.measures.kernels._gram import gram_pair, same_length
from infomax.measures.kernels._kernel_dependence import KernelDependence, dependence
from infomax.measures.kernels._outcomes import answer, asks_gradient, warn_if_flat
from infomax.measures.kernels._pair_sums import PairSums, lifted, pair_sums

_SMALLEST = 1e-24  # of the information of x with itself times that of y; less is 0/0


def cs_mutual_information(
    x: Any,
    y: Any,
    *,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    normalized: bool = False,
    base: float | None = None,
) -> Any:
    r"""Cauchy-Schwarz quadratic mutual information of two variables.

    :math:`I(x, y) = D_{CS}(p(x, y); p(x) p(y))`, from kernel matrices K and L in closed form:

    .. math:: \log \tfrac{1}{n^2} \sum_{ij} K_{ij} L_{ij} + \log \tfrac{1}{n^4} \sum_{ij} K_{ij}
        \sum_{ij} L_{ij} - 2 \log \tfrac{1}{n^3} \sum_i \sum_j K_{ij} \sum_j L_{ij}.

    A dependence that is smooth in both variables and needs no bound, critic or neighbours: the
    compression term of `infomax.representation.CSInformationBottleneckLoss`. Its value depends on
    the bandwidths and is not Shannon's information, which `ksg_mutual_information` estimates;
    `hsic` has the same pieces without logarithms.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; ``(n,)`` is n points of one dimension.
    bandwidth, bandwidth_y : float, optional
        σ of :math:`e^{-\|a - b\|^2 / 2 \sigma^2}`. `bandwidth` alone serves both; without either each
        variable has its `median_bandwidth`.
    normalized : bool
        Divide by :math:`\sqrt{I(x, x) I(y, y)}`: 1 for a variable with itself.
    base : float, optional
        Base of the logarithm; nats when left out. It does not change the normalised form.

    Returns
    -------
    float or 0-d tensor
        At least 0; at most about 1 if normalised. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two points, one is not finite, or a bandwidth is not
        above 0.

    Warns
    -----
    PrecisionWarning
        If a kernel is nearly 0 or 1 for all pairs, or 0/0 is normalised, which answers 0; not where
        a gradient is asked for, since that is a training loop.

    Notes
    -----
    O(n² d), and O(n d) memory where no gradient is asked for: no product of matrices is formed.
    **Where paper and code part.** The released code forms the trace of a product of matrices, O(n³),
    answers in bits, and without a bandwidth takes ten times the median of the *squared* distances of
    the doubled sample, at least 0.01: a number in other units than a bandwidth has. Pass such a
    number yourself to repeat it; the values then agree.

    References
    ----------
    Yu et al. (2024), Proposition 2.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=300)
    >>> round(cs_mutual_information(x, x**2, bandwidth=1.0), 2)
    0.06
    >>> round(cs_mutual_information(x, 2 * x, normalized=True), 2)
    1.0
    """
    pair = gram_pair(x, y, "rbf", None, bandwidth, bandwidth_y)
    same_length(("x", pair[0]), ("y", pair[1]))
    sums = pair_sums(*pair, squares=normalized)
    warn_if_flat(("x", pair[0]), ("y", pair[1]), sums)
    if not normalized:
        return answer(in_base(cs_of(sums), base), x, y)
    if not asks_gradient(sums.cross) and math.prod(map(as_float, _own(sums))) < _SMALLEST:
        warnings.warn(
            "`x` or `y` does not vary at this bandwidth, so that the normalised information is "
            "0/0 and set to 0: leave it out, or narrow the bandwidth",
            PrecisionWarning,
            stacklevel=2,
        )
    return answer(normalized_cs_of(sums), x, y)


def cs_mutual_information_result(
    x: Any,
    y: Any,
    *,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    normalized: bool = False,
    n_permutations: int = 199,
    null: str = "permutation",
    random_state: RandomState = None,
) -> KernelDependence:
    r"""Cauchy-Schwarz information with a test of independence against shuffled pairs.

    The p-value is the share of permutations of y, the given order among them, whose information is
    at least as large. `null_mean` says how much of the value is bias of a finite sample.

    Parameters
    ----------
    x, y, bandwidth, bandwidth_y, normalized
        As in `cs_mutual_information`, in nats.
    n_permutations : int
        Shuffles; the smallest p-value is 1 / (n_permutations + 1).
    null : {"permutation", "circular"}
        Shuffle y, for independent draws; or shift it by different numbers of steps and join its
        ends, for series.
    random_state : int, numpy.random.Generator or None
        Draws the shuffles.

    Returns
    -------
    KernelDependence
        Value, p-value, mean and deviation of the shuffled values, and the bandwidths.

    Raises
    ------
    ValueError
        As `cs_mutual_information`, and if `n_permutations` is below 1, or above n - 1 for
        "circular".

    Warns
    -----
    PrecisionWarning
        If a kernel is nearly 0 or 1 for all pairs.

    Notes
    -----
    O(n²) a permutation, and two matrices of n² numbers.

    References
    ----------
    Yu et al. (2024), Proposition 2; the test is that of Gretton et al. (2008) for HSIC.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 100))
    >>> [cs_mutual_information_result(x, z, random_state=0).p_value < 0.05 for z in (x**2, y)]
    [True, False]
    """
    pair = gram_pair(x, y, "rbf", None, bandwidth, bandwidth_y)
    same_length(("x", pair[0]), ("y", pair[1]))
    measure: Callable[[PairSums], Any] = normalized_cs_of if normalized else cs_of
    options: dict[str, Any] = {"n_permutations": n_permutations, "null": null}
    return dependence(pair, measure, x, y, **options, random_state=random_state)


def cs_of(sums: PairSums) -> Any:
    """Return the information in nats from the sums over pairs."""
    crossed = (sums.rows_x * sums.rows_y).sum()
    # At most n to the power of six above and below, which single precision holds for any n here.
    ratio = sums.cross * (sums.rows_x.sum() * sums.rows_y.sum()) / (crossed * crossed)
    return lifted(ratio.log() if array_api_compat.is_torch_array(ratio) else math.log(ratio))


def normalized_cs_of(sums: PairSums) -> Any:
    """Return the information over the root of those of both variables with themselves."""
    own_x, own_y = _own(sums)
    product = own_x * own_y
    if array_api_compat.is_torch_array(product):
        return cs_of(sums) / product.clamp(min=_SMALLEST).sqrt()
    return cs_of(sums) / math.sqrt(max(product, _SMALLEST))


def _own(sums: PairSums) -> tuple[Any, Any]:
    return cs_of(sums.of_x()), cs_of(sums.of_y())
