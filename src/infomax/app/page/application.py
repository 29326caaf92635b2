"""Puts the page together."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response

from infomax.app.page.errors import RefusedError, TooOftenError
from infomax.app.page.headers import SafeHeaders
from infomax.app.page.render import render
from infomax.app.page.routes import (
    api,
    community,
    editing,
    feeds,
    lists,
    papers,
    people,
    preferences,
    runs,
    static,
    subscribe,
)
from infomax.app.page.settings import PageSettings
from infomax.app.page.state import Page, visitor_of

MOST_BYTES = 200_000  # of a request; uploads have a limit of their own
SESSION_DAYS = 30
ROUTES = (lists, papers, runs, community, editing, people, preferences, subscribe, feeds, static)


def create_app(settings: PageSettings) -> FastAPI:
    """Return the page as an ASGI application; its database is opened and migrated here."""
    page = Page(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await page.queue.start()
        threading.Thread(target=_warm, args=(page,), daemon=True).start()
        yield
        await page.queue.stop()
        page.database.close()

    app = FastAPI(
        title="infomax",
        summary="Papers on information maximization, what became of their claims, and runs.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        max_body_size=MOST_BYTES,
    )
    app.state.page = page
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.secret,
        session_cookie="infomax_session",
        max_age=SESSION_DAYS * 86_400,
        same_site="lax",
        https_only=settings.secure,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False)
    app.add_middleware(SafeHeaders, secure=settings.secure)
    for module in ROUTES:
        app.include_router(module.router, include_in_schema=False)
    app.include_router(api.router)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)
    return app


def _warm(page: Page) -> None:
    """Do before the first search what it would wait for."""
    page.index.search("information")
    page.search_by_meaning()


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooOftenError) else {}
    answer = _answer(request, error.status, str(error))
    answer.headers.update(headers)
    return answer


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = {
        404: "There is no page at this address. The list has all papers; the search finds them.",
        405: "This address cannot be used in this way.",
        413: "That is larger than is allowed.",
    }
    answer = _answer(request, error.status_code, told.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [f"“{problem['loc'][-1]}”: {problem['msg'].lower()}" for problem in error.errors()[:5]]
    return _answer(request, 422, f"This cannot be read: {'; '.join(found)}.")


def _broken(request: Request, _error: Exception) -> Response:
    """Answer without anything that could break again."""
    text = "Something broke on the server; the error is in its log."
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": text}, 500)
    return HTMLResponse(
        f'<!doctype html><title>infomax</title><p>{text} <a href="/">All papers</a>', 500
    )


def _answer(request: Request, status: int, text: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"detail": text}, status)
    return render(
        visitor_of(request), "error.html", title="Not done", status=status, code=status, text=text
    )
