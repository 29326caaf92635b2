"""Inductive bias: the nats that a learner must be given beyond its training data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import (
    check_at_least,
    check_base,
    check_between,
    check_choice,
    check_count,
)
from infomax._arrays import RandomState, random_generator
from infomax.inference._error_tail import (
    SAMPLE_METHODS,
    limits_of_counts,
    samples,
    tail_of_sample,
    warn_of_sample,
)
from infomax.inference._noncentral_chi2_fit import NoncentralChi2Fit
from infomax.inference._quadratic_form import METHODS as LAW_METHODS
from infomax.inference._quadratic_form import QuadraticForm

Floats = NDArray[np.float64]
Errors: TypeAlias = ArrayLike | QuadraticForm


@dataclass(frozen=True)
class InductiveBias:
    """What `inductive_bias_result` found.

    Parameters
    ----------
    value : float
        Inductive bias that is required, in nats or in units of `base`.
    interval : tuple of two floats
        Of `confidence`, over the hypotheses drawn: bootstrap for a fitted law, Clopper–Pearson for
        counts; both ends are the value where the law is known.
    points_interval : tuple of two floats or None
        Bootstrap over the test points, where errors came by point. It leans to low values: on points
        drawn twice hypotheses differ more than on the test set.
    target_error : float
        ε.
    method : str
        How the tail was taken.
    n_errors : int or None
        Hypotheses drawn; None where the law is known.
    fit : NoncentralChi2Fit or None
        The fitted law, with its parameters and its distance from the sample in ``ks_``.
    extrapolation : float
        By how many deviations of the law the target lies below the smallest error drawn; 0 within
        the sample or where the law is known.
    """

    value: float
    interval: tuple[float, float]
    points_interval: tuple[float, float] | None
    target_error: float
    method: str
    n_errors: int | None
    fit: NoncentralChi2Fit | None
    extrapolation: float


def inductive_bias(
    errors: Errors,
    target_error: float,
    *,
    method: str | None = None,
    fit: str = "mle",
    convention: str = "paper",
    base: float | None = None,
) -> float:
    r"""Information that a learner needs beyond its training data to reach a target error.

    .. math::

        \tilde I(\varepsilon) = -\ln P(e(h) \leq \varepsilon \mid h \text{ fits the training set})

    with hypotheses h drawn at random from a base space: the rarer a good one is among those that
    fit, the more the designer must have known. The probability is far too small to be counted, so
    the law of the error is fitted to a sample of errors and its left tail is read off, or the law
    itself is given.

    Use `GaussianProcessHypotheses` or `NetworkHypotheses` to draw errors, `inductive_bias_result`
    for the interval that an extrapolated number needs, and `architecture_bias` to compare spaces.

    Parameters
    ----------
    errors : array-like of shape (n,) or (n, n_points), or QuadraticForm
        Test errors of random hypotheses that fit the training set, ten at least, as means or at
        each test point; or their exact law.
    target_error : float
        ε, above 0, in the units of the errors: a mean squared error is not an error rate.
    method : {"ncx2", "gamma", "empirical"} or {"inversion", "saddlepoint"}, optional
        For a sample: tail of a `NoncentralChi2Fit` (default), of the gamma law of equal mean and
        variance, or the share of errors at or below ε. For a law: see `quadratic_form_logcdf`;
        "inversion" is the default.
    fit : {"mle", "moments"}
        How the law of "ncx2" is fitted.
    convention : {"paper", "released"}
        "released" takes the tail of "ncx2" as the authors' code does.
    base : float, optional
        Base of the logarithm; nats when left out, 2 gives bits.

    Returns
    -------
    float
        At least 0; infinite if no error of "empirical", or none that a law allows, is as low as ε.

    Raises
    ------
    ValueError
        If there are fewer than ten errors, one is negative or not finite, or ε is not above 0.

    Warns
    -----
    AssumptionWarning
        If ε lies more than three deviations below the smallest error, the fitted law is far from
        the sample, or all errors are equal.
    SmallSampleWarning
        If "empirical" finds no error as low as ε.

    Notes
    -----
    **Where paper and code part.** Where SciPy's logarithm is minus infinity, some 745 nats down,
    the released code falls back on Sankaran's approximation, which tends to a constant: the measure
    drops from hundreds of nats to, in one case, 19. See `noncentral_chi2_logcdf`.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> errors = 0.1 * np.random.default_rng(0).noncentral_chisquare(10, 5, size=2000)
    >>> round(inductive_bias(errors, 0.5), 1), round(inductive_bias(errors, 0.5, base=2), 1)
    (3.8, 5.5)
    >>> round(inductive_bias(errors, 0.5, method="empirical"), 1)
    3.8
    """
    return _found(errors, target_error, method, fit, convention, base).value


def inductive_bias_result(
    errors: Errors,
    target_error: float,
    *,
    method: str | None = None,
    fit: str = "mle",
    convention: str = "paper",
    base: float | None = None,
    n_bootstrap: int = 200,
    confidence: float = 0.95,
    random_state: RandomState = None,
) -> InductiveBias:
    """Inductive bias with its interval, the fitted law and the distance extrapolated.

    The twin of `inductive_bias` for numbers that will be reported. One interval covers chance in the
    hypotheses drawn, another, for errors by point, chance in the test points; neither can tell
    whether the law holds so far out.

    Parameters
    ----------
    errors, target_error, method, fit, convention, base
        See `inductive_bias`.
    n_bootstrap : int
        Resamples, each with a refit of the law.
    confidence : float
        Level of the interval, between 0 and 1.
    random_state : int, Generator or None
        For the resamples.

    Returns
    -------
    InductiveBias
        Value, interval, fit and extrapolation.

    Raises
    ------
    ValueError
        As for `inductive_bias`.

    Warns
    -----
    AssumptionWarning
        As for `inductive_bias`.
    SmallSampleWarning
        As for `inductive_bias`.

    Notes
    -----
    O(n) for each refit: some seconds for ten thousand errors.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> errors = 0.1 * np.random.default_rng(0).noncentral_chisquare(10, 5, size=300)
    >>> found = inductive_bias_result(errors, 0.1, n_bootstrap=50, random_state=0)
    >>> round(found.value, 1), [round(end, 1) for end in found.interval]
    (12.1, [11.0, 13.7])
    >>> round(found.extrapolation, 2), round(found.fit.ks_, 2)
    (0.32, 0.03)
    """
    check_count("n_bootstrap", n_bootstrap)
    check_between("confidence", confidence, 0, 1, open_low=True, open_high=True)
    found = _found(errors, target_error, method, fit, convention, base)
    if isinstance(errors, QuadraticForm):
        return found
    outside, generator = (1 - confidence) / 2, random_generator(random_state)
    sample, by_point = samples(errors)

    def again(resample: Callable[[NDArray[np.int64]], Floats], n: int) -> list[float]:
        """Return the ends, in nats, over resamples of n things."""
        nats = [
            tail_of_sample(resample(chosen), found.target_error, found.method, fit, convention)[0]
            for chosen in generator.integers(n, size=(n_bootstrap, n))
        ]
        # an end between a finite number and an infinite one would be neither
        ends: list[float] = np.quantile(nats, [outside, 1 - outside], method="nearest").tolist()
        return ends

    if found.method == "empirical":
        ends: Sequence[float] = limits_of_counts(sample <= found.target_error, outside)
    elif found.fit is not None:
        drawn = found.fit.bootstrap_logcdf(
            found.target_error, n_bootstrap=n_bootstrap, random_state=generator
        )
        ends = np.quantile(np.maximum(0.0, -drawn), [outside, 1 - outside]).tolist()
    else:
        ends = again(lambda chosen: sample[chosen], len(sample))
    low, high = (end / check_base(base) for end in ends)
    if by_point is None:
        return replace(found, interval=(low, high))
    ends = again(lambda chosen: by_point[:, chosen].mean(axis=1), by_point.shape[1])
    least, most = (end / check_base(base) for end in ends)
    return replace(found, interval=(low, high), points_interval=(least, most))


def architecture_bias(
    errors_base: Errors,
    errors_space: Errors,
    target_error: float,
    *,
    fit: str = "mle",
    base: float | None = None,
) -> float:
    r"""Bias that one hypothesis space brings over another: the difference of what they need.

    :math:`\tilde I_{\text{base}}(\varepsilon) - \tilde I_{\text{space}}(\varepsilon)`, each by
    `inductive_bias`. Compare spaces on one training set, one test set and one target only.

    Look at the mean errors beside it: a space whose errors spread more widely has the fatter fitted
    tail, and may seem to need less of its designer although it is worse on average.

    Parameters
    ----------
    errors_base, errors_space : array-like of shape (n,), or QuadraticForm
        Errors of random hypotheses of each space, or their laws.
    target_error : float
        ε, the same for both.
    fit : {"mle", "moments"}
        How the law of a sample is fitted.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Above 0 if the second space needs less from its designer.

    Raises
    ------
    ValueError
        As for `inductive_bias`.

    Warns
    -----
    AssumptionWarning
        As for `inductive_bias`, once for each space.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> wide, narrow = (0.1 * rng.noncentral_chisquare(k, 5, size=500) for k in (20, 10))
    >>> round(architecture_bias(wide, narrow, 0.5), 1)
    6.8
    """
    return inductive_bias(errors_base, target_error, fit=fit, base=base) - inductive_bias(
        errors_space, target_error, fit=fit, base=base
    )


def _found(
    errors: Errors,
    target_error: float,
    method: str | None,
    fit: str,
    convention: str,
    base: float | None,
) -> InductiveBias:
    """Return everything but the interval."""
    target, unit = check_at_least("target_error", target_error, 0, strict=True), check_base(base)
    if isinstance(errors, QuadraticForm):
        chosen = check_choice("method", method or LAW_METHODS[0], LAW_METHODS)
        nats = max(0.0, -float(errors.logcdf(target, method=chosen)))
        return InductiveBias(nats / unit, (nats / unit,) * 2, None, target, chosen, None, None, 0.0)
    chosen = check_choice("method", method or SAMPLE_METHODS[0], SAMPLE_METHODS)
    sample, _ = samples(errors)
    nats, fitted, far = tail_of_sample(sample, target, chosen, fit, convention)
    warn_of_sample(sample, chosen, nats, fitted, far)
    value = nats / unit
    return InductiveBias(value, (value, value), None, target, chosen, len(sample), fitted, far)
