"""Data with known modes, and who judges what is generated after them."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from infomax.data.images import Pictures
from infomax.lab.contract import Setting
from infomax.measures import (
    classifier_score,
    classifier_variance,
    frechet_distance,
    knn_entropy,
    mode_coverage_result,
    support_overlap,
)
from infomax.networks import Batches, ConvNet, train

_SEED_OF_THE_JUDGE = 2**32  # of which no trial is
_DEVIATION = 0.1


class World(Protocol):
    """What a generator learns, and how its items are judged."""

    @property
    def kind(self) -> str:
        """Points or pictures."""

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

    kind = "points"

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
        """Return the share of points within three deviations, and their entropy in nats."""
        near = self._distances(items).min(axis=1) <= 3 * _DEVIATION
        return {"high quality": float(near.mean()), "entropy": knn_entropy(items)}

    def _distances(self, items: Tensor) -> NDArray[Any]:
        apart: NDArray[Any] = np.linalg.norm(items.numpy()[:, None] - self.centres, axis=2)
        return apart


@dataclass(frozen=True)
class PictureWorld:
    """Pictures in [-1, 1]; the judge is a network trained to tell their classes.

    The modes are cells of its features, which cut the classes finer. Fréchet distances between its
    features are comparable within one case alone, and none of them is an FID.
    """

    train: Tensor
    test: Tensor
    judge: ConvNet
    cells: NDArray[np.float32]
    """Centres of the cells, shape (n_cells, 64)."""
    kind: str = "pictures"

    @property
    def n_modes(self) -> int:
        """Number of cells."""
        return len(self.cells)

    def draw(self, n: int, rng: np.random.Generator, *, split: str = "train") -> Tensor:
        """Return pictures of a split, without repeats: fewer where there are not as many."""
        source = self.train if split == "train" else self.test
        return source[torch.from_numpy(rng.permutation(len(source))[:n])]

    def modes(self, items: Tensor) -> NDArray[Any]:
        """Return the cell of each picture."""
        features = torch.from_numpy(self.features(items))
        return torch.cdist(features, torch.from_numpy(self.cells)).argmin(dim=1).numpy()

    @torch.no_grad()
    def features(self, items: Tensor) -> NDArray[Any]:
        """Return the judge's last hidden layer."""
        return np.concatenate(
            [self.judge.features(part).numpy() for part in torch.split(items, 1000)]
        )

    @torch.no_grad()
    def further(self, items: Tensor) -> dict[str, float]:
        """Return what the judge's probabilities say."""
        p = self.judge.head(torch.from_numpy(self.features(items))).double().softmax(dim=1).numpy()
        return {
            "classifier score": classifier_score(p),
            "classifier variance": classifier_variance(p, n_splits=10),
        }


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


def picture_world(train_on: Pictures, test_on: Pictures | None, setting: Setting) -> PictureWorld:
    """Shrink the pictures, train the judge and cut its features into cells."""
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(_SEED_OF_THE_JUDGE)
    order = rng.permutation(len(train_on.labels))
    x, y = _shrunk(train_on, setting), torch.from_numpy(train_on.labels)
    if test_on is None:  # half to learn from, half to judge by
        half = len(order) // 2
        x, test, y = x[order[:half]], x[order[half:]], y[order[:half]]
    else:
        test = _shrunk(test_on, setting)
    n = min(setting["n_judged"], len(x))
    judge = ConvNet(x.shape[1], len(train_on.class_names), random_state=rng)
    batches = Batches(x[:n], y[:n], batch_size=64, random_state=rng)
    train(judge, batches, loss=_cross_entropy, n_epochs=setting["judge_epochs"])
    judge.eval()
    with torch.no_grad():
        features = np.concatenate(
            [judge.features(part).numpy() for part in torch.split(x[:n], 1000)]
        )
    means = KMeans(setting["n_cells"], n_init=1, random_state=0).fit(features)
    return PictureWorld(x, test, judge, means.cluster_centers_.astype(np.float32))


def _shrunk(pictures: Pictures, setting: Setting) -> Tensor:
    return F.avg_pool2d(torch.from_numpy(pictures.scaled()), setting["shrink"]) * 2 - 1


def _cross_entropy(model: Any, batch: tuple[Tensor, Tensor]) -> Tensor:
    return F.cross_entropy(model(batch[0]), batch[1])
