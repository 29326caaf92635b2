"""The tables of the page."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def utc_now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A time that is stored in UTC and comes back with its zone, which SQLite drops."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Give back in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime: UtcTime, list[str]: JSON}  # noqa: RUF012  (SQLAlchemy's form)


class Person(Base):
    """Somebody who signed in, or the one user of a page without a group (without an address)."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    created: Mapped[datetime] = mapped_column(default=utc_now)
    epoch: Mapped[int] = mapped_column(default=0)


class UsedLink(Base):
    """A link that has been followed and counts no more."""

    __tablename__ = "used_link"
    digest: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[datetime] = mapped_column(default=utc_now)


class AddedPaper(Base):
    """A paper that an editor added."""

    __tablename__ = "added_paper"
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    authors: Mapped[list[str]]
    year: Mapped[int]
    arxiv: Mapped[str] = mapped_column(default="")
    doi: Mapped[str] = mapped_column(default="")
    room: Mapped[str]
    summary: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(default=list)
    added: Mapped[datetime] = mapped_column(default=utc_now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Vote(Base):
    """One person's vote for one paper."""

    __tablename__ = "vote"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True, index=True)
    cast: Mapped[datetime] = mapped_column(default=utc_now)


class Comment(Base):
    """Plain text below a paper."""

    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    slug: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    written: Mapped[datetime] = mapped_column(default=utc_now)
    removed: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship(lazy="joined")


class Job(Base):
    """A run that somebody asked for: waiting, running, finished, failed or cancelled."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(index=True)
    scale: Mapped[str]
    n_seeds: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    upload: Mapped[str | None]
    created: Mapped[datetime] = mapped_column(default=utc_now)
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    n_done: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    n_starts: Mapped[int] = mapped_column(default=0)


class Subscription(Base):
    """An address that was confirmed: active, left or bounced."""

    __tablename__ = "subscription"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    frequency: Mapped[str]
    rooms: Mapped[list[str]] = mapped_column(default=list)
    query: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]
    state: Mapped[str] = mapped_column(default="active", index=True)
    created: Mapped[datetime] = mapped_column(default=utc_now)
    confirmed: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class News(Base):
    """A paper that was added or judged, and which issue was the first that could tell of it."""

    __tablename__ = "news"
    __table_args__ = (UniqueConstraint("slug", "kind", "mark"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    kind: Mapped[str]
    mark: Mapped[str]
    seen: Mapped[datetime] = mapped_column(index=True)


class Issue(Base):
    """A digest of one day or week: what was new until `cut`."""

    __tablename__ = "issue"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    frequency: Mapped[str]
    cut: Mapped[datetime]


class Delivery(Base):
    """One issue to one address: planned, sending, sent, empty, refused or superseded."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("issue_id", "subscription_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    since: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="planned", index=True)
    message_id: Mapped[str] = mapped_column(default="")
    changed: Mapped[datetime] = mapped_column(default=utc_now)
    error: Mapped[str] = mapped_column(default="")
    issue: Mapped[Issue] = relationship(lazy="joined")
    subscription: Mapped[Subscription] = relationship(lazy="joined")
