"""Adding papers: by hand, or from an Atom file or address of arXiv."""

from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from infomax.app.page.errors import AbsentError, ForbiddenError, RefusedError
from infomax.app.page.papers.arxiv import LARGEST, fetch_atom, read_atom
from infomax.app.page.papers.drafts import Draft, by_commas, by_lines, plain
from infomax.app.page.papers.entries import new_slug
from infomax.app.page.render import render
from infomax.app.page.signing import FromOurForm
from infomax.app.page.state import Page, ThePage, TheVisitor, Visitor
from infomax.app.page.store.models import AddedPaper
from infomax.papers.catalogue import ROOMS, built_slugs

router = APIRouter()
Line = Annotated[str, Form(max_length=400)]
Long = Annotated[str, Form(max_length=20_000)]


@router.get("/add")
def form(visitor: TheVisitor) -> HTMLResponse:
    """Show the ways to add a paper."""
    _editor(visitor)
    return render(visitor, "add.html", title="Add a paper", draft=None, slug="", rooms=ROOMS)


@router.post("/add", dependencies=[FromOurForm])
def add(
    page: ThePage,
    visitor: TheVisitor,
    title: Line = "",
    authors: Long = "",
    year: Line = "",
    room: Line = "",
    summary: Long = "",
    arxiv: Line = "",
    doi: Line = "",
    keywords: Line = "",
) -> RedirectResponse:
    """Add a paper by hand."""
    _editor(visitor)
    draft = _draft(title, authors, year, room, summary, arxiv, doi, keywords)
    slug = keep_drafts(page, visitor, [draft.checked()])[0]
    return RedirectResponse(f"/papers/{slug}", 303)


@router.get("/papers/{slug}/edit")
def edit_form(page: ThePage, visitor: TheVisitor, slug: str) -> HTMLResponse:
    """Show what is said of a paper that was added."""
    _editor(visitor)
    with page.database.read() as session:
        row = _added(session.get(AddedPaper, slug))
    draft = Draft(
        row.title, tuple(row.authors), row.year, row.summary, row.room, row.arxiv, row.doi,
        tuple(row.keywords),
    )  # fmt: skip
    return render(visitor, "add.html", title="Edit a paper", draft=draft, slug=slug, rooms=ROOMS)


@router.post("/papers/{slug}/edit", dependencies=[FromOurForm])
def edit(
    page: ThePage,
    visitor: TheVisitor,
    slug: str,
    title: Line = "",
    authors: Long = "",
    year: Line = "",
    room: Line = "",
    summary: Long = "",
    arxiv: Line = "",
    doi: Line = "",
    keywords: Line = "",
) -> RedirectResponse:
    """Change what is said of a paper that was added."""
    _editor(visitor)
    draft = _draft(title, authors, year, room, summary, arxiv, doi, keywords).checked()
    with page.database.write() as session:
        row = _added(session.get(AddedPaper, slug))
        for name, value in asdict(draft).items():
            setattr(row, name, list(value) if isinstance(value, tuple) else value)
    page.shelf.touch()
    return RedirectResponse(f"/papers/{slug}", 303)


@router.post("/papers/{slug}/remove", dependencies=[FromOurForm])
def remove(page: ThePage, visitor: TheVisitor, slug: str) -> RedirectResponse:
    """Remove a paper that was added."""
    _editor(visitor)
    with page.database.write() as session:
        session.delete(_added(session.get(AddedPaper, slug)))
    page.shelf.touch()
    visitor.tell("The paper was removed.")
    return RedirectResponse("/", 303)


@router.post("/add/file", max_body_size=LARGEST + 100_000)
def from_file(
    page: ThePage,
    visitor: TheVisitor,
    file: Annotated[UploadFile, File()],
    _form: Annotated[None, FromOurForm] = None,
) -> HTMLResponse:
    """Read a file and show what it holds."""
    _editor(visitor)
    return _choose(page, visitor, read_atom(file.file.read(LARGEST + 1)))


@router.post("/add/address", dependencies=[FromOurForm])
def from_address(page: ThePage, visitor: TheVisitor, address: Line = "") -> HTMLResponse:
    """Ask an address of arXiv and show what it gives."""
    _editor(visitor)
    content = fetch_atom(address, hosts=page.settings.feed_hosts)
    return _choose(page, visitor, read_atom(content))


@router.post("/add/chosen", dependencies=[FromOurForm])
def add_chosen(
    page: ThePage,
    visitor: TheVisitor,
    token: Line,
    rooms: Annotated[list[str], Form()],
    chosen: Annotated[list[int] | None, Form()] = None,
) -> RedirectResponse:
    """Add those that were chosen."""
    _editor(visitor)
    drafts = page.drafts.get(token)
    if drafts is None or len(rooms) != len(drafts):
        raise RefusedError(
            "This list is gone, the server was restarted. Please read the feed again."
        )
    places = sorted(set(chosen or ()))
    if not places or places[0] < 0 or places[-1] >= len(drafts):
        raise RefusedError("Choose at least one paper.")
    wanted = [replace(drafts[place], room=rooms[place]).checked() for place in places]
    slugs = keep_drafts(page, visitor, wanted)
    visitor.tell(f"{len(slugs)} {'paper was' if len(slugs) == 1 else 'papers were'} added.")
    return RedirectResponse("/days" if len(slugs) > 1 else f"/papers/{slugs[0]}", 303)


def keep_drafts(page: Page, visitor: Visitor, drafts: list[Draft]) -> list[str]:
    """Add papers and return their slugs; one that is there already, by its number, stays."""
    slugs = []
    person = visitor.person.id if visitor.person else None
    known = page.shelf.now().cards
    with page.database.write() as session:
        taken = {*known, *built_slugs(), *session.scalars(select(AddedPaper.slug))}
        numbers = {c.entry.arxiv: slug for slug, c in known.items() if c.entry.arxiv}
        for draft in drafts:
            slug = numbers.get(draft.arxiv) or new_slug(draft.title, taken)
            if slug not in taken:
                fields = {**asdict(draft), "authors": [*draft.authors]}
                fields["keywords"] = [*draft.keywords]
                session.add(AddedPaper(slug=slug, person_id=person, **fields))
                taken.add(slug)
                numbers |= {draft.arxiv: slug} if draft.arxiv else {}
            slugs.append(slug)
    page.shelf.touch()
    return slugs


def _choose(page: Page, visitor: Visitor, drafts: list[Draft]) -> HTMLResponse:
    """Show what a feed holds, with a guess at the room of each."""
    cards = page.shelf.now().cards
    known = {card.entry.arxiv for card in cards.values()}
    guessed = []
    for draft in drafts:
        hits = page.index.search(f"{draft.title} {draft.summary}")
        guessed.append(replace(draft, room=cards[hits[0].slug].entry.room if hits else ROOMS[0]))
    return render(
        visitor,
        "add_chosen.html",
        title="Choose papers",
        token=page.drafts.keep(guessed),
        drafts=[(draft, draft.arxiv in known) for draft in guessed],
        rooms=ROOMS,
    )


def _draft(
    title: str, authors: str, year: str, room: str, summary: str, arxiv: str, doi: str, keywords: str
) -> Draft:  # fmt: skip
    if not (year.isascii() and year.strip().isdecimal()):
        raise RefusedError("“Year” must be a number.")
    return Draft(
        title=plain(title),
        authors=by_lines(authors),
        year=int(year),
        summary=plain(summary),
        room=room,
        arxiv=plain(arxiv),
        doi=plain(doi),
        keywords=by_commas(keywords),
    )


def _added(row: AddedPaper | None) -> AddedPaper:
    if row is None:
        raise AbsentError("There is no such paper among those that were added here.")
    return row


def _editor(visitor: Visitor) -> None:
    if not visitor.is_editor:
        raise ForbiddenError("Only editors add papers. The person who runs this page names them.")
    visitor.limit("write")
