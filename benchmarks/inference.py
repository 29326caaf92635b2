"""Workloads of the room inference: errors of random functions, and the law fitted to them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import sqrtm
from scipy.stats import ncx2

from benchmarks.runner import Workload
from infomax.inference import GaussianProcessHypotheses, NoncentralChi2Fit, QuadraticForm

Floats = NDArray[np.float64]
N_SAMPLES = 10_000


@dataclass(frozen=True)
class Posterior:
    """What random functions look like at the test points, and what is wanted there."""

    space: GaussianProcessHypotheses
    x: Floats
    y: Floats


def posterior(size: str) -> Posterior:
    n, m = (500, 200) if size == "full" else (60, 30)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n + m, 20))
    y = np.eye(10)[rng.integers(0, 10, n + m)]
    space = GaussianProcessHypotheses("rbf", length_scale=4.0).fit(x[:n], y[:n])
    return Posterior(space, x[n:], y[n:])


def in_the_eigenbasis(data: Posterior) -> Floats:
    return data.space.sample_errors(data.x, data.y, n_samples=N_SAMPLES, random_state=0)


def by_a_square_root(data: Posterior) -> Floats:
    """Draw whole functions through the square root of the covariance, and take their errors."""
    found = data.space.process_.posterior(data.x)
    root = sqrtm(found.covariance).real
    noise = np.random.default_rng(1).standard_normal((*found.mean.shape, N_SAMPLES))
    functions = found.mean[:, :, None] + np.einsum("ab,bcd->acd", root, noise, optimize=True)
    return ((functions - data.y[:, :, None]) ** 2).mean(axis=(0, 1))  # type: ignore[no-any-return]


def same_law(ours: Floats, theirs: Floats | None) -> str | None:
    """Want means and deviations that differ by chance alone."""
    if theirs is None:
        return None
    spread = theirs.std()
    if abs(ours.mean() - theirs.mean()) > 5 * spread * math.sqrt(2 / N_SAMPLES):
        return f"means {ours.mean()!r} and {theirs.mean()!r}"
    if abs(ours.std() / spread - 1) > 0.05:
        return f"deviations {ours.std()!r} and {spread!r}"
    return None


def million(size: str) -> QuadraticForm:
    data = posterior(size)
    return data.space.error_distribution(data.x, data.y)


def mean_holds(law: QuadraticForm, n: int) -> Any:
    errors = law.sample(n, random_state=0)
    return law, errors.mean()


def near_its_mean(ours: Any, _: Any) -> str | None:
    law, mean = ours
    allowed = 5 * math.sqrt(law.variance) / math.sqrt(1e5)
    return None if abs(mean - law.mean) <= allowed else f"mean {mean!r} against {law.mean!r}"


def errors(size: str) -> Floats:
    n = N_SAMPLES if size == "full" else 300
    return 0.1 * np.random.default_rng(0).noncentral_chisquare(10, 5, size=n)


def likelihood_of_ours(sample: Floats) -> float:
    return NoncentralChi2Fit().fit(sample).log_likelihood_


def likelihood_of_scipy(sample: Floats) -> float:
    df, nc, _, scale = ncx2.fit(sample, floc=0)
    return float(ncx2.logpdf(sample, df, nc, 0, scale).mean())


def as_likely(ours: float, theirs: float | None) -> str | None:
    if theirs is None or ours >= theirs - 1e-7:
        return None
    return f"mean log-likelihood {ours!r} against {theirs!r}"


WORKLOADS = [
    Workload(
        name="inductive bias, 10,000 random functions at 200 points of 10 outputs",
        ours=in_the_eigenbasis,
        peer=by_a_square_root,
        data=posterior,
        agree=same_law,
        peer_name="matrix square root, as released",
        target="10⁶ in seconds",
        repeats=3,
    ),
    Workload(
        name="inductive bias, 1,000,000 random functions at 200 points of 10 outputs",
        ours=lambda law: mean_holds(law, 1_000_000),
        peer=None,
        data=million,
        agree=near_its_mean,
        peer_name="",
        target="seconds",
        repeats=1,
    ),
    Workload(
        name="inductive bias, non-central chi-squared law fitted to 10,000 errors",
        ours=likelihood_of_ours,
        peer=likelihood_of_scipy,
        data=errors,
        agree=as_likely,
        peer_name="scipy",
        target="as likely, in less time",
        repeats=3,
    ),
]
