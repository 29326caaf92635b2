"""A message hidden in the actions of an agent whose behaviour stays the same on average."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import (
    check_array,
    check_at_least,
    check_between,
    check_choice,
    check_count,
    check_distribution,
)
from infomax._arrays import RandomState, random_generator
from infomax.control._episode import Episode
from infomax.control._markov_process import FiniteWorld, check_process
from infomax.control._message_code import MessageCode, message_code

_ENCODERS = ("greedy", "perturbed", "scalar", "scalar_identity", "scalar_fitted")


class MarkovCodingGame:
    r"""Hide a message in the actions of an agent, and read it from the walk.

    In state :math:`s` with belief :math:`b` over messages, sender and receiver compute the same
    joint law :math:`J` of message and action, whose marginals are :math:`b` and the policy
    :math:`\pi(\cdot|s)`. The actor draws from :math:`J(\cdot|M)` and both update
    :math:`b(m) \leftarrow J(m|a)`. Averaged over messages the agent behaves exactly as
    :math:`\pi` does. Without a limit :math:`J` is a minimum-entropy coupling; with `max_entropy`
    the message first passes a code :math:`T` with :math:`H(T) \le R`, and :math:`J` is the
    bottleneck coupling of :math:`b` and :math:`\pi(\cdot|s)`.

    Parameters
    ----------
    world : GridWorld or another object with ``P``, ``R``, ``terminal`` and ``start``
        Where the agent walks.
    policy : array-like of shape (n_states, n_actions)
        Behaviour to be kept on average; `soft_q_iteration` gives policies that trade reward for
        room to hide in. A deterministic policy hides nothing.
    message_prior : array-like of shape (n_messages,)
        Probability of each message.
    max_entropy : float, optional
        :math:`R`, the largest entropy of the code in nats, the same at every step; no limit when
        left out.
    encoder : {"greedy", "perturbed", "scalar", "scalar_identity", "scalar_fitted"}
        How a belief is compressed. "greedy" and "perturbed" are the methods of
        `infomax.coding.bottleneck_coupling`. The others are baselines: "scalar" always cuts all
        messages into :math:`\lfloor e^R \rfloor` blocks, "scalar_identity" stops cutting once
        :math:`H(b) \le R`, "scalar_fitted" fits the number of blocks to each belief.
    discount : float
        Of the reward, in (0, 1].

    Raises
    ------
    ValueError
        If shapes disagree, something is no distribution or a number is out of range.

    Notes
    -----
    A step costs O((n_messages + n_actions) log n_messages) in time and O(n_messages + n_actions)
    in memory. Actions less likely than 1e-12 are never taken: couplings are exact to that figure.

    **Where paper and code part.** The paper's compression rate is :math:`H(M)/R`, at least 1, that
    of the authors' code is its inverse; here the budget :math:`R` itself is given, in nats.

    References
    ----------
    Ebrahimi et al. (2024), Markov coding game with rate limit; Sokota et al. (2022), the game
    without one.

    Examples
    --------
    >>> from infomax.control import GridWorld, soft_q_iteration
    >>> world = GridWorld()
    >>> plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=0.02)
    >>> game = MarkovCodingGame(world, plan.policy, np.full(64, 1 / 64), max_entropy=2.0)
    >>> episode = game.play(42, random_state=1)
    >>> episode.decoded
    42
    """

    def __init__(
        self,
        world: FiniteWorld,
        policy: ArrayLike,
        message_prior: ArrayLike,
        *,
        max_entropy: float | None = None,
        encoder: str = "greedy",
        discount: float = 0.95,
    ) -> None:
        P, self._rewards, self._terminal = check_process(world.P, world.R, world.terminal)
        self._reach = P.cumsum(axis=2)
        self._start = check_count("start", world.start, minimum=0, maximum=len(P) - 1)
        self.policy = _check_policy(policy, P.shape[:2])
        self.message_prior = check_distribution("message_prior", message_prior)
        if max_entropy is not None:
            max_entropy = check_at_least("max_entropy", max_entropy, 0)
        self.max_entropy = max_entropy
        self.encoder = check_choice("encoder", encoder, _ENCODERS)
        self.discount = check_between("discount", discount, 0, 1, open_low=True)
        limit = np.inf if max_entropy is None else max_entropy
        self._code = partial(message_code, max_entropy=limit, encoder=encoder)

    def play(
        self,
        message: int,
        *,
        start: int | None = None,
        max_steps: int = 100,
        random_state: RandomState = None,
    ) -> Episode:
        """Walk once with a message hidden in the actions.

        Parameters
        ----------
        message : int
            Number of the message, which the prior must allow.
        start : int, optional
            First state; the world's own when left out.
        max_steps : int
            Largest number of steps.
        random_state : int, numpy.random.Generator or None
            Draws actions and moves.

        Returns
        -------
        Episode
            Walk, reward, beliefs, information and the decoded message.

        Raises
        ------
        ValueError
            If the message is unknown or has no prior probability, or `start` is no state.

        Examples
        --------
        >>> from infomax.control import GridWorld
        >>> game = MarkovCodingGame(GridWorld(), np.full((57, 4), 0.25), [0.5, 0.5])
        >>> game.play(1, max_steps=3, random_state=0).beliefs[:, 1]
        array([0.5, 1. , 1. , 1. ])
        """
        message = check_count("message", message, minimum=0, maximum=len(self.message_prior) - 1)
        if self.message_prior[message] == 0:
            raise ValueError(
                f"`message` must have prior probability, got {message}, which has none"
            )
        state = self._start
        if start is not None:
            state = check_count("start", start, minimum=0, maximum=len(self._rewards) - 1)
        max_steps = check_count("max_steps", max_steps)
        generator = random_generator(random_state)
        states, beliefs = [state], [self.message_prior]
        actions: list[int] = []
        told: list[tuple[float, float]] = []
        while len(actions) < max_steps and not self._terminal[state]:
            code = self._code(beliefs[-1], self.policy[state])
            action = _draw(code.action_law(message).cumsum(), generator)
            state = _draw(self._reach[state, action], generator)
            states.append(state)
            actions.append(action)
            beliefs.append(code.posterior(action))
            told.append((code.information(), code.code_entropy()))
        information, code_entropy = np.array(told).reshape(-1, 2).T
        return Episode(
            message=message,
            states=np.array(states),
            actions=np.array(actions, dtype=np.int64),
            terminated=bool(self._terminal[state]),
            discounted_reward=float(
                self._rewards[states] @ self.discount ** np.arange(len(states))
            ),
            beliefs=np.array(beliefs),
            information=information,
            code_entropy=code_entropy,
            decoded=int(beliefs[-1].argmax()),
        )

    def decode(self, states: ArrayLike, actions: ArrayLike) -> NDArray[np.float64]:
        """Read the beliefs over messages from a walk, as the receiver does.

        Parameters
        ----------
        states : array-like of int, shape (n_steps + 1,) or (n_steps,)
            States passed through; the last one tells nothing and may be left out.
        actions : array-like of int, shape (n_steps,)
            Actions taken.

        Returns
        -------
        ndarray of shape (n_steps + 1, n_messages)
            Beliefs before each action and after the last.

        Raises
        ------
        ValueError
            If lengths disagree, a number is out of range or the policy never takes an action.

        Examples
        --------
        >>> from infomax.control import GridWorld
        >>> game = MarkovCodingGame(GridWorld(), np.full((57, 4), 0.25), [0.5, 0.5])
        >>> episode = game.play(1, max_steps=3, random_state=0)
        >>> bool((game.decode(episode.states, episode.actions) == episode.beliefs).all())
        True
        """
        n_states, n_actions = self.policy.shape
        states = _check_numbers("states", states, n_states)
        actions = _check_numbers("actions", actions, n_actions)
        if len(states) not in (len(actions), len(actions) + 1):
            raise ValueError(
                f"`states` must be as many as actions or one more, got {len(states)} for {len(actions)}"
            )
        beliefs = [self.message_prior]
        for step, action in enumerate(actions):
            law = self.policy[states[step]]
            if law[action] == 0:
                raise ValueError(
                    f"`actions` must have probability under the policy, got {action} at step {step}"
                )
            beliefs.append(self._code(beliefs[-1], law).posterior(action))
        return np.array(beliefs)

    def code(self, belief: ArrayLike, state: int) -> MessageCode:
        """Return the joint law of message and action that both sides use at one step.

        Parameters
        ----------
        belief : array-like of shape (n_messages,)
            Probability of each message.
        state : int
            Where the agent is.

        Returns
        -------
        MessageCode
            With ``action_law(message)``, ``posterior(action)``, ``information()``, ``code_entropy()``
            and ``joint()``.

        Raises
        ------
        ValueError
            If `belief` is no distribution over the messages or `state` is out of range.

        Examples
        --------
        >>> from infomax.control import GridWorld
        >>> game = MarkovCodingGame(GridWorld(), np.full((57, 4), 0.25), [0.5, 0.25, 0.25])
        >>> game.code([0.5, 0.25, 0.25], 0).joint()
        array([[0.25, 0.25, 0.  , 0.  ],
               [0.  , 0.  , 0.25, 0.  ],
               [0.  , 0.  , 0.  , 0.25]])
        """
        belief = check_distribution("belief", belief)
        if len(belief) != len(self.message_prior):
            raise ValueError(
                f"`belief` must have shape ({len(self.message_prior)},), got ({len(belief)},)"
            )
        state = check_count("state", state, minimum=0, maximum=len(self.policy) - 1)
        return self._code(belief, self.policy[state])


def _draw(cumulative: NDArray[np.float64], generator: np.random.Generator) -> int:
    # Scaled by the last entry, so that rounding never draws past the end or an impossible entry.
    return int(np.searchsorted(cumulative, generator.random() * cumulative[-1], side="right"))


def _check_policy(policy: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    policy = check_array("policy", policy, ndim=2)
    if policy.shape != shape:
        raise ValueError(f"`policy` must have shape {shape}, got {policy.shape}")
    wrong = (policy < 0).any(axis=1) | (np.abs(policy.sum(axis=1) - 1) > 1e-6)
    if wrong.any():
        state = int(wrong.argmax())
        raise ValueError(
            f"`policy` must hold a distribution for each state, got {policy[state]} at {state}"
        )
    policy = np.where(policy < 1e-12, 0, policy)
    return np.asarray(policy / policy.sum(axis=1, keepdims=True))


def _check_numbers(name: str, value: ArrayLike, n: int) -> NDArray[np.int64]:
    numbers = np.asarray(value)
    if numbers.ndim != 1 or (numbers.size and not np.issubdtype(numbers.dtype, np.integer)):
        raise ValueError(
            f"`{name}` must be a list of whole numbers, got {numbers.dtype} of shape {numbers.shape}"
        )
    wrong = (numbers < 0) | (numbers >= n)
    if wrong.any():
        raise ValueError(f"`{name}` must lie in [0, {n - 1}], got {numbers[wrong][0]}")
    return numbers.astype(np.int64)
