"""Scaled non-central chi-squared law fitted to a sample."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, ive
from scipy.stats import ncx2
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from infomax._arguments import check_array, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.inference._noncentral_chi2 import noncentral_chi2_logcdf

Floats = NDArray[np.float64]
FITS = ("mle", "moments")
_FEWEST = 10
_ALIKE = 1e-6
_LARGE_ORDER = 60.0
_LEAST_SHAPE = 0.5 + 1e-4  # at one half the law has no degrees of freedom left


class NoncentralChi2Fit(BaseEstimator):
    r"""Non-central chi-squared law with a scale, fitted to positive numbers.

    The mean of n squared errors of a smooth random function is nearly a sum of few weighted squares;
    if the weights were equal, it would be :math:`s\,\chi'^2_k(\nu)`. Three parameters (degrees of
    freedom k, non-centrality ν, scale s; the location stays at 0, or the support would end above the
    errors of interest) follow mean, variance and skewness. Where the weights are known, use
    `QuadraticForm` in its place.

    Parameters
    ----------
    method : {"mle", "moments"}
        Largest likelihood, or the law with the sample's first three moments, or the nearest to it
        that exists; "mle" starts there.

    Attributes
    ----------
    df_, nc_, scale_ : float
        k, ν and s.
    mean_, std_ : float
        Of the fitted law.
    ks_ : float
        Kolmogorov–Smirnov distance: the largest gap between the fitted and the empirical
        distribution. A hundred draws of a law that does fit give some 0.07.
    log_likelihood_ : float
        Mean log-density of the sample.

    Raises
    ------
    ValueError
        If there are fewer than ten errors, one is negative or not finite, or all are
        equal within a millionth of their mean.

    Notes
    -----
    Fitted over mean, mean² / variance and one shape between the central law and the one without
    degrees of freedom: unlike (k, ν, s) these hardly depend on one another. O(n) a step.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> errors = 0.1 * np.random.default_rng(0).noncentral_chisquare(10, 5, size=2000)
    >>> fit = NoncentralChi2Fit().fit(errors)
    >>> round(fit.mean_, 2), round(fit.std_, 2), fit.ks_ < 0.03
    (1.51, 0.64, True)
    >>> fit.logcdf(0.1).round(0).item()
    -11.0
    """

    df_: float
    nc_: float
    scale_: float

    def __init__(self, *, method: str = "mle") -> None:
        self.method = method

    def fit(self, errors: ArrayLike) -> "NoncentralChi2Fit":
        """Fit the law.

        Parameters
        ----------
        errors : array-like of shape (n,)
            Not negative, not all equal.

        Returns
        -------
        NoncentralChi2Fit
            Itself.
        """
        check_choice("method", self.method, FITS)
        sample = checked_errors(errors)
        if all_alike(sample):
            raise ValueError(f"`errors` must not all be equal, got {sample[0]} throughout")
        start = _moments(sample)
        starts = (start, np.array([*start[:2], 0.8]))
        found = start if self.method == "moments" else _most_likely(sample, starts)
        self._set(found, sample)
        return self

    def logcdf(self, x: ArrayLike, *, convention: str = "paper") -> Floats:
        """Return the log-probability of staying at or below x, right in the far left tail.

        Parameters
        ----------
        x : array-like
            Where to evaluate.
        convention : {"paper", "released"}
            See `noncentral_chi2_logcdf`.

        Returns
        -------
        array of the shape of x
            Nats.
        """
        check_is_fitted(self)
        return noncentral_chi2_logcdf(
            x, self.df_, self.nc_, scale=self.scale_, convention=convention
        )

    def bootstrap_logcdf(
        self, x: ArrayLike, *, n_bootstrap: int = 200, random_state: RandomState = None
    ) -> Floats:
        """Refit to samples drawn with replacement, and evaluate each law.

        Parameters
        ----------
        x : array-like
            Where to evaluate.
        n_bootstrap : int
            Resamples.
        random_state : int, Generator or None
            For the resamples.

        Returns
        -------
        array of shape (n_bootstrap, ...)
            Log-probabilities in nats; a resample whose entries are all equal is drawn again.
        """
        check_is_fitted(self)
        check_count("n_bootstrap", n_bootstrap)
        generator = random_generator(random_state)
        laws = np.array([self._refitted(generator) for _ in range(n_bootstrap)])
        df, nc, scale = laws.T.reshape(3, -1, *(1,) * np.ndim(x))
        return noncentral_chi2_logcdf(x, df, nc, scale=scale)

    def _refitted(self, generator: np.random.Generator) -> Any:
        again = generator.choice(self._sample, len(self._sample))
        while all_alike(again):
            again = generator.choice(self._sample, len(self._sample))
        if self.method == "moments":
            return _parameters(_moments(again))
        return _parameters(_most_likely(again, (self._found,)))

    def _set(self, found: Floats, sample: Floats) -> None:
        self._found, self._sample = found, sample
        self.df_, self.nc_, self.scale_ = (float(value) for value in _parameters(found))
        self.mean_ = self.scale_ * (self.df_ + self.nc_)
        self.std_ = self.scale_ * float(np.sqrt(2 * (self.df_ + 2 * self.nc_)))
        self.log_likelihood_ = -_surprise(found, sample)
        below = np.sort(ncx2.cdf(sample / self.scale_, self.df_, self.nc_))
        steps = np.arange(len(sample) + 1) / len(sample)
        self.ks_ = float(max((steps[1:] - below).max(), (below - steps[:-1]).max()))


def checked_errors(errors: ArrayLike, *, ndim: int = 1) -> Floats:
    """Return a sample of errors, ten at least and none negative."""
    sample = check_array("errors", errors, ndim=ndim)
    if len(sample) < _FEWEST:
        raise ValueError(f"`errors` must hold at least {_FEWEST} values, got {len(sample)}")
    if sample.min() < 0:
        raise ValueError(f"`errors` must not be negative, got {sample.min()}")
    return sample


def all_alike(sample: Floats) -> bool:
    """Tell whether errors differ by no more than a millionth of their mean: no law has that shape."""
    return float(sample.std()) <= _ALIKE * float(sample.mean())


def _parameters(found: Any) -> tuple[Any, Any, Any]:
    """Return (k, ν, s) from (ln mean, ln 2 mean²/variance, shape).

    s is shape · variance / (2 mean): the shape is 1 for the central law and 1/2 where k is 0.
    """
    mean, count, shape = np.exp(found[0]), np.exp(found[1]), found[2]
    return (
        count * (2 * shape - 1) / shape**2,
        count * (1 - shape) / shape**2,
        shape * mean / count,
    )


def _moments(sample: Floats) -> Floats:
    """Match mean, variance and third central moment, with the skewness clipped to what exists."""
    mean = sample.mean()
    half = ((sample - mean) ** 2).mean() / 2
    third = ((sample - mean) ** 3).mean() / 8
    # shape² - 2 shape + third mean / half² = 0 has its smaller root in [1/2, 1]
    ratio = np.clip(third * mean / half**2, 0.75, 1.0)
    shape = max(1 - np.sqrt(1 - ratio), _LEAST_SHAPE)
    return np.array([np.log(mean), np.log(mean**2 / half), shape])


def _most_likely(sample: Floats, starts: tuple[Floats, ...]) -> Floats:
    """Maximise the likelihood, with the sample scaled to mean 1."""
    shift = np.array([np.log(sample.mean()), 0.0, 0.0])
    scaled = sample / sample.mean()
    # The mean is known that much better than the other two.
    unit = np.array([np.exp(-starts[0][1] / 2), 1.0, 1.0])

    def cost(point: Floats) -> float:
        return _surprise(point * unit, scaled)

    tries = [
        minimize(
            cost,
            (start - shift) / unit,
            method="L-BFGS-B",
            bounds=((None, None), (None, None), (_LEAST_SHAPE, 1.0)),
            options={"ftol": 1e-10, "gtol": 1e-7},
        )
        for start in starts
    ]
    best: Floats = min(tries, key=lambda one: float(one.fun)).x * unit + shift
    return best


def _surprise(found: Floats, sample: Floats) -> float:
    """Return minus the mean log-density."""
    df, nc, scale = _parameters(found)
    return -float((_log_density(sample / scale, df, nc) - np.log(scale)).mean())


def _log_density(y: Floats, df: float, nc: float) -> Floats:
    """Return the log-density of the non-central chi-squared law; y and nc are kept off 0."""
    y = np.maximum(y, 1e-300)
    nc = max(nc, 1e-12)
    order = df / 2 - 1
    root = np.sqrt(nc * y)
    return (  # type: ignore[no-any-return]
        _log_bessel(order, root) - (y + nc) / 2 + order / 2 * np.log(y / nc) - np.log(2)
    )


def _log_bessel(order: float, z: Floats) -> Floats:
    """Return the logarithm of the modified Bessel function I of one order, for z above 0.

    Large orders go by Debye's uniform expansion, for there the function itself underflows.
    """
    if order < _LARGE_ORDER:
        scaled = ive(order, z)
        near_zero = order * np.log(z / 2) - gammaln(order + 1)  # the first term of the series
        return np.where(scaled > 0, np.log(np.maximum(scaled, 1e-308)) + z, near_zero)
    t = z / order
    root = np.sqrt(1 + t**2)
    p2 = 1 / root**2
    eta = root + np.log(t / (1 + root))
    first = (3 - 5 * p2) / 24
    second = (81 - p2 * (462 - 385 * p2)) / 1152
    third = (30375 - p2 * (369603 - p2 * (765765 - 425425 * p2))) / 414720
    v = 1 / (order * root)
    series = 1 + v * (first + v * (second + v * third))
    return order * eta - np.log(2 * np.pi * order) / 2 - np.log(root) / 2 + np.log(series)  # type: ignore[no-any-return]
