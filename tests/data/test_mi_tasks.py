"""Tasks of known information: formulas, exact density ratios, and maps that lose nothing.

Statistical tests hold a mean of 200,000 pairs within 4.5 standard errors of the truth: two-sided
error level 7e-6 each, seeds fixed.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import multivariate_normal, multivariate_t, norm

from infomax.data.mi_tasks import (
    MITask,
    additive_noise,
    ai_shaped,
    benchmark_tasks,
    bivariate_normal,
    concentric,
    correlated_normal,
    dense_normal,
    galaxy,
    gaussian_mixture,
    inliers,
    paired_normal,
    student_t,
    waves,
    x_shaped,
)
from infomax.data.mi_tasks.warps import half_cube, spiral, two_humps, wiggly_x, wiggly_y

TASKS = benchmark_tasks()
EXACT = [name for name, task in TASKS.items() if task.exact is not None]


def z_score(task: MITask, truth: float, n: int = 200_000) -> float:
    information = task.profile(n, random_state=7).information
    return float((information.mean() - truth) / (information.std() / math.sqrt(n)))


@pytest.mark.parametrize(
    "shape", ["normal", "uniform", "half_cube", "wiggly", "bimodal", "swiss_roll"]
)
def test_closed_form_bivariate_normal_in_every_shape(shape):
    assert bivariate_normal(shape=shape).mutual_information == pytest.approx(0.413339, abs=5e-7)


@pytest.mark.parametrize(("epsilon", "value"), [(0.1, 1.709438), (0.5, 0.5), (0.75, 1 / 3)])
def test_closed_form_additive_noise(epsilon, value):
    task = additive_noise(epsilon=epsilon)
    assert task.mutual_information == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("n_dims", "value"),
    [(2, 0.293893), (3, 0.413339), (5, 0.592812), (25, 1.292184), (50, 1.624265)],
)
def test_closed_form_dense_normal(n_dims, value):
    assert dense_normal(n_dims).mutual_information == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize("n_dims", [3, 5, 25])
@pytest.mark.parametrize("shape", ["normal", "uniform", "half_cube", "spiral", "spiral_uniform"])
def test_closed_form_paired_normal_in_every_shape_and_dimension(n_dims, shape):
    task = paired_normal(n_dims, shape=shape)
    assert task.mutual_information == pytest.approx(1.021651, abs=5e-7)


@pytest.mark.parametrize("shape", ["plain", "asinh"])
@pytest.mark.parametrize(
    ("n_dims", "dof", "value"),
    [
        (1, 1, 0.224171), (2, 1, 0.431946), (2, 2, 0.193147), (3, 2, 0.290922),
        (3, 3, 0.178712), (5, 2, 0.448151), (5, 3, 0.298544),
    ],
)  # fmt: skip
def test_closed_form_student(n_dims, dof, value, shape):
    assert student_t(n_dims, dof=dof, shape=shape).mutual_information == pytest.approx(
        value, abs=5e-7
    )


@pytest.mark.parametrize("name", [n for n in EXACT if "," not in n and "50" not in n])
def test_monte_carlo_of_the_density_ratio_meets_the_formula(name):
    assert abs(z_score(TASKS[name], TASKS[name].mutual_information)) < 4.5


@pytest.mark.parametrize("task", [x_shaped(), ai_shaped()], ids=lambda t: t.name)
def test_naive_twin_quadrature_of_a_mixture(task):
    """Sum p ln(p / p_x p_y) over a fine grid; nothing of the mixture but its ratio and margins."""
    components = {
        "X": ([(0, 0)] * 2, [[[1, -0.9], [-0.9, 1]], [[1, 0.9], [0.9, 1]]]),
        "AI": (
            [(1, 0), (1, 1), (1, -1), (-0.8, -0.2), (-1.2, 0), (-0.4, 0)],
            [np.diag(v) for v in ((0.01, 0.2), (0.05, 0.001), (0.05, 0.001), (0.03, 0.001))]
            + [[[0.04, s * 0.95 * 0.008**0.5], [s * 0.95 * 0.008**0.5, 0.2]] for s in (1, -1)],
        ),
    }[task.name]
    grid = np.linspace(-7, 7, 1401) if task.name == "X" else np.linspace(-3, 3, 1401)
    points = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1)
    laws = [multivariate_normal(m, c) for m, c in zip(*components, strict=True)]
    p = np.mean([law.pdf(points) for law in laws], axis=0)
    margins = [
        np.mean([norm.pdf(grid, law.mean[i], law.cov[i, i] ** 0.5) for law in laws], axis=0)
        for i in (0, 1)
    ]
    ratio = np.log(np.maximum(p, 1e-300)) - np.log(np.maximum(np.outer(*margins), 1e-300))
    truth = (p * ratio).sum() * (grid[1] - grid[0]) ** 2
    assert abs(task.mutual_information - truth) < 4.5 * task.standard_error


def test_naive_twin_student_ratio():
    task = student_t(2, dof=3)
    found = task.profile(50, random_state=0)
    rows = np.hstack([found.x, found.y])
    density = [multivariate_t(np.zeros(k), np.eye(k), df=3).logpdf for k in (2, 4)]
    twin = density[1](rows) - density[0](found.x) - density[0](found.y)
    np.testing.assert_allclose(found.information, twin, atol=1e-10)


def test_naive_twin_mixture_ratio():
    rng = np.random.default_rng(0)
    roots = rng.normal(size=(3, 4, 4))
    covariances = roots @ roots.transpose(0, 2, 1) + np.eye(4)
    means, weights = rng.normal(size=(3, 4)), np.array([0.2, 0.3, 0.5])
    task = gaussian_mixture(weights, means, covariances, 3)
    found = task.profile(40, random_state=1)

    def density(rows, part):
        return sum(
            w * multivariate_normal(m[part], c[part, part]).pdf(rows)
            for w, m, c in zip(weights, means, covariances, strict=True)
        )

    joint = density(np.hstack([found.x, found.y]), slice(None))
    product = density(found.x, slice(3)) * density(found.y, slice(3, 4))
    np.testing.assert_allclose(found.information, np.log(joint / product), atol=1e-10)


def test_law_mixtures_tell_what_their_limits_tell():
    assert inliers(3, fraction=0).profile(100, random_state=0).information == pytest.approx(
        paired_normal(3).log_ratio(*inliers(3, fraction=0).sample(100, random_state=0)), abs=1e-9
    )
    for independent in (
        inliers(3, fraction=1),
        concentric(2, n_components=1),
        galaxy(distance=0.0),
    ):
        told = independent.profile(1000, random_state=0).information
        np.testing.assert_allclose(told, 0, atol=1e-9)
    assert z_score(inliers(5), paired_normal(5).mutual_information, 20_000) < -4.5
    assert z_score(waves(), math.log(4), 20_000) < -4.5  # Y tells which of four heights, at most


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 3), st.integers(1, 3))
def test_law_normal_information_is_that_of_the_canonical_correlations(seed, n_x, n_y):
    root = np.random.default_rng(seed).normal(size=(n_x + n_y, n_x + n_y))
    sigma = root @ root.T + 0.1 * np.eye(n_x + n_y)
    white = [np.linalg.inv(np.linalg.cholesky(s)) for s in (sigma[:n_x, :n_x], sigma[n_x:, n_x:])]
    canonical = np.linalg.svd(white[0] @ sigma[:n_x, n_x:] @ white[1].T, compute_uv=False)
    truth = -np.log1p(-(canonical**2)).sum() / 2
    assert correlated_normal(sigma, n_x).mutual_information == pytest.approx(truth, abs=1e-9)


def test_warps_lose_nothing():
    line = np.linspace(-6, 6, 2001)[:, None]
    for warp in (half_cube, wiggly_x, wiggly_y, two_humps(0.3, 0, 5), two_humps(0.5, -1, 3)):
        assert (np.diff(warp(line)[:, 0]) > 0).all()
    rows = np.random.default_rng(0).normal(size=(100, 4))
    turned = spiral(0.7, (1, 2))(rows)
    np.testing.assert_allclose((turned**2).sum(axis=1), (rows**2).sum(axis=1))
    np.testing.assert_allclose(spiral(-0.7, (1, 2))(turned), rows, atol=1e-12)
    assert np.abs(turned[:, 1] - rows[:, 1]).max() > 0.5
    rolled, u = (
        bivariate_normal(shape=s).sample(500, random_state=3)[0] for s in ("swiss_roll", "uniform")
    )
    angle = 21 * np.linalg.norm(rolled, axis=1)
    np.testing.assert_allclose(angle / (3 * np.pi) - 0.5, u[:, 0], atol=1e-12)


@pytest.mark.parametrize(("weight", "first", "second"), [(0.3, 0, 5), (0.5, -1, 3)])
def test_closed_form_two_humps_have_the_law_of_the_mixture(weight, first, second):
    x = np.linspace(-5, 5, 101)
    y = two_humps(weight, first, second)(x)
    np.testing.assert_allclose(
        weight * ndtr(y - first) + (1 - weight) * ndtr(y - second), ndtr(x), atol=1e-14
    )


@pytest.mark.parametrize("name", TASKS)
def test_sample_and_profile_give_the_same_finite_pairs(name):
    x, y = TASKS[name].sample(64, random_state=5)
    found = TASKS[name].profile(64, random_state=5)
    assert (x == found.x).all()
    assert (y == found.y).all()
    assert x.shape[0] == y.shape[0] == found.information.size == 64
    assert x.ndim == y.ndim == 2
    assert np.isfinite(np.hstack([x, y, found.information[:, None]])).all()
    assert (x != TASKS[name].sample(64, random_state=6)[0]).any()


def test_one_more_warp_is_applied_last():
    task = bivariate_normal(shape="uniform").warped("again", x=lambda rows: 3 * rows)
    x, y = bivariate_normal(shape="uniform").sample(9, random_state=0)
    again = task.sample(9, random_state=0)
    assert (again[0] == 3 * x).all()
    assert (again[1] == y).all()
    assert task.mutual_information == bivariate_normal().mutual_information


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bivariate_normal(correlation=1.0), r"`correlation` must lie in \(-1, 1\)"),
        (lambda: bivariate_normal(shape="cube"), "`shape` must be one of"),
        (lambda: additive_noise(epsilon=0), "`epsilon` must be above 0"),
        (lambda: dense_normal(0), "`n_dims`"),
        (lambda: dense_normal(2, correlation=1), "`correlation`"),
        (lambda: paired_normal(1), "`n_pairs`.*at most 1"),
        (lambda: paired_normal(2, shape="spiral"), "`n_dims`.*at least 3"),
        (lambda: paired_normal(2, strength=-1), "`strength`"),
        (lambda: paired_normal(2, shape="round"), "`shape`"),
        (lambda: student_t(1, dof=0), "`dof`"),
        (lambda: student_t(1, dof=1, shape="round"), "`shape`"),
        (
            lambda: correlated_normal([[1, 2], [2, 1]], 1),
            "positive definite, got the eigenvalue -1",
        ),
        (lambda: correlated_normal([[1, 0], [0.5, 1]], 1), "symmetric"),
        (lambda: correlated_normal(np.eye(2), 2), "`n_x`"),
        (
            lambda: gaussian_mixture([1], [[0, 0]], [np.eye(3)], 1),
            "`covariances` must have the shape",
        ),
        (
            lambda: gaussian_mixture([1], [[0, 0]], [-np.eye(2)], 1),
            "`covariances` must be positive",
        ),
        (lambda: gaussian_mixture([0.4], [[0, 0]], [np.eye(2)], 1), "`weights` must sum to 1"),
        (lambda: x_shaped(correlation=-1), "`correlation`"),
        (lambda: galaxy(distance=-1), "`distance`"),
        (lambda: waves(n_components=0), "`n_components`"),
        (lambda: concentric(0), "`n_dims`"),
        (lambda: inliers(5, fraction=1.5), "`fraction`"),
        (lambda: bivariate_normal().sample(0), "`n`"),
        (lambda: bivariate_normal().sample(3, random_state=-1), "`random_state`"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
