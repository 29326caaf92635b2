"""Planning with an entropy bonus, by soft Q-iteration."""

from dataclasses import dataclass
from warnings import warn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_at_least, check_between, check_count
from infomax.control._markov_process import check_process
from infomax.exceptions import ConvergenceWarning


@dataclass(frozen=True, eq=False)
class SoftPolicy:
    """Policy with the values that it was read from.

    Parameters
    ----------
    policy : ndarray of shape (n_states, n_actions)
        Probability of each action in each state.
    q : ndarray of shape (n_states, n_actions)
        Soft action values.
    value : ndarray of shape (n_states,)
        Soft state values, bonus included.
    gap : float
        Largest change of a state value in the last sweep. With a discount below 1 no value is
        farther than ``gap * discount / (1 - discount)`` from its fixed point.
    iterations : int
        Sweeps done.

    Examples
    --------
    >>> plan = soft_q_iteration([[[1.0], [1.0]]], [1.0], [True], temperature=0.5)
    >>> plan.policy
    array([[0.5, 0.5]])
    """

    policy: NDArray[np.float64]
    q: NDArray[np.float64]
    value: NDArray[np.float64]
    gap: float
    iterations: int


def soft_q_iteration(
    P: ArrayLike,
    R: ArrayLike,
    terminal: ArrayLike,
    *,
    temperature: float,
    discount: float = 0.95,
    max_iterations: int = 1000,
    tolerance: float = 1e-6,
) -> SoftPolicy:
    r"""Plan in a known Markov decision process, paying for the entropy of the actions.

    Repeats :math:`Q(s,a) \leftarrow R(s) + \gamma \sum_{s'} P(s'|s,a)\, V(s')` with
    :math:`V(s) = \beta \log \sum_a e^{Q(s,a)/\beta}` and returns
    :math:`\pi(a|s) = e^{(Q(s,a) - V(s))/\beta}`. A higher `temperature` buys more random actions,
    which can carry more information, with less reward; at 0 it is ordinary value iteration and
    the policy takes the first of the best actions.

    Parameters
    ----------
    P : array-like of shape (n_states, n_actions, n_states)
        Probability of the next state.
    R : array-like of shape (n_states,)
        Reward of being in a state.
    terminal : array-like of bool, shape (n_states,)
        States that end the walk; there :math:`Q(s,a) = R(s)`.
    temperature : float
        :math:`\beta`, the price of a nat of entropy in units of reward, at least 0.
    discount : float
        :math:`\gamma`, in (0, 1].
    max_iterations : int
        Largest number of sweeps.
    tolerance : float
        Stop once no value changes by more than this.

    Returns
    -------
    SoftPolicy
        Policy, action and state values, last change and number of sweeps.

    Raises
    ------
    ValueError
        If shapes disagree, a row of `P` is no distribution, or a number is out of range.

    Warns
    -----
    ConvergenceWarning
        If values still change by more than `tolerance` after `max_iterations` sweeps.

    Notes
    -----
    A terminal state keeps `n_actions` equal action values, so that its soft value is
    :math:`R + \beta \log n_\text{actions}` and not :math:`R`, as in the authors' code: ending pays
    the entropy of one last free action. The authors stop after 100 sweeps, which the hotter
    policies need more of; here the change of the values decides. A sweep costs
    O(n_states² · n_actions).

    References
    ----------
    Haarnoja et al. (2017), soft Q-iteration; Ebrahimi et al. (2024), policy of the coding game.

    Examples
    --------
    >>> from infomax.control import GridWorld
    >>> world = GridWorld()
    >>> plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=np.exp(-6))
    >>> plan.policy[world.start].round(4), round(float(plan.value[world.start]), 4)
    (array([2.600e-03, 6.000e-04, 0.000e+00, 9.968e-01]), 0.3406)
    """
    P, R, ends = check_process(P, R, terminal)
    temperature = check_between("temperature", temperature, 0, np.inf, open_high=True)
    discount = check_between("discount", discount, 0, 1, open_low=True)
    max_iterations = check_count("max_iterations", max_iterations)
    tolerance = check_at_least("tolerance", tolerance, 0)
    q = np.repeat(R[:, None], P.shape[1], axis=1)
    value = _soft_maximum(q, temperature)
    gap, iteration = np.inf, 0
    while iteration < max_iterations and gap > tolerance:
        q = np.where(ends[:, None], q, R[:, None] + discount * (P @ value))
        updated = _soft_maximum(q, temperature)
        gap = float(np.abs(updated - value).max())
        value, iteration = updated, iteration + 1
    if gap > tolerance:
        warn(
            f"values still change by {gap:.2g} after {iteration} sweeps; raise `max_iterations`",
            ConvergenceWarning,
            stacklevel=2,
        )
    return SoftPolicy(_soft_argmax(q, temperature), q, value, gap, iteration)


def _soft_maximum(q: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    best = np.asarray(q.max(axis=1))
    if temperature == 0:
        return best
    return np.asarray(best + temperature * np.log(_weights(q, temperature).sum(axis=1)))


def _soft_argmax(q: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    if temperature == 0:
        # Actions that differ by rounding alone count as equal, and the first of them is taken.
        best = q.max(axis=1, keepdims=True)
        near = q >= best - 1e-12 * np.maximum(1, np.abs(best))
        return np.asarray(np.eye(q.shape[1])[near.argmax(axis=1)])
    weight = _weights(q, temperature)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _weights(q: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):  # -inf at the coldest temperatures, whose exponential is 0
        return np.asarray(np.exp((q - q.max(axis=1, keepdims=True)) / temperature))
