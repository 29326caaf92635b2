"""Papers by their words: which of them match a text, and how alike two of them are."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from infomax.papers._entries import CatalogueEntry

WEIGHTS = {"title": 5.0, "keywords": 4.0, "authors": 3.0, "parts": 2.0, "summary": 1.0}
_STOP_WORDS = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with")
)


def ranked(text: str, entries: Collection[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the papers that match `text`, best first (see `infomax.papers.catalogue.search`)."""
    words = list(dict.fromkeys(split_words(text)))
    hits = {entry: [_match(word, entry) for word in words] for entry in entries}
    matched = [sum(hit[i] > 0 for hit in hits.values()) for i in range(len(words))]
    rarity = [math.log1p(len(hits) / max(n, 1)) for n in matched]
    complete = {entry: hit for entry, hit in hits.items() if all(hit)}
    found = complete or {entry: hit for entry, hit in hits.items() if any(hit)}
    score = {
        entry: sum(weight * rare for weight, rare in zip(hit, rarity, strict=True))
        for entry, hit in found.items()
    }
    return sorted(found, key=lambda entry: -score[entry])


def likeness(
    one: CatalogueEntry, other: CatalogueEntry, entries: Sequence[CatalogueEntry]
) -> float:
    """Return how alike two papers are (see `infomax.papers.catalogue.nearest_built`)."""
    parts, others = set(one.parts), set(other.parts)
    shared = len(parts & others) / len(parts | others)
    holders = Counter(word for entry in entries for word in _topic(entry))
    weigh = {word: math.log(len(entries) / n) for word, n in holders.items()}
    return shared + _cosine(_topic(one), _topic(other), weigh) + 0.25 * (one.room == other.room)


def split_words(text: str) -> list[str]:
    """Return the words of a text, names in CamelCase taken apart, accents and stop words dropped."""
    plain = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", text))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    found = re.findall(r"[^\W_]+", re.sub(r"is(ation|e[drs]?|ing)\b", r"iz\1", plain))
    return [word for word in found if word not in _STOP_WORDS]


@cache
def _fields(entry: CatalogueEntry) -> Mapping[str, frozenset[str]]:
    texts = {
        "title": f"{entry.title} {entry.slug}",
        "keywords": " ".join(entry.keywords),
        "authors": " ".join(entry.authors),
        "parts": " ".join(entry.parts),
        "summary": entry.summary,
    }
    return {name: frozenset(split_words(text)) for name, text in texts.items()}


def _match(word: str, entry: CatalogueEntry) -> float:
    best = 0.0
    for name, held in _fields(entry).items():
        if word in held:
            best = max(best, WEIGHTS[name])
        elif len(word) >= 3 and any(other.startswith(word) for other in held):
            best = max(best, WEIGHTS[name] / 2)
    return best


def _topic(entry: CatalogueEntry) -> frozenset[str]:
    held = _fields(entry)
    return held["title"] | held["keywords"] | held["summary"]


def _cosine(one: frozenset[str], other: frozenset[str], weigh: Mapping[str, float]) -> float:
    lengths = math.prod(sum(weigh[word] ** 2 for word in words) for words in (one, other))
    return sum(weigh[word] ** 2 for word in one & other) / math.sqrt(lengths) if lengths else 0.0
