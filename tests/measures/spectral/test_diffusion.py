import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measures.clouds import clusters, cube, fixture_cloud, loops_entropy

from infomax.exceptions import ConvergenceWarning, EstimatorCeilingWarning
from infomax.measures import (
    diffusion_eigenvalues,
    diffusion_spectral_entropy,
    diffusion_spectral_entropy_result,
)

LIMITS = pytest.mark.filterwarnings("ignore::infomax.exceptions.EstimatorCeilingWarning")
BITS_OF_RELEASED = {
    (0.5, 1): 1.941780,
    (0.5, 2): 1.415227,
    (1.0, 1): 1.372362,
    (1.0, 2): 0.988031,
    (10.0, 1): 0.088254,
    (10.0, 2): 0.001621,
}


@LIMITS
@pytest.mark.parametrize(("setting", "bits"), BITS_OF_RELEASED.items())
def test_closed_form_fixture_of_the_released_code(setting, bits):
    bandwidth, t = setting
    told = diffusion_spectral_entropy(
        fixture_cloud(), bandwidth=bandwidth, t=t, convention="released", base=2
    )
    assert told == pytest.approx(bits, abs=1e-6)


def test_closed_form_fixture_of_the_definition():
    cloud = fixture_cloud()
    assert diffusion_spectral_entropy(cloud, bandwidth=1.0) == pytest.approx(0.951475, abs=1e-6)
    assert diffusion_spectral_entropy(cloud, bandwidth=1.0, t=2, base=2) == pytest.approx(
        0.990241, abs=1e-6
    )
    for convention in ("paper", "released"):
        assert diffusion_spectral_entropy(
            cloud, bandwidth=1.0, spectrum="entries", convention=convention, base=2
        ) == pytest.approx(5.535089, abs=1e-6)


def test_closed_form_eigenvalues_of_the_fixture():
    released = [1, 0.739192, 0.079842, 0.051129, 0.002788, 0.001638, 0.000072, 0.000033]
    paper = [1, 0.743344, 0.080120, 0.051087, 0.002792, 0.001637, 0.000072, 0.000033]
    for convention, known in (("paper", paper), ("released", released)):
        told = diffusion_eigenvalues(fixture_cloud(), bandwidth=1.0, convention=convention)
        np.testing.assert_allclose(told, known, atol=5e-7)


@pytest.mark.parametrize("convention", ["paper", "released"])
def test_closed_form_groups_of_coincident_points(convention):
    two = np.repeat([[0.0, 0.0], [1000.0, 1000.0]], 4, axis=0)
    told = diffusion_spectral_entropy(two, bandwidth=1.0, convention=convention, base=2)
    assert told == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("convention", ["paper", "released"])
def test_closed_form_the_two_ends(convention):
    with pytest.warns(EstimatorCeilingWarning, match="smaller `bandwidth`"):
        same = diffusion_spectral_entropy(np.full((8, 3), 7.0), convention=convention)
    with pytest.warns(EstimatorCeilingWarning, match="larger `bandwidth`"):
        alone = diffusion_spectral_entropy(np.eye(8) * 1e6, convention=convention, base=2)
    assert same == pytest.approx(0, abs=1e-12)
    assert alone == pytest.approx(3, abs=1e-9)
    with pytest.warns(EstimatorCeilingWarning):
        flat = diffusion_spectral_entropy_result(np.full((8, 3), 7.0), spectrum="entries")
    assert flat.value == pytest.approx(flat.ceiling) == pytest.approx(2 * math.log(8))


@LIMITS
def test_closed_form_eigenvalues_stay_exact_far_from_the_origin():
    near = np.array([[0.0], [1e-3], [2e-3], [5.0]])
    pair = np.vstack([near, near + 1e7])
    told = diffusion_spectral_entropy(pair, bandwidth=1e-3)
    half = diffusion_spectral_entropy(near, bandwidth=1e-3)
    assert told == pytest.approx(half + math.log(2), abs=1e-5)


def test_law_two_far_copies_add_one_bit():
    cloud = fixture_cloud(20)
    once = diffusion_spectral_entropy(cloud, bandwidth=0.3, base=2)
    twice = diffusion_spectral_entropy(np.vstack([cloud, cloud + 900]), bandwidth=0.3, base=2)
    assert twice == pytest.approx(once + 1, abs=1e-9)


@LIMITS
@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 30),
    st.integers(1, 4),
    st.floats(0.1, 5),
    st.sampled_from(["paper", "released"]),
)
def test_law_invariance_range_and_powers(seed, n, d, bandwidth, convention):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))

    def told(cloud, **options):
        return diffusion_spectral_entropy(
            cloud, convention=convention, **{"bandwidth": bandwidth, **options}
        )

    value = told(x)
    assert -1e-12 <= value <= math.log(n) + 1e-9
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    assert told(rng.permutation(x) @ turn + 3) == pytest.approx(value, abs=1e-8)
    assert told(x * 50, bandwidth=bandwidth * 50) == pytest.approx(value, abs=1e-8)
    assert told(x, t=2) <= value + 1e-9
    entries = told(x, spectrum="entries")
    assert math.log(n) - 1e-9 <= entries <= 2 * math.log(n) + 1e-9


@LIMITS
def test_law_the_bandwidth_runs_from_log_n_to_zero():
    cloud = cube(60, 2, 0)
    values = [diffusion_spectral_entropy(cloud, bandwidth=s) for s in np.geomspace(1e-4, 1e4, 12)]
    assert values[0] == pytest.approx(math.log(60), abs=1e-6)
    assert values[-1] == pytest.approx(0, abs=1e-4)
    assert all(a >= b - 1e-9 for a, b in pairwise(values))


def test_law_long_walks_count_connected_parts():
    x = np.concatenate([fixture_cloud(10) * 0.2 + 40 * part for part in range(3)])
    assert diffusion_spectral_entropy(x, bandwidth=1.0, t=500) == pytest.approx(math.log(3))


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_law_rises_with_intrinsic_dimension(noise):
    values = [
        diffusion_spectral_entropy(cube(500, k, 3, noise=noise), bandwidth="median")
        for k in range(1, 9)
    ]
    ranks = np.argsort(np.argsort(values))
    assert np.corrcoef(ranks, np.arange(8))[0, 1] >= 0.95


@LIMITS
@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("t", [0.5, 1, 3])
def test_naive_twin_loops_over_pairs(convention, t):
    x = np.random.default_rng(5).normal(size=(25, 3))
    for bandwidth in (0.4, 2.0):
        told = diffusion_spectral_entropy(x, bandwidth=bandwidth, t=t, convention=convention)
        known = loops_entropy(x, bandwidth, t, convention)
        assert told == pytest.approx(known, abs=1e-10 if t >= 1 else 1e-6)


def test_naive_twin_conventions_differ_most_on_uneven_density():
    rng = np.random.default_rng(0)
    even = rng.normal(size=(200, 2))
    uneven = np.vstack([0.05 * rng.normal(size=(180, 2)), 4 + 2 * rng.normal(size=(20, 2))])
    gaps = []
    for x in (even, uneven):
        both = [
            diffusion_spectral_entropy(x, bandwidth=4.0, convention=one)
            for one in ("paper", "released")
        ]
        assert both[0] == pytest.approx(loops_entropy(x, 4.0), abs=1e-9)
        gaps.append(abs(both[0] - both[1]) / both[0])
    assert gaps[0] < 0.05
    assert 0.1 < gaps[1] < 0.3


def test_naive_twin_large_matrices_take_another_solver_and_agree():
    x = clusters(1003, 0)[0]
    told = np.asarray(diffusion_eigenvalues(x, bandwidth=4.0))
    gram = x @ x.T
    kernel = np.exp((2 * gram - np.diag(gram) - np.diag(gram)[:, None]) / 32)
    kernel /= np.sqrt(np.outer(kernel.sum(0), kernel.sum(0)))
    kernel /= np.sqrt(np.outer(kernel.sum(0), kernel.sum(0)))
    np.testing.assert_allclose(told, np.linalg.eigvalsh(kernel)[::-1], atol=1e-12)


def test_closed_form_one_dimension_is_n_points():
    x = [0.0, 0.5, 2.0]
    column = np.array(x)[:, None]
    assert diffusion_spectral_entropy(x, bandwidth=1.0) == diffusion_spectral_entropy(
        column, bandwidth=1.0
    )


def test_naive_twin_tensors_agree_and_keep_their_kind():
    x = np.random.default_rng(1).normal(size=(40, 3))
    for spectrum in ("eigenvalues", "entries"):
        told = diffusion_spectral_entropy(torch.tensor(x), bandwidth=1.0, spectrum=spectrum)
        assert told.ndim == 0
        assert told.dtype == torch.float64
        known = diffusion_spectral_entropy(x, bandwidth=1.0, spectrum=spectrum)
        assert float(told) == pytest.approx(known, abs=1e-10)
    single = diffusion_spectral_entropy(torch.tensor(x, dtype=torch.float32), bandwidth=1.0)
    assert single.dtype == torch.float32
    half = diffusion_spectral_entropy(torch.tensor(x, dtype=torch.bfloat16), bandwidth=1.0)
    assert float(half) == pytest.approx(float(single), abs=0.02)
    eigenvalues = diffusion_eigenvalues(torch.tensor(x), bandwidth=1.0, n_eigenvalues=5)
    assert eigenvalues.shape == (5,)


@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("options", [{}, {"t": 2}, {"spectrum": "entries"}])
def test_law_gradient_agrees_with_finite_differences(convention, options):
    x = torch.tensor(np.random.default_rng(2).normal(size=(7, 2)), requires_grad=True)

    def told(points):
        return diffusion_spectral_entropy(points, bandwidth=0.7, convention=convention, **options)

    assert torch.autograd.gradcheck(told, (x,), atol=1e-6)


def test_law_gradient_is_finite_where_points_coincide():
    x = torch.zeros(6, 2, dtype=torch.float64)
    x[3:] = 1
    x.requires_grad_()
    diffusion_spectral_entropy(x, bandwidth=0.3).backward()
    assert bool(torch.isfinite(x.grad).all())


def test_closed_form_rule_leaves_one_per_cent_above():
    x = clusters(400, 2)[0]
    for t in (1, 2):
        chosen = diffusion_spectral_entropy_result(x, bandwidth="rule", t=t).bandwidth
        count = [
            int((diffusion_eigenvalues(x, bandwidth=s) ** t > 0.01).sum())
            for s in (chosen, chosen * 0.97)
        ]
        assert count[0] <= 4 < count[1]


def test_law_subsamples_are_seeded():
    x = clusters(300, 0)[0]
    options = {"bandwidth": 4.0, "max_samples": 100}
    for convention in ("paper", "released"):
        once, again, other = (
            diffusion_spectral_entropy(x, random_state=s, convention=convention, **options)
            for s in (1, 1, 2)
        )
        assert once == again != other
    assert diffusion_spectral_entropy_result(x, **options).n_samples == 100


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"x": np.zeros((1, 3))}, "`x` must hold at least 2 points, got 1"),
        ({"x": [3.0]}, "`x` must hold at least 2 points, got 1"),
        ({"x": torch.zeros(1, 3)}, "`x` must hold at least 2 points, got 1"),
        ({"x": []}, "`x` must not be empty"),
        ({"x": np.zeros((3, 2, 2))}, r"`x` must have shape \(n,\) or \(n, d\)"),
        ({"x": [0.0, math.nan]}, r"`x` must be finite, got nan at index \(1,\)"),
        ({"x": torch.tensor([0.0, math.inf])}, "`x` must be finite"),
        ({"x": torch.zeros(3, dtype=torch.complex64)}, "`x` must hold real numbers"),
        ({"bandwidth": 0}, "`bandwidth` must be above 0"),
        ({"bandwidth": -1.0}, "`bandwidth` must be above 0"),
        ({"bandwidth": math.inf}, "`bandwidth` must be finite"),
        ({"bandwidth": "mean"}, "`bandwidth` must be one of"),
        ({"t": 0}, "`t` must be above 0"),
        ({"convention": "code"}, "`convention` must be one of"),
        ({"spectrum": "singular"}, "`spectrum` must be one of"),
        ({"solver": "chebyshev"}, "`solver` must be one of"),
        ({"solver": "lanczos", "t": 0.5}, "`solver` must be 'exact'"),
        ({"solver": "nystrom", "spectrum": "entries"}, "`solver` must be 'exact'"),
        ({"max_samples": 1}, "`max_samples` must be"),
        ({"tolerance": 0}, "`tolerance` must be above 0"),
        ({"base": 1}, "`base` must be above 1"),
        ({"random_state": -1}, "`random_state` must be"),
    ],
)
def test_bad_input_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        diffusion_spectral_entropy(**{"x": fixture_cloud(), **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"density_exponent": 2}, "`density_exponent` must lie in"),
        ({"n_eigenvalues": 9}, "`n_eigenvalues` must be a whole number"),
        ({"solver": "lanczos"}, "`n_eigenvalues` must be below"),
    ],
)
def test_bad_options_of_eigenvalues_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        diffusion_eigenvalues(fixture_cloud(), **options)


def test_approximate_eigenvalues_agree():
    x = cube(600, 2, 1, n_dims=5)
    known = diffusion_eigenvalues(x, bandwidth=0.5)
    largest = diffusion_eigenvalues(
        x, bandwidth=0.5, solver="lanczos", n_eigenvalues=6, random_state=0
    )
    np.testing.assert_allclose(largest, known[:6], atol=1e-6)
    landmarks = diffusion_eigenvalues(x, bandwidth=0.5, solver="nystrom", random_state=0)
    np.testing.assert_allclose(landmarks[:6], known[:6], atol=1e-6)
    plain = diffusion_eigenvalues(x, bandwidth=0.5, density_exponent=0.0)
    released = diffusion_eigenvalues(x, bandwidth=0.5, convention="released")
    np.testing.assert_allclose(plain, released, atol=1e-12)


def test_convergence_warning_tells_the_gap():
    noise = np.random.default_rng(0).normal(size=(1200, 40))
    with pytest.warns(ConvergenceWarning, match="known within"):
        diffusion_spectral_entropy(noise, bandwidth=4.0, solver="nystrom", random_state=0)


@pytest.mark.peer
@LIMITS
def test_peer_dse_dsmi():
    peer = pytest.importorskip("dse_dsmi.dse")
    rng = np.random.default_rng(0)
    for x in (rng.normal(size=(300, 8)), clusters(300, 1)[0]):
        for bandwidth, t in ((10.0, 1), (2.0, 1), (2.0, 3)):
            known = peer.diffusion_spectral_entropy(x, gaussian_kernel_sigma=bandwidth, t=t)
            told = diffusion_spectral_entropy(
                x, bandwidth=bandwidth, t=t, convention="released", base=2
            )
            assert told == pytest.approx(known, abs=1e-8)
        known = peer.diffusion_spectral_entropy(x, max_N=100, random_seed=4)
        told = diffusion_spectral_entropy(
            x, max_samples=100, convention="released", base=2, random_state=4
        )
        assert told == pytest.approx(known, abs=1e-8)
