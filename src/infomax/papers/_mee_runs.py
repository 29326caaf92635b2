"""Training runs of the paper on manifold entropy, and how they are judged."""

import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from infomax.lab.contract import Artifact, Record, Row, Setting, Spend
from infomax.networks import EpochEnd
from infomax.papers._mee_arms import Choice, choice, loss, networks
from infomax.papers._mee_worlds import World, coverage, scores
from infomax.representation import train_adversarial

REAL = "real data"
CURVE = "coverage while learning"
EMBEDDED = ("MaEM-GAN", "without entropy")
EMBEDDINGS = "embeddings of"
_UNITS = {
    "modes": "modes",
    "KL to uniform": "nats",
    "entropy": "nats",
    "Fréchet distance": "squared",
}
_N_WATCHED = 500
_N_SHOWN = 16
_N_EMBEDDED = 60


def learn_and_judge(setting: Setting, seed: int, case: str, world: World) -> Iterator[Record]:
    """Train every arm of a case on the same data, and judge what it generates."""
    plan = setting["cases"][case]
    rng = np.random.default_rng([seed, world.n_modes])
    x = world.draw(setting["n_train"], rng)
    held_out = world.draw(2 * plan["n_measured"], rng, split="test")
    reference, others = torch.chunk(held_out, 2)
    yield from _rows(REAL, case, scores(world, others, reference))
    reached = coverage(world, others[:_N_WATCHED])
    for step in (0, plan["steps"]):  # as high as a curve can be expected to come
        yield Row(REAL, CURVE, reached.n_covered / reached.n_modes, "1", case=case, step=step)
    n_shown = _N_SHOWN if x.ndim == 4 else 150
    shown, embedded = {REAL: others[:n_shown].numpy()}, {}
    for arm in plan["arms"]:
        curve: dict[int, float] = {}
        started = time.process_time()
        try:
            chosen = choice(arm, case, setting)
            generator, discriminator = learn(arm, chosen, plan, setting, seed, x, world, curve)
        except FloatingPointError:  # the claims are refused, the other arms go on
            yield from _rows(arm, case, dict.fromkeys(scores(world, others, reference), math.nan))
            continue
        yield Spend(arm, "seconds", time.process_time() - started, case=case)
        yield Spend(arm, "generator steps", plan["steps"], case=case)
        n_seen = plan["steps"] * setting["generator_every"] * plan["batch_size"]
        yield Spend(arm, "items seen", n_seen, case=case)
        items = generated(generator, len(reference), setting, seed)
        yield from _rows(arm, case, scores(world, items, reference))
        for step, value in curve.items():
            yield Row(arm, CURVE, value, "1", case=case, step=step)
        shown[arm] = items[:n_shown].numpy()
        if arm in EMBEDDED:
            embedded[arm] = _in_a_plane(discriminator, reference[:_N_EMBEDDED], items[:_N_EMBEDDED])
    yield Artifact(case, shown)
    yield Artifact(f"{EMBEDDINGS} {case}", embedded)


def learn(
    arm: str,
    chosen: Choice,
    plan: Mapping[str, Any],
    setting: Setting,
    seed: int,
    x: Tensor,
    world: World,
    curve: dict[int, float],
) -> tuple[nn.Module, nn.Module]:
    """Train one arm; note the coverage on the way."""
    rng = np.random.default_rng([seed, world.n_modes, 1])  # the same for all arms
    shape = tuple(x.shape[1:])
    generator, discriminator = networks(arm, shape, setting, rng)
    objective = loss(arm, chosen.weight, shape, rng)

    def watch(end: EpochEnd) -> None:
        items = generated(generator, _N_WATCHED, setting, seed)
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
    return generator, discriminator


@torch.no_grad()
def generated(generator: nn.Module, n: int, setting: Setting, seed: int) -> Tensor:
    """Return items, from the same latent vectors for every arm."""
    latents = torch.Generator().manual_seed(seed)
    was_training = generator.training
    generator.eval()
    items: Tensor = generator(torch.randn(n, setting["n_latent"], generator=latents))
    generator.train(was_training)
    return items


@torch.no_grad()
def _in_a_plane(embedder: Any, *sets: Tensor) -> NDArray[np.float32]:
    """Return embeddings of sets of one size along the two main directions of all, (n_sets, n, 2)."""
    was_training = embedder.training
    embedder.eval()
    z = torch.cat([embedder.embed(items) for items in sets])
    embedder.train(was_training)
    directions = torch.linalg.svd(z - z.mean(dim=0), full_matrices=False)[2][:2]
    plane: NDArray[np.float32] = (z @ directions.T).reshape(len(sets), -1, 2).numpy()
    return plane


def _rows(arm: str, case: str, values: dict[str, float]) -> Iterator[Row]:
    chosen_on = None if arm == REAL else "another seed"
    for metric, value in values.items():
        unit = _UNITS.get(metric, "1")
        yield Row(arm, metric, value, unit, case=case, selected_on=chosen_on)
