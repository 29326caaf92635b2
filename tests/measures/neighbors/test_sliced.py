"""Mutual information of random projections."""

import numpy as np
import pytest
import torch

from infomax.measures import gaussian_copula_mutual_information as copula
from infomax.measures import (
    ksg_mutual_information,
    sliced_mutual_information,
    sliced_mutual_information_result,
)


def correlated(rho, n, d, seed=0):
    x, noise = np.random.default_rng(seed).normal(size=(2, n, d))
    return x, rho * x + np.sqrt(1 - rho**2) * noise


@pytest.mark.parametrize("estimator", [None, copula])
def test_closed_form_of_two_correlated_planes(estimator):
    x, y = correlated(0.8, 1500, 2)
    found = sliced_mutual_information_result(
        x, y, n_projections=100, base_estimator=estimator, random_state=1
    )
    assert found.value == pytest.approx(0.223144, abs=4 * found.standard_error + 0.01)
    assert found.standard_error == pytest.approx(found.projections.std(ddof=1) / np.sqrt(100))


def test_closed_form_projections_onto_all_dimensions_change_nothing():
    x, y = correlated(0.8, 400, 2)
    found = sliced_mutual_information_result(
        x, y, n_dims=2, n_projections=5, base_estimator=copula, random_state=0
    )
    assert found.projections == pytest.approx([2 * -0.5 * np.log(1 - 0.64)] * 5, abs=0.2)


def test_law_in_one_dimension_it_is_mutual_information_itself():
    x, y = correlated(0.6, 300, 1)
    told = sliced_mutual_information(x, y, n_projections=4, random_state=0)
    assert told == pytest.approx(ksg_mutual_information(x, y), abs=1e-9)


def test_law_rotations_do_not_matter_and_independence_gives_zero():
    x, y = correlated(0.8, 800, 3)
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
    options = {"n_projections": 200, "base_estimator": copula, "random_state": 2}
    plain, turned = (sliced_mutual_information_result(z, y, **options) for z in (x, x @ turn))
    error = np.hypot(plain.standard_error, turned.standard_error)
    assert plain.value == pytest.approx(turned.value, abs=4 * error)
    apart = sliced_mutual_information_result(x, np.roll(y, 1, axis=0), **options)
    assert abs(apart.value) < 0.01


def test_naive_twin_with_the_same_projections():
    x, y = correlated(0.5, 200, 3)
    found = sliced_mutual_information_result(x, y, n_projections=3, random_state=7)
    rng = np.random.default_rng(7)
    for value in found.projections:
        theta, phi = (rng.normal(size=3) for _ in range(2))
        theta, phi = theta / np.linalg.norm(theta), phi / np.linalg.norm(phi)
        told = ksg_mutual_information(x @ theta, y @ phi)
        assert value == pytest.approx(told, abs=1e-9)


def test_tensors_bases_and_seeds():
    x, y = correlated(0.8, 200, 2)
    options = {"n_projections": 5, "random_state": 3}
    told = sliced_mutual_information(torch.tensor(x), torch.tensor(y), base=2, **options)
    assert told.ndim == 0
    nats = sliced_mutual_information(x, y, **options)
    assert told.item() == pytest.approx(nats / np.log(2))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_projections": 1}, "`n_projections` must be"),
        ({"n_dims": 3}, "`n_dims` must be .* at most 2"),
        ({"base": 1}, "`base` must be above 1"),
        ({"random_state": -1}, "`random_state`"),
    ],
)
def test_refusals(options, message):
    x, y = correlated(0.5, 50, 2)
    with pytest.raises(ValueError, match=message):
        sliced_mutual_information(x, y, **options)
    with pytest.raises(ValueError, match="`y` must have as many points"):
        sliced_mutual_information(x, y[:-1])
