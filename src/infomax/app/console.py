"""What the commands print: one sentence for an error, JSON where it is asked for."""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from infomax.exceptions import MissingDataError, MissingExtraError

FAILED, BAD_INPUT, MISSING, HELD, BROKEN, INTERRUPTED = 1, 2, 3, 4, 5, 130


def print_json(value: Any) -> None:
    """Print one JSON document; numbers that JSON lacks become null."""
    print(json.dumps(_plain(value), indent=2, allow_nan=False))


def print_table(columns: list[str], rows: list[list[str]], *, title: str | None = None) -> None:
    """Print a table, plain where the output is no terminal."""
    console = Console()
    if not console.is_terminal:
        for row in rows:
            print("\t".join(row))
        return
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def fail(error: BaseException, *, as_json: bool) -> int:
    """Tell the error in one sentence and return the exit code."""
    code, text = _explain(error)
    if as_json:
        print_json({"error": text, "exit_code": code})
    else:
        print(f"infomax: {text}", file=sys.stderr)
    if os.environ.get("INFOMAX_TRACEBACK"):
        traceback.print_exception(error)
    return code


def _explain(error: BaseException) -> tuple[int, str]:
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return INTERRUPTED, "interrupted; the same command goes on from here"
    if hasattr(error, "format_message"):  # usage errors; whose class depends on typer's release
        return BAD_INPUT, error.format_message()
    for kind, code in _codes():
        if isinstance(error, kind):
            return code, _sentence(error)
    return 1, f"{type(error).__name__}: {error} (INFOMAX_TRACEBACK=1 shows where)"


def _codes() -> tuple[tuple[type[BaseException], int], ...]:
    """Return the exit code of each kind of error, the particular before the general."""
    from infomax.lab.errors import RunFolderError, RunLockedError, RunStoppedError

    return (
        (MissingDataError, MISSING),
        (MissingExtraError, MISSING),
        (RunLockedError, HELD),
        (RunFolderError, BROKEN),
        (RunStoppedError, FAILED),
        (ValueError, BAD_INPUT),
        (OSError, BAD_INPUT),
        (MemoryError, BAD_INPUT),
    )


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return " ".join(str(error).split())


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; numbers that JSON lacks become null."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    elif isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)
