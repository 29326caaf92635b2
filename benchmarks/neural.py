"""Workloads of neural bounds: the same critic trained by the same batches, ours and torch-mist's."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.runner import Workload
from infomax.measures import SeparableCritic, infonce, jensen_shannon_objective, nwj, smile

N_STEPS, BATCH, N_DIMS = 300, 128, 20
BOUNDS = {
    "InfoNCE": (infonce, infonce, {"neg_samples": 0}),
    "NWJ": (nwj, nwj, {"neg_samples": -1}),
    "SMILE": (jensen_shannon_objective, smile, {"neg_samples": -1}),
}


def data(size: str) -> tuple[Tensor, Tensor, list[nn.Module]]:
    """Return pairs of correlated normal vectors, and two encoders not yet trained."""
    n = 4000 if size == "full" else 600
    x, noise = np.random.default_rng(0).normal(size=(2, n, N_DIMS)).astype(np.float32)
    pairs = torch.from_numpy(x), torch.from_numpy(0.6 * x + 0.8 * noise)
    torch.manual_seed(0)
    layers = [(nn.Linear(N_DIMS, 64), nn.ReLU(), nn.Linear(64, 32)) for _ in range(2)]
    return *pairs, [nn.Sequential(*some) for some in layers]


def trained(encoders: list[nn.Module], loss: Callable[[Tensor, Tensor], Tensor], pairs: Any) -> Any:
    """Take the steps on every pair but the last quarter; return the scores of some of those."""
    x, y = pairs
    weights = [weight for encoder in encoders for weight in encoder.parameters()]
    optimizer = torch.optim.Adam(weights, lr=1e-3)
    generator = torch.Generator().manual_seed(0)
    seen = 3 * len(x) // 4
    for _ in range(N_STEPS):
        rows = torch.randint(seen, (BATCH,), generator=generator)
        optimizer.zero_grad()
        loss(x[rows], y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        held_out = slice(seen, seen + 500)
        return encoders[0](x[held_out]) @ encoders[1](y[held_out]).T


def ours(bound: str) -> Callable[[Any], float]:
    objective, read, _ = BOUNDS[bound]

    def run(given: Any) -> float:
        x, y, encoders = copy.deepcopy(given)
        critic = SeparableCritic(*encoders)
        return float(read(trained(encoders, lambda a, b: -objective(critic(a, b)), (x, y))))

    return run


def theirs(bound: str) -> Callable[[Any], float]:
    _, read, options = BOUNDS[bound]

    def run(given: Any) -> float:
        from torch_mist.critic import SeparableCritic as Critic
        from torch_mist.estimators import discriminative

        x, y, encoders = copy.deepcopy(given)
        estimator = getattr(discriminative, bound)(critic=Critic(*encoders), **options)
        return float(read(trained(encoders, estimator, (x, y))))

    return run


def near(ours: float, theirs: float | None) -> str | None:
    if theirs is None or abs(ours - theirs) < 0.02 * abs(ours):
        return None
    return f"{ours:.4f} against {theirs:.4f} nats"


WORKLOADS = [
    Workload(
        name=f"neural bound {bound}, separable critic, {N_STEPS} steps of {BATCH}",
        ours=ours(bound),
        peer=theirs(bound),
        data=data,
        agree=near,
        peer_name="torch-mist",
        target="equal value within 2 %, less time",
        repeats=3,
    )
    for bound in BOUNDS
]
