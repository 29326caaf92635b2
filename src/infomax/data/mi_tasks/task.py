"""A task: how to draw pairs, and how much one side tells about the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator

Floats: TypeAlias = NDArray[np.float64]
Warp: TypeAlias = Callable[[Floats], Floats]

_CHUNK = 20_000
_N_CHUNKS = 50  # a million pairs stand behind a truth that has no closed form


@dataclass(frozen=True)
class Profile:
    """Pairs, and the information that each carries."""

    x: Floats
    """Shape (n, d)."""
    y: Floats
    """Shape (n, d')."""
    information: Floats
    """Shape (n,): log of the joint density over the product of the margins' at each pair, nats."""


@dataclass(frozen=True)
class MITask:
    """A law of pairs whose density ratio is known.

    Parameters
    ----------
    name : str
        What distinguishes it from the other tasks.
    draw : callable
        ``draw(n, generator)`` returns two arrays of n rows.
    log_ratio : callable
        ``log_ratio(x, y)``, for rows as `draw` gives them, returns the log density ratio.
    exact : float, optional
        The mutual information in nats where a formula gives it.
    warp_x, warp_y : callable, optional
        Homeomorphisms (or injective maps) that rows go through at the end; they leave the
        information as it is.

    Examples
    --------
    >>> from infomax.data.mi_tasks import x_shaped
    >>> task = x_shaped()
    >>> round(task.mutual_information, 2), task.standard_error < 0.001
    (0.41, True)
    """

    name: str
    draw: Callable[[int, np.random.Generator], tuple[Floats, Floats]]
    log_ratio: Callable[[Floats, Floats], Floats]
    exact: float | None = None
    warp_x: Warp | None = None
    warp_y: Warp | None = None

    def sample(self, n: int, *, random_state: RandomState = None) -> tuple[Floats, Floats]:
        """Draw pairs.

        Parameters
        ----------
        n : int
            Number of pairs.
        random_state : int, Generator or None
            Seed of the draw.

        Returns
        -------
        tuple of two arrays
            Shapes (n, d) and (n, d').
        """
        return self._warped(*self.draw(check_count("n", n), random_generator(random_state)))

    def profile(self, n: int, *, random_state: RandomState = None) -> Profile:
        """Draw pairs and say how much information each carries.

        Parameters
        ----------
        n : int
            Number of pairs; the same as those of `sample` with the same seed.
        random_state : int, Generator or None
            Seed of the draw.

        Returns
        -------
        Profile
            Its `information` has the mutual information as its mean.
        """
        x, y = self.draw(check_count("n", n), random_generator(random_state))
        information = self.log_ratio(x, y)
        return Profile(*self._warped(x, y), information)

    @property
    def mutual_information(self) -> float:
        """The truth in nats: exact, or the mean over a million pairs."""
        return self._monte_carlo[0] if self.exact is None else self.exact

    @property
    def standard_error(self) -> float:
        """Zero where the truth is exact."""
        return self._monte_carlo[1] if self.exact is None else 0.0

    def warped(self, name: str, *, x: Warp | None = None, y: Warp | None = None) -> "MITask":
        """Return the task with X or Y sent through one more injective map.

        Parameters
        ----------
        name : str
            Name of the new task.
        x, y : callable, optional
            From rows to rows.

        Returns
        -------
        MITask
            Of the same mutual information.
        """
        return replace(
            self, name=name, warp_x=_chained(self.warp_x, x), warp_y=_chained(self.warp_y, y)
        )

    def _warped(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return (
            x if self.warp_x is None else self.warp_x(x),
            y if self.warp_y is None else self.warp_y(y),
        )

    @cached_property
    def _monte_carlo(self) -> tuple[float, float]:
        generator = np.random.default_rng(0)
        sums = np.zeros(2)
        for _ in range(_N_CHUNKS):
            information = self.log_ratio(*self.draw(_CHUNK, generator))
            sums += information.sum(), (information**2).sum()
        n = _CHUNK * _N_CHUNKS
        mean, square = sums / n
        return float(mean), float(np.sqrt((square - mean**2) / n))


def _chained(first: Warp | None, second: Warp | None) -> Warp | None:
    if first is None or second is None:
        return first or second
    return lambda rows: second(first(rows))
