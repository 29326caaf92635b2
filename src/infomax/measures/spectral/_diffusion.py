"""Diffusion spectral entropy: how many directions or clusters a cloud of points has, softly."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from infomax._arguments import check_at_least, check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import ConvergenceWarning, EstimatorCeilingWarning
from infomax.measures._inputs import in_base, to_numpy
from infomax.measures._points import as_float, checked_points, like_points
from infomax.measures.spectral._chosen_bandwidth import chosen_bandwidth
from infomax.measures.spectral._diffusion_classes import draw
from infomax.measures.spectral._diffusion_kernel import (
    CONVENTIONS,
    SOLVERS,
    spectral_entropy,
    transition_entropy,
    walk_magnitudes,
)

SPECTRA = ("eigenvalues", "entries")
_SOLVED_EXACTLY = 512


@dataclass(frozen=True)
class SpectralEntropy:
    """A spectral entropy and how well it is known, in nats or in the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        A tensor if a tensor came.
    standard_error : float
        Sampling error of the solver; 0 for "exact" and "nystrom".
    error_bar : float
        Half the width of an interval around `value` that is meant to hold the exact one.
    floor, ceiling : float
        Least and greatest value that so many points can give.
    bandwidth : float
        The bandwidth used.
    n_samples : int
        Points that were used.
    """

    value: Any
    standard_error: float
    error_bar: float
    floor: float
    ceiling: float
    bandwidth: float
    n_samples: int


def diffusion_spectral_entropy(
    x: Any,
    *,
    bandwidth: float | str = 10.0,
    t: float = 1,
    convention: str = "paper",
    spectrum: str = "eigenvalues",
    solver: str = "exact",
    max_samples: int = 10_000,
    tolerance: float = 5e-3,
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Entropy of the spectrum of a random walk on the points.

    With :math:`G_{ij} = e^{-\|x_i - x_j\|^2 / 2\sigma^2}`, :math:`q_i = \sum_j G_{ij}`,
    :math:`K_{ij} = G_{ij} / \sqrt{q_i q_j}` and :math:`P = D^{-1} K`, where D holds the row sums
    of K, the eigenvalues :math:`\lambda_i` of P give :math:`p_i = |\lambda_i|^t / \sum_j
    |\lambda_j|^t`, and the entropy is :math:`-\sum_i p_i \log p_i`. It counts softly how many
    directions or clusters the cloud has: 0 where all points coincide, log k for k tight clusters
    far apart, log n where every point is alone. As t grows it falls to the logarithm of the
    number of connected parts.

    Where a binned entropy saturates (every point in a cell of its own) this one still tells
    clouds apart. It depends on the bandwidth: at a fixed one it follows the radius of the cloud;
    ``"median"`` removes the scale. Compare clouds of equal n, or divide by log n.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        At least two points; ``(n,)`` is n points of one dimension.
    bandwidth : float, "median" or "rule"
        sigma; `median_bandwidth`; or the smallest that leaves at most one per cent of the
        powered eigenvalues (two at least) above 0.01.
    t : float
        Power, above 0: more steps of the walk, less noise.
    convention : {"paper", "released"}
        "released" takes the eigenvalues of K, see Notes.
    spectrum : {"eigenvalues", "entries"}
        "entries" is the paper's ablation: the entropy of all entries of P. It ignores t, knows
        the exact solver only, is the same by both conventions and lies between log n and 2 log n.
    solver : {"exact", "lanczos", "nystrom"}
        "lanczos" estimates the two sums by stochastic Lanczos quadrature: some twenty times
        faster at n = 5 000, and never holds more than the kernel. "nystrom" needs 1 000 columns
        only and suits spectra that die away early. Both want t of at least 1; up to 512 points
        are solved exactly.
    max_samples : int
        Of more points than this, so many are drawn.
    tolerance : float
        Error bar in nats at which "lanczos" stops adding probes.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For the draw, the bandwidth from many points, and the approximate solvers.

    Returns
    -------
    float or 0-d tensor
        Between 0 and log n. Differentiable in `x` by the exact solver; the bandwidth counts as a
        constant and the approximate solvers detach.

    Raises
    ------
    ValueError
        If there are fewer than two points, one is not finite, or an option is out of range.

    Warns
    -----
    EstimatorCeilingWarning
        If the value lies within max(0.1 nat, 5 % of log n) of either end: change the bandwidth.
    ConvergenceWarning
        If an approximate solver ends with an error bar above `tolerance`.
    PrecisionWarning
        If more than half of the distances are 0 under ``bandwidth="median"``.

    Notes
    -----
    **Where paper and code part.** The definition takes the eigenvalues of P. The released code
    stops at K and takes its eigenvalues, saying that they are those of P. They are not: they
    belong to the walk without the density correction, :math:`q^{-1} G`. For eight points at
    sigma 1 the entropies are 0.9515 and 0.9513 nats; at wide bandwidths, where the boundary of a
    cloud shows, they differ by some per cent; and by a fifth where density is very uneven (180
    points in one spot, 20 spread around it, sigma 4: 0.94 and 0.77 nats).
    ``convention="released"`` gives the code's numbers; it also draws subsamples as the code does.
    The gallery's ``measures/plot_which_spectrum.py`` draws the difference over bandwidths.

    Exact: O(n² d + n³) time and O(n²) memory. Lanczos: O(n²) per product with the kernel, some
    500 to 5 000 products, in single precision, and O(n²) memory up to 23 000 points, above which
    the kernel is computed anew for each pass.

    References
    ----------
    Liao et al. (2024). Coifman and Lafon (2006), Section 3.

    Examples
    --------
    >>> import numpy as np
    >>> four_spots = np.repeat(np.eye(4) * 100, 8, axis=0)
    >>> round(diffusion_spectral_entropy(four_spots, bandwidth=1.0), 3) == round(float(np.log(4)), 3)
    True
    """
    return diffusion_spectral_entropy_result(
        x,
        bandwidth=bandwidth,
        t=t,
        convention=convention,
        spectrum=spectrum,
        solver=solver,
        max_samples=max_samples,
        tolerance=tolerance,
        base=base,
        random_state=random_state,
    ).value


def diffusion_spectral_entropy_result(
    x: Any,
    *,
    bandwidth: float | str = 10.0,
    t: float = 1,
    convention: str = "paper",
    spectrum: str = "eigenvalues",
    solver: str = "exact",
    max_samples: int = 10_000,
    tolerance: float = 5e-3,
    base: float | None = None,
    random_state: RandomState = None,
) -> SpectralEntropy:
    """Entropy of the spectrum of a random walk, with its error bar and what was used.

    As `diffusion_spectral_entropy`, for those who want to know how sure an approximate solver
    is, or which bandwidth a rule chose.

    Parameters
    ----------
    x, bandwidth, t, convention, spectrum, solver, max_samples, tolerance, base, random_state
        As there.

    Returns
    -------
    SpectralEntropy
        Value, standard error, error bar, floor, ceiling, bandwidth and number of points.

    Raises
    ------
    ValueError
        As there.

    Warns
    -----
    EstimatorCeilingWarning, ConvergenceWarning, PrecisionWarning
        As there.

    Notes
    -----
    The error bar of "lanczos" adds 2.7 to 2.8 standard errors of the probes (99 %, Student's t),
    half the distance between Gauss and Gauss-Radau quadrature, a bound on what inexact leading
    eigenvectors cost, and one on rounding. That of "nystrom" is half the distance between the
    least and the greatest entropy that the known trace allows.

    References
    ----------
    Liao et al. (2024). Ubaru et al. (2017), Algorithm 1. Golub and Meurant
    (2010), Chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> cloud = np.random.default_rng(0).normal(size=(600, 3))
    >>> told = diffusion_spectral_entropy_result(
    ...     cloud, bandwidth="median", solver="lanczos", random_state=0)
    >>> exact = diffusion_spectral_entropy(cloud, bandwidth=told.bandwidth)
    >>> abs(told.value - exact) < told.error_bar < 0.005
    True
    """
    check_choice("spectrum", spectrum, SPECTRA)
    check_choice("solver", solver, SOLVERS)
    check_choice("convention", convention, CONVENTIONS)
    check_at_least("t", t, 0, strict=True)
    check_at_least("tolerance", tolerance, 0, strict=True)
    check_count("max_samples", max_samples, minimum=2)
    per_nat = 1 / check_base(base)
    if solver != "exact" and (spectrum == "entries" or t < 1):
        raise ValueError(f"`solver` must be 'exact' for entries or `t` below 1, got {solver!r}")
    xp, points = checked_points("x", x)
    generator = random_generator(random_state)
    if len(points) > max_samples:
        points = points[draw(convention, len(points), max_samples, 1, random_state)[0]]
    sigma = chosen_bandwidth(bandwidth, points, t, convention, generator)
    n = len(points)
    error = bar = 0.0
    if spectrum == "entries":
        value = transition_entropy(xp, points, sigma)
    elif solver == "exact" or n <= _SOLVED_EXACTLY:
        value = spectral_entropy(xp, walk_magnitudes(xp, points, sigma, convention), t)
    else:
        found = _approximate(solver, points, sigma, t, convention, tolerance, generator)
        error, bar = found.standard_error, found.error_bar
        value = like_points(found.value, points)
    low = math.log(n) if spectrum == "entries" else 0.0
    warn_at_the_ends(as_float(value), low, low + math.log(n))
    return SpectralEntropy(
        value=in_base(value, base),
        standard_error=error * per_nat,
        error_bar=bar * per_nat,
        floor=low * per_nat,
        ceiling=(low + math.log(n)) * per_nat,
        bandwidth=sigma,
        n_samples=n,
    )


def warn_at_the_ends(value: float, low: float, high: float) -> None:
    """Warn where a spectral entropy cannot tell clouds apart any more."""
    margin = max(0.1, 0.05 * high)
    for end, advice in ((low, "smaller"), (high, "larger")):
        if abs(value - end) < margin:
            warnings.warn(
                f"the entropy ({value:.3f} nats) is within {margin:.2f} of its limit {end:.3f}: "
                f"take a {advice} `bandwidth`, or 'median'",
                EstimatorCeilingWarning,
                stacklevel=4,
            )
            return


def _approximate(
    solver: str,
    points: Any,
    bandwidth: float,
    t: float,
    convention: str,
    tolerance: float,
    generator: np.random.Generator,
) -> Any:
    from infomax.measures.spectral._diffusion_lanczos import lanczos_entropy
    from infomax.measures.spectral._diffusion_nystrom import nystrom_entropy
    from infomax.measures.spectral._diffusion_operator import WalkOperator

    operator = WalkOperator(to_numpy(points), bandwidth, convention)
    if solver == "lanczos":
        found = lanczos_entropy(operator, t, tolerance, generator)
    else:
        found = nystrom_entropy(operator, t, generator)
    if found.error_bar > tolerance:
        warnings.warn(
            f"the entropy is known within {found.error_bar:.2g} nats, not `tolerance` "
            f"({tolerance:g}): take solver='exact' or accept the error bar",
            ConvergenceWarning,
            stacklevel=4,
        )
    return found
