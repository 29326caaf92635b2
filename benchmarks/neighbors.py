"""Workloads of mutual information by nearest neighbours: peers with their added noise off."""

import math
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.measures import ksg_conditional_mutual_information, ksg_mutual_information

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def gaussian(n: int, n_dims: int) -> Callable[[str], Pair]:
    """Make pairs whose coordinates are correlated by 0.6, one by one."""

    def data(size: str) -> Pair:
        rng = np.random.default_rng(0)
        m = n if size == "full" else 500
        x = rng.normal(size=(m, n_dims))
        return x, 0.6 * x + 0.8 * rng.normal(size=(m, n_dims))

    return data


def npeet_plus(pair: Pair) -> float:
    from npeet_plus import estimators

    with mock.patch.object(estimators, "add_noise", lambda x: x):
        return float(estimators.mi(*pair, k=3, base=math.e))


def npeet_plus_given_the_rest(pair: Pair) -> float:
    from npeet_plus import estimators

    with mock.patch.object(estimators, "add_noise", lambda x: x):
        return float(estimators.mi(*first_given_rest(pair), k=3, base=math.e))


def infomeasure(pair: Pair) -> float:
    from infomeasure import mutual_information

    return float(mutual_information(*pair, approach="ksg", k=3, noise_level=0, base="e"))


def scikit_learn(pair: Pair) -> float:
    from sklearn.feature_selection import _mutual_info

    return float(_mutual_info._compute_mi_cc(pair[0].ravel(), pair[1].ravel(), 3))


def ours(pair: Pair) -> float:
    return float(ksg_mutual_information(*pair))


def ours_given_the_rest(pair: Pair) -> float:
    return float(ksg_conditional_mutual_information(*first_given_rest(pair)))


def first_given_rest(pair: Pair) -> tuple[Any, Any, Any]:
    x, y = pair
    return x[:, :1], y[:, :1], x[:, 1:]


def equal(tolerance: float) -> Callable[[float, float | None], str | None]:
    def agree(mine: float, theirs: float | None) -> str | None:
        if theirs is None or abs(mine - theirs) <= tolerance:
            return None
        return f"{mine!r} against {theirs!r} nats"

    return agree


def workload(n: int, n_dims: int, target: str, *, n_threads: int = 1) -> Workload:
    return Workload(
        name=f"KSG, {n_dims} + {n_dims} dimensions, n = {n:,}",
        ours=ours,
        peer=npeet_plus,
        data=gaussian(n, n_dims),
        agree=equal(1e-9),
        peer_name="npeet-plus" + (", which has one" if n_threads > 1 else ""),
        target=target,
        n_threads=n_threads,
        repeats=3 if n * n_dims > 30_000 else 7,
    )


WORKLOADS = [
    workload(10_000, 2, "≥ 3.5×, equal to 1e-9"),
    Workload(
        name="KSG, 2 + 2 dimensions, n = 10,000, another peer",
        ours=ours,
        peer=infomeasure,
        data=gaussian(10_000, 2),
        agree=equal(1e-9),
        peer_name="infomeasure",
        target="equal to 1e-9",
        repeats=3,
    ),
    workload(100_000, 2, "≥ 3.5×, equal to 1e-9"),
    workload(100_000, 2, "≥ 6× in wall time", n_threads=2),
    workload(10_000, 3, "≥ 2×"),
    workload(10_000, 5, "≥ 2×"),
    workload(10_000, 10, "≥ 2×"),
    Workload(
        name="KSG, 1 + 1 dimensions, n = 10,000",
        ours=ours,
        peer=scikit_learn,
        data=gaussian(10_000, 1),
        agree=equal(1e-12),
        peer_name="scikit-learn, inner function without noise",
        target="≥ 3.5×, equal to 1e-12",
        repeats=9,
    ),
    Workload(
        name="conditional KSG, 1 + 1 given 2 dimensions, n = 10,000",
        ours=ours_given_the_rest,
        peer=npeet_plus_given_the_rest,
        data=gaussian(10_000, 3),
        agree=equal(1e-9),
        peer_name="npeet-plus",
        target="equal to 1e-9",
    ),
]
