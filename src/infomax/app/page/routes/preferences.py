"""What a visitor chooses for themselves: the time zone."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from infomax.app.page.errors import RefusedError
from infomax.app.page.render import render
from infomax.app.page.signing import FromOurForm
from infomax.app.page.state import TheVisitor

router = APIRouter()


@router.get("/settings")
def settings(visitor: TheVisitor) -> HTMLResponse:
    """Show the choices."""
    return render(visitor, "settings.html", title="Settings", zones=zones())


@router.post("/settings", dependencies=[FromOurForm])
def choose(visitor: TheVisitor, zone: Annotated[str, Form(max_length=60)] = "") -> RedirectResponse:
    """Keep the choices."""
    if zone not in zones():
        raise RefusedError("Choose a time zone of the list.")
    visitor.request.session["zone"] = zone
    visitor.tell(f"Days and times are now those of {zone}.")
    return RedirectResponse("/settings", 303)


@cache
def zones() -> list[str]:
    """Return the names of the time zones."""
    named = (name for name in available_timezones() if "/" in name)
    return [*sorted(name for name in named if not name.startswith("Etc/")), "UTC"]
