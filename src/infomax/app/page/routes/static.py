"""Style sheets and scripts, from the package alone."""

from mimetypes import guess_type

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from infomax.app.page.errors import AbsentError
from infomax.app.page.links import static_file

router = APIRouter()


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Return a style sheet or script; its address changes with its content."""
    content = static_file(name) if name.isascii() and len(name) < 40 else None
    if content is None:
        raise AbsentError("There is no such file.")
    kind = guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=kind, headers=headers)


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Ask machines to leave runs and links alone."""
    hidden = ("/runs", "/sign-in", "/subscribe", "/unsubscribe", "/api")
    return PlainTextResponse("".join(["User-agent: *\n", *(f"Disallow: {p}\n" for p in hidden)]))
