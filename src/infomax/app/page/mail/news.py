"""What is new for whom: papers that were added or judged since somebody's last digest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from infomax.app.page.papers.cards import Card, listed, trending
from infomax.app.page.papers.search import SearchIndex
from infomax.app.page.store.models import News, Subscription

N_TRENDING = 3
N_LISTED = 12


@dataclass(frozen=True)
class Digest:
    """What one digest tells: papers judged, papers added, and what people talk of."""

    judged: Sequence[Card]
    added: Sequence[Card]
    trending: Sequence[Card]

    def __bool__(self) -> bool:
        return bool(self.judged or self.added)

    @property
    def subject(self) -> str:
        """What it holds, in a few words."""
        told = []
        if self.judged:
            told.append(f"{_papers(len(self.judged))} newly judged")
        if self.added:
            told.append(f"{_papers(len(self.added))} added")
        return ", ".join(told)


def note_news(session: Session, cards: Iterable[Card], now: datetime) -> None:
    """Note what has happened to papers and was not noted before, as seen now."""
    known = set(session.execute(select(News.slug, News.kind, News.mark)))
    for card in cards:
        marks = [("added", "")]
        if card.judged is not None and card.run is not None and card.run.verdicts:
            marks.append(("judged", card.judged.isoformat()))
        for kind, mark in marks:
            if (card.entry.slug, kind, mark) not in known:
                row = insert(News).values(slug=card.entry.slug, kind=kind, mark=mark, seen=now)
                session.execute(row.on_conflict_do_nothing())


def digest_for(
    session: Session,
    subscription: Subscription,
    cards: Mapping[str, Card],
    index: SearchIndex,
    *,
    since: datetime,
    until: datetime,
) -> Digest:
    """Return what is new for a subscriber after `since`, up to and with `until`."""
    seen = session.execute(
        select(News.slug, News.kind).where(News.seen > since, News.seen <= until)
    )
    kinds: dict[str, set[str]] = {}
    for slug, kind in seen:
        if slug in cards and _wanted(subscription, cards[slug], index):
            kinds.setdefault(slug, set()).add(kind)
    judged = [cards[slug] for slug, found in kinds.items() if "judged" in found]
    added = [cards[slug] for slug, found in kinds.items() if found == {"added"}]
    warm = [c for c in trending(cards.values(), until) if _in_rooms(subscription, c)]
    return Digest(listed(judged), listed(added), warm[:N_TRENDING])


def _wanted(subscription: Subscription, card: Card, index: SearchIndex) -> bool:
    spoken = not subscription.query or index.speaks_of(card.entry.slug, subscription.query)
    return spoken and _in_rooms(subscription, card)


def _in_rooms(subscription: Subscription, card: Card) -> bool:
    return not subscription.rooms or card.entry.room in subscription.rooms


def _papers(count: int) -> str:
    return "1 paper" if count == 1 else f"{count} papers"
