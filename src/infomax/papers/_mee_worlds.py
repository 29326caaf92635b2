"""Data with known modes, and who judges what is generated after them."""

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from infomax.measures import (
    frechet_distance,
    knn_entropy,
    mode_coverage_result,
    support_overlap,
)

_DEVIATION = 0.1


class World(Protocol):
    """What a generator learns, and how its items are judged."""

    @property
    def n_modes(self) -> int:
        """Number of modes."""

    def draw(self, n: int, rng: np.random.Generator, *, split: str = "train") -> Tensor:
        """Return real items, of one split where there are two."""

    def modes(self, items: Tensor) -> NDArray[Any]:
        """Return the mode to which the judge assigns each item."""

    def features(self, items: Tensor) -> NDArray[Any]:
        """Return what distances are taken of."""

    def further(self, items: Tensor) -> dict[str, float]:
        """Return scores of this world alone."""


class Mixture:
    """Gaussians of one deviation in the plane; the judge assigns to the nearest."""

    def __init__(self, centres: NDArray[np.float64]) -> None:
        self.centres, self.n_modes = centres, len(centres)

    def draw(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        split: str = "train",  # noqa: ARG002  (there is no end of points)
    ) -> Tensor:
        """Return points, all modes alike."""
        at = self.centres[rng.integers(0, self.n_modes, n)]
        return torch.from_numpy(at + _DEVIATION * rng.normal(size=at.shape)).float()

    def modes(self, items: Tensor) -> NDArray[Any]:
        """Return the nearest mode of each point."""
        nearest: NDArray[Any] = self._distances(items).argmin(axis=1)
        return nearest

    def features(self, items: Tensor) -> NDArray[Any]:
        """Return the points."""
        return items.numpy()

    def further(self, items: Tensor) -> dict[str, float]:
        """Return the share of points within three deviations, and their entropy in nats.

        The entropy is that of the points with a little noise, which points that coincide have too.
        """
        near = self._distances(items).min(axis=1) <= 3 * _DEVIATION
        noise = np.random.default_rng(0).normal(scale=_DEVIATION / 100, size=items.shape)
        return {"high quality": float(near.mean()), "entropy": knn_entropy(items.numpy() + noise)}

    def _distances(self, items: Tensor) -> NDArray[Any]:
        apart: NDArray[Any] = np.linalg.norm(items.numpy()[:, None] - self.centres, axis=2)
        return apart


def scores(world: World, items: Tensor, reference: Tensor) -> dict[str, float]:
    """Judge items against as many real ones."""
    counted = coverage(world, items)
    features = world.features(items), world.features(reference)
    overlap = support_overlap(features[1], features[0])
    return {
        "coverage": counted.n_covered / counted.n_modes,
        "modes": counted.n_covered,
        "KL to uniform": counted.kl_to_uniform,
        "Fréchet distance": frechet_distance(*features),
        "neighbourhoods reached": overlap.coverage,
        "precision": overlap.precision,
        "recall": overlap.recall,
        **world.further(items),
    }


def coverage(world: World, items: Tensor) -> Any:
    """Count modes that get a quarter of an equal share, or more."""
    least = max(1, len(items) // (4 * world.n_modes))
    return mode_coverage_result(world.modes(items), world.n_modes, minimum=least)


def ring() -> Mixture:
    """Return eight modes on a circle of radius 2."""
    angles = np.arange(8) * np.pi / 4
    return Mixture(2 * np.stack([np.cos(angles), np.sin(angles)], axis=1))


def grid() -> Mixture:
    """Return 25 modes two apart."""
    line = 2.0 * np.arange(5) - 4
    return Mixture(np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2))
