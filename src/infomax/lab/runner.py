"""Carries an experiment out: trials into a run folder, then verdicts and figures."""

import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeAlias

from infomax._arguments import check_choice, check_count
from infomax.lab.contract import Experiment
from infomax.lab.drawing import svg_figures
from infomax.lab.engine import Engine, LocalEngine
from infomax.lab.errors import AnotherRunError, RunStoppedError
from infomax.lab.events import (
    Event,
    RunFinished,
    RunStarted,
    RunWaiting,
    TrialFailed,
    TrialFinished,
)
from infomax.lab.folder import Failure, RunFolder, load_info, make_folder
from infomax.lab.info import Plan, now, refuse_another_run
from infomax.lab.judge import judge
from infomax.lab.progress import Reporter
from infomax.lab.runs import Run, read_records, read_run
from infomax.lab.storage import write_json, write_whole
from infomax.lab.verdict_store import write_verdicts
from infomax.lab.worker import Outcome, Trial, run_trial

Fresh: TypeAlias = Literal["never", "changed", "always"]


def run(
    experiment: Experiment,
    scale: str,
    *,
    out: str | Path,
    n_seeds: int | None = None,
    n_jobs: int = 1,
    data: str | None = None,
    fresh: Fresh = "never",
    wait: bool = True,
    engine: Engine | None = None,
    on_event: Callable[[Event], object] | None = None,
) -> Run:
    """Carry out an experiment into ``out/<slug>``, or what is still missing of it.

    Each trial is written as it arrives, so that whatever ends the run costs the trials in hand at
    most; the same call resumes, tries failed trials again, and returns at once when nothing is
    missing. Rows do not depend on `n_jobs`.

    Parameters
    ----------
    experiment : Experiment
        Its module is imported again by the workers.
    scale : str
        Name of one of its settings.
    out : path
        Folder of run folders.
    n_seeds : int, optional
        Number of trials; the setting's if left out. Settled before the first trial.
    n_jobs : int
        Trials at once.
    data : str, optional
        Handed to the experiment's `prepare`.
    fresh : {"never", "changed", "always"}
        Whether to delete the run that the folder holds and start again; "changed" does so only if
        it is a run of another scale, setting, data or code.
    wait : bool
        Wait for another process at work in the folder, or raise.
    engine : Engine, optional
        Where trials run; `LocalEngine` with the setting's threads if left out.
    on_event : callable, optional
        Told every event, one at a time, from this thread or a helping one.

    Raises
    ------
    RunFolderError
        If the folder holds another run or files that do not belong there; nothing is changed.
    RunLockedError
        If another process is at work there and `wait` is false.
    RunStoppedError
        If the data cannot be prepared, a file cannot be written or a worker dies; finished trials
        are kept.
    """
    check_choice("fresh", fresh, ("never", "changed", "always"))
    n_seeds = check_count(
        "n_seeds", experiment.setting(scale).n_seeds if n_seeds is None else n_seeds
    )
    n_jobs = check_count("n_jobs", n_jobs)
    plan = Plan(experiment, scale, n_seeds, data, Path(out))
    folder = RunFolder(plan.path, experiment.slug, scale, n_seeds)
    make_folder(folder.path)
    with (
        Reporter(experiment.slug, on_event) as reporter,
        folder.locked(wait=wait, on_wait=lambda p: reporter.tell(RunWaiting(folder.slug, p))),
    ):
        _carry_out(plan, folder, n_jobs, engine, reporter, fresh=fresh)
        finished = read_run(folder.path)
    return finished


def _carry_out(
    plan: Plan,
    folder: RunFolder,
    n_jobs: int,
    engine: Engine | None,
    reporter: Reporter,
    *,
    fresh: Fresh,
) -> None:
    started = time.monotonic()
    if fresh == "always":
        folder.clear()
    try:
        info = _admit(plan, folder)
    except AnotherRunError:
        if fresh != "changed":
            raise
        folder.clear()
        info = _admit(plan, folder)
    missing = [seed for seed in range(folder.n_seeds) if not folder.is_complete(seed)]
    n_jobs = max(1, min(n_jobs, len(missing)))
    reporter.tell(
        RunStarted(
            folder.slug,
            folder.scale,
            folder.n_seeds,
            folder.n_seeds - len(missing),
            n_jobs,
            folder.path,
        )
    )
    if missing or info["finished"] is None or folder.failures():
        info |= {"finished": None}
        write_json(folder.info_file, info)
        engine = engine or LocalEngine(n_jobs, plan.setting.n_threads)
        _run_trials(plan, folder, missing, engine, reporter)
        _conclude(plan, folder)
        write_json(folder.info_file, {**info, "finished": now()})
    seconds = time.monotonic() - started
    reporter.tell(RunFinished(folder.slug, len(folder.failures()), seconds))


def _admit(plan: Plan, folder: RunFolder) -> dict[str, object]:
    """Settle ``run.json`` in an empty folder; in another, refuse what is not of this run."""
    wanted = plan.info()
    if not folder.info_file.exists():
        folder.check_empty()
        folder.clean()
        write_json(folder.info_file, wanted)
        return wanted
    found = load_info(folder.path)
    refuse_another_run(folder.path, found, wanted)
    folder.clean()
    folder.check_names()
    folder.check_parts()
    return found


def _run_trials(
    plan: Plan, folder: RunFolder, seeds: list[int], engine: Engine, reporter: Reporter
) -> None:
    trials = [
        Trial(
            module=plan.experiment.module,
            slug=folder.slug,
            scale=folder.scale,
            seed=seed,
            data=plan.data,
            progress=folder.part("progress", seed),
        )
        for seed in seeds
    ]
    if not trials:
        return
    reporter.watch((trial.seed, trial.progress) for trial in trials)
    with closing(engine.imap_unordered(run_trial, trials)) as outcomes:
        for outcome in outcomes:
            _keep(folder, outcome)
            if outcome.raised_in:
                reporter.tell(TrialFailed(folder.slug, outcome.seed, outcome.error))
            else:
                reporter.tell(TrialFinished(folder.slug, outcome.seed, outcome.seconds))


def _keep(folder: RunFolder, outcome: Outcome) -> None:
    """Write what a trial gave; the rows come last, since they say that the seed is complete."""
    seed = outcome.seed
    if outcome.raised_in == "prepare":
        error = RunStoppedError(f"{folder.slug} could not prepare its data: {outcome.error}")
        error.add_note(outcome.traceback)
        raise error
    if outcome.raised_in:
        folder.write_failure(Failure(seed, outcome.error, outcome.traceback))
    else:
        if outcome.artifacts is not None:
            write_whole(folder.part("artifacts", seed), outcome.artifacts)
        write_whole(folder.part("spend", seed), outcome.spend)
        write_whole(folder.part("rows", seed), outcome.rows)
        folder.failure_file(seed).unlink(missing_ok=True)
    folder.part("progress", seed).unlink(missing_ok=True)


def _conclude(plan: Plan, folder: RunFolder) -> None:
    """Judge the claims, then draw; figures that raise cost no verdict."""
    experiment = plan.experiment
    rows, spend, artifacts = read_records(folder)
    verdicts = judge(experiment.claims, rows, spend, plan.setting, n_seeds=folder.n_seeds)
    write_verdicts(folder.verdicts_file, verdicts)
    try:
        drawn = svg_figures(experiment.figures(rows, artifacts)) if len(rows) else {}
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        folder.write_failure(Failure(None, told, traceback.format_exc()))
        return
    for name, content in drawn.items():
        write_whole(folder.figures / f"{name}.svg", content)
    folder.failure_file(None).unlink(missing_ok=True)
