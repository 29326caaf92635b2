"""Filters of next-token scores, against the processors of transformers.

A filter is called once a step of generation; a workload is a number of steps in a row.
"""

from typing import Any

import torch

from benchmarks.runner import Workload
from infomax.language import NucleusSampling, TypicalSampling

VOCABULARY = 50_257
PEER = "transformers TypicalLogitsWarper"


def scores(n_rows: int, n_steps: int) -> Any:
    """Return a function of the size: the logits of each step, standard deviation 3, float32."""

    def data(size: str) -> list[torch.Tensor]:
        n_tokens = VOCABULARY if size == "full" else 2_000
        generator = torch.Generator().manual_seed(n_rows)
        return [torch.randn((n_rows, n_tokens), generator=generator) * 3 for _ in range(n_steps)]

    return data


def ours(make: Any, mass: float) -> Any:
    """Return a function that filters each step and gives what it filtered too."""
    process = make(mass=mass)
    return lambda steps: [(x, process(None, x)) for x in steps]


def theirs(name: str, mass: float) -> Any:
    """Return the same for a processor of transformers."""

    def run(steps: list[torch.Tensor]) -> Any:
        from transformers.generation import logits_process

        process = getattr(logits_process, name)(mass)
        return [(x, process(None, x)) for x in steps]

    return run


def follows_the_rule(mass: float, *, typical: bool = True) -> Any:
    """Return a check of our mask against the rule in float64.

    The peer's sum in float32 decides otherwise in some rows, so that it is no judge: tokens may
    differ from the rule only where their cumulated mass lies within 1e-6 of the mass asked for.
    """

    def agree(found: Any, _: Any) -> str | None:
        wrong = 0
        for x, out in found:
            logs = x.double().log_softmax(dim=-1)
            p = logs.exp()
            entropy = -(p * logs).sum(dim=-1, keepdim=True)
            far = (logs + entropy).abs() if typical else -logs
            ordered, order = far.sort(dim=-1, stable=True)
            covered = p.gather(-1, order).cumsum(dim=-1)
            last = (covered < mass).sum(dim=-1, keepdim=True).clamp(max=x.shape[-1] - 1)
            kept = far <= ordered.gather(-1, last)
            near = ((covered - mass).abs() < 1e-6).scatter(-1, order, (covered - mass).abs() < 1e-6)
            wrong += int((((out > -torch.inf) != kept) & ~near).any(dim=-1).sum())
        return f"{wrong} of {sum(len(x) for x, _ in found)} rows break the rule" if wrong else None

    return agree


WORKLOADS = [
    Workload(
        name=f"typical filter, {n_steps} steps of {n_rows} × 50,257, τ = {mass}",
        ours=ours(TypicalSampling, mass),
        peer=theirs("TypicalLogitsWarper", mass),
        data=scores(n_rows, n_steps),
        agree=follows_the_rule(mass),
        peer_name=PEER,
        target="≥ 6×",
    )
    for n_rows, n_steps in ((1, 32), (8, 8))
    for mass in (0.95, 0.2)
] + [
    Workload(
        name="typical filter, 1,000 rows of 50,257, τ = 0.95: the mask of the float64 rule",
        ours=ours(TypicalSampling, 0.95),
        peer=theirs("TypicalLogitsWarper", 0.95),
        data=scores(50, 20),
        agree=follows_the_rule(0.95),
        peer_name=PEER,
        repeats=1,
    ),
    Workload(
        name="nucleus filter, 8 steps of 8 × 50,257, mass 0.95",
        ours=ours(NucleusSampling, 0.95),
        peer=theirs("TopPLogitsWarper", 0.95),
        data=scores(8, 8),
        agree=follows_the_rule(0.95, typical=False),
        peer_name="transformers TopPLogitsWarper",
    ),
]
