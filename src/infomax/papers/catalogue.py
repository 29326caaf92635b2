"""The catalogue of all papers, built or not: read, searched and cited.

``catalogue["mec-b"]`` is the entry of a paper; nothing is read before the first use. Everything
here needs the standard library alone, and no paper's module is imported.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from infomax.papers._entries import (
    FIDELITIES,
    ROOMS,
    CatalogueEntry,
    module_name,
    parse_catalogue,
)
from infomax.papers._words import likeness, ranked

__all__ = [
    "FIDELITIES",
    "ROOMS",
    "CatalogueEntry",
    "UnknownPaperError",
    "bibtex",
    "built_slugs",
    "catalogue",
    "entry_of",
    "load_catalogue",
    "module_name",
    "nearest_built",
    "parse_catalogue",
    "search",
]


class UnknownPaperError(KeyError, ValueError):
    """No paper of the catalogue has this slug; the message names the nearest ones."""

    def __init__(self, slug: object, known: Iterable[str]) -> None:
        guess = str(slug).lower().replace("_", "-")
        near = difflib.get_close_matches(guess, list(known), cutoff=0.5)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        super().__init__(f"`slug` must name a paper of the catalogue, got {slug!r}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would quote the sentence


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return all papers by slug, read once from ``catalogue.toml`` beside this file.

    Returns
    -------
    mapping of str to CatalogueEntry
        Read-only, in the catalogue's order: by room, then by slug.

    Raises
    ------
    ValueError
        If the file is ill-formed (see `parse_catalogue`).

    Examples
    --------
    >>> load_catalogue()["cim"].room
    'selection'
    """
    file = files("infomax.papers").joinpath("catalogue.toml")
    return parse_catalogue(file.read_text(encoding="utf-8"))


def entry_of(slug: str) -> CatalogueEntry:
    """Return the entry of one paper, built or not.

    Parameters
    ----------
    slug : str
        Short name of the paper.

    Returns
    -------
    CatalogueEntry

    Raises
    ------
    UnknownPaperError
        A `ValueError` (and a `KeyError`) that names the slugs nearest to the one that came.

    Examples
    --------
    >>> entry_of("mec-b").year
    2024
    """
    entries = load_catalogue()
    if slug not in entries:
        raise UnknownPaperError(slug, entries)
    return entries[slug]


class _Catalogue(Mapping[str, CatalogueEntry]):
    """All papers by slug; read at first use, helpful about slugs that it does not hold."""

    def __getitem__(self, slug: str) -> CatalogueEntry:
        return entry_of(slug)

    def __iter__(self) -> Iterator[str]:
        return iter(load_catalogue())

    def __len__(self) -> int:
        return len(load_catalogue())


catalogue: Mapping[str, CatalogueEntry] = _Catalogue()


def built_slugs() -> tuple[str, ...]:
    """Return the slugs of the papers that run, in the catalogue's order.

    A paper is built when its module exists; modules are looked up, not imported.

    Returns
    -------
    tuple of str
    """
    return tuple(slug for slug, entry in catalogue.items() if entry.is_built)


def search(text: str) -> list[CatalogueEntry]:
    r"""Return the papers that match a text, best first.

    Papers that match every word come alone; where none does, those that match some. A paper's
    score is :math:`\sum_q w(q) \log(1 + N / N_q)` over the words q of the text, where :math:`N_q`
    of the N papers match q and w is the weight of the best field that does: title and slug 5,
    keywords 4, authors 3, parts 2, summary 1. A word of three letters or more that only begins
    another counts half.

    Parameters
    ----------
    text : str
        Words in any order; case, accents and British or American -ise do not matter. Without a
        word that counts, all papers match.

    Returns
    -------
    list of CatalogueEntry
        Ties stay in the catalogue's order; empty if no word matches.

    Examples
    --------
    >>> [entry.slug for entry in search("entropy coupling")]
    ['mec-b']
    """
    return ranked(text, catalogue.values())


def nearest_built(slug: str, *, built: Collection[str] | None = None) -> CatalogueEntry:
    """Return the built paper that is most like another one.

    Likeness is the share of parts in common (of all parts of the two), plus the cosine between
    their words in title, keywords and summary (each word weighs the logarithm of the number of
    papers over those that hold it), plus a quarter if both live in one room.

    Parameters
    ----------
    slug : str
        The paper to compare; built itself or not, it is never the answer.
    built : collection of str, optional
        Slugs to choose from; `built_slugs` by default.

    Returns
    -------
    CatalogueEntry
        Ties go to the first in the catalogue.

    Raises
    ------
    ValueError
        If `slug` or one of `built` is not in the catalogue, or no other paper is built.

    Examples
    --------
    >>> nearest_built("hetero-im", built=["mec-b", "cim"]).slug
    'cim'
    """
    entry = entry_of(slug)
    names = {entry_of(other).slug for other in (built_slugs() if built is None else built)}
    others = [other for other in catalogue.values() if other.slug in names - {slug}]
    if not others:
        raise ValueError(f"`built` must hold a paper other than {slug!r}, got {sorted(names)}")
    return max(others, key=lambda other: likeness(entry, other, list(catalogue.values())))


def bibtex(entries: Iterable[CatalogueEntry]) -> str:
    """Return a bibliography in BibTeX, one record a paper, keyed by its slug.

    Parameters
    ----------
    entries : iterable of CatalogueEntry
        In the order in which they are written.

    Returns
    -------
    str
        UTF-8 text that ends with a line break; empty without entries.

    Examples
    --------
    >>> print(bibtex([catalogue["cim"]]).splitlines()[0])
    @misc{cim,
    """
    return "\n".join(_record(entry) for entry in entries)


def _record(entry: CatalogueEntry) -> str:
    rows = {
        "author": " and ".join(map(_escape, entry.authors)),
        "title": f"{{{_escape(entry.title)}}}",
        "year": str(entry.year),
        "eprint": entry.arxiv,
        "archiveprefix": "arXiv" if entry.arxiv else "",
        "doi": entry.doi,
        "url": entry.url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in rows.items() if value]
    return "\n".join([f"@misc{{{entry.slug},", *lines, "}", ""])


def _escape(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
