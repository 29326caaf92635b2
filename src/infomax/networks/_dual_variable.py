"""A multiplier that holds a quantity at a target while a network learns."""

import math

import torch
from torch import Tensor, nn

from infomax._arguments import check_at_least, check_between, check_choice

_SIGNS = ("=", "<=", ">=")


class DualVariable(nn.Module):
    r"""The multiplier of one constraint on a quantity that a loss can compute.

    For the constraint :math:`I = c` the Lagrangian is :math:`L + \lambda (c - I)`; the network
    goes down its gradient and the multiplier up: :math:`\lambda \leftarrow \lambda + \eta (c - I)`
    after each step. For ``"<="`` the difference is :math:`I - c`, and a multiplier of an inequality
    stays at or above 0.

    Choose it where a number is known at which a quantity should lie (an information in nats, an
    entropy, a divergence); where only a price is known, a fixed weight on the quantity does.

    Parameters
    ----------
    target : float
        c, in the units of the quantity.
    learning_rate : float
        η; 0 keeps the multiplier where it is.
    initial : float
        First value of λ.
    sign : {"=", "<=", ">="}
        How the quantity should stand to the target.

    Raises
    ------
    ValueError
        If `learning_rate` is below 0, `sign` unknown, or `initial` below 0 for an inequality.

    Notes
    -----
    λ is the buffer `value`: it is saved with the module that holds it, and `train_many` gives each
    network its own. With ``sign="="`` it may turn negative: the quantity is pulled to the target
    from both sides.

    References
    ----------
    Kawaguchi et al. (2023), who hold the information of a layer at 1.5 nats in their released code.

    Examples
    --------
    >>> import torch
    >>> dual = DualVariable(target=1.5, learning_rate=0.1, sign="=")
    >>> information = torch.tensor(1.0)
    >>> dual.update(information)
    >>> round(float(dual.value), 3), round(float(dual.penalty(information)), 3)
    (0.05, 0.025)
    """

    def __init__(
        self, *, target: float, learning_rate: float, initial: float = 0.0, sign: str
    ) -> None:
        super().__init__()
        self.target = check_between(
            "target", target, -math.inf, math.inf, open_low=True, open_high=True
        )
        self.learning_rate = check_at_least("learning_rate", learning_rate, 0)
        self.sign = check_choice("sign", sign, _SIGNS)
        lowest = -math.inf if sign == "=" else 0
        first = check_at_least("initial", initial, lowest)
        self.register_buffer("value", torch.tensor(first))
        self.value: Tensor

    def penalty(self, quantity: Tensor) -> Tensor:
        """Return what to add to the loss.

        Parameters
        ----------
        quantity : 0-d tensor
            What is constrained, with its gradient.

        Returns
        -------
        0-d tensor
            λ times the difference.
        """
        return self.value.clone() * self._difference(quantity)

    @torch.no_grad()
    def update(self, quantity: Tensor) -> None:
        """Move the multiplier; `penalty` may be differentiated afterwards.

        Parameters
        ----------
        quantity : 0-d tensor
            What is constrained, as it stands.
        """
        self.value.add_(self.learning_rate * self._difference(quantity).detach())
        if self.sign != "=":
            self.value.clamp_(min=0)

    def extra_repr(self) -> str:
        """Return the constraint, so that networks under other constraints are told apart."""
        return f"{self.sign} {self.target:g}, learning_rate={self.learning_rate:g}"

    def _difference(self, quantity: Tensor) -> Tensor:
        return quantity - self.target if self.sign == "<=" else self.target - quantity
