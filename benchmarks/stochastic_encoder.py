"""Information in a Gaussian layer, against the tensor of all pairs and units."""

import math
from typing import Any

import numpy as np
import torch

from benchmarks.runner import Workload
from infomax.measures import stochastic_encoder_information

Encoder = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def encoder(size: str) -> Encoder:
    n, k = (2000, 128) if size == "full" else (100, 8)
    rng = np.random.default_rng(0)
    mean, std = 0.1 * rng.normal(size=(n, k)), rng.uniform(0.5, 1.5, size=(n, k))
    z = mean + std * rng.normal(size=(n, k))
    mean, std, z = (torch.from_numpy(array.astype(np.float32)) for array in (mean, std, z))
    return mean, std, z


def ours(data: Encoder, **options: Any) -> float:
    return float(stochastic_encoder_information(*data, **options))


def all_pairs_and_units(data: Encoder, *, jensen: bool = False) -> float:
    """Take the log density of every draw under every input's law, unit by unit."""
    mean, std, z = data
    own = torch.distributions.Normal(mean, std).log_prob(z).sum(dim=1)
    densities = torch.distributions.Normal(mean[None], std[None]).log_prob(z[:, None]).sum(dim=2)
    if jensen:
        return float((own - densities.mean(dim=1)).mean())
    return float((own - torch.logsumexp(densities, dim=1) + math.log(len(z))).mean())


def agree(ours: float, theirs: float | None) -> str | None:
    """Want equality to 1e-5, since the peer computes in single precision."""
    if theirs is None or math.isclose(ours, theirs, rel_tol=1e-5, abs_tol=1e-4):
        return None
    return f"{ours!r} against {theirs!r} nats"


WORKLOADS = [
    Workload(
        name="information in a Gaussian layer, n = 2,000, k = 128",
        ours=ours,
        peer=all_pairs_and_units,
        data=encoder,
        agree=agree,
        peer_name="all pairs and units at once",
        target="≥ 5×, 50× less memory",
        repeats=2,
    ),
    Workload(
        name="Jensen bound of information in a Gaussian layer, n = 2,000, k = 128",
        ours=lambda data: ours(data, estimator="jensen"),
        peer=lambda data: all_pairs_and_units(data, jensen=True),
        data=encoder,
        agree=agree,
        peer_name="all pairs and units at once",
        target="≥ 5×, 50× less memory",
        repeats=2,
    ),
]
