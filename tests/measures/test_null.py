"""What chance alone would give."""

import warnings

import numpy as np
import pytest
import torch

from infomax.exceptions import PrecisionWarning
from infomax.measures import permutation_test
from infomax.measures._null import null_orders, null_values, p_value


def test_closed_form_p_values():
    by_chance = np.array([0.1, 0.2, 0.3])
    assert p_value(0.25, by_chance) == pytest.approx(2 / 4)
    assert p_value(0.3, by_chance) == pytest.approx(2 / 4)  # as large counts
    assert p_value(9.0, by_chance) == pytest.approx(1 / 4)
    assert p_value(0.0, by_chance) == 1
    assert p_value(0.0, np.array([])) is None


def test_closed_form_shifts_are_all_shifts_once():
    orders = np.array(list(null_orders(6, n_permutations=5, null="circular", random_state=0)))
    assert sorted(orders[:, 0]) == [1, 2, 3, 4, 5]
    assert ((orders - orders[:, :1]) % 6 == np.arange(6)).all()


def test_law_permutations_hold_every_point_once():
    for order in null_orders(9, n_permutations=4, null="permutation", random_state=0):
        assert sorted(order) == list(range(9))


def test_law_values_repeat_with_the_seed_and_tensors_pass():
    y = np.random.default_rng(0).normal(size=20)
    weights = np.arange(20.0)
    ours = null_values(lambda z: weights @ z, y, n_permutations=5, random_state=3)
    again = null_values(lambda z: weights @ z, y, n_permutations=5, random_state=3)
    assert ours.tolist() == again.tolist()
    tensor = torch.tensor(y, requires_grad=True)
    of_tensor = null_values(
        lambda z: torch.tensor(weights) @ z, tensor, n_permutations=5, random_state=3
    )
    assert of_tensor == pytest.approx(ours)


def test_law_p_values_of_independent_pairs_are_uniform():
    """200 seeded tests at level 0.1: between 8 and 34 rejections, with probability 0.997."""
    rng = np.random.default_rng(1)
    rejected = 0
    for _ in range(200):
        x, y = rng.normal(size=(2, 30))
        by_chance = null_values(lambda z, x=x: abs(x @ z), y, n_permutations=19, random_state=rng)
        rejected += p_value(abs(x @ y), by_chance) <= 0.1
    assert 8 <= rejected <= 34


def test_law_shifts_keep_series_smooth_and_permutations_do_not():
    """Two independent random walks: shuffled, they look dependent; shifted, they need not."""
    walks = np.random.default_rng(4).normal(size=(2, 400)).cumsum(axis=1)

    def roughness(z):
        return float(np.abs(np.diff(z)).mean())

    shuffled = null_values(roughness, walks[0], n_permutations=9, random_state=0)
    shifted = null_values(roughness, walks[0], n_permutations=9, null="circular", random_state=0)
    assert shifted == pytest.approx(roughness(walks[0]), rel=0.1)
    assert (shuffled > 3 * roughness(walks[0])).all()


def test_naive_twin_the_test_counts_values_of_any_statistic():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(2, 25))

    def covariance(one, other):
        return abs(float(np.dot(one, other)))

    told = permutation_test(covariance, x, y, n_permutations=20, random_state=5)
    generator = np.random.default_rng(5)
    loop = [covariance(x, y[generator.permutation(25)]) for _ in range(20)]
    assert told.value == covariance(x, y)
    assert told.null_values.tolist() == loop
    assert told.null_mean == pytest.approx(np.mean(loop))
    assert told.p_value == (1 + sum(v >= told.value for v in loop)) / 21
    of_list = permutation_test(covariance, x, y.tolist(), n_permutations=20, random_state=5)
    assert of_list.p_value == told.p_value
    none = permutation_test(covariance, x, y, n_permutations=0)
    assert (none.p_value, none.null_mean) == (None, None)


def test_warnings_of_the_null_are_not_shown_but_errors_are():
    def loud(_):
        warnings.warn("ties", PrecisionWarning, stacklevel=2)
        return 0.0

    assert null_values(loud, np.arange(3), n_permutations=2).tolist() == [0, 0]
    with pytest.raises(ZeroDivisionError):
        null_values(lambda _: 1 / 0, np.arange(3), n_permutations=2)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"n_permutations": -1}, "`n_permutations`"),
        ({"n_permutations": 2.5}, "`n_permutations`"),
        ({"n_permutations": 2, "null": "bootstrap"}, "`null`"),
        ({"n_permutations": 5, "null": "circular"}, "at most 4"),
        ({"n_permutations": 1, "random_state": "a"}, "`random_state`"),
    ],
)
def test_bad_nulls_are_refused_by_name(options, named):
    with pytest.raises(ValueError, match=named):
        null_values(len, np.arange(5), **options)
