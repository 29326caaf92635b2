"""Two runs of one paper into one folder."""

from contextlib import suppress

import psutil
import pytest
from tests.lab.processes import stalled, start
from tests.lab.serial import contents, run_tiny

from infomax.lab.errors import RunLockedError
from infomax.lab.events import RunWaiting
from infomax.lab.runs import read_run


@pytest.mark.slow
def test_two_runs_at_once_the_second_waits_or_is_told(tmp_path):
    out = tmp_path / "out"
    with start(out, stall="trial 1") as first:
        at = stalled(first, out, [0])
        with pytest.raises(RunLockedError, match=f"tiny is in use by process {first.pid}"):
            run_tiny(out, wait=False)
        assert sorted(set(read_run(out / "tiny").rows["seed"])) == [0]
        with start(out) as second:
            assert second.stdout.readline().decode().strip() == str(RunWaiting("tiny", first.pid))
            first.kill()
            assert second.wait(timeout=60) == 0
    with suppress(psutil.NoSuchProcess):
        at.wait(timeout=10)
    run_tiny(tmp_path / "alone")
    assert contents(out / "tiny") == contents(tmp_path / "alone" / "tiny")
