"""Pages from templates: those of the report and those of the page."""

from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from infomax.app.page.links import PageLinks
from infomax.app.page.signing import form_token
from infomax.app.page.state import Visitor


def render(
    visitor: Visitor, template: str, *, title: str, description: str = "", status: int = 200, **values: Any
) -> HTMLResponse:  # fmt: skip
    """Return a page for a visitor."""
    text = environment().get_template(template).render(
        title=f"{title} · infomax",
        description=description or "Published methods of information maximization, judged.",
        visitor=visitor,
        settings=visitor.page.settings,
        told=list(visitor.told()),
        form_token=lambda: form_token(visitor.request),
        links=values.pop("links", PageLinks()),
        at=visitor.request.url.path,
        zone=visitor.zone,
        version=version("infomax"),
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status, headers={"Cache-Control": "private, no-cache"})


def fragment(template: str, **values: Any) -> Markup:
    """Return a piece of a page that is the same for every visitor."""
    return Markup(environment().get_template(template).render(**values))


@cache
def environment() -> Environment:
    """Return the templates, the page's before the report's."""
    found = Environment(
        loader=ChoiceLoader(
            [PackageLoader("infomax.app.page"), PackageLoader("infomax.app.report")]
        ),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["moment"] = moment
    found.filters["day"] = lambda day: f"{day.day} {day:%B %Y}"
    return found


def moment(time: datetime, zone: ZoneInfo) -> Markup:
    """Return a time as a reader there would say it, and as a machine would.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 24, 17, 5, tzinfo=UTC), ZoneInfo("Europe/Vienna"))
    Markup('<time datetime="2026-11-24T17:05:00+00:00">24 November 2026, 18:05 CET</time>')
    """
    there = time.astimezone(zone)
    said = f"{there.day} {there:%B %Y, %H:%M %Z}"
    return Markup('<time datetime="{}">{}</time>').format(time.isoformat(timespec="seconds"), said)
