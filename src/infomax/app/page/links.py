"""Where the page's links lead; the report's templates ask the same of the static site."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class PageLinks:
    """Links of the page; with a `job`, figures are those of its run."""

    job: int | None = None

    @property
    def index(self) -> str:
        """The list of papers."""
        return "/"

    def paper(self, slug: str) -> str:
        """Return the page of a paper."""
        return f"/papers/{quote(slug)}"

    def forest(self, slug: str) -> str:
        """Return the forest plot of a paper, or of the job's run."""
        return f"{self._run(slug)}/forest.svg"

    def figure(self, slug: str, name: str) -> str:
        """Return a figure of the run that is shown."""
        return f"{self._run(slug)}/figures/{quote(name)}"

    def static(self, name: str) -> str:
        """Return a style sheet or script; another content has another address."""
        return f"/static/{name}?{content_mark(name)}"

    def listing(self, path: str, chosen: Mapping[str, object]) -> str:
        """Return a list with what was chosen of it."""
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"{path}?{query}" if query else path

    def _run(self, slug: str) -> str:
        return self.paper(slug) if self.job is None else f"/runs/{self.job}"


@cache
def content_mark(name: str) -> str:
    """Return a short mark of a static file's content."""
    return sha256(static_file(name) or b"").hexdigest()[:12]


def static_file(name: str) -> bytes | None:
    """Return a style sheet or script of the page or the report; None if there is none."""
    return _static_files().get(name)


@cache
def _static_files() -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for package in ("infomax.app.report", "infomax.app.page")
        for file in files(package).joinpath("static").iterdir()
        if file.is_file()
    }
