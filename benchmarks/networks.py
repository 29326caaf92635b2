"""Many small networks at once, against training them one after another."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.runner import Workload
from infomax.networks import MLP, Batches, TrainedModels, train, train_many

BATCH_SIZE = 32


def data(size: str) -> dict[str, Any]:
    n_models, n_epochs = (200, 4) if size == "full" else (10, 2)
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(512, 64)).astype(np.float32))
    y = torch.from_numpy(rng.integers(0, 10, 512))
    return {"data": (x, y), "n_models": n_models, "n_epochs": n_epochs}


def make_model(n_hidden: tuple[int, ...], seed: int) -> MLP:
    return MLP(64, n_hidden, 10, random_state=seed)


def loss(model: Any, batch: Any) -> torch.Tensor:
    return F.cross_entropy(model(batch[0]), batch[1])


def together(given: dict[str, Any]) -> TrainedModels:
    return train_many(
        make_model,
        [(16, 16)] * given["n_models"],
        given["data"],
        loss=loss,
        n_epochs=given["n_epochs"],
        batch_size=BATCH_SIZE,
        random_state=0,
    )


def one_by_one(given: dict[str, Any]) -> list[nn.Module]:
    """Train the same networks from the same seeds in a loop."""
    seeds = np.random.default_rng(0).integers(2**62, size=given["n_models"]).tolist()
    models: list[nn.Module] = []
    for seed in seeds:
        model = make_model((16, 16), seed)
        batches = Batches(*given["data"], batch_size=BATCH_SIZE, random_state=seed)
        train(model, batches, loss=loss, n_epochs=given["n_epochs"])
        models.append(model)
    return models


def agree(ours: TrainedModels, peer: list[nn.Module]) -> str | None:
    """Weights equal to 1e-5."""
    for index, model in enumerate(peer):
        found = ours.model(index).state_dict()
        for name, weight in model.state_dict().items():
            difference = float((weight - found[name]).abs().max())
            if not difference <= 1e-5:
                return f"`{name}` of network {index} differs by {difference:.2g}"
    return None


WORKLOADS = [
    Workload(
        name="200 small networks, 4 epochs",
        ours=together,
        peer=one_by_one,
        data=data,
        agree=agree,
        peer_name="a loop over `train`",
        target="≥ 10×",
    )
]
