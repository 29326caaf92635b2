"""One walk of a coding game."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Episode:
    """One walk of a coding game, with what an onlooker learned from it.

    Parameters
    ----------
    message : int
        The message that was hidden.
    states : ndarray of int, shape (n_steps + 1,)
        States passed through, the first and the last among them.
    actions : ndarray of int, shape (n_steps,)
        Actions taken.
    terminated : bool
        Whether the walk ended in a terminal state.
    discounted_reward : float
        Sum of ``discount**k * R[states[k]]``.
    beliefs : ndarray of shape (n_steps + 1, n_messages)
        Probability of each message given the walk so far.
    information : ndarray of shape (n_steps,)
        Mutual information between message and action under the belief of each step, in nats.
    code_entropy : ndarray of shape (n_steps,)
        Entropy of the code at each step, in nats.
    decoded : int
        The message that the last belief favours.

    Examples
    --------
    >>> from infomax.control import GridWorld, MarkovCodingGame
    >>> world = GridWorld()
    >>> game = MarkovCodingGame(world, np.full((57, 4), 0.25), np.full(16, 1 / 16))
    >>> episode = game.play(11, max_steps=10, random_state=0)
    >>> episode.decoded, episode.beliefs.shape
    (11, (11, 16))
    """

    message: int
    states: NDArray[np.int64]
    actions: NDArray[np.int64]
    terminated: bool
    discounted_reward: float
    beliefs: NDArray[np.float64]
    information: NDArray[np.float64]
    code_entropy: NDArray[np.float64]
    decoded: int
