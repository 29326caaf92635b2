"""Rényi's entropy of a kernel matrix instead of a density."""

import math
from typing import Any

from infomax._arguments import check_between
from infomax.measures._inputs import in_base, safe_log
from infomax.measures.kernels._gram import Gram, Kernel, gram, gram_pair, same_length, together
from infomax.measures.kernels._outcomes import answer, asks_gradient, warn_at_mean


def matrix_renyi_entropy(
    x: Any,
    *,
    order: float = 1.01,
    kernel: Kernel = "rbf",
    bandwidth: float | None = None,
    base: float | None = None,
) -> Any:
    r"""Entropy of the spectrum of a kernel matrix.

    :math:`S_\alpha = \frac{1}{1 - \alpha} \log \operatorname{tr} A^\alpha` with
    :math:`A_{ij} = K_{ij} / (n \sqrt{K_{ii} K_{jj}})`: Rényi's entropy of the eigenvalues of A, which
    sum to one. 0 for points that coincide, log n for points that the kernel tells apart entirely.

    It needs no density, works for any kernel, and is smooth; like every entropy of this kind it
    changes with the bandwidth. `knn_entropy` estimates the entropy of the density itself.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Points; ``(n,)`` is n points of one dimension. For "precomputed" a matrix (n, n).
    order : float
        α, above 0. The default stands in for 1, whose limit (von Neumann's entropy) it is near to;
        2 needs no eigenvalues.
    kernel : {"rbf", "laplace", "linear", "precomputed"} or callable
        As in `hsic`; "linear" compares directions of the points as they are.
    bandwidth : float, optional
        σ; `median_bandwidth` where left out.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Between 0 and log n. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If there are fewer than two points, one is not finite, the kernel of a point with itself is
        not above 0, or an option is out of range.

    Warns
    -----
    PrecisionWarning
        If the kernel is nearly 0 or 1 for all pairs: the entropy is then log n or 0 whatever the
        points. Not where a gradient is asked for, since that is a training loop.

    Notes
    -----
    O(n³) for the eigenvalues, O(n² d) at order 2; n² numbers of memory.

    References
    ----------
    Sánchez Giraldo, Rao and Príncipe (2015).

    Examples
    --------
    >>> round(matrix_renyi_entropy([0.0, 0.0, 9.0, 9.0], bandwidth=1.0, base=2), 3)
    1.0
    """
    order = check_between("order", order, 0, math.inf, open_low=True, open_high=True)
    one = gram("x", x, kernel, bandwidth, centred=False)
    same_length(("x", one), ("x", one))
    return answer(in_base(_entropy(one.xp, _density("x", one), order), base), x)


def matrix_renyi_mutual_information(
    x: Any,
    y: Any,
    *,
    order: float = 1.01,
    kernel: Kernel = "rbf",
    kernel_y: Kernel | None = None,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    base: float | None = None,
) -> Any:
    r"""Mutual information of two variables from the spectra of their kernel matrices.

    :math:`I_\alpha = S_\alpha(A) + S_\alpha(B) - S_\alpha(A, B)`, where the joint entropy is that of
    :math:`A \circ B / \operatorname{tr}(A \circ B)`.

    A smooth score of dependence for training, on the scale of entropies; it is no estimate of
    Shannon's mutual information, and independent variables do not get 0 at finite n. For nats that
    mean what they say take `ksg_mutual_information`.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; for "precomputed" matrices (n, n).
    order : float
        α, as in `matrix_renyi_entropy`.
    kernel, kernel_y, bandwidth, bandwidth_y
        As in `hsic`.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At least 0 up to rounding. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        As `matrix_renyi_entropy`, and if lengths differ.

    Warns
    -----
    PrecisionWarning
        As `matrix_renyi_entropy`.

    Notes
    -----
    Three spectra of n points: O(n³), or O(n² d) at order 2.

    References
    ----------
    Sánchez Giraldo, Rao and Príncipe (2015).

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 100))
    >>> [round(matrix_renyi_mutual_information(x, z, bandwidth=1.0), 1) for z in (y, x**2)]
    [0.0, 0.5]
    """
    order = check_between("order", order, 0, math.inf, open_low=True, open_high=True)
    pair = gram_pair(x, y, kernel, kernel_y, bandwidth, bandwidth_y, centred=False, by_hand=False)
    same_length(("x", pair[0]), ("y", pair[1]))
    first, second = together(*pair)
    a, b = _density("x", first), _density("y", second)
    joint = a * b
    joint = joint / first.xp.linalg.trace(joint)
    sides = _entropy(first.xp, a, order) + _entropy(first.xp, b, order)
    return answer(in_base(sides - _entropy(first.xp, joint, order), base), x, y)


def _density(name: str, one: Gram) -> Any:
    """Return A: the kernel with a diagonal of 1/n."""
    matrix, diagonal, n = one.block(), one.diagonal(), len(one)
    if not bool((diagonal > 0).all()):
        raise ValueError(f"`{name}` must have a kernel above 0 of each point with itself, got none")
    if not asks_gradient(matrix):
        warn_at_mean(name, one, (matrix.sum() - diagonal.sum()) / (n * (n - 1)), stacklevel=4)
    scale = diagonal**-0.5
    return matrix * scale[:, None] * scale / n


def _entropy(xp: Any, a: Any, order: float) -> Any:
    if order == 2:
        return -xp.log(xp.sum(a * a))
    eigenvalues = xp.linalg.eigvalsh(a)
    if order == 1:
        return -xp.sum(eigenvalues * safe_log(xp, eigenvalues))
    smallest = float(xp.finfo(a.dtype).smallest_normal)
    return xp.log(xp.sum(xp.clip(eigenvalues, smallest, None) ** order)) / (1 - order)
