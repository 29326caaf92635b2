"""η-sampling: keep what is more likely than a threshold that falls with the entropy."""

import math
from typing import Any

import array_api_compat

from infomax._arguments import check_at_least, check_between
from infomax.language._logits import checked_logits, is_tensor
from infomax.measures import categorical_entropy


def eta_mask(logits: Any, *, epsilon: float = 3e-4, alpha: float | None = None) -> Any:
    r"""Which tokens η-sampling keeps.

    Those with :math:`p(y) \geq \eta = \min(\epsilon, \alpha e^{-H(p)})`: a token is cut off only
    where it is unlikely both in itself and beside an even spread of the same entropy.

    It cuts the tail alone and keeps more than `nucleus_mask` where the distribution is peaked;
    `min_p_mask` measures against the likeliest token instead of the entropy.

    Parameters
    ----------
    logits : array-like or tensor of shape (..., n_tokens)
        Logits or log-probabilities; minus infinity bars a token.
    epsilon : float
        In (0, 1): what is as likely as this is never cut off.
    alpha : float, optional
        Above 0; the square root of `epsilon` when left out, as the authors do.

    Returns
    -------
    boolean array or tensor of shape (..., n_tokens)
        True for what is kept; a tensor on the same device if a tensor came.

    Raises
    ------
    ValueError
        If a row is empty, holds NaN or plus infinity or nothing finite, or if `epsilon` or `alpha`
        is out of range.

    Notes
    -----
    The likeliest token is always kept, and those as likely as it. O(n_tokens) a row.

    References
    ----------
    Hewitt, Manning and Liang (2022).

    Examples
    --------
    >>> import numpy as np
    >>> eta_mask(np.log([0.6, 0.3, 0.08, 0.02]), epsilon=0.05)
    array([ True,  True,  True, False])
    """
    values = checked_logits("logits", logits)
    epsilon = check_between("epsilon", epsilon, 0, 1, open_low=True, open_high=True)
    if alpha is None:
        alpha = math.sqrt(epsilon)
    check_at_least("alpha", alpha, 0, strict=True)
    xp = array_api_compat.array_namespace(values)
    top = xp.max(values, axis=-1, keepdims=True)
    log_total = xp.log(xp.sum(xp.exp(values - top), axis=-1, keepdims=True)) + top
    entropies = categorical_entropy(logits=values)[..., None]
    eta = xp.clip(math.log(alpha) - entropies, None, math.log(epsilon))
    limit = log_total + (eta if is_tensor(values) else xp.astype(eta, values.dtype))
    return values >= xp.minimum(limit, top)
