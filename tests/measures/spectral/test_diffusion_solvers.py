import math

import numpy as np
import pytest
import torch
from tests.measures.clouds import clusters, cube

from infomax.measures import diffusion_spectral_entropy, diffusion_spectral_entropy_result
from infomax.measures import median_bandwidth as median
from infomax.measures.spectral._diffusion_kernel import (
    gaussian_kernel,
    walk_scale,
)
from infomax.measures.spectral._diffusion_operator import WalkOperator

LIMITS = pytest.mark.filterwarnings("ignore::infomax.exceptions.EstimatorCeilingWarning")


def gaussian(n, seed):
    return np.random.default_rng(seed).normal(size=(n, 64))


def swiss_roll(n, seed):
    rng = np.random.default_rng(seed)
    angle = 1.5 * np.pi * (1 + 2 * rng.random(n))
    return np.stack([angle * np.cos(angle), 21 * rng.random(n), angle * np.sin(angle)], axis=1)


CLOUDS = {
    "gaussian at sigma 10": (gaussian, 10.0, 1e-3),
    "gaussian at sigma 3": (gaussian, 3.0, 1e-3),
    "clusters": (lambda n, seed: clusters(n, seed, n_dims=64)[0], 10.0, 1e-3),
    "line": (lambda n, seed: cube(n, 1, seed), 0.03, 5e-3),
    "square": (lambda n, seed: cube(n, 2, seed), 0.1, 5e-3),
    "3-cube": (lambda n, seed: cube(n, 3, seed, n_dims=64), 0.07, 5e-3),
    "3-cube, wide": (lambda n, seed: cube(n, 3, seed, n_dims=64), 0.7, 5e-3),
    "6-cube": (lambda n, seed: cube(n, 6, seed), 0.3, 5e-3),
    "swiss roll": (swiss_roll, 1.5, 5e-3),
}


@LIMITS
@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize(("make", "bandwidth", "close"), CLOUDS.values(), ids=CLOUDS)
def test_naive_twin_lanczos_covers_the_exact_value(make, bandwidth, close, convention):
    for seed in (0, 1):
        x = make(1000, seed)
        options = {"bandwidth": bandwidth, "convention": convention}
        exact = diffusion_spectral_entropy(x, **options)
        told = diffusion_spectral_entropy_result(
            x, solver="lanczos", random_state=seed, tolerance=close, **options
        )
        assert abs(told.value - exact) <= told.error_bar <= close


@LIMITS
def test_law_error_bars_cover_at_their_level():
    """A 99 % interval misses more than 3 of 30 with probability below 1e-3."""
    x = cube(600, 3, 0, n_dims=64)
    exact = diffusion_spectral_entropy(x, bandwidth=0.12)
    told = [
        diffusion_spectral_entropy_result(x, bandwidth=0.12, solver="lanczos", random_state=seed)
        for seed in range(30)
    ]
    assert sum(abs(one.value - exact) > one.error_bar for one in told) <= 3
    spread = np.std([one.value for one in told], ddof=1)
    reported = math.sqrt(np.mean([one.standard_error**2 for one in told]))
    assert 0.6 * reported < spread < 1.5 * reported


@LIMITS
@pytest.mark.parametrize("t", [1.5, 2, 4])
def test_naive_twin_lanczos_of_longer_walks(t):
    for x, bandwidth in ((gaussian(800, 0), 4.0), (cube(800, 2, 0), 0.3)):
        exact = diffusion_spectral_entropy(x, bandwidth=bandwidth, t=t)
        told = diffusion_spectral_entropy_result(
            x, bandwidth=bandwidth, t=t, solver="lanczos", random_state=0
        )
        assert abs(told.value - exact) <= told.error_bar <= 5e-3


def test_law_a_smaller_tolerance_takes_more_probes():
    x = cube(1000, 3, 0, n_dims=64)
    errors = [
        diffusion_spectral_entropy_result(
            x, bandwidth=0.07, solver="lanczos", tolerance=tolerance, random_state=0
        ).standard_error
        for tolerance in (1.0, 1.5e-3)
    ]
    assert errors[1] < 0.8 * errors[0]


@LIMITS
def test_closed_form_lanczos_of_coincident_points():
    told = diffusion_spectral_entropy_result(
        np.repeat(np.eye(5) * 300, 150, axis=0), bandwidth=1.0, solver="lanczos", random_state=0
    )
    assert abs(told.value - math.log(5)) <= told.error_bar <= 1e-3
    same = diffusion_spectral_entropy_result(np.ones((600, 3)), solver="lanczos", random_state=0)
    assert abs(same.value) <= same.error_bar <= 1e-3
    alone = diffusion_spectral_entropy_result(
        np.arange(600.0) * 100, bandwidth=1.0, solver="lanczos", random_state=0
    )
    assert abs(alone.value - math.log(600)) <= alone.error_bar <= 1e-3


def test_closed_form_small_clouds_are_solved_exactly():
    x = clusters(300, 0)[0]
    exact = diffusion_spectral_entropy(x, bandwidth=4.0)
    for solver in ("lanczos", "nystrom"):
        told = diffusion_spectral_entropy_result(x, bandwidth=4.0, solver=solver)
        assert told.value == exact
        assert told.error_bar == told.standard_error == 0


@pytest.mark.filterwarnings("ignore::infomax.exceptions.ConvergenceWarning")
@LIMITS
def test_naive_twin_nystrom_bounds_hold():
    for x in (swiss_roll(1100, 0), gaussian(1100, 0)):
        for bandwidth in (median(x), median(x) / 4):
            exact = diffusion_spectral_entropy(x, bandwidth=bandwidth)
            told = diffusion_spectral_entropy_result(
                x, bandwidth=bandwidth, solver="nystrom", random_state=0
            )
            assert abs(told.value - exact) <= told.error_bar + 1e-5


def test_law_same_seed_same_estimate_in_nats_bits_and_tensors():
    x = clusters(700, 0)[0]
    options = {"bandwidth": 4.0, "solver": "lanczos", "random_state": 3}
    nats = diffusion_spectral_entropy_result(x, **options)
    assert nats == diffusion_spectral_entropy_result(x, **options)
    bits = diffusion_spectral_entropy_result(x, base=2, **options)
    assert bits.error_bar == pytest.approx(nats.error_bar / math.log(2))
    tensor = diffusion_spectral_entropy(torch.tensor(x, requires_grad=True), **options)
    assert float(tensor) == pytest.approx(nats.value, abs=1e-12)
    assert not tensor.requires_grad


@pytest.mark.parametrize("kept", [True, False])
def test_naive_twin_operator_multiplies_by_the_scaled_kernel(kept, monkeypatch):
    if not kept:
        monkeypatch.setattr("infomax.measures.spectral._diffusion_operator._KEPT_BYTES", 0)
    x = swiss_roll(600, 0)
    operator = WalkOperator(x, 3.0, "paper")
    kernel = gaussian_kernel(np, x, 3.0)
    scale = walk_scale(np, kernel, "paper")
    matrix = kernel * scale[:, None] * scale
    vectors = np.random.default_rng(0).normal(size=(3, 600))
    np.testing.assert_allclose(operator.times_in_double(vectors), vectors @ matrix, atol=1e-6)
    single = operator.times(vectors.astype(np.float32))
    np.testing.assert_allclose(single, vectors @ matrix, atol=1e-5)
    assert operator.trace == pytest.approx(np.trace(matrix), rel=1e-6)
    assert operator.trace_of_square == pytest.approx((matrix**2).sum(), rel=1e-6)
