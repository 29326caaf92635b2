"""Real tables with a number to predict, out of packages."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_between, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.data.images import mnist_5k
from infomax.data.packages import open_member
from infomax.data.tables import Table, table

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class _Recipe:
    """How a table of columns becomes features and a target."""

    target: str
    categories: tuple[str, ...] = ()
    """Columns of whole numbers that name a category; columns of words always do."""
    left_out: tuple[str, ...] = ()
    """Columns that give the target away, or say nothing."""


_RECIPES = {
    "bikeshare": _Recipe(
        "bikers",
        categories=("season", "hr", "weekday"),
        left_out=("casual", "registered", "day"),
    ),
    "wage": _Recipe("wage", left_out=("logwage", "region")),
    "boston": _Recipe("medv"),
    "college": _Recipe("Outstate"),
}
_MEMBERS = {name: f"ISLP/data/{name.capitalize()}.csv" for name in _RECIPES}
NAMES = (*_RECIPES, "diabetes", "rotated_digits")


def columns(name: str) -> Columns:
    """Return the columns of one of the text book's tables as they are, under their names.

    For questions about single columns; `regression_table` gives the same tables ready to fit.
    The archive comes with ``infomax data get islp`` (a wheel of 17 MB, read in place).

    Parameters
    ----------
    name : str
        "bikeshare" (8,645 hours of 15 columns: ``bikers`` hired, hour, weather, calendar), "wage"
        (3,000 men, 11), "boston" (506 districts, 13) or "college" (777 colleges, 18).

    Returns
    -------
    dict of str to array of shape (n_rows,)
        Whole numbers as int64, numbers as float64, words as str.

    Raises
    ------
    ValueError
        If there is no such table.
    MissingDataError
        If the archive is absent or damaged.

    References
    ----------
    James, Witten, Hastie, Tibshirani and Taylor (2023), An Introduction to Statistical Learning;
    the hours of hired bicycles are those of Fanaee-T and Gama (2014).
    """
    import pandas as pd

    check_choice("name", name, tuple(_RECIPES))
    frame = pd.read_csv(open_member("islp", _MEMBERS[name]), keep_default_na=False)
    return {str(key): _plain(np.asarray(frame[key])) for key in frame.columns}


def bikeshare() -> Columns:
    """Return every hour of two years of hired bicycles, as `columns` does.

    Returns
    -------
    dict of str to array of shape (8645,)
        ``season``, ``mnth``, ``day``, ``hr``, ``holiday``, ``weekday``, ``workingday``,
        ``weathersit``, ``temp``, ``atemp``, ``hum``, ``windspeed``, and the counts ``casual``,
        ``registered`` and their sum ``bikers``.

    Raises
    ------
    MissingDataError
        If the archive is absent or damaged; ``infomax data get islp`` brings it.
    """
    return columns("bikeshare")


def regression_table(name: str, *, random_state: RandomState = 0) -> Table:
    """Return a table ready for regression: numbers and one-hot features, one number to predict.

    A category of two levels becomes one column of 0 and 1, one of more levels a column of 0 and 1
    for each level (named ``hr=7``). Numbers stay in their own units: standardise them, on the
    training part alone, where a method needs it. What gives the target away is left out (the two
    counts that sum to ``bikers``; the logarithm of the wage).

    Parameters
    ----------
    name : str
        "bikeshare" (bicycles hired in an hour), "wage" (thousands of dollars), "boston" (median
        price of a house, thousands of dollars), "college" (tuition out of state, dollars),
        "diabetes" (progress of the disease after a year; comes with scikit-learn) or
        "rotated_digits" (angle in degrees, see `rotated_digits`).
    random_state : int, Generator or None
        For the angles of "rotated_digits"; the other tables use no chance.

    Returns
    -------
    Table
        Unscaled; `target_names` is empty.

    Raises
    ------
    ValueError
        If there is no such table.
    MissingDataError
        If the archive ("islp", or "mnist" for the digits) is absent or damaged.

    Examples
    --------
    >>> regression_table("diabetes").X.shape
    (442, 10)
    """
    check_choice("name", name, NAMES)
    if name == "diabetes":
        return table("diabetes")
    if name == "rotated_digits":
        return rotated_digits(random_state=random_state)
    recipe = _RECIPES[name]
    return encoded(
        name,
        columns(name),
        target=recipe.target,
        categories=recipe.categories,
        left_out=recipe.left_out,
    )


def encoded(
    name: str,
    raw: Columns,
    *,
    target: str,
    categories: Collection[str] = (),
    left_out: Collection[str] = (),
) -> Table:
    """Make a table for regression of named columns, one's own too.

    Parameters
    ----------
    name : str
        What to call the table.
    raw : dict of str to array of shape (n_rows,)
        Columns; those of words name categories.
    target : str
        The column to predict, of numbers.
    categories : collection of str
        Columns of whole numbers that name categories.
    left_out : collection of str
        Columns to leave out.

    Returns
    -------
    Table
        One column a number, and for a category one of 0 and 1 a level (of two, the second alone).

    Raises
    ------
    ValueError
        If the target is no column of numbers, or no other column is left.

    Examples
    --------
    >>> raw = {"hour": np.array([7, 8, 9]), "sky": np.array(["grey", "blue", "grey"])}
    >>> made = encoded("rides", raw | {"riders": np.array([2, 9, 4])}, target="riders")
    >>> made.feature_names, made.X.tolist()
    (('hour', 'sky=grey'), [[7.0, 1.0], [8.0, 0.0], [9.0, 1.0]])
    """
    if target not in raw or raw[target].dtype.kind == "U":
        raise ValueError(f"`target` must name a column of numbers, got {target!r}")
    features: dict[str, NDArray[np.float64]] = {}
    for key, column in raw.items():
        if key == target or key in left_out:
            continue
        if column.dtype.kind == "U" or key in categories:
            features |= _one_hot(key, column)
        else:
            features[key] = column.astype(np.float64)
    if not features:
        raise ValueError("`raw` must hold a column beside the target, got none")
    return Table(
        name=name,
        X=np.column_stack(list(features.values())),
        y=raw[target].astype(np.float64),
        feature_names=tuple(features),
        target_names=(),
    )


def rotated_digits(
    *,
    n_points: int = 5000,
    max_angle: float = 45.0,
    size: int = 14,
    random_state: RandomState = None,
) -> Table:
    """Return handwritten digits, each turned by a random angle, which is the number to predict.

    The archive comes with ``infomax data get mnist``. Angles are uniform; a picture is turned
    about its centre with linear interpolation, then shrunk by averaging blocks of pixels.

    Parameters
    ----------
    n_points : int
        How many of the 5,000 digits, drawn without replacement.
    max_angle : float
        Largest turn to either side, degrees.
    size : {28, 14, 7, 4}
        Pixels along a side after shrinking (4 averages blocks of 7 x 7).
    random_state : int, Generator or None
        Which digits, and their angles.

    Returns
    -------
    Table
        ``size ** 2`` features in [0, 1], the angle in degrees as target.

    Raises
    ------
    ValueError
        If `n_points`, `max_angle` or `size` is out of range.
    MissingDataError
        If the archive is absent or damaged.
    """
    check_between("max_angle", max_angle, 0, 180, open_low=True)
    if size not in (28, 14, 7, 4):
        raise ValueError(f"`size` must be one of 28, 14, 7, 4, got {size!r}")
    pictures = mnist_5k()
    check_count("n_points", n_points, maximum=len(pictures.pixels))
    rng = random_generator(random_state)
    chosen = rng.permutation(len(pictures.pixels))[:n_points]
    angles = rng.uniform(-max_angle, max_angle, n_points)
    turned = np.stack(
        [_turned(picture, a) for picture, a in zip(pictures.pixels[chosen], angles, strict=True)]
    )
    block = 28 // size
    small = turned.reshape(n_points, size, block, size, block).mean((2, 4)) / pictures.white
    names = tuple(f"pixel {row},{column}" for row in range(size) for column in range(size))
    return Table("rotated_digits", small.reshape(n_points, -1), angles, names, ())


def _turned(picture: NDArray[np.uint8], angle: float) -> NDArray[np.float64]:
    from scipy.ndimage import rotate

    return rotate(picture.astype(np.float64), angle, reshape=False, order=1)


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    if column.dtype.kind in "iu":
        return column.astype(np.int64)
    return column.astype(np.float64) if column.dtype.kind == "f" else column.astype(str)


def _one_hot(key: str, column: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Return one column a level; of two levels, the second alone."""
    levels = np.unique(column)
    if len(levels) == 2:
        levels = levels[1:]
    return {f"{key}={level}": (column == level).astype(np.float64) for level in levels}
