"""What the catalogue says of a paper, and the checks that its file passes."""

import importlib.util
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

ROOMS = (
    "measures",
    "coding",
    "inference",
    "representation",
    "selection",
    "control",
    "recommendation",
    "adaptation",
    "language",
)
FIDELITIES = ("code", "text", "reconstruction")

_PATTERNS = {
    "slug": r"[a-z0-9]+(-[a-z0-9]+)*",
    "title": r"\S.*",
    "arxiv": r"(\d{4}\.\d{4,5})?",
    "doi": r"(10\.\d{4,9}/\S+)?",
    "code": r"(https://\S+)?",
    "room": "|".join(ROOMS),
    "fidelity": "|".join(FIDELITIES),
    "summary": r"\S.*",
    "equation": r"\S.*",
    "equation_plain": r"\S.*",
    "authors": r"\S.*",
    "parts": rf"({'|'.join(ROOMS)}|networks|data)(\.[A-Za-z_]\w*)+",
    "claims_to_come": r"\S.*",
    "keywords": r"\S.*",
}


@dataclass(frozen=True)
class CatalogueEntry:
    """What is known of one paper, whether it is built or not.

    Parameters
    ----------
    slug : str
        Short name, as in ``infomax run mec-b``.
    title, authors, year : str, tuple of str, int
        As published; the year is the venue's or the preprint's.
    arxiv, doi : str
        Identifiers; empty where there is none, but one of the two is always there.
    code, code_license : str
        Address of the authors' code and its licence; empty where none was found.
    room : str
        The room in which the paper's main part lives.
    fidelity : {"code", "text", "reconstruction"}
        Whether the authors' code was read, the paper, or only summaries of it.
    fidelity_note : str
        What is uncertain; never empty for a reconstruction.
    summary : str
        What the paper does and what a user gets.
    equation, equation_plain : str
        The central equation in LaTeX (within Matplotlib's mathtext), and in Unicode.
    parts : tuple of str
        Public names that it brings or uses, as in ``"coding.minimum_entropy_coupling"``.
    claims_to_come : tuple of str
        The claims to be tested.
    keywords : tuple of str
        Words to find it by.
    added : datetime.date
        Day on which it entered the catalogue.
    """

    slug: str
    title: str
    authors: tuple[str, ...]
    year: int
    arxiv: str
    doi: str
    code: str
    code_license: str
    room: str
    fidelity: str
    fidelity_note: str
    summary: str
    equation: str
    equation_plain: str
    parts: tuple[str, ...]
    claims_to_come: tuple[str, ...]
    keywords: tuple[str, ...]
    added: date

    @property
    def url(self) -> str:
        """Where the paper is found: on arXiv, else by its DOI."""
        return (
            f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else f"https://doi.org/{self.doi}"
        )

    @property
    def is_built(self) -> bool:
        """Whether the paper's module exists, so that it runs."""
        return importlib.util.find_spec(f"infomax.papers.{module_name(self.slug)}") is not None


_TYPES: dict[str, Any] = {field.name: field.type for field in fields(CatalogueEntry)}


def module_name(slug: str) -> str:
    """Return the name of the module that a paper's file has, without its package.

    Parameters
    ----------
    slug : str
        Short name of a paper; it need not be in the catalogue.

    Returns
    -------
    str
        The slug with underscores.

    Examples
    --------
    >>> module_name("mec-b")
    'mec_b'
    """
    return slug.replace("-", "_")


def parse_catalogue(text: str) -> Mapping[str, CatalogueEntry]:
    """Return the entries of a catalogue in TOML, in its order, by slug.

    Parameters
    ----------
    text : str
        One ``[[paper]]`` table a paper, with exactly the fields of `CatalogueEntry`.

    Returns
    -------
    mapping of str to CatalogueEntry
        Read-only.

    Raises
    ------
    ValueError
        If the text is no TOML, or a paper has an unknown, missing, doubled or ill-formed field;
        the message names the paper.
    """
    document = tomllib.loads(text)
    tables = document.get("paper")
    if set(document) != {"paper"} or not isinstance(tables, list):
        raise ValueError(f"the catalogue must hold [[paper]] tables alone, got {sorted(document)}")
    entries: dict[str, CatalogueEntry] = {}
    for number, table in enumerate(tables, start=1):
        entry = _entry(table, str(table.get("slug", f"number {number}")))
        if entry.slug in entries:
            raise ValueError(f"paper {entry.slug}: `slug` must be unique, got it twice")
        entries[entry.slug] = entry
    return MappingProxyType(entries)


def _entry(table: Mapping[str, Any], name: str) -> CatalogueEntry:
    unknown, missing = sorted(set(table) - set(_TYPES)), sorted(set(_TYPES) - set(table))
    if unknown or missing:
        raise ValueError(f"paper {name}: unknown fields {unknown}, missing fields {missing}")
    entry = CatalogueEntry(**{key: _value(name, key, value) for key, value in table.items()})
    if not entry.arxiv and not entry.doi:
        raise ValueError(f"paper {name}: one of `arxiv` and `doi` must be given")
    if entry.code_license and not entry.code:
        raise ValueError(f"paper {name}: `code_license` needs `code`, got {entry.code_license!r}")
    if entry.fidelity == "reconstruction" and not entry.fidelity_note:
        raise ValueError(
            f"paper {name}: `fidelity_note` must say what a reconstruction leaves open"
        )
    return entry


def _value(name: str, key: str, value: Any) -> Any:
    """Check one field against its type and pattern; prose loses its line breaks."""
    if _TYPES[key] is str:
        return _text(name, key, value)
    if _TYPES[key] in (int, date):
        if type(value) is not _TYPES[key]:
            raise ValueError(f"paper {name}: `{key}` must be {_TYPES[key].__name__}, got {value!r}")
        return value
    if not isinstance(value, list) or not value:
        raise ValueError(f"paper {name}: `{key}` must be a filled list, got {value!r}")
    return tuple(_text(name, key, item) for item in value)


def _text(name: str, key: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else None
    pattern = _PATTERNS.get(key, ".*")
    if text is None or not re.fullmatch(pattern, text):
        raise ValueError(f"paper {name}: `{key}` must be text like {pattern}, got {value!r}")
    return text
