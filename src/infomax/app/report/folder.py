"""A folder that is replaced as a whole, and only if a report wrote it."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARKER = "infomax-report.json"


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `out` if the block ends without an error.

    Until then, and after an error, `out` is what it was.

    Raises
    ------
    ValueError
        If `out` is a file, or a folder with content that no report wrote.
    """
    out = out.resolve()
    check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fresh.chmod(0o755)
        yield fresh
        (fresh / MARKER).write_text(json.dumps({"written_by": "infomax report"}) + "\n")
        _swap(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check_replaceable(out: Path) -> None:
    """Refuse a path at which something stands that is no report."""
    if not out.exists():
        blocking = next((parent for parent in out.parents if parent.exists()), None)
        if blocking is not None and not blocking.is_dir():
            raise ValueError(f"`out` must lie in a folder, but {blocking} is a file")
        return
    if not out.is_dir():
        raise ValueError(f"`out` must be a folder, got the file {out}")
    if not is_report(out) and any(out.iterdir()):
        raise ValueError(
            f"`out` must be new, empty or a report to replace, but {out} holds other files"
        )


def is_report(folder: Path) -> bool:
    """Tell whether a report wrote this folder."""
    return (folder / MARKER).is_file()


def _swap(fresh: Path, out: Path) -> None:
    """Put `fresh` at `out`; the old folder waits inside `fresh`'s place until that is done."""
    if not out.exists():
        fresh.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent)) / "report"
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
