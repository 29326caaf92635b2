"""Where trials run: an engine is one method."""

import multiprocessing
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Protocol, TypeVar

from infomax._arguments import check_count
from infomax.lab.errors import RunStoppedError
from infomax.lab.threads import start_worker

Trial = TypeVar("Trial")
Outcome = TypeVar("Outcome")


class Engine(Protocol):
    """Carries trials out, wherever that may be, in processes whose threads it fixes."""

    def imap_unordered(
        self, function: Callable[[Trial], Outcome], trials: Iterable[Trial]
    ) -> Generator[Outcome, None, None]:
        """Yield ``function(trial)`` of each trial as soon as it is there, in any order.

        Closing the generator gives up what it has not yielded.
        """
        ...


@dataclass(frozen=True)
class LocalEngine:
    """Spawned processes of this machine, also for one job.

    The threads of each process are fixed before numerical libraries load, and the processes die
    with the one that started them. A script that uses the engine must be guarded by
    ``if __name__ == "__main__":``, as every spawning program.

    Parameters
    ----------
    n_jobs : int
        Processes at work at once.
    n_threads : int
        Threads of each process.
    """

    n_jobs: int = 1
    n_threads: int = 1

    def __post_init__(self) -> None:
        check_count("n_jobs", self.n_jobs)
        check_count("n_threads", self.n_threads)

    def imap_unordered(
        self, function: Callable[[Trial], Outcome], trials: Iterable[Trial]
    ) -> Generator[Outcome, None, None]:
        """Yield ``function(trial)`` of each trial as soon as it is there, in any order.

        Closing the generator early ends the processes at once.

        Raises
        ------
        RunStoppedError
            If a process dies without an exception.
        """
        context = _Spawn()
        lifeline, driver_end = multiprocessing.Pipe(duplex=False)
        pool = ProcessPoolExecutor(
            self.n_jobs, context, initializer=start_worker, initargs=(self.n_threads, lifeline)
        )
        try:
            futures = [pool.submit(function, trial) for trial in trials]
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            raise RunStoppedError(
                "a worker process died (killed, out of memory, or a crash in compiled code); finished "
                "trials are kept, and the same command resumes, with fewer jobs if memory was short"
            ) from None
        except BaseException:
            for worker in context.workers:
                worker.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            driver_end.close()
            lifeline.close()


class _Spawn(SpawnContext):
    """The spawn context, which remembers its processes."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        worker = SpawnProcess(*args, **kwargs)
        self.workers.append(worker)
        return worker
