"""Runs the tiny paper in a process of its own: ``python -m tests.lab.drive OUT JOBS WAIT``.

The environment's STALL may also name a point of the driver: "sync NAME" (the file's content is
written, its name not), "before NAME" (the parts before it are there).
"""

import os
import sys

from tests.lab.fake_papers import tiny

from infomax.lab import runner, storage
from infomax.lab.contract import experiment_from
from infomax.lab.events import RunWaiting


def stall_at(write):
    def wrapped(path, content):
        tiny.stall(f"before {path.name}" if path.parent.name != "rows.parquet" else "before rows")
        if os.environ.get("STALL") == f"sync {path.name}":
            storage.os.fsync = lambda _: tiny.stall(f"sync {path.name}")
        write(path, content)

    return wrapped


def tell(event):
    if isinstance(event, RunWaiting):
        print(event, flush=True)


def main():
    storage.write_whole = runner.write_whole = stall_at(storage.write_whole)
    out, n_jobs, wait = sys.argv[1:]
    runner.run(
        experiment_from(tiny),
        "smoke",
        out=out,
        n_jobs=int(n_jobs),
        wait=wait == "wait",
        on_event=tell,
    )


if __name__ == "__main__":
    main()
