"""The exponent of Zipf's law in a text."""

from typing import Any

import numpy as np

from infomax.language._tokens import token_codes


def zipf_coefficient(tokens: Any) -> float:
    """Exponent of the power law that the frequencies of a text's tokens follow.

    The slope, sign turned, of log frequency on log rank by least squares over all distinct tokens.
    Natural language has about 1; dull text, which leans on few words, has more.

    It grows with the length of a text, as tokens seen once pile up: compare equal lengths only.

    Parameters
    ----------
    tokens : sequence of hashables, shape (n_tokens,)
        Words or numbers, at least two different ones.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If there are fewer than two different tokens.

    Notes
    -----
    O(n_tokens log n_tokens) time.

    References
    ----------
    Zipf (1949); Holtzman et al. (2020), Section 5.

    Examples
    --------
    >>> round(zipf_coefficient("a a a a b b c d".split()), 4)
    1.0807
    """
    counts = np.sort(np.bincount(token_codes(tokens, at_least=2)))[::-1]
    if len(counts) < 2:
        raise ValueError("`tokens` must hold at least two different tokens, got one kind alone")
    ranks = np.log(np.arange(1, len(counts) + 1))
    centred = ranks - ranks.mean()
    return float(abs(centred @ np.log(counts)) / (centred @ centred))
