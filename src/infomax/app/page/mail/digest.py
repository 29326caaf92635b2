"""Sends the digest: each issue to each subscriber once, whatever happens in between.

An issue is settled with all its deliveries in one transaction. A delivery is marked as *sending*
before its mail is handed over and as *sent* after. Where a digest dies between the two, nobody can
know whether the mail went out; it is handed over again with the same Message-ID, by which mail
programs know it as the same mail, and a folder of files keeps one.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from smtplib import SMTPException
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from filelock import FileLock
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from infomax.app.page.mail.letters import letter
from infomax.app.page.mail.news import N_LISTED, Digest, digest_for, note_news
from infomax.app.page.mail.post import Post, UndeliverableError
from infomax.app.page.render import environment
from infomax.app.page.state import Page
from infomax.app.page.store.models import Delivery, Issue, Subscription, utc_now

PERIODS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
OPEN = ("planned", "sending")
MOST_ERRORS = 3  # one after the other; the server is then thought to be down


@dataclass
class Sent:
    """What became of the deliveries."""

    sent: int = 0
    empty: int = 0
    refused: int = 0
    left: int = 0

    def __str__(self) -> str:
        told = f"{self.sent} sent, {self.empty} had nothing new, {self.refused} refused"
        return told + (f", {self.left} left for the next start" if self.left else "")


def send_digests(page: Page, post: Post, *, now: datetime | None = None) -> Sent:
    """Send what is due today and this week; a second digest waits for the first."""
    now = now or utc_now()
    done = Sent()
    with FileLock(page.settings.home / "digest.lock"):
        for frequency in PERIODS:
            issue = _settle(page, frequency, now)
            _send_issue(page, post, issue, done)
    return done


def issue_key(frequency: str, now: datetime, zone: ZoneInfo) -> str:
    """Return the name of the issue of a day or week, as in "daily 2026-11-24".

    >>> from datetime import UTC
    >>> issue_key("weekly", datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo("UTC"))
    'weekly 2026-W48'
    """
    day = now.astimezone(zone).date()
    year, week, _ = day.isocalendar()
    return f"daily {day.isoformat()}" if frequency == "daily" else f"weekly {year}-W{week:02}"


def _settle(page: Page, frequency: str, now: datetime) -> Issue:
    """Return the issue of now with a delivery for everybody, in one transaction."""
    key = issue_key(frequency, now, ZoneInfo(page.settings.zone))
    cards = page.shelf.now().cards
    with page.database.write() as session:
        issue = session.scalars(select(Issue).where(Issue.key == key)).first()
        if issue is None:
            note_news(session, cards.values(), now)
            issue = Issue(key=key, frequency=frequency, cut=now)
            session.add(issue)
            session.flush()
            _supersede(session, frequency, issue)
        have = select(Delivery.subscription_id).where(Delivery.issue_id == issue.id)
        missing = session.scalars(
            select(Subscription).where(
                Subscription.state == "active",
                Subscription.frequency == frequency,
                Subscription.id.not_in(have),
            )
        )
        for subscription in missing:
            since = _last_cut(session, subscription) or _beginning(subscription, issue)
            session.add(
                Delivery(
                    issue_id=issue.id,
                    subscription_id=subscription.id,
                    since=since,
                    message_id=_message_id(page, issue.key, subscription.id),
                )
            )
    return issue


def _supersede(session: Session, frequency: str, issue: Issue) -> None:
    """Give up what is left of earlier issues: the new one tells the same and more."""
    earlier = select(Issue.id).where(Issue.frequency == frequency, Issue.id != issue.id)
    session.execute(
        update(Delivery)
        .where(Delivery.state.in_(OPEN), Delivery.issue_id.in_(earlier))
        .values(state="superseded", changed=utc_now())
    )


def _last_cut(session: Session, subscription: Subscription) -> datetime | None:
    return session.scalars(
        select(func.max(Issue.cut))
        .join(Delivery, Delivery.issue_id == Issue.id)
        .where(Delivery.subscription_id == subscription.id, Delivery.state.in_(("sent", "empty")))
    ).first()


def _beginning(subscription: Subscription, issue: Issue) -> datetime:
    """Return from when the first digest of somebody tells: a day or week before it."""
    confirmed = subscription.confirmed or subscription.created
    return min(confirmed, issue.cut) - PERIODS[subscription.frequency]


def _send_issue(page: Page, post: Post, issue: Issue, done: Sent) -> None:
    with page.database.read() as session:
        waiting = session.scalars(
            select(Delivery.id)
            .join(Subscription)
            .where(Delivery.issue_id == issue.id, Delivery.state.in_(OPEN))
            .where(Subscription.state == "active")
            .order_by(Delivery.id)
        ).all()
    errors = 0
    for place, number in enumerate(waiting):
        if errors >= MOST_ERRORS:
            done.left += len(waiting) - place
            return
        errors = 0 if _deliver(page, post, number, done) else errors + 1


def _deliver(page: Page, post: Post, number: int, done: Sent) -> bool:
    """Send one delivery; say whether the next one is worth trying."""
    with page.database.read() as session:
        delivery = session.get_one(Delivery, number)
        content = digest_for(
            session,
            delivery.subscription,
            page.shelf.now().cards,
            page.index,
            since=delivery.since,
            until=delivery.issue.cut,
        )
    if not content:
        _mark(page, number, "empty")
        done.empty += 1
        return True
    mail = digest_letter(page, delivery, content)
    _mark(page, number, "sending")
    try:
        post.send(mail)
    except UndeliverableError as error:
        _mark(page, number, "refused", str(error))
        disable(page, delivery.subscription.email, str(error))
        done.refused += 1
        return True
    except (SMTPException, OSError) as error:
        _mark(page, number, "planned", str(error))
        done.left += 1
        return False
    _mark(page, number, "sent")
    done.sent += 1
    return True


def disable(page: Page, email: str, reason: str) -> bool:
    """Send nothing more to an address that does not take mail; say whether there was one."""
    with page.database.write() as session:
        found = session.scalars(
            select(Subscription).where(Subscription.email == email, Subscription.state == "active")
        ).first()
        if found is not None:
            found.state, found.reason = "bounced", reason[:500]
    return found is not None


def digest_letter(page: Page, delivery: Delivery, content: Digest) -> EmailMessage:
    """Return the mail of a delivery, with what it takes to leave by one click."""
    subscription = delivery.subscription
    token = page.signing.sign("unsubscribe", {"id": subscription.id})
    leave = f"{page.settings.address}/unsubscribe/{token}"
    values = {
        "digest": content,
        "most": N_LISTED,
        "address": page.settings.address,
        "leave": leave,
        "subscription": subscription,
        "cut": delivery.issue.cut.astimezone(ZoneInfo(subscription.zone)),
    }
    mail = letter(
        page.settings,
        subscription.email,
        kind="digest",
        subject=f"infomax: {content.subject}",
        text=environment().get_template("digest.txt").render(values),
        html=environment().get_template("digest.html").render(values),
        message_id=delivery.message_id,
    )
    mail["List-Id"] = f"infomax {subscription.frequency} digest <digest.{_host(page)}>"
    mail["List-Unsubscribe"] = f"<{leave}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _mark(page: Page, number: int, state: str, error: str = "") -> None:
    with page.database.write() as session:
        delivery = session.get_one(Delivery, number)
        delivery.state, delivery.error, delivery.changed = state, error[:500], utc_now()


def _message_id(page: Page, key: str, number: int) -> str:
    """Return the same Message-ID for the same issue and subscriber, which nobody can guess."""
    said = f"{key} {number}".encode()
    mark = hmac.new(page.settings.secret.encode(), said, sha256).hexdigest()[:24]
    return f"<digest.{mark}@{_host(page)}>"


def _host(page: Page) -> str:
    return urlsplit(page.settings.address).hostname or "localhost"
