"""Locally typical sampling: keep the tokens that say about as much as the context leads to expect."""

from typing import Any

from infomax._arguments import check_choice
from infomax.language._logits import smallest_set


def typical_mask(
    logits: Any, *, mass: float = 0.95, min_tokens_to_keep: int = 1, convention: str = "paper"
) -> Any:
    r"""Which tokens locally typical sampling keeps.

    With :math:`p = \mathrm{softmax}(z)`, entropy :math:`H = -\sum_y p(y) \log p(y)` and surprisal
    :math:`-\log p(y)`: the tokens of smallest :math:`|H + \log p(y)|`, nearest first, until they
    cover `mass`.

    Unlike `nucleus_mask` and `top_k_mask` it may drop the likeliest token, where that says much
    less than is expected; with a small mass it does so often. It cannot where the other tokens
    have less than `mass` together: with 0.95 it keeps what `nucleus_mask` keeps at nearly every
    step of a language model.

    Parameters
    ----------
    logits : array-like or tensor of shape (..., n_tokens)
        Logits or log-probabilities, after temperature and whatever else changes the distribution;
        minus infinity bars a token.
    mass : float
        τ in the paper, in (0, 1]; 1 keeps every token that is not barred.
    min_tokens_to_keep : int
        How many stay at least, nearest first: 2 or more for beam search.
    convention : {"paper", "released"}
        "released" leaves out the token that crosses the mass, as transformers once did.

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
    **Where paper and code part.** The paper keeps the smallest set whose mass reaches τ, so the
    token that crosses τ belongs to it. The released patch counts the tokens below τ in the
    precision of the scores and uses the count as an index: in bfloat16 the sum may never reach
    τ = 0.99, and the index then lies beyond the vocabulary. The first repair of this in
    transformers (pull request 26579, October 2023) also left out the token that crosses; the next
    one (27165) took it back in and kept the index in bounds. ``convention="released"`` is that
    interlude, which keeps less than τ: of the probabilities (0.6, 0.2, 0.1, 0.06, 0.04) with
    τ = 0.5 the paper's set is the first two, with mass 0.8, the interlude's the second alone, with
    mass 0.2. The gallery's ``language/plot_truncation.py`` draws the mass that each keeps, and how
    often a sum in bfloat16 falls short.

    Tokens as far from H as the last one taken are kept too, so that the set does not depend on
    their order. Distances, probabilities and sums are taken in float64 whatever the precision of
    the logits, and no gradient passes. On the CPU a weighted selection takes O(n_tokens) a row; on
    other devices rows are sorted.

    References
    ----------
    Meister, Pimentel, Wiher and Cotterell (2023), Section 5.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.array([0.6, 0.2, 0.1, 0.06, 0.04])
    >>> typical_mask(np.log(p), mass=0.19)
    array([False,  True, False, False, False])
    >>> typical_mask(np.log(p), mass=0.85)
    array([ True,  True,  True, False, False])
    """
    check_choice("convention", convention, ("paper", "released"))
    return smallest_set(
        logits,
        centre="mean",
        mass=mass,
        min_tokens_to_keep=min_tokens_to_keep,
        crossing=convention == "paper",
    )
