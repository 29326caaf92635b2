import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.control import GridWorld
from infomax.lab.contract import Artifact, Row, Spend, experiment_from
from infomax.lab.frames import expand, rows_frame, spend_frame
from infomax.lab.judge import judge
from infomax.measures import entropy
from infomax.papers import mec_b
from infomax.papers._mec_b_brute_force import brute_force
from infomax.papers._mec_b_laws import own, resampled_counts

BITS = math.log(2)


@pytest.fixture(scope="module")
def smoke():
    setting = mec_b.settings["smoke"]
    context = mec_b.prepare(setting)
    return {seed: list(mec_b.trial(setting, seed, context)) for seed in range(setting.n_seeds)}


def _frames(records):
    import pandas as pd

    rows, spend = (
        pd.concat(
            [
                make([r for r in found if isinstance(r, kind)], seed)
                for seed, found in records.items()
            ],
            ignore_index=True,
        )
        for make, kind in ((rows_frame, Row), (spend_frame, Spend))
    )
    return expand(rows), expand(spend)


def test_every_claim_is_judged_at_the_smallest_size(smoke):
    experiment = experiment_from(mec_b)
    verdicts = judge(
        experiment.claims, *_frames(smoke), experiment.setting("smoke"), n_seeds=len(smoke)
    )
    assert len(verdicts) == len(mec_b.claims)
    for verdict in verdicts:
        assert verdict.outcome not in ("refused", "not tested at this scale"), verdict.reason


def test_theorems_hold_at_the_smallest_size(smoke):
    bounds = [claim for claim in mec_b.claims if type(claim).__name__ == "Bound"]
    verdicts = judge(bounds, *_frames(smoke), mec_b.settings["smoke"], n_seeds=len(smoke))
    assert [verdict.outcome for verdict in verdicts] == ["holds"] * len(bounds)


def test_every_arm_takes_part(smoke):
    assert {row.arm for row in smoke[0] if isinstance(row, Row)} == set(mec_b.arms)


def test_law_same_seed_same_rows(smoke):
    setting = mec_b.settings["smoke"]
    again = list(mec_b.trial(setting, 1, mec_b.prepare(setting)))
    kept = [r for r in smoke[1] if not isinstance(r, Artifact)]
    assert [r for r in again if not isinstance(r, Artifact)] == kept


def test_figures_are_drawn(smoke):
    artifacts = {
        seed: {r.name: r.arrays for r in records if isinstance(r, Artifact)}
        for seed, records in smoke.items()
    }
    figures = mec_b.figures(_frames(smoke)[0], artifacts)
    assert set(figures) == {"information", "frontier", "belief"}
    for figure in figures.values():
        assert all(axes.lines for axes in figure.axes)


def test_closed_form_brute_force_on_the_published_source():
    p = np.array([0.7, 0.2, 0.1])
    maps = [entropy([0.9, 0.1]), entropy([0.8, 0.2]), entropy([0.7, 0.3]), entropy(p)]
    np.testing.assert_allclose(brute_force(p, np.array(maps)), maps, atol=1e-9)
    bits = np.array([0.46, 0.5, 0.6, 0.87, 0.9, 0.95, 1.0])
    perturbed = [0.441484, 0.476066, 0.510511, 0.826328, 0.884789, 0.899580, 0.921421]
    np.testing.assert_allclose(brute_force(p, bits * BITS) / BITS, perturbed, atol=1e-6)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_law_brute_force_stays_below_the_rate_and_rises(seed):
    p = np.random.default_rng(seed).dirichlet(np.ones(3))
    budgets = np.linspace(0.1, 1, 7) * entropy(p)
    found = brute_force(p, budgets, n_steps=60)
    assert (found <= budgets + 1e-9).all()
    assert (np.diff(found) >= 0).all()


def test_closed_form_reward_of_a_straight_walk():
    world = GridWorld((1, 4), start=(0, 1), trap=(0, 0), obstacles=[], noise=0)
    policy = np.zeros((4, 4))
    policy[:, 1] = 1
    assert mec_b.reward_of(world, policy, 10) == pytest.approx(0.95**2)
    assert mec_b.reward_of(world, policy, 1) == 0
    policy[:, [1, 3]] = 0.5  # left at once: the trap; right twice: the goal
    expected = (-0.5 * 0.95 + 0.25 * 0.95**2) / (1 - 0.25 * 0.95**2)
    assert mec_b.reward_of(world, policy, 500) == pytest.approx(expected)


def test_own_files_are_read(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("source,output\n10,3\n20,5\n30,\n")
    setting = mec_b.settings["own"]
    context = mec_b.prepare(setting, str(path))
    generator = np.random.default_rng(0)
    assert context.sources["source"](generator).shape == (3,)
    assert context.targets["target"](generator).shape == (2,)
    plain = tmp_path / "counts.tsv"
    plain.write_text("10\t3\n20\t5\n")
    assert own(str(plain)).sources["source"](generator).shape == (2,)


@pytest.mark.parametrize(
    "text",
    [
        "1\n2\n",
        "0.5,0.5\n0.5,0.5\n",
        "a,b\nc,d\n",
        "-1,2\n3,4\n",
        "0,1\n0,2\n",
        "0,1\n5,2\n",
        "x,y\n",
    ],
)
def test_bad_files_are_refused(tmp_path, text):
    path = tmp_path / "counts.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match="`data`"):
        own(str(path))


def test_law_resampled_counts_are_a_law():
    draw = resampled_counts(np.array([3, 0, 7]))
    drawn = draw(np.random.default_rng(0))
    assert drawn.sum() == pytest.approx(1)
    assert drawn[1] == 0
