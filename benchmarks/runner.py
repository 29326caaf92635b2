"""Run ours and the peer alternately in one process, on the same data and threads."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
from threadpoolctl import threadpool_limits


@dataclass(frozen=True)
class Workload:
    """One task for ours and for a peer.

    `data(size)` builds the input, size "full" or "small". `agree(ours, peer)` returns None, or in
    what the two values disagree; a workload whose values disagree has no time. Without a peer the
    workload has an absolute goal, told in `target`, and `agree` gets None as the peer's value.
    """

    name: str
    ours: Callable[[Any], Any]
    peer: Callable[[Any], Any] | None
    data: Callable[[str], Any]
    agree: Callable[[Any, Any], str | None]
    peer_name: str
    target: str = ""
    n_threads: int = 1
    repeats: int = 5


@dataclass
class Side:
    """Times of one side: CPU seconds and wall seconds, best of repeats, and peak memory in MB."""

    cpu: float = float("inf")
    wall: float = float("inf")
    peak_mb: float = 0.0

    def take(self, function: Callable[[Any], Any], data: Any) -> Any:
        """Run once, keep the best times, return the value."""
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        value = function(data)
        self.cpu = min(self.cpu, time.process_time() - cpu)
        self.wall = min(self.wall, time.perf_counter() - wall)
        return value


@dataclass
class Outcome:
    """What came of one workload."""

    workload: Workload
    disagreement: str | None = None
    absent: str | None = None
    ours: Side = field(default_factory=Side)
    peer: Side = field(default_factory=Side)

    @property
    def ratio(self) -> float | None:
        """Peer's CPU seconds over ours (wall seconds on several threads); above one is faster."""
        if self.workload.peer is None or self.absent or self.disagreement:
            return None
        if self.workload.n_threads > 1:
            return self.peer.wall / max(self.ours.wall, 1e-9)
        return self.peer.cpu / max(self.ours.cpu, 1e-9)


@contextmanager
def fixed_threads(n_threads: int) -> Iterator[None]:
    """Hold BLAS, OpenMP and Numba at `n_threads`."""
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(min(n_threads, numba.config.NUMBA_NUM_THREADS))
    try:
        with threadpool_limits(n_threads):
            yield
    finally:
        numba.set_num_threads(before)


def peak_memory(function: Callable[[Any], Any], data: Any) -> float:
    """Return the peak of resident memory above its start while `function` runs, in MB."""
    process = psutil.Process()
    gc.collect()
    start = peak = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.002):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    function(data)
    peak = max(peak, process.memory_info().rss)
    done.set()
    watcher.join()
    return (peak - start) / 1e6


def run(workload: Workload, size: str) -> Outcome:
    """Compare the values once (compilation happens here), then time both sides in turn."""
    outcome = Outcome(workload)
    data = workload.data(size)
    with fixed_threads(workload.n_threads):
        ours = workload.ours(data)
        try:
            theirs = workload.peer(data) if workload.peer else None
        except ImportError as error:
            outcome.absent = str(error)
            theirs = None
        if not outcome.absent:
            outcome.disagreement = workload.agree(ours, theirs)
        if outcome.disagreement or size == "small":
            return outcome
        del ours, theirs
        for _ in range(workload.repeats):
            outcome.ours.take(workload.ours, data)
            if workload.peer and not outcome.absent:
                outcome.peer.take(workload.peer, data)
        outcome.ours.peak_mb = peak_memory(workload.ours, data)
        if workload.peer and not outcome.absent:
            outcome.peer.peak_mb = peak_memory(workload.peer, data)
    return outcome
