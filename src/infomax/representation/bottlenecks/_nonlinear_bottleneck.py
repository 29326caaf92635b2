"""The nonlinear information bottleneck."""

import math

from torch import Tensor

from infomax._arguments import check_between, check_choice
from infomax.measures import kde_information
from infomax.representation._step_weight import Weight
from infomax.representation.bottlenecks._bottleneck_loss import (
    BottleneckLoss,
    squared_error,
)

_TRANSFORMS = ("identity", "square", "exp")


class NonlinearInformationBottleneckLoss(BottleneckLoss):
    r"""Loss of the nonlinear information bottleneck for regression.

    :math:`\frac1n \sum_i (y_i - \hat y_i)^2 + \beta\, u(\hat I)` with :math:`\hat I = -\frac1n
    \sum_i \log \frac1n \sum_j e^{-\|\mu_i - \mu_j\|^2 / 2v}`: an upper bound, from pairs of a batch,
    on what a code :math:`\mu(x) + \sqrt v\, \epsilon` keeps of its input (`measures.kde_information`).

    Codes may gather in clusters, which `VariationalInformationBottleneckLoss` with its one standard
    normal does not reward.

    Parameters
    ----------
    beta : float or callable
        β, at least 0, or a schedule from the step, counted from 0, to it.
    variance : float
        v, that of the noise that the caller adds to the codes before decoding them.
    transform : {"identity", "square", "exp"}
        u: information itself, its square or its exponential. The latter two make different β choose
        different codes where the bottleneck's curve is a straight line.

    Raises
    ------
    ValueError
        If an option is out of range; in a step, if predictions and targets differ in shape or the
        batch has fewer than two points.

    Notes
    -----
    O(n² k) a batch of n; no more than log n can be measured.

    References
    ----------
    Kolchinsky, Tracey and Wolpert (2019). Rodríguez Gálvez, Thobaben and Skoglund
    (2020), for square and exponential.

    Examples
    --------
    >>> import torch
    >>> codes = torch.tensor([[0.0], [0.0], [9.0], [9.0]])  # two clusters: one bit
    >>> loss = NonlinearInformationBottleneckLoss(beta=1.0, variance=0.1)
    >>> round(float(loss(codes, codes, codes[:, 0], codes[:, 0])), 3)
    0.693
    """

    def __init__(
        self, beta: Weight = 1e-2, *, variance: float = 1.0, transform: str = "identity"
    ) -> None:
        super().__init__(beta)
        self.variance = check_between("variance", variance, 0, math.inf, open_low=True)
        self.transform = check_choice("transform", transform, _TRANSFORMS)

    def terms(
        self,
        x: Tensor,  # noqa: ARG002  (all bottlenecks are called alike)
        t: Tensor,
        y_hat: Tensor,
        y: Tensor,
    ) -> dict[str, Tensor]:
        """Return the terms of a batch by name, before β.

        Parameters
        ----------
        x : tensor of shape (n, d)
            Inputs; not used.
        t : tensor of shape (n, k)
            Codes before the noise.
        y_hat, y : tensor of shape (n,) or (n, m)
            Predictions from codes with noise, and targets.

        Returns
        -------
        dict of str to 0-d tensor
            "prediction", the mean squared error, and "compression", of nats.
        """
        kept: Tensor = kde_information(t, variance=self.variance).i_tx
        if self.transform != "identity":
            kept = kept.square() if self.transform == "square" else kept.exp()
        return {"prediction": squared_error(y_hat, y), "compression": kept}
