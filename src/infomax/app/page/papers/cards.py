"""A paper as it stands in a list, and the lists: days, filters, trends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from infomax.app.page.papers.standings import Standing
from infomax.app.report import words
from infomax.papers.catalogue import CatalogueEntry

HALF_LIFE = 7.0  # days
RUN_WEIGHT = 0.5
VERDICTS = {
    "holds": "a claim that holds",
    "fails": "a claim that does not hold",
    "open": "an inconclusive claim",
    "judged": "any verdict",
    "unjudged": "no verdict yet",
    "planned": "not built yet",
}


@dataclass(frozen=True)
class ClaimMark:
    """How one claim came out, as a small sign."""

    mark: str


@dataclass(frozen=True)
class Card:
    """A paper in a list.

    `judged` is when the run that speaks for it ended; `votes` and `runs` are the moments at which
    people voted for it and runs that they started ended.
    """

    entry: CatalogueEntry
    run: Standing | None = None
    is_built: bool = False
    votes: tuple[datetime, ...] = ()
    runs: tuple[datetime, ...] = ()
    n_comments: int = 0

    @property
    def built(self) -> bool:
        """Whether the paper runs."""
        return self.is_built or self.run is not None

    @property
    def claims(self) -> list[ClaimMark]:
        """One sign a claim."""
        return [ClaimMark(words.mark(v)) for v in self.run.verdicts] if self.run else []

    @property
    def tally(self) -> Sequence[tuple[str, str]]:
        """How many claims came out how."""
        return words.tally(self.run.verdicts) if self.run else []

    @property
    def status(self) -> str:
        """Why a paper that runs has no verdicts here."""
        return "not run yet" if self.run is None else f"{self.run.scale} run, not finished"

    @property
    def authors_short(self) -> str:
        """The first author, or all if there are at most three."""
        authors = self.entry.authors
        return ", ".join(authors) if len(authors) <= 3 else f"{authors[0]} and others"

    @property
    def haystack(self) -> str:
        """Nothing: the page searches on the server."""
        return ""

    @property
    def judged(self) -> datetime | None:
        """When it was last judged."""
        return self.run.finished if self.run else None

    def day(self, zone: ZoneInfo) -> date:
        """Return the day it belongs to: on which it was added or last judged, the later one."""
        judged = self.judged.astimezone(zone).date() if self.judged else self.entry.added
        return max(self.entry.added, judged)

    def heat(self, now: datetime) -> float:
        r"""Return how much it is talked of: :math:`\sum_v 2^{-a_v/7} + \frac12 \sum_r 2^{-a_r/7}`.

        v are the votes, r the finished runs that people started, a their ages in days: what is a
        week old counts half.
        """
        return sum(_faded(now, vote) for vote in self.votes) + RUN_WEIGHT * sum(
            _faded(now, run) for run in self.runs
        )

    def matches(self, verdict: str) -> bool:
        """Tell whether it is of one of the kinds that `VERDICTS` names; any if empty."""
        marks = {claim.mark for claim in self.claims}
        answers = {
            "": True,
            "judged": bool(marks),
            "unjudged": self.built and not marks,
            "planned": not self.built,
        }
        return answers.get(verdict, verdict in marks)


@dataclass(frozen=True)
class Filters:
    """What a reader wants to see of a list."""

    room: str = ""
    verdict: str = ""
    year: int | None = None

    def __bool__(self) -> bool:
        return bool(self.room or self.verdict or self.year)

    def choose(self, cards: Iterable[Card]) -> list[Card]:
        """Return the cards that match all."""
        return [
            card
            for card in cards
            if self.room in ("", card.entry.room)
            and self.year in (None, card.entry.year)
            and card.matches(self.verdict)
        ]


def listed(cards: Iterable[Card]) -> list[Card]:
    """Return the cards in the order of the list: judged, then built, then to come."""
    return sorted(cards, key=lambda card: (not card.claims, not card.built))


def by_day(cards: Iterable[Card], zone: ZoneInfo) -> dict[date, list[Card]]:
    """Return the cards of each day that has any, the newest day first."""
    days: dict[date, list[Card]] = {}
    for card in cards:
        days.setdefault(card.day(zone), []).append(card)
    return {day: listed(days[day]) for day in sorted(days, reverse=True)}


def trending(cards: Iterable[Card], now: datetime) -> list[Card]:
    """Return the cards that people voted for or ran, the hottest first; ties as in the list."""
    warm = [card for card in cards if card.votes or card.runs]
    return sorted(listed(warm), key=lambda card: -round(card.heat(now), 9))


def _faded(now: datetime, moment: datetime) -> float:
    days = max(0.0, (now - moment).total_seconds() / 86_400)
    return float(2.0 ** (-days / HALF_LIFE))
