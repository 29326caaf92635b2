"""Workloads on generated sets: the Fréchet distance, and the entropy against a bank."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.measures import frechet_distance
from infomax.representation import ManifoldEntropyLoss

Floats = NDArray[np.float64]
N_CALLS = 50


def two_sets(size: str) -> tuple[Floats, Floats]:
    """Return features as wide as a small network's, correlated and of unlike spread."""
    n, d = (4000, 512) if size == "full" else (200, 16)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) / np.sqrt(d)
    return x, rng.normal(size=(n, d)) * rng.uniform(0.5, 2, d) + 0.1


def by_matrix_root(data: tuple[Floats, Floats]) -> float:
    """Take the distance as the formula is printed."""
    from scipy.linalg import sqrtm

    x, y = data
    first, second = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = np.real(sqrtm(first @ second))
    apart = x.mean(axis=0) - y.mean(axis=0)
    return float(apart @ apart + np.trace(first) + np.trace(second) - 2 * np.trace(root))


def batch_and_bank(size: str) -> tuple[torch.Tensor, torch.Tensor]:
    n_rows = 1024 if size == "full" else 50
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(64, 16, generator=generator).requires_grad_()
    return z, torch.randn(n_rows, 16, generator=generator)


def against_one_bank(data: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Return the gradient of the loss, after some calls."""
    z, bank = data
    loss = ManifoldEntropyLoss(weight=1.0)
    return _gradient(z, lambda: loss(z, bank))


def against_a_bank_for_each_position(data: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Do the same with 64 copies of the bank, the layout of the release."""
    z, bank = data
    banks = bank[:, None].repeat(1, len(z), 1)

    def loss() -> torch.Tensor:
        squares = (banks - z[None]).square().mean(dim=2)
        return -squares.min(dim=0).values.mean().log()

    return _gradient(z, loss)


def _gradient(z: torch.Tensor, loss: Any) -> torch.Tensor:
    for _ in range(N_CALLS):
        (gradient,) = torch.autograd.grad(loss(), z)
    return gradient


def equal_numbers(ours: float, theirs: float | None) -> str | None:
    if theirs is None or abs(ours - theirs) <= 1e-8 * max(1.0, abs(theirs)):
        return None
    return f"{ours!r} against {theirs!r}"


def equal_gradients(ours: torch.Tensor, theirs: torch.Tensor | None) -> str | None:
    if theirs is None or torch.allclose(ours, theirs, atol=1e-6):
        return None
    return f"gradients differ by {float((ours - theirs).abs().max()):.2g}"


WORKLOADS = [
    Workload(
        name="Fréchet distance, 4,000 vectors a set, d = 512",
        ours=lambda data: frechet_distance(*data),
        peer=by_matrix_root,
        data=two_sets,
        agree=equal_numbers,
        peer_name="SciPy's matrix root",
        target="equal to 1e-8",
    ),
    Workload(
        name="manifold entropy with gradient, batch 64, bank 1,024, d = 16, 50 calls",
        ours=against_one_bank,
        peer=against_a_bank_for_each_position,
        data=batch_and_bank,
        agree=equal_gradients,
        peer_name="a bank for each position, as released",
        target="equal gradient",
    ),
]
