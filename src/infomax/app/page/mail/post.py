"""Sends a mail: to a server, or into a folder of ``.eml`` files."""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from infomax.app.page.settings import PageSettings

TIMEOUT = 20.0


class UndeliverableError(Exception):
    """An address does not take mail, for good; the server's words."""


class Carrier(Protocol):
    """Takes one mail after the other."""

    def send(self, mail: EmailMessage) -> None:
        """Hand a mail over; it is sent, or an error is raised."""
        ...


class Post:
    """Where mails of a page go.

    Parameters
    ----------
    settings : PageSettings
        Names a server, or none: mails then become files below `folder`.
    folder : Path, optional
        ``mail`` in the home folder if left out.
    """

    def __init__(self, settings: PageSettings, folder: Path | None = None) -> None:
        self._server = settings.smtp if folder is None else ""
        self._folder = folder or settings.home / "mail"
        self.sender = settings.sender

    @property
    def folder(self) -> str:
        """Where mails become files; empty if they are sent."""
        return "" if self._server else str(self._folder)

    @contextmanager
    def open(self) -> Iterator[Carrier]:
        """Give a carrier for as many mails as the block has."""
        if not self._server:
            yield FolderCarrier(self._folder)
            return
        with _connected(self._server) as server:
            yield ServerCarrier(server, self.sender)

    def send(self, mail: EmailMessage) -> None:
        """Send one mail."""
        with self.open() as carrier:
            carrier.send(mail)


class ServerCarrier:
    """Hands mails to an SMTP server."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, mail: EmailMessage) -> None:
        """Hand a mail over.

        Raises
        ------
        UndeliverableError
            If the server refuses the address for good (5xx).
        """
        to = str(mail["To"])
        try:
            self._server.send_message(mail, self._sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = refused.recipients[to]
            if 500 <= code < 600:
                raise UndeliverableError(f"{code} {words.decode(errors='replace')}") from None
            raise


class FolderCarrier:
    """Writes mails as files, each once: a mail's name comes from its Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, mail: EmailMessage) -> None:
        """Write a mail, whole or not at all."""
        mark = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
        file = self._folder / f"{mail['X-Infomax-Kind']}-{mark}.eml"
        if file.exists():
            return
        fresh = file.with_suffix(f".part-{os.getpid()}")
        fresh.write_bytes(mail.as_bytes(policy=SMTP_POLICY))
        fresh.replace(file)


@contextmanager
def _connected(address: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port
    secure = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=secure)
    elif parts.scheme == "smtp":
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    else:
        raise ValueError(
            f"`smtp` must be like smtp://user:password@host:587, got {parts.scheme}://…"
        )
    with server:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
