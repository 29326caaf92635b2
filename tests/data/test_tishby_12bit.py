import math

import numpy as np
import pytest
from scipy.io import savemat
from scipy.special import sph_harm_y

from infomax.data.tishby_12bit import _corners, _power, tishby_12bit


def test_closed_form_words_classes_and_information():
    data = tishby_12bit(random_state=0)
    assert sorted(data.words @ (1 << np.arange(12))) == list(range(4096))
    p = data.probabilities
    assert 0.49 < p.mean() < 0.51
    known = 0.0
    for q in p:
        for joint, own in ((q, p.mean()), (1 - q, 1 - p.mean())):
            if joint > 0:
                known += joint / 4096 * math.log(joint / own)
    assert data.mutual_information == pytest.approx(known, abs=1e-12)
    assert data.mutual_information == pytest.approx(0.99 * math.log(2), abs=1e-9)


def test_law_sixty_four_orbits_and_no_rotation_or_reflection_seen():
    words = tishby_12bit(random_state=0).words
    power = _power(words)
    assert len(np.unique(power.round(9))) == 64
    corners = _corners()
    assert np.linalg.norm(corners, axis=1) == pytest.approx(np.ones(12))
    for turned in (-corners, corners[:, [1, 2, 0]], corners * [1, 1, -1]):
        order = np.argmax(turned @ corners.T, axis=1)
        assert sorted(order) == list(range(12))
        assert _power(words[:, order]) == pytest.approx(power, abs=1e-9)


def test_naive_twin_power_harmonic_by_harmonic():
    words = tishby_12bit(random_state=0).words[::97]
    corners = _corners()
    azimuth, polar = np.arctan2(corners[:, 1], corners[:, 0]), np.arccos(corners[:, 2])
    known = np.zeros(len(words))
    for degree in range(5):
        for order in range(-degree, degree + 1):
            values = sph_harm_y(degree, order, polar, azimuth)
            known += np.abs(words @ values) ** 2
    assert _power(words) == pytest.approx(known, abs=1e-9)


def test_law_labels_follow_the_seed_and_the_table():
    once, again, other = (tishby_12bit(random_state=seed) for seed in (1, 1, 2))
    assert (once.labels == again.labels).all()
    assert (once.labels != other.labels).any()
    sure = np.abs(once.probabilities - 0.5) > 0.4999999
    assert (once.labels[sure] == (once.probabilities[sure] > 0.5)).all()
    once.words[:] = 0  # a caller's own copy
    assert tishby_12bit(random_state=1).words.any()


def test_file_of_the_authors_layout_is_read(tmp_path):
    data = tishby_12bit(random_state=0)
    savemat(tmp_path / "g1.mat", {"F": data.words, "y": data.labels[None]})
    told = tishby_12bit(tmp_path / "g1.mat")
    assert (told.words == data.words).all()
    assert (told.labels == data.labels).all()
    assert told.probabilities is None
    rate = data.labels.mean()
    known = -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)
    assert told.mutual_information == pytest.approx(known)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"F": np.eye(3)}, "without y"),
        ({"F": np.eye(3) * 2, "y": [0, 1, 0]}, "`F` of .* must hold 0 and 1, got"),
        ({"F": np.eye(3), "y": [0, 1, 2]}, "`y` of .* must hold 0 and 1"),
        ({"F": np.eye(3), "y": [0, 1]}, "must hold distinct words"),
        ({"F": np.ones((2, 3)), "y": [0, 1]}, "must hold distinct words"),
    ],
)
def test_refusals(tmp_path, members, message):
    savemat(tmp_path / "bad.mat", members)
    with pytest.raises(ValueError, match=message):
        tishby_12bit(tmp_path / "bad.mat")
