"""Test session: one thread a process; doctests of modules whose extra is absent are left out."""

import os
from importlib.util import find_spec
from pathlib import Path

import hypothesis

# No test asserts a timing, hypothesis included: machines are slow at times.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# Before NumPy and torch load: two workers on two cores, each with two threads, wait for each other.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

EXTRAS = {
    "transformers": (
        "src/infomax/language/_sampling.py",
        "src/infomax/language/_scoring.py",
    ),
    "gymnasium": ("src/infomax/control/_grid_environment.py",),
}

collect_ignore = [
    str(Path(__file__).parent / file)
    for package, files in EXTRAS.items()
    if find_spec(package) is None
    for file in files
]
# Alembic runs this file, nobody imports it.
collect_ignore.append(str(Path(__file__).parent / "src/infomax/app/page/store/migrations/env.py"))
if find_spec("fastapi") is None:
    collect_ignore += [
        str(Path(__file__).parent / f) for f in ("src/infomax/app/page", "tests/app/page")
    ]
