"""Greedy maximisation of a set function under a limit on the number of items."""

import heapq
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_between, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.selection._selection import Selection
from infomax.selection.objectives._objective import Objective

_BLOCK = 64  # stale gains looked at in one call, at most


def maximize(
    objective: Objective,
    k: int,
    *,
    method: str = "lazy",
    candidates: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    epsilon: float = 0.1,
    random_state: RandomState = None,
) -> Selection:
    r"""Pick up to `k` items so that a monotone submodular function becomes large.

    Each step adds :math:`\arg\max_j f(S \cup \{j\}) - f(S)`, which reaches :math:`1 - 1/e` of the
    best set of `k` items. The result carries a bound of its own, usually far tighter:
    :math:`f(S)` plus the `k` greatest gains left after the last pick.

    ``"lazy"`` gives the set of ``"naive"`` with far fewer evaluations; ``"stochastic"`` looks at
    :math:`\lceil (n/k) \log(1/\epsilon) \rceil` random items a step, for n too large for either.

    Parameters
    ----------
    objective : Objective
        The set function, for instance `FacilityLocation`. It is reset first and holds the
        selection afterwards.
    k : int
        Number of items, at most the number of candidates.
    method : {"lazy", "naive", "stochastic"}
    candidates : array-like of int, optional
        Items that may be picked; all when left out.
    exclude : array-like of int, optional
        Items that may not.
    epsilon : float
        In (0, 1); loss allowed to ``"stochastic"`` in expectation.
    random_state : int, Generator or None
        For ``"stochastic"`` only.

    Returns
    -------
    Selection
        Fewer than `k` items if every further one would lower the value. Ties go to the lowest
        index.

    Raises
    ------
    ValueError
        If `k` is below 1 or above the number of candidates, an index is out of range or repeated,
        `method` is unknown, or a gain is NaN.

    Notes
    -----
    At most n k gains, and one round more for the bound (the lazy method needs only its top).

    References
    ----------
    Nemhauser, Wolsey and Fisher (1978); Minoux (1978) for lazy evaluation; Mirzasoleiman et al.
    (2015), Algorithm 1, for the stochastic method.

    Examples
    --------
    >>> from infomax.selection import WeightedCoverage, maximize
    >>> sets = WeightedCoverage([[0, 1, 2, 3], [0, 1, 4], [2, 3, 5], [6]])
    >>> maximize(sets, 3).gains.tolist()
    [4.0, 1.0, 1.0]
    """
    check_choice("method", method, tuple(_METHODS))
    epsilon = check_between("epsilon", epsilon, 0, 1, open_low=True, open_high=True)
    ground = allowed_items(objective.n, candidates, exclude)
    k = check_count("k", k, maximum=ground.size)
    objective.reset()
    if method == "stochastic":
        rng = random_generator(random_state)
        return _stochastic(objective, k, ground, math.log(1 / epsilon), rng)
    return _METHODS[method](objective, k, ground)


def allowed_items(
    n: int, candidates: ArrayLike | None, exclude: ArrayLike | None = None
) -> NDArray[np.int64]:
    """Return the items that may be picked, in ascending order."""
    ground = np.arange(n) if candidates is None else check_items("candidates", candidates, n)
    if exclude is not None:
        ground = np.setdiff1d(ground, check_items("exclude", exclude, n))
    return np.sort(ground)


def check_items(name: str, items: ArrayLike, n: int) -> NDArray[np.int64]:
    """Return `items` as distinct whole numbers from 0 to ``n - 1``."""
    array = np.atleast_1d(np.asarray(items))
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(
            f"`{name}` must be a list of whole numbers, got {array.dtype} of shape {array.shape}"
        )
    outside = (array < 0) | (array >= n)
    if outside.any():
        raise ValueError(f"`{name}` must lie in [0, {n - 1}], got {array[outside][0]}")
    values, counts = np.unique(array, return_counts=True)
    if (counts > 1).any():
        raise ValueError(f"`{name}` must not repeat, got {values[counts > 1][0]} twice")
    return array.astype(np.int64)


class _Run:
    """The picks so far, with gains checked as they come."""

    def __init__(self, objective: Objective, k: int) -> None:
        self.objective, self.k = objective, k
        self.indices: list[int] = []
        self.picked: list[float] = []
        self.n_evaluations = 0

    def gains(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        gains = self.objective.gains(block)
        self.n_evaluations += block.size
        if np.isnan(gains).any():
            raise ValueError(
                f"`objective` must give numbers, got NaN for item {block[np.isnan(gains)][0]}"
            )
        return gains

    def worthwhile(self, gain: float) -> bool:
        return gain >= -1e-12 * abs(self.objective.value)

    def add(self, j: int, gain: float) -> None:
        self.objective.add(j)
        self.indices.append(j)
        self.picked.append(gain)

    def result(self, residual: NDArray[np.float64]) -> Selection:
        top = np.sort(np.maximum(residual, 0))[-self.k :]
        value = float(self.objective.value)
        return Selection(
            np.array(self.indices, dtype=np.int64), np.array(self.picked), value,
            value + float(top.sum()), self.n_evaluations,
        )  # fmt: skip


def _naive(objective: Objective, k: int, ground: NDArray[np.int64]) -> Selection:
    run = _Run(objective, k)
    gains = run.gains(ground)
    for _ in range(k):
        best = int(np.argmax(gains))
        if not run.worthwhile(gains[best]):
            break
        run.add(int(ground[best]), float(gains[best]))
        ground = np.delete(ground, best)
        gains = run.gains(ground)
    return run.result(gains)


def _stochastic(
    objective: Objective,
    k: int,
    ground: NDArray[np.int64],
    log_term: float,
    rng: np.random.Generator,
) -> Selection:
    run = _Run(objective, k)
    size = math.ceil(ground.size / k * log_term)
    for _ in range(k):
        sample = np.sort(rng.choice(ground, min(size, ground.size), replace=False))
        gains = run.gains(sample)
        best = int(np.argmax(gains))
        if not run.worthwhile(gains[best]):
            break
        run.add(int(sample[best]), float(gains[best]))
        ground = ground[ground != sample[best]]
    return run.result(run.gains(ground))


def _lazy(objective: Objective, k: int, ground: NDArray[np.int64]) -> Selection:
    run = _Run(objective, k)
    queue = _StaleQueue(ground, run.gains(ground))
    for _ in range(k):
        gain, best = queue.pop_best(run)
        if not run.worthwhile(gain):
            break
        run.add(best, gain)
        queue.age()
    left = [queue.pop_best(run)[0] for _ in range(min(k, len(queue)))]
    return run.result(np.array(left))


class _StaleQueue:
    """Gains from earlier rounds, greatest first; none has grown since it was computed."""

    def __init__(self, items: NDArray[np.int64], gains: NDArray[np.float64]) -> None:
        self._round = 0
        self._heap = list(zip((-gains).tolist(), items.tolist(), [0] * items.size, strict=True))
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    def age(self) -> None:
        """Note that the set has grown, so that every gain here is stale."""
        self._round += 1

    def pop_best(self, run: _Run) -> tuple[float, int]:
        """Take out the item of the greatest gain, refreshing ever more of the top until it is fresh."""
        size = 1
        while self._heap[0][2] != self._round:
            stale: list[int] = []
            while self._heap and len(stale) < size and self._heap[0][2] != self._round:
                stale.append(heapq.heappop(self._heap)[1])
            gains = run.gains(np.array(stale))
            for j, gain in zip(stale, gains.tolist(), strict=True):
                heapq.heappush(self._heap, (-gain, j, self._round))
            size = min(2 * size, _BLOCK)
        negative, best, _ = heapq.heappop(self._heap)
        return -negative, best


_METHODS: dict[str, Callable[..., Selection]] = {
    "lazy": _lazy,
    "naive": _naive,
    "stochastic": _stochastic,
}
