"""When an estimate is not to be believed, and what to do next."""

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from infomax.exceptions import EstimatorCeilingWarning, InfomaxWarning


@dataclass(frozen=True)
class Doubt:
    """A reason not to believe an estimate."""

    message: str
    """What is wrong, then what to do."""
    category: type[InfomaxWarning]
    """The warning that says so."""


def warn(doubts: Iterable[Doubt]) -> None:
    """Warn of each doubt, as the caller of the public function sees it."""
    for doubt in doubts:
        warn_user(doubt.message, doubt.category)


def warn_user(message: str, category: type[Warning]) -> None:
    """Warn at the line outside this library that led here."""
    library = __name__.partition(".")[0] + "."
    level, frame = 2, sys._getframe(1)
    while frame.f_back and frame.f_globals["__name__"].startswith(library):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)


def advice(doubts: Iterable[Doubt], *more: str) -> str:
    """Return all doubts, and what else there is to say, as one text; empty when there is none."""
    return "; ".join([*(doubt.message for doubt in doubts), *more])


def near_ceiling(what: str, nats: float, ceiling: float, next_step: str) -> list[Doubt]:
    """Doubt an estimate that its estimator could hardly exceed, whatever the truth.

    Near is within 0.1 nat or a twentieth of the ceiling.
    """
    if ceiling - nats >= max(0.1, 0.05 * ceiling):
        return []
    return [
        Doubt(
            f"{what} ({nats:.3f} nats) is near {ceiling:.3f}, the most its estimator can give here, "
            f"so the truth may lie anywhere above: {next_step}",
            EstimatorCeilingWarning,
        )
    ]
