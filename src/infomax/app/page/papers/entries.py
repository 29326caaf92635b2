"""Papers of the catalogue and papers that editors added, as one kind of entry."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from infomax.app.page.store.models import AddedPaper
from infomax.papers.catalogue import CatalogueEntry

LONGEST_SLUG = 48


@dataclass(frozen=True)
class AddedEntry(CatalogueEntry):
    """A paper that an editor added; nothing of it can run."""

    @property
    def is_built(self) -> bool:
        """Never: what runs is in the package."""
        return False

    @property
    def url(self) -> str:
        """Where the paper is found; empty if nobody said."""
        return super().url if self.arxiv or self.doi else ""


def added_entry(row: AddedPaper, zone: ZoneInfo) -> AddedEntry:
    """Return the entry of a row of the database."""
    return AddedEntry(
        slug=row.slug,
        title=row.title,
        authors=tuple(row.authors),
        year=row.year,
        arxiv=row.arxiv,
        doi=row.doi,
        code="",
        code_license="",
        room=row.room,
        fidelity="",
        fidelity_note="",
        summary=row.summary,
        equation="",
        equation_plain="",
        parts=(),
        claims_to_come=(),
        keywords=tuple(row.keywords),
        added=row.added.astimezone(zone).date(),
    )


def new_slug(title: str, taken: Collection[str]) -> str:
    """Return a short name for a title that no other paper has.

    >>> new_slug("Deep InfoMax: an Überblick!", ["deep-infomax-an-uberblick"])
    'deep-infomax-an-uberblick-2'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "paper"
    stem = words[:LONGEST_SLUG].strip("-")
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
