"""Starts the page, and the digest, from settings."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvicorn
from filelock import FileLock, Timeout

from infomax.app.page.application import create_app
from infomax.app.page.mail.bounces import take_bounces
from infomax.app.page.mail.digest import send_digests
from infomax.app.page.mail.post import Post
from infomax.app.page.settings import PageSettings
from infomax.app.page.state import Page
from infomax.lab.errors import RunLockedError

GRACE = 3  # seconds that open connections are given when the server ends


def serve_page(settings: PageSettings, *, say: Callable[[str], object]) -> None:
    """Serve until interrupted.

    Raises
    ------
    RunLockedError
        If another server works in the same home folder.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.home / "server.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunLockedError(
            f"{settings.home} is served already; name another folder (--home)"
        ) from None
    with lock:
        app = create_app(settings)
        say(f"infomax serves {settings.address} (Ctrl-C ends it)")
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            proxy_headers=settings.behind_proxy,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )


def run_digest(settings: PageSettings, *, out: Path | None, bounces: Path | None) -> dict[str, Any]:
    """Take bounces, send what is due, and return the counts."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    page = Page(settings)
    try:
        disabled = take_bounces(page, bounces) if bounces else []
        post = Post(settings, out)
        done = send_digests(page, post)
    finally:
        page.database.close()
    return {**asdict(done), "disabled": disabled, "folder": post.folder}
