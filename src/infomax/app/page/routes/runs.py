"""Runs: asked for, watched, cancelled, looked at."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import select

from infomax.app.page.errors import AbsentError, ForbiddenError, RefusedError
from infomax.app.page.links import PageLinks
from infomax.app.page.papers.standings import Standing, read_standing
from infomax.app.page.papers.views import choices, paper_page
from infomax.app.page.render import render
from infomax.app.page.routes.papers import card_of, figure_of, forest_picture, paper_body
from infomax.app.page.runs.progress import OPEN, took
from infomax.app.page.runs.uploads import checked_ending, keep
from infomax.app.page.settings import MOST_MEGABYTES
from infomax.app.page.signing import FromOurForm
from infomax.app.page.state import Page, ThePage, TheVisitor, Visitor
from infomax.app.page.store.models import Job
from infomax.app.report.evidence import experiment_of
from infomax.lab.contract import Experiment

router = APIRouter()
MOST_SEEDS = 50
N_SHOWN = 60
TICK = 0.3
MOST_WATCHERS, MOST_MINE = 300, 20
Seeds = Annotated[str, Form(max_length=6)]


@dataclass(frozen=True, eq=False)
class Watcher:
    """One open stream of events, and whose it is."""

    key: str


_watchers: set[Watcher] = set()


def _watched(page: ThePage, visitor: TheVisitor, number: int) -> int:
    """Refuse to stream what a visitor may not see, before the stream begins."""
    mine = sum(watcher.key == visitor.key for watcher in _watchers)
    if mine >= MOST_MINE or len(_watchers) >= MOST_WATCHERS:
        raise RefusedError("Too many are watching; reload the page instead.", status=503)
    return _job(page, visitor, number).id


Watched = Annotated[int, Depends(_watched)]


@router.get("/papers/{slug}/run")
def ask(page: ThePage, visitor: TheVisitor, slug: str) -> HTMLResponse:
    """Show what can be chosen for a run."""
    card = card_of(page, slug)
    experiment = _experiment(slug) if card.is_built else None
    return render(
        visitor,
        "run_form.html",
        title=f"Run {slug}",
        card=card,
        choices=choices(experiment),
        own=experiment.settings.get("own") if experiment else None,
        most_seeds=MOST_SEEDS,
    )


@router.post("/papers/{slug}/run", dependencies=[FromOurForm])
def run(
    page: ThePage,
    visitor: TheVisitor,
    slug: str,
    scale: Annotated[str, Form(max_length=20)],
    seeds: Seeds = "",
) -> RedirectResponse:
    """Put a run into the queue."""
    person = _runner(visitor)
    experiment = _experiment(card_of(page, slug).entry.slug)
    offered = {choice.scale for choice in choices(experiment)}
    if scale not in offered:
        raise RefusedError(f"“Size” must be one of {', '.join(sorted(offered))}.")
    n_seeds = _seeds(seeds, experiment.settings[scale].n_seeds)
    number = page.queue.ask(slug, scale, n_seeds, person=person)
    return RedirectResponse(f"/runs/{number}", 303)


@router.post("/papers/{slug}/own", max_body_size=1_000_000 * (MOST_MEGABYTES + 1))
def run_own(
    page: ThePage,
    visitor: TheVisitor,
    slug: str,
    file: Annotated[UploadFile, File()],
    seeds: Seeds = "",
    _form: Annotated[None, FromOurForm] = None,
) -> RedirectResponse:
    """Put a run on a file of one's own into the queue."""
    person = _runner(visitor)
    experiment = _experiment(card_of(page, slug).entry.slug)
    if "own" not in experiment.settings:
        raise RefusedError("This paper takes no file of one's own.")
    n_seeds = _seeds(seeds, experiment.settings["own"].n_seeds)
    staging = page.settings.private_runs / "staging"
    ending = checked_ending(file.filename or "")
    name = keep(file.file, ending, staging, megabytes=page.settings.upload_megabytes)
    upload = staging / name
    try:
        number = page.queue.ask(slug, "own", n_seeds, person=person, upload=upload)
    finally:
        upload.unlink(missing_ok=True)
    return RedirectResponse(f"/runs/{number}", 303)


@router.get("/runs")
def queue(page: ThePage, visitor: TheVisitor) -> HTMLResponse:
    """Show the queue and the last runs."""
    with page.database.read() as session:
        jobs = session.scalars(select(Job).order_by(Job.id.desc()).limit(N_SHOWN)).all()
    shown = [(job, page.queue.progress(job)) for job in jobs if _may_see(visitor, job)]
    cards = page.shelf.now().cards
    return render(visitor, "runs.html", title="Runs", jobs=shown, cards=cards)


@router.get("/runs/{number}")
def one_run(page: ThePage, visitor: TheVisitor, number: int) -> HTMLResponse:
    """Show a run: where it is, or what came of it."""
    job = _job(page, visitor, number)
    card = card_of(page, job.slug)
    standing = _standing(page, job)
    body = ""
    if job.state not in OPEN and standing is not None:
        body = page.fragments.get(
            ("run", standing.path, standing.stamp),
            lambda: paper_body(paper_page(card, standing), PageLinks(job=number)),
        )
    return render(
        visitor,
        "run_page.html",
        title=f"Run {number} of {job.slug}",
        job=job,
        card=card,
        progress=page.queue.progress(job),
        took=took(job.started, job.ended),
        body=body,
        mine=_may_end(visitor, job),
    )


@router.get("/runs/{number}/events", response_class=EventSourceResponse)
async def events(
    page: ThePage, visitor: TheVisitor, number: Watched
) -> AsyncIterator[ServerSentEvent]:
    """Tell where a run is whenever that changes, until it is over."""
    watcher = Watcher(visitor.key)
    _watchers.add(watcher)
    try:
        last: dict[str, Any] = {}
        while last.get("state") not in ("finished", "failed", "cancelled"):
            now = await asyncio.to_thread(_told, page, number)
            if now != last:
                yield ServerSentEvent(data=now, event="progress")
                last = now
            await asyncio.sleep(TICK)
    finally:
        _watchers.discard(watcher)


@router.post("/runs/{number}/cancel", dependencies=[FromOurForm])
def cancel(page: ThePage, visitor: TheVisitor, number: int) -> RedirectResponse:
    """End a run or take it out of the queue."""
    job = _job(page, visitor, number)
    if not _may_end(visitor, job):
        raise ForbiddenError("Only who asked for a run, or an editor, can cancel it.")
    page.queue.cancel(number)
    return RedirectResponse(f"/runs/{number}", 303)


@router.post("/runs/{number}/again", dependencies=[FromOurForm])
def again(page: ThePage, visitor: TheVisitor, number: int) -> RedirectResponse:
    """Put a run that failed or was cancelled back into the queue."""
    _runner(visitor)
    job = _job(page, visitor, number)
    if not _may_end(visitor, job):
        raise ForbiddenError("Only who asked for a run, or an editor, can take it up again.")
    if job.upload is not None:
        raise RefusedError("The file of this run was deleted when it ended; send it again.")
    page.queue.again(job)
    return RedirectResponse(f"/runs/{number}", 303)


@router.get("/runs/{number}/forest.svg")
def forest(page: ThePage, visitor: TheVisitor, number: int) -> Response:
    """Draw the verdicts of a run."""
    return forest_picture(page, _standing(page, _job(page, visitor, number)))


@router.get("/runs/{number}/figures/{name}")
def figure(page: ThePage, visitor: TheVisitor, number: int, name: str) -> Response:
    """Return a figure of a run."""
    return figure_of(_standing(page, _job(page, visitor, number)), name)


def _experiment(slug: str) -> Experiment:
    experiment = experiment_of(slug)
    if experiment is None:
        raise RefusedError("This paper cannot run here: it is not built, or an extra is missing.")
    return experiment


def _runner(visitor: Visitor) -> int:
    if visitor.person is None:
        raise ForbiddenError("Sign in to run papers.")
    visitor.limit("run")
    return visitor.person.id


def _seeds(text: str, planned: int) -> int:
    if not text.strip():
        return planned
    if not text.strip().isdecimal() or not 1 <= int(text) <= MOST_SEEDS:
        raise RefusedError(f"“Seeds” must be a whole number from 1 to {MOST_SEEDS}.")
    return int(text)


def _job(page: Page, visitor: Visitor, number: int) -> Job:
    job = None
    if 0 < number < 2**62:
        with page.database.read() as session:
            job = session.get(Job, number)
    if job is None or not _may_see(visitor, job):
        raise AbsentError("There is no such run, or it is somebody else's.")
    return job


def _may_see(visitor: Visitor, job: Job) -> bool:
    """Tell whether a visitor may see a run; one on somebody's own file is theirs alone."""
    return job.upload is None or (visitor.person is not None and visitor.person.id == job.person_id)


def _may_end(visitor: Visitor, job: Job) -> bool:
    person = visitor.person
    return person is not None and (person.id == job.person_id or visitor.is_editor)


def _standing(page: Page, job: Job) -> Standing | None:
    folder: Path = page.queue.folder(job)
    return read_standing(folder)


def _told(page: Page, number: int) -> dict[str, Any]:
    with page.database.read() as session:
        job = session.get(Job, number)
    return {} if job is None else page.queue.progress(job).as_json()
