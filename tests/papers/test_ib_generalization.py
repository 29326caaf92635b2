"""The experiment on bottlenecks and generalization, at its smallest size."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from infomax.data.images import digits_8x8
from infomax.inference import SWAG
from infomax.lab.contract import Artifact, Row, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.networks import StochasticMLP
from infomax.papers import ib_generalization as paper
from infomax.papers._ib_generalization_correlations import (
    CORRELATIONS,
    bootstrap_interval,
    correlation,
    weighted,
)
from infomax.papers._ib_generalization_measures import _factor, _with_floor, measured
from infomax.papers._ib_generalization_networks import (
    Cell,
    Trained,
    blobs,
    cells,
    clothes,
    train_networks,
)

CASE = paper.settings["smoke"]["clusters"]


@pytest.fixture(scope="module")
def smoke():
    return list(paper.trial(paper.settings["smoke"], 0, None))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


@pytest.fixture(scope="module")
def problem():
    return blobs(CASE, 0)


@pytest.fixture(scope="module")
def trained(problem):
    return train_networks(problem, CASE, 0, rate=5e-4)


@pytest.mark.parametrize("scale", ["full", "laptop"])
def test_populations_have_as_many_networks_as_the_paper(scale):
    case = paper.settings[scale]["clusters"]
    problem = blobs(case, 0)
    grid = cells(problem, case)
    assert len(set(grid)) == len(grid)
    for chosen in problem.populations.values():
        assert 2 * sum(cell.data_set in chosen for cell in grid) == 216


def test_data_sets_of_one_population_share_centres_and_others_do_not(problem):
    first, second, third, other, last = problem.data_sets
    assert problem.populations == {"one population": (0, 1, 2), "one each": (0, 3, 4)}
    assert first.test is second.test is third.test
    assert not torch.equal(first.train[0], second.train[0])
    centers = [
        torch.stack([x[y == c].mean(dim=0) for c in range(5)])
        for x, y in (second.train, first.test, other.train, last.train)
    ]
    assert (centers[0] - centers[1]).abs().max() < 1.5  # of ten points each: 0.7 / √10
    assert (centers[2] - centers[1]).abs().max() > 2
    assert (centers[3] - centers[2]).abs().max() > 2
    assert len(first.train[0]) == CASE["n_train"]


def test_pictures_do_not_overlap():
    digits = digits_8x8()
    options = {"n_data_sets": 3, "n_train": 100, "n_fresh": 50, "n_test": 40}
    found = clothes(options, 0, (digits, digits))
    seen = [{tuple(row) for row in d.train[0].tolist()} for d in found.data_sets]
    seen.append({tuple(row) for row in found.data_sets[0].fresh[0].tolist()})
    assert [len(s) for s in seen] == [100, 100, 100, 50]
    assert len(set().union(*seen)) == 350
    assert found.data_sets[0].test[0].shape == (40, 16)
    assert found.populations == {"one population": (0, 1, 2)}


def test_networks_of_one_seed_begin_alike_on_every_data_set(problem):
    found, _ = train_networks(problem, CASE | {"n_epochs": 1, "swag_from": 0}, 3, rate=0.0)
    first = [one for one in found if one.cell.n_hidden == found[0].cell.n_hidden]
    means = [one.posterior.mean["body.mean.1.weight"] for one in first]  # before the first step
    assert len(means) == 5
    assert all(torch.equal(mean, means[0]) for mean in means)
    assert not torch.equal(first[0].network.head.weight, first[1].network.head.weight)


def test_posteriors_are_those_of_the_last_epochs(trained):
    networks, course = trained
    assert {one.posterior.n_models for one in networks} == {10}
    assert set(course) >= {0, 1, CASE["n_epochs"]}
    assert all(len(found) == len(networks) for found in course.values())
    for one in networks:
        center = one.posterior.mean["body.head.weight"]
        assert (center - one.network.head.weight).abs().max() < 0.2
        assert set(one.posterior.mean) == {f"body.{n}" for n, _ in one.network.named_parameters()}


def test_measures_of_the_weights_are_shared_by_networks_trained_alike(trained, problem):
    networks, _ = trained
    tables = measured(networks, problem, 0)
    for population, chosen in problem.populations.items():
        table = tables[population]
        some = [one.cell for one in networks if one.cell.data_set in chosen]
        alike = {(cell.n_hidden, cell.decay, cell.seed) for cell in some}
        assert len(set(table["I(φ;S)"].tolist())) == len(alike) < len(some)
        assert set(paper.MEASURES) <= set(table)
        assert all(np.isfinite(values).all() for values in table.values())
        scaled = table["combined"] - table["I(X;Z|Y)"]
        assert scaled.mean() == pytest.approx(table["I(X;Z|Y)"].mean())
        assert (table["I(X;Z|Y)"] <= table["I(X;Z|Y), Jensen"] + 1e-9).all()
    first, second = (t["I(X;Z|Y)"] for t in tables.values())
    assert set(first) & set(second), "the first data set is in both populations"


def linear(std):
    """Return an encoder that passes its input on, with one deviation."""
    network = StochasticMLP(2, (2,), 2, random_state=0)
    with torch.no_grad():
        network.mean[1].weight.copy_(torch.eye(2))
        network.mean[1].bias.zero_()
        network.std[1].weight.zero_()
        network.std[1].bias.fill_(math.log(math.expm1(std)))
    return Trained(Cell((2,), 0.0, 0, 0), network, SWAG())


def test_naive_twin_of_the_factor_with_densities():
    one, rng = linear(0.5), np.random.default_rng(0)
    x, y = torch.tensor(rng.normal(size=(8, 2)), dtype=torch.float32), torch.arange(8) % 2
    found = _factor(one, (x, y), np.random.default_rng(1))
    z = x.double().numpy() + 0.5 * np.random.default_rng(1).standard_normal((8, 2))
    logits = one.network.head(torch.tensor(z, dtype=torch.float32)).detach().double().numpy()
    sums = []
    for c in (0, 1):
        inside, total = x[y == c].double().numpy(), 0.0
        for i in np.flatnonzero(y.numpy() == c):
            density = np.mean([stats.norm.pdf(z[i], m, 0.5).prod() for m in inside])
            loss = np.log(np.exp(logits[i]).sum()) - logits[i, c]
            total += loss * math.sqrt(4 * density)
        sums.append(total)
    assert found == pytest.approx(max(sums), rel=1e-5)


def test_a_higher_floor_leaves_the_posterior_of_others_alone(trained):
    one = trained[0][0]
    raised = _with_floor(one, 1e-2)
    assert (one.posterior.variance_floor, raised.posterior.variance_floor) == (1e-6, 1e-2)


@pytest.mark.parametrize("kind", CORRELATIONS)
def test_peer_weighted_correlations_are_scipys(kind):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 8, 30).astype(float), rng.normal(size=30)
    y += 0.2 * x
    weights = rng.multinomial(30, np.full(30, 1 / 30), 5).astype(float)
    found = weighted(kind, x, y, np.vstack([np.ones(30), weights]))
    repeated = [np.repeat(np.arange(30), w.astype(int)) for w in weights]
    wanted = [CORRELATIONS[kind](x[i], y[i]).statistic for i in (np.arange(30), *repeated)]
    assert found == pytest.approx(wanted, abs=1e-12)
    low, high = bootstrap_interval(kind, x, y, rng)
    assert low < correlation(kind, x, y) < high


@pytest.mark.parametrize("kind", CORRELATIONS)
def test_constants_and_few_networks_have_no_correlation(kind):
    flat, rising = np.ones(10), np.arange(10.0)
    assert correlation(kind, flat, rising) == 0
    assert correlation(kind, rising[:2], rising[:2]) == 0
    assert correlation(kind, rising, -rising) == pytest.approx(-1)
    assert weighted(kind, flat, rising, np.ones((3, 10))).tolist() == [0, 0, 0]
    assert bootstrap_interval(kind, flat[:2], flat[:2], np.random.default_rng(0)) == (-1, 1)


def test_arms_of_a_comparison_are_measured_on_the_same_networks(smoke):
    spent = {}
    for record in smoke:
        if isinstance(record, Spend) and record.resource == "networks":
            spent.setdefault(tuple(sorted(record.at.items())), set()).add(record.amount)
    assert len(spent) == 2 * 2 * 2
    assert all(len(amounts) == 1 for amounts in spent.values())
    everything = [a for key, a in spent.items() if ("networks", "all") in key]
    assert set.union(*everything) == {6.0}


def test_the_rows_hold_what_claims_read(rows):
    correlations = rows[rows["metric"] == "Pearson with the gap"]
    assert set(correlations["arm"]) == {*paper.MEASURES, "chance"}
    assert correlations["value"].abs().max() <= 1 + 1e-12
    assert set(correlations["selected_on"]) == {"train"}
    distances = rows[rows["metric"] == "distance of information from its target"]
    assert set(distances["arm"]) == set(paper.TRAININGS.values())
    floors = rows[rows["metric"] == "information in weights"]
    assert floors.groupby("arm")["floor"].nunique().tolist() == [3, 3]


def test_a_strong_constraint_reaches_its_target():
    options = CASE | {"n_epochs": 150, "swag_from": 149, "widths": [[16, 8]], "n_data_sets": 2}
    problem = blobs(options, 0)
    courses = [train_networks(problem, options, 0, rate=rate)[1] for rate in (0.0, 0.02)]
    free, held = (float((course[150] - 1.5).abs().mean()) for course in courses)
    assert held < 0.2
    assert free > 1


def test_figures_are_drawn_from_rows_and_artifacts(smoke, rows):
    artifacts = {0: {r.name: r.arrays for r in smoke if isinstance(r, Artifact)}}
    drawn = paper.figures(rows, artifacts)
    assert set(drawn) == {"correlations", "networks", "training", "faults"}
    labels = [label.get_text() for label in drawn["correlations"].axes[0].get_yticklabels()]
    assert labels == list(paper.MEASURES)


def test_own_files_are_refused():
    with pytest.raises(ValueError, match="`data` is for experiments that read files"):
        paper.prepare(paper.settings["smoke"], "file.csv")
