"""How a page is to be served, checked before anything starts."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from infomax._arguments import check_count

LONG_ENOUGH = 32  # characters of a secret
MOST_MEGABYTES = 25  # of an upload, whatever the settings say
RATES: Mapping[str, str] = MappingProxyType(
    {
        "sign-in": "5/15minutes",  # one address; and one visitor thrice that
        "subscribe": "6/hour",
        "search": "60/minute",
        "run": "12/minute",
        "write": "40/minute",
    }
)


@dataclass(frozen=True)
class PageSettings:
    """How a page is to be served.

    Parameters
    ----------
    home : Path
        Folder of the database, the secret and the page's own runs.
    runs : tuple of Path
        Folders whose runs are shown beside the page's own; nothing is written there.
    host, port : str, int
        Where the server listens.
    group : bool
        Several people, who sign in by e-mail; otherwise one, who is trusted with everything.
    secret : str
        Signs sessions and links.
    address : str
        Where people reach the page, such as ``https://papers.example.org``.
    editors, members : tuple of str
        Addresses that may add papers; addresses or ``*@domain`` that may sign in (all if empty).
    smtp, sender : str
        ``smtp://user:password@host:port`` and the address mails come from; without a server, mails
        become ``.eml`` files in the home folder.
    zone : str
        Time zone of days, unless a reader chooses another.
    parallel_runs, run_minutes, upload_megabytes : int
        Runs at once; how long one may take; how large a file of one's own may be.
    behind_proxy : bool
        A proxy on this machine hands requests on, and says from whom.
    meaning : bool
        Search by sentence embeddings where their model is on this machine.
    feed_hosts : tuple of str
        From where editors may have the server read feeds.
    rates : mapping
        How often one visitor may do what, such as ``{"search": "60/minute"}``.
    """

    home: Path
    runs: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8765
    group: bool = False
    secret: str = ""
    address: str = ""
    editors: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    smtp: str = ""
    sender: str = "infomax@localhost"
    zone: str = "UTC"
    parallel_runs: int = 1
    run_minutes: int = 240
    upload_megabytes: int = 10
    behind_proxy: bool = False
    meaning: bool = True
    feed_hosts: tuple[str, ...] = ("export.arxiv.org", "arxiv.org", "rss.arxiv.org")
    rates: Mapping[str, str] = field(default_factory=lambda: RATES)

    def __post_init__(self) -> None:
        for name in ("port", "parallel_runs", "run_minutes"):
            check_count(name, getattr(self, name))
        check_count("upload_megabytes", self.upload_megabytes, maximum=MOST_MEGABYTES)
        check_zone(self.zone)
        for name in ("editors", "members"):
            object.__setattr__(self, name, tuple(n.strip().lower() for n in getattr(self, name)))
        if not self.address:
            host = f"[{self.host}]" if ":" in self.host else self.host
            object.__setattr__(self, "address", f"http://{host}:{self.port}")
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                f"`address` must be like https://papers.example.org, got {self.address!r}"
            )
        object.__setattr__(self, "address", f"{parts.scheme}://{parts.netloc}")

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.home / "page.sqlite"

    @property
    def own_runs(self) -> Path:
        """Where runs that the page started lie."""
        return self.home / "runs"

    @property
    def private_runs(self) -> Path:
        """Where runs on files of one's own lie; they are no evidence for a paper."""
        return self.home / "private"

    @property
    def hosts(self) -> list[str]:
        """Names under which the page answers; any other is refused, against DNS rebinding."""
        named = {urlsplit(self.address).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"}
        return sorted(named if is_wide(self.host) else named | {self.host})

    @property
    def secure(self) -> bool:
        """Whether people reach the page over https."""
        return self.address.startswith("https:")


def check_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name, or say that there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"`zone` must be a time zone such as Europe/Vienna, got {name!r}"
        ) from None


def is_wide(host: str) -> bool:
    """Tell whether others than this machine can reach a server that binds there."""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return True


def settle_secret(home: Path, *, host: str, group: bool, given: str) -> str:
    """Return the secret that signs everything, and refuse to serve others without one.

    On loopback a secret is made once and kept in the home folder, readable by its owner alone.

    Raises
    ------
    ValueError
        If the server would bind beyond loopback without `group` or without a long secret.
    """
    if is_wide(host) and not group:
        raise ValueError(
            f"`host` {host} can be reached by others: serve a group (--group), or bind to 127.0.0.1"
        )
    if given and len(given) < LONG_ENOUGH:
        raise ValueError(f"`secret` must have {LONG_ENOUGH} characters or more, got {len(given)}")
    if given:
        return given
    if is_wide(host):
        raise ValueError(
            f"`host` {host} can be reached by others: set INFOMAX_SECRET to {LONG_ENOUGH} random "
            "characters or more, or name a file that holds them (--secret-file)"
        )
    return _kept_secret(home / "secret")


def _kept_secret(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = file.read_text(encoding="ascii").strip()
        if len(kept) < LONG_ENOUGH:
            raise ValueError(f"{file} holds no secret; remove it and a new one is made") from None
        return kept
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")
