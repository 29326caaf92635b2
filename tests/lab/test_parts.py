import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infomax.lab import parts
from infomax.lab.contract import Artifact, Row, Spend
from infomax.lab.errors import RunFolderError
from infomax.lab.frames import rows_frame, spend_frame
from infomax.lab.parts import Stamp

ROWS = Stamp("rows", "tiny", "smoke", 3)
SPEND = Stamp("spend", "tiny", "smoke", 3)
ARTIFACTS = Stamp("artifacts", "tiny", "smoke", 3)
FRAME = rows_frame(
    [Row("a", "m", np.nan, "1"), Row("b", "m", 0.1, "nats", at={"k": 2}, case="c", step=4)], 3
)


@pytest.fixture
def part(tmp_path):
    path = tmp_path / "seed-0003.parquet"
    path.write_bytes(parts.pack_frame(FRAME, ROWS, artifacts=["x"]))
    return path


def test_rows_come_back_as_they_were(part):
    table, notes = parts.read_part(part, ROWS)
    pd.testing.assert_frame_equal(parts.join_parts("rows", [table]), FRAME, check_exact=True)
    assert notes == {"artifacts": ["x"]}


def test_spends_come_back_as_they_were(tmp_path):
    frame = spend_frame([Spend("a", "steps", 3, limit=4), Spend("b", "steps", 2)], 3)
    (tmp_path / "part").write_bytes(parts.pack_frame(frame, SPEND))
    table, _ = parts.read_part(tmp_path / "part", SPEND)
    pd.testing.assert_frame_equal(parts.join_parts("spend", [table, table][:1]), frame)


def test_same_rows_same_bytes():
    assert parts.pack_frame(FRAME, ROWS) == parts.pack_frame(FRAME.copy(), ROWS)


@pytest.mark.parametrize("kind", ["rows", "spend"])
def test_no_parts_give_a_typed_empty_frame(kind):
    empty = rows_frame([], 0) if kind == "rows" else spend_frame([], 0)
    joined = parts.join_parts(kind, [])
    pd.testing.assert_frame_equal(joined, empty, check_index_type=False)


def test_a_folder_of_parts_reads_as_one_in_pandas(part):
    other = rows_frame([Row("a", "m", 2.0, "1", step=1)], 4)
    stamp = Stamp("rows", "tiny", "smoke", 4)
    part.with_name("seed-0004.parquet").write_bytes(parts.pack_frame(other, stamp))
    assert pd.read_parquet(part.parent)["seed"].tolist() == [3, 3, 4]


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.99])
def test_truncated_part_is_named(part, share):
    content = part.read_bytes()
    part.write_bytes(content[: int(share * len(content))])
    with pytest.raises(RunFolderError, match=r"seed-0003.parquet is truncated or damaged"):
        parts.read_part(part, ROWS)


def test_flipped_byte_is_named(part):
    content = bytearray(part.read_bytes())
    content[content.index(b"nats")] ^= 1
    part.write_bytes(content)
    with pytest.raises(RunFolderError, match=r"seed-0003.parquet"):
        parts.read_part(part, ROWS)


def test_foreign_parquet_is_named(part):
    pd.DataFrame({"x": [1]}).to_parquet(part)
    with pytest.raises(RunFolderError, match=r"seed-0003.parquet was not written by infomax"):
        parts.read_part(part, ROWS)


@pytest.mark.parametrize("stamp", [b"no json", b"[]", b"{}", b"3"])
def test_foreign_stamp_is_named(part, stamp):
    table = pa.table({"x": [1]}).replace_schema_metadata({"infomax": stamp})
    pq.write_table(table, part)
    with pytest.raises(RunFolderError, match="was not written by infomax"):
        parts.read_part(part, ROWS)


def test_other_schema_version_is_named(part, monkeypatch):
    monkeypatch.setattr(parts, "SCHEMA", 2)
    with pytest.raises(RunFolderError, match="schema version 1, this infomax reads version 2"):
        parts.read_part(part, ROWS)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("kind", Stamp("spend", "tiny", "smoke", 3)),
        ("slug", Stamp("rows", "cim", "smoke", 3)),
        ("scale", Stamp("rows", "tiny", "demo", 3)),
        ("seed", Stamp("rows", "tiny", "smoke", 2)),
    ],
)
def test_part_of_another_run_is_named(part, name, wanted):
    with pytest.raises(RunFolderError, match=f"belongs to another run: its {name} is"):
        parts.read_part(part, wanted)


def test_other_columns_and_seeds_are_named(part):
    part.write_bytes(parts.pack_frame(FRAME.drop(columns="step"), ROWS))
    with pytest.raises(RunFolderError, match="must have the columns"):
        parts.read_part(part, ROWS)
    part.write_bytes(parts.pack_frame(FRAME.assign(seed=4), ROWS))
    with pytest.raises(RunFolderError, match="must hold seed 3 alone"):
        parts.read_part(part, ROWS)


def test_artifacts_come_back_as_they_were(tmp_path):
    arrays = {"x": np.array([[0.1, np.nan]]), "n": np.arange(0), "b/c": np.array([True])}
    packed = parts.pack_artifacts([Artifact("one", arrays), Artifact("two", arrays)], ARTIFACTS)
    (tmp_path / "part").write_bytes(packed)
    read = parts.read_artifacts(tmp_path / "part", ARTIFACTS)
    assert set(read) == {"one", "two"}
    for key, array in arrays.items():
        np.testing.assert_array_equal(read["two"][key], array, strict=True)


def test_bad_artifacts_are_refused(tmp_path):
    one = Artifact("one", {"x": np.zeros(2)})
    with pytest.raises(ValueError, match="'one/x' twice"):
        parts.pack_artifacts([one, one], ARTIFACTS)
    with pytest.raises(ValueError, match="no slash"):
        parts.pack_artifacts([Artifact("a/b", {"x": np.zeros(2)})], ARTIFACTS)
    path = tmp_path / "seed-0003.safetensors"
    path.write_bytes(parts.pack_artifacts([one], ARTIFACTS)[:-1])
    with pytest.raises(RunFolderError, match=r"seed-0003.safetensors is truncated or damaged"):
        parts.read_artifacts(path, ARTIFACTS)
