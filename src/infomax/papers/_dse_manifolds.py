"""Clouds of known intrinsic dimension, turned into a larger space and made noisy."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from infomax.lab.contract import Record, Row, Setting, Spend
from infomax.measures import (
    adjacency_spectral_entropy,
    binned_entropy,
    diffusion_spectral_entropy,
    knn_entropy,
)
from infomax.papers._dse_estimators import quietly

Floats = NDArray[np.float64]
_ours = diffusion_spectral_entropy
ESTIMATORS: dict[str, Callable[[Any], Any]] = {
    "DSE, σ median": partial(_ours, bandwidth="median"),
    "DSE, σ 10": partial(_ours, bandwidth=10.0),
    "DSE, σ 0.5": partial(_ours, bandwidth=0.5),
    "matrix entries": partial(_ours, bandwidth="median", spectrum="entries"),
    "adjacency": partial(adjacency_spectral_entropy, bandwidth="median"),
    "binned": binned_entropy,
    "nearest neighbours": knn_entropy,
}


def orders(setting: Setting, seed: int) -> Iterator[Record]:
    """Ask how well each estimator orders clouds of one family by their intrinsic size."""
    generator = np.random.default_rng([seed, 1])
    n = setting["n_points"]
    for family in setting["families"]:
        first = 2 if family == "tree" else 1  # a tree of one branch is a cube of one dimension
        sizes = range(first, first + setting["sizes"])
        for ambient in setting["ambient"]:
            for noise in setting["noise"]:
                at = {"ambient": ambient, "noise": noise}
                clouds = [cloud(family, k, n, ambient, noise, generator) for k in sizes]
                for arm, measure in ESTIMATORS.items():
                    found = [quietly(measure, points) for points in clouds]
                    told = rank_correlation(sizes, found)
                    yield Row(arm, "rank correlation with dimension", told, "1", at, family)
                    yield Spend(arm, "points", n * len(sizes), None, at, family)


def rank_correlation(truth: Any, found: Any) -> float:
    """Return Spearman's correlation, 0 where an estimator says the same of all."""
    ranks = [rankdata(values) for values in (truth, np.array(found, dtype=float).round(9))]
    centred = [r - r.mean() for r in ranks]
    norm = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float(centred[0] @ centred[1] / norm) if norm > 0 else 0.0


def cloud(
    family: str, size: int, n: int, ambient: int, noise: float, generator: np.random.Generator
) -> Floats:
    """Draw n points of a manifold of that size, embedded isometrically, with noise added.

    A "cube" has that many dimensions; a "roll" is a spiral times a cube of one dimension less; a
    "tree" has that many branches, each a segment in a direction of its own from one root.
    """
    points = _FAMILIES[family](size, n, generator)
    if points.shape[1] > ambient:
        raise ValueError(
            f"`ambient` must be at least {points.shape[1]} for a {family} of {size}, got {ambient}"
        )
    axes = np.linalg.qr(generator.standard_normal((ambient, points.shape[1])))[0]
    return points @ axes.T + noise * generator.standard_normal((n, ambient))  # type: ignore[no-any-return]


def _cube(size: int, n: int, generator: np.random.Generator) -> Floats:
    return generator.random((n, size))


def _roll(size: int, n: int, generator: np.random.Generator) -> Floats:
    """Two turns of a spiral as wide as two cubes, with points evenly along it."""
    angle = 2 * np.pi * np.sqrt(generator.uniform(0.25, 6.25, n))
    spiral = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / (5 * np.pi)
    return np.hstack([spiral, generator.random((n, size - 1))])


def _tree(size: int, n: int, generator: np.random.Generator) -> Floats:
    branch = generator.integers(size, size=n)
    points = np.zeros((n, size))
    points[np.arange(n), branch] = generator.random(n)
    return points


_FAMILIES = {"cube": _cube, "roll": _roll, "tree": _tree}
