"""Manifold entropy against a bank of embeddings of earlier batches."""

from typing import Any

import torch
from torch import Tensor, nn

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks import FeatureQueue
from infomax.representation._step_weight import StepWeight, Weight
from infomax.representation.generative._manifold_entropy import (
    METRICS,
    REDUCTIONS,
    checked_embeddings,
    distances,
    nearest_distances,
    reduced,
)


class ReplayBufferEntropy(nn.Module):
    r"""Minus the entropy of embeddings against a bank that remembers earlier batches.

    The loss is that of `ManifoldEntropyLoss`; in training mode each batch is then written over the
    oldest embeddings of the bank, without its history.

    Needs no other bank, and sees modes that the present batch lacks. Keep one for real and one for
    generated embeddings.

    Parameters
    ----------
    n_dims : int
        Width of an embedding.
    size : int
        Most embeddings remembered.
    weight : float or callable
        Weight of the entropy, at least 0; or a function of the number of training calls so far.
    metric : {"mean_squared", "euclidean", "cosine"}
        Distance, as in `ManifoldEntropyLoss`.
    reduction : {"log_mean", "mean_log"}
        How distances become an entropy, as in `ManifoldEntropyLoss`.
    init : {"uniform", "unit", "empty"}
        What the bank holds at first, as in `infomax.networks.FeatureQueue`. An empty one begins
        with the rest of the first batch.
    convention : {"paper", "released"}
        A queue of the latest embeddings, or the released code's bank of positions.
    random_state : int, Generator or None
        Where the first vectors come from.

    Raises
    ------
    ValueError
        If a size is below 1, the weight negative or an option unknown.

    Warns
    -----
    CollapseWarning
        If every embedding coincides with one of the bank.

    Notes
    -----
    **Where paper and code part.** The released bank has 1,024 rows for each position of the batch,
    the same uniform numbers at every position. A step takes away as many rows as the batch has
    items, 64, and adds one; after 15, 16 and 17 steps 79, 16 and 1 rows are left. From then on each
    embedding is held away from one alone, that of the same position in the last batch, 64 times
    the memory notwithstanding. ``convention="released"`` does that, number for number; batches must
    then be of one size.

    References
    ----------
    Liu et al. (2023), Section 3.

    Examples
    --------
    >>> import torch
    >>> entropy = ReplayBufferEntropy(2, size=100, weight=1.0, random_state=0)
    >>> z = torch.full((8, 2), 0.5)
    >>> first, again = entropy(z).item(), entropy(z + 0.01).item()
    >>> again > first  # embeddings like those of the batch before are the less welcome
    True
    """

    def __init__(
        self,
        n_dims: int,
        *,
        size: int = 1024,
        weight: Weight = 5e-4,
        metric: str = "mean_squared",
        reduction: str = "log_mean",
        init: str = "uniform",
        convention: str = "paper",
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        self.weight = StepWeight("weight", weight)
        self.metric = check_choice("metric", metric, METRICS)
        self.reduction = check_choice("reduction", reduction, REDUCTIONS)
        self.use_unfilled = init != "empty"
        bank: FeatureQueue | _PositionalBank
        if check_choice("convention", convention, ("paper", "released")) == "paper":
            bank = FeatureQueue(size, n_dims, init=init, random_state=random_state)
        else:
            bank = _PositionalBank(size, n_dims, random_state)
        self.bank = bank

    def forward(self, z: Tensor) -> Tensor:
        """Return the weighted loss, then remember the batch.

        Parameters
        ----------
        z : tensor of shape (n, n_dims)
            Embeddings.

        Returns
        -------
        0-d tensor
            Minus the weighted entropy, against the bank as it was.

        Raises
        ------
        ValueError
            If the width is another, an embedding is not finite, or a batch of one meets an empty
            bank.
        """
        loss: Tensor = -self.weight() * self.terms(z)["entropy"]
        if self.training:
            self.bank.enqueue(z)
        return loss

    def terms(self, z: Tensor) -> dict[str, Tensor]:
        """Return the entropy before it is weighted; nothing is remembered.

        Parameters
        ----------
        z : tensor of shape (n, n_dims)
            Embeddings.

        Returns
        -------
        dict
            ``entropy``, a 0-d tensor.
        """
        if isinstance(self.bank, _PositionalBank):
            found = self.bank.nearest(z, self.metric)
        else:
            bank = self.bank.features(use_unfilled=self.use_unfilled)
            found = nearest_distances(z, bank if len(bank) else None, self.metric)
        return {"entropy": reduced(found, self.reduction)}


class _PositionalBank(nn.Module):
    """The released bank: reference rows for each position of a batch, fewer every step."""

    rows: Tensor

    def __init__(self, size: int, n_dims: int, random_state: RandomState) -> None:
        super().__init__()
        shape = (check_count("size", size), 1, check_count("n_dims", n_dims))
        rows = 2 * torch.rand(shape, generator=torch_generator(random_state)) - 1
        self.register_buffer("rows", rows)  # the one position stands for all until a batch comes

    def nearest(self, z: Tensor, metric: str) -> Tensor:
        """Return the least distance of each embedding to the rows of its position."""
        self._check(z)
        rows = self.rows
        if metric == "cosine":
            z, rows = nn.functional.normalize(z, dim=1), nn.functional.normalize(rows, dim=2)
        return distances(z, rows, metric).amin(dim=0)

    @torch.no_grad()
    def enqueue(self, z: Tensor) -> None:
        """Drop as many rows as the batch has items, and add one."""
        self._check(z)
        kept = self.rows[len(z) :].expand(-1, len(z), -1)
        self.rows = torch.cat([kept, z.detach()[None].to(kept)])

    def _check(self, z: Tensor) -> None:
        n_positions, n_dims = self.rows.shape[1:]
        checked_embeddings("z", z)
        if z.shape[1] != n_dims or n_positions not in (1, len(z)):
            raise ValueError(
                f"`z` must have the shape of the batch before, ({n_positions}, {n_dims}), got "
                f"{tuple(z.shape)}"
            )

    def _load_from_state_dict(self, state: Any, prefix: str, *rest: Any) -> None:
        if f"{prefix}rows" in state:  # their number changes
            self.rows = torch.empty_like(state[f"{prefix}rows"], device=self.rows.device)
        super()._load_from_state_dict(state, prefix, *rest)
