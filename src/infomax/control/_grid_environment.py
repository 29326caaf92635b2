"""The grid world as a Gymnasium environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from infomax._arguments import check_count
from infomax.exceptions import MissingExtraError

try:
    import gymnasium
except ImportError as error:
    raise MissingExtraError("`GridWorld.as_env`", "control") from error

if TYPE_CHECKING:
    from infomax.control._grid_world import GridWorld


class GridEnvironment(gymnasium.Env[np.int64, np.int64]):
    """Gymnasium environment over the arrays of a `GridWorld`.

    Parameters
    ----------
    world : GridWorld
        The world to walk in.
    max_steps : int, optional
        Steps after which a walk is truncated.

    Examples
    --------
    >>> from infomax.control import GridWorld
    >>> env = GridWorld(noise=0).as_env(max_steps=100)
    >>> env.reset(seed=0)
    (np.int64(40), {})
    >>> env.step(3)
    (np.int64(39), 0.0, False, False, {})
    """

    metadata = {"render_modes": []}  # noqa: RUF012 (Gymnasium's own attribute)

    def __init__(self, world: GridWorld, *, max_steps: int | None = None) -> None:
        self.world = world
        self.max_steps = None if max_steps is None else check_count("max_steps", max_steps)
        self.observation_space = gymnasium.spaces.Discrete(len(world.R))
        self.action_space = gymnasium.spaces.Discrete(world.P.shape[1])
        self._state = np.int64(world.start)
        self._n_steps = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.int64, dict[str, Any]]:
        """Return to the start cell."""
        super().reset(seed=seed, options=options)
        self._state, self._n_steps = np.int64(self.world.start), 0
        return self._state, {}

    def step(self, action: np.int64 | int) -> tuple[np.int64, float, bool, bool, dict[str, Any]]:
        """Walk one step and return state, reward, terminated, truncated and an empty info."""
        law = self.world.P[self._state, action]
        self._state = np.int64(self.np_random.choice(len(law), p=law))
        self._n_steps += 1
        terminated = bool(self.world.terminal[self._state])
        truncated = self.max_steps is not None and self._n_steps >= self.max_steps
        return self._state, float(self.world.R[self._state]), terminated, truncated, {}
