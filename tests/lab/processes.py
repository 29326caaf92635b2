"""Runs of the tiny paper in processes of their own."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


@contextmanager
def start(out, *, stall="", wait="wait"):
    """Start a run; it stalls where told and then leaves the stalling process's id in a file."""
    mark = out.parent / "mark"
    mark.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lab.drive", out, "1", wait],
        env={**os.environ, "STALL": stall, "STALL_MARK": str(mark)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stalled(process, out, seeds):
    """Return the process that stalls, once it does and the rows of `seeds` are written."""
    mark = out.parent / "mark"
    parts = [out / "tiny" / "rows.parquet" / f"seed-000{seed}.parquet" for seed in seeds]
    for _ in range(3000):
        if mark.exists() and mark.read_text() and all(part.exists() for part in parts):
            return psutil.Process(int(mark.read_text()))
        if process.poll() is not None:
            raise AssertionError(process.stderr.read().decode())
        time.sleep(0.01)
    raise AssertionError("it never stalled")
