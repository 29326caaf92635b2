"""Papers from arXiv: its Atom files, and the addresses that give them."""

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import IO, Any
from urllib.parse import urlsplit

from infomax.app.page.errors import RefusedError
from infomax.app.page.papers.drafts import ARXIV, DOI, Draft, by_commas, plain

ATOM = "{http://www.w3.org/2005/Atom}"
OURS = "{http://arxiv.org/schemas/atom}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
LARGEST = 5_000_000  # bytes
MOST_ENTRIES = 300
QUERY = "https://export.arxiv.org/api/query?id_list="


def read_atom(content: bytes) -> list[Draft]:
    """Return the papers of an Atom file of arXiv: of its query interface or of its daily feeds.

    Raises
    ------
    RefusedError
        If it is too large, no Atom, has entities or a DTD, or holds no paper.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(content) > LARGEST:
        raise RefusedError("The feed is larger than 5 MB.", status=413)
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise RefusedError("A feed with entities or a DTD is refused.") from None
    except (ParseError, ValueError):
        raise RefusedError("This is no Atom: it cannot be read as XML.") from None
    if root.tag not in (f"{ATOM}feed", f"{ATOM}entry"):
        raise RefusedError("This is no Atom feed. arXiv gives one at export.arxiv.org/api/query.")
    entries = [root] if root.tag == f"{ATOM}entry" else root.findall(f"{ATOM}entry")
    drafts = list(_drafts(entries[:MOST_ENTRIES]))
    if not drafts:
        raise RefusedError("The feed holds no paper.")
    return drafts


def fetch_atom(address: str, *, hosts: Sequence[str]) -> bytes:
    """Return what an address of arXiv gives; a bare number such as 2301.01234 is one too.

    Raises
    ------
    RefusedError
        If the address is none of `hosts` or leads away from them, or nothing comes.
    """
    found = re.fullmatch(r"(?:arxiv:)?\s*([\w./-]+?)(?:v\d+)?", address.strip(), re.IGNORECASE)
    if found and ARXIV.fullmatch(found[1]):
        address = QUERY + found[1]
    _check_host(address, hosts)
    opener = urllib.request.build_opener(_Within(hosts), urllib.request.ProxyHandler())
    request = urllib.request.Request(address, headers={"User-Agent": "infomax"})
    try:
        with opener.open(request, timeout=15) as answer:
            return bytes(answer.read(LARGEST + 1))
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise RefusedError(f"Nothing came from there: {plain(str(reason))}.", status=502) from None


class _Within(urllib.request.HTTPRedirectHandler):
    """Follows redirects as long as they stay with the hosts that are allowed."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = hosts

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:  # fmt: skip
        """Check where a redirect leads."""
        _check_host(newurl, self._hosts)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_host(address: str, hosts: Sequence[str]) -> None:
    try:
        parts = urlsplit(address.strip())
        allowed = parts.scheme in ("http", "https") and parts.netloc.lower() in hosts
    except ValueError:
        allowed = False
    if not allowed:
        raise RefusedError(f"The address must be of {' or '.join(hosts)}.")


def _drafts(entries: Sequence[Any]) -> Iterator[Draft]:
    for entry in entries:
        title, summary = _text(entry, f"{ATOM}title"), _text(entry, f"{ATOM}summary")
        number = _number(_text(entry, f"{ATOM}id"))
        authors = [_text(author, f"{ATOM}name") for author in entry.findall(f"{ATOM}author")]
        authors += by_commas(_text(entry, f"{DUBLIN}creator"))
        published = _text(entry, f"{ATOM}published") or _text(entry, f"{ATOM}updated")
        year = re.match(r"\d{4}", published)
        if title and number and year and any(authors):
            doi = _text(entry, f"{OURS}doi")
            yield Draft(
                title=title,
                authors=tuple(dict.fromkeys(filter(None, authors))),
                year=int(year[0]),
                summary=re.sub(r"^arXiv:\S+ Announce Type: \S+ Abstract: ", "", summary),
                arxiv=number,
                doi=doi if DOI.fullmatch(doi) else "",
                keywords=tuple(_categories(entry)),
            )


def _categories(entry: Any) -> Iterator[str]:
    for category in entry.findall(f"{ATOM}category"):
        term = plain(category.get("term", ""))
        if re.fullmatch(r"[\w.-]{2,20}", term):
            yield term


def _number(identifier: str) -> str:
    """Return arXiv's number without its version, from an address or an OAI identifier."""
    found = re.search(rf"(?:abs/|arXiv\.org:)({ARXIV.pattern})(?:v\d+)?$", identifier)
    return found[1] if found else ""


def _text(entry: Any, tag: str) -> str:
    return plain(entry.findtext(tag) or "")
