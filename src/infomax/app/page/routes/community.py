"""Votes and comments."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from sqlalchemy.dialects.sqlite import insert

from infomax.app.page.errors import AbsentError, ForbiddenError, RefusedError
from infomax.app.page.routes.papers import card_of
from infomax.app.page.signing import FromOurForm
from infomax.app.page.state import ThePage, TheVisitor, Visitor
from infomax.app.page.store.models import Comment, Person, Vote, utc_now

router = APIRouter()
LONGEST = 4000


@router.post("/papers/{slug}/vote", dependencies=[FromOurForm])
def vote(
    page: ThePage, visitor: TheVisitor, slug: str, wanted: Annotated[bool, Form()]
) -> RedirectResponse:
    """Vote for a paper, or take the vote back; twice is once."""
    person = _writer(visitor)
    card_of(page, slug)
    with page.database.write() as session:
        if wanted:
            row = insert(Vote).values(person_id=person.id, slug=slug, cast=utc_now())
            session.execute(row.on_conflict_do_nothing())
        elif (mine := session.get(Vote, (person.id, slug))) is not None:
            session.delete(mine)
    page.shelf.touch()
    return RedirectResponse(f"/papers/{slug}", 303)


@router.post("/papers/{slug}/comments", dependencies=[FromOurForm])
def comment(
    page: ThePage,
    visitor: TheVisitor,
    slug: str,
    text: Annotated[str, Form(max_length=LONGEST)] = "",
) -> RedirectResponse:
    """Say something about a paper, in plain text."""
    person = _writer(visitor)
    card_of(page, slug)
    plain = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or c.isprintable()).strip()
    if not plain:
        raise RefusedError("A comment needs some text.")
    with page.database.write() as session:
        written = Comment(person_id=person.id, slug=slug, text=plain)
        session.add(written)
        session.flush()
        number = written.id
    page.shelf.touch()
    return RedirectResponse(f"/papers/{slug}#comment-{number}", 303)


@router.post("/comments/{number}/remove", dependencies=[FromOurForm])
def remove(page: ThePage, visitor: TheVisitor, number: int) -> RedirectResponse:
    """Remove a comment: one's own, or as an editor any."""
    person = _writer(visitor)
    with page.database.write() as session:
        found = session.get(Comment, number) if 0 < number < 2**62 else None
        if found is None or found.removed:
            raise AbsentError("There is no such comment any more.")
        if found.person_id != person.id and not visitor.is_editor:
            raise ForbiddenError("Only its author or an editor can remove a comment.")
        found.removed, found.text = True, ""
        slug = found.slug
    page.shelf.touch()
    return RedirectResponse(f"/papers/{slug}#comments", 303)


def _writer(visitor: Visitor) -> Person:
    if visitor.person is None:
        raise ForbiddenError("Sign in to vote and to comment.")
    visitor.limit("write")
    return visitor.person
