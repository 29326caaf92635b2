"""Manifold entropy: whether a generator that raises that of its embeddings keeps more modes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from infomax.data.images import Pictures, colour_pictures, digits_8x8, fashion_mnist
from infomax.lab.claims import Comparison, Identity, Published, Trend
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._mee_arms import METHODS, RIVALS
from infomax.papers._mee_bank import BANKS, banks
from infomax.papers._mee_figures import draw_bank, draw_curves, draw_items, draw_scores
from infomax.papers._mee_runs import REAL, learn_and_judge
from infomax.papers._mee_worlds import World, grid, picture_world, ring
from infomax.papers.catalogue import catalogue

paper = catalogue["mee"]
arms = (
    dict.fromkeys([*METHODS, *RIVALS], "baseline")
    | {"MaEM-GAN": "method", REAL: "oracle"}
)  # fmt: skip

BUDGET = ("generator steps", "items seen")
claims = [
    Comparison(
        "a GAN with manifold entropy reaches more modes than a plain GAN and than MaF-GAN",
        metric="coverage",
        arm="MaEM-GAN",
        baseline=("DCGAN", "MaF-GAN"),
        equal=BUDGET,
        every=("case",),
        smallest=0.05,
        published=Published(where="abstract: mode collapse is combated", kind="curve"),
    ),
    Comparison(
        "what a GAN with manifold entropy generates lies nearer to the data than MaF-GAN's",
        metric="Fréchet distance",
        arm="MaEM-GAN",
        baseline="MaF-GAN",
        better="lower",
        equal=BUDGET,
        every=("case",),
        scale="log",
        smallest=0.1,
        published=Published(9.13, 12.43, where="abstract, FID on CelebA", kind="text"),
    ),
    Comparison(
        "without the entropy fewer modes are reached, all else the same",
        metric="coverage",
        arm="MaEM-GAN",
        baseline="without entropy",
        equal=BUDGET,
        every=("case",),
        smallest=0.05,
    ),
    Comparison(
        "modes are not bought with precision: it stays within a twentieth of MaF-GAN's",
        metric="precision",
        arm="MaEM-GAN",
        baseline="MaF-GAN",
        equal=BUDGET,
        every=("case",),
        non_inferiority=0.05,
    ),
    Comparison(
        "both regularisers of the embedding bring the points nearer to the data",
        metric="Fréchet distance",
        arm="MaEM-GAN",
        baseline=("without DLLE", "without DIsoMap"),
        better="lower",
        equal=BUDGET,
        at={"case": "grid"},
        scale="log",
        smallest=0.1,
    ),
    Comparison(
        "on points it reaches as many modes as a slope penalty or a spectral norm with hinge losses",
        metric="coverage",
        arm="MaEM-GAN",
        baseline=("WGAN-GP", "hinge, spectral norm"),
        equal=BUDGET,
        at={"case": "grid"},
        non_inferiority=0.05,
    ),
    *(
        Comparison(
            f"a queue of embeddings reaches more modes than the released bank ({case})",
            metric="coverage",
            arm="MaEM-GAN",
            baseline="released bank",
            equal=BUDGET,
            at={"case": case},
            smallest=0.05,
        )
        for case in ("grid", "Fashion-MNIST")
    ),
    *(
        Identity(
            f"after {after} steps the released bank compares an embedding with {held} rows",
            arm="released bank",
            metric="rows that an embedding is compared with",
            equals=float(held),
            tolerance=0.0,
            at={"after": after},
        )
        for after, held in ((15, 79), (16, 16), (17, 1))
    ),
    Trend(
        "the entropy against a queue rises with the number of modes in the stream",
        metric="entropy of a stream",
        arm="MaEM-GAN",
        over="modes in the stream",
        statistic="rank",
        smallest=0.5,
    ),
]
MAIN = ("MaEM-GAN", "without entropy", "MaF-GAN", "DCGAN")
SEED = ("data", "initialisation")
SIZES = {"n_train": 5000, "n_measured": 2000, "generator_every": 1, "tuned": True}
SIZES |= {"n_latent": 32, "n_hidden": 128, "width": 16}
DIGITS = {"pictures": "digits", "shrink": 1, "n_judged": 800, "judge_epochs": 10, "n_cells": 30}
FASHION = {"pictures": "Fashion-MNIST", "shrink": 2, "n_judged": 20_000, "judge_epochs": 4}
FASHION |= {"n_cells": 100}
WHOLE = {"n_train": 50_000, "n_measured": 10_000, "n_latent": 64, "width": 128, "tuned": False}
WHOLE |= {"generator_every": 3, "shrink": 1, "n_judged": 50_000, "judge_epochs": 10}
EVERY = (*METHODS, *RIVALS)


def _case(arms: Sequence[str], steps: int, batch_size: int = 64) -> dict[str, Any]:
    return {"arms": list(arms), "steps": steps, "batch_size": batch_size}


settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | DIGITS
        | {"n_train": 500, "n_measured": 200, "n_hidden": 16, "width": 4, "judge_epochs": 1}
        | {"n_cells": 10}
        | {"cases": {"ring": _case(EVERY, 20), "digits": _case(MAIN, 10)}},
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | DIGITS
        | {"n_train": 800, "n_measured": 800}
        | {"cases": {"ring": _case(MAIN, 300, 128), "digits": _case(MAIN, 300)}},
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options=SIZES
        | FASHION
        | {
            "cases": {
                "ring": _case(MAIN, 600, 128),
                "grid": _case([*METHODS[:6], *RIVALS], 800, 128),
                "Fashion-MNIST": _case([*MAIN, "released bank"], 1000),
            }
        },
    ),
    "full": Setting(
        n_seeds=5,
        varies=SEED,
        options=SIZES
        | FASHION
        | WHOLE
        | {"cases": {"grid": _case(EVERY, 50_000), "Fashion-MNIST": _case(EVERY, 300_000)}},
    ),
    "own": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | WHOLE
        | {"pictures": "pictures", "width": 32, "n_train": 5000, "n_measured": 1000, "n_cells": 100}
        | {"cases": {"pictures": _case(MAIN, 20_000)}},
    ),
}


def prepare(setting: Setting, data: str | None = None) -> dict[str, World]:
    """Lay out the mixtures; load pictures, or read the user's, and train their judge."""
    name = setting["pictures"]
    if (data is None) == (name == "pictures"):
        raise ValueError(
            f"`data` must be a folder of pictures for 'own' and no other, got {data!r}"
        )
    pools: tuple[Pictures, Pictures | None]
    if data is not None:
        pools = colour_pictures(data), colour_pictures(data, "test")
    elif name == "digits":
        pools = digits_8x8(), None
    else:
        pools = fashion_mnist(), fashion_mnist("test")
    return {"ring": ring(), "grid": grid(), name: picture_world(pools[0], pools[1], setting)}


def trial(setting: Setting, seed: int, context: dict[str, World]) -> Iterator[Record]:
    """Train all arms in every case and judge them; then show what the released bank holds."""
    for case in setting["cases"]:
        yield from learn_and_judge(setting, seed, case, context[case])
    yield from banks(seed)


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Scores by arm, coverage while learning, what was generated, and the two banks."""
    drawn = {"scores": draw_scores(rows, arms), "learning": draw_curves(rows, arms)}
    drawn |= draw_items(artifacts)
    drawn["bank"] = draw_bank(rows, tuple(BANKS))
    return drawn
