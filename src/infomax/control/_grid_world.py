"""A small grid with a goal, a trap and slippery floors, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_array, check_between, check_count

if TYPE_CHECKING:
    from infomax.control._grid_environment import GridEnvironment

_MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


class GridWorld:
    r"""Grid in which an agent walks to a goal past a trap, slipping to the side at times.

    The free cells are the states; an action moves one cell up, right, down or left with probability
    :math:`1 - 2\,\mathrm{noise}` and to either side with probability `noise`. Who runs into a wall
    or an obstacle stays. Goal and trap end the walk; every other cell pays `default_reward`. With
    the defaults a diagonal of obstacles leaves one gap, in the upper left corner, and the short
    way from there to the goal leads past the trap.

    Take it where an exact planner such as `soft_q_iteration` is wanted, which reads the arrays
    `P`, `R` and `terminal`; learners take the same world through `as_env`.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    goal, trap : tuple of int
        Row and column of the two cells that end the walk; negative numbers count from the end.
    obstacles : iterable of tuple of int, optional
        Cells that cannot be entered; the diagonal without its first cell when left out.
    noise : float
        Probability of slipping to each side, between 0 and 0.5.
    default_reward, goal_reward, trap_reward : float
        What a cell pays while the agent is on it.
    start : tuple of int
        Row and column of the first cell.

    Attributes
    ----------
    P : ndarray of shape (n_states, 4, n_states)
        Probability of the next state given state and action (up, right, down, left). Terminal
        states stay where they are.
    R : ndarray of shape (n_states,)
        Reward of being in a state.
    terminal : ndarray of bool, shape (n_states,)
        Where the walk ends.
    start : int
        Number of the first state.
    cells : ndarray of int, shape (n_states, 2)
        Row and column of each state.
    shape : tuple of int
        Rows and columns.

    Raises
    ------
    ValueError
        If a cell lies outside, two special cells coincide, a number is not finite or `noise`
        does not lie in [0, 0.5].

    References
    ----------
    Ebrahimi et al. (2024), the 8 × 8 grid of the Markov coding game.

    Examples
    --------
    >>> world = GridWorld()
    >>> world.P.shape, world.cells[world.start]
    ((57, 4, 57), array([5, 4]))
    >>> left = world.P[world.start, 3]
    >>> {tuple(map(int, world.cells[s])): round(float(left[s]), 1) for s in left.nonzero()[0]}
    {(5, 3): 0.8, (5, 4): 0.1, (6, 4): 0.1}
    """

    def __init__(
        self,
        shape: tuple[int, int] = (8, 8),
        *,
        goal: tuple[int, int] = (0, -1),
        trap: tuple[int, int] = (1, -1),
        obstacles: Iterable[tuple[int, int]] | None = None,
        noise: float = 0.1,
        default_reward: float = 0.0,
        goal_reward: float = 1.0,
        trap_reward: float = -1.0,
        start: tuple[int, int] = (5, 4),
    ) -> None:
        self.shape = _check_shape(shape)
        noise = check_between("noise", noise, 0, 0.5)
        if obstacles is None:
            obstacles = [(i, i) for i in range(1, min(self.shape))]
        blocked = {_check_cell("obstacles", cell, self.shape) for cell in obstacles}
        special = {
            name: _check_cell(name, cell, self.shape)
            for name, cell in (("goal", goal), ("trap", trap), ("start", start))
        }
        _check_apart(special, blocked)
        free = [cell for cell in np.ndindex(*self.shape) if cell not in blocked]
        number = {cell: state for state, cell in enumerate(free)}
        self.cells: NDArray[np.int64] = np.array(free, dtype=np.int64)
        self.start = number[special["start"]]
        ends = [number[special["goal"]], number[special["trap"]]]
        self.terminal: NDArray[np.bool_] = np.isin(np.arange(len(free)), ends)
        self.R: NDArray[np.float64] = np.full(
            len(free), _check_finite("default_reward", default_reward)
        )
        self.R[ends] = (
            _check_finite("goal_reward", goal_reward),
            _check_finite("trap_reward", trap_reward),
        )
        self.P = _transitions(number, self.terminal, noise)

    def state(self, row: int, column: int) -> int:
        """Return the number of the state at a cell.

        Parameters
        ----------
        row, column : int
            The cell; negative numbers count from the end.

        Returns
        -------
        int
            Index into `P`, `R`, `terminal` and `cells`.

        Raises
        ------
        ValueError
            If the cell lies outside or is an obstacle.

        Examples
        --------
        >>> GridWorld().state(5, 4)
        40
        """
        cell = _check_cell("row, column", (row, column), self.shape)
        match = np.flatnonzero((self.cells == cell).all(axis=1))
        if not match.size:
            raise ValueError(f"`row, column` must be a free cell, got the obstacle {cell}")
        return int(match[0])

    def as_grid(self, values: ArrayLike) -> NDArray[np.float64]:
        """Lay one number a state out on the grid, NaN where the obstacles are.

        Parameters
        ----------
        values : array-like of shape (n_states,)
            For example the value of each state.

        Returns
        -------
        ndarray of shape `shape`
            Ready for ``imshow``.

        Raises
        ------
        ValueError
            If there is not one finite number a state.

        Examples
        --------
        >>> world = GridWorld((2, 3), start=(1, 0))
        >>> world.as_grid(world.R)
        array([[ 0.,  0.,  1.],
               [ 0., nan, -1.]])
        """
        values = check_array("values", values, ndim=1)
        if len(values) != len(self.cells):
            raise ValueError(
                f"`values` must hold one number for each of {len(self.cells)} states, got {len(values)}"
            )
        grid = np.full(self.shape, np.nan)
        grid[tuple(self.cells.T)] = values
        return grid

    def as_env(self, *, max_steps: int | None = None) -> GridEnvironment:
        """Wrap the world as a Gymnasium environment.

        Observations are state numbers, actions are 0 to 3 (up, right, down, left). A step pays the
        reward of the state it leads to; a walk that reaches `max_steps` is truncated.

        Parameters
        ----------
        max_steps : int, optional
            Steps after which a walk is truncated; never when left out.

        Returns
        -------
        gymnasium.Env
            The environment, whose ``reset(seed=...)`` makes it repeatable.

        Raises
        ------
        MissingExtraError
            If Gymnasium is absent.
        """
        from infomax.control._grid_environment import GridEnvironment

        return GridEnvironment(self, max_steps=max_steps)


def _check_finite(name: str, value: float) -> float:
    return check_between(name, value, -np.inf, np.inf, open_low=True, open_high=True)


def _check_shape(shape: tuple[int, int]) -> tuple[int, int]:
    if not isinstance(shape, tuple | list) or len(shape) != 2:
        raise ValueError(f"`shape` must be rows and columns, got {shape!r}")
    return check_count("shape", shape[0]), check_count("shape", shape[1])


def _check_cell(name: str, cell: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int]:
    wanted = f"`{name}` must be a row and a column inside {shape[0]} × {shape[1]}, got {cell!r}"
    try:
        row, column = (
            check_count(name, part, minimum=-size) for part, size in zip(cell, shape, strict=True)
        )
    except (TypeError, ValueError):
        raise ValueError(wanted) from None
    if row >= shape[0] or column >= shape[1]:
        raise ValueError(wanted)
    return row % shape[0], column % shape[1]


def _check_apart(special: dict[str, tuple[int, int]], blocked: set[tuple[int, int]]) -> None:
    for name, cell in special.items():
        if cell in blocked:
            raise ValueError(f"`{name}` must be a free cell, got the obstacle {cell}")
    if special["goal"] == special["trap"]:
        raise ValueError(f"`trap` must be another cell than `goal`, got {special['trap']} for both")


def _transitions(
    number: dict[tuple[int, ...], int], terminal: NDArray[np.bool_], noise: float
) -> NDArray[np.float64]:
    n_states, n_moves = len(number), len(_MOVES)
    P = np.zeros((n_states, n_moves, n_states))
    for (row, column), state in number.items():
        if terminal[state]:
            P[state, :, state] = 1
            continue
        reached = [number.get((row + down, column + right), state) for down, right in _MOVES]
        for move in range(n_moves):
            P[state, move, reached[move]] += 1 - 2 * noise
            P[state, move, reached[(move - 1) % n_moves]] += noise
            P[state, move, reached[(move + 1) % n_moves]] += noise
    return P
