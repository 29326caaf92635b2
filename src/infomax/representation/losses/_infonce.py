"""The contrastive loss: tell each anchor's partner from the others of the batch."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from infomax._arguments import check_at_least


def info_nce_loss(
    scores: Tensor,
    *,
    targets: Tensor | None = None,
    mask: Tensor | None = None,
    symmetric: bool = False,
) -> Tensor:
    r"""Contrastive loss of a matrix of scores: cross-entropy of choosing one's partner.

    :math:`-\frac1n \sum_i \left( S_{ii} - \log \sum_j e^{S_{ij}} \right)`. With K candidates,
    log K less this loss is the bound `measures.infonce`, so the loss is small only as long as log K
    exceeds the information. `InfoNCELoss` makes the scores of encodings first.

    Parameters
    ----------
    scores : tensor of shape (n, K)
        Row i scores anchor i with the K candidates; its partner is candidate i.
    targets : tensor, optional
        Another partner for each row, as indices (n,), or a distribution over candidates, (n, K).
    mask : tensor of bool, shape (n, K), optional
        True where a candidate counts.
    symmetric : bool
        Average with choosing among the anchors; wants K = n and no `targets`.

    Returns
    -------
    0-d tensor
        In nats, at least 0 where every partner counts.

    Raises
    ------
    ValueError
        If scores are not finite, there are fewer candidates than rows or than two, `targets` do not fit, `mask` leaves
        a row without its partner, or `symmetric` comes with `targets` or K other than n.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Equation 4.

    Examples
    --------
    >>> import torch
    >>> round(info_nce_loss(torch.zeros(4, 4)).item(), 4)  # log 4
    1.3863
    """
    n, n_candidates = _checked(scores)
    if symmetric and (targets is not None or n_candidates != n):
        raise ValueError(
            f"`symmetric` wants as many candidates as rows ({n}) and no `targets`, got "
            f"{n_candidates} candidates"
        )
    if targets is None:
        targets = torch.arange(n, device=scores.device)
    elif targets.shape not in ((n,), (n, n_candidates)):
        raise ValueError(
            f"`targets` must have shape ({n},) or ({n}, {n_candidates}), got {tuple(targets.shape)}"
        )
    if mask is not None:
        _check_mask(scores, mask, targets)
        scores = scores.masked_fill(~mask, -math.inf)
    loss = _cross_entropy(scores, targets)
    return (loss + _cross_entropy(scores.T, targets)) / 2 if symmetric else loss


class InfoNCELoss(nn.Module):
    r"""Contrastive loss of two views, InfoNCE.

    :math:`S = \hat a \hat b^\top / \tau` of the anchors' and the positives' encodings; row i has to
    choose candidate i. :math:`\log K - \text{loss}` bounds the mutual information of the views from
    below, with K candidates: when the loss is near 0, K is too small for the information in the
    views, and the encoders have no reason to learn the rest. Then take larger batches or a queue
    (`negatives`), or `WassersteinPredictiveCodingLoss`.

    Parameters
    ----------
    temperature : float
        τ, above 0. No default: with normalised encodings it decides what is learnt.
    symmetric : bool
        Average over choosing the positive of an anchor and the anchor of a positive.
    learnable : bool
        Whether τ is a parameter, learnt by its logarithm from `temperature`.
    normalize : bool
        Whether encodings are divided by their Euclidean length first.

    Raises
    ------
    ValueError
        If `temperature` is not above 0.

    References
    ----------
    van den Oord, Li and Vinyals (2018), Equation 4. Radford et al. (2021), symmetric form.

    Examples
    --------
    >>> import torch
    >>> loss = InfoNCELoss(temperature=0.5)
    >>> round(loss(torch.eye(3), torch.eye(3)).item(), 4)  # log(e² + 2) - 2
    0.2395
    """

    log_temperature: Tensor

    def __init__(
        self,
        *,
        temperature: float,
        symmetric: bool = True,
        learnable: bool = False,
        normalize: bool = True,
    ) -> None:
        super().__init__()
        start = torch.tensor(math.log(check_at_least("temperature", temperature, 0, strict=True)))
        if learnable:
            self.log_temperature = nn.Parameter(start)
        else:
            self.register_buffer("log_temperature", start)
        self.symmetric = symmetric
        self.normalize = normalize

    def forward(
        self,
        anchor: Tensor,
        positive: Tensor,
        *,
        negatives: Tensor | None = None,
        ids: Tensor | None = None,
        targets: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Return the loss of a batch.

        Parameters
        ----------
        anchor, positive : tensor of shape (n, d)
            Encodings; row i of one belongs to row i of the other.
        negatives : tensor of shape (n_more, d), optional
            Further candidates for the anchors, such as a queue's; they ask for no anchor.
        ids : tensor of shape (n,), optional
            Rows of equal id are all each other's partners, with equal shares.
        targets : tensor of shape (n, n + n_more), optional
            The share of each candidate, in place of `ids`.
        mask : tensor of bool, shape (n, n + n_more), optional
            True where a candidate counts.

        Returns
        -------
        0-d tensor
            In nats, averaged over both directions if the loss is symmetric.
        """
        return sum(self._losses(anchor, positive, negatives, ids, targets, mask).values())  # type: ignore[return-value]

    def terms(self, anchor: Tensor, positive: Tensor, **options: Any) -> dict[str, Tensor]:
        """Return the parts of the loss by name; they add up to it. Arguments as for `forward`."""
        wanted = dict.fromkeys(("negatives", "ids", "targets", "mask")) | options
        return self._losses(anchor, positive, **wanted)

    def _losses(
        self,
        anchor: Tensor,
        positive: Tensor,
        negatives: Tensor | None,
        ids: Tensor | None,
        targets: Tensor | None,
        mask: Tensor | None,
    ) -> dict[str, Tensor]:
        a, b = self._encoded("anchor", anchor), self._encoded("positive", positive)
        if a.shape != b.shape or len(a) < 2:
            raise ValueError(
                "`anchor` and `positive` must have one shape (n, d) with n of at least 2, got "
                f"{tuple(a.shape)} and {tuple(b.shape)}"
            )
        n, scale = len(a), torch.exp(-self.log_temperature)
        if ids is not None:
            if targets is not None:
                raise ValueError("`ids` and `targets` exclude each other, got both")
            if ids.shape != (n,):
                raise ValueError(f"`ids` must have shape ({n},), got {tuple(ids.shape)}")
            same = (ids[:, None] == ids).to(a.dtype)
            targets = F.pad(same / same.sum(dim=1, keepdim=True), (0, _rows(negatives)))
        candidates = (
            b if negatives is None else torch.cat([b, self._encoded("negatives", negatives)])
        )
        forth = info_nce_loss(a @ candidates.T * scale, targets=targets, mask=mask)
        if not self.symmetric:
            return {"anchor to positive": forth}
        if targets is not None:
            targets = _turned(targets[:, :n])
        turned_mask = None if mask is None else mask[:, :n].T
        back = info_nce_loss(b @ a.T * scale, targets=targets, mask=turned_mask)
        return {"anchor to positive": forth / 2, "positive to anchor": back / 2}

    def _encoded(self, name: str, values: Tensor) -> Tensor:
        if values.ndim != 2 or not bool(values.isfinite().all()):
            raise ValueError(
                f"`{name}` must be finite and of shape (n, d), got {tuple(values.shape)}"
            )
        if not self.normalize:
            return values
        lengths = values.norm(dim=1, keepdim=True)
        if bool((lengths == 0).any()):
            row = int((lengths[:, 0] == 0).nonzero()[0])
            raise ValueError(f"`{name}` must have no row of length 0 to normalise, got row {row}")
        return values.div(lengths)


def _rows(negatives: Tensor | None) -> int:
    return 0 if negatives is None else len(negatives)


def _turned(targets: Tensor) -> Tensor:
    """Return, for each candidate, the shares of the anchors."""
    shares: Tensor = targets.T / targets.sum(dim=0)[:, None]
    return shares


def _cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    if targets.ndim == 1:
        return F.cross_entropy(scores, targets)
    log_shares = F.log_softmax(scores, dim=1).masked_fill(targets == 0, 0)
    loss: Tensor = -(targets * log_shares).sum(dim=1).mean()
    return loss


def _checked(scores: Tensor) -> tuple[int, int]:
    shape = tuple(scores.shape)
    if len(shape) != 2 or shape[1] < max(2, shape[0]) or not shape[0]:
        raise ValueError(f"`scores` must have shape (n, K) with K of at least n and 2, got {shape}")
    if not bool(scores.isfinite().all()):
        raise ValueError("`scores` must be finite, got NaN or infinity")
    return shape[0], shape[1]


def _check_mask(scores: Tensor, mask: Tensor, targets: Tensor) -> None:
    if mask.dtype != torch.bool or mask.shape != scores.shape:
        raise ValueError(
            f"`mask` must be of bool and shape {tuple(scores.shape)}, got {mask.dtype} and "
            f"{tuple(mask.shape)}"
        )
    if targets.ndim == 1:
        kept = mask.gather(1, targets[:, None])[:, 0]
    else:
        kept = ((targets == 0) | mask).all(dim=1)
    if not bool(kept.all()):
        row = int((~kept).nonzero()[0])
        raise ValueError(f"`mask` must leave every row its partner, got none for row {row}")
