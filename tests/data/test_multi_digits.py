import math

import numpy as np
import pytest

from infomax.data.images import digits_8x8
from infomax.data.multi_digits import spatial_multi_mnist, stacked_multi_mnist

# Ten pictures of each of five classes; a picture tells its class and itself.
PIXELS = (100.0 * np.arange(5)[:, None] + np.arange(10)).reshape(-1, 1, 1) + np.zeros((1, 2, 3))
LABELS = np.repeat(np.arange(5), 10)


def cells_of(grid, rows, columns):
    """Cut grids into cells by plain slicing."""
    height, width = grid.shape[2:]
    h, w = height // rows, width // columns
    return np.stack(
        [
            grid[:, 0, h * r : h * (r + 1), w * c : w * (c + 1)]
            for r in range(rows)
            for c in range(columns)
        ],
        axis=1,
    )


def test_naive_twin_each_cell_shows_its_class_and_the_next():
    pairs = spatial_multi_mnist(PIXELS, LABELS, rows=2, columns=3, n=400, random_state=0)
    x, y = cells_of(pairs.x, 2, 3), cells_of(pairs.y, 2, 3)
    assert (x == x[..., :1, :1]).all()  # no cell holds parts of two pictures
    np.testing.assert_array_equal(x[..., 0, 0] // 100, pairs.factors)
    np.testing.assert_array_equal(y[..., 0, 0] // 100, (pairs.factors + 1) % 5)


def test_law_classes_and_pictures_are_independent_and_uniform():
    pairs = stacked_multi_mnist(PIXELS, LABELS, n_digits=2, n=20_000, random_state=1)
    joint = np.histogram2d(*pairs.factors.T, bins=5)[0] / 20_000
    np.testing.assert_allclose(joint, 1 / 25, atol=0.01)
    which = (pairs.x[:, 0, 0, 0] % 100, pairs.y[:, 0, 0, 0] % 100)
    np.testing.assert_allclose(np.histogram2d(*which, bins=10)[0] / 20_000, 0.01, atol=0.004)


@pytest.mark.parametrize(("side", "known"), [(1, 2.302585), (2, 9.210340), (3, 20.723266)])
def test_closed_form_information_grows_by_log_ten_a_cell(side, known):
    digits = digits_8x8()
    pixels = digits.scaled()[:, 0]
    pairs = spatial_multi_mnist(pixels, digits.labels, rows=side, columns=side, n=3, random_state=0)
    assert pairs.mutual_information == pytest.approx(known, abs=1e-6)
    assert pairs.x.shape == (3, 1, 8 * side, 8 * side)
    assert (pairs.mutual_information > math.log(64)) == (side > 1)


def test_channels_hold_one_digit_each_and_seeds_repeat():
    pairs, again = (
        stacked_multi_mnist(PIXELS, LABELS, n_digits=3, n=50, random_state=7) for _ in range(2)
    )
    assert pairs.x.shape == (50, 3, 2, 3)
    np.testing.assert_array_equal(pairs.x[:, :, 0, 0] // 100, pairs.factors)
    np.testing.assert_array_equal(pairs.x, again.x)
    other = stacked_multi_mnist(PIXELS, LABELS, n_digits=3, n=50, random_state=8)
    assert not np.array_equal(pairs.factors, other.factors)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stacked_multi_mnist(PIXELS, LABELS, n_digits=0, n=1), "`n_digits` must be"),
        (lambda: stacked_multi_mnist(PIXELS, LABELS, n_digits=1, n=0), "`n` must be"),
        (lambda: stacked_multi_mnist(PIXELS[0], LABELS, n_digits=1, n=1), "`pixels` must have"),
        (lambda: stacked_multi_mnist(PIXELS * np.nan, LABELS, n_digits=1, n=1), "`pixels` must be"),
        (lambda: stacked_multi_mnist(PIXELS, LABELS[1:], n_digits=1, n=1), "`labels` must be 50"),
        (lambda: stacked_multi_mnist(PIXELS, LABELS / 1, n_digits=1, n=1), "`labels` must be 50"),
        (lambda: stacked_multi_mnist(PIXELS, LABELS * 2, n_digits=1, n=1), "no class missing"),
        (lambda: stacked_multi_mnist(PIXELS, LABELS - 1, n_digits=1, n=1), "no class missing"),
        (lambda: spatial_multi_mnist(PIXELS, LABELS, rows=0, columns=1, n=1), "`rows` must be"),
        (lambda: spatial_multi_mnist(PIXELS, LABELS, rows=1, columns=0, n=1), "`columns` must be"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
