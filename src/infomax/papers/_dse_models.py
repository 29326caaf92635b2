"""Does information about labels go with accuracy? Small networks, and models of one's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.stats import kendalltau

from infomax.lab.contract import Artifact, Record, Row, Setting
from infomax.measures import binned_mutual_information, diffusion_spectral_mutual_information
from infomax.networks import MLP, train_many
from infomax.papers._dse_estimators import BANDWIDTHS, quietly, radius
from infomax.papers._dse_training import BATCH_SIZE, Split, cross_entropy

METRIC = "Kendall's τ with accuracy"
_READERS = (".npy", ".parquet")


@dataclass(frozen=True)
class Models:
    """Representations of the same items by several models."""

    features: dict[str, NDArray[np.float64]]
    """From the model's name to shape (n_items, n_features)."""
    accuracies: dict[str, float]
    labels: NDArray[Any]
    """Shape (n_items,)."""


def small_models(setting: Setting, seed: int, data: Split) -> Iterator[Record]:
    """Train small networks of several widths, depths and first weights, and measure each."""
    x, probe = data.x.flatten(1), data.probe.flatten(1)
    shapes = [(width,) * depth for depth in (1, 2) for width in setting["widths"]]
    trained = train_many(
        partial(_mlp, x.shape[1], data.n_classes),
        list(product(shapes, setting["deviations"])),
        (x, data.y),
        loss=cross_entropy,
        n_epochs=setting["model_epochs"],
        batch_size=BATCH_SIZE,
        random_state=np.random.default_rng([seed, 2]),
    )
    right = [
        float((z.argmax(dim=1) == data.labels).double().mean()) for z in trained.outputs(probe)
    ]
    with torch.no_grad():
        features = [trained.model(i).features(probe).numpy() for i in range(len(trained))]  # type: ignore[operator]
    yield from _concordance(features, np.array(right), data.labels.numpy(), seed)


def own_models(setting: Setting, seed: int, models: Models) -> Iterator[Record]:
    """Measure the user's models on items drawn by the seed."""
    n = len(models.labels)
    chosen = np.random.default_rng([seed, 3]).permutation(n)[
        : min(setting["n_measured"], 4 * n // 5)
    ]
    features = [z[chosen] for z in models.features.values()]
    right = np.array([models.accuracies[name] for name in models.features])
    yield from _concordance(features, right, models.labels[chosen], seed)


def _mlp(n_inputs: int, n_classes: int, setting: tuple[Any, Any], seed: int) -> MLP:
    widths, deviation = setting
    return MLP(n_inputs, widths, n_classes, weight_std=deviation, random_state=seed)


def _concordance(
    features: list[Any], right: NDArray[np.float64], labels: NDArray[Any], seed: int
) -> Iterator[Record]:
    found: dict[str, list[float | None]] = {}
    for name, bandwidth in BANDWIDTHS.items():
        information = partial(
            diffusion_spectral_mutual_information, bandwidth=bandwidth, random_state=seed
        )
        found[name] = [quietly(information, z, labels) for z in features]
        at = {"bandwidth": name}
        yield Row("DSMI", METRIC, _tau(found[name], right), "1", at)
        yield Row("chance", METRIC, 0.0, "1", at)
    binned = [quietly(binned_mutual_information, z, labels, n_bins=2) for z in features]
    yield Row("binned", METRIC, _tau(binned, right), "1")
    yield Row("radius", METRIC, _tau([radius(z) for z in features], right), "1")
    arrays = {name: np.array(values, dtype=np.float64) for name, values in found.items()}
    yield Artifact("models", {"accuracy": right} | arrays)


def _tau(values: Any, right: NDArray[np.float64]) -> float:
    """Return Kendall's correlation, 0 where one side says the same of all."""
    tau = float(kendalltau(np.array(values, dtype=np.float64), right).statistic)
    return tau if np.isfinite(tau) else 0.0


def read_models(folder: str | Path) -> Models:
    """Read a folder: ``accuracies.csv``, ``labels.csv`` and one feature matrix a model.

    ``accuracies.csv`` has columns ``model`` and ``accuracy``; ``labels.csv`` a column ``label``,
    one row an item; the matrix of a model is ``<model>.npy`` or ``<model>.parquet``, one row an
    item. Nothing is unpickled.
    """
    folder = Path(folder)
    table = _csv(folder / "accuracies.csv", ("model", "accuracy"))
    labels = _csv(folder / "labels.csv", ("label",))["label"].to_numpy()
    accuracies = {str(m): float(a) for m, a in zip(table["model"], table["accuracy"], strict=True)}
    if len(accuracies) < 3 or len(accuracies) < len(table):
        raise ValueError(
            f"`data` must name three models or more, each once, got {len(table)} rows in "
            f"{folder / 'accuracies.csv'}"
        )
    features = {name: _matrix(folder, name, len(labels)) for name in accuracies}
    return Models(features, accuracies, labels)


def _csv(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"`data` must be a folder with {path.name}, got none in {path.parent}")
    table = pd.read_csv(path)
    missing = [name for name in columns if name not in table]
    if missing:
        raise ValueError(f"{path} must have the column {missing[0]!r}, got {list(table.columns)}")
    return table


def _matrix(folder: Path, name: str, n_items: int) -> NDArray[np.float64]:
    paths = [folder / f"{name}{ending}" for ending in _READERS]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ValueError(f"`data` must hold {paths[0].name} or {paths[1].name}, got neither")
    raw = np.load(path, allow_pickle=False) if path.suffix == ".npy" else pd.read_parquet(path)
    matrix = np.asarray(raw, dtype=np.float64)
    if matrix.ndim != 2 or len(matrix) != n_items or not np.isfinite(matrix).all():
        raise ValueError(
            f"{path} must hold finite numbers in {n_items} rows, one a label, "
            f"got shape {matrix.shape}"
        )
    return matrix
