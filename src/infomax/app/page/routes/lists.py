"""Lists of papers: all, by day, trending, found, and the map."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from infomax.app.page.links import PageLinks
from infomax.app.page.papers.arcs import PaperMap, paper_map
from infomax.app.page.papers.cards import VERDICTS, Card, Filters, by_day, listed, trending
from infomax.app.page.papers.shelf import Shelved
from infomax.app.page.render import fragment, render
from infomax.app.page.state import Page, ThePage, TheVisitor, Visitor
from infomax.app.page.store.models import utc_now
from infomax.app.report import words

router = APIRouter()
Word = Annotated[str, Query(max_length=40)]
Year = Annotated[str, Query(max_length=4, pattern="^([0-9]{4})?$")]
Question = Annotated[str, Query(max_length=300)]


@router.get("/")
def index(
    page: ThePage, visitor: TheVisitor, room: Word = "", verdict: Word = "", year: Year = ""
) -> HTMLResponse:
    """Show all papers, built ones first."""
    shelved = page.shelf.now()
    filters = Filters(room, verdict, int(year) if year else None)
    cards = listed(filters.choose(shelved.cards.values()))
    groups = [
        ("These run", [card for card in cards if card.built]),
        ("Still to be built", [card for card in cards if not card.built]),
    ]
    total = words.tally([v for card in cards if card.run for v in card.run.verdicts])
    return render(
        visitor,
        "list.html",
        title="Papers that run",
        body=_body(page, shelved, visitor, groups, ("list", filters)),
        n_cards=len(cards),
        totals=total,
        notices=shelved.notices if visitor.is_editor else [],
        filters=filters,
        choices=(shelved.rooms, VERDICTS, shelved.years),
    )


@router.get("/days")
def latest_day(page: ThePage, visitor: TheVisitor) -> HTMLResponse:
    """Show the newest day."""
    days = by_day(page.shelf.now().cards.values(), visitor.zone)
    return _day(page, visitor, next(iter(days), None))


@router.get("/days/{day}")
def one_day(page: ThePage, visitor: TheVisitor, day: date) -> HTMLResponse:
    """Show the papers of one day."""
    return _day(page, visitor, day)


def _day(page: Page, visitor: Visitor, day: date | None) -> HTMLResponse:
    shelved = page.shelf.now()
    days = by_day(shelved.cards.values(), visitor.zone)
    cards = days.get(day, []) if day else []
    return render(
        visitor,
        "day.html",
        title=f"{day.day} {day:%B %Y}" if day else "Days",
        day=day,
        body=_body(page, shelved, visitor, [("", cards)], ("day", day)),
        n_cards=len(cards),
        before=next((other for other in days if day and other < day), None),
        after=next((other for other in reversed(days) if day and other > day), None),
    )


@router.get("/trending")
def trends(page: ThePage, visitor: TheVisitor) -> HTMLResponse:
    """Show what people vote for and run."""
    shelved, now = page.shelf.now(), utc_now()
    cards = trending(shelved.cards.values(), now)
    body = _body(page, shelved, visitor, [("", cards)], ("trending", f"{now:%Y-%m-%d %H}"))
    return render(visitor, "trending.html", title="Trending", body=body, n_cards=len(cards))


@router.get("/search")
def search(page: ThePage, visitor: TheVisitor, q: Question = "") -> HTMLResponse:
    """Show the papers and parts that answer a question."""
    question = " ".join(q.split())
    hits: list[tuple[Card, Any]] = []
    parts: Sequence[Any] = []
    if question:
        visitor.limit("search")
        cards = page.shelf.now().cards
        hits = [(cards[hit.slug], hit) for hit in page.index.search(question) if hit.slug in cards]
        parts = page.index.parts(question)
    return render(
        visitor,
        "search.html",
        title=f"Search: {question}" if question else "Search",
        question=question,
        hits=hits,
        parts=parts,
    )


@router.get("/map")
def the_map(page: ThePage, visitor: TheVisitor) -> HTMLResponse:
    """Show which papers share parts."""
    shelved = page.shelf.now()
    body = page.fragments.get(
        ("map", shelved.version),
        lambda: fragment(
            "map_body.html", map=map_of(shelved), cards=shelved.cards, links=PageLinks()
        ),
    )
    return render(visitor, "map.html", title="Map", body=body)


def map_of(shelved: Shelved) -> PaperMap:
    """Return the map of all papers."""
    return paper_map(card.entry for card in shelved.cards.values())


def _body(
    page: Page,
    shelved: Shelved,
    visitor: Visitor,
    groups: list[tuple[str, list[Card]]],
    what: Hashable,
) -> Markup:
    """Return the list itself, which is the same for all visitors in one time zone."""
    key = ("cards", what, shelved.version, visitor.zone.key)
    if not any(cards for _, cards in groups):
        return Markup("")
    return page.fragments.get(
        key, lambda: fragment("cards.html", groups=groups, links=PageLinks(), zone=visitor.zone)
    )
