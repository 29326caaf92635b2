"""Bring archives into the user's cache, check them, and open their members in place."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from infomax.data import clients
from infomax.data.archives import member_names, read_member
from infomax.data.cache import (
    State,
    archive_folder,
    archive_state,
    cache_folder,
    file_hash,
    record_path,
    record_text,
)
from infomax.data.clients import FetchError
from infomax.data.sets import SOURCES, Package, Source
from infomax.exceptions import MissingDataError

__all__ = [
    "DataSet",
    "FetchError",
    "available",
    "cache_folder",
    "fingerprint",
    "get",
    "members",
    "open_member",
    "where",
]


@dataclass(frozen=True)
class DataSet:
    """A data set as `infomax data list` shows it."""

    name: str
    what: str
    registry: str
    package: str
    version: str
    licence: str
    size: int
    """Bytes to bring."""
    state: State
    path: Path | None
    """Where the archive lies, if it is present and sound."""
    command: str
    """What brings the set."""

    @property
    def present(self) -> bool:
        """Whether the set can be read."""
        return self.state == "present"


def available() -> list[DataSet]:
    """Return every set that `get` can bring, whether it is here or not.

    Returns
    -------
    list of DataSet
        In the order of the table of sets; archives that are here are hashed.

    Examples
    --------
    >>> {"wikipedia", "emoji"} <= {source.name for source in available()}
    True
    """
    return [_described(source) for source in SOURCES.values()]


def where(name: str) -> Path | None:
    """Return the path of a set's archive, or None if it is absent or damaged.

    Parameters
    ----------
    name : str
        One of the names of `available`.

    Returns
    -------
    Path or None
        Where the archive lies.

    Raises
    ------
    ValueError
        If there is no such set.
    """
    path, state = archive_state(_source(name).package)
    return path if state == "present" else None


def get(
    name: str, *, allow_build: bool = False, progress: Callable[[str], None] | None = None
) -> Path:
    """Bring a set into the cache, unless it is there and sound, and return the archive's path.

    The client of the set's registry (pip or apt) downloads into a temporary folder beside the
    cache's archives; the file is moved into place only after its hash has been checked. A second
    process that asks for the same archive waits for the first.

    Parameters
    ----------
    name : str
        One of the names of `available`.
    allow_build : bool
        Whether pip may run a source archive's own build code, which it does to read metadata.
    progress : callable, optional
        Called with a line of text at each stage.

    Returns
    -------
    Path
        Where the archive lies.

    Raises
    ------
    ValueError
        If there is no such set.
    FetchError
        If the client failed, brought another file than the pinned one, or would need to build.
    """
    package = _source(name).package
    say = progress or _quiet
    if package.source and not allow_build:
        raise FetchError(
            f"{name!r} is a source archive, whose own build code pip runs: allow it with "
            f"`infomax data get {name} --allow-build`"
        )
    folder = archive_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchError(f"the cache folder {folder} cannot be made: {error.strerror}") from error
    with _lock(folder / f".{package.filename}.lock", say):
        path, state = archive_state(package)
        if state == "present":
            say(f"{name} is here")
        else:
            _bring(name, package, path, say)
    return path


def open_member(name: str, member: str) -> BinaryIO:
    """Return one member of a set's archive, or a text itself, as a stream of bytes.

    Parameters
    ----------
    name : str
        One of the names of `available`.
    member : str
        One of the names of `members`.

    Returns
    -------
    binary stream
        The whole member, in memory.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged; the message names the command that mends it.
    KeyError
        If the archive has no such member.
    """
    path = _sound(name)
    return BytesIO(path.read_bytes() if path.name == member else read_member(path, member))


def members(name: str) -> list[str]:
    """Return the names of the files inside a set's archive (of a text: its own name).

    Parameters
    ----------
    name : str
        One of the names of `available`.

    Returns
    -------
    list of str
        In the archive's own order.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged.
    """
    path = _sound(name)
    return [path.name] if _source(name).package.index else member_names(path)


def fingerprint(name: str) -> str:
    """Return the SHA-256 of the archive in use: for a run to record, as texts are not pinned.

    Parameters
    ----------
    name : str
        One of the names of `available`.

    Returns
    -------
    str
        Sixty-four hexadecimal digits.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged.
    """
    return file_hash(_sound(name))


def _sound(name: str) -> Path:
    """Return the path of a set's archive after its hash has been checked."""
    path, state = archive_state(_source(name).package)
    if state == "absent":
        raise MissingDataError(f"the data set {name!r} is not here: infomax data get {name}")
    if state == "damaged":
        raise MissingDataError(
            f"the archive {path} of the data set {name!r} is damaged: infomax data get {name}"
        )
    return path


def _quiet(stage: str) -> None:
    """Report no progress."""


@contextmanager
def _lock(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock among processes; it falls with the process that holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("waiting for another process that brings this archive")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _bring(name: str, package: Package, path: Path, say: Callable[[str], None]) -> None:
    """Download, check and move into place; the caller holds the lock."""
    start = f".{package.filename}.part-"
    for left in path.parent.glob(f"{start}*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=start, dir=path.parent) as temporary:
        say(f"asking {package.registry} for {package.name} {package.version}")
        try:
            file = clients.fetch(package, Path(temporary))
        except FetchError as error:
            raise FetchError(f"{name!r} could not be brought: {error}") from None
        say(f"checking {file.name}")
        digest = file_hash(file)
        if package.sha256 not in (None, digest):
            raise FetchError(
                f"{name!r} could not be brought: {file.name} has the SHA-256 {digest}, "
                f"wanted {package.sha256}"
            )
        record = file.with_name(f"{file.name}.json")
        record.write_text(record_text(package, file))
        with suppress(FileNotFoundError):
            path.unlink()
        os.replace(record, record_path(path))
        os.replace(file, path)


def _source(name: str) -> Source:
    if name not in SOURCES:
        raise ValueError(f"`name` must be one of {', '.join(map(repr, SOURCES))}, got {name!r}")
    return SOURCES[name]


def _described(source: Source) -> DataSet:
    path, state = archive_state(source.package)
    command = f"infomax data get {source.name}"
    return DataSet(
        name=source.name,
        what=source.what,
        registry=source.package.registry,
        package=source.package.name,
        version=source.package.version,
        licence=source.licence,
        size=source.package.size,
        state=state,
        path=path if state == "present" else None,
        command=f"{command} --allow-build" if source.package.source else command,
    )
