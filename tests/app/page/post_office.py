"""A mail server on loopback that keeps what it takes, and refuses or fails where told."""

import socket
from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostOffice:
    """An SMTP server; `refuse` are addresses it does not know, `down` makes it fail for a while."""

    def __init__(self) -> None:
        self.refuse: set[str] = set()
        self.down = False
        self.taken: list[tuple[str, bytes]] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_error):
        self._controller.stop()

    @property
    def address(self):
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def mails(self):
        """What an inbox shows: of mails with one Message-ID, one."""
        parsed = [(to, message_from_bytes(content, policy=default)) for to, content in self.taken]
        return list({(to, mail["Message-ID"]): (to, mail) for to, mail in parsed}.values())

    def counts(self):
        """Return how many mails each address has."""
        return Counter(to for to, _ in self.mails)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuse:
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.down:
            return "451 4.3.0 try again later"
        self.taken.extend((to, envelope.content) for to in envelope.rcpt_tos)
        return "250 OK"
