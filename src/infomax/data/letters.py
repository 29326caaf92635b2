"""How often each letter occurs."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LetterFrequencies:
    """Letters and how often each occurs."""

    letters: tuple[str, ...]
    counts: NDArray[np.int64]
    """Shape (n_letters,)."""

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Relative frequencies, shape (n_letters,), summing to 1."""
        frequencies: NDArray[np.float64] = self.counts / self.counts.sum()
        return frequencies


def letter_frequencies(
    texts: Iterable[str] | str, *, alphabet: Iterable[str] | None = None
) -> LetterFrequencies:
    r"""Count the letters of texts, small and capital ones as one.

    :math:`p_i = c_i / \sum_j c_j` with :math:`c_i` the number of times that letter i occurs.
    Give an alphabet where loan words would bring letters of another one.

    Parameters
    ----------
    texts : str or iterable of str
        One text or several. Letters are composed first (NFC): an e with an accent is one letter.
    alphabet : str or iterable of str, optional
        The letters to count, in this order, each also if it never occurs; without one, whatever
        Unicode calls a letter, sorted.

    Returns
    -------
    LetterFrequencies
        Letters, counts and probabilities.

    Raises
    ------
    ValueError
        If no letter occurs, or `alphabet` is empty or repeats a letter.

    Examples
    --------
    >>> frequencies = letter_frequencies("Information")
    >>> dict(zip(frequencies.letters, frequencies.counts.tolist()))
    {'a': 1, 'f': 1, 'i': 2, 'm': 1, 'n': 2, 'o': 2, 'r': 1, 't': 1}
    >>> letter_frequencies("Nil", alphabet="iln").probabilities.round(2)
    array([0.33, 0.33, 0.33])
    """
    counted: Counter[str] = Counter()
    for text in [texts] if isinstance(texts, str) else texts:
        counted.update(unicodedata.normalize("NFC", text.lower()))
    if alphabet is None:
        letters = tuple(sorted(letter for letter in counted if letter.isalpha()))
    else:
        letters = tuple(unicodedata.normalize("NFC", letter.lower()) for letter in alphabet)
        if not letters or len(set(letters)) < len(letters):
            raise ValueError(f"`alphabet` must name each letter once, got {''.join(letters)!r}")
    counts = np.array([counted[letter] for letter in letters], dtype=np.int64)
    if not counts.sum():
        raise ValueError("`texts` must hold letters of the alphabet, got none")
    return LetterFrequencies(letters, counts)
