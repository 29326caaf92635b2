"""How much of a text repeats what was just said."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from infomax._arguments import check_count
from infomax.language._tokens import token_codes


def repetition(tokens: Any, *, windows: Sequence[int] = (16, 32, 128)) -> float:
    """Share of tokens that already appear among the tokens just before them.

    For each window ℓ the share of the text's tokens that occur among the ℓ tokens before, then the
    mean over the windows. The first tokens have shorter pasts and count like the others.

    `ngram_diversity` counts repeated phrases wherever they stand. Compare with what human text of
    the same length gives: some repetition is natural.

    Parameters
    ----------
    tokens : sequence of hashables, shape (n_tokens,)
        Words or numbers of one text, at least one.
    windows : sequence of int
        ℓ in the paper.

    Returns
    -------
    float
        In [0, 1).

    Raises
    ------
    ValueError
        If there is no token or no window, or a window below 1.

    Notes
    -----
    O(n_tokens) time.

    References
    ----------
    Welleck et al. (2020), Section 4; Meister et al. (2023), Section 6.

    Examples
    --------
    >>> round(repetition([1, 2, 1, 2, 1, 2], windows=[2]), 4)
    0.6667
    """
    codes = token_codes(tokens, at_least=1)
    checked = [check_count("windows", int(window)) for window in windows]
    if not checked:
        raise ValueError("`windows` must hold at least one length, got none")
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    back = np.diff(order)[same]  # how far behind lies the last token of the same kind
    return float(np.mean([(back <= window).sum() / len(codes) for window in checked]))
