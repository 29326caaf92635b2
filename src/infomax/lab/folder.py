"""The layout of a run folder, what belongs in it, and who may write to it."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from infomax.lab.errors import RunFolderError, RunLockedError
from infomax.lab.parts import SCHEMA, Stamp, read_artifacts, read_part
from infomax.lab.storage import STRAY, read_json, write_json, write_whole

LOCK, OWNER = ".lock", ".pid"
_SEED = r"seed-(?P<seed>\d{4,})"
_KNOWN = (
    re.compile(r"run\.json|verdicts\.json|\.lock|\.pid|failures/figures\.json"),
    re.compile(r"figures/[\w.-]+\.svg"),
    re.compile(rf"(rows|spend)\.parquet/{_SEED}\.parquet"),
    re.compile(rf"artifacts/{_SEED}\.safetensors"),
    re.compile(rf"(failures|progress)/{_SEED}\.json"),
)


@dataclass(frozen=True)
class Failure:
    """What raised: the trial of `seed`, or the figures where it is None."""

    seed: int | None
    error: str
    traceback: str


@dataclass(frozen=True)
class RunFolder:
    """Where everything of one run lies.

    A seed is complete when its rows are there, and what they were written after: artifacts, then
    spends, then rows.
    """

    path: Path
    slug: str
    scale: str
    n_seeds: int

    @property
    def info_file(self) -> Path:
        """``run.json``."""
        return self.path / "run.json"

    @property
    def verdicts_file(self) -> Path:
        """``verdicts.json``."""
        return self.path / "verdicts.json"

    @property
    def figures(self) -> Path:
        """Folder of the figures."""
        return self.path / "figures"

    def part(self, kind: str, seed: int) -> Path:
        """Return the file of one seed's "rows", "spend", "artifacts" or "progress"."""
        name = f"seed-{seed:04d}"
        if kind in ("rows", "spend"):
            return self.path / f"{kind}.parquet" / f"{name}.parquet"
        suffix = "safetensors" if kind == "artifacts" else "json"
        return self.path / kind / f"{name}.{suffix}"

    def failure_file(self, seed: int | None) -> Path:
        """Return where the failure of a seed, or of the figures, is kept."""
        return self.path / "failures" / f"{'figures' if seed is None else f'seed-{seed:04d}'}.json"

    def stamp(self, kind: str, seed: int) -> Stamp:
        """Return the stamp that a part must carry."""
        return Stamp(kind, self.slug, self.scale, seed)

    def check_names(self) -> None:
        """Refuse a folder that holds anything which no run of `n_seeds` seeds writes."""
        for file in _files(self.path):
            name = file.relative_to(self.path).as_posix()
            match = next(filter(None, (known.fullmatch(name) for known in _KNOWN)), None)
            if match is None:
                raise RunFolderError(f"{file} does not belong in a run folder; move it elsewhere")
            seed = match.groupdict().get("seed")
            if seed is not None and int(seed) >= self.n_seeds:
                raise RunFolderError(f"{file} is none of the {self.n_seeds} planned seeds")

    def check_empty(self) -> None:
        """Refuse a folder without ``run.json`` that holds anything."""
        for file in _files(self.path):
            if file.name not in (LOCK, OWNER):
                raise RunFolderError(f"{file} lies in a folder without run.json; move it elsewhere")

    def check_parts(self) -> None:
        """Read every part that is there, or name the one that cannot be read."""
        for seed in range(self.n_seeds):
            for kind in ("rows", "spend"):
                if self.part(kind, seed).exists():
                    read_part(self.part(kind, seed), self.stamp(kind, seed))
            if self.part("artifacts", seed).exists():
                read_artifacts(self.part("artifacts", seed), self.stamp("artifacts", seed))
        self.failures()

    def is_complete(self, seed: int) -> bool:
        """Whether all parts of a seed are there."""
        rows = self.part("rows", seed)
        if not (rows.exists() and self.part("spend", seed).exists()):
            return False
        _, notes = read_part(rows, self.stamp("rows", seed))
        return not notes["artifacts"] or self.part("artifacts", seed).exists()

    def write_failure(self, failure: Failure) -> None:
        """Keep what raised."""
        content = {"schema": SCHEMA, "slug": self.slug, "scale": self.scale, **asdict(failure)}
        write_json(self.failure_file(failure.seed), content)

    def failures(self) -> tuple[Failure, ...]:
        """Return what raised, by seed; a seed that has rows since then is left out."""
        kept = []
        for seed in (*range(self.n_seeds), None):
            file = self.failure_file(seed)
            if file.exists() and (seed is None or not self.part("rows", seed).exists()):
                content = read_json(file, schema=SCHEMA)
                kept.append(Failure(seed, content.get("error", ""), content.get("traceback", "")))
        return tuple(kept)

    def clean(self) -> None:
        """Remove what a killed run left behind; for the holder of the lock alone."""
        for file in self.path.rglob(f"{STRAY}*"):
            file.unlink(missing_ok=True)
        for file in self.path.glob("progress/*.json"):
            file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove the run of whatever number of seeds; for the holder of the lock alone."""
        self.clean()
        RunFolder(self.path, self.slug, self.scale, sys.maxsize).check_names()
        for file in _files(self.path):
            if file.name not in (LOCK, OWNER, self.info_file.name):
                file.unlink()
        self.info_file.unlink(missing_ok=True)

    @contextmanager
    def locked(self, *, wait: bool, on_wait: Callable[[int | None], object]) -> Iterator[None]:
        """Hold the folder; another holder is waited for, or named in the error."""
        lock = FileLock(self.path / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            pid = self._owner()
            if not wait:
                named = f"process {pid}" if pid else "another process"
                raise RunLockedError(f"{self.path} is in use by {named}") from None
            on_wait(pid)
            lock.acquire(poll_interval=0.1)
        except OSError as error:
            raise RunFolderError(f"{self.path} cannot be locked: {error}") from None
        try:
            write_whole(self.path / OWNER, str(os.getpid()).encode())
            yield
        finally:
            with contextlib.suppress(OSError):
                (self.path / OWNER).unlink()
            lock.release()

    def _owner(self) -> int | None:
        try:
            return int((self.path / OWNER).read_text())
        except (OSError, ValueError):
            return None


def make_folder(path: Path) -> None:
    """Make a folder with its parents, or say what stands in the way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        blocked = next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), None)
        reason = f"{blocked} is a file" if blocked else (error.strerror or str(error))
        raise RunFolderError(f"`out` must be a folder, got {path}: {reason}") from None


def load_info(path: Path) -> dict[str, Any]:
    """Read ``run.json`` of a run folder."""
    if not (path / "run.json").is_file():
        raise RunFolderError(f"{path} is no run folder: it has no run.json")
    info = read_json(path / "run.json", schema=SCHEMA)
    missing = {"slug", "scale", "n_seeds", "setting", "data", "code", "finished"} - set(info)
    if missing:
        raise RunFolderError(f"{path / 'run.json'} lacks {', '.join(sorted(missing))}")
    return info


def _files(path: Path) -> list[Path]:
    found = (p for p in path.rglob("*") if not p.is_dir() and not p.name.startswith(STRAY))
    return sorted(found)
