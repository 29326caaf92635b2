"""The estimators that the paper on diffusion spectral entropy compares."""

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import InfomaxWarning
from infomax.measures import (
    MutualInformationEstimator,
    adjacency_spectral_entropy,
    adjacency_spectral_mutual_information,
    binned_entropy,
    binned_mutual_information,
    diffusion_spectral_entropy,
    diffusion_spectral_mutual_information,
    diffusion_spectral_mutual_information_result,
    knn_entropy,
)

# The released default, which follows the scale of the cloud, and one that takes the scale out.
BANDWIDTHS: Mapping[str, float | str] = {"10": 10.0, "median": "median"}
Entropy = Callable[[Any], Any]
_NEURAL_STEPS = 300


def entropies() -> dict[str, Entropy]:
    """Return the entropies by name: the method's ablations and what others would use."""
    ours = diffusion_spectral_entropy
    found: dict[str, Entropy] = {}
    for name, bandwidth in BANDWIDTHS.items():
        found |= {
            f"released code, σ {name}": partial(ours, bandwidth=bandwidth, convention="released"),
            f"matrix entries, σ {name}": partial(ours, bandwidth=bandwidth, spectrum="entries"),
            f"adjacency, σ {name}": partial(adjacency_spectral_entropy, bandwidth=bandwidth),
        }
    return found | {
        "graph of neighbours": partial(adjacency_spectral_entropy, graph="knn"),
        "binned": binned_entropy,
        "nearest neighbours": knn_entropy,
    }


def label_measures(seed: int) -> dict[str, Callable[[Any, Any], Any]]:
    """Return measures of information about labels by name, but for the method's own."""
    ours = partial(diffusion_spectral_mutual_information, random_state=seed)
    adjacency = partial(adjacency_spectral_mutual_information, random_state=seed)
    found: dict[str, Callable[[Any, Any], Any]] = {}
    for name, bandwidth in BANDWIDTHS.items():
        found |= {
            f"released code, σ {name}": partial(ours, bandwidth=bandwidth, convention="released"),
            f"matrix entries, σ {name}": partial(ours, bandwidth=bandwidth, spectrum="entries"),
            f"adjacency, σ {name}": partial(adjacency, bandwidth=bandwidth),
        }
    return found | {"binned": partial(binned_mutual_information, n_bins=2)}


def neural_information(
    seen: tuple[NDArray[Any], NDArray[Any]], others: tuple[NDArray[Any], NDArray[Any]], seed: int
) -> float:
    """Return MINE's bound about labels: the critic learns from some pairs and is read on others.

    Units that hardly vary among the pairs seen are left out, or scaling would blow them up.
    """
    (z, labels), (z_others, labels_others) = seen, others
    deviations = z.std(axis=0)
    alive = deviations > 1e-2 * max(float(deviations.max()), 1e-12)
    estimator = MutualInformationEstimator(n_steps=_NEURAL_STEPS, random_state=seed)
    return estimator.fit(z[:, alive], labels).estimate(z_others[:, alive], labels_others)


def input_clusters(vectors: NDArray[Any]) -> NDArray[np.int64]:
    """Return the clusters of the inputs with which information about them is measured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InfomaxWarning)
        return diffusion_spectral_mutual_information_result(
            vectors, vectors, bandwidth="median", n_repetitions=1
        ).clusters


def quietly(measure: Callable[..., Any], *arguments: Any, **options: Any) -> float | None:
    """Return a measure as a float, None if it is not finite.

    Ends of the range are what this experiment is about: near the ceiling a value is recorded like
    any other, and the figures show it there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InfomaxWarning)
        value = float(measure(*arguments, **options))
    return value if np.isfinite(value) else None


def radius(z: NDArray[Any]) -> float:
    """Return the root mean square distance of points from their mean."""
    return float(np.sqrt(((z - z.mean(axis=0)) ** 2).sum(axis=1).mean()))
