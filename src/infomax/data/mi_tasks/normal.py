"""Jointly normal vectors, plain and bent."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from infomax._arguments import check_array, check_at_least, check_between, check_choice, check_count
from infomax.data.mi_tasks.task import Floats, MITask
from infomax.data.mi_tasks.warps import half_cube, spiral

SHAPES = ("normal", "uniform", "half_cube", "spiral", "spiral_uniform")


def correlated_normal(covariance: ArrayLike, n_x: int, *, name: str = "normal") -> MITask:
    r"""Split a normal vector in two.

    :math:`I = \frac12 \ln \frac{\det\Sigma_x \det\Sigma_y}{\det\Sigma}`.

    Parameters
    ----------
    covariance : array-like of shape (d, d)
        Of X and Y together, X first; symmetric and positive definite.
    n_x : int
        Dimension of X, below d.
    name : str
        Name of the task.

    Returns
    -------
    MITask
        Centred at zero.

    Raises
    ------
    ValueError
        If the matrix is not symmetric and positive definite, or `n_x` leaves nothing for Y.

    Examples
    --------
    >>> round(correlated_normal([[1, 0.9], [0.9, 1]], 1).mutual_information, 6)
    0.830366
    """
    sigma = check_array("covariance", covariance, ndim=2)
    if sigma.shape[0] != sigma.shape[1] or not np.allclose(sigma, sigma.T, atol=1e-12):
        raise ValueError(f"`covariance` must be square and symmetric, got shape {sigma.shape}")
    check_count("n_x", n_x, maximum=sigma.shape[0] - 1)
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        smallest = float(np.linalg.eigvalsh(sigma)[0])
        raise ValueError(
            f"`covariance` must be positive definite, got the eigenvalue {smallest:.3g}"
        ) from None
    parts = (sigma[:n_x, :n_x], sigma[n_x:, n_x:], sigma)
    determinants = [np.linalg.slogdet(part)[1] for part in parts]
    information = float(determinants[0] + determinants[1] - determinants[2]) / 2
    # One quadratic form: the inverse of the whole less the inverses of the two blocks.
    form = np.linalg.inv(sigma)
    form[:n_x, :n_x] -= np.linalg.inv(parts[0])
    form[n_x:, n_x:] -= np.linalg.inv(parts[1])

    def draw(n: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
        rows = generator.standard_normal((n, len(sigma))) @ root.T
        return rows[:, :n_x], rows[:, n_x:]

    def log_ratio(x: Floats, y: Floats) -> Floats:
        rows = np.hstack([x, y])
        ratio: Floats = information - ((rows @ form) * rows).sum(axis=1) / 2
        return ratio

    return MITask(name, draw, log_ratio, information)


def dense_normal(n_dims: int, *, correlation: float = 0.5) -> MITask:
    r"""Correlate all coordinates of two normal vectors equally.

    With :math:`D_m = (1-\rho)^{m-1} (1 + (m-1)\rho)`, :math:`I = \frac12 \ln D_d^2 / D_{2d}`.

    Parameters
    ----------
    n_dims : int
        Dimension d of X and of Y.
    correlation : float
        In [0, 1).

    Returns
    -------
    MITask
        The dense task of the benchmark.

    Examples
    --------
    >>> [round(dense_normal(d).mutual_information, 6) for d in (2, 25)]
    [0.293893, 1.292184]
    """
    check_count("n_dims", n_dims)
    check_between("correlation", correlation, 0, 1, open_high=True)
    sigma = np.full((2 * n_dims, 2 * n_dims), correlation)
    np.fill_diagonal(sigma, 1)
    return correlated_normal(sigma, n_dims, name=f"dense normal {n_dims} x {n_dims}")


def paired_normal(
    n_dims: int,
    *,
    n_pairs: int = 2,
    strength: float = 2.0,
    shape: str = "normal",
    speed: float = 1 / 3,
) -> MITask:
    r"""Correlate some coordinates of two normal vectors in pairs and leave the rest independent.

    Each pair has the correlation :math:`\rho = \lambda^2 / (1 + \lambda^2)` and tells
    :math:`-\frac12 \ln(1 - \rho^2)`. A spiral turns a row by an angle that grows with its squared
    length, X in the plane of its first two axes, Y in that of its second and third.

    Parameters
    ----------
    n_dims : int
        Dimension d of X and of Y, at least `n_pairs`; at least 3 for a spiral.
    n_pairs : int
        Number of correlated pairs.
    strength : float
        λ, at least 0.
    shape : {"normal", "uniform", "half_cube", "spiral", "spiral_uniform"}
        Whether margins are made uniform or long-tailed, and whether a spiral comes after.
    speed : float
        Of the spiral, in radians times the dimension.

    Returns
    -------
    MITask
        The sparse task of the benchmark, or one of its images.

    Examples
    --------
    >>> task = paired_normal(25, shape="spiral")
    >>> round(task.mutual_information, 6), task.sample(10, random_state=0)[0].shape
    (1.021651, (10, 25))
    """
    check_choice("shape", shape, SHAPES)
    check_count("n_dims", n_dims, minimum=3 if shape.startswith("spiral") else 1)
    sigma = paired_covariance(n_dims, n_pairs, strength)
    task = correlated_normal(sigma, n_dims, name=f"paired normal {n_dims} x {n_dims}")
    if shape == "half_cube":
        task = task.warped(task.name, x=half_cube, y=half_cube)
    if shape.endswith("uniform"):
        task = task.warped(task.name, x=ndtr, y=ndtr)
    if shape.startswith("spiral"):
        turn = speed / n_dims
        task = task.warped(task.name, x=spiral(turn, (0, 1)), y=spiral(turn, (1, 2)))
    return task if shape == "normal" else task.warped(f"{task.name}, {shape}")


def paired_covariance(n_dims: int, n_pairs: int, strength: float) -> Floats:
    """Return the covariance of X and Y whose first coordinates go in pairs."""
    check_count("n_pairs", n_pairs, maximum=n_dims)
    squared = check_at_least("strength", strength, 0) ** 2
    sigma = np.eye(2 * n_dims)
    for i in range(n_pairs):
        sigma[i, n_dims + i] = sigma[n_dims + i, i] = squared / (1 + squared)
    return sigma
