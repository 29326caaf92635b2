"""Which run speaks for a paper, read without its rows, so that a list of papers is quick."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from infomax.app.report.folder import is_report
from infomax.lab.errors import RunFolderError
from infomax.lab.folder import load_info
from infomax.lab.verdict import Verdict
from infomax.lab.verdict_store import read_verdicts

_RANK = {"full": 4, "laptop": 3, "demo": 2, "smoke": 1, "own": 0}


@dataclass(frozen=True)
class Standing:
    """A run in short: what it was, when it ended, and its verdicts."""

    path: Path
    slug: str
    scale: str
    n_seeds: int
    finished: datetime | None
    verdicts: tuple[Verdict, ...]
    stamp: tuple[int, int]

    @property
    def order(self) -> tuple[bool, int, int, float]:
        """Whether it goes before another: finished, larger, more seeds, later."""
        moment = self.finished.timestamp() if self.finished else 0.0
        return (self.finished is not None, _RANK.get(self.scale, -1), self.n_seeds, moment)


class StandingReader:
    """Reads the runs below some folders, each again only if it has changed."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._known: dict[Path, Standing | str] = {}
        self._stamps: dict[Path, tuple[int, int]] = {}

    def read(self) -> bool:
        """Look what has changed; say whether anything has."""
        found = {}
        for folder in self._folders:
            for path in _run_folders(folder):
                stamp = _stamp(path)
                if stamp is not None:
                    found[path] = stamp
        changed = found != self._stamps
        for path, stamp in found.items():
            if self._stamps.get(path) != stamp:
                self._known[path] = _read(path, stamp)
        self._known = {path: self._known[path] for path in found}
        self._stamps = found
        return changed

    @property
    def standings(self) -> dict[str, list[Standing]]:
        """The runs of each paper, the one that speaks for it first."""
        grouped: dict[str, list[Standing]] = {}
        for standing in self._known.values():
            if isinstance(standing, Standing):
                grouped.setdefault(standing.slug, []).append(standing)
        return {
            slug: sorted(group, key=lambda s: s.order, reverse=True)
            for slug, group in grouped.items()
        }

    @property
    def notices(self) -> list[str]:
        """What could not be read, one sentence each."""
        return [known for known in self._known.values() if isinstance(known, str)]


def read_standing(path: Path) -> Standing | None:
    """Return a run in short; None if there is none, or none that can be read."""
    stamp = _stamp(path)
    found = None if stamp is None else _read(path, stamp)
    return found if isinstance(found, Standing) else None


def _read(path: Path, stamp: tuple[int, int]) -> Standing | str:
    try:
        info = load_info(path)
        verdicts = read_verdicts(path / "verdicts.json") if info["finished"] else ()
        return Standing(
            path=path,
            slug=str(info["slug"]),
            scale=str(info["scale"]),
            n_seeds=int(info["n_seeds"]),
            finished=_moment(info["finished"]),
            verdicts=verdicts,
            stamp=stamp,
        )
    except (RunFolderError, ValueError, TypeError) as error:
        return f"{error}."


def _moment(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        seen = (path / "run.json").stat()
    except OSError:  # removed since the folder was listed
        return None
    return seen.st_mtime_ns, seen.st_size


def _run_folders(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        here = Path(at)
        if "run.json" in names:
            yield here
        if "run.json" in names or is_report(here):
            folders.clear()
        folders[:] = [name for name in folders if not name.startswith(".")]
