"""Perplexity of a text under the model that gave its probabilities."""

import numpy as np
from numpy.typing import ArrayLike

from infomax._arguments import check_array


def perplexity(token_log_probs: ArrayLike) -> float:
    r"""Perplexity: among how many equally likely tokens the model wavered, on average.

    :math:`\exp\left(-\frac1T \sum_t \log p(y_t \mid y_{<t})\right)`.

    Low is not good by itself: greedy text has the lowest. Compare with that of human text.

    Parameters
    ----------
    token_log_probs : array-like, any shape
        Natural logarithms, at most 0; all tokens count alike.

    Returns
    -------
    float
        At least 1; infinite if a token was impossible.

    Raises
    ------
    ValueError
        If there is no token, or a logarithm is above 0 or NaN.

    References
    ----------
    Jelinek et al. (1977).

    Examples
    --------
    >>> import numpy as np
    >>> round(perplexity(np.log([0.5, 0.125])), 4)
    4.0
    """
    log_probs = check_array("token_log_probs", token_log_probs, allow_infinite=True)
    if (log_probs > 0).any():
        raise ValueError(f"`token_log_probs` must be at most 0, got {log_probs.max()}")
    return float(np.exp(-log_probs.mean()))
