"""Pairs of pictures that share many digits: grids of digits, and digits stacked as channels.

The second picture of a pair shows, for each digit c of the first, another picture of the digit that
follows, c + 1 modulo the number of classes. So the pair shares exactly the classes of its digits:
as many times log 10 nats as there are digits, far above log n for any batch of n pairs. Each picture
is drawn by itself, so that no pixel is shared. Digits come as arrays, from `data.images.digits_8x8`,
`data.images.mnist_5k` or anywhere else.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator


@dataclass(frozen=True)
class DigitPairs:
    """Pairs of pictures, and the classes that they share."""

    x: NDArray[np.float32]
    """Shape (n, n_channels, height, width)."""
    y: NDArray[np.float32]
    """Of the shape of `x`: in each place another picture of the class that follows."""
    factors: NDArray[np.int64]
    """Shape (n, n_digits): the classes in `x`, row by row, or channel by channel."""
    n_classes: int
    """Number of classes of a digit."""

    @property
    def mutual_information(self) -> float:
        """Information that the two pictures share, in nats: log of the classes, times digits.

        Exact for classes that are told from every picture without error.
        """
        return float(self.factors.shape[1] * math.log(self.n_classes))


def spatial_multi_mnist(
    pixels: ArrayLike,
    labels: ArrayLike,
    *,
    rows: int,
    columns: int,
    n: int,
    random_state: RandomState = None,
) -> DigitPairs:
    """Draw pairs of pictures that are grids of digits.

    A stand-in for the grids of Omniglot characters of Ozair et al. (2019): one alphabet of ten
    characters in every cell. What a convolution sees in one place helps it in the others;
    `stacked_multi_mnist` takes that away.

    Parameters
    ----------
    pixels : array-like of shape (n_pictures, height, width)
        Pictures of single digits.
    labels : array-like of int, shape (n_pictures,)
        Their classes, 0, 1, …, each present.
    rows, columns : int
        Cells of the grid.
    n : int
        Pairs to draw.
    random_state : int, Generator or None
        For classes and pictures; all independent and uniform.

    Returns
    -------
    DigitPairs
        Pictures of shape (n, 1, rows · height, columns · width).

    Raises
    ------
    ValueError
        If shapes do not fit, a class is missing, or a size is below 1.

    Examples
    --------
    >>> from infomax.data.images import digits_8x8
    >>> digits = digits_8x8()
    >>> pairs = spatial_multi_mnist(
    ...     digits.scaled()[:, 0], digits.labels, rows=2, columns=3, n=5, random_state=0
    ... )
    >>> pairs.x.shape, pairs.factors.shape, round(pairs.mutual_information, 2)
    ((5, 1, 16, 24), (5, 6), 13.82)
    """
    check_count("rows", rows)
    check_count("columns", columns)
    x, y, factors, n_classes = _drawn(pixels, labels, rows * columns, n, random_state)
    height, width = x.shape[2:]

    def laid_out(cells: NDArray[np.float32]) -> NDArray[np.float32]:
        grid = cells.reshape(n, rows, columns, height, width).swapaxes(2, 3)
        return grid.reshape(n, 1, rows * height, columns * width)

    return DigitPairs(laid_out(x), laid_out(y), factors, n_classes)


def stacked_multi_mnist(
    pixels: ArrayLike,
    labels: ArrayLike,
    *,
    n_digits: int,
    n: int,
    random_state: RandomState = None,
) -> DigitPairs:
    """Draw pairs of pictures with a digit in each channel.

    With three digits `x` is the stacked MNIST of a thousand modes on which generators are judged.

    Parameters
    ----------
    pixels : array-like of shape (n_pictures, height, width)
        Pictures of single digits.
    labels : array-like of int, shape (n_pictures,)
        Their classes, 0, 1, …, each present.
    n_digits : int
        Channels.
    n : int
        Pairs to draw.
    random_state : int, Generator or None
        For classes and pictures; all independent and uniform.

    Returns
    -------
    DigitPairs
        Pictures of shape (n, n_digits, height, width).

    Raises
    ------
    ValueError
        If shapes do not fit, a class is missing, or a size is below 1.

    Examples
    --------
    >>> from infomax.data.images import digits_8x8
    >>> digits = digits_8x8()
    >>> pairs = stacked_multi_mnist(
    ...     digits.scaled()[:, 0], digits.labels, n_digits=3, n=5, random_state=0
    ... )
    >>> pairs.x.shape, pairs.factors[0].tolist()
    ((5, 3, 8, 8), [8, 6, 5])
    """
    check_count("n_digits", n_digits)
    return DigitPairs(*_drawn(pixels, labels, n_digits, n, random_state))


def _drawn(
    pixels: ArrayLike, labels: ArrayLike, n_digits: int, n: int, random_state: RandomState
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], int]:
    """Return two pictures of shape (n, n_digits, height, width), classes and their number."""
    check_count("n", n)
    pictures, classes = np.asarray(pixels, dtype=np.float32), np.asarray(labels)
    members = _by_class(pictures, classes)
    generator = random_generator(random_state)
    factors = generator.integers(len(members), size=(n, n_digits))
    following = (factors + 1) % len(members)
    x, y = (pictures[_any_of(members, wanted, generator)] for wanted in (factors, following))
    return x, y, factors, len(members)


def _by_class(pictures: NDArray[np.float32], classes: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Return the places of the pictures of each class."""
    if pictures.ndim != 3 or not pictures.size:
        raise ValueError(f"`pixels` must have shape (n, height, width), got {pictures.shape}")
    if not np.isfinite(pictures).all():
        raise ValueError("`pixels` must be finite, got NaN or infinity")
    if classes.shape != (len(pictures),) or classes.dtype.kind not in "iu":
        raise ValueError(
            f"`labels` must be {len(pictures)} whole numbers, got {classes.dtype} of shape "
            f"{classes.shape}"
        )
    members = [np.flatnonzero(classes == c) for c in range(int(classes.max()) + 1)]
    if classes.min() < 0 or not all(len(found) for found in members):
        raise ValueError("`labels` must be 0, 1, … with no class missing, got others")
    return members


def _any_of(
    members: list[NDArray[np.int64]], wanted: NDArray[np.int64], generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return, for each class wanted, the place of one of its pictures."""
    sizes = np.array([len(found) for found in members])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    picks = generator.integers(sizes[wanted])
    return np.concatenate(members)[starts[wanted] + picks]
