"""Texts of people for typical's experiment: passages, or prompts with references."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from infomax.data.text import package_descriptions, wikipedia

# A draw gives prompts with what follows; where the second text is empty, the first is cut in two.
Draw: TypeAlias = Callable[[np.random.Generator], Iterator[tuple[str, str]]]
Texts: TypeAlias = Mapping[str, Draw]
_PASSAGE = 1500  # characters, enough for the tokens of a prompt and its continuation
_PARAGRAPH = 200


@dataclass(frozen=True)
class Pairs:
    """Prompts and their true continuations, as tokens."""

    prompts: list[list[int]]
    references: list[list[int]]


def articles() -> Draw:
    """Return draws of passages of Wikipedia, no two from one article until all had their turn."""
    texts = [text for text in wikipedia("en") if len(text) > 4 * _PASSAGE]

    def draw(generator: np.random.Generator) -> Iterator[tuple[str, str]]:
        for _ in range(4):
            for i in generator.permutation(len(texts)):
                text = texts[i]
                starts = [
                    m.start() for m in re.finditer(rf"^.{{{_PARAGRAPH}}}", text, re.MULTILINE)
                ]
                starts = [start for start in starts if len(text) - start > _PASSAGE]
                if starts:
                    start = int(generator.choice(starts))
                    yield text[start : start + _PASSAGE], ""

    return draw


def descriptions() -> Draw:
    """Return draws of long package descriptions, their lines joined to paragraphs."""
    texts = [text for text in package_descriptions("en") if len(text) > _PASSAGE // 2]

    def draw(generator: np.random.Generator) -> Iterator[tuple[str, str]]:
        for i in generator.permutation(len(texts)):
            yield re.sub(r"(?<!\n)\n(?![\n *-])", " ", texts[i]), ""

    return draw


def own(pairs: list[tuple[str, str]]) -> Draw:
    """Return draws of the user's prompts and references."""

    def draw(generator: np.random.Generator) -> Iterator[tuple[str, str]]:
        for i in generator.permutation(len(pairs)):
            yield pairs[i]

    return draw


SOURCES: Mapping[str, Callable[[], Draw]] = {"Wikipedia": articles, "descriptions": descriptions}
