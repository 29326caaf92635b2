"""Pictures that a generator learns, and the classifiers that judge what it generates."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from infomax.data.images import Pictures
from infomax.data.multi_digits import stacked_multi_mnist
from infomax.lab.contract import Setting
from infomax.measures import classifier_score, classifier_variance
from infomax.networks import Batches, ConvNet, train

_SEED_OF_THE_JUDGE = 2**32  # of which no trial is
_N_DIGITS = 3


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

    def features(self, items: Tensor) -> NDArray[Any]:
        """Return the judge's last hidden layer."""
        return _features(self.judge, items)

    @torch.no_grad()
    def further(self, items: Tensor) -> dict[str, float]:
        """Return what the judge's probabilities say."""
        p = self.judge.head(torch.from_numpy(self.features(items))).double().softmax(dim=1).numpy()
        return {
            "classifier score": classifier_score(p),
            "classifier variance": classifier_variance(p, n_splits=10),
        }


@dataclass(frozen=True)
class StackedDigits:
    """Three digits drawn at random as the channels of a picture: a thousand modes.

    The judge reads a channel at a time; its features side by side are what distances are taken of.
    """

    train: tuple[Tensor, NDArray[np.int64]]
    """Pictures of single digits and their classes."""
    test: tuple[Tensor, NDArray[np.int64]]
    judge: ConvNet
    n_modes: int = 10**_N_DIGITS

    def draw(self, n: int, rng: np.random.Generator, *, split: str = "train") -> Tensor:
        """Return stacks of digits of a split, all modes alike."""
        pixels, labels = self.train if split == "train" else self.test
        drawn = stacked_multi_mnist(
            pixels[:, 0].numpy(), labels, n_digits=_N_DIGITS, n=n, random_state=rng
        )
        return torch.from_numpy(drawn.x)

    def modes(self, items: Tensor) -> NDArray[Any]:
        """Return the number that the judge reads."""
        digits = self._probabilities(items).argmax(axis=2)
        number: NDArray[Any] = digits @ 10 ** np.arange(_N_DIGITS)[::-1]
        return number

    def features(self, items: Tensor) -> NDArray[Any]:
        """Return the judge's last hidden layer for the three channels."""
        singles = _features(self.judge, items.flatten(0, 1)[:, None])
        return singles.reshape(len(items), -1)

    def further(self, items: Tensor) -> dict[str, float]:
        """Return how many of the thousand numbers the judge is sure of, in effect."""
        first, second, third = self._probabilities(items).transpose(1, 0, 2)
        p = np.einsum("na,nb,nc->nabc", first, second, third).reshape(len(items), -1)
        return {"classifier score": classifier_score(p)}

    @torch.no_grad()
    def _probabilities(self, items: Tensor) -> NDArray[Any]:
        features = torch.from_numpy(self.features(items)).reshape(len(items), _N_DIGITS, -1)
        p: NDArray[Any] = self.judge.head(features).double().softmax(dim=2).numpy()
        return p


def picture_world(train_on: Pictures, test_on: Pictures | None, setting: Setting) -> PictureWorld:
    """Shrink the pictures, train the judge and cut its features into cells."""
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(_SEED_OF_THE_JUDGE)
    (x, y), (test, _) = _splits(train_on, test_on, setting, rng)
    judge, judged = _judge(x, y, len(train_on.class_names), setting, rng)
    means = KMeans(setting["n_cells"], n_init=1, random_state=0).fit(_features(judge, judged))
    return PictureWorld(x, test, judge, means.cluster_centers_.astype(np.float32))


def stacked_digits(digits: Pictures, setting: Setting) -> StackedDigits:
    """Shrink the digits and train the judge on half of them."""
    rng = np.random.default_rng(_SEED_OF_THE_JUDGE)
    (x, y), test = _splits(digits, None, setting, rng)
    return StackedDigits((x, y), test, _judge(x, y, len(digits.class_names), setting, rng)[0])


def _splits(
    train_on: Pictures, test_on: Pictures | None, setting: Setting, rng: np.random.Generator
) -> Any:
    """Return shrunk pictures and classes to learn from and to judge by: halves of one set or two."""
    order = rng.permutation(len(train_on.labels))
    x, y = _shrunk(train_on, setting), train_on.labels
    if test_on is not None:
        return (x, y), (_shrunk(test_on, setting), test_on.labels)
    first, second = np.array_split(order, 2)
    return (x[first], y[first]), (x[second], y[second])


def _judge(
    x: Tensor, y: NDArray[np.int64], n_classes: int, setting: Setting, rng: np.random.Generator
) -> tuple[ConvNet, Tensor]:
    """Return a classifier, and the pictures that it was trained on."""
    x, labels = x[: setting["n_judged"]], torch.from_numpy(y)[: setting["n_judged"]]
    judge = ConvNet(x.shape[1], n_classes, random_state=rng)
    batches = Batches(x, labels, batch_size=64, random_state=rng)
    n_epochs = -(-setting["judge_steps"] * 64 // len(x))
    train(judge, batches, loss=_cross_entropy, n_epochs=n_epochs)
    judge.eval()
    return judge, x


@torch.no_grad()
def _features(judge: ConvNet, items: Tensor) -> NDArray[np.float32]:
    return np.concatenate([judge.features(part).numpy() for part in torch.split(items, 1000)])


def _shrunk(pictures: Pictures, setting: Setting) -> Tensor:
    return F.avg_pool2d(torch.from_numpy(pictures.scaled()), setting["shrink"]) * 2 - 1


def _cross_entropy(model: Any, batch: tuple[Tensor, Tensor]) -> Tensor:
    return F.cross_entropy(model(batch[0]), batch[1])
