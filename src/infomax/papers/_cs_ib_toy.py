"""Two clusters approached by free points and by one Gaussian: the paper's first example."""

from collections.abc import Iterator

import numpy as np
import torch

from infomax.lab.contract import Artifact, Record, Row, Setting, Spend
from infomax.measures import cs_divergence

_CENTRE = 4.0
_STEP = 0.5  # a point; the released rate of 200 over its 400 points


def two_clusters(setting: Setting, seed: int) -> Iterator[Record]:
    """Move free points by the gradient of the divergence; fit a Gaussian by moments."""
    n, n_steps = setting["toy_points"], setting["toy_steps"]
    generator = torch.Generator().manual_seed(seed)

    def draw() -> torch.Tensor:
        centres = _CENTRE * torch.tensor([-1.0, 1.0]).repeat_interleave(n // 2)
        return centres[:, None] + torch.randn(n, 2, generator=generator)

    target, held_out = draw(), draw()
    start = torch.randn(n, 2, generator=generator)
    points = start.clone().requires_grad_()
    optimizer = torch.optim.SGD([points], lr=_STEP * n)
    for _ in range(n_steps):
        optimizer.zero_grad()
        cs_divergence(target, points, bandwidth=1.0).backward()
        optimizer.step()
    # The Gaussian of least divergence of Kullback and Leibler from data has their moments.
    gaussian = target.mean(0) + target.std(0) * torch.randn(n, 2, generator=generator)
    clouds = {"CS-IB": points.detach(), "Gaussian by KL": gaussian}
    for arm, cloud in clouds.items():
        value = cs_divergence(held_out, cloud, bandwidth=1.0)
        yield Row(arm, "divergence from two clusters", float(value), "nats")
        yield Spend(arm, "points", n)
    arrays = {"target": target, "start": start, "points": clouds["CS-IB"], "gaussian": gaussian}
    yield Artifact("toy", {name: np.asarray(cloud, np.float32) for name, cloud in arrays.items()})
