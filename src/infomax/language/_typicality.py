"""How typical a text is: its surprisal against what the model expected at each step."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_array, check_at_least, check_choice


def entropy_gap(token_log_probs: ArrayLike, entropies: ArrayLike) -> NDArray[np.float64]:
    r"""Surprisal less expected surprisal of each token.

    :math:`-\log p(y_t \mid y_{<t}) - H_t`. In a text that the model itself drew its mean tends to
    zero; a positive mean says that the text surprises the model more than the model expects.

    `is_typical_sequence` turns the gaps into yes or no.

    Parameters
    ----------
    token_log_probs : array-like of shape (..., n_tokens)
        Natural logarithms, at most 0.
    entropies : array-like of the same shape
        Entropy of the distribution that each token was drawn from, nats.

    Returns
    -------
    array of shape (..., n_tokens)
        Nats.

    Raises
    ------
    ValueError
        If the shapes differ, a logarithm is above 0, an entropy below 0, or a number is not finite.

    References
    ----------
    Meister, Pimentel, Wiher and Cotterell (2023), Section 4.

    Examples
    --------
    >>> import numpy as np
    >>> entropy_gap(np.log([0.5, 0.125]), [np.log(2), np.log(4)]).round(4)
    array([0.    , 0.6931])
    """
    log_probs, expected = _checked(token_log_probs, entropies)
    gap: NDArray[np.float64] = -log_probs - expected
    return gap


def is_typical_sequence(
    token_log_probs: ArrayLike, entropies: ArrayLike, *, epsilon: float = 0.5, scope: str = "local"
) -> bool:
    r"""Whether a text is typical of the model that gave its probabilities.

    Locally: :math:`|{-\log p(y_t \mid y_{<t})} - H_t| < \epsilon` at every step. Globally: the mean
    of the differences lies within ε, as in the classical typical set.

    The local set is the stricter one; a text may be as long as it likes without its single steps
    becoming typical, while the mean settles by itself.

    Parameters
    ----------
    token_log_probs : array-like of shape (n_tokens,)
        Natural logarithms, at most 0.
    entropies : array-like of shape (n_tokens,)
        Entropy of the distribution that each token was drawn from, nats.
    epsilon : float
        Above 0, nats.
    scope : {"local", "global"}
        Every step, or their mean.

    Returns
    -------
    bool
        True if the text belongs to the set.

    Raises
    ------
    ValueError
        If the shapes differ or are not of one dimension, a logarithm is above 0, an entropy below
        0, or a number is not finite.

    References
    ----------
    Meister, Pimentel, Wiher and Cotterell (2023), Sections 3 and 4.

    Examples
    --------
    >>> import numpy as np
    >>> surprising, dull = np.log([0.1, 0.9]), [0.9, 0.9]
    >>> is_typical_sequence(surprising, dull, epsilon=0.5)
    False
    >>> is_typical_sequence(surprising, dull, epsilon=0.5, scope="global")
    True
    """
    check_choice("scope", scope, ("local", "global"))
    epsilon = check_at_least("epsilon", epsilon, 0, strict=True)
    gaps = entropy_gap(token_log_probs, entropies)
    if gaps.ndim != 1:
        raise ValueError(f"`token_log_probs` must be one text, shape (n,), got {gaps.shape}")
    worst = np.abs(gaps).max() if scope == "local" else abs(gaps.mean())
    return bool(worst < epsilon)


def _checked(
    token_log_probs: Any, entropies: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    log_probs = check_array("token_log_probs", token_log_probs)
    expected = check_array("entropies", entropies)
    if log_probs.shape != expected.shape:
        raise ValueError(
            f"`entropies` must have the shape of `token_log_probs`, {log_probs.shape}, "
            f"got {expected.shape}"
        )
    if (log_probs > 0).any():
        raise ValueError(f"`token_log_probs` must be at most 0, got {log_probs.max()}")
    if (expected < 0).any():
        raise ValueError(f"`entropies` must not be negative, got {expected.min()}")
    return log_probs, expected
