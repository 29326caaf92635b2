"""The maximum mean discrepancy."""

from typing import Any

from infomax.measures.kernels._gram import Kernel
from infomax.measures.kernels._outcomes import answer
from infomax.measures.kernels._pooled import between, pooled, within


def mmd2(
    x: Any,
    y: Any,
    *,
    kernel: Kernel = "rbf",
    bandwidth: float | None = None,
    unbiased: bool = True,
) -> Any:
    r"""Squared maximum mean discrepancy between two samples.

    :math:`\mathrm{MMD}^2 = \mathbb{E}\, k(x, x') + \mathbb{E}\, k(y, y') - 2\, \mathbb{E}\, k(x, y)`:
    the squared distance of the two mean embeddings, 0 exactly if the distributions agree (for "rbf"
    and "laplace").

    Bounded and cheap to differentiate; its size depends on the kernel. `cs_divergence` is its
    logarithmic relative, which also grows while two samples that hardly overlap move apart.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d), (m,) or (m, d)
        Two samples of points of one dimension d; ``(n,)`` is n points of one dimension.
    kernel : {"rbf", "laplace", "linear"} or callable
        As in `hsic`.
    bandwidth : float, optional
        σ; the median distance of the pooled points where left out.
    unbiased : bool
        Leave each point's kernel with itself out, so that the mean over samples of one distribution
        is 0; the value may be negative. Otherwise all pairs count.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If dimensions differ, there are fewer than two points, one is not finite, or an option is not
        one of the above.

    Notes
    -----
    O((n + m)² d), block by block where no gradient is asked for. The unbiased form leaves out the
    diagonals of both samples, not that between them.

    References
    ----------
    Gretton et al. (2012), Equations 3 and 5.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> a, b = rng.normal(size=(2, 500))
    >>> [round(mmd2(a, z, bandwidth=1.0), 2) for z in (b, b + 1)]
    [0.0, 0.17]
    """
    both, n = pooled(x, y, kernel, bandwidth)
    m = len(both) - n
    first, second = slice(0, n), slice(n, n + m)
    inside = [within(both, first), within(both, second)]
    pairs = [n * n, m * m]
    if unbiased:
        diagonal = both.diagonal()
        inside = [inside[0] - diagonal[first].sum(), inside[1] - diagonal[second].sum()]
        pairs = [n * (n - 1), m * (m - 1)]
    across = between(both, first, second) / (n * m)
    return answer(inside[0] / pairs[0] + inside[1] / pairs[1] - 2 * across, x, y)
