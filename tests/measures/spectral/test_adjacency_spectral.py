import math

import numpy as np
import pytest
import torch
from tests.measures.clouds import clusters, fixture_cloud

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    adjacency_spectral_entropy,
    adjacency_spectral_mutual_information,
    diffusion_spectral_entropy,
)

LIMITS = pytest.mark.filterwarnings("ignore::infomax.exceptions.EstimatorCeilingWarning")


@pytest.mark.parametrize(
    ("options", "bits"),
    [
        ({"bandwidth": 1.0}, 1.370987),
        ({"graph": "knn", "n_neighbors": 3}, 2.174323),
        ({"graph": "knn", "n_neighbors": 3, "convention": "released"}, 1.811278),
    ],
)
def test_closed_form_fixture(options, bits):
    told = adjacency_spectral_entropy(fixture_cloud(), base=2, **options)
    assert told == pytest.approx(bits, abs=1e-6)


@LIMITS
def test_closed_form_groups_and_ends():
    groups = np.repeat(np.eye(4) * 500, 6, axis=0)
    for graph in ("gaussian", "anisotropic", "knn"):
        told = adjacency_spectral_entropy(groups, bandwidth=1.0, graph=graph, n_neighbors=5, base=2)
        assert told == pytest.approx(2, abs=1e-9)
    alone = np.arange(16.0) * 99
    assert adjacency_spectral_entropy(alone, graph="knn", n_neighbors=1, base=2) == 4
    with pytest.warns(EstimatorCeilingWarning):
        assert adjacency_spectral_entropy(np.zeros(9)) == pytest.approx(0, abs=1e-12)


def test_law_anisotropic_is_the_released_walk():
    x = clusters(80, 0)[0]
    told = adjacency_spectral_entropy(x, bandwidth=5.0, graph="anisotropic")
    known = diffusion_spectral_entropy(x, bandwidth=5.0, convention="released")
    assert told == pytest.approx(known, abs=1e-12)


def test_naive_twin_neighbors_counted_one_by_one():
    x = np.random.default_rng(0).integers(0, 4, (25, 2)).astype(float)  # many ties
    joined = np.zeros((25, 25))
    for i in range(25):
        distances = [math.dist(x[i], x[j]) for j in range(25)]
        reach = sorted(distances)[3]
        for j in range(25):
            if distances[j] <= reach:
                joined[i, j] = joined[j, i] = 1
    shares = np.abs(np.linalg.eigvalsh(joined))
    shares = shares[shares > 0] / shares.sum()
    told = adjacency_spectral_entropy(x, graph="knn", n_neighbors=4)
    assert told == pytest.approx(-(shares * np.log(shares)).sum(), abs=1e-10)


def test_law_information_follows_labels_and_not_shuffled_ones():
    x, where = clusters(240, 1, n_clusters=4)
    shuffled = np.random.default_rng(0).permutation(where)
    for graph in ("gaussian", "anisotropic", "knn"):
        options = {"graph": graph, "bandwidth": 5.0, "random_state": 0}
        if graph != "knn":  # a graph of equal degrees hardly sees clusters
            assert adjacency_spectral_mutual_information(x, where, **options) > 0.3
        assert abs(adjacency_spectral_mutual_information(x, shuffled, **options)) < 0.1


def test_naive_twin_tensors_agree():
    x = clusters(60, 2)[0]
    for graph in ("gaussian", "knn"):
        tensor = torch.tensor(x, requires_grad=True)
        told = adjacency_spectral_entropy(tensor, bandwidth=5.0, graph=graph)
        known = adjacency_spectral_entropy(x, bandwidth=5.0, graph=graph)
        assert told.detach().item() == pytest.approx(known, abs=1e-10)
        assert told.requires_grad == (graph == "gaussian")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": [1.0]}, "`x` must hold at least 2 points"),
        ({"graph": "ring"}, "`graph` must be one of"),
        ({"n_neighbors": 0}, "`n_neighbors` must be"),
        ({"bandwidth": -1}, "`bandwidth` must be above 0"),
        ({"graph": "knn", "bandwidth": -1}, "`bandwidth` must be above 0"),
        ({"convention": "x"}, "`convention` must be one of"),
        ({"max_samples": 1}, "`max_samples` must be"),
    ],
)
def test_bad_input_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        adjacency_spectral_entropy(**{"x": fixture_cloud(), **options})


def test_bad_labels_are_refused_by_name():
    with pytest.raises(ValueError, match="`y` must have as many rows"):
        adjacency_spectral_mutual_information(fixture_cloud(), [0, 1])


@pytest.mark.peer
@LIMITS
def test_peer_dse_dsmi():
    entropy = pytest.importorskip("dse_dsmi.dse").adjacency_spectral_entropy
    information = pytest.importorskip("dse_dsmi.dsmi").adjacency_spectral_mutual_information
    x, where = clusters(150, 3, n_clusters=3)
    for ours, theirs in (
        ({}, {}),
        ({"graph": "anisotropic"}, {"anisotropic": True}),
        ({"graph": "knn", "n_neighbors": 6}, {"use_knn": True, "knn": 6}),
    ):
        options = {"bandwidth": 5.0, "convention": "released", "base": 2, **ours}
        known = entropy(x, gaussian_kernel_sigma=5.0, **theirs)
        assert adjacency_spectral_entropy(x, **options) == pytest.approx(known, abs=1e-8)
        if "knn" not in theirs:
            known = information(x, where, gaussian_kernel_sigma=5.0, **theirs)[0]
            told = adjacency_spectral_mutual_information(x, where, random_state=0, **options)
            assert told == pytest.approx(known, abs=1e-8)
