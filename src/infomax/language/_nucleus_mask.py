"""Nucleus sampling: keep the likeliest tokens that together have a given mass."""

from typing import Any

from infomax.language._logits import smallest_set


def nucleus_mask(logits: Any, *, mass: float = 0.95, min_tokens_to_keep: int = 1) -> Any:
    r"""Which tokens nucleus sampling keeps, also known as top-p.

    The likeliest tokens under :math:`p = \mathrm{softmax}(z)`, until they cover `mass`.

    It adapts to how flat the distribution is, which `top_k_mask` does not; it always keeps the
    likeliest token, which `typical_mask` may drop.

    Parameters
    ----------
    logits : array-like or tensor of shape (..., n_tokens)
        Logits or log-probabilities; minus infinity bars a token.
    mass : float
        In (0, 1]; 1 keeps every token that is not barred.
    min_tokens_to_keep : int
        How many stay at least, likeliest first.

    Returns
    -------
    boolean array or tensor of shape (..., n_tokens)
        True for what is kept; a tensor on the same device if a tensor came.

    Raises
    ------
    ValueError
        If a row is empty, holds NaN or plus infinity or nothing finite, if `mass` is outside
        (0, 1], or if more tokens must stay than there are.

    Notes
    -----
    The token that crosses the mass is kept, and so are those as likely as it. Sums are taken in
    float64; on the CPU O(n_tokens) a row, on other devices rows are sorted.

    References
    ----------
    Holtzman et al. (2020), Section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> nucleus_mask(np.log([0.5, 0.3, 0.15, 0.05]), mass=0.7)
    array([ True,  True, False, False])
    """
    return smallest_set(logits, centre="top", mass=mass, min_tokens_to_keep=min_tokens_to_keep)
