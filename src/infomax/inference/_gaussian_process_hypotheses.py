"""The functions of a Gaussian process that fit a training set, and their errors elsewhere."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from infomax._arguments import check_array
from infomax._arrays import RandomState
from infomax.exceptions import AssumptionWarning
from infomax.inference._gaussian_process import GaussianProcess
from infomax.inference._kernels import Kernel
from infomax.inference._quadratic_form import QuadraticForm
from infomax.measures import median_bandwidth

Floats = NDArray[np.float64]
_RESOLVED = 1e-12  # smaller eigenvalues of the covariance, as a share of the largest, are rounding
_UNFITTED = 0.01


class GaussianProcessHypotheses(BaseEstimator):
    r"""Random functions of a Gaussian process that pass through a training set.

    The base space of `inductive_bias` in which everything is exact. With the posterior mean μ and
    the covariance :math:`C = U \Lambda U^\top` at n test points of c outputs, the mean squared error
    of a random function is

    .. math::

        e = \frac{1}{n c} \sum_i \lambda_i \sum_{k=1}^{c}
            \left(z_{ik} + \frac{R_{ik}}{\sqrt{\lambda_i}}\right)^2,
        \qquad R = U^\top (\mu - Y), \quad z_{ik} \sim N(0, 1)

    so its law is that of a `QuadraticForm`, and a draw costs O(n), not O(n²). For a space of
    networks see `NetworkHypotheses`.

    Parameters
    ----------
    kernel : str or callable
        As `GaussianProcess` takes it.
    length_scale : float or "median"
        "median" takes the median distance of the training points, so that the scale of the inputs
        does not matter; the paper's code has 1 on raw inputs.

    Attributes
    ----------
    process_ : GaussianProcess
        The posterior.
    training_error_ : float
        Mean squared error of the posterior mean on the training set: above 0 by the jitter alone if
        the space holds functions through it.

    Raises
    ------
    ValueError
        If the same point comes with different targets: no function fits both.

    Warns
    -----
    AssumptionWarning
        If the mean function leaves more than a hundredth of the targets' mean square: functions of
        this space do not fit the training set.

    Notes
    -----
    O(n³) in the training points and in the test points, once, and O(n²) memory: beyond some twenty
    thousand points take a subset, for there are no conjugate gradients here.

    **Where paper and code part.** The released code solves for the posterior by Adam in small
    batches, which stops short of the solution, and draws through a full matrix square root; here
    both are exact, by Cholesky and in the eigenbasis.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> y = np.sin(x[:, 0])
    >>> space = GaussianProcessHypotheses("rbf").fit(x[:30], y[:30])
    >>> law = space.error_distribution(x[30:], y[30:])
    >>> errors = space.sample_errors(x[30:], y[30:], n_samples=1000, random_state=0)
    >>> round(law.mean, 3), errors.mean().round(3).item(), errors.shape
    (0.049, 0.05, (1000,))
    """

    def __init__(self, kernel: Kernel = "rbf", *, length_scale: float | str = 1.0) -> None:
        self.kernel = kernel
        self.length_scale = length_scale

    def fit(self, X: Any, Y: Any) -> "GaussianProcessHypotheses":
        """Condition on the training set.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Points.
        Y : array-like of shape (n,) or (n, n_outputs)
            Real targets; classes as one-hot rows.

        Returns
        -------
        GaussianProcessHypotheses
            Itself.
        """
        points, targets = check_array("X", X, ndim=2), _targets(Y)
        if len(points) != len(targets):
            raise ValueError(f"`Y` must have {len(points)} rows as `X` has, got {len(targets)}")
        _refuse_contradictions(points, targets)
        scale: Any = self.length_scale
        if isinstance(scale, str):
            if scale != "median":
                raise ValueError(f"`length_scale` must be a number or 'median', got {scale!r}")
            scale = median_bandwidth(points, random_state=0)
        self.process_ = GaussianProcess(self.kernel, length_scale=scale).fit(points, targets)
        residual = targets - self.process_.predict(points)
        self.training_error_ = float((residual**2).mean())
        if self.training_error_ > _UNFITTED * float((targets**2).mean()):
            warnings.warn(
                "functions of this space do not fit the training set (the mean function leaves an "
                f"error of {self.training_error_:.3g}): take a kernel of more dimensions or a "
                "shorter length scale",
                AssumptionWarning,
                stacklevel=2,
            )
        return self

    def error_distribution(self, X: Any, Y: Any) -> QuadraticForm:
        """Return the exact law of the mean squared error of a random function on a test set.

        Parameters
        ----------
        X : array-like of shape (m, n_features)
            Test points.
        Y : array-like of shape (m,) or (m, n_outputs)
            Their targets.

        Returns
        -------
        QuadraticForm
            With ``weights``, ``offsets``, ``mean``, ``variance``, ``logcdf`` and ``sample``.
        """
        check_is_fitted(self)
        targets = _targets(Y)
        posterior = self.process_.posterior(X)
        if posterior.mean.shape != targets.shape:
            raise ValueError(
                f"`Y` must have shape {posterior.mean.shape} as the posterior has, "
                f"got {targets.shape}"
            )
        values, vectors = eigh(posterior.covariance)
        rotated = vectors.T @ (posterior.mean - targets)
        random = values > _RESOLVED * values[-1]
        return QuadraticForm(
            weights=values[random] / targets.size,
            offsets=rotated[random] / np.sqrt(values[random])[:, None],
            constant=float((rotated[~random] ** 2).sum()) / targets.size,
        )

    def sample_errors(
        self, X: Any, Y: Any, *, n_samples: int = 10_000, random_state: RandomState = None
    ) -> Floats:
        """Draw mean squared errors of random functions on a test set.

        Parameters
        ----------
        X, Y : array-like
            As for `error_distribution`.
        n_samples : int
            Functions.
        random_state : int, Generator or None
            For the draws.

        Returns
        -------
        array of shape (n_samples,)
            One error a function.
        """
        return self.error_distribution(X, Y).sample(n_samples, random_state=random_state)


def _targets(Y: Any) -> Floats:
    targets = check_array("Y", Y)
    if targets.ndim > 2:
        raise ValueError(f"`Y` must have shape (n,) or (n, n_outputs), got {targets.shape}")
    return targets.reshape(len(targets), -1)


def _refuse_contradictions(points: Floats, targets: Floats) -> None:
    _, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    apart = (targets != targets[first[which.ravel()]]).any(axis=1)
    if apart.any():
        row = int(np.argmax(apart))
        raise ValueError(
            f"`Y` must be the same where `X` is, got two targets for the point in rows "
            f"{int(first[which.ravel()[row]])} and {row}"
        )
