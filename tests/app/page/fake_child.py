"""Stands for the process of a run: tells seeds at a pace that the test sets, or fails, or hangs."""

import json
import os
import sys
import threading
import time
from pathlib import Path


def tell(kind, **content):
    print(json.dumps({"kind": kind, **content}), flush=True)


def end_with_server():
    sys.stdin.buffer.read()
    os._exit(1)


def main():
    threading.Thread(target=end_with_server, daemon=True).start()
    wanted = json.loads(sys.argv[1])
    plan = json.loads(Path(os.environ["FAKE_CHILD"]).read_text())
    folder = Path(wanted["out"])
    folder.mkdir(exist_ok=True)
    with (folder / "starts").open("a") as file:
        file.write(f"{os.getpid()}\n")
    done = len(list(folder.glob("seed-*")))
    if wanted["data"]:
        (folder / "saw").write_text(Path(wanted["data"]).read_text())
    tell("RunStarted", n_done=done)
    print("noise that is no JSON", flush=True)
    for seed in range(done, wanted["n_seeds"]):
        tell("TrialProgress", seed=seed, arm="method", step=None)
        time.sleep(plan.get("pause", 0.0))
        if plan.get("die_at") == seed:
            os._exit(9)
        if plan.get("fail_at") == seed:
            tell("failed", error="the data cannot be read: <b>row 3</b>")
            sys.exit(1)
        (folder / f"seed-{seed}").touch()
        tell("TrialFinished", seed=seed, seconds=0.1)
    tell("done", n_failures=plan.get("n_failures", 0))


if __name__ == "__main__":
    main()
