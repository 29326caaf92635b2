"""A paper as an editor or a feed describes it, checked before it is kept."""

import re
from dataclasses import dataclass

from infomax.app.page.errors import RefusedError
from infomax.papers.catalogue import ROOMS

ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})")
DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]{1,200}")
MOST_AUTHORS = 400


@dataclass(frozen=True)
class Draft:
    """What is said of a paper that is to be added."""

    title: str
    authors: tuple[str, ...]
    year: int
    summary: str
    room: str = ""
    arxiv: str = ""
    doi: str = ""
    keywords: tuple[str, ...] = ()

    def checked(self) -> "Draft":
        """Return it, or say what is wrong with it.

        Raises
        ------
        RefusedError
            If a field is missing, too long or ill-formed.
        """
        for name, text, longest in (
            ("Title", self.title, 400),
            ("Summary", self.summary, 8000),
        ):
            if not 3 <= len(text) <= longest:
                raise RefusedError(f"“{name}” must have 3 to {longest} characters.")
        if not self.authors or len(self.authors) > MOST_AUTHORS:
            raise RefusedError("“Authors” must name somebody, one a line.")
        if not 1900 <= self.year <= 2100:
            raise RefusedError("“Year” must lie between 1900 and 2100.")
        if self.room not in ROOMS:
            raise RefusedError(f"“Room” must be one of {', '.join(ROOMS)}.")
        if self.arxiv and not ARXIV.fullmatch(self.arxiv):
            raise RefusedError("“arXiv” must be a number such as 2301.01234.")
        if self.doi and not DOI.fullmatch(self.doi):
            raise RefusedError("“DOI” must be like 10.1000/182.")
        return self


def plain(text: str) -> str:
    r"""Return text on one line, without what cannot be printed.

    >>> plain(" Deep\n  Info\x00Max ")
    'Deep InfoMax'
    """
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def by_lines(text: str) -> tuple[str, ...]:
    """Return the filled lines of a text."""
    return tuple(filter(None, map(plain, text.splitlines())))


def by_commas(text: str) -> tuple[str, ...]:
    """Return what stands between commas."""
    return tuple(filter(None, map(plain, text.split(","))))
