import math

import numpy as np
import pytest
import torch
from scipy.special import beta

from infomax.exceptions import SmallSampleWarning
from infomax.measures import mauve
from infomax.measures.generation._mauve import _area


@pytest.fixture(scope="module")
def blobs():
    """Return 200 vectors about one of four far corners each, and their corners."""
    generator = np.random.default_rng(0)
    corners = np.eye(4)[np.arange(200) % 4]
    return corners + 0.01 * generator.normal(size=corners.shape), np.arange(200) % 4


def test_closed_form_area_of_histograms():
    assert _area(np.array([0.5, 0.5]), np.array([0.5, 0.5]), 5) == pytest.approx(1)
    # disjoint: x = (1 - w)^5, y = w^5, and the area under the curve is 5 B(6, 5)
    disjoint = _area(np.array([1.0, 0]), np.array([0, 1.0]), 5)
    assert disjoint == pytest.approx(5 * beta(6, 5), rel=0.05)


def test_closed_form_a_missing_corner(blobs):
    features, corner = blobs
    whole = mauve(features, features, n_clusters=4, random_state=0)
    assert whole == pytest.approx(1)
    three = np.repeat(features[corner != 3], 2, axis=0)[:200]
    found = mauve(features, three, n_clusters=4, random_state=0)
    p = np.full(4, 0.25)
    q = np.append(np.full(3, 1 / 3), 0)
    q[:3] = np.bincount(np.repeat(corner[corner != 3], 2)[:200], minlength=3) / 200
    assert found == pytest.approx(_area(p, q, 5.0), abs=1e-9)
    assert found < 0.8


def test_law_symmetric_and_falling_with_distance():
    generator = np.random.default_rng(1)
    human, near, far = generator.normal(size=(3, 240, 6)) + np.array([0, 0.3, 2])[:, None, None]
    scores = [mauve(human, x, random_state=0) for x in (human, near, far)]
    assert 1 >= scores[0] - 1e-9 > scores[1] > scores[2] > 0
    histograms = np.random.default_rng(2).dirichlet(np.ones(6), size=(20, 2))
    for p, q in histograms:
        assert _area(p, q, 5) == pytest.approx(_area(q, p, 5), abs=1e-12)
        assert _area(p, q, 1) >= _area(p, q, 5)


def test_law_seed_and_tensors(blobs):
    features, _ = blobs
    other = features[::-1] + 0.2
    first = mauve(features, other, random_state=3)
    assert first == mauve(torch.tensor(features), torch.tensor(other.copy()), random_state=3)


def test_few_vectors_warn(blobs):
    features, _ = blobs
    with pytest.warns(SmallSampleWarning, match="take 200 or more"):
        mauve(features, features[:100], random_state=0)


def test_coincident_vectors():
    same = np.ones((200, 3))
    assert mauve(same, same, random_state=0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("p", "q", "options", "message"),
    [
        (np.ones((9, 2)), np.ones((9, 3)), {}, "`q_features` must have the width"),
        (np.ones(9), np.ones(9), {}, "`p_features`"),
        (np.ones((9, 2)), np.full((9, 2), math.nan), {}, "`q_features`"),
        (np.ones((0, 2)), np.ones((9, 2)), {}, "`p_features`"),
        (np.ones((9, 2)), np.ones((9, 2)), {"n_clusters": 19}, "`n_clusters`"),
        (np.ones((9, 2)), np.ones((9, 2)), {"scaling": 0}, "`scaling`"),
    ],
)
def test_bad_input_is_refused(p, q, options, message):
    with pytest.raises(ValueError, match=message):
        mauve(p, q, **options)
