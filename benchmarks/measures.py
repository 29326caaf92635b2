"""Workloads of the room measures: spectral entropy and information against the authors' package."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch  # noqa: F401  (loaded before the runner fixes the threads)
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.measures import (
    SpectralEntropy,
    diffusion_spectral_entropy,
    diffusion_spectral_entropy_result,
    diffusion_spectral_mutual_information,
)

Floats = NDArray[np.float64]
PER_NAT = 1 / math.log(2)


def gaussian(n: int) -> Floats:
    return np.random.default_rng(0).normal(size=(n, 64))


def clustered(n: int) -> Floats:
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(10, 64)) * 5
    return centers[rng.integers(0, 10, n)] + rng.normal(size=(n, 64))


def swiss_roll(n: int) -> Floats:
    """Return a sheet rolled up in 64 dimensions, some ten bandwidths wide."""
    rng = np.random.default_rng(0)
    angle = 1.5 * np.pi * (1 + 2 * rng.random(n))
    sheet = np.stack([angle * np.cos(angle), 21 * rng.random(n), angle * np.sin(angle)], axis=1)
    return sheet @ np.linalg.qr(rng.normal(size=(64, 3)))[0].T * 3


def labelled(sizes: Callable[[int], Any]) -> Callable[[str], tuple[Floats, Any]]:
    def data(size: str) -> tuple[Floats, Any]:
        labels = sizes(5000 if size == "full" else 600)
        centers = np.random.default_rng(1).normal(size=(10, 64)) * 2
        return gaussian(len(labels)) + centers[labels], labels

    return data


def entropy_of_the_peer(x: Floats) -> float:
    from dse_dsmi.dse import diffusion_spectral_entropy as peer

    return float(peer(x))


def information_of_the_peer(data: tuple[Floats, Any]) -> float:
    from dse_dsmi.dsmi import diffusion_spectral_mutual_information as peer

    return float(peer(*data, random_seed=0)[0])


def exact(x: Floats) -> float:
    return float(diffusion_spectral_entropy(x, convention="released", base=2))


def approximate(x: Floats) -> SpectralEntropy:
    return diffusion_spectral_entropy_result(
        x, convention="released", solver="lanczos", random_state=0
    )


def information(data: tuple[Floats, Any]) -> float:
    return float(
        diffusion_spectral_mutual_information(*data, convention="released", base=2, random_state=0)
    )


def equal(ours: float, theirs: float | None) -> str | None:
    if theirs is None or abs(ours - theirs) <= 1e-8:
        return None
    return f"{ours!r} against {theirs!r} bits"


def within(limit: float) -> Callable[[SpectralEntropy, float | None], str | None]:
    """Want an error bar that covers the peer's exact value and is no wider than the limit."""

    def agree(ours: SpectralEntropy, theirs: float | None) -> str | None:
        if ours.error_bar > limit:
            return f"known within {ours.error_bar:.2g} nats only"
        gap = 0.0 if theirs is None else abs(ours.value - theirs / PER_NAT)
        if gap > ours.error_bar:
            return f"off by {gap:.2g} nats, error bar {ours.error_bar:.2g}"
        return None

    return agree


def entropy_workload(
    cloud: Callable[[int], Floats], n: int, *, limit: float | None = None
) -> Workload:
    told = cloud.__name__.replace("_", " ")
    exactly = limit is None
    return Workload(
        name=f"spectral entropy, {told}, d = 64, n = {n:,}, {'exact' if exactly else 'quadrature'}",
        ours=exact if exactly else approximate,
        peer=entropy_of_the_peer,
        data=lambda size: cloud(n if size == "full" else 600),
        agree=equal if limit is None else within(limit),
        peer_name="dse-dsmi",
        target="≥ 3× with MKL in torch, equal to 1e-8" if exactly else f"≥ 15×, ± {limit:g} nats",
        repeats=3 if n <= 2000 else 1,
    )


def information_workload(told: str, sizes: Callable[[int], Any], target: str) -> Workload:
    return Workload(
        name=f"spectral information, 10 classes, {told}, n = 5,000",
        ours=information,
        peer=information_of_the_peer,
        data=labelled(sizes),
        agree=equal,
        peer_name="dse-dsmi",
        target=target,
        repeats=3,
    )


WORKLOADS = [
    entropy_workload(gaussian, 2000),
    entropy_workload(gaussian, 5000, limit=1e-3),
    entropy_workload(clustered, 5000, limit=1e-3),
    entropy_workload(swiss_roll, 5000, limit=5e-3),
    information_workload("equal sizes", lambda n: np.arange(n) % 10, "≥ 5×, equal to 1e-8"),
    information_workload(
        "unequal sizes", lambda n: np.random.default_rng(2).integers(0, 10, n), "equal to 1e-8"
    ),
]
