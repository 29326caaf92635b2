"""How a run shows itself: a live table in a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from infomax.lab.contract import Experiment
from infomax.lab.events import (
    Event,
    RunStarted,
    RunWaiting,
    TrialFailed,
    TrialFinished,
    TrialProgress,
)

PLAIN_EVERY = 20.0  # seconds without a line before a log is told where the trials are


class RunClock:
    """Estimates the time left from the trials that have ended."""

    def __init__(self, start: RunStarted) -> None:
        self._began = time.monotonic()
        self._left = start.n_seeds - start.n_done
        self._ended = 0

    def trial_ended(self) -> None:
        """Count one more trial."""
        self._ended += 1

    def remaining(self) -> str:
        """Return the time left in words; empty until a trial has ended."""
        if not self._ended or self._ended >= self._left:
            return ""
        each = (time.monotonic() - self._began) / self._ended
        return f"about {_duration(each * (self._left - self._ended))} left"


@contextmanager
def display(experiment: Experiment, *, silent: bool) -> Iterator[Callable[[Event], None]]:
    """Yield the callback that shows a run; `silent` shows nothing."""
    console = Console(stderr=True)
    if silent:
        yield lambda _event: None
    elif console.is_terminal:
        with _live(console) as progress:
            yield _Live(experiment, progress)
    else:
        yield _Plain(experiment)


def _live(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    return Progress(*columns, console=console, transient=True)


class _Live:
    """Bars in a terminal: one for the run, one line for each trial under way."""

    def __init__(self, experiment: Experiment, progress: Progress) -> None:
        self._experiment = experiment
        self._progress = progress
        self._run = progress.add_task(experiment.slug, total=None, note="")
        self._trials: dict[int, object] = {}
        self._clock: RunClock | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunWaiting):
            self._progress.update(self._run, note=_waiting(event))
        elif isinstance(event, RunStarted):
            self._clock = RunClock(event)
            self._progress.update(
                self._run, total=event.n_seeds, completed=event.n_done, note=event.scale
            )
        elif isinstance(event, TrialProgress):
            self._at(event)
        elif isinstance(event, TrialFinished | TrialFailed):
            self._end(event)

    def _at(self, event: TrialProgress) -> None:
        if event.seed not in self._trials:
            task = self._progress.add_task(f"  seed {event.seed}", total=None, note="")
            self._trials[event.seed] = task
        self._progress.update(self._trials[event.seed], note=_position(event))  # type: ignore[arg-type]

    def _end(self, event: TrialFinished | TrialFailed) -> None:
        task = self._trials.pop(event.seed, None)
        if task is not None:
            self._progress.remove_task(task)  # type: ignore[arg-type]
        if self._clock:
            self._clock.trial_ended()
            self._progress.update(self._run, note=self._clock.remaining())
        self._progress.advance(self._run)


class _Plain:
    """One line an event, for logs and pipes."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._clock: RunClock | None = None
        self._told = 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunWaiting):
            self._say(_waiting(event))
        elif isinstance(event, RunStarted):
            self._clock = RunClock(event)
            kept = f", {event.n_done} there already" if event.n_done else ""
            self._say(f"{event.scale}, {event.n_seeds} seeds{kept}")
        elif isinstance(event, TrialProgress):
            if time.monotonic() - self._told > PLAIN_EVERY:
                self._say(f"seed {event.seed}: {_position(event)}")
        elif isinstance(event, TrialFinished):
            left = self._left()
            self._say(f"seed {event.seed}: done in {_duration(event.seconds)}{left}")
        elif isinstance(event, TrialFailed):
            self._say(f"seed {event.seed}: failed: {event.error}{self._left()}")

    def _left(self) -> str:
        if self._clock is None:
            return ""
        self._clock.trial_ended()
        left = self._clock.remaining()
        return f", {left}" if left else ""

    def _say(self, text: str) -> None:
        self._told = time.monotonic()
        typer.echo(f"{self._experiment.slug}: {text}", err=True)


def _waiting(event: RunWaiting) -> str:
    who = f"process {event.pid}" if event.pid else "another process"
    return f"waiting for {who}, which works in the folder"


def _position(event: TrialProgress) -> str:
    if event.arm is None:
        return "preparing"
    step = "" if event.step is None else f", step {event.step}"
    return f"{event.arm}{step}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
