"""Numbers that repeat, spread out so that no two are equal and nothing they tell is lost."""

from typing import Any

import numpy as np

from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points, like_points


def break_ties(x: Any, *, random_state: RandomState = None) -> Any:
    r"""Spread numbers that repeat over the gaps around them, column by column.

    Each number becomes the normal quantile of its rank, and the ranks of equal numbers are dealt
    out at random. Which number it was can still be read off its rank, and the dealing knows nothing
    else, so that :math:`I(X;Y)` **stays exactly what it was**, while there is a density to count
    neighbours in.

    For rounded numbers, counts, or values piled up in places (zeros of a rain gauge), before
    `ksg_mutual_information` or `ross_mutual_information`; `mutual_information` does it by itself.
    `mixed_mutual_information` counts ties as they are: it has less bias where a few values carry
    everything, and sees dependence that is not there where many values repeat a little.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        Numbers; ``(n,)`` is n points of one dimension.
    random_state : int, numpy.random.Generator or None
        For the dealing. Two variables want two states, or one generator for both: dealt alike,
        they would share what was dealt.

    Returns
    -------
    array or tensor of shape (n, d)
        Without ties; a tensor, without history, if a tensor came.

    Raises
    ------
    ValueError
        If there are fewer than two points, or one is not finite.

    Notes
    -----
    O(n log n) a column. Columns of few values become columns of much noise: where all are such,
    they are labels. Ours; dithering in the sense of Schuchman (1964), by ranks.

    References
    ----------
    Schuchman (1964).

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.measures import ksg_mutual_information, mixed_mutual_information
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.poisson(20, size=(2, 1000))  # unrelated counts
    >>> round(mixed_mutual_information(x, y), 1)
    0.2
    >>> spread = [break_ties(z, random_state=rng) for z in (x, y)]
    >>> abs(ksg_mutual_information(*spread)) < 0.05
    True
    """
    from scipy.special import ndtri

    generator = random_generator(random_state)
    points = checked_points("x", x)[1]
    values = np.asarray(to_numpy(points), dtype=np.float64)
    n = len(values)
    spread = np.empty_like(values)
    quantiles = ndtri(np.arange(1, n + 1) / (n + 1))
    for column in range(values.shape[1]):
        order = np.lexsort((generator.random(n), values[:, column]))
        spread[order, column] = quantiles
    return like_points(spread, points)
