"""Whether neighbours are near enough to tell a density by."""

from typing import Any

import numpy as np

from infomax.exceptions import AssumptionWarning
from infomax.measures._trust import warn_user
from infomax.measures.neighbors._checked_blocks import Floats

_MANY_DIMS = 10  # below it the few looked at would cost as much as the estimate
_LOOKED_AT = 100  # points
_FAR = 0.6  # of the median distance; chosen on the first four families of infomax.data.mi_tasks


def warn_of_far_neighbors(blocks: list[Floats], n_neighbors: int, metric: str) -> None:
    """Warn where the k-th neighbour in many dimensions is little nearer than any other point.

    Counts tell a density only where it changes little from a point to those counted.
    """
    if sum(block.shape[1] for block in blocks) <= _MANY_DIMS:
        return
    from scipy.spatial.distance import cdist

    named: Any = metric  # one of METRICS, by SciPy's names
    n = len(blocks[0])
    shares = []
    for i in np.linspace(0, n - 1, min(n, _LOOKED_AT)).astype(int):
        gaps = [cdist(block[i : i + 1], block, named)[0] for block in blocks]
        distances = np.max(gaps, axis=0)
        near = np.partition(distances, n_neighbors)[n_neighbors]
        shares.append(near / max(np.median(distances), np.finfo(float).tiny))
    share = float(np.median(shares))
    if share > _FAR:
        warn_user(
            f"neighbours lie at {share:.0%} of the median distance between points, too far to tell "
            "a density by, and the value may be far too low: pass fewer columns, or for a pair take "
            "corrected_ksg_mutual_information or train a MutualInformationEstimator",
            AssumptionWarning,
        )
