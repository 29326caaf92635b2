"""Laws that mec-b compresses and decodes to: letters of texts, classes, textbook sources."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from infomax.data.tables import table
from infomax.data.text import emoji_names, package_descriptions, wikipedia

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator], Floats]
LATIN = "abcdefghijklmnopqrstuvwxyz"
GERMAN = LATIN + "äöüß"
BULGARIAN = "абвгдежзийклмнопрстуфхцчшщъьюя"


@dataclass(frozen=True)
class Laws:
    """What a seed draws: laws of sources, and of the outputs that the main one is decoded to."""

    sources: dict[str, Draw]
    targets: dict[str, Draw]


def laws(main: Draw, targets: dict[str, Draw]) -> Laws:
    """Put the textbook sources beside the main one, and its eight most frequent symbols."""
    geometric = 0.8 ** np.arange(20)
    sources: dict[str, Draw] = {
        "source": main,
        "eight symbols": lambda generator: _most_frequent(main(generator), 8),
        "digits": resampled_counts(np.bincount(table("digits").y.astype(np.int64))),
        "binomial": lambda _: np.asarray(binom.pmf(np.arange(21), 20, 0.3)),
        "geometric": lambda _: geometric / geometric.sum(),
        "Dirichlet": lambda generator: generator.dirichlet(np.ones(6)),
    }
    return Laws(sources, targets)


def letters(names: Sequence[str]) -> Laws:
    """English letters, and those that they are decoded to; a seed resamples articles or names."""
    texts = {
        "Bulgarian": lambda: (wikipedia("bg"), BULGARIAN),
        "German emoji names": lambda: (emoji_names("de"), GERMAN),
        "German package descriptions": lambda: (package_descriptions("de"), GERMAN),
    }
    targets = {name: _resampled(*texts[name]()) for name in names}
    return laws(_resampled(wikipedia("en"), LATIN), targets)


def generated() -> Laws:
    """Stand-in for letters: 20 texts of 500 symbols, each after its own Dirichlet(20 p), p ~ 1/rank."""

    def texts(n_symbols: int) -> Draw:
        zipf = 1 / np.arange(1, n_symbols + 1)

        def draw(generator: np.random.Generator) -> Floats:
            each = generator.dirichlet(20 * zipf / zipf.sum(), size=20)
            counts = np.array([generator.multinomial(500, law) for law in each]).sum(axis=0)
            return np.asarray(counts / counts.sum())

        return draw

    return laws(texts(8), {"target": texts(6)})


def own(path: str) -> Laws:
    """Two columns of counts, symbols of the source and of the output; a seed draws them anew.

    The columns may differ in length; a header and columns after the second are passed over.
    """
    frame = pd.read_csv(path, sep=None, engine="python", header=None)
    if frame.shape[1] < 2:
        raise ValueError(f"`data` must hold two columns of counts, got {frame.shape[1]} in {path}")
    header = pd.to_numeric(frame.iloc[0, :2], errors="coerce").isna().all()
    main, target = (_counts(frame.iloc[int(header) :, k].dropna(), path) for k in range(2))
    return laws(resampled_counts(main), {"target": resampled_counts(target)})


def resampled_counts(counts: NDArray[np.int64]) -> Draw:
    """Draw as many symbols anew as were counted."""
    return lambda generator: (
        generator.multinomial(counts.sum(), counts / counts.sum()) / counts.sum()
    )


def _counts(column: "pd.Series[str]", path: str) -> NDArray[np.int64]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    if not (numbers >= 0).all() or (numbers % 1).any() or np.count_nonzero(numbers) < 2:
        raise ValueError(
            "`data` must hold two columns of counts (whole numbers, since a seed draws them anew; "
            f"two symbols at least), got {list(column)[:5]} in {path}"
        )
    return numbers.astype(np.int64)


def _resampled(texts: Sequence[str], alphabet: str) -> Draw:
    small = [text.lower() for text in texts]
    counts = np.array([[text.count(letter) for letter in alphabet] for text in small])

    def draw(generator: np.random.Generator) -> Floats:
        times = generator.multinomial(len(counts), np.full(len(counts), 1 / len(counts)))
        drawn = times @ counts
        return np.asarray(drawn / drawn.sum())

    return draw


def _most_frequent(p: Floats, n: int) -> Floats:
    kept = np.sort(p)[::-1][:n]
    return np.asarray(kept / kept.sum())
