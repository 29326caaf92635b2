"""An engine without processes, for tests that look at folders alone."""

from tests.lab.fake_papers import tiny

from infomax.lab import worker
from infomax.lab.contract import experiment_from
from infomax.lab.runner import run


class SerialEngine:
    def imap_unordered(self, function, trials):
        worker._prepared.cache_clear()  # as in a new process
        for trial in trials:
            yield function(trial)


def run_tiny(out, scale="smoke", **options):
    return run(experiment_from(tiny), scale, out=out, engine=SerialEngine(), **options)


def contents(folder):
    """Return the bytes of every file that a rerun must give again; seconds and times differ."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (".lock", "run.json") and "spend" not in str(path)
    }
