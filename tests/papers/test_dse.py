"""The experiment on diffusion spectral entropy, at its smallest size."""

import numpy as np
import pandas as pd
import pytest
import torch

from infomax.lab.contract import Artifact, Row, Setting, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.networks import MLP
from infomax.papers import dse
from infomax.papers._dse_estimators import neural_information, quietly, radius
from infomax.papers._dse_manifolds import cloud, rank_correlation
from infomax.papers._dse_training import _TwoCrops, accuracies, split

SETTING = dse.settings["smoke"]


@pytest.fixture(scope="module")
def pool():
    return dse.prepare(SETTING)


@pytest.fixture(scope="module")
def smoke(pool):
    return list(dse.trial(SETTING, 0, pool))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def only(rows: pd.DataFrame, **wanted) -> pd.Series:
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    return rows["value"]


def test_every_regime_is_measured_at_every_snapshot(rows):
    for regime in dse.ALL:
        for bandwidth in ("10", "median"):
            curve = rows[(rows["arm"] == regime) & (rows["bandwidth"] == bandwidth)]
            for metric in ("entropy", "information about labels", "information about inputs"):
                steps = curve.loc[curve["metric"] == metric, "step"]
                assert sorted(steps) == list(SETTING["snapshots"])


def test_the_ends_of_a_curve_are_what_the_claims_read(rows):
    for bandwidth in ("10", "median"):
        curve = rows[(rows["arm"] == "supervised") & (rows["bandwidth"] == bandwidth)]
        entropy = only(curve[curve["metric"] == "entropy"].sort_values("step"))
        ends = only(curve[curve["metric"] == "entropy, start and end"].sort_values("trained"))
        assert ends.tolist() == [entropy.iloc[0], entropy.iloc[-1]]
        about = only(curve[curve["metric"] == "information about labels"].sort_values("step"))
        rise = only(curve, metric="rise of information about labels").item()
        assert rise == pytest.approx(about.iloc[-1] - about.iloc[0], abs=1e-12)


def test_arms_of_a_comparison_take_the_same_steps(smoke):
    steps = {}
    for record in smoke:
        if isinstance(record, Spend) and record.resource == "steps":
            steps.setdefault(record.at["network"], set()).add(record.amount)
    assert steps == {"MLP": {10.0 * SETTING["snapshots"][-1]}}


def test_regimes_begin_at_the_same_network(rows):
    begin = rows[(rows["metric"] == "radius") & (rows["step"] == 0)]
    assert begin["value"].nunique() == 1


def test_the_starts_differ_by_a_nat_at_sigma_10_and_by_nothing_once_scale_is_out(rows):
    at_start = rows[rows["metric"] == "entropy at the start"].set_index(["arm", "bandwidth"])[
        "value"
    ]
    low, high = dse.STARTS
    assert at_start[high, "10"] - at_start[low, "10"] > 0.5  # a nat on the seed that chose them
    assert at_start[high, "median"] == pytest.approx(at_start[low, "median"], abs=1e-3)


def test_a_seed_measures_pictures_that_it_did_not_train_on(pool):
    data = split(pool, SETTING, 0)
    seen = {tuple(row) for row in data.x.flatten(1).tolist()}
    assert len(data.x) == SETTING["n_train"]
    assert len(data.probe) == SETTING["n_measured"]
    assert not seen & {tuple(row) for row in data.probe.flatten(1).tolist()}
    assert sorted(data.shuffled.tolist()) == sorted(data.y.tolist())
    assert (data.shuffled == data.y).double().mean() < 0.2
    assert not torch.equal(data.x, split(pool, SETTING, 1).x)


def test_two_crops_prefer_partners():
    class Same(torch.nn.Module):
        def forward(self, x):
            return torch.cat([torch.eye(4), torch.eye(4)])[: len(x)]

    class Strangers(torch.nn.Module):
        def forward(self, x):
            return torch.cat([torch.eye(4), torch.eye(4).roll(1, 0)])[: len(x)]

    batch = (torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0)),)
    matched, crossed = (float(_TwoCrops(0)(model, batch)) for model in (Same(), Strangers()))
    assert matched == pytest.approx(np.log(np.exp(2) + 6) - 2, abs=1e-5)
    assert crossed == pytest.approx(np.log(np.exp(2) + 6), abs=1e-5)


def test_crops_keep_shape_and_range_and_a_constant_picture():
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(5, 1, 8, 8, generator=generator)
    crops = _TwoCrops(0)._crop(pictures)
    assert crops.shape == pictures.shape
    assert crops.min() >= pictures.min() - 1e-6
    assert crops.max() <= pictures.max() + 1e-6
    constant = torch.full((2, 1, 8, 8), 0.3)
    torch.testing.assert_close(_TwoCrops(0)._crop(constant), constant)


def test_accuracy_without_labels_is_that_of_a_linear_reader(pool):
    data = split(pool, SETTING, 0)
    model = MLP(64, (64, 64), 10, random_state=0)
    inside, outside = accuracies("self-supervised", model, data)
    assert inside > 0.5
    assert outside > 0.4
    assert accuracies("supervised", model, data)[1] < 0.3


@pytest.mark.parametrize(
    ("family", "size", "dimensions"), [("cube", 3, 3), ("roll", 3, 4), ("tree", 5, 5)]
)
def test_clouds_are_isometric_images_without_noise(family, size, dimensions):
    points = cloud(family, size, 200, 30, 0.0, np.random.default_rng(0))
    assert points.shape == (200, 30)
    assert np.linalg.matrix_rank(points, tol=1e-8) == dimensions
    noisy = cloud(family, size, 200, 30, 0.5, np.random.default_rng(0))
    assert (noisy - points).std() == pytest.approx(0.5, rel=0.05)


def test_a_cloud_needs_room():
    with pytest.raises(ValueError, match="`ambient` must be at least 6 for a cube of 6, got 5"):
        cloud("cube", 6, 10, 5, 0.0, np.random.default_rng(0))


def test_rank_correlation_of_constants_is_zero():
    assert rank_correlation([1, 2, 3], [5.0, 6.0, 9.0]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [2.0, 2.0, 2.0]) == 0
    assert rank_correlation([1, 2, 3], [3.0, 2.0, 1.0]) == pytest.approx(-1)


def test_neural_estimate_leaves_dead_units_out():
    rng = np.random.default_rng(0)
    labels = np.arange(400) % 2
    z = np.stack([labels + 0.05 * rng.normal(size=400), np.zeros(400)], axis=1).astype(np.float32)
    z[300, 1] = 7  # alive among the others alone
    told = neural_information((z[:200], labels[:200]), (z[200:], labels[200:]), 0)
    assert 0.5 < told < np.log(2) + 0.1


def test_measures_that_warn_or_diverge_are_taken_quietly():
    from infomax.measures import knn_entropy

    assert quietly(knn_entropy, np.zeros((20, 2))) is None
    assert radius(np.array([[3.0, 4.0], [-3.0, -4.0]])) == 5


def own_folder(folder, n=60):
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 3
    pd.DataFrame({"label": labels}).to_csv(folder / "labels.csv", index=False)
    table = pd.DataFrame({"model": ["good", "fair", "bad"], "accuracy": [0.9, 0.6, 0.3]})
    table.to_csv(folder / "accuracies.csv", index=False)
    for name, spread in (("good", 0.1), ("bad", 5.0)):
        z = np.eye(3)[labels] * 10 + spread * rng.normal(size=(n, 3))
        np.save(folder / f"{name}.npy", z)
    z = pd.DataFrame(np.eye(3)[labels] * 10 + 2 * rng.normal(size=(n, 3)), columns=list("abc"))
    z.to_parquet(folder / "fair.parquet")


def test_own_models_are_ordered_by_what_they_tell_about_labels(tmp_path):
    own_folder(tmp_path)
    setting = Setting(1, options={"n_measured": 48})
    found = list(dse.trial(setting, 0, dse.prepare(setting, str(tmp_path))))
    taus = {(r.arm, r.at.get("bandwidth")): r.value for r in found if isinstance(r, Row)}
    assert taus["DSMI", "median"] == 1
    assert taus["chance", "median"] == 0
    (artifact,) = (r for r in found if isinstance(r, Artifact))
    assert artifact.arrays["accuracy"].tolist() == [0.9, 0.6, 0.3]
    rows = expand(rows_frame([r for r in found if isinstance(r, Row)], 0))
    assert set(dse.figures(rows, {0: {"models": artifact.arrays}})) == {"models"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "labels.csv").unlink(), "`data` must be a folder with labels.csv"),
        (lambda f: (f / "good.npy").unlink(), "`data` must hold good.npy or good.parquet"),
        (lambda f: (f / "labels.csv").write_text("class\n1\n"), "must have the column 'label'"),
        (lambda f: (f / "labels.csv").write_text("label\n1\n"), "finite numbers in 1 rows"),
        (lambda f: (f / "accuracies.csv").write_text("model,accuracy\na,1\n"), "three models or more"),
        (lambda f: np.save(f / "good.npy", np.array([{}])), "allow_pickle|pickle"),
    ],
)  # fmt: skip
def test_folders_that_do_not_fit_are_refused(tmp_path, spoil, message):
    own_folder(tmp_path)
    spoil(tmp_path)
    with pytest.raises(ValueError, match=message):
        dse.prepare(dse.settings["own"], str(tmp_path))
    with pytest.raises(ValueError, match="`data` must be a folder of feature matrices"):
        dse.prepare(dse.settings["own"])


def test_figures_are_drawn_from_rows_and_artifacts(smoke, rows):
    (artifact,) = (r for r in smoke if isinstance(r, Artifact))
    drawn = dse.figures(rows, {0: {"models": artifact.arrays}})
    assert set(drawn) == {"training", "manifolds", "models"}
    labels = {line.get_label() for line in drawn["training"].axes[0].lines}
    assert labels == set(dse.ALL)
