"""Runs in processes of their own, killed with SIGKILL at each point."""

from contextlib import suppress

import psutil
import pytest
from tests.lab.processes import stalled, start
from tests.lab.serial import contents, run_tiny

from infomax.lab.runs import read_run


def kill_at(out, stall, seeds):
    with start(out, stall=stall) as process:
        at = stalled(process, out, seeds)
        process.kill()
    with suppress(psutil.NoSuchProcess):
        at.wait(timeout=10)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    run_tiny(out)
    return contents(out / "tiny")


PHASES = [
    ("prepare", []),  # before the first trial
    ("sync seed-0000.safetensors", []),  # a file written, but not named
    ("trial 1", [0]),
    ("before rows", [0]),  # artifacts and spends of a seed are there, its rows are not
    ("before verdicts.json", [0, 1, 2]),
    ("figures", [0, 1, 2]),
]


@pytest.mark.slow
def test_killed_in_every_phase_the_same_command_ends_with_the_same_files(tmp_path, undisturbed):
    out = tmp_path / "out"
    for stall, seeds in PHASES:
        kill_at(out, stall, seeds)
        left = read_run(out / "tiny")
        assert not left.finished
        assert sorted(set(left.rows["seed"])) == seeds, stall
    assert run_tiny(out).finished
    assert contents(out / "tiny") == undisturbed
