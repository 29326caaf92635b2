"""Who invites whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infomax.selection._selection import Selection


@dataclass(frozen=True)
class Assignment(Selection):
    """Friends to invite, each with the participant who invites them.

    `indices` are the friends (seeds) and `participants` those who invite them, entry by entry in
    the order chosen.

    Parameters
    ----------
    participants : ndarray of int, shape (n_pairs,)
        The participant of each entry of `indices`.
    lower : float
        The spread is at least this, with the confidence asked for.
    n_rr_sets : int
        Reverse-reachable sets drawn in all; 0 where none were needed.

    Examples
    --------
    >>> from infomax.selection import rr_greedy
    >>> friends = rr_greedy(lambda seeds: float(len(seeds)), {0: [2, 3], 1: [3, 4]}, 1)
    >>> friends.pairs.tolist(), friends.of(1).tolist()
    ([[0, 2], [1, 3]], [3])
    """

    participants: NDArray[np.int64]
    lower: float
    n_rr_sets: int

    @property
    def ratio(self) -> float:
        """Share of the best possible spread that is certain: `lower` over `bound`."""
        return self.lower / self.bound if self.bound > 0 else 1.0

    @property
    def pairs(self) -> NDArray[np.int64]:
        """Rows of participant and friend, shape (n_pairs, 2)."""
        return np.column_stack([self.participants, self.indices])

    def of(self, participant: int) -> NDArray[np.int64]:
        """Return the friends that `participant` invites, in the order chosen."""
        invited: NDArray[np.int64] = self.indices[self.participants == participant]
        return invited
