"""The queue of runs: one at a time by default, each in a process that ends with the server."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, update

from infomax.app.page.errors import RefusedError
from infomax.app.page.runs.progress import OPEN, Follower, Progress, progress_of
from infomax.app.page.runs.uploads import discard, keep_only
from infomax.app.page.settings import PageSettings
from infomax.app.page.store.database import Database
from infomax.app.page.store.models import Job, utc_now

MOST_STARTS = 4  # a run that takes the server down with it is not tried for ever
MOST_OPEN = 8  # of one person
LOOK_EVERY = 1.0
COMMAND = (sys.executable, "-m", "infomax.app.page.runs.child")


class RunQueue:
    """Carries out the jobs of the database in their order.

    Parameters
    ----------
    settings, database
        Of the page.
    on_end : callable
        Called when a run has ended.
    """

    def __init__(
        self, settings: PageSettings, database: Database, *, on_end: Callable[[], object]
    ) -> None:
        self._settings = settings
        self._database = database
        self._on_end = on_end
        self._live: dict[int, Follower] = {}
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._cancelled: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Begin; runs that an earlier server left behind go on."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._take_up)
        self._tasks = [
            asyncio.create_task(self._work()) for _ in range(self._settings.parallel_runs)
        ]

    async def stop(self) -> None:
        """End; runs under way go on when the next server starts."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ask(
        self, slug: str, scale: str, n_seeds: int, *, person: int | None, upload: Path | None = None
    ) -> int:
        """Put a run into the queue and return its number; an upload moves to where it is read.

        Raises
        ------
        RefusedError
            If this person has many runs waiting already.
        """
        with self._database.write() as session:
            mine = select(func.count()).where(Job.person_id == person, Job.state.in_(OPEN))
            if (session.scalar(mine) or 0) >= MOST_OPEN:
                raise RefusedError(
                    f"{MOST_OPEN} of your runs are waiting already; cancel one or wait.", status=429
                )
            job = Job(slug=slug, scale=scale, n_seeds=n_seeds, person_id=person)
            job.upload = upload.name if upload else None
            session.add(job)
            session.flush()
            if upload is not None:
                place = self._settings.private_runs / f"job-{job.id}"
                place.mkdir(parents=True, exist_ok=True)
                upload.replace(place / upload.name)
        self.notify()
        return job.id

    def again(self, job: Job) -> None:
        """Put a run that failed or was cancelled back into the queue; it goes on where it was."""
        with self._database.write() as session:
            session.execute(
                update(Job)
                .where(Job.id == job.id, Job.state.in_(("failed", "cancelled")))
                .where(Job.upload.is_(None))
                .values(state="waiting", message="", ended=None, n_starts=0)
            )
        self.notify()

    def notify(self) -> None:
        """Say that there is something new in the queue."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    def cancel(self, number: int) -> None:
        """End a run, or take it out of the queue; what ended already stays as it is."""
        with self._database.write() as session:
            job = session.get(Job, number)
            if job is None or job.state not in OPEN:
                return
            was = job.state
            job.state, job.ended, job.message = "cancelled", utc_now(), "cancelled"
        if was == "waiting":
            self._clean(number)
            return
        self._cancelled.add(number)
        process = self._processes.get(number)
        if process is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(_kill, process)

    def progress(self, job: Job) -> Progress:
        """Return where a run is now."""
        live = self._live.get(job.id)
        if live is not None and job.state == "running":
            return live.now
        before = 0
        if job.state == "waiting":
            with self._database.read() as session:
                counted = select(func.count()).where(Job.state.in_(OPEN), Job.id < job.id)
                before = session.scalar(counted) or 0
        return progress_of(job, before)

    def folder(self, job: Job) -> Path:
        """Return where the run of a job lies."""
        return self._place(job)[0] / self._place(job)[1] / job.slug

    def _place(self, job: Job) -> tuple[Path, str]:
        """Return where the process works, and the folder of runs as it is told there."""
        if job.upload is None:
            return self._settings.own_runs, f"job-{job.id}"
        return self._settings.private_runs / f"job-{job.id}", "run"

    def _take_up(self) -> None:
        with self._database.write() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                job.state, job.message = "waiting", "the server was restarted"
                if job.n_starts >= MOST_STARTS:
                    job.state, job.ended = "failed", utc_now()
                    job.message = f"given up: the server ended {job.n_starts} times during this run"
            waiting = session.scalars(select(Job.id).where(Job.state == "waiting"))
            keep_only(self._settings.private_runs, {f"job-{number}" for number in waiting})

    async def _work(self) -> None:
        while True:
            job = await asyncio.to_thread(self._claim)
            if job is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
                self._wake.clear()
                continue
            await self._carry_out(job)

    def _claim(self) -> Job | None:
        with self._database.write() as session:
            job = session.scalars(
                select(Job).where(Job.state == "waiting").order_by(Job.id).limit(1)
            ).first()
            if job is not None:
                job.state, job.message, job.n_starts = "running", "starting", job.n_starts + 1
                job.started = job.started or utc_now()
                self._live[job.id] = Follower(job)
        return job

    async def _carry_out(self, job: Job) -> None:
        follower = self._live[job.id]
        process = None
        try:
            process = await self._spawn(job)
            async with asyncio.timeout(60 * self._settings.run_minutes):
                await self._follow(job, process, follower)
                await process.wait()
        except TimeoutError:
            follower.error = f"it took longer than {self._settings.run_minutes} minutes"
        except Exception as error:  # the queue goes on, whatever became of one run
            follower.error = f"its process could not be followed: {error}"
        finally:
            self._processes.pop(job.id, None)
            if process is not None and process.returncode is None:
                _kill(process)
                await asyncio.shield(process.wait())
        await asyncio.to_thread(self._end, job.id, follower)

    async def _spawn(self, job: Job) -> asyncio.subprocess.Process:
        place, out = self._place(job)
        place.mkdir(parents=True, exist_ok=True)
        wanted = {"slug": job.slug, "scale": job.scale, "n_seeds": job.n_seeds}
        argument = json.dumps({**wanted, "out": out, "data": job.upload})
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            argument,
            cwd=place,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._processes[job.id] = process
        if job.id in self._cancelled:
            _kill(process)
        return process

    async def _follow(
        self, job: Job, process: asyncio.subprocess.Process, follower: Follower
    ) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # something else wrote to the output
            if isinstance(told, dict) and follower.take(told):
                await asyncio.to_thread(self._note, job.id, follower.now)

    def _note(self, number: int, now: Progress) -> None:
        with self._database.write() as session:
            session.execute(
                update(Job)
                .where(Job.id == number, Job.state == "running")
                .values(n_done=now.n_done, message=now.text)
            )

    def _end(self, number: int, follower: Follower) -> None:
        state, message = "finished", ""
        if not follower.finished:
            state = "failed"
            message = follower.error or "its process died; run it again and it goes on from there"
        elif follower.n_failures:
            count = follower.n_failures
            message = f"{count} {'trial' if count == 1 else 'trials'} raised an error"
        self._record(number, state, message, utc_now())
        self._live.pop(number, None)
        self._cancelled.discard(number)
        self._clean(number)
        self._on_end()

    def _record(self, number: int, state: str, message: str, ended: datetime) -> None:
        with self._database.write() as session:
            session.execute(
                update(Job)
                .where(Job.id == number, Job.state == "running")
                .values(state=state, message=message, ended=ended)
            )

    def _clean(self, number: int) -> None:
        discard(self._settings.private_runs / f"job-{number}")


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
