"""All words of twelve bits, labelled by a rule that does not see rotations of a sphere."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arrays import RandomState, random_generator

_BITS = 0.99
_DEGREES = range(5)


@dataclass(frozen=True)
class LabelledWords:
    """Distinct words of bits with one label each."""

    words: NDArray[np.uint8]
    """Shape (n_words, n_bits)."""
    labels: NDArray[np.int64]
    """Shape (n_words,): 0 or 1."""
    probabilities: NDArray[np.float64] | None
    """Probability of label 1 given each word; None if the words were read from a file."""
    mutual_information: float
    """I(X;Y) in nats for a word X drawn uniformly: exact where probabilities are known, and the
    entropy of the labels, as of a function of the word, where they are not."""


def tishby_12bit(
    path: str | Path | None = None, *, random_state: RandomState = None
) -> LabelledWords:
    r"""Return the 4,096 words of twelve bits, each with a label drawn by a symmetric rule.

    The task on which information planes were first drawn: bits stand at twelve points spread evenly
    over a sphere, the corners of an icosahedron, and whether a word is of class 1 depends on
    nothing that a rotation or reflection changes. Here

    .. math:: f(x) = \sum_{l=0}^{4} \sum_m \Big| \sum_i x_i Y_{lm}(r_i) \Big|^2, \qquad
        P(Y = 1 \mid x) = \frac{1}{1 + e^{-\gamma (f(x) - \theta)}},

    the power of the word in spherical harmonics of degree 0 to 4. It takes 64 values, one an
    orbit, as many as published. θ lies halfway between those two neighbouring values that split
    the words most evenly, and γ is such that I(X;Y) = 0.99 bit.

    Parameters
    ----------
    path : str or Path, optional
        The authors' file (``var_u.mat``, ``g1.mat``, ``g2.mat``): words ``F`` and labels ``y`` are
        read from it instead.
    random_state : int, numpy.random.Generator or None
        For the labels, one draw a word; not used for a file.

    Returns
    -------
    LabelledWords
        Words in the order of whole numbers, lowest bit first.

    Raises
    ------
    ValueError
        If a file holds no distinct words of 0 and 1 under ``F``, or no label 0 or 1 for each
        under ``y``.

    Notes
    -----
    **Where paper and code part.** The authors' labels come as a file without its recipe. The rule
    here follows the published description in all that it fixes (twelve points, symmetry, 64 orbits,
    a sigmoid, 0.99 bit, balanced classes); the statistic f is ours.

    References
    ----------
    Tishby and Zaslavsky (2015). Shwartz-Ziv and Tishby (2017), Section 3.1.

    Examples
    --------
    >>> data = tishby_12bit(random_state=0)
    >>> data.words.shape, round(data.mutual_information / math.log(2), 3)
    ((4096, 12), 0.99)
    >>> round(float(data.probabilities.mean()), 3)
    0.498
    """
    if path is not None:
        return _read(Path(path))
    words, p, nats = _table()
    drawn = random_generator(random_state).random(len(words)) < p
    return LabelledWords(words.copy(), drawn.astype(np.int64), p.copy(), nats)


@cache
def _table() -> tuple[NDArray[np.uint8], NDArray[np.float64], float]:
    """Return the words, P(Y = 1 | word) and I(X;Y) in nats."""
    from scipy.optimize import brentq
    from scipy.special import expit

    words = (np.arange(4096)[:, None] >> np.arange(12) & 1).astype(np.uint8)
    power = _power(words)
    levels, counts = np.unique(power.round(9), return_counts=True)
    half = int(np.abs(counts.cumsum() - len(words) / 2).argmin())
    threshold = (levels[half] + levels[half + 1]) / 2

    def probabilities(steepness: float) -> NDArray[np.float64]:
        p: NDArray[np.float64] = expit(steepness * (power - threshold))
        return p

    def excess(steepness: float) -> float:
        return _information(probabilities(steepness)) - _BITS * math.log(2)

    p = probabilities(brentq(excess, 1e-3, 1e4, xtol=1e-12))
    return words, p, _information(p)


def _power(words: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the power in harmonics, by their addition theorem over pairs of points."""
    from scipy.special import eval_legendre

    cosines = _corners() @ _corners().T
    pairs = sum(
        (2 * degree + 1) / (4 * np.pi) * eval_legendre(degree, cosines) for degree in _DEGREES
    )
    x = words.astype(np.float64)
    power: NDArray[np.float64] = ((x @ pairs) * x).sum(axis=1)
    return power


def _corners() -> NDArray[np.float64]:
    """Return the corners of an icosahedron on the unit sphere."""
    golden = (1 + math.sqrt(5)) / 2
    corners = [
        np.roll((0.0, a, b * golden), turn) for a in (1, -1) for b in (1, -1) for turn in range(3)
    ]
    return np.array(corners) / math.hypot(1, golden)


def _information(p: NDArray[np.float64]) -> float:
    """Return I(X;Y) for X uniform over the entries of P(Y = 1 | x)."""
    from scipy.special import xlogy

    def h(q: Any) -> Any:
        return -(xlogy(q, q) + xlogy(1 - q, 1 - q))

    return float(h(p.mean()) - h(p).mean())


def _read(path: Path) -> LabelledWords:
    from scipy.io import loadmat

    members = loadmat(path, variable_names=["F", "y"])
    missing = [name for name in ("F", "y") if name not in members]
    if missing:
        raise ValueError(f"`path` must be a file with `F` and `y`, got {path} without {missing[0]}")
    words, labels = np.asarray(members["F"]), np.asarray(members["y"]).ravel()
    for name, values in (("F", words), ("y", labels)):
        if not np.isin(values, (0, 1)).all():
            raise ValueError(f"`{name}` of {path} must hold 0 and 1, got {np.unique(values)[:4]}")
    if words.ndim != 2 or len(np.unique(words, axis=0)) != len(words) or len(words) != len(labels):
        raise ValueError(
            f"{path} must hold distinct words, one a row of `F`, and a label each in `y`, "
            f"got shapes {words.shape} and {np.shape(members['y'])}"
        )
    nats = _information(labels.astype(np.float64))
    return LabelledWords(words.astype(np.uint8), labels.astype(np.int64), None, nats)
