"""A paper: all that its run says, who talks of it, and how to run it."""

import threading
from functools import cache
from io import BytesIO

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlalchemy import func, select

from infomax.app.page.errors import AbsentError
from infomax.app.page.headers import PICTURE_POLICY
from infomax.app.page.links import PageLinks
from infomax.app.page.papers.cards import Card
from infomax.app.page.papers.standings import Standing
from infomax.app.page.papers.views import PaperPage, paper_page
from infomax.app.page.render import fragment, render
from infomax.app.page.routes.lists import map_of
from infomax.app.page.state import Page, ThePage, TheVisitor
from infomax.app.page.store.models import Comment, Job, Vote

router = APIRouter()
_drawing = threading.Lock()  # Matplotlib's settings are those of the whole process
N_JOBS = 6


@router.get("/papers/{slug}")
def paper(page: ThePage, visitor: TheVisitor, slug: str) -> HTMLResponse:
    """Show a paper."""
    shelved = page.shelf.now()
    card = card_of(page, slug)
    like = page.fragments.get(("like", slug, shelved.version), lambda: _like(page, card))
    view = cache(lambda: paper_page(card, card.run))
    seen = (card.entry, card.run and (card.run.path, card.run.stamp))
    head = page.fragments.get(("head", seen), lambda: fragment("head.html", view=view()))
    body = page.fragments.get(("paper", seen), lambda: paper_body(view(), PageLinks()))
    with page.database.read() as session:
        comments = session.scalars(
            select(Comment).where(Comment.slug == slug, ~Comment.removed).order_by(Comment.id)
        ).all()
        mine = visitor.person and session.get(Vote, (visitor.person.id, slug))
        jobs = session.scalars(
            select(Job)
            .where(Job.slug == slug, Job.upload.is_(None))
            .order_by(Job.id.desc())
            .limit(N_JOBS)
        ).all()
        n_votes = session.scalar(select(func.count()).where(Vote.slug == slug)) or 0
    return render(
        visitor,
        "paper_page.html",
        title=card.entry.title,
        description=card.entry.summary,
        card=card,
        head=head,
        body=body,
        like=like,
        comments=comments,
        voted=mine is not None,
        n_votes=n_votes,
        jobs=[(job, page.queue.progress(job)) for job in jobs],
        others=[
            run
            for run in shelved.standings.get(slug, [])[1:]
            if not run.path.is_relative_to(page.settings.own_runs)
        ],
    )


@router.get("/papers/{slug}/forest.svg")
def forest(page: ThePage, slug: str) -> Response:
    """Draw the verdicts of a paper."""
    return forest_picture(page, card_of(page, slug).run)


@router.get("/papers/{slug}/figures/{name}")
def figure(page: ThePage, slug: str, name: str) -> Response:
    """Return a figure of the run that speaks for a paper."""
    return figure_of(card_of(page, slug).run, name)


def card_of(page: Page, slug: str) -> Card:
    """Return a paper, or say that there is none."""
    card = page.shelf.now().cards.get(slug)
    if card is None:
        raise AbsentError("There is no such paper. The list has all; the search finds them.")
    return card


def paper_body(view: PaperPage, links: PageLinks) -> Markup:
    """Return what is said of a paper, which is the same for all visitors."""
    return fragment("paper_body.html", view=view, page=view.page, links=links)


def forest_picture(page: Page, run: Standing | None) -> Response:
    """Return the forest plot of a run."""
    if run is None or not run.verdicts:
        raise AbsentError("Nothing is judged yet.")
    content = page.fragments.get(("forest", run.path, run.stamp), lambda: _draw(run))
    return picture(str(content).encode())


def figure_of(run: Standing | None, name: str) -> Response:
    """Return a figure of a run by its name; the name is looked up, never opened."""
    figures = sorted((run.path / "figures").glob("*.svg")) if run and run.finished else []
    known = {file.name: file for file in figures}
    if name not in known:
        raise AbsentError("There is no such figure.")
    return picture(known[name].read_bytes())


def picture(content: bytes) -> Response:
    """Return an SVG that can do nothing but be looked at."""
    headers = {"Content-Security-Policy": PICTURE_POLICY, "Cache-Control": "private, max-age=60"}
    return Response(content, media_type="image/svg+xml", headers=headers)


def _like(page: Page, card: Card) -> Markup:
    shelved = page.shelf.now()
    slugs = page.index.like(card.entry.slug)
    return fragment(
        "like.html",
        like=[shelved.cards[slug] for slug in slugs if slug in shelved.cards],
        neighbours=map_of(shelved).of(card.entry.slug),
        links=PageLinks(),
    )


def _draw(run: Standing) -> Markup:
    from infomax.lab.figure_style import house_style
    from infomax.lab.forest import forest_plot

    with _drawing, house_style():
        target = BytesIO()
        forest_plot(run.verdicts).savefig(target, format="svg", metadata={"Date": None})
    return Markup(target.getvalue().decode())
