"""Reads what mail servers say of mails that could not be delivered, and stops sending there."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from sqlalchemy import select

from infomax.app.page.mail.digest import disable
from infomax.app.page.state import Page
from infomax.app.page.store.models import Delivery

LARGEST = 2_000_000  # bytes


@dataclass(frozen=True)
class Bounce:
    """An address that a report names as failing for good, and the mail it was about."""

    address: str
    status: str
    message_id: str


def take_bounces(page: Page, folder: Path) -> list[str]:
    """Disable the addresses that reports in a folder of mails (or a Maildir) name.

    A report counts only if it quotes the Message-ID of a digest that went to that very address:
    ids cannot be guessed, so nobody can disable another.

    Returns
    -------
    list of str
        The addresses that were disabled.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    bounces = [bounce for file in files for bounce in read_bounces(file)]
    return [
        bounce.address
        for bounce in bounces
        if _is_ours(page, bounce) and disable(page, bounce.address, f"bounced, {bounce.status}")
    ]


def read_bounces(file: Path) -> Iterator[Bounce]:
    """Yield the permanent failures of a delivery status report (RFC 3464); none for other mails."""
    with file.open("rb") as stream:
        content = stream.read(LARGEST)
    mail = email.message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() != "multipart/report":
        return
    text = content.decode("utf-8", errors="replace")
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.get_payload():
            status = str(fields.get("Status", "")).strip()  # type: ignore[union-attr]
            final = str(fields.get("Final-Recipient", ""))  # type: ignore[union-attr]
            address = final.partition(";")[2].strip().strip("<>").lower()
            if re.fullmatch(r"5\.\d+\.\d+", status) and address:
                for quoted in re.findall(r"<digest\.[0-9a-f]+@[^>\s]+>", text):
                    yield Bounce(address, status, quoted)


def _is_ours(page: Page, bounce: Bounce) -> bool:
    with page.database.read() as session:
        delivery = session.scalars(
            select(Delivery).where(Delivery.message_id == bounce.message_id)
        ).first()
        return delivery is not None and delivery.subscription.email == bounce.address
