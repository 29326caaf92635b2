"""All papers as they stand now: the catalogue, what editors added, runs, votes."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infomax.app.page.papers.cards import Card
from infomax.app.page.papers.entries import added_entry
from infomax.app.page.papers.standings import Standing, StandingReader
from infomax.app.page.settings import PageSettings
from infomax.app.page.store.database import Database
from infomax.app.page.store.models import AddedPaper, Comment, Job, Vote
from infomax.papers.catalogue import built_slugs, load_catalogue

LOOK_EVERY = 2.0  # seconds


@dataclass(frozen=True)
class Shelved:
    """One state of all papers; `version` changes whenever anything does."""

    version: int
    cards: Mapping[str, Card]
    standings: Mapping[str, list[Standing]]
    notices: list[str]

    @property
    def years(self) -> list[int]:
        """The years of the papers, newest first."""
        return sorted({card.entry.year for card in self.cards.values()}, reverse=True)

    @property
    def rooms(self) -> list[str]:
        """The rooms that have papers, in the catalogue's order."""
        return list(dict.fromkeys(card.entry.room for card in self.cards.values()))


class Shelf:
    """Keeps the papers' state; looks at run folders every two seconds, at most."""

    def __init__(self, settings: PageSettings, database: Database) -> None:
        self._database = database
        self._zone = ZoneInfo(settings.zone)
        self._reader = StandingReader((*settings.runs, settings.own_runs))
        self._lock = threading.Lock()
        self._looked = -LOOK_EVERY
        self._stale = True
        self._state = Shelved(0, {}, {}, [])

    def touch(self) -> None:
        """Say that the database or the runs have changed."""
        self._stale = True

    def now(self) -> Shelved:
        """Return the state, at most two seconds old."""
        if self._is_due() or self._state.version == 0:
            with self._lock:
                if self._is_due():  # nobody else has just looked
                    self._look()
        return self._state

    def _is_due(self) -> bool:
        return self._stale or time.monotonic() - self._looked >= LOOK_EVERY

    def _look(self) -> None:
        stale, self._stale = self._stale, False
        try:
            if self._reader.read() or stale:
                self._state = self._read()
        except BaseException:
            self._stale = True
            raise
        self._looked = time.monotonic()

    def _read(self) -> Shelved:
        standings = self._reader.standings
        with self._database.read() as session:
            cards = _cards(session, standings, self._zone)
        return Shelved(self._state.version + 1, cards, standings, self._reader.notices)


def _cards(
    session: Session, standings: Mapping[str, list[Standing]], zone: ZoneInfo
) -> dict[str, Card]:
    added = session.scalars(select(AddedPaper).order_by(AddedPaper.added.desc(), AddedPaper.slug))
    catalogue = load_catalogue()
    entries = [
        *catalogue.values(),
        *(added_entry(row, zone) for row in added if row.slug not in catalogue),
    ]
    built = set(built_slugs())
    votes = _moments(session.execute(select(Vote.slug, Vote.cast)).all())
    runs = _runs(session)
    comments = dict(
        session.execute(
            select(Comment.slug, func.count()).where(~Comment.removed).group_by(Comment.slug)
        ).all()
    )
    return {
        entry.slug: Card(
            entry,
            next(iter(standings.get(entry.slug, ())), None),
            entry.slug in built,
            votes.get(entry.slug, ()),
            runs.get(entry.slug, ()),
            comments.get(entry.slug, 0),
        )
        for entry in entries
    }


def _runs(session: Session) -> dict[str, tuple[datetime, ...]]:
    """Return when runs ended; of one person's runs of a paper on one day the last one counts."""
    ended = session.execute(
        select(Job.slug, func.max(Job.ended))
        .where(Job.state == "finished")
        .group_by(Job.slug, Job.person_id, func.date(Job.ended))
    )
    return _moments([(slug, moment) for slug, moment in ended if moment is not None])


def _moments(pairs: Iterable[tuple[str, datetime]]) -> dict[str, tuple[datetime, ...]]:
    grouped: dict[str, list[datetime]] = {}
    for slug, moment in pairs:
        grouped.setdefault(slug, []).append(moment)
    return {slug: tuple(moments) for slug, moments in grouped.items()}
