"""Signing in by a link that comes by mail, and out."""

import fnmatch
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, BackgroundTasks, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from infomax.app.page.errors import AbsentError, RefusedError
from infomax.app.page.mail.letters import sign_in_letter
from infomax.app.page.render import render
from infomax.app.page.signing import FromOurForm, use_once
from infomax.app.page.state import Page, ThePage, TheVisitor
from infomax.app.page.store.models import Person

router = APIRouter()
LINK_DAYS = 1 / 48
Email = Annotated[str, Form(max_length=254)]


@router.get("/sign-in")
def sign_in(page: ThePage, visitor: TheVisitor) -> HTMLResponse:
    """Ask for an address."""
    _in_group(page)
    return render(visitor, "sign_in.html", title="Sign in", sent=False)


@router.post("/sign-in", dependencies=[FromOurForm])
def send_link(
    page: ThePage, visitor: TheVisitor, tasks: BackgroundTasks, email: Email
) -> HTMLResponse:
    """Send a link to an address; the answer does not tell whether it may sign in."""
    _in_group(page)
    address = checked_email(email)
    visitor.limit("sign-in", f"address {address}")
    if _may_join(page, address):
        token = page.signing.sign("sign-in", {"email": address})
        tasks.add_task(page.post.send, sign_in_letter(page.settings, address, token))
    return render(visitor, "sign_in.html", title="Sign in", sent=True)


@router.get("/sign-in/{token}")
def show_link(page: ThePage, visitor: TheVisitor, token: str) -> HTMLResponse:
    """Show a button: programs that look into mails open links, but press no buttons."""
    _in_group(page)
    email = page.signing.read("sign-in", token, days=LINK_DAYS)["email"]
    return render(
        visitor, "follow.html", title="Sign in", text=f"Sign in as {email}?", button="Sign in"
    )


@router.post("/sign-in/{token}", dependencies=[FromOurForm])
def follow_link(page: ThePage, visitor: TheVisitor, token: str) -> RedirectResponse:
    """Sign in; the link counts no more."""
    _in_group(page)
    email = str(page.signing.read("sign-in", token, days=LINK_DAYS)["email"])
    with page.database.write() as session:
        use_once(session, token)
        person = session.scalars(select(Person).where(Person.email == email)).first()
        if person is None:
            person = Person(email=email, name=email.partition("@")[0])
            session.add(person)
            session.flush()
    session_of = visitor.request.session
    zone = session_of.get("zone")
    session_of.clear()
    session_of.update(person=person.id, epoch=person.epoch, **({"zone": zone} if zone else {}))
    visitor.tell(f"You are signed in as {email}.")
    return RedirectResponse("/", 303)


@router.post("/sign-out", dependencies=[FromOurForm])
def sign_out(page: ThePage, visitor: TheVisitor) -> RedirectResponse:
    """Sign out, on every device."""
    if page.settings.group and visitor.person is not None:
        with page.database.write() as session:
            person = session.get_one(Person, visitor.person.id)
            person.epoch += 1
    visitor.request.session.clear()
    return RedirectResponse("/", 303)


def checked_email(text: str) -> str:
    """Return an address in one spelling, or refuse it."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise RefusedError(f"This is no e-mail address: {error}") from None


def _may_join(page: Page, address: str) -> bool:
    settings = page.settings
    patterns = (*settings.members, *settings.editors)
    return not settings.members or any(fnmatch.fnmatchcase(address, p.lower()) for p in patterns)


def _in_group(page: Page) -> None:
    if not page.settings.group:
        raise AbsentError(
            "This page has one user, and that is you: there is nothing to sign in to."
        )
