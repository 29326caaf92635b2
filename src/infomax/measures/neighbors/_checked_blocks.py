"""What the neighbour estimators take: samples side by side, checked, scaled and jittered."""

from typing import Any, TypeAlias

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_at_least, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import AssumptionWarning, PrecisionWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points
from infomax.measures._trust import warn_user

Floats: TypeAlias = NDArray[np.float64]

METRICS = ("chebyshev", "euclidean")
_REPEATS_LEFT_ALONE = 0.01
_LARGEST = 1e150  # squares and differences stay finite
_ADVICE = "pass it through break_ties, give `jitter`, or take mixed_mutual_information"


def checked_blocks(
    named: dict[str, Any],
    *,
    n_neighbors: int,
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    advise: bool = True,
) -> list[Floats]:
    """Return each sample as (n, d) float64 points, all of one n above `n_neighbors`.

    With `advise`, whole numbers, constant columns and repeated points are warned of.
    """
    check_count("n_neighbors", n_neighbors)
    check_at_least("jitter", jitter, 0)
    blocks = {
        name: np.array(to_numpy(checked_points(name, x)[1]), np.float64, order="C")
        for name, x in named.items()
    }
    first, n = next((name, len(block)) for name, block in blocks.items())
    for name, block in blocks.items():
        if len(block) != n:
            raise ValueError(
                f"`{name}` must have as many points as `{first}` ({n}), got {len(block)}"
            )
    check_neighbors(n_neighbors, n)
    generator = random_generator(random_state)
    for name, block in blocks.items():
        _refuse_overflow(name, block)
    if advise:
        said = [_advise(name, named[name], block, jitter) for name, block in blocks.items()]
        if not (jitter or any(said)):
            _advise_of_piles(np.hstack(list(blocks.values())), n_neighbors)
    return [_prepared(block, standardize, jitter, generator) for block in blocks.values()]


def _prepared(
    block: Floats, standardize: bool, jitter: float, generator: np.random.Generator
) -> Floats:
    if not (standardize or jitter):
        return block
    spread = np.where(np.ptp(block, axis=0) > 0, block.std(axis=0), 1.0)
    if jitter:
        block = block + jitter * spread * generator.normal(size=block.shape)
    return block / spread if standardize else block


def check_neighbors(n_neighbors: int, n: int) -> None:
    """Refuse as many neighbours as there are points, or more."""
    if n <= n_neighbors:
        raise ValueError(
            f"`n_neighbors` must be below the number of points ({n}), got {n_neighbors}"
        )


def _refuse_overflow(name: str, block: Floats) -> None:
    largest = float(np.abs(block).max())
    if largest > _LARGEST:
        raise ValueError(
            f"`{name}` must lie within ±{_LARGEST:g}, or distances overflow, got {largest:g}: scale "
            "it down"
        )


def _advise(name: str, given: Any, block: Floats, jitter: float) -> bool:
    """Warn of what makes counting neighbours misleading; tell whether values repeat."""
    constant = np.flatnonzero(np.ptp(block, axis=0) == 0)
    if constant.size:
        warn_user(
            f"column {int(constant[0])} of `{name}` is constant and tells nothing: leave it out",
            AssumptionWarning,
        )
    if jitter or constant.size == block.shape[1]:
        return False
    if _holds_whole_numbers(given):
        warn_user(
            f"`{name}` holds whole numbers where reals are meant: {_ADVICE}", AssumptionWarning
        )
        return True
    share = _share_repeated(block)
    if share <= _REPEATS_LEFT_ALONE:
        return False
    warn_user(f"{share:.0%} of the points of `{name}` repeat another: {_ADVICE}", PrecisionWarning)
    return True


def _advise_of_piles(points: Floats, n_neighbors: int) -> None:
    """Warn where points coincide with so many others that their k-th neighbour has no distance."""
    order = np.argsort(points[:, 0])
    tied = np.diff(points[order, 0]) == 0
    if not tied.any():
        return
    some = points[order][np.append(tied, False) | np.append(False, tied)]
    counts = np.unique(some, axis=0, return_counts=True)[1]
    if counts.max() > n_neighbors:
        warn_user(
            f"{int(counts[counts > n_neighbors].sum())} points coincide with {n_neighbors} others "
            f"or more: {_ADVICE}",
            PrecisionWarning,
        )


def _holds_whole_numbers(given: Any) -> bool:
    if array_api_compat.is_torch_array(given):
        return not given.dtype.is_floating_point
    return np.asarray(given).dtype.kind in "iub"


def _share_repeated(block: Floats) -> float:
    """Return the share of points that repeat an earlier one."""
    ties = float((np.diff(np.sort(block[:, 0])) == 0).mean())
    if block.shape[1] == 1 or ties <= _REPEATS_LEFT_ALONE:
        return ties
    return 1 - len(np.unique(block, axis=0)) / len(block)
