"""The HSIC bottleneck."""

from torch import Tensor

from infomax._arguments import check_at_least
from infomax.measures import cka, hsic
from infomax.representation._step_weight import Weight
from infomax.representation.bottlenecks._bottleneck_loss import (
    BottleneckLoss,
    squared_error,
)


class HSICBottleneckLoss(BottleneckLoss):
    r"""Loss of the HSIC bottleneck for regression.

    :math:`\frac1n \sum_i (y_i - \hat y_i)^2 - \lambda\, \mathrm{HSIC}(t, y) + \beta\,
    \mathrm{HSIC}(x, t)` with Gaussian kernels: the code is to depend on the target and not on the
    rest of the input, with dependence in place of information.

    As `CSInformationBottleneckLoss` it needs no noise in the code; its prediction term is squared
    error, so that of two branches it predicts the middle.

    Parameters
    ----------
    beta : float or callable
        β, at least 0, or a schedule from the step, counted from 0, to it.
    relevance_weight : float
        λ, at least 0; 0 leaves the middle term out.
    bandwidth, bandwidth_t, bandwidth_y : float, optional
        σ of the kernels; the median distance of the batch where left out.
    normalized : bool
        Whether dependence is `measures.cka`, between 0 and 1, instead of `measures.hsic`.

    Raises
    ------
    ValueError
        If an option is out of range; in a step, if predictions and targets differ in shape or the
        batch has fewer than two points.

    Notes
    -----
    O(n² d) a batch of n.

    References
    ----------
    Wang et al. (2021). Ma, Lewis and Kleijn (2020), for the criterion alone.

    Examples
    --------
    >>> import torch
    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> loss = HSICBottleneckLoss(beta=0.5)
    >>> round(float(loss(x, 2 * x, x[:, 0], x[:, 0])), 3)
    0.5
    """

    def __init__(
        self,
        beta: Weight = 1e-2,
        *,
        relevance_weight: float = 0.0,
        bandwidth: float | None = None,
        bandwidth_t: float | None = None,
        bandwidth_y: float | None = None,
        normalized: bool = True,
    ) -> None:
        super().__init__(beta)
        self.relevance_weight = check_at_least("relevance_weight", relevance_weight, 0)
        self.bandwidth, self.bandwidth_t, self.bandwidth_y = bandwidth, bandwidth_t, bandwidth_y
        self.normalized = normalized

    def terms(self, x: Tensor, t: Tensor, y_hat: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the terms of a batch by name, before β.

        Parameters
        ----------
        x : tensor of shape (n, d)
            Inputs.
        t : tensor of shape (n, k)
            Their codes.
        y_hat, y : tensor of shape (n,) or (n, m)
            Predictions and targets.

        Returns
        -------
        dict of str to 0-d tensor
            "error", the mean squared error, "relevance", the dependence of codes and targets,
            "prediction", the error less λ times that, and "compression", the dependence of inputs
            and codes.
        """
        compression = self._dependence(x, t, self.bandwidth, self.bandwidth_t)
        error = squared_error(y_hat, y)
        terms = {"error": error, "prediction": error, "compression": compression}
        if self.relevance_weight:
            terms["relevance"] = self._dependence(t, y, self.bandwidth_t, self.bandwidth_y)
            terms["prediction"] = error - self.relevance_weight * terms["relevance"]
        return terms

    def _dependence(self, a: Tensor, b: Tensor, width: float | None, other: float | None) -> Tensor:
        measure = cka if self.normalized else hsic
        value: Tensor = measure(a, b, kernel="rbf", bandwidth=width, bandwidth_y=other)
        return value
