"""The JSON API, for reading; described by OpenAPI at ``/api/v1/openapi.json``."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from sqlalchemy import select

from infomax.app.page.errors import AbsentError
from infomax.app.page.papers.cards import Card, Filters, by_day, listed, trending
from infomax.app.page.render import render
from infomax.app.page.routes.lists import map_of
from infomax.app.page.routes.papers import card_of
from infomax.app.page.state import ThePage, TheVisitor
from infomax.app.page.store.models import Job, utc_now
from infomax.lab.verdict import Verdict

router = APIRouter()


class Problem(BaseModel):
    """Why something was not done."""

    detail: str


class VerdictOut(BaseModel):
    """How one claim came out."""

    claim: str
    kind: str
    outcome: str
    headline: str
    as_expected: bool
    estimate: float | None
    low: float | None
    high: float | None
    unit: str
    n_seeds: int


class PaperOut(BaseModel):
    """A paper in short."""

    slug: str
    title: str
    authors: list[str]
    year: int
    arxiv: str
    doi: str
    room: str
    fidelity: str
    summary: str
    parts: list[str]
    added: date
    runs: bool
    judged: datetime | None
    scale: str | None
    n_seeds: int | None
    n_votes: int


class FullPaperOut(PaperOut):
    """A paper with its verdicts."""

    verdicts: list[VerdictOut]
    claims_to_come: list[str]


class HitOut(BaseModel):
    """A paper that answers a question, and the parts it leads to."""

    slug: str
    title: str
    score: float
    parts: list[str]


class DayOut(BaseModel):
    """The papers of a day."""

    day: date
    slugs: list[str]


class LinkOut(BaseModel):
    """Two papers and the parts that they share."""

    slugs: tuple[str, str]
    parts: list[str]


class RunOut(BaseModel):
    """A run that somebody asked for."""

    id: int
    slug: str
    scale: str
    n_seeds: int
    n_done: int
    state: str
    text: str
    created: datetime
    ended: datetime | None


ABSENT: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
UNREADABLE: dict[int | str, dict[str, Any]] = {422: {"model": Problem}}
OFTEN: dict[int | str, dict[str, Any]] = {429: {"model": Problem}}
Slug = Annotated[str, Path(pattern="^[a-z0-9-]{1,64}$")]
Room = Annotated[str, Query(max_length=40)]


@router.get("/api/v1/papers", responses=UNREADABLE)
def papers(
    page: ThePage, room: Room = "", verdict: Room = "", year: Annotated[int | None, Query()] = None
) -> list[PaperOut]:
    """List the papers, built ones first."""
    cards = Filters(room, verdict, year).choose(page.shelf.now().cards.values())
    return [PaperOut(**_paper(card)) for card in listed(cards)]


@router.get("/api/v1/papers/{slug}", responses=ABSENT | UNREADABLE)
def paper(page: ThePage, slug: Slug) -> FullPaperOut:
    """Return a paper with its verdicts."""
    card = card_of(page, slug)
    verdicts = [_verdict(verdict) for verdict in (card.run.verdicts if card.run else ())]
    return FullPaperOut(
        **_paper(card), verdicts=verdicts, claims_to_come=list(card.entry.claims_to_come)
    )


@router.get("/api/v1/papers/{slug}/like", responses=ABSENT | UNREADABLE)
def like(page: ThePage, slug: Slug) -> list[PaperOut]:
    """List the papers most like one."""
    card_of(page, slug)
    cards = page.shelf.now().cards
    return [PaperOut(**_paper(cards[other])) for other in page.index.like(slug) if other in cards]


@router.get("/api/v1/search", responses=UNREADABLE | OFTEN)
def search(
    page: ThePage, visitor: TheVisitor, q: Annotated[str, Query(min_length=1, max_length=300)]
) -> list[HitOut]:
    """List the papers that answer a question, best first."""
    visitor.limit("search")
    cards = page.shelf.now().cards
    return [
        HitOut(
            slug=hit.slug,
            title=cards[hit.slug].entry.title,
            score=hit.score,
            parts=[part.name for part in hit.parts],
        )
        for hit in page.index.search(q)
        if hit.slug in cards
    ]


@router.get("/api/v1/days")
def days(page: ThePage, visitor: TheVisitor) -> list[DayOut]:
    """List the days that have papers, the newest first."""
    found = by_day(page.shelf.now().cards.values(), visitor.zone)
    return [DayOut(day=day, slugs=[c.entry.slug for c in cards]) for day, cards in found.items()]


@router.get("/api/v1/trending")
def trends(page: ThePage) -> list[PaperOut]:
    """List what people vote for and run, the hottest first."""
    return [PaperOut(**_paper(c)) for c in trending(page.shelf.now().cards.values(), utc_now())]


@router.get("/api/v1/map")
def links(page: ThePage) -> list[LinkOut]:
    """List the pairs of papers that share parts."""
    found = map_of(page.shelf.now())
    return [
        LinkOut(
            slugs=(found.entries[arc.upper].slug, found.entries[arc.lower].slug),
            parts=list(arc.parts),
        )
        for arc in found.arcs
    ]


@router.get("/api/v1/runs")
def runs(page: ThePage) -> list[RunOut]:
    """List the last runs; those on somebody's own file are left out."""
    with page.database.read() as session:
        jobs = session.scalars(
            select(Job).where(Job.upload.is_(None)).order_by(Job.id.desc()).limit(100)
        ).all()
    return [_run(page, job) for job in jobs]


@router.get("/api/v1/runs/{number}", responses=ABSENT | UNREADABLE)
def run(page: ThePage, number: Annotated[int, Path(ge=1, le=2**53)]) -> RunOut:
    """Return where a run is."""
    with page.database.read() as session:
        job = session.get(Job, number)
    if job is None or job.upload is not None:
        raise AbsentError("There is no such run.")
    return _run(page, job)


@router.get("/api", include_in_schema=False)
def described(visitor: TheVisitor) -> HTMLResponse:
    """Show the API in words."""
    schema = visitor.request.app.openapi()
    return render(visitor, "api.html", title="API", paths=schema["paths"])


def _paper(card: Card) -> dict[str, Any]:
    entry, names = card.entry, PaperOut.model_fields
    known = {name: getattr(entry, name) for name in names if hasattr(entry, name)}
    judged = card.run if card.run and card.run.verdicts else None
    return {
        **known,
        "runs": card.built,
        "judged": judged.finished if judged else None,
        "scale": judged.scale if judged else None,
        "n_seeds": judged.n_seeds if judged else None,
        "n_votes": len(card.votes),
    }


def _verdict(verdict: Verdict) -> VerdictOut:
    finding = verdict.leading
    return VerdictOut(
        claim=verdict.text,
        kind=verdict.kind,
        outcome=verdict.outcome,
        headline=verdict.headline,
        as_expected=verdict.as_expected,
        estimate=finding.estimate if finding else None,
        low=finding.low if finding else None,
        high=finding.high if finding else None,
        unit=verdict.unit,
        n_seeds=verdict.n_seeds,
    )


def _run(page: ThePage, job: Job) -> RunOut:
    now = page.queue.progress(job)
    return RunOut(
        id=job.id,
        slug=job.slug,
        scale=job.scale,
        n_seeds=job.n_seeds,
        n_done=now.n_done,
        state=now.state,
        text=now.text,
        created=job.created,
        ended=job.ended,
    )
