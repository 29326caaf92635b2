"""Minimum entropy coupling with bottleneck: bounded codes, couplings, and a message in a walk."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.coding import (
    bottleneck_coupling,
    entropy_bounded_coupling,
    entropy_bounded_map,
    minimum_entropy_coupling,
    perturb_map,
    random_merge_map,
    scalar_quantizer_map,
)
from infomax.control import Episode, GridWorld, MarkovCodingGame, soft_q_iteration
from infomax.exceptions import AssumptionWarning
from infomax.lab.claims import Bound, Comparison, Published
from infomax.lab.contract import Artifact, Artifacts, Record, Row, Setting, Spend
from infomax.lab.figure_style import house_style
from infomax.measures import binary_entropy, entropy
from infomax.papers._mec_b_brute_force import brute_force
from infomax.papers._mec_b_figures import belief_name, draw_belief, draw_frontier, draw_information
from infomax.papers._mec_b_laws import Floats, Laws, generated, letters, own
from infomax.papers.catalogue import catalogue

paper = catalogue["mec-b"]
arms = {
    "greedy": "method",
    "perturbed": "method",
    "greedy path, perturbed": "method",
    "scalar": "baseline",
    "scalar, then identity": "baseline",
    "scalar, fitted": "baseline",
    "scalar, fitted, sorted": "baseline",
    "random merges": "baseline",
    "best map": "oracle",
    "best map, perturbed": "oracle",
    "max-seeking": "method",
    "zero-seeking": "method",
    "successive linearisation": "baseline",
    "independent": "baseline",
    "policy alone": "oracle",
}
claims = [
    Comparison(
        "a perturbed greedy code keeps more information at the same rate than scalar quantisers",
        metric="information",
        arm="perturbed",
        baseline=("scalar", "scalar, fitted", "scalar, fitted, sorted"),
        equal=("code entropy",),
        at={"case": "source"},
        every=("rate",),
        smallest=0.01,
    ),
    Comparison(
        "a greedy code keeps more information at the same rate than merging pairs at random",
        metric="information",
        arm="greedy",
        baseline="random merges",
        equal=("code entropy",),
        at={"case": "source"},
        every=("rate",),
        smallest=0.01,
    ),
    Bound(
        "perturbing a greedy code never loses information",
        arm="perturbed",
        measured="loss against greedy",
        at_most=0.0,
        tolerance=1e-9,
    ),
    Bound(
        "the greedy code is within h(p₂) of the optimum",
        arm="greedy",
        measured="gap",
        at_most="guarantee",
        trivial="best information",
    ),
    Bound(
        "perturbing every deterministic map reaches what brute force finds, within 0.001 nats",
        arm="best map, perturbed",
        measured="gap to brute force",
        at_most=1e-3,
        published=Published(where="Fig. 2", kind="curve"),
    ),
    Bound(
        "what encoder and decoder keep, less the rate, bounds the information of the output from below",
        arm="perturbed",
        measured="decoupling bound",
        at_most="information of the output",
        tolerance=1e-9,
        trivial=0.0,
    ),
    Comparison(
        "seeking the largest masses couples with less entropy than successive linearisation",
        metric="joint entropy",
        arm="max-seeking",
        baseline="successive linearisation",
        better="lower",
        equal=(),
        at={"case": "random pairs"},
        published=Published(2.946, 3.225, unit="bits", where="Table 1", kind="table"),
    ),
    Comparison(
        "a hidden message costs no reward",
        metric="discounted reward",
        arm="greedy",
        baseline="policy alone",
        equal=(),
        every=("rate",),
        mean=("log temperature",),
        equivalence=0.05,
    ),
    Comparison(
        "at the same policy and rate greedy codes get more messages through than scalar ones",
        metric="accuracy",
        arm="greedy",
        baseline=("scalar", "scalar, then identity", "scalar, fitted"),
        equal=("code entropy a move",),
        every=("rate",),
        mean=("log temperature",),
        smallest=0.02,
        published=Published(where="Fig. 4", kind="curve"),
    ),
]
TARGETS = ("Bulgarian", "German emoji names", "German package descriptions")
RATES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # share of the source's entropy
VARIES = ("data", "messages", "moves")
SMALL: dict[str, Any] = {"targets": (), "rates": (0.3, 0.6), "n_pairs": 5, "n_draws": 20}
SMALL |= {"n_messages": 16, "n_episodes": 5, "max_steps": 30}
SMALL |= {"game_rates": (0.6,), "log_temperatures": (-5.0,)}
REAL: dict[str, Any] = {"targets": TARGETS, "rates": RATES, "n_pairs": 100, "n_draws": 200}
REAL |= {"max_steps": 100}
BRIEF: dict[str, Any] = {"n_messages": 128, "n_episodes": 80, "game_rates": (0.3, 0.6)}
BRIEF |= {"log_temperatures": (-6.0, -4.5)}
LONG: dict[str, Any] = {"n_messages": 512, "n_episodes": 80, "game_rates": (0.3, 0.6, 0.9)}
LONG |= {"log_temperatures": (-6.0, -5.25, -4.5, -3.75, -3.0)}  # evenly over the paper's range
FULL: dict[str, Any] = {"n_messages": 512, "n_episodes": 200, "max_steps": 200}
FULL |= {"game_rates": tuple(k / 10 for k in range(10, 0, -1))}
FULL |= {"log_temperatures": tuple(k / 2 for k in range(-12, -5))}
settings = {
    "smoke": Setting(n_seeds=3, varies=VARIES, options=SMALL),
    "demo": Setting(n_seeds=3, varies=VARIES, options=REAL | BRIEF | {"targets": TARGETS[:1]}),
    "laptop": Setting(n_seeds=10, varies=VARIES, options=REAL | LONG),
    "full": Setting(n_seeds=10, varies=VARIES, options=REAL | FULL),
    "own": Setting(n_seeds=5, varies=VARIES, options=REAL | BRIEF | {"targets": ()}),
}


def prepare(setting: Setting, data: str | None = None) -> Laws:
    """Count the symbols once; a seed resamples the texts that they come from."""
    if data is not None:
        return own(data)
    targets = setting["targets"]
    return letters(targets) if targets else generated()


def trial(setting: Setting, seed: int, context: Laws) -> Iterator[Record]:
    """Compress every source, decode to every output, couple, and play the game."""
    generator = np.random.default_rng(seed)
    sources = {case: draw(generator) for case, draw in context.sources.items()}
    for case, p in sources.items():
        yield from _codes(setting, case, p, generator)
    yield from _against_brute_force("published source", np.array([0.7, 0.2, 0.1]))
    yield from _against_brute_force("three symbols", generator.dirichlet(np.ones(3)))
    for name, draw in context.targets.items():
        p, q = sources["source"], draw(generator)
        yield from _outputs(setting, f"source to {name}", p, q)
        yield from _couplings(f"source to {name}", [(p, q)])
    # Eight uniform numbers, normalised, have the entropies that the paper's table prints.
    pairs = generator.random((setting["n_pairs"], 2, 8))
    yield from _couplings("random pairs", pairs / pairs.sum(axis=2, keepdims=True))
    yield from _games(setting, generator)


def _codes(
    setting: Setting, case: str, p: Floats, generator: np.random.Generator
) -> Iterator[Record]:
    for rate in setting["rates"]:
        at, budget = {"rate": rate}, rate * entropy(p)
        found = _compressed(p, budget, generator, n_draws=setting["n_draws"])
        for arm, (told, spent) in found.items():
            yield Row(arm, "information", told, "nats", at=at, case=case)
            yield Row(
                arm, "share of the rate", told / budget if budget else 1.0, "1", at=at, case=case
            )
            yield Spend(arm, "code entropy", spent, limit=budget, at=at, case=case)
        greedy = found["greedy"][0]
        loss = greedy - found["perturbed"][0]
        yield Row("perturbed", "loss against greedy", loss, "nats", at=at, case=case)
        if "best map, perturbed" in found:
            best = found["best map, perturbed"][0]
            guarantee = binary_entropy(np.sort(p)[-2])
            yield Row("greedy", "gap", best - greedy, "nats", at=at, case=case)
            yield Row("greedy", "guarantee", guarantee, "nats", at=at, case=case)
            yield Row("greedy", "best information", best, "nats", at=at, case=case)


def _compressed(
    p: Floats, budget: float, generator: np.random.Generator, *, n_draws: int
) -> dict[str, tuple[float, float]]:
    """Return what each code tells and what it spends; a deterministic one tells what it spends."""
    with catch_warnings():
        simplefilter("ignore", AssumptionWarning)  # an unused budget is what the rows show
        greedy = entropy_bounded_map(p, max_entropy=budget)
    codes = {
        "scalar": scalar_quantizer_map(p, max_entropy=budget),
        "scalar, fitted": scalar_quantizer_map(p, max_entropy=budget, fit=True),
        "scalar, fitted, sorted": scalar_quantizer_map(
            p, max_entropy=budget, fit=True, order="sorted"
        ),
        "greedy": greedy,
    }
    found = {arm: (code.entropy, code.entropy) for arm, code in codes.items()}
    merged = np.mean(
        [
            random_merge_map(p, max_entropy=budget, random_state=generator).entropy
            for _ in range(n_draws)
        ]
    )
    found["random merges"] = float(merged), float(merged)
    joints = {
        "perturbed": perturb_map(p, greedy.labels, max_entropy=budget),
        "greedy path, perturbed": entropy_bounded_coupling(p, max_entropy=budget),
    }
    if np.count_nonzero(p) <= 8:
        every = partial(entropy_bounded_coupling, p, max_entropy=budget, candidates="all")
        joints |= {"best map": every(perturb=False), "best map, perturbed": every()}
    return found | {arm: (joint.information, joint.entropy) for arm, joint in joints.items()}


def _against_brute_force(case: str, p: Floats) -> Iterator[Record]:
    rates = np.linspace(0.05, 1, 20).round(2)
    budgets = rates * entropy(p)
    brute = brute_force(p, budgets)
    every = partial(entropy_bounded_coupling, p, candidates="all")
    perturbed = np.array([every(max_entropy=budget).information for budget in budgets])
    for rate, gap in zip(rates, brute - perturbed, strict=True):
        at = {"rate": rate}
        yield Row("best map, perturbed", "gap to brute force", gap, "nats", at=at, case=case)
    maps = [entropy(p), *(entropy([x, 1 - x]) for x in p), 0.0]
    curves = {"brute force": brute, "perturbed": perturbed, "maps": np.array(maps)}
    yield Artifact(case, {"budget": budgets, **curves})


def _outputs(setting: Setting, case: str, p: Floats, q: Floats) -> Iterator[Record]:
    """Compress the source and decode it to symbols of another law."""
    encoders = {
        "greedy": "greedy",
        "perturbed": "perturbed",
        "scalar": "scalar",
        "scalar, fitted": "scalar_fitted",
    }
    for rate in setting["rates"]:
        at = {"rate": rate}
        for arm, encoder in encoders.items():
            chain = bottleneck_coupling(p, q, max_entropy=rate * entropy(p), encoder=encoder)
            told, bound = chain.information, chain.lower_bound
            yield Row(arm, "information of the output", told, "nats", at=at, case=case)
            yield Row(arm, "decoupling bound", bound, "nats", at=at, case=case)


def _couplings(case: str, pairs: Any) -> Iterator[Record]:
    methods = {
        "max-seeking": "greedy",
        "zero-seeking": "zero_seeking",
        "successive linearisation": "successive_linearization",
    }
    for arm, method in methods.items():
        found = [minimum_entropy_coupling(p, q, method=method).entropy for p, q in pairs]
        yield Row(arm, "joint entropy", float(np.mean(found)), "nats", case=case)
    alone = float(np.mean([entropy(p) + entropy(q) for p, q in pairs]))
    yield Row("independent", "joint entropy", alone, "nats", case=case)


PLAYERS = {
    "greedy": "greedy",
    "perturbed": "perturbed",
    "scalar": "scalar",
    "scalar, then identity": "scalar_identity",
    "scalar, fitted": "scalar_fitted",
}


def _games(setting: Setting, generator: np.random.Generator) -> Iterator[Record]:
    """Hide messages in walks; every arm gets the same messages and the same luck."""
    world = GridWorld()
    n_messages, max_steps = setting["n_messages"], setting["max_steps"]
    prior = np.full(n_messages, 1 / n_messages)
    drawn = generator.integers((n_messages, 2**31), size=(setting["n_episodes"], 2)).tolist()
    for log_temperature in setting["log_temperatures"]:
        heat = float(np.exp(log_temperature))
        policy = soft_q_iteration(world.P, world.R, world.terminal, temperature=heat).policy
        alone = reward_of(world, policy, max_steps)
        for rate in setting["game_rates"]:
            at = {"rate": rate, "log temperature": log_temperature}
            yield Row("policy alone", "discounted reward", alone, "1", at=at)
            for arm, encoder in PLAYERS.items():
                budget = rate * entropy(prior)
                game = MarkovCodingGame(world, policy, prior, max_entropy=budget, encoder=encoder)
                walks = [
                    game.play(message, max_steps=max_steps, random_state=luck)
                    for message, luck in drawn
                ]
                yield from _read(arm, at, walks, budget, max_steps)


def _read(
    arm: str, at: dict[str, float], walks: Sequence[Episode], budget: float, max_steps: int
) -> Iterator[Record]:
    reward = np.mean([walk.discounted_reward for walk in walks])
    yield Row(arm, "discounted reward", float(reward), "1", at=at)
    accuracy = np.mean([walk.decoded == walk.message for walk in walks])
    yield Row(arm, "accuracy", float(accuracy), "1", at=at)
    spent = max(walk.code_entropy.max() for walk in walks)
    yield Spend(arm, "code entropy a move", spent, limit=budget, at=at)
    steps = np.arange(max_steps + 1)
    told = [walk.beliefs[np.minimum(steps, len(walk.actions)), walk.message] for walk in walks]
    yield Artifact(belief_name(arm, *at.values()), {"belief": np.mean(told, axis=0)})


def reward_of(world: GridWorld, policy: Floats, max_steps: int) -> float:
    """Return the expected reward of the policy, which every arm keeps on average."""
    moves = np.einsum("sa,sat->st", policy, world.P) * ~world.terminal[:, None]
    law = np.eye(len(moves))[world.start]
    reward = 0.0
    for step in range(max_steps + 1):
        reward += 0.95**step * float(law @ world.R)
        law = law @ moves
    return reward


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Draw information against rate, accuracy against reward, and belief over steps."""
    with house_style():
        return {
            "information": draw_information(rows, artifacts, arms),
            "frontier": draw_frontier(rows, arms),
            "belief": draw_belief(rows, artifacts, arms),
        }
