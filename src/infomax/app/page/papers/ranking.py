"""Two ways to find texts by a question: BM25, and sentence embeddings where they are installed."""

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
_stemming = threading.Lock()


class Ranker(Protocol):
    """Scores texts against a question; nothing in common is 0, alike in every way 1."""

    def scores(self, question: str) -> Scores:
        """Return one score a text."""
        ...


class WordRanker:
    """BM25 over stemmed English words (the library bm25s).

    The best text gets the share of the question's words that it holds, the others less in proportion.

    Parameters
    ----------
    texts : sequence of str
        What is searched.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self._words = [list(_counted(text)) for text in texts]
        self._sets = [set(words) for words in self._words]
        self._known = set().union(*self._sets)
        self._index: Any = bm25s.BM25(backend="numpy")
        self._index.index([words or ["-"] for words in self._words], show_progress=False)

    def scores(self, question: str) -> Scores:
        """Return one score a text, from 0 to 1; all zero if no word is known."""
        words = dict.fromkeys(stems(question))
        asked = [word for word in words if word in self._known]
        if not asked:
            return np.zeros(len(self._words))
        found = np.asarray(self._index.get_scores(asked), dtype=np.float64)
        # a text that holds only the least of many words is no answer
        shares = np.array([len(held & set(asked)) / len(asked) for held in self._sets])
        found = np.where(shares > 0, np.maximum(found, 0.0) * (0.5 + 0.5 * shares), 0.0)
        best = int(found.argmax())
        covered = float(shares[best]) * len(asked) / len(words)
        return covered * found / found[best] if found[best] > 0 else found


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    with _stemming:  # the stemmer keeps the word it is at
        return str(_stemmer().stemWord(word))


@lru_cache(maxsize=4000)
def _counted(text: str) -> tuple[str, ...]:
    """Return the stems of a text that is searched; most are the same when a paper is added."""
    return tuple(stems(text))


def stems(text: str) -> list[str]:
    """Return the stems of the words that count, in their order.

    >>> stems("Which Codes keep the most information?")
    ['code', 'keep', 'inform']
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return [_stem(word) for word in words if word not in STOP_WORDS and len(word) > 1]


_STOP_TEXT = """a about all also am among an and any are as at be because been before being between both but by
    can could did do does doing down during each every few find for from further get give given gives
    had has have having he her here his how however if in into is it its itself just let like make
    makes many may me method methods might more most much must my no nor not of off on once one only
    or other our out over own paper papers per same she should so some such than that the their them
    then there these they this those through to too under until up use used uses using very via was
    way we well were what when where whether which while who whom whose why will with without would
    you your"""
STOP_WORDS = frozenset(_STOP_TEXT.split())
