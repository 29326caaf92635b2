import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from infomax.measures.neighbors._neighbor_search import (
    counts_within,
    joint_distances,
    joint_neighbors,
    joint_reaches,
)


def all_distances(blocks, metric):
    order = np.inf if metric == "chebyshev" else 2
    gaps = [np.linalg.norm(b[:, None] - b, ord=order, axis=2) for b in blocks]
    return np.maximum.reduce(gaps), gaps


def cloud(n, dims, seed, decimals=None):
    x = np.random.default_rng(seed).normal(size=(n, sum(dims)))
    x = x if decimals is None else np.round(x, decimals) + 0.0
    return np.split(x, np.cumsum(dims)[:-1], axis=1)


@pytest.mark.parametrize("metric", ["chebyshev", "euclidean"])
@pytest.mark.parametrize("dims", [(1,), (1, 1), (2,), (2, 1), (3, 2)])
@pytest.mark.parametrize("n", [2, 33, 64, 65, 128, 300])
def test_naive_twin_all_distances(n, dims, metric):
    blocks = cloud(n, dims, n)
    distances, gaps = all_distances(blocks, metric)
    k = min(4, n - 1)
    found, neighbors = joint_neighbors(blocks, k, metric)
    known = np.sort(distances + np.diag(np.full(n, np.inf)), axis=1)[:, :k]
    np.testing.assert_allclose(found, known, atol=1e-14)
    np.testing.assert_allclose(np.take_along_axis(distances, neighbors, 1), found, atol=1e-14)
    for reach, gap in zip(joint_reaches(blocks, k, metric), gaps, strict=True):
        known = np.take_along_axis(gap, neighbors, 1).max(axis=1)
        np.testing.assert_allclose(reach, known, atol=1e-14)
    radii = np.random.default_rng(1).random(n) * 2
    known = (distances < radii[:, None]).sum(axis=1) - (radii > 0)
    assert (counts_within(blocks, radii, metric, strict=True) == known).all()


@pytest.mark.parametrize("dims", [(1,), (2,), (3,)])
@given(st.integers(0, 10**6), st.integers(2, 200))
def test_law_radii_that_meet_points_are_told_apart(dims, seed, n):
    """On tenths many points lie just as far as the radius: rounded or not, none is miscounted."""
    (x,) = cloud(n, dims, seed, decimals=1)
    distances = np.abs(x[:, None] - x).max(axis=2)
    radii = distances[np.arange(n), np.random.default_rng(seed).integers(0, n, n)]
    nearer, as_near = (counts_within([x], radii, "chebyshev", strict=s) for s in (True, False))
    assert (nearer == (distances < radii[:, None]).sum(axis=1) - (radii > 0)).all()
    assert (as_near == (distances <= radii[:, None]).sum(axis=1) - 1).all()


@pytest.mark.parametrize("dims", [(1, 1), (2, 2), (4, 1)])
def test_naive_twin_scipy_on_clumps_of_unequal_density(dims):
    rng = np.random.default_rng(0)
    blocks = [np.exp(3 * b) * rng.choice([1, 1e-6], size=(1500, 1)) for b in cloud(1500, dims, 0)]
    joint = np.hstack(blocks)
    radii = joint_distances(blocks, 3, "chebyshev")
    assert (radii == cKDTree(joint).query(joint, [4], p=np.inf)[0][:, 0]).all()
    for block in blocks:
        reach = np.nextafter(radii, 0)
        known = cKDTree(block).query_ball_point(block, reach, p=np.inf, return_length=True) - 1
        assert (counts_within([block], radii, "chebyshev", strict=True) == known).all()


def test_points_that_coincide_cost_little_and_lie_at_no_distance():
    blocks = [np.zeros((20_000, 1)), np.repeat([0.0, 1.0], 10_000)[:, None]]
    assert (joint_distances(blocks, 3, "chebyshev") == 0).all()
    radii = np.zeros(20_000)
    assert (counts_within(blocks, radii, "chebyshev", strict=False) == 9999).all()
    assert (counts_within(blocks, radii, "chebyshev", strict=True) == 0).all()


def test_any_number_of_threads_gives_the_same():
    blocks = cloud(21_000, (1, 2), 0)
    results = []
    for n_threads in (1, min(2, numba.config.NUMBA_NUM_THREADS)):
        before = numba.get_num_threads()
        numba.set_num_threads(n_threads)
        distances, neighbors = joint_neighbors(blocks, 3, "chebyshev")
        counts = [
            counts_within(b, distances[:, -1], "chebyshev", strict=True)
            for b in (blocks[:1], blocks[1:], blocks)
        ]
        numba.set_num_threads(before)
        results.append([distances, neighbors, *counts])
    for one, two in zip(*results, strict=True):
        assert (one == two).all()
