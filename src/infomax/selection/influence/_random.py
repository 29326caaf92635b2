"""Random numbers inside compiled loops: a stream of its own for every set, world or cascade.

A stream is SplitMix64 (Steele, Lea and Flood, 2014) started from a hash of a seed and an index, so
what an index draws depends neither on the thread that draws it nor on how many were drawn before.
Exponential variates come from a ziggurat of 256 layers (Marsaglia and Tsang, 2000).
"""

from typing import Any

import numpy as np
from numba import njit, uint64

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_R30, _R27, _R31, _R11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_LOW = np.uint64(255)
_UNIT = 2.0**-53
_TAIL = 7.69711747013104972  # where the lowest layer ends
_AREA = 0.0039496598225815571993  # of every layer


def _layers() -> tuple[Any, Any, Any]:
    edge = np.zeros(257)
    edge[0], edge[1] = _AREA * np.exp(_TAIL), _TAIL
    for i in range(1, 255):
        edge[i + 1] = -np.log(_AREA / edge[i] + np.exp(-edge[i]))
    within = (edge[1:] / edge[:-1] * 2.0**53).astype(np.uint64)
    return edge[:-1] * _UNIT, within, np.exp(-edge)


_WIDTH, _WITHIN, _HEIGHT = _layers()


@njit(cache=True, inline="always")
def mix(z: Any) -> Any:  # pragma: no cover
    """Scramble 64 bits."""
    z = (z ^ (z >> _R30)) * _FIRST
    z = (z ^ (z >> _R27)) * _SECOND
    return z ^ (z >> _R31)


@njit(cache=True, inline="always")
def stream(seed: Any, index: Any) -> Any:  # pragma: no cover
    """Return the state from which the stream of `index` starts."""
    return mix(seed ^ mix(uint64(index) * _STEP + _SECOND))


@njit(cache=True, inline="always")
def uniform(state: Any) -> Any:  # pragma: no cover
    """Return the next state and a number in [0, 1)."""
    state = state + _STEP
    return state, float(mix(state) >> _R11) * _UNIT


@njit(cache=True)
def exponential(state: Any) -> Any:  # pragma: no cover
    """Return the next state and a variate of the standard exponential law."""
    shift = 0.0
    while True:
        state = state + _STEP
        bits = mix(state)
        layer, position = bits & _LOW, bits >> _R11
        x = float(position) * _WIDTH[layer]
        if position < _WITHIN[layer]:
            return state, shift + x
        if layer == 0:
            shift += _TAIL
            continue
        state, height = uniform(state)
        below, above = _HEIGHT[layer], _HEIGHT[layer + np.uint64(1)]
        if below + height * (above - below) < np.exp(-x):
            return state, shift + x


def new_seed(rng: np.random.Generator) -> np.uint64:
    """Draw the seed of a family of streams."""
    return np.uint64(rng.integers(2**64, dtype=np.uint64))
