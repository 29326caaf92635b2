"""Which runs there are, which one speaks for a paper, and whether its code is still the same."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infomax.app.report.folder import is_report
from infomax.lab.code_hash import CodeState, code_state
from infomax.lab.contract import Experiment
from infomax.lab.errors import RunFolderError
from infomax.lab.runs import Run, read_run
from infomax.papers.catalogue import built_slugs, load_catalogue, module_name
from infomax.papers.discovery import load_experiment

# A run on a user's own file says nothing about the paper's data, so any other goes before it.
_RANK = {"full": 4, "laptop": 3, "demo": 2, "smoke": 1, "own": 0}


@dataclass(frozen=True)
class Evidence:
    """The runs by paper, best first, and what cannot be shown, one sentence each."""

    runs: Mapping[str, tuple[Run, ...]]
    notices: tuple[str, ...]

    def best(self, slug: str) -> Run | None:
        """Return the run that speaks for a paper."""
        runs = self.runs.get(slug, ())
        return runs[0] if runs else None


def gather(runs: Path | Mapping[str, Run]) -> Evidence:
    """Read the runs below a folder, or take those that are given, and order them.

    A finished run goes before an unfinished one, then the larger scale, then more seeds. A run
    that cannot be read, or whose paper the catalogue lacks, becomes a notice.

    Raises
    ------
    ValueError
        If the folder does not exist.
    """
    found, notices = _read_all(Path(runs)) if not isinstance(runs, Mapping) else (runs.values(), [])
    known: dict[str, list[Run]] = {}
    for run in found:
        if run.slug in load_catalogue():
            known.setdefault(run.slug, []).append(run)
        else:
            notices.append(
                f"The run of “{run.slug}” ({run.scale}, in {run.path}) is left out: "
                f"the catalogue has no paper of that name."
            )
    ordered = {slug: tuple(sorted(group, key=_worse_last)) for slug, group in known.items()}
    return Evidence(ordered, tuple(notices))


def changes_since(run: Run) -> tuple[str, ...]:
    """Say what has changed in the code behind a run since it was made; empty if nothing has."""
    try:
        today = code_state(dotted_name(run.slug))
    except ValueError:
        return ("the paper's file is gone",)
    return today.changes_since(CodeState(**run.info["code"]))


def experiment_of(slug: str) -> Experiment | None:
    """Return a paper's experiment, None if it is not built or an extra that it needs is missing."""
    if slug not in built_slugs():
        return None
    try:
        return load_experiment(slug)
    except ImportError:
        return None


def dotted_name(slug: str) -> str:
    """Return the module of a paper."""
    return f"infomax.papers.{module_name(slug)}"


def _read_all(folder: Path) -> tuple[list[Run], list[str]]:
    if not folder.is_dir():
        raise ValueError(f"`runs` must be a folder, got {folder}")
    runs, notices = [], []
    for path in sorted(_run_folders(folder)):
        try:
            runs.append(read_run(path))
        except RunFolderError as error:
            notices.append(f"{error}.")
    return runs, notices


def _run_folders(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        here = Path(at)
        if "run.json" in files:
            yield here
        if "run.json" in files or is_report(here):
            folders.clear()
        folders[:] = [name for name in folders if not name.startswith(".")]


def _worse_last(run: Run) -> tuple[bool, int, int, str]:
    return (not run.finished, -_RANK.get(run.scale, -1), -run.n_seeds, str(run.path))
