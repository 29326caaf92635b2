"""How many of a text's phrases are different."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from infomax._arguments import check_count
from infomax.language._tokens import token_codes


def ngram_diversity(tokens: Any, *, n: Sequence[int] = (1, 2, 3, 4)) -> float:
    """Share of a text's n-grams that are different, averaged over n.

    Distinct n-grams over all n-grams, for each n, then the mean.

    It sees repeated phrases that `repetition`, which looks back a fixed number of tokens, may not.
    Longer texts repeat more: compare equal lengths only.

    Parameters
    ----------
    tokens : sequence of hashables, shape (n_tokens,)
        Words or numbers of one text, at least as many as the largest n.
    n : sequence of int
        Lengths of phrases.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    ValueError
        If the text is shorter than the largest n, or there is no n, or one below 1.

    Notes
    -----
    O(n_tokens log n_tokens) time for each n.

    References
    ----------
    Li et al. (2016), Section 5; Meister et al. (2023), Section 6.

    Examples
    --------
    >>> round(ngram_diversity("a b a b".split()), 4)
    0.7917
    """
    lengths = [check_count("n", int(length)) for length in n]
    if not lengths:
        raise ValueError("`n` must hold at least one length, got none")
    codes = token_codes(tokens, at_least=max(lengths))
    shares = []
    for length in lengths:
        grams = np.lib.stride_tricks.sliding_window_view(codes, length)
        shares.append(len(np.unique(grams, axis=0)) / len(grams))
    return float(np.mean(shares))
