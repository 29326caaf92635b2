"""The folder that archives are kept in, and whether what lies there is what was brought."""

import hashlib
import json
import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from infomax.data.sets import Package

State: TypeAlias = Literal["present", "absent", "damaged"]


def cache_folder() -> Path:
    """Return the folder of what infomax keeps: ``$INFOMAX_CACHE``, or the user's cache."""
    chosen = os.environ.get("INFOMAX_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    import platformdirs

    return Path(platformdirs.user_cache_dir("infomax"))


def archive_folder() -> Path:
    """Return the folder of the archives."""
    return cache_folder() / "archives"


def archive_state(package: Package) -> tuple[Path, State]:
    """Return where a package's archive belongs, and whether a sound one lies there."""
    path = archive_folder() / package.filename
    if not path.is_file():
        return path, "absent"
    sound = file_hash(path) == (package.sha256 or _recorded_hash(path))
    return path, "present" if sound else "damaged"


def record_path(archive: Path) -> Path:
    """Return where the record of an archive lies."""
    return archive.with_name(f"{archive.name}.json")


def record_text(package: Package, archive: Path) -> str:
    """Return what is kept about an archive that has just been brought."""
    record = {
        "package": package.name,
        "version": package.version,
        "sha256": file_hash(archive),
        "size": archive.stat().st_size,
        "brought": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(record, indent=1) + "\n"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, read anew whenever its size or time of change differ."""
    stat = path.stat()
    return _hash_once(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _hash_once(path: Path, size: int, changed: int) -> str:
    del size, changed  # they are the key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recorded_hash(archive: Path) -> str | None:
    """Return the hash that a text, which cannot be pinned, had when it was brought."""
    try:
        return str(json.loads(record_path(archive).read_text())["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
