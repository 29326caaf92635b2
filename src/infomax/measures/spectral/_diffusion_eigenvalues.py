"""Eigenvalues of a random walk on points."""

from typing import Any

from infomax._arguments import check_between, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points, like_points
from infomax.measures.spectral._chosen_bandwidth import chosen_bandwidth
from infomax.measures.spectral._diffusion_kernel import (
    CONVENTIONS,
    SOLVERS,
    walk_magnitudes,
)


def diffusion_eigenvalues(
    x: Any,
    *,
    bandwidth: float | str = 10.0,
    density_exponent: float = 0.5,
    convention: str = "paper",
    n_eigenvalues: int | None = None,
    solver: str = "exact",
    random_state: RandomState = None,
) -> Any:
    r"""Magnitudes of the eigenvalues of a random walk on the points, decreasing.

    With :math:`K_{ij} = G_{ij} / (q_i q_j)^\alpha` for a Gaussian kernel G with row sums q, those
    of :math:`D^{-1} K`, which are real and at most 1. How many are near 1 tells how many clusters
    there are; how fast the rest falls, how many directions.

    `diffusion_spectral_entropy` is the entropy of these, divided by their sum.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points.
    bandwidth : float, "median" or "rule"
        As in `diffusion_spectral_entropy`.
    density_exponent : float
        alpha in [0, 1]: 0 the plain walk, 1 the one that forgets density.
    convention : {"paper", "released"}
        "released" gives the eigenvalues of K itself.
    n_eigenvalues : int, optional
        Only so many, the largest; all when left out.
    solver : {"exact", "lanczos", "nystrom"}
        "lanczos" finds the largest alone and needs `n_eigenvalues`; "nystrom" knows 1 000 at
        most.
    random_state : int, numpy.random.Generator or None
        For the bandwidth and the approximate solvers.

    Returns
    -------
    array or tensor of shape (n,) or (n_eigenvalues,)
        A tensor, differentiable by the exact solver, if a tensor came.

    Raises
    ------
    ValueError
        If there are fewer than two points, one is not finite, or an option is out of range.

    Notes
    -----
    **Where paper and code part.** As in `diffusion_spectral_entropy`. O(n³), or O(n²) per
    eigenvalue.

    References
    ----------
    Coifman and Lafon (2006), Section 3. Lehoucq et al. (1998).

    Examples
    --------
    >>> import numpy as np
    >>> two_spots = np.array([0.0, 0.0, 90.0, 90.0])
    >>> diffusion_eigenvalues(two_spots, bandwidth=1.0).round(6) + 0.0
    array([1., 1., 0., 0.])
    """
    check_choice("solver", solver, SOLVERS)
    check_choice("convention", convention, CONVENTIONS)
    check_between("density_exponent", density_exponent, 0, 1)
    xp, points = checked_points("x", x)
    n = len(points)
    if n_eigenvalues is not None:
        check_count("n_eigenvalues", n_eigenvalues, maximum=n)
    if solver == "lanczos" and (n_eigenvalues is None or n_eigenvalues == n):
        raise ValueError(
            f"`n_eigenvalues` must be below the number of points ({n}) for 'lanczos', "
            f"got {n_eigenvalues}"
        )
    generator = random_generator(random_state)
    sigma = chosen_bandwidth(bandwidth, points, 1, convention, generator)
    if solver == "exact":
        found = walk_magnitudes(xp, points, sigma, convention, density_exponent)
        return xp.flip(xp.sort(found))[:n_eigenvalues]
    from infomax.measures.spectral._diffusion_nystrom import nystrom_magnitudes
    from infomax.measures.spectral._diffusion_operator import WalkOperator

    operator = WalkOperator(to_numpy(points), sigma, convention, density_exponent)
    if solver == "nystrom":
        return like_points(nystrom_magnitudes(operator, generator)[:n_eigenvalues], points)
    return like_points(operator.largest_magnitudes(int(n_eigenvalues or 1), generator), points)
