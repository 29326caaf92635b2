"""Diffusion spectral mutual information: what a cloud of points tells about labels or inputs."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_at_least, check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import in_base
from infomax.measures._points import checked_points
from infomax.measures.spectral._chosen_bandwidth import chosen_bandwidth
from infomax.measures.spectral._diffusion import SPECTRA, warn_at_the_ends
from infomax.measures.spectral._diffusion_classes import (
    ClassComparison,
    cluster_labels,
    compare_classes,
)
from infomax.measures.spectral._diffusion_kernel import (
    CONVENTIONS,
    spectral_entropy,
    transition_entropy,
    walk_magnitudes,
)


@dataclass(frozen=True)
class SpectralInformation:
    """A spectral mutual information and its parts, in nats or in the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        A tensor if a tensor came.
    standard_error : float
        Monte-Carlo error from the random subsets; NaN for one repetition.
    clusters : (n,) array of int64
        Class of each point: pass it back as `clusters` to use the same again.
    class_sizes : (n_classes,) array of int64
        Points of each class.
    class_entropies : (n_classes,) array of float64
        Entropy inside each class.
    subset_entropies : (n_classes, n_repetitions) array of float64
        Entropies of random subsets of the classes' sizes.
    bandwidth : float
        The bandwidth used, the same for all.
    """

    value: Any
    standard_error: float
    clusters: NDArray[np.int64]
    class_sizes: NDArray[np.int64]
    class_entropies: NDArray[np.float64]
    subset_entropies: NDArray[np.float64]
    bandwidth: float


def diffusion_spectral_mutual_information(
    x: Any,
    y: Any = None,
    *,
    discrete: bool | None = None,
    n_clusters: int = 10,
    clusters: Any = None,
    n_repetitions: int = 5,
    bandwidth: float | str = 10.0,
    t: float = 1,
    convention: str = "paper",
    spectrum: str = "eigenvalues",
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Mutual information of a cloud of points with labels, numbers or vectors.

    :math:`I = \sum_c \frac{n_c}{n} \big[ \overline{H(X^*)} - H(X \mid Y = c) \big]`, where H is
    the `diffusion_spectral_entropy` and the mean is over random subsets :math:`X^*` of as many
    points as class c has: the entropy grows with the number of points, so only equal numbers
    compare. Classes are the labels; equal-width bins of a real y; spectral clusters of a vector y.

    It is no Shannon information and needs no density: useful to follow a representation while it
    trains, where binned estimates saturate. It can be a little below 0, and is 0 but for the
    draw of subsets where y has nothing to do with x.

    Parameters
    ----------
    x : array-like or tensor of shape (n,) or (n, d)
        The representation, at least two points.
    y : array-like or tensor of shape (n,) or (n, d'), optional
        Labels, numbers or vectors; not needed when `clusters` are given.
    discrete : bool, optional
        Whether y holds labels; when left out, one column of anything but floats does.
    n_clusters : int
        Bins or clusters of a y that is not discrete.
    clusters : array-like of shape (n,), optional
        Classes found before (``result.clusters``), in the place of those of y: clusters found
        anew at every epoch make the curve jump.
    n_repetitions : int
        Random subsets a class.
    bandwidth : float, "median" or "rule"
        As in `diffusion_spectral_entropy`; a rule is applied to all of x, once.
    t : float
        Power, above 0.
    convention : {"paper", "released"}
        "released" takes another spectrum and draws subsets as the released code does, see Notes.
    spectrum : {"eigenvalues", "entries"}
        As in `diffusion_spectral_entropy`.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For subsets and the bandwidth; clusters do not depend on it.

    Returns
    -------
    float or 0-d tensor
        Nats; differentiable in `x` if it is a tensor.

    Raises
    ------
    ValueError
        If lengths differ, something is not finite, `discrete` meets floats or vectors, or an
        option is out of range.

    Warns
    -----
    SmallSampleWarning
        If a class has one point.
    EstimatorCeilingWarning
        If the subsets' mean entropy is near 0 or near its greatest value.
    AssumptionWarning
        If the neighbour graph of a vector y has more parts than there are clusters.

    Notes
    -----
    **Where paper and code part.** The spectrum, as in `diffusion_spectral_entropy`. And the
    released code seeds its generator again for every class, so that classes of one size are all
    compared with the same subsets: the mean stays, its spread grows by up to the square root of
    the number of classes. ``convention="released"`` with the same integer seed gives its numbers
    (and needs one draw for all classes of one size); "paper" draws each class's subsets afresh.

    O((n_repetitions + 1) sum_c n_c³), plus O(n log n + n n_clusters) clustering of vectors.

    References
    ----------
    Liao et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> where = np.repeat([0, 1], 40)
    >>> cloud = np.random.default_rng(0).normal(size=(80, 2)) + 50 * where[:, None]
    >>> told = diffusion_spectral_mutual_information(
    ...     cloud, where, bandwidth=2.0, base=2, random_state=0)
    >>> 0.9 < told < 1.1
    True
    """
    return diffusion_spectral_mutual_information_result(
        x,
        y,
        discrete=discrete,
        n_clusters=n_clusters,
        clusters=clusters,
        n_repetitions=n_repetitions,
        bandwidth=bandwidth,
        t=t,
        convention=convention,
        spectrum=spectrum,
        base=base,
        random_state=random_state,
    ).value


def diffusion_spectral_mutual_information_result(
    x: Any,
    y: Any = None,
    *,
    discrete: bool | None = None,
    n_clusters: int = 10,
    clusters: Any = None,
    n_repetitions: int = 5,
    bandwidth: float | str = 10.0,
    t: float = 1,
    convention: str = "paper",
    spectrum: str = "eigenvalues",
    base: float | None = None,
    random_state: RandomState = None,
) -> SpectralInformation:
    """Mutual information of a cloud of points, with its error, classes and their entropies.

    As `diffusion_spectral_mutual_information`; take this one to keep the clusters of the inputs
    for later epochs, or to see which class the information comes from.

    Parameters
    ----------
    x, y, discrete, n_clusters, clusters, n_repetitions, bandwidth, t, convention, spectrum
        As there.
    base, random_state
        As there.

    Returns
    -------
    SpectralInformation
        Value, standard error, clusters, entropies by class and of the subsets, bandwidth.

    Raises
    ------
    ValueError
        As there.

    Warns
    -----
    SmallSampleWarning, EstimatorCeilingWarning, AssumptionWarning
        As there.

    References
    ----------
    Liao et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> inputs = np.random.default_rng(0).normal(size=(90, 3)) + np.repeat(np.eye(3) * 20, 30, 0)
    >>> first = diffusion_spectral_mutual_information_result(
    ...     inputs, np.repeat(["a", "b", "c"], 30), bandwidth="median", random_state=0)
    >>> first.class_sizes
    array([30, 30, 30])
    >>> again = diffusion_spectral_mutual_information(
    ...     inputs, clusters=first.clusters, bandwidth="median", random_state=0)
    >>> first.value == again
    True
    """
    check_choice("spectrum", spectrum, SPECTRA)
    check_choice("convention", convention, CONVENTIONS)
    check_at_least("t", t, 0, strict=True)
    check_count("n_repetitions", n_repetitions)
    check_base(base)
    xp, points = checked_points("x", x)
    found = cluster_labels(y, clusters, len(points), discrete=discrete, n_clusters=n_clusters)
    generator = random_state
    if convention == "paper":
        generator = random_generator(random_state)
    sigma = chosen_bandwidth(bandwidth, points, t, convention, generator)

    def entropy(some: Any) -> Any:
        if spectrum == "entries":
            return transition_entropy(xp, some, sigma)
        return spectral_entropy(xp, walk_magnitudes(xp, some, sigma, convention), t)

    compared = compare_classes(
        points,
        found,
        entropy,
        n_repetitions=n_repetitions,
        convention=convention,
        random_state=generator,
    )
    _warn_if_uninformative(compared, spectrum)
    return information_result(compared, found, sigma, base)


def information_result(
    compared: ClassComparison, clusters: NDArray[np.int64], bandwidth: float, base: float | None
) -> SpectralInformation:
    """Return a comparison of classes in the base asked for."""
    per_nat = 1 / check_base(base)
    return SpectralInformation(
        value=in_base(compared.value, base),
        standard_error=compared.standard_error * per_nat,
        clusters=clusters,
        class_sizes=compared.class_sizes,
        class_entropies=compared.class_entropies * per_nat,
        subset_entropies=compared.subset_entropies * per_nat,
        bandwidth=bandwidth,
    )


def _warn_if_uninformative(compared: ClassComparison, spectrum: str) -> None:
    shares = compared.class_sizes / compared.class_sizes.sum()
    mean = float(shares @ compared.subset_entropies.mean(axis=1))
    high = math.fsum(shares * np.log(compared.class_sizes))
    low = high if spectrum == "entries" else 0.0
    warn_at_the_ends(mean, low, low + high)
