"""Wasserstein dependency: what encoders learn when views share far more than log n nats."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infomax.lab.claims import Bound, Comparison, Published, Trend
from infomax.lab.contract import Artifact, Artifacts, Record, Row, Setting
from infomax.papers._wdm_data import Pool, read_pool, task
from infomax.papers._wdm_figures import draw_arms, draw_cells, draw_measure, draw_sweeps
from infomax.papers._wdm_measure import dependencies
from infomax.papers._wdm_training import learn, probe_accuracies, told
from infomax.papers.catalogue import catalogue

paper = catalogue["wdm"]
arms = {
    "WPC": "method",
    "CPC": "baseline",
    "WDM": "method",
    "WPC, one-sided": "method",
    "WPC, spectral": "method",
    "norm of the form alone": "baseline",
    "DV": "baseline",
    "NWJ": "baseline",
    "JSD": "baseline",
    "random encoder": "baseline",
    "supervised": "oracle",
    "I_W of the classes": "method",
    "I_W of the pictures": "method",
}
OTHERS = tuple(arms)[2:-2]

GRID: dict[str, str | int] = {"layout": "spatial", "encoder": "MLP", "batch": 64}
CURVE = Published(where="figures", kind="curve")
claims = [
    Comparison(
        "on grids of nine digits Wasserstein predictive coding encodes more of them than InfoNCE",
        metric="probe accuracy",
        arm="WPC",
        baseline="CPC",
        equal=("steps", "pairs"),
        at=GRID | {"cells": 9, "n_train": 5000},
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "going from one digit to nine costs Wasserstein predictive coding less probe accuracy",
        metric="drop from one cell to nine",
        arm="WPC",
        baseline="CPC",
        better="lower",
        equal=(),
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "with one digit, which is less than log n, the two losses do not differ",
        metric="probe accuracy",
        arm="WPC",
        baseline="CPC",
        equal=("steps", "pairs"),
        at=GRID | {"cells": 1, "n_train": 5000},
        equivalence=0.02,
        published=CURVE,
    ),
    Comparison(
        "with few training pairs Wasserstein predictive coding encodes more than InfoNCE",
        metric="probe accuracy",
        arm="WPC",
        baseline="CPC",
        equal=("steps", "pairs"),
        at=GRID | {"cells": 9, "n_train": 500},
        smallest=0.02,
        published=CURVE,
    ),
    Comparison(
        "also in the cell that is read worst, Wasserstein predictive coding is ahead of InfoNCE",
        metric="probe accuracy, worst cell",
        arm="WPC",
        baseline="CPC",
        equal=("steps", "pairs"),
        at=GRID | {"cells": 9, "n_train": 5000},
        smallest=0.02,
    ),
    Comparison(
        "the penalty does more than spectral norms, of all layers or of the bilinear form alone",
        metric="probe accuracy",
        arm="WPC",
        baseline=("WPC, spectral", "norm of the form alone"),
        equal=("steps", "pairs"),
        at=GRID | {"cells": 9, "n_train": 5000},
        smallest=0.02,
    ),
    Comparison(
        "the bare dependency measure encodes less of nine digits than predictive coding with it",
        metric="probe accuracy",
        arm="WPC",
        baseline="WDM",
        equal=("steps", "pairs"),
        at=GRID | {"cells": 9, "n_train": 5000},
        smallest=0.02,
    ),
    Trend(
        "the gain over InfoNCE on nine digits is smaller for a convolutional encoder than an MLP",
        metric="gain over CPC",
        arm="WPC",
        over="convolutional",
        direction="decreasing",
        smallest=0.02,
        published=CURVE,
    ),
    Bound(
        "no critic's InfoNCE exceeds log n, whatever the pictures share",
        arm="CPC",
        measured="InfoNCE over log n, training pairs",
        at_most=1.0,
        tolerance=1e-9,
    ),
    Bound(
        "sixty-four pairs are enough for the exact measure to find the classes dependent",
        arm="I_W of the classes",
        measured="p-value",
        at_most=0.05,
        at={"layout": "spatial"},
    ),
    Trend(
        "the dependency measure of the classes goes on growing where InfoNCE has its ceiling",
        metric="dependency, debiased",
        arm="I_W of the classes",
        over="cells",
        at={"layout": "spatial"},
        smallest=0.05,
    ),
]
SEED = ("data", "initialisation")
COMMON = {"cells": (1, 4, 9), "n_probe": 1500, "n_measured": 64, "n_permutations": 99}
COMMON |= {"n_train": 5000, "sizes": (500, 20_000), "batches": (16, 128), "others": OTHERS}
PENALTIES, RATES = {"penalty": (0.1, 1.0, 10.0)}, {"learning_rate": (3e-4, 1e-3, 3e-3)}
TUNED = {"WPC": PENALTIES, "WDM": PENALTIES, "CPC": RATES}
TUNED |= {"WPC, spectral": RATES, "norm of the form alone": RATES}
CHOSEN_FOR = {"WPC, one-sided": "WPC", "DV": "CPC", "NWJ": "CPC", "JSD": "CPC"}
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options=COMMON
        | {"data": "digits", "cell": 8, "width": 32, "steps": 12, "tuned": {}, "cells": (1, 4)}
        | {"n_train": 300, "sizes": (100,), "batches": (16,), "n_probe": 200}
        | {"n_measured": 16, "n_permutations": 19, "convolutional": ()},
    ),
    "demo": Setting(
        n_seeds=3,
        varies=SEED,
        options=COMMON
        | {"data": "mnist", "cell": 7, "width": 256, "steps": 200, "tuned": {}}
        | {"sizes": (500,), "batches": (), "others": ("WDM", "WPC, spectral", "supervised")}
        | {"n_permutations": 19, "convolutional": ()},
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options=COMMON
        | {"data": "mnist", "cell": 7, "width": 256, "steps": 450, "tuned": TUNED}
        | {"convolutional": ("spatial", "stacked")},
    ),
    "full": Setting(
        n_seeds=5,
        varies=SEED,
        options=COMMON
        | {"data": "mnist", "cell": 28, "width": 512, "steps": 20_000, "tuned": TUNED}
        | {"convolutional": ("spatial", "stacked")},
    ),
}  # fmt: skip


def prepare(setting: Setting, data: str | None = None) -> Pool:
    """Load the digits, and choose a penalty or a learning rate for each arm of a claim.

    Three tries an arm, on validation digits of a seed that no trial has, by the probe on the
    largest grid.
    """
    pool = read_pool(setting, data)
    judged = task(
        pool, setting, 2**32, "spatial", max(setting["cells"]), setting["n_train"], "validation"
    )
    chosen = {}
    for arm, tries in setting["tuned"].items():
        for name, values in tries.items():
            accuracies = [
                probe_accuracies(
                    learn(arm, judged, setting, 2**32, "MLP", 64, **{name: value}).encoder, judged
                ).mean()
                for value in values
            ]
            chosen[arm] = {name: values[int(np.argmax(accuracies))]}
    return replace(pool, chosen=chosen)


def trial(setting: Setting, seed: int, context: Pool) -> Iterator[Record]:
    """Train every arm on every task of the plan, probe it; measure the dependency of the pairs."""
    found: dict[tuple[str, str, str, int], float] = {}
    for layout, encoder, cells, batch, n_train, names in plan(setting):
        pairs = task(context, setting, seed, layout, cells, n_train, "test")
        at = {"layout": layout, "encoder": encoder, "cells": cells}
        for arm in names:
            learned = learn(
                arm,
                pairs,
                setting,
                seed,
                encoder,
                batch,
                **context.chosen.get(CHOSEN_FOR.get(arm, arm), {}),
            )
            rows = told(
                arm, learned, pairs, setting, batch, at | {"batch": batch, "n_train": n_train}
            )
            yield from rows
            if (batch, n_train) == (64, setting["n_train"]) and arm in ("WPC", "CPC"):
                by_cell = probe_accuracies(learned.encoder, pairs)
                found[arm, layout, encoder, cells] = float(by_cell.mean())
                if (layout, encoder, cells) == ("spatial", "MLP", max(setting["cells"])):
                    yield Artifact(f"cells of {arm}", {"accuracy": by_cell})
    for arm, choice in context.chosen.items():
        for name, value in choice.items():
            yield Row(arm, f"chosen {name}", value, "1", selected_on="validation")
    yield from _differences(found)
    yield from dependencies(setting, seed, context)


def plan(setting: Setting) -> list[tuple[str, str, int, int, int, tuple[str, ...]]]:
    """Return the tasks: layout, encoder, cells, batch, training pairs, and the arms that learn it."""
    both, most, n_train = ("WPC", "CPC"), max(setting["cells"]), setting["n_train"]
    return [
        *(("spatial", "MLP", cells, 64, n_train, both) for cells in setting["cells"]),
        ("spatial", "MLP", most, 64, n_train, tuple(setting["others"])),
        *(("spatial", "MLP", most, batch, n_train, both) for batch in setting["batches"]),
        *(("spatial", "MLP", most, 64, size, both) for size in setting["sizes"]),
        *((layout, "ConvNet", most, 64, n_train, both) for layout in setting["convolutional"]),
        ("halves", "MLP", 1, 64, n_train, both),
    ]


def _differences(found: Mapping[tuple[str, str, str, int], float]) -> Iterator[Record]:
    """Yield the drops from one cell to nine, and the gains over CPC on nine."""
    for arm in ("WPC", "CPC"):
        ends = [found.get((arm, "spatial", "MLP", cells)) for cells in (1, 9)]
        if None not in ends:
            yield Row(arm, "drop from one cell to nine", ends[0] - ends[1], "1")  # type: ignore[operator]
    for at, (layout, encoder) in enumerate((("spatial", "MLP"), ("spatial", "ConvNet"))):
        pair = [found.get((arm, layout, encoder, 9)) for arm in ("WPC", "CPC")]
        if None not in pair:
            yield Row("WPC", "gain over CPC", pair[0] - pair[1], "1", {"convolutional": at})  # type: ignore[operator]


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Accuracy over cells and sweeps, arm by arm and cell by cell; the measure and its ceiling."""
    return {
        "sweeps": draw_sweeps(rows),
        "arms": draw_arms(rows, arms),
        "cells": draw_cells(artifacts),
        "measure": draw_measure(rows),
    }
