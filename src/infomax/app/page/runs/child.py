"""The process that carries one run out: it is told what by its argument and tells how by its output.

Every line of output is a JSON object. The process ends when its standard input does, that is, when
the server is gone; what was finished by then is kept, and the same run goes on from there.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from typing import Any

FAILED = 1


def main(argument: str) -> int:
    """Carry out the run that `argument` describes in JSON."""
    threading.Thread(target=_end_with_server, daemon=True).start()
    wanted = json.loads(argument)
    from infomax.lab.runner import run
    from infomax.papers.discovery import load_experiment

    try:
        done = run(
            load_experiment(wanted["slug"]),
            wanted["scale"],
            out=wanted["out"],
            n_seeds=wanted["n_seeds"],
            data=wanted["data"],
            fresh="changed",
            on_event=_tell_event,
        )
    except Exception as error:  # the door: what went wrong is told in one sentence
        _tell("failed", error=_sentence(error))
        return FAILED
    _tell("done", n_failures=len(done.failures))
    return 0


def _tell_event(event: Any) -> None:
    content = {name: value for name, value in asdict(event).items() if name != "path"}
    _tell(type(event).__name__, **content)


def _tell(kind: str, **content: Any) -> None:
    print(json.dumps({"kind": kind, **content}), flush=True)


def _sentence(error: Exception) -> str:
    from infomax.exceptions import MissingDataError, MissingExtraError
    from infomax.lab.errors import RunStoppedError

    known = (ValueError, RunStoppedError, MissingDataError, MissingExtraError)
    text = " ".join(str(error).split())
    return text if isinstance(error, known) else f"{type(error).__name__}: {text}"


def _end_with_server() -> None:
    sys.stdin.buffer.read()
    os._exit(FAILED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
