"""The walk's spectrum from a sample of its columns, with bounds on the entropy."""

import numpy as np
from array_api_compat import numpy as array_api_numpy
from numpy.typing import NDArray

from infomax.measures.spectral._diffusion_kernel import (
    spectral_entropy,
)
from infomax.measures.spectral._diffusion_lanczos import Estimate
from infomax.measures.spectral._diffusion_operator import WalkOperator

_LANDMARKS = 1000


def nystrom_magnitudes(
    operator: WalkOperator, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return the eigenvalues of the walk restricted to the span of some of its columns."""
    landmarks = generator.choice(operator.n, min(operator.n, _LANDMARKS), replace=False)
    picks = np.zeros((len(landmarks), operator.n))
    picks[np.arange(len(landmarks)), landmarks] = 1
    columns = operator.times_in_double(picks)
    values, vectors = np.linalg.eigh(columns[:, landmarks])
    sound = values > 1e-7 * values[-1]
    features = (vectors[:, sound] / np.sqrt(values[sound])).T @ columns
    return np.maximum(np.linalg.eigvalsh(features @ features.T), 0)[::-1]


def nystrom_entropy(operator: WalkOperator, t: float, generator: np.random.Generator) -> Estimate:
    """Estimate the spectral entropy from landmarks.

    The trace that the landmarks miss is known and belongs to eigenvalues not below those found.
    All of it on the largest gives the least entropy, all of it spread over the smallest the
    greatest (for t = 1 both are bounds); the middle is the estimate.
    """
    found = nystrom_magnitudes(operator, generator)
    missed = max(operator.trace - float(found.sum()), 0.0)
    peaked = found.copy()
    peaked[0] += missed
    filled = _filled(np.concatenate([found, np.zeros(operator.n - len(found))]), missed)
    low, high = (
        float(spectral_entropy(array_api_numpy, spectrum, t)) for spectrum in (peaked, filled)
    )
    return Estimate((low + high) / 2, 0.0, abs(high - low) / 2)


def _filled(decreasing: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """Raise the smallest values to one level until `amount` is spent."""
    rising = decreasing[::-1]
    counts = np.arange(1, len(rising) + 1)
    levels = (np.cumsum(rising) + amount) / counts
    enough = levels <= np.append(rising[1:], np.inf)
    level = levels[int(np.argmax(enough))]
    raised: NDArray[np.float64] = np.maximum(decreasing, level)
    return raised
