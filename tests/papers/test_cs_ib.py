"""The experiment on the Cauchy-Schwarz bottleneck, at its smallest size."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from infomax.lab.contract import Artifact, Row, Setting, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.papers import cs_ib
from infomax.papers._cs_ib_runs import EPSILONS, kernel_kl
from infomax.papers._cs_ib_training import (
    BRANCHES,
    RIVALS,
    UNEVEN,
    branches,
    conditional_gap,
    fit,
    plane,
    rmse,
    split,
    trade_off,
    uneven,
)

SETTING = cs_ib.settings["smoke"]


@pytest.fixture(scope="module")
def tables():
    return cs_ib.prepare(SETTING)


@pytest.fixture(scope="module")
def smoke(tables):
    return list(cs_ib.trial(SETTING, 0, tables))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


@pytest.fixture(scope="module")
def artifacts(smoke):
    return {0: {one.name: one.arrays for one in smoke if isinstance(one, Artifact)}}


def test_every_arm_has_what_the_claims_read(rows):
    plain = rows[rows["metric"] == "RMSE"]
    assert set(plain["arm"]) == set(RIVALS)
    attacked = rows[rows["metric"] == "RMSE under FGSM"]
    assert sorted(set(attacked["epsilon"])) == list(EPSILONS)
    assert set(rows.loc[rows["metric"] == "RMSE under PGD", "epsilon"]) == {0.3}
    told = rows[rows["metric"] == "conditional divergence"]
    assert set(told["arm"]) == set(RIVALS)
    assert set(told["case"]) == {BRANCHES, UNEVEN}
    kept = rows[rows["metric"] == "kept of the input"]
    assert len(kept) == len(RIVALS) * SETTING["n_weights"]


def test_arms_take_the_same_steps(smoke):
    steps = {}
    for record in smoke:
        if isinstance(record, Spend) and record.resource == "steps":
            steps.setdefault(record.case, set()).add(record.amount)
    assert set(steps) == {"diabetes", BRANCHES, UNEVEN}
    assert all(len(amounts) == 1 for amounts in steps.values())
    assert min(min(amounts) for amounts in steps.values()) >= SETTING["n_steps"]


def test_the_released_term_on_vectors_is_squared_error(rows):
    term, error = (
        rows.loc[rows["metric"] == name, "value"].item()
        for name in ("released prediction term", "squared error of the batch")
    )
    assert error > 1
    assert term == pytest.approx(error, rel=1e-12)


def test_the_released_kullback_leibler_divergence_ignores_pairs(rows):
    y = torch.cos(2 + 5 * torch.arange(8.0).double())
    y_hat = y + 0.3 * torch.sin(1 + 3 * torch.arange(8.0).double())
    assert kernel_kl(y, y_hat) == pytest.approx(-0.003562, abs=5e-7)
    assert kernel_kl(y, y) == 0
    names = [f"released KL, predictions {how}" for how in ("as they are", "turned round")]
    as_they_are, turned = (rows.loc[rows["metric"] == name, "value"].item() for name in names)
    assert abs(as_they_are) > 1e-3
    assert turned == pytest.approx(as_they_are, rel=1e-9)


def test_an_attack_hurts(rows):
    attacked = rows[(rows["metric"] == "RMSE under FGSM") & (rows["arm"] == "squared error")]
    assert attacked.sort_values("epsilon")["value"].is_monotonic_increasing


def test_points_find_both_clusters_and_the_gaussian_does_not(rows, artifacts):
    found = rows[rows["metric"] == "divergence from two clusters"].set_index("arm")["value"]
    assert found["CS-IB"] < 0.5 < found["Gaussian by KL"]
    points = artifacts[0]["toy"]["points"]
    assert 0.25 < (points.sum(1) > 0).mean() < 0.75


def test_a_split_standardises_by_its_training_part_and_overlaps_nowhere(tables):
    data = split(tables[0], SETTING, 0)
    sizes = [len(part[0]) for part in (data.train, data.validation, data.test)]
    assert sizes == [160, 40, 50]
    x, y = data.train
    torch.testing.assert_close(x.mean(0), torch.zeros(10), atol=1e-5, rtol=0)
    assert float(y.std(correction=0)) == pytest.approx(1, abs=1e-5)
    everyone = [tuple(row) for part in (data.train, data.test) for row in part[0].tolist()]
    assert len(set(everyone)) == 210
    assert not torch.equal(x, split(tables[0], SETTING, 1).train[0])


def test_arms_begin_at_the_same_network(tables):
    data = split(tables[0], SETTING, 0)
    none = Setting(1, options=dict(SETTING.options) | {"learning_rate": 1e-12})
    errors = {
        rmse(fit(rival, rival.weights[0], data, none, 0), data.test) for rival in RIVALS.values()
    }
    assert max(errors) - min(errors) < 1e-6


def test_branches_have_no_mass_in_the_middle():
    table = branches(500, np.random.default_rng(0))
    assert np.abs(table.y).min() > 0.1
    assert 0.4 < (table.y > 0).mean() < 0.6


def test_noise_grows_tenfold():
    table = uneven(20_000, np.random.default_rng(0))
    x, noise = table.X[:, 0], table.y - np.sin(3 * table.X[:, 0])
    assert noise[x < -0.95].std() == pytest.approx(0.1 * 10**0.0125, rel=0.1)
    assert noise[x > 0.95].std() == pytest.approx(10**-0.0125, rel=0.1)


def test_two_branches_are_learned_by_the_divergence_alone():
    longer = Setting(
        1, options=dict(SETTING.options) | {"n_steps": 150, "n_rows": 600, "n_hidden": 32}
    )
    data = split(branches(600, np.random.default_rng(0)), longer, 0)
    gaps = {
        arm: conditional_gap(
            fit(RIVALS[arm], RIVALS[arm].weights[0], data, longer, 0), data.test, 0
        )
        for arm in ("CS-IB", "squared error")
    }
    assert gaps["CS-IB"] < gaps["squared error"] - 1


def test_the_trade_off_is_an_area():
    assert trade_off([(0.5, 1.0)]) == pytest.approx(0.5)
    assert trade_off([(0.5, 1.0), (0.0, 0.4)]) == pytest.approx(0.2 + 0.5)
    assert trade_off([(0.2, 1.0), (0.6, 0.5)]) == pytest.approx(0.8)  # the second adds nothing
    assert trade_off([(0.3, -2.0)]) == 0


def test_the_plane_reads_the_error_of_the_model(tables):
    data = split(tables[0], SETTING, 0)
    found = fit(RIVALS["NIB"], 0.1, data, SETTING, 0, watched=True)
    kept, told = plane(found, data.test)
    assert 0 < kept <= 1.1
    expected = 0.5 * math.log(float(data.test[1].var(correction=0)) / rmse(found, data.test) ** 2)
    assert told == pytest.approx(expected)
    assert found.errors[-1] == pytest.approx(rmse(found, data.test))
    with torch.no_grad():
        once, again = (found.draw(data.test[0], 0) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, found.predict(data.test[0]).detach())


def test_figures_are_drawn_from_rows_and_artifacts(rows, artifacts):
    drawn = cs_ib.figures(rows, artifacts)
    assert set(drawn) == {"planes", "attacks", "faults", "toy"}
    labels = {line.get_label() for line in drawn["attacks"].axes[0].lines}
    assert labels == set(RIVALS)


def test_a_file_of_ones_own_is_compared_on(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=60), "sky": rng.choice(["grey", "blue"], 60)})
    frame["target"] = frame["a"] + (frame["sky"] == "grey")
    frame.to_csv(tmp_path / "own.csv", index=False)
    (table,) = cs_ib.prepare(cs_ib.settings["own"], str(tmp_path / "own.csv"))
    assert table.feature_names == ("a", "sky=grey")
    assert table.X.shape == (60, 2)
    with pytest.raises(ValueError, match="`data` must be a file of columns, the target last"):
        cs_ib.prepare(cs_ib.settings["own"])
