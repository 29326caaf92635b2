"""Search by meaning: sentence embeddings beside BM25, where the model is on this machine."""

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from infomax.app.page.papers.ranking import Scores, WordRanker
from infomax.exceptions import MissingDataError

Vectors = NDArray[np.float32]
N_TOKENS = 256
BATCH = 16
UNLIKE, ALIKE = 0.19, 0.6  # cosines at which texts have nothing, or all, in common
MEANING = 0.6  # the rest is BM25's


def encoder() -> Callable[[Sequence[str]], Vectors] | None:
    """Return what embeds texts; None without the model's data or without transformers.

    The model is all-MiniLM-L6-v2 (`infomax data get minilm`), read from its folder: mean of the
    last layer over the tokens, length one.
    """
    if find_spec("transformers") is None:
        return None
    from infomax.data.models import minilm

    try:
        folder = minilm()
    except MissingDataError:
        return None
    return _Encoder(folder)


class _Encoder:
    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        be_quiet: Any = logging.disable_progress_bar
        be_quiet()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        with self._lock, threadpool_limits(1):  # beside a run, threads would wait for each other
            return np.concatenate([self._embed(list(batch)) for batch in batches])

    def _embed(self, texts: list[str]) -> Vectors:
        import torch

        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=N_TOKENS, return_tensors="pt"
        )
        with torch.inference_mode():
            states = self._model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        unit: Vectors = torch.nn.functional.normalize(mean, dim=1).numpy()
        return unit


class MeaningRanker:
    r"""Scores by meaning and by words: 0.6 of the cosine, stretched, and 0.4 of BM25.

    Parameters
    ----------
    texts, prose : sequence of str
        What is searched: words to be counted, and sentences to be embedded.
    encode : callable
        Embeds texts as rows of length one.
    kept : Path
        File in which embeddings stay from one start to the next.
    """

    def __init__(
        self,
        texts: Sequence[str],
        prose: Sequence[str],
        *,
        encode: Callable[[Sequence[str]], Vectors],
        kept: Path,
    ) -> None:
        self._words = WordRanker(texts)
        self._vectors = _embeddings(prose, encode, kept)
        self._question = lru_cache(maxsize=2000)(lambda question: encode([question])[0])

    def scores(self, question: str) -> Scores:
        """Return one score a text, from 0 to 1."""
        cosines = self._vectors @ self._question(question)
        meaning = np.clip((cosines - UNLIKE) / (ALIKE - UNLIKE), 0.0, 1.0)
        scores: Scores = MEANING * meaning + (1 - MEANING) * self._words.scores(question)
        return scores


def _embeddings(
    texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors], kept: Path
) -> Vectors:
    """Return a row for each text; what was embedded at an earlier start is read."""
    marks = [sha256(text.encode()).hexdigest() for text in texts]
    known = _read(kept)
    missing = [place for place, mark in enumerate(marks) if mark not in known]
    if missing:
        fresh = encode([texts[place] for place in missing])
        known |= {marks[place]: row for place, row in zip(missing, fresh, strict=True)}
        part = kept.with_suffix(".part.npz")
        np.savez(part, marks=np.array(marks), vectors=np.stack([known[mark] for mark in marks]))
        part.replace(kept)
    return np.stack([known[mark] for mark in marks])


def _read(kept: Path) -> dict[str, Any]:
    try:
        with kept.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return dict(zip(found["marks"].tolist(), found["vectors"], strict=True))
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):
        return {}  # absent, or cut short: embedded anew
