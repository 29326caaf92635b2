"""One estimate of one contestant: its value, its seconds and whether it warned."""

import time
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.estimators.contestants import CONTESTANTS, Contestant
from infomax.data.mi_tasks import MITask, benchmark_tasks
from infomax.exceptions import InfomaxWarning

FAMILIES = (
    ("bivariate", 1),
    ("additive", 2),
    ("dense", 3),
    ("Student", 5),
    ("X", 7),
    ("AI", 7),
    ("galaxy", 7),
    ("waves", 7),
    ("concentric", 7),
)


def family(task: str) -> int:
    """Return the number of the family to which a task belongs."""
    if "spiral" in task:
        return 6
    if "inliers" in task:
        return 7
    return next((number for start, number in FAMILIES if task.startswith(start)), 4)


def planned(sizes: tuple[int, ...], n_seeds: int) -> Iterator[tuple[str, int, int, list[str]]]:
    """Yield (task, n, seed, contestants); first seeds come first, so that a part run is fair."""
    dims = {name: sum(z.shape[1] for z in task.sample(2)) for name, task in tasks().items()}
    for seed in range(n_seeds):
        for n in sizes:
            for name in tasks():
                asked = [c.name for c in CONTESTANTS if takes_part(c, dims[name], n, seed)]
                yield name, n, seed, asked


def takes_part(contestant: Contestant, n_dims: int, n: int, seed: int) -> bool:
    """Return whether a contestant is asked."""
    wide = n_dims > 10 and n > 2000
    n_seeds = min(contestant.n_seeds, contestant.n_seeds_wide if wide else 10)
    return n_dims <= contestant.max_dims and seed < n_seeds


def measure(asked: tuple[str, int, int, list[str]]) -> list[dict[str, Any]]:
    """Draw one sample and let the contestants named estimate from it, on one thread."""
    name, n, seed, names = asked
    task = tasks()[name]
    x, y = task.sample(n, random_state=seed)
    rows = []
    with threadpool_limits(1):
        for contestant in CONTESTANTS:
            if contestant.name in names:
                about = {"estimator": contestant.name, "task": name, "n": n, "seed": seed}
                rows.append(
                    {**about, "truth": task.mutual_information, **_asked(contestant, x, y, seed)}
                )
    return rows


def _asked(contestant: Contestant, x: Any, y: Any, seed: int) -> dict[str, Any]:
    heard: list[warnings.WarningMessage]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", InfomaxWarning)
        start, wall = time.process_time(), time.perf_counter()
        try:
            value = contestant.estimate(x, y, seed)
        except (ValueError, FloatingPointError, ImportError):  # a failing estimator is a result
            value = np.nan
    return {
        "value": value,
        "cpu": time.process_time() - start,
        "wall": time.perf_counter() - wall,
        "warned": bool(heard),
    }


@cache
def tasks() -> dict[str, MITask]:
    """Return the tasks by name."""
    return benchmark_tasks()
