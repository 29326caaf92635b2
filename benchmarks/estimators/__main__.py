"""`python -m benchmarks.estimators [--jobs 2] [--seeds 10] [--fresh]`."""

import argparse
import multiprocessing
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks.estimators.table import write
from benchmarks.estimators.trial import measure, planned

HERE = Path(__file__).parent
ROWS = HERE / "rows.parquet"
PAGE = HERE.parent / "ESTIMATORS.md"
KEYS = ["estimator", "task", "n", "seed"]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "torch",
    "scikit-learn",
    "npeet-plus",
    "infomeasure",
    "ennemi",
)


def main() -> None:
    """Estimate what is missing, then write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimators", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="contestants whose name holds this text")
    parser.add_argument("--fresh", action="store_true", help="forget what was estimated before")
    options = parser.parse_args()
    rows = pd.DataFrame() if options.fresh or not ROWS.exists() else pd.read_parquet(ROWS)
    done = set(map(tuple, rows[KEYS].values)) if len(rows) else set()
    missing = []
    for task, n, seed, names in planned((2000, 10_000), options.seeds):
        asked = [c for c in names if options.only in c and (c, task, n, seed) not in done]
        if asked:
            missing.append((task, n, seed, asked))
    for name in THREADS:
        os.environ[name] = "1"  # the workers read it when they start
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        for number, found in enumerate(pool.map(measure, missing), start=1):
            rows = pd.concat([rows, pd.DataFrame(found)], ignore_index=True)
            if number % 11 == 0 or number == len(missing):
                _keep(rows)
                print(f"{number} of {len(missing)} samples", flush=True)
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"{os.cpu_count()} cores, one thread an estimate; Python {platform.python_version()}"
    write(rows, PAGE, f"{machine}; {versions}.")


def _keep(rows: pd.DataFrame) -> None:
    part = ROWS.with_suffix(".part")
    rows.to_parquet(part, index=False, compression="zstd")
    part.replace(ROWS)


if __name__ == "__main__":
    main()
