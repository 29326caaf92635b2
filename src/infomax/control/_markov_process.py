"""Finite Markov decision processes as plain arrays, and their checks."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_array


class FiniteWorld(Protocol):
    """What a planner or a game reads of a world: transitions, rewards, ends and first state."""

    P: NDArray[np.float64]
    R: NDArray[np.float64]
    terminal: NDArray[np.bool_]
    start: int


def check_process(
    P: ArrayLike, R: ArrayLike, terminal: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return transitions, rewards and ends if their shapes agree and `P` holds distributions."""
    P = check_array("P", P, ndim=3)
    n_states = P.shape[0]
    if P.shape[2] != n_states:
        raise ValueError(f"`P` must have shape (n_states, n_actions, n_states), got {P.shape}")
    wrong = (P < 0).any(axis=2) | (np.abs(P.sum(axis=2) - 1) > 1e-6)
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"`P` must hold a distribution for each state and action, got {P[where]} at {where}"
        )
    R = check_array("R", R, ndim=1)
    ends = np.asarray(terminal)
    for name, array in (("R", R), ("terminal", ends)):
        if array.shape != (n_states,):
            raise ValueError(f"`{name}` must have shape ({n_states},), got {array.shape}")
    if ends.dtype != np.bool_:
        raise ValueError(f"`terminal` must hold truth values, got {ends.dtype}")
    return P, R, ends
