import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from infomax.exceptions import PrecisionWarning, SmallSampleWarning
from infomax.measures import frechet_distance


def with_moments(mean, covariance, n=40, seed=0):
    """Return points whose mean and covariance are exactly those given."""
    x = np.random.default_rng(seed).normal(size=(n, len(mean)))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(x.T)))).T
    return x @ np.linalg.cholesky(covariance).T + mean


def naive(x, y):
    """Distance by the matrix root, as the formula is printed."""
    a, b = (np.atleast_2d(np.cov(z.T)) for z in (x, y))
    root = np.real(sqrtm(a @ b))
    return ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum() + np.trace(a + b - 2 * root)


@pytest.mark.parametrize("seeds", [(0, 1), (2, 2)])
def test_closed_form_gaussians(seeds):
    shift = np.array([1.0, -2.0, 0.5])
    x = with_moments(np.zeros(3), np.eye(3), seed=seeds[0])
    moved = with_moments(shift, np.eye(3), seed=seeds[1])
    wider = with_moments(np.zeros(3), 4 * np.eye(3), n=60, seed=seeds[1])
    assert frechet_distance(x, moved) == pytest.approx((shift**2).sum(), abs=1e-10)
    assert frechet_distance(x, wider) == pytest.approx(3, abs=1e-10)
    assert frechet_distance(x, x) < 1e-8


def test_closed_form_one_dimension():
    x, y = with_moments([1.0], np.eye(1) * 4), with_moments([-1.0], np.eye(1) * 9, seed=3)
    assert frechet_distance(x[:, 0], y[:, 0]) == pytest.approx(4 + 1, abs=1e-10)


@pytest.mark.parametrize("d", [1, 2, 7])
def test_naive_twin_by_the_matrix_root(d):
    x, y = np.random.default_rng(d).normal(size=(2, 50, d)) + np.arange(2)[:, None, None]
    y = y @ np.random.default_rng(9).normal(size=(d, d))
    assert frechet_distance(x, y) == pytest.approx(naive(x, y), abs=1e-10)


def test_singular_covariances_lose_no_digits():
    """A constant feature and a copied one; then fewer vectors than dimensions."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50, 4))
    wide = [np.column_stack([z, z[:, :1], np.ones(50)]) for z in (x, y)]
    first = x[:, 0].copy()
    assert frechet_distance(wide[0], wide[0]) < 1e-12
    scaled = [np.column_stack([z[:, 0] * np.sqrt(2), z[:, 1:]]) for z in (x, y)]
    assert frechet_distance(*wide) == pytest.approx(frechet_distance(*scaled), abs=1e-12)
    assert (x[:, 0] == first).all(), "the input is not written to"
    with pytest.warns(SmallSampleWarning, match=r"5 vectors in 9 dimensions .* take more"):
        few = frechet_distance(*rng.normal(size=(2, 5, 9)))
    assert few > 1


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000), st.floats(0.1, 10))
def test_law_symmetric_isometry_and_scale(d, seed, scale):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(20, d)), rng.normal(size=(30, d)) * rng.uniform(0.2, 2, size=d)
    value = frechet_distance(x, y)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    assert value >= 0
    assert frechet_distance(y, x) == pytest.approx(value, rel=1e-6, abs=1e-9)
    assert frechet_distance(x @ turn + 3, y @ turn + 3) == pytest.approx(value, rel=1e-6, abs=1e-9)
    assert frechet_distance(scale * x, scale * y) == pytest.approx(scale**2 * value, rel=1e-6)


def test_tensors_give_the_same_and_a_gradient():
    x, y = torch.randn(2, 12, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    value = frechet_distance(x, y)
    assert value.shape == ()
    assert value.item() == pytest.approx(frechet_distance(x.numpy(), y.numpy()), abs=1e-12)
    assert frechet_distance(x.numpy(), y).item() == pytest.approx(value.item(), abs=1e-12)
    assert frechet_distance(x, y.numpy()).dtype == torch.float64
    assert frechet_distance(x.float(), y.float()).dtype == torch.float32
    x.requires_grad_()
    assert torch.autograd.gradcheck(frechet_distance, (x, y.requires_grad_()))


@pytest.mark.filterwarnings("ignore::infomax.exceptions.SmallSampleWarning")
def test_gradient_of_singular_covariances():
    """The rotation that is held still does not change the gradient."""
    x, y = torch.randn(2, 12, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    spread = torch.diag(torch.tensor([1.0, 1.0, 1e-9], dtype=torch.float64))

    def flat(points):
        return frechet_distance(points @ spread, y @ spread)

    def without(points):
        return frechet_distance(points[:, :2], y[:, :2])

    gradients = []
    for function in (flat, without):
        points = x.clone().requires_grad_()
        function(points).backward()
        gradients.append(points.grad)
    torch.testing.assert_close(gradients[0], gradients[1], atol=1e-7, rtol=1e-7)


def test_features_of_any_size():
    x = with_moments(np.zeros(2), np.eye(2))
    assert frechet_distance(1e-160 * x, 3e-160 * x) == pytest.approx(8e-320, rel=1e-3)
    assert frechet_distance(1e150 * x, 2e150 * x) == pytest.approx(2e300)
    with pytest.warns(PrecisionWarning, match="exceed float64: scale them down"):
        assert frechet_distance(1e160 * x, 2e160 * x) == np.inf
    single = torch.tensor(x, dtype=torch.float32)
    with pytest.warns(PrecisionWarning, match=r"exceed torch.float32"):
        frechet_distance(1e20 * single, 2e20 * single)


def test_refusals():
    x = np.zeros((5, 2))
    with pytest.raises(ValueError, match="`y` must have the width of `x`, 2, got 3"):
        frechet_distance(x, np.zeros((5, 3)))
    with pytest.raises(ValueError, match="`x` must hold at least 2 points, got 1"):
        frechet_distance(x[:1], x)
    with pytest.raises(ValueError, match="`y` must be finite, got nan"):
        frechet_distance(x, x + np.nan)
