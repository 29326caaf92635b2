"""Verdicts as a file."""

import math
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from infomax.lab.errors import RunFolderError
from infomax.lab.storage import read_json, write_json
from infomax.lab.verdict import Finding, Verdict

SCHEMA = 1
_NUMBERS = {f.name for kind in (Finding, Verdict) for f in fields(kind) if f.type == float | None}


def write_verdicts(path: Path, verdicts: Iterable[Verdict]) -> None:
    """Write verdicts as strict JSON; numbers that are not finite become strings."""
    write_json(path, {"schema": SCHEMA, "verdicts": [_plain(asdict(v)) for v in verdicts]})


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """Read verdicts as they were written.

    Raises
    ------
    RunFolderError
        If the file is absent, truncated, foreign or of another schema version.
    """
    content = read_json(path, schema=SCHEMA)
    try:
        return tuple(_verdict(item) for item in content["verdicts"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunFolderError(f"{path} holds no verdicts: {error}") from None


def _verdict(item: dict[str, Any]) -> Verdict:
    findings = tuple(
        Finding(**_numbers({**f, "differences": tuple(map(float, f["differences"]))}))
        for f in item["findings"]
    )
    known = {field.name for field in fields(Verdict)}
    if set(item) != known:
        raise ValueError(f"its fields differ in {sorted(known ^ set(item))}")
    return Verdict(**{**_numbers(item), "findings": findings, "varies": tuple(item["varies"])})


def _numbers(item: dict[str, Any]) -> dict[str, Any]:
    return {k: float(v) if k in _NUMBERS and v is not None else v for k, v in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):  # also NumPy's
        return float(value) if math.isfinite(value) else str(float(value))
    return value
