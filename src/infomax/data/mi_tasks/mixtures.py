"""Mixtures of normal laws: no formula for the information, but an exact density ratio."""

import math

import numpy as np
from numpy.typing import ArrayLike

from infomax._arguments import (
    check_array,
    check_at_least,
    check_between,
    check_count,
    check_distribution,
)
from infomax.data.mi_tasks.normal import paired_covariance
from infomax.data.mi_tasks.task import Floats, MITask
from infomax.data.mi_tasks.warps import spiral


def gaussian_mixture(
    weights: ArrayLike, means: ArrayLike, covariances: ArrayLike, n_x: int, *, name: str = "mixture"
) -> MITask:
    r"""Split a vector whose law is a mixture of normal laws.

    The margins are mixtures too, so :math:`\ln p(x,y) - \ln p(x) - \ln p(y)` is exact; its mean over
    a million pairs is the mutual information.

    Parameters
    ----------
    weights : array-like of shape (n_components,)
        Summing to 1.
    means : array-like of shape (n_components, d)
        X first, then Y.
    covariances : array-like of shape (n_components, d, d)
        Each symmetric and positive definite.
    n_x : int
        Dimension of X, below d.
    name : str
        Name of the task.

    Returns
    -------
    MITask
        With a `standard_error` above zero.

    Raises
    ------
    ValueError
        If shapes do not fit or a matrix is not positive definite.

    Examples
    --------
    >>> task = gaussian_mixture([0.5, 0.5], [[-3, -3], [3, 3]], [np.eye(2), np.eye(2)], 1)
    >>> round(task.mutual_information, 2)  # nearly ln 2
    0.69
    """
    shares = check_distribution("weights", weights)
    mu, sigma = check_array("means", means, ndim=2), check_array("covariances", covariances, ndim=3)
    k, d = mu.shape
    if shares.size != k or sigma.shape != (k, d, d):
        raise ValueError(
            f"`covariances` must have the shape {(shares.size, d, d)}, got {sigma.shape} "
            f"with {k} means and {shares.size} weights"
        )
    check_count("n_x", n_x, maximum=d - 1)
    try:
        roots = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        raise ValueError("`covariances` must be positive definite, got one that is not") from None
    densities = [
        _LogDensity(shares, mu[:, part], sigma[:, part, part])
        for part in (slice(None), slice(n_x), slice(n_x, None))
    ]

    def draw(n: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
        component = generator.choice(k, n, p=shares)
        noise = generator.standard_normal((n, d))
        rows = mu[component] + np.einsum("nij,nj->ni", roots[component], noise)
        return rows[:, :n_x], rows[:, n_x:]

    def log_ratio(x: Floats, y: Floats) -> Floats:
        joint, of_x, of_y = densities
        return joint(np.hstack([x, y])) - of_x(x) - of_y(y)

    return MITask(name, draw, log_ratio)


class _LogDensity:
    """Log density of a mixture of normal laws."""

    def __init__(self, weights: Floats, means: Floats, covariances: Floats) -> None:
        self.means = means
        self.whitening = np.linalg.inv(np.linalg.cholesky(covariances))
        scale = np.log(np.diagonal(self.whitening, axis1=1, axis2=2)).sum(axis=1)
        with np.errstate(divide="ignore"):
            shares = np.log(weights)
        self.constants = shares + scale - means.shape[1] / 2 * math.log(2 * math.pi)

    def __call__(self, rows: Floats) -> Floats:
        total = np.full(len(rows), -np.inf)
        for mean, whiten, constant in zip(self.means, self.whitening, self.constants, strict=True):
            white = (rows - mean) @ whiten.T
            total = np.logaddexp(total, constant - np.einsum("ni,ni->n", white, white) / 2)
        return total


def x_shaped(*, correlation: float = 0.9) -> MITask:
    """Cross two strokes: normal pairs of opposite correlations, half and half.

    Parameters
    ----------
    correlation : float
        Of one stroke, in (-1, 1); the other has its negative.

    Returns
    -------
    MITask
        Uncorrelated on the whole.

    Examples
    --------
    >>> x_shaped().sample(5, random_state=0)[0].shape
    (5, 1)
    """
    r = check_between("correlation", correlation, -1, 1, open_low=True, open_high=True)
    covariances = [[[1, s * r], [s * r, 1]] for s in (-1, 1)]
    return gaussian_mixture([0.5, 0.5], np.zeros((2, 2)), covariances, 1, name="X")


def ai_shaped() -> MITask:
    """Write the letters A and I with six strokes.

    Returns
    -------
    MITask
        With both axes of dimension one.

    Examples
    --------
    >>> ai_shaped().sample(5, random_state=0)[1].shape
    (5, 1)
    """
    slant = 0.95 * math.sqrt(0.04 * 0.2)
    strokes = [
        ((-1.2, 0.0), (0.04, slant, 0.2)),
        ((-0.4, 0.0), (0.04, -slant, 0.2)),
        ((-0.8, -0.2), (0.03, 0.0, 0.001)),
        ((1.0, 0.0), (0.01, 0.0, 0.2)),
        ((1.0, 1.0), (0.05, 0.0, 0.001)),
        ((1.0, -1.0), (0.05, 0.0, 0.001)),
    ]
    covariances = [[[a, b], [b, c]] for _, (a, b, c) in strokes]
    means = [mean for mean, _ in strokes]
    return gaussian_mixture(np.full(6, 1 / 6), means, covariances, 1, name="AI")


def galaxy(*, speed: float = 0.5, distance: float = 3.0) -> MITask:
    """Set two balls in space, seen as a plane X turned into spirals and a height Y.

    Parameters
    ----------
    speed : float
        How fast X turns with its squared length.
    distance : float
        Between the balls' centres along each axis.

    Returns
    -------
    MITask
        X of dimension two, Y of one.

    Examples
    --------
    >>> galaxy().sample(5, random_state=0)[0].shape
    (5, 2)
    """
    means = np.array([[-1.0] * 3, [1.0] * 3]) * check_at_least("distance", distance, 0) / 2
    task = gaussian_mixture([0.5, 0.5], means, [np.eye(3)] * 2, 2)
    return task.warped("galaxy", x=spiral(speed, (0, 1)))


def waves(*, n_components: int = 12, amplitude: float = 5.0, frequency: float = 3.0) -> MITask:
    """Put bars side by side at four heights Y, and bend them into waves.

    Parameters
    ----------
    n_components : int
        Number of bars.
    amplitude, frequency : float
        Of the waves into which X is bent.

    Returns
    -------
    MITask
        X of dimension two, Y of one.

    Examples
    --------
    >>> waves().sample(5, random_state=0)[0].shape
    (5, 2)
    """
    bars = np.arange(check_count("n_components", n_components))
    means = np.stack([bars, 0 * bars, bars % 4], axis=1) * 1.5
    covariances = [np.diag([0.1, 1.0, 0.1])] * n_components

    def bend(rows: Floats) -> Floats:
        along = rows[:, 0] + amplitude * np.sin(frequency * rows[:, 1])
        return np.stack([0.1 * along - 0.8, 0.5 * rows[:, 1]], axis=1)

    weights = np.full(n_components, 1 / n_components)
    return gaussian_mixture(weights, means, covariances, 2).warped("waves", x=bend)


def concentric(n_dims: int, *, n_components: int = 3) -> MITask:
    """Nest balls of growing width around one centre, each at a height Y of its own.

    Parameters
    ----------
    n_dims : int
        Dimension of X.
    n_components : int
        Number of balls; their standard deviations are 1, 2, 3, …

    Returns
    -------
    MITask
        Y of dimension one.

    Examples
    --------
    >>> concentric(4).sample(5, random_state=0)[0].shape
    (5, 4)
    """
    check_count("n_dims", n_dims)
    widths = np.arange(1, 1 + check_count("n_components", n_components))
    means = np.zeros((n_components, n_dims + 1))
    means[:, -1] = widths
    covariances = [np.diag([float(w) ** 2] * n_dims + [1e-4]) for w in widths]
    weights = np.full(n_components, 1 / n_components)
    return gaussian_mixture(weights, means, covariances, n_dims, name=f"concentric {n_dims} x 1")


def inliers(
    n_dims: int, *, fraction: float = 0.2, n_pairs: int = 2, strength: float = 2.0
) -> MITask:
    """Replace a share of paired normal vectors by independent ones of the same margins.

    Parameters
    ----------
    n_dims : int
        Dimension of X and of Y.
    fraction : float
        Share of the independent pairs, in [0, 1].
    n_pairs, strength
        As in `paired_normal`.

    Returns
    -------
    MITask
        The independent pairs cannot be told by their margins.

    Examples
    --------
    >>> inliers(5).profile(100, random_state=0).information.shape
    (100,)
    """
    share = check_between("fraction", fraction, 0, 1)
    sigma = paired_covariance(check_count("n_dims", n_dims), n_pairs, strength)
    return gaussian_mixture(
        [1 - share, share],
        np.zeros((2, 2 * n_dims)),
        [sigma, np.eye(2 * n_dims)],
        n_dims,
        name=f"paired normal {n_dims} x {n_dims}, {share:g} inliers",
    )
