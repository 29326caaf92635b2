"""A parsed page: its tags balanced, its links, its assets, its identifiers and its headings."""

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Page(HTMLParser):
    """Reads one page; a tag that is not closed in order is an error."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.open: list[str] = []
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self.open, f"{path}: {self.open} are not closed"

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        assert not any(name.startswith("on") for name in given), f"{self.path}: handler in {given}"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "link":
            self.assets.append(given["href"])
        self.assets += [
            given[name] for name in ("src", "srcset", "poster", "data") if name in given
        ]
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open[-1:] == [tag], f"{self.path}: </{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text += data


def read_site(folder: Path) -> dict[str, Page]:
    """Return all pages below a folder by their path in it."""
    return {
        path.relative_to(folder).as_posix(): Page(path) for path in sorted(folder.rglob("*.html"))
    }
