"""One trial, carried out in a process of its own."""

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from infomax.lab.contract import Artifact, Experiment, Record, Row, Spend, experiment_from
from infomax.lab.frames import rows_frame, spend_frame
from infomax.lab.parts import Stamp, pack_artifacts, pack_frame
from infomax.lab.progress import ProgressFile


@dataclass(frozen=True)
class Trial:
    """One seed of an experiment, named so that any process can carry it out."""

    module: str
    slug: str
    scale: str
    seed: int
    data: str | None
    progress: Path


@dataclass(frozen=True)
class Outcome:
    """The parts of one seed, packed; or where it raised, with the error and its traceback."""

    seed: int
    seconds: float
    rows: bytes = b""
    spend: bytes = b""
    artifacts: bytes | None = None
    raised_in: Literal["", "prepare", "trial"] = ""
    error: str = ""
    traceback: str = ""


def run_trial(trial: Trial) -> Outcome:
    """Carry out one trial; whatever it raises comes back as text."""
    progress = ProgressFile(trial.progress)
    progress.write(None, None)
    started = time.perf_counter()
    phase: Literal["prepare", "trial"] = "prepare"
    try:
        experiment, context = _prepared(trial.module, trial.scale, trial.data)
        phase = "trial"
        setting = experiment.setting(trial.scale)
        records = []
        for record in experiment.trial(setting, trial.seed, context):
            records.append(_checked(record, experiment))
            progress.note(record)
        return _pack(trial, records, time.perf_counter() - started)
    except Exception as error:
        return Outcome(
            trial.seed,
            time.perf_counter() - started,
            raised_in=phase,
            error=f"{type(error).__name__}: {error}",
            traceback=traceback.format_exc(),
        )


@lru_cache(maxsize=1)
def _prepared(module: str, scale: str, data: str | None) -> tuple[Experiment, Any]:
    experiment = experiment_from(import_module(module))
    return experiment, experiment.prepare(experiment.setting(scale), data)


def _checked(record: Record, experiment: Experiment) -> Record:
    if not isinstance(record, Row | Spend | Artifact):
        raise TypeError(f"a trial must yield Row, Spend or Artifact, got {record!r}")
    if not isinstance(record, Artifact) and record.arm not in experiment.arms:
        known = ", ".join(map(repr, experiment.arms))
        raise ValueError(f"a trial must yield the arms {known}, got {record.arm!r}")
    return record


def _pack(trial: Trial, records: list[Record], seconds: float) -> Outcome:
    artifacts = [r for r in records if isinstance(r, Artifact)]
    names = list(dict.fromkeys(artifact.name for artifact in artifacts))
    rows = rows_frame((r for r in records if isinstance(r, Row)), trial.seed)
    spend = spend_frame((r for r in records if isinstance(r, Spend)), trial.seed)
    rows_stamp, spend_stamp, artifacts_stamp = _stamps(trial)
    return Outcome(
        trial.seed,
        seconds,
        rows=pack_frame(rows, rows_stamp, artifacts=names),
        spend=pack_frame(spend, spend_stamp, seconds=seconds),
        artifacts=pack_artifacts(artifacts, artifacts_stamp) if artifacts else None,
    )


def _stamps(trial: Trial) -> Iterator[Stamp]:
    for kind in ("rows", "spend", "artifacts"):
        yield Stamp(kind, trial.slug, trial.scale, trial.seed)
