"""The mails that carry a link, and the headers that all mails have."""

import secrets
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from infomax.app.page.settings import PageSettings
from infomax.app.page.store.models import utc_now


def letter(
    settings: PageSettings,
    to: str,
    *,
    kind: str,
    subject: str,
    text: str,
    html: str = "",
    message_id: str = "",
) -> EmailMessage:
    """Return a mail; with the same `message_id` it is the same mail."""
    host = urlsplit(settings.address).hostname or "localhost"
    mail = EmailMessage()
    mail["From"] = _named("infomax", settings.sender)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = message_id or f"<{kind}.{secrets.token_hex(12)}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Infomax-Kind"] = kind
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def sign_in_letter(settings: PageSettings, to: str, token: str) -> EmailMessage:
    """Return the mail with a link to sign in."""
    link = f"{settings.address}/sign-in/{token}"
    return letter(
        settings,
        to,
        kind="sign-in",
        subject="Sign in to infomax",
        text=f"Open this link to sign in to {settings.address}:\n\n{link}\n\n"
        "It can be used once, within half an hour. If you did not ask for it, do nothing.\n",
    )


def confirm_letter(settings: PageSettings, to: str, token: str, what: str) -> EmailMessage:
    """Return the mail with a link that confirms a subscription."""
    link = f"{settings.address}/subscribe/{token}"
    return letter(
        settings,
        to,
        kind="confirm",
        subject="Confirm your infomax digest",
        text=f"Somebody, probably you, asked that {what} be sent to this address. "
        f"Open this link to confirm:\n\n{link}\n\n"
        "It can be used within three days. If you did not ask for it, do nothing: no mail will come.\n",
    )


def _named(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)
