"""What a posterior over weights has to offer."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from torch import Tensor

from infomax._arrays import RandomState


@runtime_checkable
class Posterior(Protocol):
    """A distribution over the named weights of a network, in the shape that this room takes."""

    def sample(self, n_draws: int = 1, *, random_state: RandomState = None) -> Mapping[str, Tensor]:
        """Draw weights.

        Parameters
        ----------
        n_draws : int
            How many.
        random_state : int, Generator or None
            Where they are drawn from.

        Returns
        -------
        mapping of str to tensor of shape (n_draws, ...)
            By the names of the weights.
        """

    def log_prob(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return the joint log density, in nats, of the weights that are given.

        Parameters
        ----------
        parameters : mapping of str to tensor of shape (n_draws, ...)
            Some of the weights, or all; those left out are integrated out.

        Returns
        -------
        tensor of shape (n_draws,)
            In double precision.
        """
