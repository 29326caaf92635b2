"""Subscribing to the digest, confirming it, and leaving."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from infomax.app.page.errors import RefusedError
from infomax.app.page.mail.digest import PERIODS
from infomax.app.page.mail.letters import confirm_letter
from infomax.app.page.papers.drafts import plain
from infomax.app.page.render import render
from infomax.app.page.routes.people import Email, checked_email
from infomax.app.page.routes.preferences import zones
from infomax.app.page.signing import FromOurForm, use_once
from infomax.app.page.state import ThePage, TheVisitor
from infomax.app.page.store.models import Subscription, utc_now
from infomax.papers.catalogue import ROOMS

router = APIRouter()
CONFIRM_DAYS = 3.0


@router.get("/subscribe")
def subscribe(visitor: TheVisitor, q: str = "") -> HTMLResponse:
    """Ask what somebody wants to get."""
    return render(
        visitor, "subscribe.html", title="Subscribe", sent="", query=q[:200], rooms=ROOMS, zones=zones(), mail_folder=""
    )  # fmt: skip


@router.post("/subscribe", dependencies=[FromOurForm])
def send_confirmation(
    page: ThePage,
    visitor: TheVisitor,
    tasks: BackgroundTasks,
    email: Email,
    frequency: Annotated[str, Form(max_length=10)] = "daily",
    rooms: Annotated[list[str] | None, Form()] = None,
    query: Annotated[str, Form(max_length=200)] = "",
    zone: Annotated[str, Form(max_length=60)] = "UTC",
) -> HTMLResponse:
    """Send a link; nothing is kept of an address until its owner follows it."""
    address = checked_email(email)
    if frequency not in PERIODS or zone not in zones() or not set(rooms or ()) <= set(ROOMS):
        raise RefusedError("Choose the frequency, the rooms and the time zone from the form.")
    visitor.limit("subscribe", f"address {address}")
    choice = {
        "email": address,
        "frequency": frequency,
        "rooms": sorted(set(rooms or ())),
        "query": plain(query),
        "zone": zone,
    }
    token = page.signing.sign("confirm", choice)
    what = f"a {frequency} digest of papers on information maximization"
    tasks.add_task(page.post.send, confirm_letter(page.settings, address, token, what))
    return render(
        visitor,
        "subscribe.html",
        title="Subscribe",
        sent=address,
        query="",
        rooms=ROOMS,
        zones=zones(),
        mail_folder="" if page.settings.group else page.post.folder,
    )


@router.get("/subscribe/{token}")
def show_confirmation(page: ThePage, visitor: TheVisitor, token: str) -> HTMLResponse:
    """Show a button: programs that look into mails open links, but press no buttons."""
    choice = page.signing.read("confirm", token, days=CONFIRM_DAYS)
    return render(
        visitor,
        "follow.html",
        title="Confirm",
        text=f"Send the {choice['frequency']} digest to {choice['email']}?",
        button="Yes, send it",
    )


@router.post("/subscribe/{token}", dependencies=[FromOurForm])
def confirm(page: ThePage, visitor: TheVisitor, token: str) -> RedirectResponse:
    """Keep a subscription; the link counts no more."""
    choice = page.signing.read("confirm", token, days=CONFIRM_DAYS)
    with page.database.write() as session:
        use_once(session, token)
        found = session.scalars(
            select(Subscription).where(Subscription.email == choice["email"])
        ).first()
        kept = found or Subscription(email=choice["email"])
        for name in ("frequency", "rooms", "query", "zone"):
            setattr(kept, name, choice[name])
        kept.state, kept.reason = "active", ""
        kept.confirmed = kept.confirmed if found else utc_now()
        session.add(kept)
    visitor.tell(f"The {choice['frequency']} digest will come to {choice['email']}.")
    return RedirectResponse("/subscribe", 303)


@router.get("/unsubscribe/{token}")
def show_leaving(page: ThePage, visitor: TheVisitor, token: str) -> HTMLResponse:
    """Show a button that ends a subscription."""
    page.signing.read("unsubscribe", token, days=None)
    return render(
        visitor, "follow.html", title="Unsubscribe", text="Send no more digests to this address?",
        button="Unsubscribe",
    )  # fmt: skip


@router.post("/unsubscribe/{token}")
def leave(page: ThePage, visitor: TheVisitor, token: str) -> HTMLResponse:
    """End a subscription; mail programs do this by one click, without a form of ours."""
    number = int(page.signing.read("unsubscribe", token, days=None)["id"])
    with page.database.write() as session:
        found = session.get(Subscription, number)
        if found is not None and found.state == "active":
            found.state = "left"
    return render(
        visitor, "message.html", title="Unsubscribed", text="No more digests will come to this address."
    )  # fmt: skip
