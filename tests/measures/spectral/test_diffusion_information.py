import math

import numpy as np
import pytest
import torch
from tests.measures.clouds import clusters, fixture_cloud

from infomax.exceptions import AssumptionWarning, EstimatorCeilingWarning, SmallSampleWarning
from infomax.measures import (
    diffusion_spectral_entropy,
    diffusion_spectral_mutual_information,
    diffusion_spectral_mutual_information_result,
)

LIMITS = pytest.mark.filterwarnings("ignore::infomax.exceptions.EstimatorCeilingWarning")
PAIR = np.vstack([fixture_cloud(20), fixture_cloud(20) + 5])
LABELS = np.repeat([0, 1], 20)


@pytest.mark.parametrize(("t", "bits"), [(1, 0.894287), (2, 0.958079)])
def test_closed_form_fixture_of_the_released_code(t, bits):
    told = diffusion_spectral_mutual_information_result(
        PAIR, LABELS, bandwidth=1.0, t=t, convention="released", base=2, random_state=0
    )
    assert told.value == pytest.approx(bits, abs=1e-6)
    if t == 1:
        np.testing.assert_allclose(told.class_entropies, 1.804989, atol=1e-6)


def test_closed_form_fixture_of_the_definition():
    told = [
        diffusion_spectral_mutual_information_result(
            PAIR, LABELS, bandwidth=1.0, base=2, random_state=seed
        )
        for seed in range(50)
    ]
    np.testing.assert_allclose(told[0].class_entropies, 1.802894, atol=1e-6)
    assert all(0.8 < one.value < 1.1 for one in told)
    spread = np.std([one.value for one in told], ddof=1)
    reported = math.sqrt(np.mean([one.standard_error**2 for one in told]))
    assert 0.7 * reported < spread < 1.4 * reported


@LIMITS
def test_closed_form_constant_labels_tell_nothing():
    for labels in (np.zeros(40, dtype=int), np.full(40, 2.5), ["a"] * 40):
        told = diffusion_spectral_mutual_information(PAIR, labels, bandwidth=1.0, random_state=0)
        assert told == pytest.approx(0, abs=1e-12)


def test_law_shuffled_labels_tell_nothing():
    x, where = clusters(300, 0)
    rng = np.random.default_rng(0)
    for convention in ("paper", "released"):
        options = {"bandwidth": 6.0, "random_state": 1, "convention": convention}
        shuffled = diffusion_spectral_mutual_information(x, rng.permutation(where), **options)
        assert abs(shuffled) < 0.1
        assert diffusion_spectral_mutual_information(x, where, **options) > 0.5


def test_naive_twin_the_sum_over_classes():
    x, where = clusters(120, 1, n_clusters=3)
    told = diffusion_spectral_mutual_information_result(x, where, bandwidth=5.0, random_state=0)
    by_hand = 0.0
    for row, one in enumerate(np.unique(where)):
        inside = diffusion_spectral_entropy(x[where == one], bandwidth=5.0)
        assert told.class_entropies[row] == pytest.approx(inside, abs=1e-12)
        by_hand += (where == one).mean() * (told.subset_entropies[row].mean() - inside)
    assert told.value == pytest.approx(by_hand, abs=1e-12)
    assert told.subset_entropies.shape == (3, 5)
    assert told.class_sizes.sum() == 120


def test_closed_form_kinds_of_y():
    x, where = clusters(90, 2, n_clusters=3)
    words = np.array(["a", "b", "c"])[where]
    options = {"bandwidth": 5.0, "random_state": 0}
    known = diffusion_spectral_mutual_information(x, where, **options)
    column = where[:, None]
    for y in (words, list(words), column, torch.tensor(where), where.astype(np.uint8)):
        assert diffusion_spectral_mutual_information(x, y, **options) == known
    told = diffusion_spectral_mutual_information_result(
        x, where.astype(float), n_clusters=3, **options
    )
    assert told.value == known
    binned = diffusion_spectral_mutual_information_result(
        x, np.linspace(0, 1, 90), n_clusters=9, **options
    )
    np.testing.assert_array_equal(binned.class_sizes, 10)
    assert diffusion_spectral_mutual_information(
        x, where, discrete=False, n_clusters=3, **options
    ) == pytest.approx(known)


def test_closed_form_vectors_are_clustered_and_clusters_come_back():
    x, where = clusters(150, 3, n_clusters=3, apart=3.0)
    first = diffusion_spectral_mutual_information_result(
        x, x, n_clusters=3, bandwidth="median", random_state=0
    )
    table = np.zeros((3, 3))
    np.add.at(table, (where, first.clusters), 1)
    assert sorted(table.max(axis=0)) == sorted(np.bincount(where))
    for y in (None, x):
        again = diffusion_spectral_mutual_information(
            x, y, clusters=first.clusters, bandwidth="median", random_state=0
        )
        assert again == first.value


def test_naive_twin_tensors_agree_and_carry_a_gradient():
    x = torch.tensor(PAIR, requires_grad=True)
    options = {"bandwidth": 1.0, "random_state": 0}
    told = diffusion_spectral_mutual_information(x, torch.tensor(LABELS), **options)
    known = diffusion_spectral_mutual_information(PAIR, LABELS, **options)
    assert told.detach().item() == pytest.approx(known, abs=1e-10)
    told.backward()
    step = np.zeros_like(PAIR)
    step[3, 1] = 1e-5
    slope = [
        diffusion_spectral_mutual_information(PAIR + sign * step, LABELS, **options)
        for sign in (1, -1)
    ]
    assert float(x.grad[3, 1]) == pytest.approx((slope[0] - slope[1]) / 2e-5, rel=1e-4)


def test_law_released_draws_each_class_from_one_seed():
    told = diffusion_spectral_mutual_information_result(
        PAIR, LABELS, bandwidth=1.0, convention="released", random_state=5
    )
    np.testing.assert_array_equal(*told.subset_entropies)
    fresh = diffusion_spectral_mutual_information_result(
        PAIR, LABELS, bandwidth=1.0, random_state=5
    )
    assert (fresh.subset_entropies[0] != fresh.subset_entropies[1]).any()
    for state in (None, np.random.default_rng(0)):
        told = diffusion_spectral_mutual_information_result(
            PAIR, LABELS, bandwidth=1.0, convention="released", random_state=state
        )
        np.testing.assert_array_equal(*told.subset_entropies)


@LIMITS
def test_entries_and_one_repetition():
    told = diffusion_spectral_mutual_information_result(
        PAIR, LABELS, bandwidth=1.0, spectrum="entries", n_repetitions=1, random_state=0
    )
    assert math.isnan(told.standard_error)
    inside = diffusion_spectral_entropy(PAIR[:20], bandwidth=1.0, spectrum="entries")
    assert told.class_entropies[0] == pytest.approx(inside, abs=1e-12)


def test_a_class_with_one_member_warns():
    labels = np.append(np.zeros(39, dtype=int), 1)
    with pytest.warns(SmallSampleWarning, match="hold one point"):
        told = diffusion_spectral_mutual_information_result(
            PAIR, labels, bandwidth=1.0, random_state=0
        )
    assert told.class_entropies[1] == 0


def test_a_useless_bandwidth_warns():
    with pytest.warns(EstimatorCeilingWarning, match="'median'"):
        diffusion_spectral_mutual_information(PAIR, LABELS, bandwidth=1e-6, random_state=0)


def test_doubtful_clusters_warn():
    inputs = np.repeat([[0.0, 0.0], [99.0, 0.0], [0.0, 99.0]], 15, axis=0)
    inputs += np.random.default_rng(0).normal(size=inputs.shape)
    with pytest.warns(AssumptionWarning, match="falls into 3 parts"):
        diffusion_spectral_mutual_information(
            inputs, inputs, n_clusters=2, bandwidth="median", random_state=0
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": PAIR[:1]}, "`x` must hold at least 2 points, got 1"),
        ({"y": LABELS[:-1]}, r"`y` must have as many rows as `x` \(40\), got 39"),
        ({"y": None}, "`y` must be given unless `clusters` are"),
        ({"clusters": LABELS[1:]}, "`clusters` must have as many rows"),
        ({"clusters": LABELS * 1.0}, "`clusters` must hold one label a point"),
        ({"y": LABELS * 1.0, "discrete": True}, "`y` must hold one label a point to be discrete"),
        ({"y": PAIR, "discrete": True}, "`y` must hold one label a point to be discrete"),
        ({"y": np.full(40, math.nan)}, "`y` must be finite"),
        ({"y": np.zeros((40, 2, 2))}, r"`y` must have shape \(n,\) or \(n, d\)"),
        ({"y": ["a"] * 40, "discrete": False}, "`y` must be an array of numbers"),
        ({"y": PAIR, "n_clusters": 41}, "`n_clusters` must be at most"),
        ({"n_clusters": 1}, "`n_clusters` must be"),
        ({"n_repetitions": 0}, "`n_repetitions` must be"),
        ({"bandwidth": 0.0}, "`bandwidth` must be above 0"),
        ({"t": -1}, "`t` must be above 0"),
        ({"spectrum": "x"}, "`spectrum` must be one of"),
        ({"convention": "x"}, "`convention` must be one of"),
        ({"base": 0}, "`base` must be above 1"),
    ],
)
def test_bad_input_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        diffusion_spectral_mutual_information(**{"x": PAIR, "y": LABELS, **options})


@pytest.mark.peer
@pytest.mark.filterwarnings("ignore:Graph is not fully connected")
def test_peer_dse_dsmi():
    peer = pytest.importorskip("dse_dsmi.dsmi").diffusion_spectral_mutual_information
    x, where = clusters(240, 4, n_clusters=4)
    for y in (where, np.random.default_rng(0).random(240), x):
        known, labels = peer(x, y, gaussian_kernel_sigma=5.0, random_seed=7, n_clusters=4)
        told = diffusion_spectral_mutual_information_result(
            x, y, bandwidth=5.0, convention="released", base=2, random_state=7, n_clusters=4
        )
        assert told.value == pytest.approx(known, abs=1e-8)
        np.testing.assert_array_equal(
            np.unique(labels.ravel(), return_inverse=True)[1], told.clusters
        )
