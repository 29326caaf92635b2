"""What a run tells while it is under way."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class RunWaiting:
    """Another process (`pid`, where known) works in the folder; the run waits for it."""

    slug: str
    pid: int | None


@dataclass(frozen=True)
class RunStarted:
    """Trials begin; `n_done` of `n_seeds` are there from before."""

    slug: str
    scale: str
    n_seeds: int
    n_done: int
    n_jobs: int
    path: Path


@dataclass(frozen=True)
class TrialProgress:
    """A trial has begun (`arm` is None) or was last seen at this arm and step."""

    slug: str
    seed: int
    arm: str | None
    step: int | None


@dataclass(frozen=True)
class TrialFinished:
    """The trial of a seed is written; it took `seconds` of wall time."""

    slug: str
    seed: int
    seconds: float


@dataclass(frozen=True)
class TrialFailed:
    """The trial of a seed raised; the traceback is kept in the folder."""

    slug: str
    seed: int
    error: str


@dataclass(frozen=True)
class RunFinished:
    """All trials, verdicts and figures are written; `n_failed` trials raised."""

    slug: str
    n_failed: int
    seconds: float


Event: TypeAlias = (
    RunWaiting | RunStarted | TrialProgress | TrialFinished | TrialFailed | RunFinished
)
