"""What a trial is at: a worker leaves its last arm and step in a file, the driver tells it on."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from infomax.lab.contract import Artifact, Record
from infomax.lab.events import Event, TrialProgress
from infomax.lab.storage import STRAY

INTERVAL = 0.2


class ProgressFile:
    """The file in which a worker leaves its last arm and step.

    A new arm is written at once, the first hundred times; else a few times a second. Best effort: what cannot be written is left out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = 0.0
        self._arm: str | None = None
        self._prompt = 100

    def note(self, record: Record) -> None:
        """Write the arm and step of a row or spend, unless the file is fresh."""
        if isinstance(record, Artifact):
            return
        is_new = record.arm != self._arm and self._prompt > 0
        if is_new or time.monotonic() - self._written >= INTERVAL:
            self._prompt -= is_new
            self.write(record.arm, getattr(record, "step", None))

    def write(self, arm: str | None, step: int | None) -> None:
        """Write at once."""
        self._written, self._arm = time.monotonic(), arm
        stray = self._path.with_name(f"{STRAY}{os.getpid()}-{self._path.name}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            stray.write_text(json.dumps({"arm": arm, "step": step}))
            stray.replace(self._path)


class Reporter:
    """Tells a run's events to one listener, one at a time, the trials' progress among them.

    What the listener raises in between is raised at the next `tell` or at the end.
    """

    def __init__(self, slug: str, listener: Callable[[Event], object] | None) -> None:
        self._slug = slug
        self._listener = listener
        self._files: dict[int, Path] = {}
        self._last: dict[int, Any] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Reporter":
        if self._listener is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        if error is None and self._raised is not None:
            raise self._raised

    def watch(self, files: Iterable[tuple[int, Path]]) -> None:
        """Tell what appears in the progress files of these seeds from now on."""
        with self._lock:
            self._files = dict(files)

    def tell(self, event: Event) -> None:
        """Tell one event; a trial that ended is no longer watched."""
        with self._lock:
            if self._raised is not None:
                raise self._raised
            self._files.pop(getattr(event, "seed", -1), None)
            if self._listener is not None:
                self._listener(event)

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL):
            with self._lock:
                try:
                    self._look()
                except BaseException as error:
                    self._raised = error
                    return

    def _look(self) -> None:
        for seed, file in self._files.items():
            try:
                seen = json.loads(file.read_bytes())
                arm, step = seen["arm"], seen["step"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if self._last.get(seed) != (arm, step) and self._listener is not None:
                self._last[seed] = (arm, step)
                self._listener(TrialProgress(self._slug, seed, arm, step))
