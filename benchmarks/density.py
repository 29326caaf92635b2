"""Workloads of binned information: every layer of a network at every recorded epoch.

The peer is the procedure that the authors of adaptive binning released, told again in plain NumPy
without its pool of processes: rows viewed as raw bytes, sorted by `np.unique` for all inputs, for
the inputs of each class and, as released, for the rows of each input on its own.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import binned_information

Floats = NDArray[np.float32]
N_BINS = 30
N_LAYERS = 6


def recorded(n_epochs: int) -> Callable[[str], tuple[list[Floats], NDArray[np.int64]]]:
    """Return layers of ten rectified units on all words of twelve bits, growing over epochs."""

    def data(size: str) -> tuple[list[Floats], NDArray[np.int64]]:
        rng = np.random.default_rng(0)
        words = (np.arange(4096)[:, None] >> np.arange(12)) & 1
        layers = []
        for epoch in range(n_epochs if size == "full" else 2):
            t = words.astype(np.float32) - 0.5
            for _ in range(N_LAYERS):
                weights = rng.normal(size=(t.shape[1], 10)) * (1 + epoch / 100)
                t = np.maximum(t @ (weights / np.sqrt(t.shape[1])), 0).astype(np.float32)
                layers.append(t)
        return layers, rng.integers(0, 2, 4096)

    return data


def ours(data: tuple[list[Floats], NDArray[np.int64]]) -> list[tuple[float, float]]:
    layers, y = data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimatorCeilingWarning)
        found = [binned_information(t, y, n_bins=N_BINS, lower=0, base=2) for t in layers]
    return [(layer.i_tx, layer.i_ty) for layer in found]


def entropy_of_rows(rows: Floats) -> float:
    raw = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.itemsize * rows.shape[1])))
    counts = np.unique(raw, return_inverse=True, return_counts=True)[2]
    p = counts / counts.sum()
    return float(-(p * np.log2(p)).sum())


def released(layers: list[Floats], y: NDArray[np.int64], *, given_x: bool) -> Any:
    found = []
    for t in layers:
        distinct = np.sort(np.setdiff1d(np.unique(t.ravel()), [0]))
        edges = [0.0]
        if distinct.size:
            edges += [distinct[k * distinct.size // N_BINS] for k in range(N_BINS)] + [distinct[-1]]
        bins = np.asarray(edges, np.float32)
        rows = bins[np.digitize(t.ravel(), bins) - 1].reshape(len(t), -1)
        whole = entropy_of_rows(rows)
        given_y = sum((y == c).mean() * entropy_of_rows(rows[y == c]) for c in np.unique(y))
        of_inputs = (
            sum(entropy_of_rows(rows[i : i + 1]) for i in range(len(t))) / len(t)
            if given_x
            else 0.0
        )
        found.append((whole - of_inputs, whole - given_y))
    return found


def equal(ours: Any, theirs: Any) -> str | None:
    gap = 0.0 if theirs is None else float(np.abs(np.array(ours) - np.array(theirs)).max())
    return None if gap <= 1e-9 else f"off by {gap:.2g} bits"


def workload(n_epochs: int, *, given_x: bool, target: str) -> Workload:
    told = "every entropy as released" if given_x else "without H(T|X), which is 0"
    return Workload(
        name=f"adaptive bins, {n_epochs} epochs × 6 layers × 4,096 × 10, {told}",
        ours=ours,
        peer=lambda data: released(*data, given_x=given_x),
        data=recorded(n_epochs),
        agree=equal,
        peer_name="released procedure",
        target=target,
        repeats=1 if given_x else 3,
    )


WORKLOADS = [
    workload(200, given_x=False, target="equal to 1e-9"),
    workload(20, given_x=True, target="≥ 10×, equal to 1e-9"),
]
