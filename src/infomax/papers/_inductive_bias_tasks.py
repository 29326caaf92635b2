"""Tasks of the paper on inductive bias: pictures, tables, and smooth functions of k numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infomax.data.images import Pictures, colour_pictures, digits_8x8, fashion_mnist, mnist_5k
from infomax.data.table_files import read_table
from infomax.data.tables import table

Floats = NDArray[np.float64]
_AMBIENT = 64
_FREQUENCIES = 500


@dataclass(frozen=True)
class Pool:
    """Points from which a seed draws what is trained and what is tested on."""

    x: Floats
    """Shape (n, n_features); pictures flattened, with pixels in [0, 1]."""
    y: Floats
    """Shape (n, n_outputs): one-hot rows, or numbers."""
    picture: tuple[int, ...] | None = None
    """Channels, height and width of a picture."""


@dataclass(frozen=True)
class Task:
    """One training set and one test set."""

    x: Floats
    y: Floats
    x_test: Floats
    y_test: Floats
    picture: tuple[int, ...] | None = None

    @property
    def variance(self) -> float:
        """Mean squared error, on the test set, of whoever answers its mean."""
        return float(self.y_test.var(axis=0).mean())


def pool(name: str, data: str | None) -> Pool:
    """Load a set by its name; "own" is a table or a folder of colour pictures."""
    if name == "own":
        if data is None:
            raise ValueError("`data` must be a table with a column 'target', got None")
        return _own(data)
    return _POOLS[name]()


def drawn(pool: Pool, n_train: float, n_test: float, generator: np.random.Generator) -> Task:
    """Draw a training set and a test set; tables are standardised by the training set.

    Sizes below 1 are shares of the pool.
    """
    n_train, n_test = (int(n * len(pool.x)) if n < 1 else int(n) for n in (n_train, n_test))
    order = generator.permutation(len(pool.x))
    train, test = order[:n_train], order[n_train : n_train + n_test]
    x, x_test = pool.x[train], pool.x[test]
    if pool.picture is None:
        mean, deviation = x.mean(axis=0), x.std(axis=0)
        deviation[deviation == 0] = 1.0
        x, x_test = (x - mean) / deviation, (x_test - mean) / deviation
    return Task(x, pool.y[train], x_test, pool.y[test], pool.picture)


def smooth_task(k: int, n_train: int, n_test: int, generator: np.random.Generator) -> Task:
    """Draw a random smooth function of k numbers, seen as points of a k-dimensional plane in R^64.

    The numbers have variance 1 each, and the function that of a Gaussian process of scale 1.
    """
    axes = np.linalg.qr(generator.standard_normal((_AMBIENT, k)))[0]
    latent = generator.uniform(-np.sqrt(3), np.sqrt(3), (n_train + n_test, k))
    frequencies = generator.standard_normal((k, _FREQUENCIES))
    phases = generator.uniform(0, 2 * np.pi, _FREQUENCIES)
    waves = np.cos(latent @ frequencies + phases)
    y = waves @ generator.standard_normal((_FREQUENCIES, 1)) * np.sqrt(2 / _FREQUENCIES)
    x = latent @ axes.T
    return Task(x[:n_train], y[:n_train], x[n_train:], y[n_train:])


def _pictures(pictures: Pictures, *, halve: bool) -> Pool:
    pixels = pictures.scaled()
    n, channels, height, width = pixels.shape
    if halve:
        pixels = pixels.reshape(n, channels, height // 2, 2, width // 2, 2).mean(axis=(3, 5))
    one_hot = np.eye(len(pictures.class_names))[pictures.labels]
    return Pool(pixels.reshape(n, -1).astype(np.float64), one_hot, pixels.shape[1:])


def _classes(name: str) -> Pool:
    found = table(name)
    return Pool(found.X, np.eye(len(found.target_names))[found.y.astype(np.int64)])


def _own(data: str) -> Pool:
    from pathlib import Path

    if Path(data).is_dir():
        return _pictures(colour_pictures(data), halve=True)
    file = read_table(data)
    if "target" not in file.columns:
        raise ValueError(f"`data` must be a table with a column 'target', got {list(file.columns)}")
    target = file.columns["target"]
    names = [name for name in file.columns if name != "target"]
    x = file.select(",".join(names)).reshape(len(target), -1).astype(np.float64)
    if target.dtype.kind == "f":
        return Pool(x, ((target - target.mean()) / target.std()).reshape(-1, 1))
    classes, codes = np.unique(target, return_inverse=True)
    return Pool(x, np.eye(len(classes))[codes])


_POOLS: dict[str, Callable[[], Pool]] = {
    "digits": lambda: _pictures(digits_8x8(), halve=False),
    "MNIST": lambda: _pictures(mnist_5k(), halve=True),
    "Fashion": lambda: _pictures(fashion_mnist(), halve=True),
    "breast cancer": lambda: _classes("breast_cancer"),
}
