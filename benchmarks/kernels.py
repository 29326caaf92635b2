"""Workloads of kernel measures, against plain torch and the released Cauchy-Schwarz terms."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.runner import Workload
from infomax.measures import cka, hsic
from infomax.representation import CSInformationBottleneckLoss

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
BETA = 0.1


def clouds(n: int, d: int, width: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n, d, generator=generator)
    return x, x[:, :1] + torch.randn(n, width, generator=generator)


def plain_kernel(x: Tensor, sigma: float) -> Tensor:
    return torch.exp(-(torch.cdist(x, x) ** 2) / (2 * sigma**2))


def centred(kernel: Tensor) -> Tensor:
    means = kernel.mean(0)
    return kernel - means - means[:, None] + kernel.mean()


def plain_hsic(k: Tensor, l: Tensor) -> Tensor:  # noqa: E741  (K and L of the formulas)
    return (centred(k) * centred(l)).sum() / len(k) ** 2


def plain_cka(k: Tensor, l: Tensor) -> Tensor:  # noqa: E741
    return plain_hsic(k, l) / (plain_hsic(k, k) * plain_hsic(l, l)).sqrt()


def hsic_of_torch(data: tuple[Tensor, Tensor]) -> float:
    return float(plain_hsic(*(plain_kernel(z, 8.0) for z in data)))


def cka_of_torch(data: tuple[Tensor, Tensor]) -> float:
    return float(plain_cka(*(plain_kernel(z, 8.0) for z in data)))


def linear_cka_of_torch(data: tuple[Tensor, Tensor]) -> float:
    return float(plain_cka(*(z @ z.T for z in data)))


def batch(n: int) -> Batch:
    """Return inputs, codes, predictions and targets, as a training step has them."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n, 8, generator=generator)
    t = x + 0.3 * torch.randn(n, 8, generator=generator)
    y = x[:, :1] + 0.5 * torch.randn(n, 1, generator=generator)
    y_hat = y + 0.3 * torch.randn(n, 1, generator=generator)
    return x, t.requires_grad_(), y_hat.requires_grad_(), y


def gaussian(a: Tensor, b: Tensor) -> Tensor:
    """Return the kernel as the released routine has it: squared norms repeated to matrices."""
    left = (a * a).sum(-1).unsqueeze(-1).repeat(1, len(b))
    right = (b * b).sum(-1).unsqueeze(-1).T.repeat(len(a), 1)
    return torch.clamp(torch.exp(-(left + right - 2 * a @ b.T) / 2), min=0)


def released_information(x: Tensor, t: Tensor) -> Tensor:
    n = len(x)
    k, q = gaussian(x, x), gaussian(t, t)
    joint = torch.trace(k @ q.T) / n**2
    product = k.sum() * q.sum() / n**4
    crossed = (torch.ones(1, n) @ k.T @ q @ torch.ones(n, 1) / n**3).squeeze()
    return -2 * crossed.log() + joint.log() + product.log()


def released_loss(x: Tensor, t: Tensor, y_hat: Tensor, y: Tensor) -> Tensor:
    own = released_information(x, x).sqrt() * released_information(t, t).sqrt()
    k = gaussian(x, x)
    inside, guessed, crossed = (
        ((k * gaussian(*pair)).sum(-1) / (k**2).sum(-1)).sum()
        for pair in ((y, y), (y_hat, y_hat), (y_hat, y))
    )
    prediction = -2 * crossed.log() + inside.log() + guessed.log()
    return prediction + BETA * released_information(x, t) / own


OURS = CSInformationBottleneckLoss(BETA, convention="released")


def value(loss: Callable[..., Tensor]) -> Callable[[Batch], Any]:
    def run(data: Batch) -> float:
        with torch.no_grad():
            return float(loss(*data))

    return run


def gradient(loss: Callable[..., Tensor]) -> Callable[[Batch], Any]:
    def run(data: Batch) -> Tensor:
        return torch.cat([g.flatten() for g in torch.autograd.grad(loss(*data), data[1:3])])

    return run


def close(ours: Any, theirs: Any) -> str | None:
    a, b = torch.as_tensor(ours), torch.as_tensor(theirs)
    scale = float(b.abs().max())
    gap = float((a - b).abs().max())
    return None if gap <= 2e-3 * scale else f"off by {gap:.2g} where the largest is {scale:.2g}"


def against_torch(
    name: str, ours: Callable[[Any], Any], peer: Callable[[Any], Any], d: int
) -> Workload:
    return Workload(
        name=f"{name}, n = 5,000, d = {d}",
        ours=ours,
        peer=peer,
        data=lambda size: clouds(5000 if size == "full" else 500, d, d),
        agree=close,
        peer_name="plain torch",
        target="≥ 3×, half the memory",
        repeats=3,
    )


def against_release(n: int, *, follow: bool) -> Workload:
    of = gradient if follow else value
    return Workload(
        name=f"Cauchy-Schwarz terms{' and gradient' if follow else ''}, n = {n:,}, d = 8",
        ours=of(OURS),
        peer=of(released_loss),
        data=lambda size: batch(n if size == "full" else min(n, 256)),
        agree=close,
        peer_name="released formulation",
        target="≥ 3×",
        repeats=20 if n < 1000 else 3 if n < 4000 else 1,
    )


WORKLOADS = [
    against_torch(
        "HSIC, Gaussian kernels",
        lambda data: float(hsic(*data, bandwidth=8.0)),
        hsic_of_torch,
        64,
    ),
    against_torch(
        "CKA, Gaussian kernels",
        lambda data: float(cka(*data, kernel="rbf", bandwidth=8.0)),
        cka_of_torch,
        64,
    ),
    against_torch("CKA, linear", lambda data: float(cka(*data)), linear_cka_of_torch, 512),
    *(against_release(n, follow=False) for n in (128, 1024, 4096)),
    *(against_release(n, follow=True) for n in (128, 1024)),
]
