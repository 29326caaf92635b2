"""Gaussian process: functions that agree with what was observed."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, eigh, solve_triangular
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from infomax._arguments import check_at_least, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import PrecisionWarning
from infomax.inference._kernels import Kernel, kernel_matrix

Floats = NDArray[np.float64]
_LEAST_JITTER, _MOST_JITTER = 1e-6, 1e-2


@dataclass(frozen=True)
class GaussianPosterior:
    """What a Gaussian process holds of the values at some points, noise left out.

    Parameters
    ----------
    mean : array of shape (n,) or (n, n_outputs)
        Expectation.
    covariance : array of shape (n, n)
        Of the values of one output; outputs are independent and share it.
    """

    mean: Floats
    covariance: Floats


class GaussianProcess(RegressorMixin, BaseEstimator):
    r"""Gaussian process with a fixed kernel, exact.

    .. math::

        \mu = K_* (K + \lambda I)^{-1} Y, \qquad C = K_{**} - K_* (K + \lambda I)^{-1} K_*^\top

    at new points, K being the kernel among the observed ones, :math:`K_*` from new to observed.
    Several outputs are independent processes of one kernel. Nothing is fitted but the posterior:
    choose the scale by `log_marginal_likelihood`. For thousands of observations, or for scales
    found by gradients, use GPyTorch.

    Parameters
    ----------
    kernel : {"rbf", "laplace", "matern32", "matern52", "linear"} or callable
        exp(-r²/2), exp(-r) and the two smoother Matérn kernels of the Euclidean distance r in units
        of `length_scale`, or the scalar product. A callable ``kernel(A, B)`` returns the matrix,
        as scikit-learn's kernel objects do.
    length_scale : float
        Above 0; a callable has a scale of its own.
    variance : float
        Prior variance by which the kernel is multiplied.
    noise : float
        Variance λ of the observations' noise. At least a millionth of the largest prior variance is
        added in any case; where that is not enough for Cholesky, ten times as much, up to a
        hundredth.

    Attributes
    ----------
    noise_ : float
        What was added to the diagonal.

    Raises
    ------
    ValueError
        If a setting is out of range, or (from `fit`) the kernel is not positive definite.

    Warns
    -----
    PrecisionWarning
        If more than the least jitter was needed.

    Notes
    -----
    O(n³) for `fit`; O(n² m + n m²) for the posterior at m points.

    References
    ----------
    Rasmussen and Williams (2006), Algorithm 2.1.

    Examples
    --------
    >>> process = GaussianProcess("rbf", length_scale=0.5).fit([[0.0], [1.0]], [0.0, 2.0])
    >>> posterior = process.posterior([[0.5], [3.0]])
    >>> posterior.mean.round(2).tolist(), posterior.covariance.diagonal().round(2).tolist()
    ([1.07, 0.0], [0.35, 1.0])
    >>> round(process.log_marginal_likelihood(), 2)
    -3.87
    """

    def __init__(
        self,
        kernel: Kernel = "rbf",
        *,
        length_scale: float = 1.0,
        variance: float = 1.0,
        noise: float = 0.0,
    ) -> None:
        self.kernel = kernel
        self.length_scale = length_scale
        self.variance = variance
        self.noise = noise

    def fit(self, X: Any, y: Any) -> "GaussianProcess":
        """Condition on observations.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Points.
        y : array-like of shape (n,) or (n, n_outputs)
            Values there; their prior mean is 0.

        Returns
        -------
        GaussianProcess
            Itself.
        """
        check_at_least("length_scale", self.length_scale, 0, strict=True)
        check_at_least("variance", self.variance, 0, strict=True)
        check_at_least("noise", self.noise, 0)
        points, values = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True
        )
        self.X_train_ = points
        covariance = self._kernel(points, points)
        self._factor, self.noise_ = _factorised(covariance, self.noise)
        self._targets = np.asarray(values, dtype=np.float64)
        half = solve_triangular(self._factor, self._targets, lower=True)
        self._dual = solve_triangular(self._factor, half, lower=True, trans="T")
        return self

    def predict(self, X: Any) -> Floats:
        """Return the posterior mean.

        Parameters
        ----------
        X : array-like of shape (m, n_features)
            Points.

        Returns
        -------
        array of shape (m,) or (m, n_outputs)
            As the values that were observed.
        """
        mean: Floats = self._cross(X)[1] @ self._dual
        return mean

    def posterior(self, X: Any) -> GaussianPosterior:
        """Return mean and covariance at new points.

        Parameters
        ----------
        X : array-like of shape (m, n_features)
            Points.

        Returns
        -------
        GaussianPosterior
            Of the function, without noise.
        """
        points, cross = self._cross(X)
        half = solve_triangular(self._factor, cross.T, lower=True)
        covariance = self._kernel(points, points) - half.T @ half
        return GaussianPosterior(cross @ self._dual, (covariance + covariance.T) / 2)

    def sample(self, X: Any, *, n_samples: int = 1, random_state: RandomState = None) -> Floats:
        """Draw functions from the posterior.

        Parameters
        ----------
        X : array-like of shape (m, n_features)
            Where to evaluate them.
        n_samples : int
            How many.
        random_state : int, Generator or None
            For the draws.

        Returns
        -------
        array of shape (n_samples, m) or (n_samples, m, n_outputs)
            One function a row.
        """
        check_count("n_samples", n_samples)
        posterior = self.posterior(X)
        values, vectors = eigh(posterior.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        shape = (n_samples, *posterior.mean.shape)
        noise = random_generator(random_state).standard_normal(shape)
        drawn: Floats = posterior.mean + np.einsum("ij,sj...->si...", root, noise)
        return drawn

    def log_marginal_likelihood(self) -> float:
        r"""Return the log-density of the observed values under the prior, summed over outputs.

        Returns
        -------
        float
            Nats. :math:`-\tfrac12 y^\top (K + \lambda I)^{-1} y - \tfrac12 \ln |K + \lambda I| -
            \tfrac{n}{2} \ln 2\pi` for each output.
        """
        check_is_fitted(self)
        n, n_outputs = len(self._targets), self._targets.size // len(self._targets)
        normaliser = np.log(np.diag(self._factor)).sum() + n / 2 * np.log(2 * np.pi)
        return float(-np.vdot(self._targets, self._dual) / 2 - n_outputs * normaliser)

    def _cross(self, X: Any) -> tuple[Floats, Floats]:
        check_is_fitted(self)
        points = validate_data(self, X, dtype=np.float64, reset=False)
        return points, self._kernel(points, self.X_train_)

    def _kernel(self, a: Floats, b: Floats) -> Floats:
        return self.variance * kernel_matrix(self.kernel, a, b, length_scale=self.length_scale)

    def __sklearn_tags__(self) -> Any:
        """Allow several outputs."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _factorised(covariance: Floats, noise: float) -> tuple[Floats, float]:
    """Return the Cholesky factor with noise or jitter on the diagonal, and what was added."""
    largest = float(covariance.diagonal().max())
    if not largest > 0:
        raise ValueError(f"`kernel` must have a variance above 0 somewhere, got {largest} at most")
    jitter = _LEAST_JITTER * largest
    added = max(noise, jitter)
    while True:
        try:
            factor = cholesky(covariance + added * np.eye(len(covariance)), lower=True)
        except LinAlgError:
            jitter *= 10
            added = max(noise, jitter)
            if jitter > _MOST_JITTER * largest * 1.001:
                raise ValueError(
                    "`kernel` must be positive definite: Cholesky failed with "
                    f"{_MOST_JITTER:g} of the largest variance on the diagonal"
                ) from None
            continue
        if jitter > _LEAST_JITTER * largest and added > noise:
            warnings.warn(
                f"the kernel is nearly singular: {added:g} was added to its diagonal; take repeated "
                "points out, or set `noise`",
                PrecisionWarning,
                stacklevel=3,
            )
        return factor, added
