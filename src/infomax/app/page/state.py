"""What all requests share, and who is asking."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import select

from infomax.app.page.fragments import Fragments
from infomax.app.page.mail.post import Post
from infomax.app.page.papers.meaning import MeaningRanker, encoder
from infomax.app.page.papers.pending import PendingDrafts
from infomax.app.page.papers.search import Ranking, SearchIndex, by_words
from infomax.app.page.papers.shelf import Shelf
from infomax.app.page.rates import Rates
from infomax.app.page.runs.queue import RunQueue
from infomax.app.page.settings import PageSettings, check_zone
from infomax.app.page.signing import Links
from infomax.app.page.store.database import Database
from infomax.app.page.store.models import Person
from infomax.papers.catalogue import CatalogueEntry

LOCAL_NAME = "you"


class Page:
    """The page as a whole: its settings, database, papers, queue, mail and limits."""

    def __init__(self, settings: PageSettings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.shelf = Shelf(settings, self.database)
        self.queue = RunQueue(settings, self.database, on_end=self.shelf.touch)
        self.post = Post(settings)
        self.signing = Links(settings.secret)
        self.rates = Rates(settings.rates)
        self.fragments = Fragments()
        self.drafts = PendingDrafts()
        self._index: tuple[tuple[CatalogueEntry, ...], SearchIndex] | None = None
        self._indexing = threading.Lock()
        self._ranker: Ranking = by_words
        self._local = None if settings.group else self._local_person()

    @property
    def index(self) -> SearchIndex:
        """The search index over all papers, made again when papers were added."""
        entries = tuple(card.entry for card in self.shelf.now().cards.values())
        with self._indexing:
            if self._index is None or self._index[0] != entries:
                self._index = (entries, SearchIndex(entries, self._ranker))
            return self._index[1]

    def search_by_meaning(self) -> bool:
        """Search by sentence embeddings from now on, if their model is on this machine."""
        encode = encoder() if self.settings.meaning else None
        if encode is None:
            return False
        kept = self.settings.home / "meaning.npz"
        self._ranker = partial(MeaningRanker, encode=encode, kept=kept)
        entries = tuple(card.entry for card in self.shelf.now().cards.values())
        index = SearchIndex(entries, self._ranker)  # not while others wait for it
        with self._indexing:
            self._index = (entries, index)
        return True

    def person(self, session: dict[str, Any]) -> Person | None:
        """Return who is signed in; on a page without a group, the one user."""
        if not self.settings.group:
            return self._local
        with self.database.read() as database:
            person = database.get(Person, session.get("person", 0))
        return person if person and person.epoch == session.get("epoch") else None

    def is_editor(self, person: Person | None) -> bool:
        """Tell whether somebody may add papers and remove comments."""
        if person is None:
            return False
        return not self.settings.group or person.email in self.settings.editors

    def _local_person(self) -> Person:
        with self.database.write() as session:
            person = session.scalars(select(Person).where(Person.email.is_(None))).first()
            if person is None:
                person = Person(email=None, name=LOCAL_NAME)
                session.add(person)
        return person


@dataclass(frozen=True)
class Visitor:
    """Who asks, and how their page is to be."""

    page: Page
    request: Request

    @cached_property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.page.person(self.request.session)

    @property
    def is_editor(self) -> bool:
        """Whether they may add papers and remove comments."""
        return self.page.is_editor(self.person)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone they chose, or the page's."""
        try:
            return check_zone(str(self.request.session.get("zone", self.page.settings.zone)))
        except ValueError:
            return ZoneInfo(self.page.settings.zone)

    @property
    def key(self) -> str:
        """By whom rates are counted: the person, else where they come from."""
        client = self.request.client.host if self.request.client else "nowhere"
        return f"person {self.person.id}" if self.person else f"host {client}"

    def limit(self, what: str, *also: str) -> None:
        """Count one more of something, and refuse it if it was too often."""
        self.page.rates.hit(what, self.key, *also)

    def tell(self, text: str) -> None:
        """Say something on the next page they see."""
        self.request.session["told"] = text

    def told(self) -> Iterator[str]:
        """Yield what is to be said, once."""
        if "told" in self.request.session:
            yield str(self.request.session.pop("told"))


def page_of(request: Request) -> Page:
    """Return the page that answers a request."""
    page: Page = request.app.state.page
    return page


def visitor_of(request: Request) -> Visitor:
    """Return who asks."""
    return Visitor(page_of(request), request)


ThePage = Annotated[Page, Depends(page_of)]
TheVisitor = Annotated[Visitor, Depends(visitor_of)]
