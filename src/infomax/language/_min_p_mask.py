"""Min-p sampling: keep what is at least so likely, relative to the likeliest token."""

import math
from typing import Any

import array_api_compat

from infomax._arguments import check_between
from infomax.language._logits import checked_logits


def min_p_mask(logits: Any, *, min_p: float = 0.1) -> Any:
    r"""Which tokens min-p sampling keeps.

    Those with :math:`p(y) \geq p_{\min} \max_{y'} p(y')`.

    Its threshold falls as the distribution flattens, so that a high temperature does less harm;
    `eta_mask` sets an absolute threshold that falls with the entropy.

    Parameters
    ----------
    logits : array-like or tensor of shape (..., n_tokens)
        Logits or log-probabilities; minus infinity bars a token.
    min_p : float
        In (0, 1]; 1 keeps the likeliest token alone.

    Returns
    -------
    boolean array or tensor of shape (..., n_tokens)
        True for what is kept; a tensor on the same device if a tensor came.

    Raises
    ------
    ValueError
        If a row is empty, holds NaN or plus infinity or nothing finite, or if `min_p` is outside
        (0, 1].

    Notes
    -----
    The likeliest token is always kept. O(n_tokens) a row.

    References
    ----------
    Nguyen et al. (2025).

    Examples
    --------
    >>> import numpy as np
    >>> min_p_mask(np.log([0.5, 0.3, 0.15, 0.05]), min_p=0.2)
    array([ True,  True,  True, False])
    """
    values = checked_logits("logits", logits)
    min_p = check_between("min_p", min_p, 0, 1, open_low=True)
    xp = array_api_compat.array_namespace(values)
    return values >= xp.max(values, axis=-1, keepdims=True) + math.log(min_p)
