"""Search by what one has in mind: papers, and the parts of the library that they lead to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from infomax.app.page.papers.docstrings import Part, documented_parts
from infomax.app.page.papers.ranking import Ranker, Scores, WordRanker, stems
from infomax.papers.catalogue import CatalogueEntry

FLOOR = 0.05  # so little is chance
LEAST = 0.25  # a hit has at least this share of the best one's score
PART_WEIGHT = 0.6
N_PARTS = 3


Ranking: TypeAlias = Callable[[Sequence[str], Sequence[str]], Ranker]


def by_words(texts: Sequence[str], _prose: Sequence[str]) -> Ranker:
    """Return BM25 over the texts."""
    return WordRanker(texts)


@dataclass(frozen=True)
class Hit:
    """A paper that answers, and the parts of it that answer best."""

    slug: str
    score: float
    parts: tuple[Part, ...]


class SearchIndex:
    """An index over papers and parts.

    A paper scores by its own words (title and keywords count thrice, summary and claims once), or
    by 0.6 of its best part's, whichever is more, plus a fifth of the other.

    Parameters
    ----------
    entries : sequence of CatalogueEntry
        The papers.
    ranker : callable
        Makes, of the words to be counted and the prose to be understood of each text, what scores
        them: `by_words`, or a `MeaningRanker`.
    """

    def __init__(
        self,
        entries: Sequence[CatalogueEntry],
        ranker: Ranking = by_words,
    ) -> None:
        known = documented_parts()
        names = dict.fromkeys([*(name for e in entries for name in e.parts), *known])
        self._entries = list(entries)
        self._places = {entry.slug: place for place, entry in enumerate(entries)}
        self._parts = [known.get(name, Part(name)) for name in names]
        self._part_places = {part.name: place for place, part in enumerate(self._parts)}
        self._texts = [_paper_text(entry) for entry in entries]
        words = [*self._texts, *map(_part_text, self._parts)]
        prose = [*map(_paper_prose, entries), *map(_part_prose, self._parts)]
        self._ranker = ranker(words, prose)

    def search(self, question: str) -> list[Hit]:
        """Return the papers that answer a question, best first; empty if none does."""
        own, parts = self._scores(question)
        hits = [self._hit(entry, own[place], parts) for place, entry in enumerate(self._entries)]
        best = max((hit.score for hit in hits), default=0.0)
        kept = [hit for hit in hits if hit.score >= max(FLOOR, LEAST * best)]
        return sorted(kept, key=lambda hit: -hit.score)

    def parts(self, question: str, *, n: int = 5) -> list[Part]:
        """Return the documented parts that answer best, whether a paper names them or not."""
        _, scores = self._scores(question)
        documented = np.array([bool(part.docstring) for part in self._parts])
        scores = np.where(documented, scores, 0.0)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[:n]]
        return [self._parts[p] for p in order if scores[p] > max(0.1, 0.5 * scores[order[0]])]

    def like(self, slug: str, *, n: int = 4) -> list[str]:
        """Return the papers most like one: by its words, and half as much by the parts they share."""
        place = self._places[slug]
        own, _ = self._scores(self._texts[place])
        mine = set(self._entries[place].parts)
        shared = [
            len(mine & set(e.parts)) / max(1, len(mine | set(e.parts))) for e in self._entries
        ]
        score = own / max(1e-9, float(own[place])) + 0.5 * np.asarray(shared)
        score[place] = -1.0
        order = [int(other) for other in np.argsort(-score, kind="stable")]
        return [self._entries[other].slug for other in order[:n] if score[other] > 0]

    def speaks_of(self, slug: str, question: str) -> bool:
        """Tell whether a paper holds at least half of the words that count in a question."""
        asked = set(stems(question))
        place = self._places.get(slug)
        if not asked or place is None:
            return not asked
        return 2 * len(asked & set(stems(self._texts[place]))) >= len(asked)

    def _scores(self, question: str) -> tuple[Scores, Scores]:
        scores = self._ranker.scores(question)
        return scores[: len(self._entries)], scores[len(self._entries) :]

    def _hit(self, entry: CatalogueEntry, own: float, scores: Scores) -> Hit:
        found = [(float(scores[self._part_places[name]]), name) for name in entry.parts]
        least = LEAST * float(scores.max(initial=0.0))
        found = sorted((pair for pair in found if pair[0] > least), reverse=True)
        best = PART_WEIGHT * found[0][0] if found else 0.0
        score = max(float(own), best) + 0.2 * min(float(own), best)
        return Hit(
            entry.slug, score, tuple(self._parts[self._part_places[n]] for _, n in found[:N_PARTS])
        )


def _paper_text(entry: CatalogueEntry) -> str:
    weighty = " ".join((entry.title, *entry.keywords))
    claims = " ".join(entry.claims_to_come)
    named = f"{entry.slug} {entry.room} {' '.join(entry.authors)} {entry.year}"
    return f"{weighty} {weighty} {weighty} {entry.summary} {claims} {named}"


def _paper_prose(entry: CatalogueEntry) -> str:
    return f"{entry.title}. {entry.summary}"


def _part_prose(part: Part) -> str:
    spoken = part.name.rpartition(".")[2].replace("_", " ")
    return f"{spoken}: {' '.join(part.prose.split())[:600]}"


def _part_text(part: Part) -> str:
    spoken = part.name.replace(".", " ").replace("_", " ")
    return f"{spoken} {spoken} {part.prose}"
