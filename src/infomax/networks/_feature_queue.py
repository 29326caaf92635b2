"""A queue of the latest feature vectors."""

import torch
from torch import Tensor, nn

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, torch_generator


class FeatureQueue(nn.Module):
    r"""The latest `size` feature vectors, first in, first out.

    `enqueue` copies a batch in, without its history, over the oldest; `features` gives what is
    there. It is the bank of negatives of contrastive losses and the reference set of
    nearest-neighbour entropies, where a batch alone is too few.

    It keeps no item's identity: a bank with one place an item is another thing.

    Parameters
    ----------
    size : int
        Most vectors held.
    n_dims : int
        Width of a vector.
    init : {"unit", "uniform", "empty"}
        What stands in the places to which nothing has come, for those who ask for them: random unit
        vectors, as for contrastive losses; numbers uniform in (-1, 1); or zeros.
    random_state : int, Generator or None
        Where the first vectors come from.

    Attributes
    ----------
    n_filled : int
        Places that hold features that came, not first vectors.

    Raises
    ------
    ValueError
        If a size is below 1 or `init` unknown.

    Notes
    -----
    The state is in `state_dict`, moves with the module and never asks for a gradient. Batches
    larger than the queue leave their last `size` vectors. O(batch) a call.

    References
    ----------
    He, Fan, Wu, Xie and Girshick (2020), Section 3.2.

    Examples
    --------
    >>> import torch
    >>> queue = FeatureQueue(3, 1, init="empty")
    >>> for value in range(5):
    ...     queue.enqueue(torch.tensor([[float(value)]]))
    >>> queue.features().flatten().tolist()  # oldest first
    [2.0, 3.0, 4.0]
    """

    rows: Tensor
    position: Tensor
    filled: Tensor

    def __init__(
        self, size: int, n_dims: int, *, init: str = "unit", random_state: RandomState = None
    ) -> None:
        super().__init__()
        shape = (check_count("size", size), check_count("n_dims", n_dims))
        generator = torch_generator(random_state)
        check_choice("init", init, ("unit", "uniform", "empty"))
        if init == "unit":
            rows = nn.functional.normalize(torch.randn(shape, generator=generator), dim=1)
        elif init == "uniform":
            rows = 2 * torch.rand(shape, generator=generator) - 1
        else:
            rows = torch.zeros(shape)
        self.register_buffer("rows", rows)
        self.register_buffer("position", torch.tensor(0))
        self.register_buffer("filled", torch.tensor(0))

    @property
    def n_filled(self) -> int:
        """Places that hold features that came."""
        return int(self.filled)

    def features(self, *, use_unfilled: bool = False) -> Tensor:
        """Return the vectors held, oldest first.

        Parameters
        ----------
        use_unfilled : bool
            Whether the first vectors that nothing was written over yet count, as in published codes.

        Returns
        -------
        tensor of shape (n_held, n_dims)
            A copy without history.
        """
        ordered = torch.roll(self.rows, -int(self.position), dims=0)
        return ordered if use_unfilled else ordered[len(ordered) - self.n_filled :]

    @torch.no_grad()
    def enqueue(self, features: Tensor) -> None:
        """Write a batch over the oldest vectors.

        Parameters
        ----------
        features : tensor of shape (n, n_dims)
            Taken in order, without history, in the queue's type.

        Raises
        ------
        ValueError
            If the width is another or a number is not finite.
        """
        if features.ndim != 2 or features.shape[1] != self.rows.shape[1]:
            raise ValueError(
                f"`features` must have shape (n, {self.rows.shape[1]}), got {tuple(features.shape)}"
            )
        if not bool(torch.isfinite(features).all()):
            raise ValueError("`features` must be finite, got NaN or infinity")
        size = len(self.rows)
        kept = features.detach()[-size:].to(self.rows)
        places = (int(self.position) + torch.arange(len(kept), device=kept.device)) % size
        self.rows[places] = kept
        self.position.copy_((self.position + len(kept)) % size)
        self.filled.copy_((self.filled + len(kept)).clamp(max=size))
