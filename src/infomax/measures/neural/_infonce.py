"""The contrastive bound: which of n partners is the right one."""

import math
from typing import Any

import array_api_compat
import numpy as np

from infomax.measures._inputs import in_base
from infomax.measures._trust import near_ceiling, warn
from infomax.measures.neural._scores import checked_scores, joint_and_apart, log_sum_exp

_ADVICE = "more rows, or `nwj` or `smile`, can tell more"


def infonce(
    scores: Any,
    *,
    include_positive: bool = True,
    mask: Any = None,
    symmetric: bool = False,
    base: float | None = None,
) -> Any:
    r"""Contrastive lower bound on mutual information (InfoNCE) from a matrix of scores.

    :math:`\frac1n \sum_i \left( f_{ii} - \log \frac1n \sum_j e^{f_{ij}} \right)`: how surely
    :math:`y_i` is told from the batch as the partner of :math:`x_i`. It never exceeds log n, of
    small variance all the way, which makes it the bound to train with; an estimate that sits near
    log n only says that there is more. Then read `smile` or `nwj`, take larger batches, or ask
    for another quantity, such as `wasserstein_dependency`.

    Parameters
    ----------
    scores : array-like or tensor of shape (n, n)
        Pairs that were seen on the diagonal, at least two.
    include_positive : bool
        Whether the pair itself is among the candidates. Without it the value is not bounded by
        log n, and it is no lower bound on the information either.
    mask : array-like or tensor of bool, shape (n, n), optional
        True where row i may be told from column j; the diagonal counts as `include_positive` says.
        The mean is then over each row's own candidates.
    symmetric : bool
        Average over telling y from x and x from y.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        At most the logarithm of n; a tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If the scores are not square, fewer than 2 x 2 or not finite, or a row has no candidate.

    Warns
    -----
    EstimatorCeilingWarning
        If the value is within 0.1 nat or 5 % of log n. Not for scores that require a gradient:
        training is expected to go there.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Equation 4. Poole et al. (2019), Equation 10.

    Examples
    --------
    >>> round(infonce([[2.0, 0.5, -1.0], [0.0, 1.5, 0.2], [-0.3, 0.1, 1.0]]), 3)
    0.711
    """
    xp, matrix = checked_scores(scores)
    allowed = _candidates(matrix, mask, include_positive)
    value = _one_way(xp, matrix, allowed)
    if symmetric:
        value = (value + _one_way(xp, matrix.T, None if allowed is None else allowed.T)) / 2
    if include_positive and not getattr(matrix, "requires_grad", False):
        sizes = matrix.shape[0] if allowed is None else allowed.sum(axis=1)
        ceiling = float(np.mean(np.log(sizes)))
        warn(near_ceiling("InfoNCE", float(value), ceiling, _ADVICE))
    return in_base(value, base)


def _candidates(matrix: Any, mask: Any, include_positive: bool) -> Any:
    """Return who may be chosen as a NumPy array; None if all may."""
    if mask is None and include_positive:
        return None
    n = matrix.shape[0]
    if mask is None:
        mask = np.ones((n, n), dtype=bool)
    elif array_api_compat.is_torch_array(mask):
        mask = mask.cpu().numpy()
    allowed = np.array(mask)
    if allowed.shape != (n, n) or allowed.dtype != bool:
        raise ValueError(
            f"`mask` must be of bool and shape ({n}, {n}), got {allowed.dtype} and {allowed.shape}"
        )
    np.fill_diagonal(allowed, include_positive)
    if not (allowed.any(axis=0) & allowed.any(axis=1)).all():
        raise ValueError("`mask` must leave every row and column a candidate, got one without")
    return allowed


def _one_way(xp: Any, matrix: Any, allowed: Any) -> Any:
    joint = xp.mean(joint_and_apart(xp, matrix)[0])
    if allowed is None:
        return joint - xp.mean(log_sum_exp(xp, matrix)) + math.log(matrix.shape[0])
    device = array_api_compat.device(matrix)
    kept = xp.where(xp.asarray(allowed, device=device), matrix, -xp.inf)
    sizes = float(np.mean(np.log(allowed.sum(axis=1))))
    return joint - xp.mean(log_sum_exp(xp, kept)) + sizes
