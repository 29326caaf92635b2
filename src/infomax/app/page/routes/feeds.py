"""Atom and JSON feeds of papers added and judged."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Annotated
from xml.etree import ElementTree

from fastapi import APIRouter, Query
from fastapi.responses import Response

from infomax.app.page.papers.cards import Card
from infomax.app.page.state import Page, ThePage, TheVisitor, Visitor
from infomax.app.report.words import tally

router = APIRouter()
N_ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
Room = Annotated[str, Query(max_length=40)]
Question = Annotated[str, Query(max_length=200)]


@router.get("/feed.atom")
def atom(page: ThePage, visitor: TheVisitor, room: Room = "", q: Question = "") -> Response:
    """Return the newest papers as Atom (RFC 4287)."""
    cards = _newest(page, visitor, room, q)
    home = page.settings.address
    feed = ElementTree.Element("feed", xmlns=ATOM)
    _add(feed, "title", "infomax: papers that run")
    _add(feed, "id", f"{home}/")
    _add(feed, "updated", _stamp(changed(cards[0]) if cards else datetime(2026, 1, 1, tzinfo=UTC)))
    ElementTree.SubElement(feed, "link", rel="self", href=f"{home}/feed.atom")
    ElementTree.SubElement(feed, "link", href=f"{home}/")
    for card in cards:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "title", card.entry.title)
        _add(entry, "id", identifier(page, card))
        _add(entry, "updated", _stamp(changed(card)))
        for name in card.entry.authors:
            _add(ElementTree.SubElement(entry, "author"), "name", name)
        ElementTree.SubElement(entry, "link", href=f"{home}/papers/{card.entry.slug}")
        ElementTree.SubElement(entry, "category", term=card.entry.room)
        _add(entry, "summary", told(card))
    content = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type="application/atom+xml")


@router.get("/feed.json")
def json_feed(page: ThePage, visitor: TheVisitor, room: Room = "", q: Question = "") -> Response:
    """Return the newest papers as JSON Feed 1.1."""
    home = page.settings.address
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "infomax: papers that run",
        "home_page_url": f"{home}/",
        "feed_url": f"{home}/feed.json",
        "items": [
            {
                "id": identifier(page, card),
                "url": f"{home}/papers/{card.entry.slug}",
                "title": card.entry.title,
                "content_text": told(card),
                "date_modified": _stamp(changed(card)),
                "authors": [{"name": name} for name in card.entry.authors],
                "tags": [card.entry.room],
            }
            for card in _newest(page, visitor, room, q)
        ],
    }
    return Response(json.dumps(content, ensure_ascii=False), media_type="application/feed+json")


def changed(card: Card) -> datetime:
    """Return when a paper was judged or added, the later one."""
    added = datetime.combine(card.entry.added, time(), UTC)
    return max(added, card.judged or added)


def identifier(page: Page, card: Card) -> str:
    """Return an identifier that a paper keeps until it is judged again."""
    mark = f"judged-{card.judged:%Y%m%dT%H%M%S}" if card.judged else "added"
    return f"{page.settings.address}/papers/{card.entry.slug}#{mark}"


def told(card: Card) -> str:
    """Return how the claims came out, and the summary."""
    counts = "; ".join(text for _, text in tally(card.run.verdicts)) if card.run else ""
    scale = f" ({card.run.scale} run, {card.run.n_seeds} seeds)" if card.run and counts else ""
    return f"{counts}{scale}. {card.entry.summary}" if counts else card.entry.summary


def _newest(page: Page, visitor: Visitor, room: str, question: str) -> Sequence[Card]:
    cards = [c for c in page.shelf.now().cards.values() if room in ("", c.entry.room)]
    if question:
        visitor.limit("search")
        cards = [card for card in cards if page.index.speaks_of(card.entry.slug, question)]
    return sorted(cards, key=changed, reverse=True)[:N_ENTRIES]


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
