"""The Hilbert-Schmidt independence criterion."""

from typing import Any

from infomax._arguments import check_choice
from infomax._arrays import RandomState
from infomax.measures.kernels._gram import Gram, Kernel, gram_pair, same_length
from infomax.measures.kernels._kernel_dependence import KernelDependence, dependence
from infomax.measures.kernels._outcomes import answer, warn_if_flat
from infomax.measures.kernels._pair_sums import PairSums, lifted, pair_sums

_NORMALIZATIONS = ("n", "n-1")


def hsic(
    x: Any,
    y: Any,
    *,
    kernel: Kernel = "rbf",
    kernel_y: Kernel | None = None,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    unbiased: bool = False,
    normalization: str = "n",
) -> Any:
    r"""Hilbert-Schmidt independence criterion between two variables.

    :math:`\mathrm{HSIC} = \frac{1}{n^2} \operatorname{tr}(K H L H)` with kernel matrices K and L and
    :math:`H = I - \frac1n 1 1^\top`: the squared norm of the covariance of features of x and y, 0
    in the limit exactly if they are independent (for "rbf" and "laplace").

    Its size has no units and depends on the kernels: to say how strongly two clouds go together
    take `cka`, HSIC between 0 and 1, and to say how surely they do take `hsic_result`. It is no
    mutual information; `ksg_mutual_information` is, in nats.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; ``(n,)`` is n points of one dimension. For "precomputed", matrices (n, n).
    kernel, kernel_y : {"rbf", "laplace", "linear", "precomputed"} or callable
        :math:`e^{-\|a - b\|^2 / 2 \sigma^2}`, :math:`e^{-\|a - b\| / \sigma}`, :math:`a^\top b`, or
        ``kernel(a, b)`` returning a matrix of shape (n, n). That of y is that of x if left out.
    bandwidth, bandwidth_y : float, optional
        σ. `bandwidth` alone serves both; without either each variable has its `median_bandwidth`.
    unbiased : bool
        The U-statistic with divisor n(n - 3), which is 0 on average under independence and may be
        negative; it needs four points.
    normalization : {"n", "n-1"}
        Of the biased form: divide by n² or, as much published code does, by (n - 1)².

    Returns
    -------
    float or 0-d tensor
        At least 0 unless `unbiased`. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If lengths differ, there are too few points, one is not finite, or an option is not one of
        the above.

    Warns
    -----
    PrecisionWarning
        If a kernel is the same for all pairs, or 0 for all of them: change the bandwidth. Not where
        a gradient is asked for, since that is a training loop.

    Notes
    -----
    O(n² d) and, where no gradient is asked for, O(n d) memory: both matrices are summed block by
    block over half of the pairs, never centred and never stored. Linear kernels of fewer dimensions
    than points cost O(n d²). Medians are those of at most 2,000 points.

    References
    ----------
    Gretton et al. (2005), Definition 2. Song et al. (2012), Theorem 2, for the unbiased form.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=200)
    >>> [round(abs(hsic(x, z, unbiased=True)), 3) for z in (x**2, np.roll(x, 1))]
    [0.033, 0.0]
    """
    check_choice("normalization", normalization, _NORMALIZATIONS)
    pair = _pair(x, y, kernel, kernel_y, bandwidth, bandwidth_y, unbiased)
    sums = pair_sums(*pair)
    warn_if_flat(("x", pair[0]), ("y", pair[1]), sums)
    return answer(hsic_of(sums, unbiased=unbiased, normalization=normalization), x, y)


def hsic_result(
    x: Any,
    y: Any,
    *,
    kernel: Kernel = "rbf",
    kernel_y: Kernel | None = None,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    unbiased: bool = False,
    n_permutations: int = 199,
    null: str = "permutation",
    random_state: RandomState = None,
) -> KernelDependence:
    r"""HSIC with a test of independence against shuffled pairs.

    The p-value is the share of permutations of y, the given order among them, whose HSIC is at
    least as large. It is valid at any n, and any bandwidth fixed beforehand; for a series, whose
    neighbours are alike, take "circular" shifts instead.

    Parameters
    ----------
    x, y, kernel, kernel_y, bandwidth, bandwidth_y, unbiased
        As in `hsic`.
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
        As `hsic`, and if `n_permutations` is below 1, or above n - 1 for "circular".

    Warns
    -----
    PrecisionWarning
        As `hsic`.

    Notes
    -----
    O(n²) a permutation, and two matrices of n² numbers.

    References
    ----------
    Gretton et al. (2008).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=100)
    >>> hsic_result(x, x**2, random_state=0).p_value
    0.005
    """
    pair = _pair(x, y, kernel, kernel_y, bandwidth, bandwidth_y, unbiased)
    return dependence(
        pair,
        lambda sums: hsic_of(sums, unbiased=unbiased),
        x,
        y,
        n_permutations=n_permutations,
        null=null,
        random_state=random_state,
    )


def hsic_of(sums: PairSums, *, unbiased: bool = False, normalization: str = "n") -> Any:
    """Return HSIC from the sums over pairs."""
    n = sums.n
    if not unbiased:
        centred = _centred(sums.cross, sums.rows_x, sums.rows_y, 1 / n, 1 / n**2)
        return lifted(centred) / (n * n if normalization == "n" else (n - 1) ** 2)
    cross = sums.cross - (sums.diagonal_x * sums.diagonal_y).sum()
    rows_x, rows_y = sums.rows_x - sums.diagonal_x, sums.rows_y - sums.diagonal_y
    return _centred(cross, rows_x, rows_y, 1 / (n - 2), 1 / (n - 1) / (n - 2)) / (n * (n - 3))


def _centred(cross: Any, rows_x: Any, rows_y: Any, once: float, twice: float) -> Any:
    return cross - 2 * once * (rows_x * rows_y).sum() + twice * rows_x.sum() * rows_y.sum()


def _pair(
    x: Any,
    y: Any,
    kernel: Kernel,
    kernel_y: Kernel | None,
    bandwidth: float | None,
    bandwidth_y: float | None,
    unbiased: bool,
) -> tuple[Gram, Gram]:
    pair = gram_pair(x, y, kernel, kernel_y, bandwidth, bandwidth_y)
    same_length(("x", pair[0]), ("y", pair[1]), minimum=4 if unbiased else 2)
    return pair
