"""Manifold entropy: whether a generator that raises that of its embeddings keeps more modes.

At laptop size every arm takes a thousand steps or fewer, which tells of early training alone.
Learning rates and weights are each arm's best of four after half as many; at full size all arms
have the published ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from infomax.data.images import colour_pictures, digits_8x8, fashion_mnist, mnist_5k
from infomax.lab.claims import Comparison, Identity, Published, Trend
from infomax.lab.contract import Artifacts, Record, Setting
from infomax.papers._mee_arms import METHODS, PIXELS, RIVALS
from infomax.papers._mee_bank import BANKS, banks
from infomax.papers._mee_figures import (
    draw_bank,
    draw_curves,
    draw_embeddings,
    draw_items,
    draw_scores,
)
from infomax.papers._mee_pictures import picture_world, stacked_digits
from infomax.papers._mee_runs import REAL, learn_and_judge
from infomax.papers._mee_worlds import World, grid, ring
from infomax.papers.catalogue import catalogue

paper = catalogue["mee"]
arms = (
    dict.fromkeys([*METHODS, PIXELS, *RIVALS], "baseline")
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
        Comparison(
            f"it reaches as many modes as a discriminator that judges items in pairs ({case})",
            metric="coverage",
            arm="MaEM-GAN",
            baseline="PacGAN",
            equal=BUDGET,
            at={"case": case},
            non_inferiority=0.05,
        )
        for case in ("grid", "stacked-MNIST")
    ),
    Comparison(
        "entropy of embeddings brings pictures nearer to the data than entropy of pixels",
        metric="Fréchet distance",
        arm="MaEM-GAN",
        baseline=PIXELS,
        better="lower",
        equal=BUDGET,
        at={"case": "Fashion-MNIST"},
        scale="log",
        smallest=0.1,
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
ON_POINTS = (*METHODS, *RIVALS)
ON_PICTURES = (*METHODS, PIXELS, *RIVALS)
SEED = ("data", "initialisation")
SIZES = {"n_train": 5000, "generator_every": 1, "tuned": True}
SIZES |= {"n_latent": 32, "n_hidden": 128, "width": 16}
DIGITS = {"shrink": 1, "n_judged": 800, "judge_steps": 150, "n_cells": 30}
FASHION = {"shrink": 2, "n_judged": 20_000, "judge_steps": 1250, "n_cells": 100}
WHOLE = {"n_train": 50_000, "n_latent": 64, "width": 128, "tuned": False}
WHOLE |= {"generator_every": 3, "shrink": 1, "n_judged": 50_000, "judge_steps": 8000}


def _case(
    arms: Sequence[str], steps: int, batch_size: int = 64, n_measured: int = 2000
) -> dict[str, Any]:
    sizes = {"steps": steps, "batch_size": batch_size, "n_measured": n_measured}
    return sizes | {"arms": list(arms)}


settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | DIGITS
        | {"n_train": 500, "n_hidden": 16, "width": 4, "judge_steps": 15, "n_cells": 10}
        | {
            "cases": {
                "grid": _case(ON_POINTS, 20, n_measured=200),
                "digits": _case([*MAIN, PIXELS], 10, n_measured=200),
                "stacked-digits": _case([*MAIN, "PacGAN"], 5, n_measured=200),
            }
        },
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | DIGITS
        | {"n_train": 800}
        | {
            "cases": {
                "ring": _case(MAIN, 300, 128, 800),
                "digits": _case(MAIN, 300, n_measured=400),
            }
        },
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options=SIZES
        | FASHION
        | {
            "cases": {
                "ring": _case(MAIN, 600, 128),
                "grid": _case([*METHODS[:6], *RIVALS], 1000, 128),
                "Fashion-MNIST": _case([*MAIN, "released bank", PIXELS], 1000),
                "stacked-MNIST": _case([*MAIN, "PacGAN"], 1000, n_measured=4000),
            }
        },
    ),
    "full": Setting(
        n_seeds=5,
        varies=SEED,
        options=SIZES
        | FASHION
        | WHOLE
        | {
            "cases": {
                "grid": _case(ON_POINTS, 50_000, n_measured=10_000),
                "Fashion-MNIST": _case(ON_PICTURES, 300_000, n_measured=5000),
                "stacked-MNIST": _case(ON_PICTURES, 100_000, n_measured=10_000),
            }
        },
    ),
    "own": Setting(
        n_seeds=3,
        varies=SEED,
        options=SIZES
        | WHOLE
        | {"width": 32, "n_train": 5000, "n_cells": 100}
        | {"cases": {"pictures": _case(MAIN, 20_000, n_measured=1000)}},
    ),
}


def prepare(setting: Setting, data: str | None = None) -> dict[str, World]:
    """Lay out the mixtures; load pictures, or read the user's, and train their judges."""
    if (data is None) == ("pictures" in setting["cases"]):
        raise ValueError(
            f"`data` must be a folder of pictures for 'own' and no other, got {data!r}"
        )
    worlds: dict[str, Callable[[], World]] = {
        "ring": ring,
        "grid": grid,
        "digits": lambda: picture_world(digits_8x8(), None, setting),
        "stacked-digits": lambda: stacked_digits(digits_8x8(), setting),
        "stacked-MNIST": lambda: stacked_digits(mnist_5k(), setting),
        "Fashion-MNIST": lambda: picture_world(fashion_mnist(), fashion_mnist("test"), setting),
        "pictures": lambda: picture_world(
            colour_pictures(str(data)), colour_pictures(str(data), "test"), setting
        ),
    }
    return {case: worlds[case]() for case in setting["cases"]}


def trial(setting: Setting, seed: int, context: dict[str, World]) -> Iterator[Record]:
    """Train all arms in every case and judge them; then show what the released bank holds."""
    for case in setting["cases"]:
        yield from learn_and_judge(setting, seed, case, context[case])
    yield from banks(seed)


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Scores by arm, coverage while learning, what was generated, how it is embedded, the banks."""
    drawn = {"scores": draw_scores(rows, arms), "learning": draw_curves(rows)}
    drawn |= draw_items(artifacts, arms)
    drawn["embeddings"] = draw_embeddings(artifacts, arms)
    drawn["bank"] = draw_bank(rows, tuple(BANKS))
    return drawn
