"""How learning rates and weights were chosen for the paper on manifold entropy."""

from collections.abc import Mapping

import numpy as np
import torch

from infomax.lab.contract import Setting
from infomax.papers._mee_arms import PIXELS, RIVALS, Choice
from infomax.papers._mee_runs import generated, learn
from infomax.papers._mee_worlds import World, scores

RATES = (1e-3, 3e-3)
DECAYS = (0.0, 0.5)
_OF_ENTROPY = (5e-4, 5e-2)
WEIGHTS = {"MaEM-GAN": _OF_ENTROPY, "released bank": _OF_ENTROPY, PIXELS: _OF_ENTROPY}
WEIGHTS |= {"WGAN-GP": (0.1, 10.0)}
ARMS = {"MaEM-GAN", "MaF-GAN", "released bank", PIXELS, *RIVALS}
JUDGED_BY = "neighbourhoods reached"


def tuned(
    setting: Setting, worlds: Mapping[str, World], seeds: tuple[int, ...]
) -> dict[str, dict[str, Choice]]:
    """Return the best candidate of each arm that has a choice of its own, in each case."""
    found: dict[str, dict[str, Choice]] = {}
    for case, world in worlds.items():
        for arm in setting["cases"][case]["arms"]:
            if arm in ARMS:
                worth = tune(setting, case, world, arm, seeds)
                found.setdefault(case, {})[arm] = max(worth, key=lambda each: worth[each])
    return found


def candidates(arm: str) -> list[Choice]:
    """Return four settings of an arm.

    Two learning rates, each with two weights for arms that have one, or else with two first decays
    of Adam.
    """
    if arm in WEIGHTS:
        return [Choice(rate, weight=weight) for rate in RATES for weight in WEIGHTS[arm]]
    return [Choice(rate, decay) for rate in RATES for decay in DECAYS]


def tune(
    setting: Setting, case: str, world: World, arm: str, seeds: tuple[int, ...]
) -> dict[Choice, float]:
    """Return the score of every candidate of an arm in a case.

    An arm learns as in a trial, at the same sizes but for half the steps, and is judged against
    other items of the split that is learned from; for seeds of no trial, no trial sees the draws.
    The score, the same for all arms and cases, is the share of real items that have a generated one
    within the distance of their third neighbour (coverage of Naeem et al., 2020), which falls with
    modes that are missed and with items that are off. It is the mean over seeds, a run that diverges
    counting as zero.
    """
    found = {}
    for chosen in candidates(arm):
        found[chosen] = float(
            np.mean([_score(setting, case, world, arm, chosen, seed) for seed in seeds])
        )
    return found


def _score(setting: Setting, case: str, world: World, arm: str, chosen: Choice, seed: int) -> float:
    plan = setting["cases"][case]
    plan = plan | {"steps": plan["steps"] // 2}
    rng = np.random.default_rng([seed, world.n_modes])
    n = plan["n_measured"]
    x, reference = torch.split(world.draw(setting["n_train"] + n, rng), [setting["n_train"], n])
    try:
        generator, _ = learn(arm, chosen, plan, setting, seed, x, world, {})
    except FloatingPointError:
        return 0.0
    return scores(world, generated(generator, n, setting, seed), reference)[JUDGED_BY]
