"""What the commands print: one sentence for an error, JSON where it is asked for."""

import json
import os
import sys
import traceback
from dataclasses import asdict, is_dataclass
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from infomax.exceptions import MissingDataError, MissingExtraError

BAD_INPUT, MISSING, HELD, BROKEN, INTERRUPTED = 2, 3, 4, 5, 130


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
    from infomax.lab.runs import FolderHeldError, RunFolderError

    if isinstance(error, click.exceptions.Exit):
        return error.exit_code, ""
    if isinstance(error, click.ClickException):
        return BAD_INPUT, error.format_message()
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return INTERRUPTED, "interrupted; the same command goes on from here"
    if isinstance(error, MissingDataError | MissingExtraError):
        return MISSING, str(error)
    if isinstance(error, FolderHeldError):
        return HELD, str(error)
    if isinstance(error, RunFolderError):
        return BROKEN, str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return BAD_INPUT, f"{error.strerror}{where}"
    if isinstance(error, ValueError | OSError | MemoryError):
        return BAD_INPUT, " ".join(str(error).split())
    return 1, f"{type(error).__name__}: {error} (INFOMAX_TRACEBACK=1 shows where)"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
