"""The experiment on inductive bias, at its smallest size."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from infomax.inference import QuadraticForm, noncentral_chi2_logcdf
from infomax.lab.contract import Artifact, Row, Setting, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.papers import inductive_bias as experiment
from infomax.papers._inductive_bias_networks import FITTING, measure_networks
from infomax.papers._inductive_bias_processes import COUNTED, _quantile, random_features
from infomax.papers._inductive_bias_rows import NEEDED, Place
from infomax.papers._inductive_bias_tasks import Pool, drawn, pool, smooth_task

SETTING = experiment.settings["smoke"]


@pytest.fixture(scope="module")
def smoke():
    return list(experiment.trial(SETTING, 0, experiment.prepare(SETTING)))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def needed(rows, arm, **at):
    found = rows[(rows["metric"] == NEEDED) & (rows["arm"] == arm)]
    for name, value in at.items():
        found = found[found[name] == value]
    return found.set_index("share")["value"]


def test_every_space_answers_at_every_target(rows):
    for arm in ("RBF process", "Laplace process", "random features", "MLP", "ConvNet"):
        told = needed(rows, arm, case="digits")
        assert sorted(told.index) == sorted(SETTING["shares"])
        assert told[0.125] > told[0.25] > told[0.5] >= 0


@pytest.mark.parametrize(
    ("arm", "over"),
    [("RBF process", "hypotheses"), ("MLP", "hypotheses"), ("MLP", "test points")],
)
def test_intervals_stand_around_what_is_required(rows, arm, over):
    found = rows[(rows["arm"] == arm) & (rows["case"] == "digits")]
    low, high = (
        found[found["metric"] == f"{NEEDED}, {end} over {over}"].set_index("share")["value"]
        for end in ("low", "high")
    )
    told = needed(rows, arm, case="digits")
    assert 0 < low[0.125] < told[0.125] < high[0.125]
    assert (low <= told).all()
    assert (told <= high).all()


def test_how_many_networks_fit_is_told():
    """All leave twice the variance or less, none nearly nothing, some less than their mean."""
    digits = experiment.prepare(SETTING)["digits"]
    task = drawn(digits, *SETTING["sets"]["digits"], np.random.default_rng([0, 0]))

    def told(share):
        setting = replace(SETTING, options={**SETTING.options, "shares": (share,)})
        found = measure_networks(setting, task, Place(case="digits"), seed=0)
        found = rows_frame([record for record in found if isinstance(record, Row)], 0)
        return found.set_index(["metric", "arm"])["value"]

    most = told(2.0)
    assert most[FITTING].to_dict() == {"MLP": 1, "ConvNet": 1}
    assert told(1e-9)[FITTING].to_dict() == {"MLP": 0, "ConvNet": 0}
    assert 0 < told(most["training error", "MLP"] / task.variance)[FITTING, "MLP"] < 1


def test_the_exact_law_is_what_is_counted(rows):
    counted = rows[rows["metric"] == COUNTED].set_index("arm")["value"]
    assert counted["RBF process, exact"] == pytest.approx(math.log(1000), abs=1e-6)
    assert counted["RBF process, counted"] == pytest.approx(math.log(1000), abs=1.0)


def test_arms_of_a_comparison_use_the_same(smoke):
    spends = {}
    for record in smoke:
        if isinstance(record, Spend) and record.case == "digits":
            spends.setdefault(record.resource, {})[record.arm] = record.amount
    assert set(spends["training rows"].values()) == {200}
    assert spends["models"] == dict.fromkeys(("MLP", "MLP, released error", "ConvNet"), 20)
    assert len(set(spends["epochs"].values())) == 1


def test_the_released_faults_are_seen(rows):
    nats = rows[rows["metric"] == "nats at 1e-100"].set_index("arm")["value"]
    assert nats["law"] > 60 * nats["law, released tail"]
    assert (needed(rows, "MLP, released error") == 0).all()  # errors smaller by the batch
    assert needed(rows, "MLP")[0.125] > 10


def test_a_seed_tests_what_it_did_not_train_on():
    points = Pool(np.arange(50.0)[:, None], np.arange(50.0)[:, None])
    task = drawn(points, 30, 0.4, np.random.default_rng(0))
    assert (len(task.y), len(task.y_test)) == (30, 20)
    assert not set(task.y.ravel()) & set(task.y_test.ravel())
    assert task.x.mean() == pytest.approx(0, abs=1e-12)
    assert task.x.std() == pytest.approx(1)
    assert task.variance == pytest.approx(task.y_test.var())


@pytest.mark.parametrize("k", [1, 3, 8])
def test_smooth_tasks_lie_on_a_plane_of_k_dimensions(k):
    task = smooth_task(k, 300, 200, np.random.default_rng(0))
    assert task.x.shape == (300, 64)
    assert np.linalg.matrix_rank(np.vstack([task.x, task.x_test]), tol=1e-8) == k
    assert task.x.var(axis=0).sum() == pytest.approx(k, rel=0.1)
    many = [smooth_task(k, 2, 30, np.random.default_rng(seed)).y_test for seed in range(150)]
    assert np.mean([(y**2).mean() for y in many]) == pytest.approx(1, abs=0.3)


def test_random_features_make_a_kernel_of_variance_one():
    x = np.random.default_rng(0).normal(size=(20, 5))
    kernel = random_features(x, np.random.default_rng(1))
    assert np.diag(kernel(x, x)).mean() == pytest.approx(1)
    np.testing.assert_allclose(kernel(x, x[:3]), kernel(x[:3], x).T)


def test_quantile_of_a_law():
    law = QuadraticForm(np.full(10, 0.1), np.zeros(10), constant=0.2)
    x = _quantile(law, 1e-3)
    told = noncentral_chi2_logcdf(x - 0.2, 10, 0, scale=0.1)
    assert float(told) == pytest.approx(math.log(1e-3), abs=1e-8)


def test_own_table_and_what_does_not_fit(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("abc"))
    frame.assign(target=np.where(frame["a"] > 0, "yes", "no")).to_csv(tmp_path / "classes.csv")
    classes = pool("own", str(tmp_path / "classes.csv"))
    assert classes.y.shape == (60, 2)
    frame.assign(target=frame["a"]).to_parquet(tmp_path / "numbers.parquet")
    numbers = pool("own", str(tmp_path / "numbers.parquet"))
    assert numbers.y.std() == pytest.approx(1)
    setting = Setting(1, options=dict(SETTING.options) | {"sets": {"own": (0.6, 0.4)}, "shown": "own"}
                      | {"dimensions": (), "rows": (), "n_epochs": 2})  # fmt: skip
    told = list(experiment.trial(setting, 0, {"own": numbers}))
    assert {row.case for row in told if isinstance(row, Row)} == {"own", None}
    frame.to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(ValueError, match="a table with a column 'target', got"):
        pool("own", str(tmp_path / "none.csv"))
    with pytest.raises(ValueError, match="a table with a column 'target', got None"):
        experiment.prepare(experiment.settings["own"])


def test_figures_are_drawn_from_rows_and_artifacts(smoke, rows):
    (artifact,) = (record for record in smoke if isinstance(record, Artifact))
    drawn_figures = experiment.figures(rows, {0: {"tails": artifact.arrays}})
    assert set(drawn_figures) == {"tails", "spaces", "dimension"}
    labels = {line.get_label() for line in drawn_figures["tails"].axes[1].lines}
    assert labels == {"exact", "fitted law", "its tail as released"}
    shaped = rows[rows["metric"] == NEEDED].assign(
        metric=f"{NEEDED} by shape",
        width=32,
        depth=[1, 2, 3] * (rows["metric"] == NEEDED).sum().__floordiv__(3),
    )
    more = experiment.figures(pd.concat([rows, shaped]), {0: {"tails": artifact.arrays}})
    for name, n_panels in (("dimension", 6), ("shapes", 3)):  # each target has its own
        titles = [panel.get_title(loc="left") for panel in more[name].axes]
        assert len(titles) == n_panels
        assert set(titles) == {f"target {share:g} of the variance" for share in SETTING["shares"]}
