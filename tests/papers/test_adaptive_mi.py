"""The experiment on adaptive estimators, at its smallest size."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.io import savemat
from torch.nn import functional as F

from infomax.data.tishby_12bit import tishby_12bit
from infomax.lab.contract import Artifact, Row, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.measures import binned_information, compression_score
from infomax.networks import Batches, train
from infomax.papers import adaptive_mi
from infomax.papers._adaptive_mi_estimators import (
    change_when_scaled,
    plane,
    released_limit,
    ruler,
    rulers_of,
)
from infomax.papers._adaptive_mi_networks import ACTIVATIONS, Layered, Plan, Task, learn
from infomax.papers._adaptive_mi_runs import PENALTY, Scored, _correlations, draw

SETTING = adaptive_mi.settings["smoke"]
OPTIONS = SETTING["cases"]["digits"]


@pytest.fixture(scope="module")
def pictures():
    return adaptive_mi.prepare(SETTING)["digits"]


@pytest.fixture(scope="module")
def smoke(pictures):
    return list(adaptive_mi.trial(SETTING, 0, {"digits": pictures}))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def test_every_ruler_scores_every_hidden_layer(rows):
    scores = rows[rows["metric"] == "compression score"]
    for activation in OPTIONS["activations"]:
        for name in rulers_of(activation):
            here = scores[(scores["arm"] == name) & (scores["activation"] == activation)]
            assert sorted(here["layer"]) == [1, 2, 3]
            assert here["value"].between(0, 1).all()


def test_rulers_that_follow_the_scale_do_not_see_it_and_others_do(rows):
    changes = rows[rows["metric"] == "change when scaled"].groupby("arm")["value"].max()
    assert changes["adaptive bins"] == 0
    assert changes["scale-free noise"] < 1e-9
    assert changes["layer bins"] < 1e-9
    assert changes["released noise"] > 0.5
    assert changes["adaptive noise"] > 0.01  # its variance grows with the scale, not its square


def test_arms_with_and_without_penalty_take_the_same_steps(smoke):
    steps = {r.arm: r.amount for r in smoke if isinstance(r, Spend) and r.resource == "steps"}
    assert steps == {"with L2": 96.0, "without L2": 96.0}
    inputs = {r.arm: r.amount for r in smoke if isinstance(r, Spend) and r.resource == "inputs"}
    assert inputs["adaptive bins"] == inputs["fixed bins"] == 400
    assert inputs["adaptive noise"] == inputs["released noise"] == 150


def test_artifacts_hold_every_plane_and_network(smoke):
    kept = {record.name: record.arrays for record in smoke if isinstance(record, Artifact)}
    shape = kept["planes of digits"]["ReLU, adaptive bins"].shape
    assert shape == (5, 4, 2)
    assert kept["networks of digits"]["score"].shape == (18, 4)
    drawn = adaptive_mi.figures(
        expand(rows_frame([r for r in smoke if isinstance(r, Row)], 0)), {0: kept}
    )
    assert set(drawn) == {"planes", "penalty", "accuracy", "faults"}


def test_a_draw_splits_and_measures_what_it_says(pictures):
    task = draw(pictures, OPTIONS, 0)
    assert task.x.shape == (1400, 64)
    assert task.n_train == 1000
    assert task.probe.shape == (400, 64)
    rows = {tuple(row): int(label) for row, label in zip(task.x.tolist(), task.y, strict=True)}
    assert all(
        rows[tuple(x)] == label for x, label in zip(task.probe.tolist(), task.labels, strict=True)
    )
    bits = draw(None, adaptive_mi.settings["laptop"]["cases"]["12 bits"], 0)
    assert len({tuple(row) for row in bits.x.tolist()}) == len(bits.labels) == 4096
    assert (bits.y != draw(None, adaptive_mi.settings["laptop"]["cases"]["12 bits"], 1).y).any()


def tiny(activation: str = "ReLU") -> tuple[Task, dict, list[Plan]]:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(60, 4, generator=generator)
    y = (x.sum(dim=1) > 2).long()
    options = {"widths": (5, 3), "n_epochs": 6, "n_recorded": 3, "batch_size": 16}
    options |= {"learning_rate": 1e-2}
    plans = [Plan(activation, 0.0, 0), Plan(activation, 0.1, 0), Plan(activation, 0.1, 1)]
    return Task(x, y, 40, x, y.numpy()), options, plans


def test_naive_twin_a_network_trained_and_read_on_its_own():
    task, options, plans = tiny("centred softplus")
    together = learn(task, plans, options, 3)
    first, start, last = (together[1].layers[epoch] for epoch in (0, 0, 6))
    draws = np.random.default_rng([3, 0, 1]).integers(2**62)
    model = Layered((4, 5, 3, 2), plans[1], int(draws))
    z = task.x
    for place, layer in enumerate(list(model.linear)[:-1]):
        z = F.softplus(layer(z)) - math.log(2)
        np.testing.assert_allclose(first[place], z.detach().numpy(), atol=1e-6)

    def loss(model, batch):
        weights = [layer.weight for layer in list(model.linear)[:-1]]
        penalty = 0.1 / 2 * sum((w**2).sum() for w in weights)
        return F.cross_entropy(model(batch[0]), batch[1]) + penalty

    order = np.random.default_rng([3, 0, 2])
    batches = Batches(task.x[:40], task.y[:40], batch_size=16, random_state=order)
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    train(model, batches, loss=loss, n_epochs=6, optimizer=adam)
    with torch.no_grad():
        answers = model.layers(task.x)
    for told, known in zip(last, [*answers[:-1], answers[-1].softmax(dim=1)], strict=True):
        np.testing.assert_allclose(told, known.numpy(), atol=1e-4)
    right = (answers[-1].argmax(dim=1) == task.y).double()
    assert together[1].accuracy == pytest.approx(
        (float(right[:40].mean()), float(right[40:].mean()))
    )
    assert start is not last


def test_networks_of_one_start_begin_alike_and_a_penalty_shrinks_them():
    task, options, plans = tiny()
    free, held, other = learn(task, plans, options, 0)
    np.testing.assert_array_equal(free.layers[0][0], held.layers[0][0])
    assert np.abs(free.layers[0][0] - other.layers[0][0]).max() > 0.01
    assert np.abs(held.layers[6][1]).mean() < np.abs(free.layers[6][1]).mean()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_first_weights_have_the_authors_gain(activation):
    layer = Layered((400, 300, 2), Plan(activation, 0.0, 0), 1).linear[0].requires_grad_(False)
    gain = 1.0 if activation in ("tanh", "absolute") else 2.0
    assert layer.weight.abs().max() <= 2 * gain / 20
    assert layer.weight.std() == pytest.approx(0.88 * gain / 20, rel=0.02)  # cut at two deviations
    assert not layer.bias.any()


def test_closed_form_released_limit_puts_the_lowest_with_the_largest():
    t = np.array([[-0.5], [-0.1], [0.0], [1.0], [2.0], [2.0]], dtype=np.float32)
    told = released_limit(t)
    joined = [4, 1, 1]  # below zero and 2.0 together, then 0.0, then 1.0
    p = np.array(joined) / 6
    assert told.i_tx == pytest.approx(-(p * np.log(p)).sum())
    positive = np.abs(t)
    same = binned_information(positive, binning="global", edges=np.linspace(0, 2, 30))
    assert released_limit(positive).i_tx == same.i_tx
    assert released_limit(np.full((4, 2), -1.0, np.float32)).i_tx == 0


def test_closed_form_fixed_bins_do_not_move_with_the_layer():
    rng = np.random.default_rng(0)
    t = rng.random((50, 2)).astype(np.float32)
    softmax = rng.random((50, 2)).astype(np.float32)
    layers = {0: [t / 100, softmax], 9: [t, softmax]}
    y = np.arange(50) % 2
    fixed, follows = (plane(name, layers, y) for name in ("fixed bins", "adaptive bins"))
    assert fixed.shape == follows.shape == (2, 2, 2)
    assert fixed[0, 0, 0] == 0
    assert fixed[1, 0, 0] > 2
    assert follows[0, 0, 0] == pytest.approx(follows[1, 0, 0])
    assert change_when_scaled(ruler("fixed noise 0.1"), t, 8.0) > 0.1
    assert compression_score(fixed[::-1, 0, 0]) == 1


def test_a_file_of_ones_own_takes_the_place_of_the_rule(tmp_path):
    data = tishby_12bit(random_state=0)
    savemat(tmp_path / "var_u.mat", {"F": data.words, "y": data.labels[None]})
    laptop = adaptive_mi.settings["laptop"]
    context = adaptive_mi.prepare(laptop, str(tmp_path / "var_u.mat"))
    assert list(context) == ["12 bits"]
    once, again = (draw(context["12 bits"], laptop["cases"]["12 bits"], s) for s in (0, 1))
    assert once.y.sum() == again.y.sum() == data.labels.sum()
    with pytest.raises(ValueError, match="`data` is a file of words for"):
        adaptive_mi.prepare(SETTING, str(tmp_path / "var_u.mat"))


def test_the_penalty_of_the_claims_is_run(rows):
    gaps = rows[rows["metric"] == "accuracy gap"]
    assert set(gaps["arm"]) == {"with L2", "without L2"}
    for setting in adaptive_mi.settings.values():
        for options in setting["cases"].values():
            weights = dict(options["penalties"])
            assert weights[0.0] == weights[PENALTY] >= 3


def correlated(activation, scores, accuracies):
    """Return correlations by arm of networks whose layers compress as told, by start."""
    task = Task(torch.zeros(4, 1), torch.arange(4) % 2, 2, torch.zeros(4, 1), np.arange(4) % 2)
    every = [
        Scored(Plan(name, 0.0, start), (0.9, right), score)
        for name, of_start, tests in zip(activation, scores, accuracies, strict=True)
        for start, (score, right) in enumerate(zip(of_start, tests, strict=True))
    ]
    return {row.arm: row.value for row in _correlations(every, task, "case")}


def test_where_a_correlation_is_undefined_it_counts_for_nothing():
    rising = [[0.1 * i, 0.0, 0.1 * i, -0.1 * i] for i in range(4)]
    right = [0.7, 0.8, 0.9, 0.95]
    alone = correlated(["ReLU"], [rising], [right])
    assert alone == pytest.approx(
        {"earlier layers": 1, "last hidden layer": 1, "output layer": -1, "chance": 0}
    )  # the second of the earlier layers compresses alike in all
    few, flat = (["tanh"], [rising[:2]], [right[:2]]), (["tanh"], [rising], [[0.9] * 4])
    for activation, scores, accuracies in (few, flat):
        assert correlated(activation, scores, accuracies) == {"chance": 0}
        both = (["ReLU", *activation], [rising, *scores], [right, *accuracies])
        assert correlated(*both) == pytest.approx(alone)
