"""The joint law of message and action at one step of a coding game, kept sparse."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from infomax._arguments import check_count
from infomax.coding import SparseJoint, bottleneck_coupling, minimum_entropy_coupling
from infomax.measures import entropy

Floats = NDArray[np.float64]
Triplets = tuple[NDArray[np.integer], NDArray[np.integer], Floats]


@dataclass(frozen=True, eq=False)
class MessageCode:
    r"""Joint law of message and action, :math:`J(m, a) = \sum_t p(m, t)\, p(t, a) / p(t)`.

    Both factors are held as triplets (row, column, mass) without zeros.

    Parameters
    ----------
    belief : ndarray of shape (n_messages,)
        Law of the message.
    policy : ndarray of shape (n_actions,)
        Law of the action.
    encoder : tuple of three ndarray
        Message, code and mass.
    decoder : tuple of three ndarray
        Code, action and mass.

    Examples
    --------
    >>> code = message_code(np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4]))
    >>> code.posterior(0).round(3)
    array([0.833, 0.   , 0.167])
    >>> code.action_law(2)
    array([0.5, 0.5])
    """

    belief: Floats
    policy: Floats
    encoder: Triplets
    decoder: Triplets

    @cached_property
    def _code_mass(self) -> Floats:
        _, codes, mass = self.encoder
        return _added(codes, mass, minlength=self.decoder[0].max() + 1)

    def action_law(self, message: int) -> Floats:
        """Return the law of the action given a message, shape (n_actions,).

        A message whose belief has underflowed to zero leaves the policy as it is.
        """
        message = check_count("message", message, minimum=0, maximum=len(self.belief) - 1)
        messages, codes, mass = self.encoder
        own = messages == message
        share = _added(codes[own], mass[own], minlength=len(self._code_mass))
        law = self._actions_of(share)
        total = law.sum()
        return law / total if total > 0 else self.policy.copy()

    def posterior(self, action: int) -> Floats:
        """Return the belief over messages after an action, shape (n_messages,).

        Raises
        ------
        ValueError
            If the policy never takes the action.
        """
        action = check_count("action", action, minimum=0, maximum=len(self.policy) - 1)
        column = self._column(action)
        total = column.sum()
        if total == 0:
            raise ValueError(f"`action` must have probability under the policy, got {action}")
        return np.asarray(column / total)

    def joint(self) -> Floats:
        """Return the dense joint law, shape (n_messages, n_actions)."""
        return np.stack([self._column(action) for action in range(len(self.policy))], axis=1)

    def information(self) -> float:
        """Return the mutual information of message and action in nats."""
        columns = (self._column(action) for action in range(len(self.policy)))
        joint = sum(xlogy(column, column).sum() for column in columns)
        marginals = xlogy(self.belief, self.belief).sum() + xlogy(self.policy, self.policy).sum()
        return max(0.0, float(joint - marginals))

    def code_entropy(self) -> float:
        """Return the entropy of the code in nats, which a limit holds down."""
        return max(0.0, -float(xlogy(self._code_mass, self._code_mass).sum()))

    def _column(self, action: int) -> Floats:
        codes, actions, mass = self.decoder
        own = actions == action
        given_code = np.zeros(len(self._code_mass))
        given_code[codes[own]] = mass[own] / self._code_mass[codes[own]]
        messages, codes, mass = self.encoder
        return _added(messages, mass * given_code[codes], minlength=len(self.belief))

    def _actions_of(self, share: Floats) -> Floats:
        codes, actions, mass = self.decoder
        weight = mass * share[codes] / self._code_mass[codes]
        return _added(actions, weight, minlength=len(self.policy))


def _added(where: NDArray[np.integer], masses: Floats, *, minlength: int) -> Floats:
    return np.asarray(np.bincount(where, masses, minlength=minlength), dtype=np.float64)


def message_code(
    belief: Floats, policy: Floats, *, max_entropy: float = np.inf, encoder: str = "greedy"
) -> MessageCode:
    """Couple a belief with the policy of one state through a code of bounded entropy."""
    if encoder in ("scalar", "scalar_identity"):
        # An ulp of slack, so that the prior passes where the budget is its own entropy.
        fits = entropy(belief) <= max_entropy + 1e-12
        if encoder == "scalar" or not fits:
            return _block_code(belief, policy, max_entropy)
        max_entropy, encoder = np.inf, "greedy"
    parts = bottleneck_coupling(belief, policy, max_entropy=max_entropy, encoder=encoder)
    return MessageCode(belief, policy, _triplets(parts.encoder), _triplets(parts.decoder))


def _block_code(belief: Floats, policy: Floats, max_entropy: float) -> MessageCode:
    """Cut all messages into blocks, those that are ruled out by now among them."""
    n = len(belief)
    n_blocks = n if max_entropy >= np.log(n) else int(np.exp(max_entropy) * (1 + 1e-12))
    blocks = np.arange(n) // -(-n // n_blocks)
    held = np.flatnonzero(belief)
    block_mass = _added(blocks, belief, minlength=int(blocks[-1]) + 1)
    decoder = minimum_entropy_coupling(block_mass, policy)
    return MessageCode(belief, policy, (held, blocks[held], belief[held]), _triplets(decoder))


def _triplets(joint: SparseJoint) -> Triplets:
    rows, columns = joint.indices.T
    return rows, columns, joint.masses
