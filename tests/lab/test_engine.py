import os
import subprocess
import sys
import time

import psutil
import pytest

from infomax.lab.engine import LocalEngine
from infomax.lab.errors import RunStoppedError


def look(trial):
    """Say what a worker sees of its threads."""
    import numba
    import numpy as np
    import threadpoolctl
    import torch

    np.ones((2, 2)) @ np.ones((2, 2))
    pools = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
    return trial, pools, numba.config.NUMBA_NUM_THREADS, torch.get_num_threads()


def wait_or_touch(trial):
    """Return after the trial that touches the file, or touch it."""
    wait, path = trial
    while wait and not path.exists():
        time.sleep(0.01)
    path.touch()
    return wait


def die(trial):
    if trial == 1:
        os._exit(3)
    return trial


def raise_it(trial):
    raise ArithmeticError(f"trial {trial}")


def pid_then_sleep(trial):
    if trial:
        time.sleep(600)
    return os.getpid()


def test_threads_are_fixed_before_numerical_libraries_load():
    (seen,) = LocalEngine(n_jobs=1, n_threads=2).imap_unordered(look, [5])
    assert seen == (5, {2}, 2, 2)


def test_first_come_first_served(tmp_path):
    trials = [(True, tmp_path / "file"), (False, tmp_path / "file")]
    assert list(LocalEngine(n_jobs=2).imap_unordered(wait_or_touch, trials)) == [False, True]


def test_environment_of_the_driver_stays(monkeypatch, tmp_path):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    list(LocalEngine().imap_unordered(wait_or_touch, [(False, tmp_path / "file")]))
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_worker_that_dies_stops_the_run():
    with pytest.raises(RunStoppedError, match="a worker process died"):
        list(LocalEngine().imap_unordered(die, [0, 1, 2]))


def test_exception_of_the_function_comes_through():
    with pytest.raises(ArithmeticError, match="trial 4"):
        list(LocalEngine().imap_unordered(raise_it, [4]))


def test_closing_early_ends_the_workers_at_once():
    outcomes = LocalEngine().imap_unordered(pid_then_sleep, [0, 1])
    pid = next(outcomes)
    started = time.monotonic()
    outcomes.close()
    assert time.monotonic() - started < 10
    assert not psutil.pid_exists(pid)


DRIVER = """
from infomax.lab.engine import LocalEngine
from tests.lab.test_engine import pid_then_sleep
if __name__ == "__main__":
    for pid in LocalEngine().imap_unordered(pid_then_sleep, [0, 1]):
        print(pid, flush=True)
"""


def test_workers_die_with_their_driver(tmp_path):
    (tmp_path / "driver.py").write_text(DRIVER)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    driver = subprocess.Popen(
        [sys.executable, tmp_path / "driver.py"], stdout=subprocess.PIPE, env=environment
    )
    with driver:
        worker = psutil.Process(int(driver.stdout.readline()))
        driver.kill()
    worker.wait(timeout=10)


@pytest.mark.parametrize("name", ["n_jobs", "n_threads"])
def test_refuses_less_than_one(name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        LocalEngine(**{name: 0})


ALREADY_LOADED = """
import numba, numpy, threadpoolctl, torch
from infomax.lab.threads import fix_threads
fix_threads(1)
pools = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
print(numba.get_num_threads(), torch.get_num_threads(), pools)
"""


def test_libraries_that_are_loaded_already_are_told():
    environment = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    shown = subprocess.check_output([sys.executable, "-c", ALREADY_LOADED], env=environment)
    assert shown.decode().strip() == "1 1 {1}"
