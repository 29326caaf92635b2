"""`python -m benchmarks.page`: two hundred readers of the page at once, idle and while a run is going.

Each reader opens a page, waits one to three seconds, opens the next: about a hundred pages a second.
The answers are timed where the reader is, on loopback, in a process of its own. Written to PAGE.md.
"""

import asyncio
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.runner import Workload

WORKLOADS: list[Workload] = []  # answers in milliseconds are no ratio of CPU seconds
N_READERS = 200
SECONDS = 20.0
PATHS = (
    *("/",) * 4, *("/days",) * 2, *("/papers/cim",) * 4, "/papers/kecor", "/papers/mec-b", "/trending",
    "/map", "/search?q=influence+in+networks", "/search?q=entropy+coupling", "/?room=selection", "/runs",
)  # fmt: skip
SERVER = """
import sys
from pathlib import Path
import uvicorn
from infomax.app.page.application import create_app
from infomax.app.page.settings import PageSettings
home, runs, port = sys.argv[1:]
many = dict.fromkeys(("sign-in", "subscribe", "search", "run", "write"), "100000/minute")
settings = PageSettings(home=Path(home), runs=(Path(runs),), port=int(port), secret="x" * 40, rates=many)
uvicorn.run(create_app(settings), port=int(port), log_level="error")
"""


def main() -> None:
    """Measure, print and write the page."""
    runs = Path(__file__).parents[1] / "results"
    with tempfile.TemporaryDirectory() as home:
        start = _time_start(Path(home) / "start", runs)
        port = _free_port()
        server = subprocess.Popen([sys.executable, "-c", SERVER, home, str(runs), str(port)])
        try:
            _wait(port)
            for path in set(PATHS):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
            _wait_for_embeddings(Path(home))
            idle = asyncio.run(_readers(port))
            _ask_for_run(port)
            busy = asyncio.run(_readers(port))
            state = urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/runs/1").read().decode()
        finally:
            server.terminate()
            server.wait()
    lines = _page(start, {"idle": idle, "while a run is going": busy}, state)
    print("\n".join(lines))
    Path(__file__).with_name("PAGE.md").write_text("\n".join(lines) + "\n")


async def _readers(port: int) -> list[float]:
    """Let the readers read and return all times in seconds."""
    import httpx2

    times: list[float] = []
    end = time.monotonic() + SECONDS
    limits = httpx2.Limits(max_connections=N_READERS, max_keepalive_connections=N_READERS)
    where = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(base_url=where, limits=limits, timeout=60) as client:

        async def read(number: int) -> None:
            chance = random.Random(number)
            await asyncio.sleep(chance.uniform(0, 2))
            while time.monotonic() < end:
                began = time.perf_counter()
                answer = await client.get(chance.choice(PATHS))
                times.append(time.perf_counter() - began)
                assert answer.status_code == 200, answer.status_code
                await asyncio.sleep(chance.uniform(1, 3))

        await asyncio.gather(*(read(number) for number in range(N_READERS)))
    return times


def _wait_for_embeddings(home: Path) -> None:
    """Let the first start embed the papers, where the model is on this machine."""
    from infomax.data.packages import where

    while where("minilm") is not None and not (home / "meaning.npz").exists():
        time.sleep(0.5)


def _ask_for_run(port: int) -> None:
    """Start a run that outlasts the measurement, as a person would."""
    import httpx2

    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as person:
        form = re.search(r'name="form" value="([^"]+)"', person.get("/papers/cim/run").text)
        assert form
        data = {"form": form[1], "scale": "laptop"}
        assert person.post("/papers/cim/run", data=data).status_code == 303
        while person.get("/api/v1/runs/1").json()["text"] in (
            "starting",
            "preparing",
            "next in the queue",
        ):
            time.sleep(0.2)


def _time_start(home: Path, runs: Path) -> float:
    """Return the seconds from the command to the first list of papers, in an empty home."""
    port = _free_port()
    command = [sys.executable, "-c", "from infomax.app.cli import main; main()", "serve", str(runs)]
    command += ["--home", str(home), "--port", str(port)]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait(port, "/")
        took.append(time.perf_counter() - began)
        server.terminate()
        server.wait()
    return min(took)


def _wait(port: int, path: str = "/robots.txt") -> None:
    for _ in range(2000):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
            return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError("the server does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _page(start: float, measured: dict[str, list[float]], state: str) -> list[str]:
    still = "running" in state
    lines = [
        "# The page under readers",
        "",
        "Written by `python -m benchmarks.page`; not by hand. "
        f"{N_READERS} readers on loopback, a pause of one to three seconds between two pages, "
        f"{os.cpu_count()} cores for server, readers and run together.",
        "",
        f"From the command to the first list of papers: {start:.2f} s (best of 3; goal 2 s).",
        "",
        "| server | answers a second | median | slowest tenth | slowest hundredth |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, times in measured.items():
        cuts = statistics.quantiles(times, n=100)
        shown = " | ".join(f"{1000 * value:.1f} ms" for value in (cuts[49], cuts[89], cuts[98]))
        lines.append(f"| {name} | {len(times) / SECONDS:.0f} | {shown} |")
    lines += [
        "",
        f"Goal: a median under 50 ms while a run is going (it {'was' if still else 'was NOT'} going to the end).",
    ]
    return lines


if __name__ == "__main__":
    main()
