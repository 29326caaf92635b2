"""A joint distribution kept by its cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from infomax._arguments import check_distribution


@dataclass(frozen=True, eq=False)
class SparseJoint:
    """A joint distribution of N variables, kept by the cells that have mass.

    Parameters
    ----------
    indices : (n_cells, N) array of int32
        Where each cell lies, one column a variable.
    masses : (n_cells,) array of float64
        Probability of each cell, above zero.
    shape : tuple of int
        Number of outcomes of each variable.
    """

    indices: NDArray[np.int32]
    masses: NDArray[np.float64]
    shape: tuple[int, ...]

    @property
    def matrix(self) -> coo_array:
        """The joint of two variables as a sparse matrix."""
        if len(self.shape) != 2:
            raise ValueError(
                f"`matrix` needs two variables, this joint has {len(self.shape)}: take `toarray()`"
            )
        cells = (self.masses, (self.indices[:, 0], self.indices[:, 1]))
        return coo_array(cells, shape=self.shape)

    def toarray(self) -> NDArray[np.float64]:
        """Return the joint as a dense array, one axis a variable."""
        dense = np.zeros(self.shape)
        np.add.at(dense, tuple(self.indices.T), self.masses)
        return dense


def mass_entropy(masses: NDArray[np.float64]) -> float:
    """Return the entropy in nats of masses that are all above zero."""
    terms = np.log(masses)
    terms *= masses
    return max(-float(terms.sum()), 0.0)


def checked_distribution(name: str, p: ArrayLike) -> NDArray[np.float64]:
    """Return `check_distribution(name, p)`, by the shortest way where nothing is wrong.

    Games call the solvers thousands of times; a NaN fails both comparisons. The array itself may
    come back: it must not be written to.
    """
    if isinstance(p, np.ndarray) and p.dtype == np.float64 and p.ndim == 1 and p.size:
        total = p.sum()
        if p.min() >= 0 and abs(total - 1) <= 1e-6:
            as_it_is = abs(total - 1) <= 1e-14 and p.flags.c_contiguous and p.flags.writeable
            return p if as_it_is else np.ascontiguousarray(p / total)
    return check_distribution(name, p)
