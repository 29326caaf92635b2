"""Entropy of embeddings by distances to their nearest neighbours, as a loss."""

import warnings

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from infomax._arguments import check_choice
from infomax.exceptions import CollapseWarning
from infomax.representation._step_weight import StepWeight, Weight

METRICS = ("mean_squared", "euclidean", "cosine")
REDUCTIONS = ("log_mean", "mean_log")
_SMALLEST = 1e-12


class ManifoldEntropyLoss(nn.Module):
    r"""Minus the entropy of embeddings, up to constants, by nearest neighbours in a bank.

    :math:`-w \ln \frac{1}{B} \sum_i \min_j \frac{1}{C} \|z_i - b_j\|^2`: minimised, it drives each
    embedding straight away from the nearest of the bank, the harder the closer all are. For
    generators that drop modes, and for encoders that collapse.

    The bank is given with each call: without one the rest of the batch is taken.
    `ReplayBufferEntropy` remembers earlier batches instead. The entropy of data is measured by
    `infomax.measures.knn_entropy`.

    Parameters
    ----------
    weight : float or callable
        w, at least 0; or a function of the number of training calls so far, such as
        `infomax.networks.linear_ramp`.
    metric : {"mean_squared", "euclidean", "cosine"}
        Distance: squares averaged over coordinates, the root of their sum, or one minus the cosine.
    reduction : {"log_mean", "mean_log"}
        Logarithm of the mean distance, or mean of the logarithms, which is never greater and which
        the estimator of Kozachenko and Leonenko has.

    Raises
    ------
    ValueError
        If the weight is negative or an option unknown.

    Warns
    -----
    CollapseWarning
        If every embedding coincides with one of the bank.

    Notes
    -----
    **Where paper and code part.** The estimator behind the method takes the mean of logarithms; the
    released code takes the logarithm of the mean, which one far embedding can hold up while all
    others collapse. The latter is what was published with and is the default here.

    Distances below 1e-12 count as that, so that the loss stays finite; they push nothing. O(B M C)
    for a bank of M, without a gradient but for the nearest.

    References
    ----------
    Liu et al. (2023), Section 3. Kozachenko and Leonenko (1987).

    Examples
    --------
    >>> import torch
    >>> loss = ManifoldEntropyLoss(weight=1.0)
    >>> z, bank = torch.tensor([[0.0, 0.0], [3.0, 0.0]]), torch.tensor([[1.0, 0.0]])
    >>> round(loss(z, bank).item(), 4)  # -ln of the mean of 1/2 and 4/2
    -0.2231
    """

    def __init__(
        self,
        *,
        weight: Weight = 5e-4,
        metric: str = "mean_squared",
        reduction: str = "log_mean",
    ) -> None:
        super().__init__()
        self.weight = StepWeight("weight", weight)
        self.metric = check_choice("metric", metric, METRICS)
        self.reduction = check_choice("reduction", reduction, REDUCTIONS)

    def forward(self, z: Tensor, bank: Tensor | None = None) -> Tensor:
        """Return the weighted loss.

        Parameters
        ----------
        z : tensor of shape (n, n_dims)
            Embeddings.
        bank : tensor of shape (n_bank, n_dims), optional
            What they keep away from; the rest of the batch when left out.

        Returns
        -------
        0-d tensor
            Minus the weighted entropy.

        Raises
        ------
        ValueError
            If widths differ, an embedding is not finite, or a batch of one comes without bank.
        """
        loss: Tensor = -self.weight() * self.terms(z, bank)["entropy"]
        return loss

    def terms(self, z: Tensor, bank: Tensor | None = None) -> dict[str, Tensor]:
        """Return the entropy before it is weighted.

        Parameters
        ----------
        z : tensor of shape (n, n_dims)
            Embeddings.
        bank : tensor of shape (n_bank, n_dims), optional
            What they keep away from; the rest of the batch when left out.

        Returns
        -------
        dict
            ``entropy``, a 0-d tensor.
        """
        return {"entropy": reduced(nearest_distances(z, bank, self.metric), self.reduction)}


def nearest_distances(z: Tensor, bank: Tensor | None, metric: str) -> Tensor:
    """Return the distance of each embedding to the nearest of the bank, or of the other ones."""
    checked_embeddings("z", z)
    if bank is None:
        if len(z) < 2:
            raise ValueError("`z` must hold two embeddings or more without a `bank`, got 1")
    elif checked_embeddings("bank", bank).shape[1] != z.shape[1]:
        raise ValueError(f"`bank` must have the width of `z`, {z.shape[1]}, got {bank.shape[1]}")
    others = z if bank is None else bank
    if metric == "cosine":
        z, others = F.normalize(z, dim=1), F.normalize(others, dim=1)
    with torch.no_grad():
        found = torch.cdist(z, others)
        if bank is None:
            found.fill_diagonal_(torch.inf)
    return distances(z, others[found.argmin(dim=1)], metric)


def distances(z: Tensor, others: Tensor, metric: str) -> Tensor:
    """Return distances of pairs along the last axis; of unit vectors where it is the cosine."""
    if metric == "euclidean":
        lengths: Tensor = torch.linalg.vector_norm(z - others, dim=-1)
        return lengths
    if metric == "cosine":
        return 1 - (z * others).sum(dim=-1)
    return (z - others).square().mean(dim=-1)


def reduced(found: Tensor, reduction: str) -> Tensor:
    """Return the entropy that distances stand for, finite; warn where all are zero."""
    if bool((found <= _SMALLEST).all()):
        warnings.warn(
            "every embedding coincides with one of its bank: the entropy has no gradient. Add noise "
            "to the embeddings, raise the weight earlier, or fill the bank with other batches",
            CollapseWarning,
            stacklevel=4,
        )
    if reduction == "mean_log":
        return found.clamp_min(_SMALLEST).log().mean()
    return found.mean().clamp_min(_SMALLEST).log()


def checked_embeddings(name: str, z: Tensor) -> Tensor:
    """Return embeddings, (n, n_dims), real, not empty and finite."""
    if z.ndim != 2 or 0 in z.shape:
        raise ValueError(f"`{name}` must have shape (n, n_dims), got {tuple(z.shape)}")
    if not z.is_floating_point():
        raise ValueError(f"`{name}` must hold real numbers, got {z.dtype}")
    if not bool(torch.isfinite(z).all()):
        raise ValueError(f"`{name}` must be finite, got NaN or infinity")
    return z
