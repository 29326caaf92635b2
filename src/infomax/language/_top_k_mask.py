"""Top-k sampling: keep a fixed number of the likeliest tokens."""

from typing import Any

import numpy as np

from infomax._arguments import check_count
from infomax.language._logits import checked_logits, is_tensor


def top_k_mask(logits: Any, *, k: int = 50) -> Any:
    """Which tokens top-k sampling keeps: the k likeliest.

    The number is the same whether the distribution is flat or peaked; `nucleus_mask` and
    `min_p_mask` adapt it.

    Parameters
    ----------
    logits : array-like or tensor of shape (..., n_tokens)
        Logits or log-probabilities; minus infinity bars a token.
    k : int
        From 1, which is greedy search, to n_tokens.

    Returns
    -------
    boolean array or tensor of shape (..., n_tokens)
        True for what is kept; a tensor on the same device if a tensor came.

    Raises
    ------
    ValueError
        If a row is empty, holds NaN or plus infinity or nothing finite, or if there are fewer
        tokens than k.

    Notes
    -----
    Tokens tied with the last one are kept too. O(n_tokens) a row.

    References
    ----------
    Fan, Lewis and Dauphin (2018).

    Examples
    --------
    >>> top_k_mask([2.0, 0.0, 1.0, -1.0], k=2)
    array([ True, False,  True, False])
    """
    values = checked_logits("logits", logits)
    k = check_count("k", k, maximum=values.shape[-1])
    if is_tensor(values):
        last = values.topk(k, dim=-1).values[..., -1:]
    else:
        last = np.partition(values, -k, axis=-1)[..., -k, None]
    return (values >= last) & (values > -float("inf"))
