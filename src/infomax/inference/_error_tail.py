"""Left tail of a sample of errors: counted, or by a fitted law, with what is doubtful about it."""

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import beta

from infomax._arguments import check_choice
from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.inference._noncentral_chi2 import noncentral_chi2_logcdf
from infomax.inference._noncentral_chi2_fit import (
    FITS,
    NoncentralChi2Fit,
    all_alike,
    checked_errors,
)

Floats = NDArray[np.float64]
SAMPLE_METHODS = ("ncx2", "gamma", "empirical")
_FAR = 3.0  # fitted deviations below the smallest error sampled
_MISFIT = 1.63  # over √n: Kolmogorov's 1 % point, on the safe side for fitted parameters


def samples(errors: ArrayLike) -> tuple[Floats, Floats | None]:
    """Return errors as means over test points, and by point if they came so."""
    if np.ndim(errors) != 2:
        return checked_errors(errors), None
    by_point = checked_errors(errors, ndim=2)
    return by_point.mean(axis=1), by_point


def tail_of_sample(
    sample: Floats, target: float, method: str, fit: str, convention: str
) -> tuple[float, NoncentralChi2Fit | None, float]:
    """Return nats, the fit if there is one, and deviations extrapolated."""
    check_choice("fit", fit, FITS)
    check_choice("convention", convention, ("paper", "released"))
    if method == "empirical" or all_alike(sample):
        share = float((sample <= target).mean())
        return (math.log(1 / share) if share > 0 else math.inf), None, 0.0
    fitted = None
    if method == "ncx2":
        fitted = NoncentralChi2Fit(method=fit).fit(sample)
        spread, told = fitted.std_, fitted.logcdf(target, convention=convention)
    else:
        mean, spread = float(sample.mean()), float(sample.std())
        count = 2 * (mean / spread) ** 2
        told = noncentral_chi2_logcdf(target, count, 0.0, scale=mean / count)
    return max(0.0, -float(told)), fitted, max(0.0, float(sample.min() - target) / spread)


def limits_of_counts(low_enough: NDArray[np.bool_], outside: float) -> tuple[float, float]:
    """Return minus the logarithms of the Clopper–Pearson limits of a share."""
    below, n = int(low_enough.sum()), len(low_enough)
    most = float(beta.ppf(1 - outside, below + 1, n - below)) if below < n else 1.0
    least = float(beta.ppf(outside, below, n - below + 1)) if below else 0.0
    return max(0.0, -math.log(most)), (-math.log(least) if least > 0 else math.inf)


def warn_of_sample(
    sample: Floats, method: str, nats: float, fitted: NoncentralChi2Fit | None, far: float
) -> None:
    if method == "empirical":
        if math.isinf(nats):
            warnings.warn(
                f"none of {len(sample)} errors is as low as `target_error`: use method='ncx2', "
                "which extrapolates",
                SmallSampleWarning,
                stacklevel=4,
            )
        return
    said = None
    if all_alike(sample):
        said = (
            f"all errors are {sample[0]:g}: the law is taken as a step there; draw hypotheses that "
            "differ"
        )
    elif far > _FAR:
        said = (
            f"`target_error` lies {far:.1f} deviations below the smallest error drawn, where only "
            "the form of the fitted law speaks: see the interval of inductive_bias_result, or take "
            "the exact law of GaussianProcessHypotheses.error_distribution"
        )
    elif fitted is not None and fitted.ks_ > _MISFIT / math.sqrt(len(sample)):
        said = (
            f"the fitted law is {fitted.ks_:.2g} from the sample (Kolmogorov–Smirnov): look at the "
            "histogram, and compare with method='gamma'"
        )
    if said:
        warnings.warn(said, AssumptionWarning, stacklevel=4)
