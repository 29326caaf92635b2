import json

import pytest
from tests.lab.serial import contents, run_tiny

from infomax.lab.errors import RunFolderError
from infomax.lab.runs import read_run


@pytest.fixture
def finished(tmp_path):
    run_tiny(tmp_path)
    return tmp_path / "tiny"


def refused_alike(finished, told):
    """Reading and resuming both name the file, and nothing is changed."""
    before = contents(finished)
    with pytest.raises(RunFolderError, match=told):
        read_run(finished)
    with pytest.raises(RunFolderError, match=told):
        run_tiny(finished.parent)
    assert contents(finished) == before


@pytest.mark.parametrize("name", ["notes.txt", "rows.parquet/part.csv", "figures/a.png", "x/y/z"])
def test_a_foreign_file_is_named(finished, name):
    (finished / name).parent.mkdir(parents=True, exist_ok=True)
    (finished / name).write_text("mine")
    refused_alike(finished, f"{name} does not belong in a run folder")


def test_a_seed_beyond_the_plan_is_named(finished):
    part = finished / "rows.parquet" / "seed-0000.parquet"
    part.with_name("seed-0007.parquet").write_bytes(part.read_bytes())
    refused_alike(finished, "seed-0007.parquet is none of the 3 planned seeds")


@pytest.mark.parametrize("kind", ["rows", "spend"])
def test_a_truncated_part_is_named(finished, kind):
    part = finished / f"{kind}.parquet" / "seed-0001.parquet"
    part.write_bytes(part.read_bytes()[:-20])
    refused_alike(finished, f"{kind}.parquet/seed-0001.parquet is truncated or damaged")


def test_parts_that_changed_places_are_named(finished):
    parts = finished / "rows.parquet"
    (parts / "seed-0001.parquet").write_bytes((parts / "seed-0002.parquet").read_bytes())
    refused_alike(finished, "seed-0001.parquet belongs to another run: its seed is 2, not 1")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"slug": "tiny"}'])
def test_a_damaged_run_json_is_named(finished, content):
    (finished / "run.json").write_text(content)
    refused_alike(finished, r"run.json (cannot be read|was not written by infomax)")


def test_a_run_json_of_another_schema_version_is_named(finished):
    info = json.loads((finished / "run.json").read_text())
    (finished / "run.json").write_text(json.dumps({**info, "schema": 2}))
    refused_alike(finished, "run.json is of schema version 2, this infomax reads version 1")
    del info["setting"]
    (finished / "run.json").write_text(json.dumps(info))
    refused_alike(finished, "run.json lacks setting")


def test_parts_without_run_json_are_named(finished):
    (finished / "run.json").unlink()
    with pytest.raises(RunFolderError, match=r"seed-0000.* lies in a folder without run.json"):
        run_tiny(finished.parent)
    with pytest.raises(RunFolderError, match=r"is no run folder: it has no run.json"):
        read_run(finished)


@pytest.mark.parametrize("name", ["verdicts.json", "failures/figures.json"])
def test_a_truncated_json_is_named(finished, name):
    (finished / name).parent.mkdir(exist_ok=True)
    (finished / name).write_text('{"schema"')
    refused_alike(finished, f"{name} cannot be read")


@pytest.mark.parametrize(
    "name", ["rows.parquet/seed-0001.parquet", "spend.parquet/seed-0001.parquet"]
)
def test_a_part_that_was_deleted_is_run_again(finished, name):
    before = contents(finished)
    (finished / name).unlink()
    assert run_tiny(finished.parent).finished
    assert contents(finished) == before


def test_a_deleted_artifact_is_run_again(finished):
    name = "artifacts/seed-0002.safetensors"
    before = contents(finished)
    (finished / name).unlink()
    assert list(read_run(finished).artifacts) == [0, 1]
    run_tiny(finished.parent)
    assert contents(finished) == before


def test_stray_temporary_files_are_ignored_and_cleaned(finished):
    stray = finished / "rows.parquet" / ".tmp-1-abc"
    stray.write_text("half")
    assert len(read_run(finished).rows) == 18
    run_tiny(finished.parent)
    assert not stray.exists()
