"""Workloads of transport: the Wasserstein dependency against POT's exact and entropic solvers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.measures import wasserstein_dependency

Floats = NDArray[np.float64]
Pairs = tuple[Floats, Floats]


def normal_pairs(n: int, *, n_dims: int = 1) -> Callable[[str], Pairs]:
    def data(size: str) -> Pairs:
        shape = (2, n if size == "full" else 20, n_dims)
        x, noise = np.random.default_rng(0).normal(size=shape)
        return x, 0.75 * x + 0.66 * noise

    return data


def costs(pairs: Pairs, ground: str) -> Floats:
    """Return the costs of moving n pairs to all n² of the product."""
    along_x, along_y = (np.linalg.norm(z[:, None] - z[None], axis=2) for z in pairs)
    combine: Any = np.add if ground == "sum" else np.hypot
    return combine(along_x[:, :, None], along_y[:, None, :]).reshape(len(along_x), -1)


def exact_of_the_peer(pairs: Pairs) -> float:
    import ot

    cost = costs(pairs, "euclidean")
    n, m = cost.shape
    return float(ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), cost, numItermax=10**8))


def entropic_of_the_peer(pairs: Pairs) -> float:
    import ot

    cost = costs(pairs, "sum")
    n, m = cost.shape
    masses = np.full(n, 1 / n), np.full(m, 1 / m)
    return float(ot.sinkhorn2(*masses, cost, 0.05 * cost.mean(), stopThr=1e-5, numItermax=1000))


def equal(limit: float) -> Callable[[float, float | None], str | None]:
    def agree(ours: float, theirs: float | None) -> str | None:
        if theirs is None or abs(ours - theirs) <= limit:
            return None
        return f"{ours!r} against {theirs!r}"

    return agree


WORKLOADS = [
    *(
        Workload(
            name=f"exact Wasserstein dependency, n = {n}, {n_dims} + {n_dims} dimensions",
            ours=lambda pairs: wasserstein_dependency(*pairs, ground="euclidean"),
            peer=exact_of_the_peer,
            data=normal_pairs(n, n_dims=n_dims),
            agree=equal(1e-9),
            peer_name="pot",
            target="equal to 1e-9, less time",
            repeats=3,
        )
        for n, n_dims in ((100, 1), (100, 5), (150, 1))
    ),
    Workload(
        name="entropic Wasserstein dependency, n = 150",
        ours=lambda pairs: wasserstein_dependency(*pairs, method="sinkhorn"),
        peer=entropic_of_the_peer,
        data=normal_pairs(150),
        agree=equal(1e-2),
        peer_name="pot",
        target="equal to 1e-2, less time and memory",
        repeats=3,
    ),
]
