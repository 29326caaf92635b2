import math

import numpy as np
import pytest
from scipy.special import digamma
from tests.measures.neighbors.neighbor_loops import fixture_pair

from infomax.exceptions import PrecisionWarning
from infomax.measures import knn_entropy


def test_closed_form_gaussian_and_uniform():
    """Standard errors are below 0.02 here; four of them are allowed."""
    rng = np.random.default_rng(0)
    for d in (1, 2, 3):
        x = rng.normal(size=(4000, d)) * 2
        known = d / 2 * math.log(2 * math.pi * math.e * 4)
        for metric in ("euclidean", "chebyshev"):
            assert knn_entropy(x, metric=metric) == pytest.approx(known, abs=0.08)
    assert knn_entropy(rng.random(4000)) == pytest.approx(0, abs=0.08)


def test_law_scale_adds_its_logarithm():
    x = np.random.default_rng(1).normal(size=(300, 3))
    assert knn_entropy(x * 5) == pytest.approx(knn_entropy(x) + 3 * math.log(5), abs=1e-10)
    assert knn_entropy(x, base=2) == pytest.approx(knn_entropy(x) / math.log(2))


@pytest.mark.parametrize("k", [1, 4])
def test_naive_twin_distances_sorted_one_by_one(k):
    x = np.random.default_rng(2).normal(size=(40, 2))
    logs = [math.log(sorted(math.dist(a, b) for b in x)[k]) for a in x]
    known = digamma(40) - digamma(k) + math.log(math.pi) + 2 * np.mean(logs)
    assert knn_entropy(x, n_neighbors=k) == pytest.approx(known, abs=1e-10)


@pytest.mark.parametrize(
    ("k", "metric", "known"),
    [
        (1, "euclidean", 0.894100),
        (1, "chebyshev", 1.013513),
        (3, "euclidean", 1.321638),
        (3, "chebyshev", 1.418072),
    ],
)
def test_closed_form_sines(k, metric, known):
    x, _ = fixture_pair()
    assert knn_entropy(x, n_neighbors=k, metric=metric) == pytest.approx(known, abs=1e-6)


def test_closed_form_cross_entropy_of_gaussians():
    """KL(p, q) + h(p) with q of covariance [[2, .5], [.5, 1]] around (1, 0), and reversed."""
    rng = np.random.default_rng(0)
    p, q = rng.normal(size=(2, 5000, 2))
    q = q @ np.linalg.cholesky([[2, 0.5], [0.5, 1]]).T + [1, 0]
    entropy = math.log(2 * math.pi * math.e)
    assert knn_entropy(p, reference=q) == pytest.approx(0.422665 + entropy, abs=0.08)
    assert knn_entropy(q, reference=p) == pytest.approx(
        0.720192 + entropy + math.log(1.75) / 2, abs=0.12
    )


def test_naive_twin_distances_to_a_reference():
    x, y = np.random.default_rng(3).normal(size=(2, 30, 2))
    logs = [math.log(sorted(math.dist(a, b) for b in y)[1]) for a in x[:20]]
    known = digamma(31) - digamma(2) + math.log(math.pi) + 2 * np.mean(logs)
    assert knn_entropy(x[:20], reference=y, n_neighbors=2) == pytest.approx(known, abs=1e-10)


def test_coincident_points_warn():
    with pytest.warns(PrecisionWarning, match="4 points coincide"):
        assert knn_entropy([1.0, 1.0, 1.0, 1.0, 2.0, 3.0]) == -math.inf


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_neighbors": 3}, "`n_neighbors` must be below the number of points"),
        ({"n_neighbors": 0}, "`n_neighbors` must be"),
        ({"metric": "cosine"}, "`metric` must be one of"),
        ({"base": -1}, "`base` must be above 1"),
        ({"reference": [[1.0, 2.0]]}, "`reference` must hold at least 2 points, got 1"),
        ({"reference": [1.0, 2.0]}, r"must not exceed the points of `reference` \(2\), got 3"),
        ({"reference": np.ones((5, 2))}, r"must have the dimensions of `x` \(1\), got 2"),
    ],
)
def test_bad_input_is_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        knn_entropy([1.0, 2.0, 4.0], **options)
