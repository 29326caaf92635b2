"""Runs as `read_run` gives them, made up, with every kind of verdict."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from infomax.lab.claims import Bound, Claim, Comparison, Identity, Published, Trend
from infomax.lab.code_hash import CodeState
from infomax.lab.contract import Row, Setting, Spend
from infomax.lab.folder import Failure
from infomax.lab.frames import expand, rows_frame, spend_frame
from infomax.lab.judge import judge
from infomax.lab.runs import Run
from infomax.lab.verdict import Verdict

SETTING = Setting(
    6, varies=("data", "initialisation"), options={"n_messages": 200, "rates": [0.5, 1.0]}
)
HOSTILE = '</p><script>alert(1)</script> | *bold* `code` & "quotes" <img src=x onerror=alert(2)>'
CLAIMS: tuple[Claim, ...] = (
    Comparison(
        "a greedy code keeps more information at the same rate than a scalar quantiser",
        metric="information", arm="greedy", baseline=("scalar", "scalar, fitted"), equal=("rate",),
        every=("budget",), smallest=0.05, published=Published(0.9, 0.6, "nats", "Fig. 4", "figure"),
    ),
    Comparison(
        "the cheap perturbation does no worse than the dear one by more than 0.02 nats",
        metric="information", arm="greedy", baseline="perturbed", equal=(), mean=("budget",),
        non_inferiority=0.02,
    ),
    Comparison(
        "the perturbed code beats the greedy one", metric="information", arm="perturbed",
        baseline="greedy", equal=(), mean=("budget",), smallest=0.05,
        published=Published(where="Fig. 5", kind="curve"),
    ),
    Comparison(
        "information does not depend on the order of the messages", metric="information",
        arm="greedy", baseline="perturbed", equal=(), mean=("budget",), equivalence=0.2,
    ),
    Comparison(
        "a shuffled code keeps as much", metric="shuffled", arm="greedy", baseline="scalar",
        equal=(), expected="fails",
    ),
    Trend("information grows with the budget", metric="information", arm="greedy", over="budget"),
    Bound(
        "the greedy map lies within h(p2) of the optimum", arm="greedy", measured="gap",
        at_most="guarantee",
    ),
    Identity("the marginal is kept exactly", arm="greedy", metric="marginal", equals=0.0, tolerance=1e-9),
    Comparison(
        "the code holds up on long messages", metric="information", arm="greedy",
        baseline="scalar", equal=(), at={"length": "long"},
    ),
    Comparison(
        "the code is quicker", metric="seconds", arm="greedy", baseline="scalar", equal=("steps",)
    ),
)  # fmt: skip


def fake_records(seed: int) -> tuple[list[Row], list[Spend]]:
    """Return what one trial would give."""
    noise = np.random.default_rng(seed)
    level = {"greedy": 0.8, "perturbed": 0.82, "scalar": 0.6, "scalar, fitted": 0.72}
    rows = [
        Row(arm, "information", mean * budget + 0.03 * noise.normal(), "nats", {"budget": budget})
        for arm, mean in level.items()
        for budget in (0.5, 1.0)
    ]
    rows += [
        Row("greedy", "shuffled", 0.1 + 0.02 * noise.normal(), "nats"),
        Row("scalar", "shuffled", 0.5 + 0.02 * noise.normal(), "nats"),
        Row("greedy", "gap", abs(0.1 * noise.normal()), "nats"),
        Row("greedy", "guarantee", 0.53, "nats"),
        Row("greedy", "marginal", 0.0, "1"),
    ]
    spends = [
        Spend(arm, "rate", 0.9 * budget, budget, {"budget": budget})
        for arm in level
        for budget in (0.5, 1.0)
    ]
    return rows, spends + [Spend(arm, "seconds", float(noise.gamma(2.0))) for arm in level]


def fake_verdicts() -> tuple[Verdict, ...]:
    """Return verdicts of the fake rows: some hold, some do not, one is refused, one not tested."""
    return judge(CLAIMS, *_frames(), SETTING, n_seeds=SETTING.n_seeds)


def fake_run(slug: str, folder: Path, *, scale: str = "laptop", finished: bool = True) -> Run:
    """Return a run with two figures and a failed trial."""
    rows, spend = _frames()
    return Run(
        path=folder,
        slug=slug,
        scale=scale,
        n_seeds=SETTING.n_seeds,
        info={
            "slug": slug, "scale": scale, "n_seeds": SETTING.n_seeds, "n_seeds_differs": False,
            "setting": {
                "n_seeds": SETTING.n_seeds, "n_threads": 1, "varies": list(SETTING.varies),
                "options": dict(SETTING.options),
            },
            "data": None, "command": f"infomax run {slug} --scale {scale} --out results",
            "code": asdict(CodeState("0" * 64, {"infomax/papers/x.py": "1" * 64}, {"numpy": "2.0"})),
            "versions": {"infomax": "0.1.0"}, "started": "2026-11-24T09:00:00+00:00",
            "finished": "2026-11-24T09:30:00+00:00" if finished else None,
        },
        rows=rows if finished else rows[rows["seed"] < 2],
        spend=spend,
        artifacts={},
        failures=(Failure(5, "ValueError: <b>bad</b>", f"Traceback …\n{HOSTILE}"),),
        verdicts=fake_verdicts() if finished else (),
        figures=_figures(folder / "figures") if finished else (),
    )  # fmt: skip


def with_text(run: Run, text: str) -> Run:
    """Return the run with another text of its first claim."""
    return replace(run, verdicts=(replace(run.verdicts[0], text=text), *run.verdicts[1:]))


def _figures(folder: Path) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = (folder / "rate_information.svg", folder / "marginals.svg")
    for path in paths:
        path.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"/>')
    return paths


def _frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    trials = [fake_records(seed) for seed in range(SETTING.n_seeds)]
    rows = pd.concat([rows_frame(rows, seed) for seed, (rows, _) in enumerate(trials)])
    spend = pd.concat([spend_frame(spends, seed) for seed, (_, spends) in enumerate(trials)])
    return expand(rows.reset_index(drop=True)), expand(spend.reset_index(drop=True))
