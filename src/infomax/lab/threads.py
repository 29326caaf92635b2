"""How a worker process starts: threads fixed, and an end when the driver ends.

Nothing heavy is imported here: the limits must stand before numerical libraries load.
"""

import ctypes
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_PR_SET_PDEATHSIG = 1


def fix_threads(n_threads: int) -> None:
    """Fix the number of threads of this process for good.

    Libraries that load later read the environment; those already loaded are told.
    """
    if "numba" in sys.modules:  # a changed variable would be an error once its threads run
        numba: Any = sys.modules["numba"]
        numba.set_num_threads(min(n_threads, numba.config.NUMBA_NUM_THREADS))
    for name in VARIABLES:
        if name != "NUMBA_NUM_THREADS" or "numba" not in sys.modules:
            os.environ[name] = str(n_threads)
    if "torch" in sys.modules:
        torch: Any = sys.modules["torch"]
        torch.set_num_threads(n_threads)
    if "numpy" in sys.modules:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        threadpool_limits(n_threads)


def start_worker(n_threads: int, lifeline: Connection) -> None:
    """Prepare a worker process; `lifeline` closes when the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what an interrupt ends
    fix_threads(n_threads)
    if sys.platform == "linux":  # also ends a worker that is deep in compiled code
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
