"""The parts that one seed leaves behind: rows, spends and artifacts, each stamped and checked."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from infomax.lab.contract import Artifact
from infomax.lab.errors import RunFolderError
from infomax.lab.frames import ROW_COLUMNS, SPEND_COLUMNS, rows_frame, spend_frame
from infomax.lab.storage import check_schema

SCHEMA = 1
_STAMP = "infomax"
_COLUMNS = {"rows": ROW_COLUMNS, "spend": SPEND_COLUMNS}


@dataclass(frozen=True)
class Stamp:
    """Whose part it is; stands in the part's metadata."""

    kind: str
    slug: str
    scale: str
    seed: int


def pack_frame(frame: pd.DataFrame, stamp: Stamp, **notes: Any) -> bytes:
    """Return a stored frame as a stamped parquet file, with `notes` beside the stamp."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    buffer = BytesIO()
    # The Arrow schema would take more room than the rows, and the types are known.
    with pq.ParquetWriter(
        buffer,
        table.schema,
        compression="zstd",
        write_page_checksum=True,
        write_statistics=False,
        store_schema=False,
    ) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({_STAMP: _stamped(stamp, notes)})
    return buffer.getvalue()


def read_part(path: Path, stamp: Stamp) -> tuple[pa.Table, dict[str, Any]]:
    """Read one part of rows or spends with its notes, or name the file and what is wrong with it."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
            written = file.metadata.metadata or {}
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from None
    notes = _check_stamp(path, written.get(_STAMP.encode()), stamp)
    columns = _COLUMNS[stamp.kind]
    if tuple(table.column_names) != columns:
        raise RunFolderError(f"{path} must have the columns {columns}, got {table.column_names}")
    if set(table["seed"].to_pylist()) - {stamp.seed}:
        raise RunFolderError(f"{path} must hold seed {stamp.seed} alone")
    return table, notes


def join_parts(kind: str, tables: Iterable[pa.Table]) -> pd.DataFrame:
    """Return the parts below each other, typed also when there are none."""
    empty = rows_frame([], 0) if kind == "rows" else spend_frame([], 0)
    first = pa.Table.from_pandas(empty, preserve_index=False)
    joined = pa.concat_tables([table.cast(first.schema) for table in tables] or [first])
    frame: pd.DataFrame = joined.replace_schema_metadata(first.schema.metadata).to_pandas()
    return frame


def pack_artifacts(artifacts: Iterable[Artifact], stamp: Stamp) -> bytes:
    """Return the artifacts of one seed as a stamped safetensors file."""
    from safetensors.numpy import save

    tensors: dict[str, NDArray[Any]] = {}
    for artifact in artifacts:
        if "/" in artifact.name:
            raise ValueError(f"an artifact's name must have no slash, got {artifact.name!r}")
        for key, array in artifact.arrays.items():
            full = f"{artifact.name}/{key}"
            if full in tensors:
                raise ValueError(f"a trial must not yield the artifact {full!r} twice")
            tensors[full] = array
    return bytes(save(tensors, metadata={_STAMP: _stamped(stamp, {})}))


def read_artifacts(path: Path, stamp: Stamp) -> dict[str, dict[str, NDArray[Any]]]:
    """Read the artifacts of one seed: name -> key -> array."""
    from safetensors import SafetensorError, safe_open

    read: dict[str, dict[str, NDArray[Any]]] = {}
    try:
        with safe_open(path, framework="numpy") as file:
            _check_stamp(path, (file.metadata() or {}).get(_STAMP), stamp)
            for full in sorted(file.keys()):
                name, _, key = full.partition("/")
                read.setdefault(name, {})[key] = np.asarray(file.get_tensor(full))
    except (OSError, SafetensorError) as error:
        raise _unreadable(path, error) from None
    return read


class ArtifactFiles(Mapping[int, Mapping[str, Mapping[str, NDArray[Any]]]]):
    """The artifacts of a run by seed; a file is read each time that its seed is asked for."""

    def __init__(self, files: Mapping[int, tuple[Path, Stamp]]) -> None:
        self._files = dict(files)

    def __getitem__(self, seed: int) -> Mapping[str, Mapping[str, NDArray[Any]]]:
        return read_artifacts(*self._files[seed])

    def __iter__(self) -> Iterator[int]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _stamped(stamp: Stamp, notes: Mapping[str, Any]) -> str:
    return json.dumps({"schema": SCHEMA, **asdict(stamp), "notes": dict(notes)}, sort_keys=True)


def _check_stamp(path: Path, text: str | bytes | None, stamp: Stamp) -> dict[str, Any]:
    try:
        found = json.loads(text or "")
        version = found["schema"]
    except (ValueError, TypeError, KeyError):
        raise RunFolderError(f"{path} was not written by infomax; move it elsewhere") from None
    check_schema(path, version, SCHEMA)
    for name, wanted in asdict(stamp).items():
        if found.get(name) != wanted:
            raise RunFolderError(
                f"{path} belongs to another run: its {name} is {found.get(name)!r}, not {wanted!r}"
            )
    notes: dict[str, Any] = found["notes"]
    return notes


def _unreadable(path: Path, error: Exception) -> RunFolderError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return RunFolderError(
        f"{path} is truncated or damaged ({reason}); delete it and run again to repeat its seed"
    )
