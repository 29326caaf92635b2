"""Plain text out of a Wikipedia export: pages from XML, words from wiki markup."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from infomax.exceptions import MissingExtraError

# Links into these namespaces are pictures, categories and sister pages: no words of the article.
_NAMESPACES = re.compile(
    r"\s*:?\s*(file|image|media|category|wikipedia|template|portal|help|user|special|wikt|"
    r"файл|картинка|категория|уикипедия|шаблон|портал|потребител|[a-z]{2,3}(-[a-z]+)*)\s*:",
    re.IGNORECASE,
)
_PAGES = {"0", "4"}  # articles, and what Wikipedia says about itself
_TAGS = {"ref", "references", "table", "math", "gallery", "timeline", "style", "script", "code"}


def articles(export: bytes) -> Iterator[str]:
    """Yield the markup of each page of running text in a MediaWiki export, without redirects."""
    from defusedxml.ElementTree import iterparse

    for _, element in iterparse(BytesIO(export), events=("end",)):
        if _tag(element) == "page":
            parts = {_tag(part): part.text or "" for part in element.iter()}
            if parts.get("ns", "0") in _PAGES and "redirect" not in parts:
                yield parts.get("text", "")
            element.clear()


def plain(markup: str) -> str:
    """Return the words of wiki markup.

    Templates, tables, references, pictures and categories are left out; of a link its words stay.

    Raises
    ------
    MissingExtraError
        If mwparserfromhell is absent.
    """
    try:
        import mwparserfromhell
    except ImportError:
        raise MissingExtraError("Reading Wikipedia's markup", "data") from None
    code = mwparserfromhell.parse(markup, skip_style_tags=True)
    text = re.sub(r"'{2,}", "", "".join(_words(code)))
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _words(code: Any) -> Iterator[str]:
    """Yield the text of a parsed piece, depth first."""
    from mwparserfromhell import nodes

    for node in code.nodes if code is not None else ():
        if isinstance(node, nodes.Text):
            yield str(node.value)
        elif isinstance(node, nodes.HTMLEntity):
            yield str(node.normalize())
        elif isinstance(node, nodes.Heading | nodes.ExternalLink):
            yield from _words(node.title)
        elif isinstance(node, nodes.Wikilink):
            if not _NAMESPACES.match(str(node.title)):
                yield from _words(node.title if node.text is None else node.text)
        elif isinstance(node, nodes.Tag) and str(node.tag).strip().lower() not in _TAGS:
            yield "\n" if str(node.tag) == "br" else ""
            yield from _words(node.contents)


def _tag(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
