"""Training runs of the paper on manifold entropy, and how they are judged."""

import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from infomax.lab.contract import Artifact, Record, Row, Setting, Spend
from infomax.networks import EpochEnd
from infomax.papers._mee_arms import choice, loss, networks
from infomax.papers._mee_worlds import World, coverage, scores
from infomax.representation import train_adversarial

REAL = "real data"
CURVE = "coverage while learning"
_UNITS = {
    "modes": "modes",
    "KL to uniform": "nats",
    "entropy": "nats",
    "Fréchet distance": "squared",
}
_N_WATCHED = 500
_N_SHOWN = 24


def learn_and_judge(setting: Setting, seed: int, case: str, world: World) -> Iterator[Record]:
    """Train every arm of a case on the same data, and judge what it generates."""
    plan = setting["cases"][case]
    rng = np.random.default_rng([seed, world.n_modes])
    x = world.draw(setting["n_train"], rng)
    held_out = world.draw(2 * setting["n_measured"], rng, split="test")
    reference, others = torch.chunk(held_out, 2)
    yield from _rows(REAL, case, scores(world, others, reference))
    n_shown = _N_SHOWN if x.ndim == 4 else 15 * _N_SHOWN
    shown = {REAL: others[:n_shown].numpy()}
    for arm in plan["arms"]:
        curve: dict[int, float] = {}
        started = time.process_time()
        try:
            generator = _learn(arm, plan, setting, seed, x, world, curve)
        except FloatingPointError:  # the claims are refused, the other arms go on
            yield from _rows(arm, case, dict.fromkeys(scores(world, others, reference), math.nan))
            continue
        yield Spend(arm, "seconds", time.process_time() - started, case=case)
        yield Spend(arm, "generator steps", plan["steps"], case=case)
        n_seen = plan["steps"] * setting["generator_every"] * plan["batch_size"]
        yield Spend(arm, "items seen", n_seen, case=case)
        items = _generated(generator, len(reference), setting, seed)
        yield from _rows(arm, case, scores(world, items, reference))
        for step, value in curve.items():
            yield Row(arm, CURVE, value, "1", case=case, step=step)
        shown[arm] = items[:n_shown].numpy()
    yield Artifact(case, {name.replace(" ", "_"): value for name, value in shown.items()})


def _learn(
    arm: str,
    plan: Mapping[str, Any],
    setting: Setting,
    seed: int,
    x: Tensor,
    world: World,
    curve: dict[int, float],
) -> nn.Module:
    """Train one arm; note the coverage on the way."""
    rng = np.random.default_rng([seed, world.n_modes, 1])  # the same for all arms
    chosen = choice(arm, world.kind, setting)
    generator, discriminator = networks(arm, tuple(x.shape[1:]), setting, rng)
    objective = loss(arm, chosen.weight, rng)

    def watch(end: EpochEnd) -> None:
        items = _generated(generator, _N_WATCHED, setting, seed)
        found = coverage(world, items)
        curve[min(100 * end.epoch, plan["steps"])] = found.n_covered / found.n_modes

    train_adversarial(
        generator,
        discriminator,
        x,
        loss=objective,
        n_steps=plan["steps"] * setting["generator_every"],
        batch_size=plan["batch_size"],
        generator_every=setting["generator_every"],
        learning_rate=chosen.learning_rate,
        betas=(chosen.first_decay, 0.999),
        callback=watch,
        random_state=rng,
    )
    return generator


@torch.no_grad()
def _generated(generator: nn.Module, n: int, setting: Setting, seed: int) -> Tensor:
    latents = torch.Generator().manual_seed(seed)
    was_training = generator.training
    generator.eval()
    items: Tensor = generator(torch.randn(n, setting["n_latent"], generator=latents))
    generator.train(was_training)
    return items


def _rows(arm: str, case: str, values: dict[str, float]) -> Iterator[Row]:
    chosen_on = None if arm == REAL else "another seed"
    for metric, value in values.items():
        unit = _UNITS.get(metric, "1")
        yield Row(arm, metric, value, unit, case=case, selected_on=chosen_on)
