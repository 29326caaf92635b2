"""Where the templates' links lead."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote


class Links(Protocol):
    """What the templates ask for; the page answers with other addresses than the static site."""

    @property
    def index(self) -> str:
        """The list of papers."""

    def paper(self, slug: str) -> str:
        """Return the page of a paper."""

    def forest(self, slug: str) -> str:
        """Return the forest plot of a paper."""

    def figure(self, slug: str, name: str) -> str:
        """Return a figure of the run that is shown."""

    def static(self, name: str) -> str:
        """Return a style sheet or script."""


@dataclass(frozen=True)
class SiteLinks:
    """Links of the static site; `root` leads from the page's folder to the site's."""

    root: str

    @property
    def index(self) -> str:
        """The list of papers."""
        return f"{self.root}index.html"

    def paper(self, slug: str) -> str:
        """Return the page of a paper."""
        return f"{self.root}papers/{slug}.html"

    def forest(self, slug: str) -> str:
        """Return the forest plot of a paper."""
        return f"{self.root}figures/{slug}.svg"

    def figure(self, slug: str, name: str) -> str:
        """Return a figure of the run that is shown."""
        return f"{self.root}figures/{slug}/{quote(name)}"

    def static(self, name: str) -> str:
        """Return a style sheet or script."""
        return f"{self.root}static/{name}"
