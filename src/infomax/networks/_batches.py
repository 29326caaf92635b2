"""Minibatches whose order depends on the seed and the epoch alone."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator


class Batches:
    """Shuffled minibatches of tensors that are in memory.

    ``batches(epoch)`` goes once through all rows, in an order that depends on `random_state` and the
    epoch alone: training that is resumed at epoch 7 sees the batches that it would have seen. For
    data that do not fit into memory use a `torch.utils.data.DataLoader`.

    Parameters
    ----------
    *tensors : Tensor
        Of equal first length; a batch is a tuple with some rows of each.
    batch_size : int
        Rows a batch; the last batch of an epoch may be smaller.
    n_noise : int
        Standard normal numbers a row, which a batch then has as a last tensor: for networks and
        losses that are random, whose training is then as repeatable as any other.
    random_state : int, Generator or None
        Seed of the orders.

    Raises
    ------
    ValueError
        If there is no tensor, or they differ in their first length, or are empty.

    Examples
    --------
    >>> import torch
    >>> batches = Batches(torch.arange(5), torch.arange(5) ** 2, batch_size=2, random_state=0)
    >>> [len(x) for x, y in batches(0)]
    [2, 2, 1]
    """

    def __init__(
        self,
        *tensors: Tensor,
        batch_size: int,
        n_noise: int = 0,
        random_state: RandomState = None,
    ) -> None:
        if not tensors or any(len(t) != len(tensors[0]) for t in tensors) or not len(tensors[0]):
            lengths = [len(t) for t in tensors]
            raise ValueError(f"`tensors` must be of one length above 0, got {lengths}")
        self.tensors = tensors
        self.batch_size = check_count("batch_size", batch_size)
        self.n_noise = check_count("n_noise", n_noise, minimum=0)
        self.seed = int(random_generator(random_state).integers(2**63))

    def order(self, epoch: int) -> Tensor:
        """Return the order of the rows in an epoch.

        Parameters
        ----------
        epoch : int
            Counted from 0.

        Returns
        -------
        tensor of shape (n_rows,)
            A permutation, on the device of the first tensor.
        """
        permutation = np.random.default_rng([self.seed, epoch]).permutation(len(self.tensors[0]))
        return torch.from_numpy(permutation).to(self.tensors[0].device)

    def noise(self, epoch: int) -> Tensor:
        """Return the random numbers of an epoch, in the order in which its batches take them.

        Parameters
        ----------
        epoch : int
            Counted from 0.

        Returns
        -------
        tensor of shape (n_rows, n_noise)
            Standard normal, in single precision, on the device of the first tensor.
        """
        size = (len(self.tensors[0]), self.n_noise)
        drawn = np.random.default_rng([self.seed, epoch, 1]).standard_normal(size, np.float32)
        return torch.from_numpy(drawn).to(self.tensors[0].device)

    def __call__(self, epoch: int) -> Iterator[tuple[Tensor, ...]]:
        parts = (torch.split(t, self.batch_size) for t in (self.order(epoch), self.noise(epoch)))
        for rows, drawn in zip(*parts, strict=True):
            yield (*(tensor[rows] for tensor in self.tensors), *((drawn,) if self.n_noise else ()))
