"""Files that are there whole or not at all."""

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from infomax.lab.errors import RunFolderError, RunStoppedError

STRAY = ".tmp-"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, meets the old content or the new.

    Raises
    ------
    RunStoppedError
        If the file cannot be written, as when no space is left; nothing is left behind.
    """
    stray = path.parent / f"{STRAY}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        path.parent.mkdir(exist_ok=True)
        with stray.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        stray.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            stray.unlink()
        raise RunStoppedError(
            f"{path} could not be written ({error.strerror or error}); what was finished is kept, "
            f"and the same command resumes"
        ) from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write strict JSON (no NaN) whole."""
    text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
    write_whole(path, (text + "\n").encode())


def read_json(path: Path, *, schema: int) -> dict[str, Any]:
    """Read a JSON object of that schema version, or say what is wrong with the file."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{path} cannot be read: {error}") from None
    if not isinstance(content, dict) or "schema" not in content:
        raise RunFolderError(f"{path} was not written by infomax")
    check_schema(path, content["schema"], schema)
    return content


def check_schema(path: Path, found: Any, wanted: int) -> None:
    """Refuse a file of another schema version."""
    if found != wanted:
        raise RunFolderError(
            f"{path} is of schema version {found!r}, this infomax reads version {wanted}; use the "
            f"infomax that wrote it, or another folder"
        )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
