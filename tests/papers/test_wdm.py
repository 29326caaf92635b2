"""The experiment on the Wasserstein dependency measure, at its smallest size."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from infomax.lab.contract import Artifact, Row, Setting, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.papers import wdm
from infomax.papers._wdm_data import Pool, read_pool, task
from infomax.papers._wdm_measure import dependencies
from infomax.papers._wdm_training import (
    Learned,
    learn,
    probe_accuracies,
    share_of_log_n,
    slope_of,
)

SETTING = wdm.settings["smoke"]


@pytest.fixture(scope="module")
def pool():
    return wdm.prepare(SETTING)


@pytest.fixture(scope="module")
def smoke(pool):
    return list(wdm.trial(SETTING, 0, pool))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def test_every_arm_learns_every_task_of_the_plan(smoke, rows):
    probed = rows[rows["metric"] == "probe accuracy"]
    wanted = sum(len(names) for *_, names in wdm.plan(SETTING))
    assert len(probed) == wanted
    assert set(probed["arm"]) | set(rows.loc[rows["metric"] == "p-value", "arm"]) == set(wdm.arms)
    points = [
        record for record in smoke if isinstance(record, Spend) and record.resource == "steps"
    ]
    assert {point.amount for point in points} == {SETTING["steps"]}
    assert len(points) == wanted - 1  # nothing is spent on a random encoder


def test_a_seed_probes_digits_that_no_arm_saw(pool):
    split = pool.split(3)
    seen = {digit.tobytes() for digit in split["train"].pixels}
    for name in ("validation", "test"):
        assert not seen & {digit.tobytes() for digit in split[name].pixels}
    assert sum(len(part.labels) for part in split.values()) == len(pool.labels)
    assert not np.array_equal(split["test"].labels, pool.split(4)["test"].labels)


def test_halves_show_two_sides_of_one_digit(pool):
    pairs = task(pool, SETTING, 0, "halves", 1, 20, "test").train
    assert pairs.x.shape == pairs.y.shape == (20, 1, 8, 4)
    stacked = task(pool, SETTING, 0, "stacked", 4, 20, "test").train
    assert stacked.x.shape == (20, 4, 8, 8)


def test_the_probe_reads_what_is_there_and_only_that(pool):
    found = task(pool, SETTING, 0, "spatial", 4, 300, "test")

    class FirstCell(torch.nn.Module):
        def forward(self, x):
            return x[:, 0, :8, :8].flatten(1)

    class Nothing(torch.nn.Module):
        def forward(self, x):
            return torch.ones(len(x), 3)

    by_cell = probe_accuracies(FirstCell(), found)
    assert by_cell[0] > 0.75
    assert by_cell[1:].max() < 0.25
    assert probe_accuracies(Nothing(), found).max() < 0.25


def test_where_a_critic_stands(pool):
    class Plane(torch.nn.Module):
        def __init__(self, scale):
            super().__init__()
            self.scale = scale

        def forward(self, x, y):
            same = torch.eye(len(x))
            return self.scale * same + 3 * x.flatten(1)[:, :1] + 4 * y.flatten(1)[:, :1].T

    pairs = task(pool, SETTING, 0, "spatial", 1, 200, "test").train
    assert slope_of(Plane(0.0), pairs) == pytest.approx(5)
    assert share_of_log_n(Plane(100.0), pairs, 64) == pytest.approx(1)
    told = share_of_log_n(Plane(0.0), pairs, 64)
    assert -0.2 < told < 1e-6


def test_penalised_critics_are_flatter_and_arms_differ(pool):
    setting = Setting(3, options=dict(SETTING.options) | {"steps": 60})
    found = task(pool, setting, 0, "spatial", 4, 300, "test")
    learned = {
        arm: learn(arm, found, setting, 0, "MLP", 32, penalty=10.0, learning_rate=3e-3)
        for arm in ("WPC", "CPC", "WPC, spectral", "norm of the form alone")
    }
    slopes = {arm: slope_of(end.critic, found.test) for arm, end in learned.items()}
    assert slopes["WPC"] < 0.5 * slopes["CPC"]
    form = learned["norm of the form alone"].critic.form
    assert torch.linalg.matrix_norm(form, 2).item() == pytest.approx(1, abs=1e-5)
    assert len({round(slope, 6) for slope in slopes.values()}) == 4


def test_convolutions_take_grids_and_channels(pool):
    for layout in ("spatial", "stacked"):
        found = task(pool, SETTING, 0, layout, 4, 60, "test")
        learned = learn("WPC", found, SETTING, 0, "ConvNet", 16)
        assert isinstance(learned, Learned)
        assert np.isfinite(probe_accuracies(learned.encoder, found)).all()


def test_choices_are_made_on_validation_digits_and_kept_in_rows(pool):
    options = dict(SETTING.options) | {"rates": (1e-9, 3e-3), "steps": 40, "others": ("DV",)}
    setting = Setting(3, options=options | {"cells": (1,), "sizes": (), "batches": ()})
    chosen = wdm.prepare(setting).chosen
    assert set(chosen) == {("WPC", "MLP", 1), ("CPC", "MLP", 1)}
    assert chosen["CPC", "MLP", 1] == 3e-3  # the other leaves the encoder as it began
    found = wdm.trial(setting, 0, replace(pool, chosen=chosen))
    rows = [r for r in found if isinstance(r, Row) and r.metric.startswith("chosen")]
    assert {(r.arm, r.metric, r.selected_on) for r in rows} == {
        ("CPC", "chosen learning rate", "validation"),
        ("WPC", "chosen learning rate", "validation"),
    }


def test_the_ends_of_the_grid_make_the_drop_and_the_gain():
    found = {
        ("WPC", "spatial", "MLP", 1): 0.9,
        ("WPC", "spatial", "MLP", 9): 0.5,
        ("CPC", "spatial", "MLP", 1): 0.8,
        ("CPC", "spatial", "MLP", 9): 0.3,
        ("WPC", "spatial", "ConvNet", 9): 0.6,
        ("CPC", "spatial", "ConvNet", 9): 0.5,
    }
    told = {(r.arm, r.metric, r.at.get("convolutional")): r.value for r in wdm._differences(found)}
    assert told == pytest.approx(
        {
            ("WPC", "drop from one cell to nine", None): 0.4,
            ("CPC", "drop from one cell to nine", None): 0.5,
            ("WPC", "gain over CPC", 0): 0.2,
            ("WPC", "gain over CPC", 1): 0.1,
        }
    )


def test_the_measure_finds_classes_dependent_and_knows_the_law(pool):
    setting = Setting(3, options=dict(SETTING.options) | {"cells": (1,), "n_measured": 40})
    told = {(r.arm, r.metric): r.value for r in dependencies(setting, 0, pool)}
    assert told["I_W of the classes", "p-value"] == pytest.approx(0.05)
    assert told["I_W of the classes", "dependency of all pairs"] == pytest.approx(0.9)
    assert told["I_W of the classes", "dependency"] == pytest.approx(0.9, abs=0.08)


def test_own_pictures_come_from_a_file(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "own.npz"
    np.savez(path, pixels=rng.integers(0, 200, (90, 6, 6)), labels=np.arange(90) % 3)
    pool = read_pool(SETTING, str(path))
    assert isinstance(pool, Pool)
    assert pool.pixels.max() == 1
    assert task(pool, SETTING, 0, "spatial", 4, 5, "test").train.x.shape == (5, 1, 12, 12)
    np.savez(path, pixels=np.ones((3, 2, 2)))
    with pytest.raises(ValueError, match="`data` must hold the array 'labels'"):
        read_pool(SETTING, str(path))
    with pytest.raises(ValueError, match="`data` must be a file"):
        read_pool(SETTING, str(tmp_path))


def test_figures_are_drawn_from_rows_and_artifacts(smoke, rows):
    arrays = {r.name: r.arrays for r in smoke if isinstance(r, Artifact)}
    drawn = wdm.figures(rows, {0: arrays})
    assert set(drawn) == {"sweeps", "arms", "cells", "measure"}
    labels = {line.get_label() for line in drawn["sweeps"].axes[0].lines}
    assert labels == {"WPC", "CPC"}
    assert len(drawn["cells"].axes[0].texts) == 4
