"""The arcs of a graph as a file gives them: what every reader of graphs hands on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Arcs:
    """Arcs before repeated ones are merged."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    weights: NDArray[np.float64] | None
    undirected: NDArray[np.bool_]
    """Whether each is an edge both ways."""
    nodes: tuple[str, ...]
    place: Callable[[int], str]
    """Where an arc stands in the file, in words."""
