"""What takes a while to make from an archive, kept in the cache and checked when it is read."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from infomax.data.cache import cache_folder

_DIGEST = 32


def kept(label: str, fingerprint: str, build: Callable[[], bytes]) -> bytes:
    """Return what `build` makes, from the cache if a sound copy is there.

    The copy is found by `label` and by the hash of what it was made from; it begins with its own
    hash, and a damaged one is made anew. Where the cache cannot be written, nothing is kept.
    """
    path = cache_folder() / "derived" / f"{label}-{fingerprint[:16]}"
    try:
        stored = path.read_bytes()
    except OSError:
        stored = b""
    if len(stored) >= _DIGEST and hashlib.sha256(stored[_DIGEST:]).digest() == stored[:_DIGEST]:
        return stored[_DIGEST:]
    content = build()
    try:
        _write(path, hashlib.sha256(content).digest() + content)
    except OSError:
        return content
    return content


def _write(path: Path, content: bytes) -> None:
    """Write a file so that others see all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
