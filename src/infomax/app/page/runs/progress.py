"""Where a run is, as people watch it."""

import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from infomax.app.page.store.models import Job

OPEN = ("waiting", "running")


@dataclass(frozen=True)
class Progress:
    """Where a run is.

    `state` is waiting, running, finished, failed or cancelled; `text` says where it is in words.
    """

    state: str
    n_done: int
    n_seeds: int
    text: str

    @property
    def is_open(self) -> bool:
        """Whether something will still come of it."""
        return self.state in OPEN

    @property
    def share(self) -> int:
        """How much of it is done, in per cent."""
        return round(100 * self.n_done / max(1, self.n_seeds))

    def as_json(self) -> dict[str, Any]:
        """Return it as the live view and the API give it."""
        return {**asdict(self), "share": self.share}


def progress_of(job: Job, n_before: int = 0) -> Progress:
    """Return where a job is by what the database knows."""
    text = job.message
    if job.state == "waiting":
        text = "next in the queue" if n_before == 0 else f"{n_before} before it in the queue"
    return Progress(job.state, job.n_done, job.n_seeds, text)


class Follower:
    """Turns what a run's process tells into progress."""

    def __init__(self, job: Job) -> None:
        self.now = Progress("running", job.n_done, job.n_seeds, "starting")
        self.error = ""
        self.finished = False
        self.n_failures = 0
        self._began = time.monotonic()
        self._ended = 0

    def take(self, told: dict[str, Any]) -> bool:
        """Take one message; say whether another trial is done."""
        kind = told.get("kind")
        if kind == "RunStarted":
            self.now = replace(self.now, n_done=int(told["n_done"]), text="preparing")
            self._began = time.monotonic()
        elif kind == "RunWaiting":
            self.now = replace(self.now, text="waiting for another process in its folder")
        elif kind == "TrialProgress" and told["arm"] is not None:
            step = "" if told["step"] is None else f", step {told['step']}"
            self.now = replace(self.now, text=f"seed {told['seed']}: {told['arm']}{step}")
        elif kind in ("TrialFinished", "TrialFailed"):
            self._ended += 1
            self.now = replace(self.now, n_done=self.now.n_done + 1, text=self._left())
            return True
        elif kind == "done":
            self.finished, self.n_failures = True, int(told["n_failures"])
        elif kind == "failed":
            self.error = str(told["error"])
        return False

    def _left(self) -> str:
        left = self.now.n_seeds - self.now.n_done - 1
        if left <= 0:
            return "judging"
        seconds = (time.monotonic() - self._began) / self._ended * left
        return f"about {spoken_seconds(seconds)} left"


def spoken_seconds(seconds: float) -> str:
    """Return a length of time in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def took(started: datetime | None, ended: datetime | None) -> str:
    """Return how long something took; empty if it is not over."""
    if started is None or ended is None:
        return ""
    return spoken_seconds((ended - started).total_seconds())
