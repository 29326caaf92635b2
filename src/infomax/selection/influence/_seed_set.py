"""Seeds with a certificate."""

from dataclasses import dataclass

from infomax.selection._selection import Selection


@dataclass(frozen=True)
class SeedSet(Selection):
    """Seeds chosen on reverse-reachable sets, between a lower and an upper bound.

    `gains` were measured on the sets that chose the seeds and are therefore optimistic; `value` and
    `lower` come from sets of their own.

    Parameters
    ----------
    lower : float
        The spread of the seeds is at least this, with the confidence asked for.
    n_rr_sets : int
        Reverse-reachable sets drawn in all.

    Examples
    --------
    >>> from infomax.selection import opim_c
    >>> seeds = opim_c([(0, 1, 0.9), (1, 2, 0.9), (3, 1, 0.1)], 1, random_state=0)
    >>> seeds.indices.tolist(), seeds.lower <= seeds.value <= seeds.bound
    ([0], True)
    """

    lower: float
    n_rr_sets: int

    @property
    def ratio(self) -> float:
        """Share of the best possible spread that is certain: `lower` over `bound`."""
        return self.lower / self.bound if self.bound > 0 else 1.0
