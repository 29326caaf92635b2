"""The rulers of the paper on adaptive estimators: bins and noise, adaptive, fixed and as released."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    LayerInformation,
    binned_information,
    compression_score,
    information_plane,
    kde_information,
)

Recorded: TypeAlias = Mapping[int, Sequence[NDArray[Any]]]
Measure: TypeAlias = Callable[..., LayerInformation]
N_BINS = 30
BINS = ("adaptive bins", "layer bins", "fixed bins")
NOISE: dict[str, Any] = {
    "adaptive noise": "adaptive",
    "scale-free noise": "scale_invariant",
    "fixed noise 0.001": 0.001,
    "fixed noise 0.1": 0.1,
    "released noise": None,
}
ALIKE = ("adaptive bins", "scale-free noise")
"""Rulers that a layer's scale does not move."""


def rulers_of(activation: str) -> tuple[str, ...]:
    """Return the rulers by which layers of an activation are measured.

    The released limit is 0 for all activations but tanh and ELU, and matters where some are
    negative.
    """
    negative = ("released limit",) if activation in ("centred softplus", "Swish") else ()
    return (*BINS, *negative, *NOISE)


def plane(name: str, layers: Recorded, y: NDArray[Any], seed: int = 0) -> NDArray[np.float64]:
    """Return I(T;X) and I(T;Y) in nats by one ruler, shape (n_epochs, n_layers, 2)."""
    if name == "fixed bins":
        columns = [
            _plane([[found[i]] for found in layers.values()], y, fixed_bins(layers, i))
            for i in _places(layers)
        ]
        return np.concatenate(columns, axis=1)
    return _plane(list(layers.values()), y, ruler(name, seed))


def ruler(name: str, seed: int = 0) -> Measure:
    """Return a function of activity and labels that needs nothing else."""
    if name == "adaptive bins":
        return partial(binned_information, n_bins=N_BINS)
    if name == "layer bins":
        return partial(binned_information, n_bins=N_BINS, binning="uniform")
    if name == "released limit":
        return released_limit
    if name == "released noise":
        return partial(kde_information, convention="released", random_state=seed)
    return partial(kde_information, variance=NOISE[name])


def fixed_bins(layers: Recorded, place: int) -> Measure:
    """Return bins of one width over all that the hidden layers ever answered; the softmax's own."""
    last = max(_places(layers))
    if place == last:
        low, high = 0.0, 1.0
    else:
        hidden = [t for found in layers.values() for t in found[:last]]
        low, high = min(float(t.min()) for t in hidden), max(float(t.max()) for t in hidden)
    edges = np.linspace(low, max(high, low + 1e-6), N_BINS + 1)[:-1]
    return partial(binned_information, binning="global", edges=edges)


def released_limit(t: NDArray[Any], y: Any = None) -> LayerInformation:
    """Measure with equal widths above 0 as released: what lies below 0 joins the largest."""
    high = float(t.max())
    folded = np.where(t < 0, np.float32(max(high, 1e-6)), t)
    edges = np.linspace(0, max(high, 1e-6), N_BINS)
    return binned_information(folded, y, binning="global", edges=edges)


def scores(measured: NDArray[np.float64]) -> list[float]:
    """Return the compression score of each layer."""
    i_tx = np.maximum(measured[:, :, 0], 0)
    return [compression_score(curve) for curve in i_tx.T]


def change_when_scaled(measure: Measure, t: NDArray[Any], factor: float) -> float:
    """Return by how much I(T;X) moves, in nats, when a layer answers `factor` times as much."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimatorCeilingWarning)
        return abs(float(measure(factor * t).i_tx) - float(measure(t).i_tx))


def _plane(layers: Sequence[Any], y: NDArray[Any], measure: Measure) -> NDArray[np.float64]:
    found = information_plane(layers, y, estimator=measure)
    return found[["i_tx", "i_ty"]].to_numpy().reshape(len(layers), -1, 2)


def _places(layers: Recorded) -> range:
    return range(len(next(iter(layers.values()))))
