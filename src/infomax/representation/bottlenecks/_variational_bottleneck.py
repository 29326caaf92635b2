"""The variational information bottleneck."""

from torch import Tensor

from infomax.measures import diagonal_gaussian_kl
from infomax.representation._step_weight import Weight
from infomax.representation.bottlenecks._bottleneck_loss import (
    BottleneckLoss,
    squared_error,
)


class VariationalInformationBottleneckLoss(BottleneckLoss):
    r"""Loss of the variational information bottleneck for regression.

    :math:`\frac1n \sum_i (y_i - \hat y_i)^2 + \beta\, \frac1n \sum_i \mathrm{KL}(N(\mu_i,
    \operatorname{diag} e^{v_i}) \,\|\, N(0, I))`, where :math:`\hat y` was predicted from draws of
    the code: the divergence bounds what the code keeps of the input, from above.

    The encoder gives a mean and a log-variance for each input (`BottleneckNetwork` does) and learns
    where to be noisy. `NonlinearInformationBottleneckLoss` fixes the noise and lets the code take
    any shape, not that of a standard normal; `CSInformationBottleneckLoss` needs no noise.

    Parameters
    ----------
    beta : float or callable
        β, at least 0, or a schedule from the step, counted from 0, to it.

    Raises
    ------
    ValueError
        If β is negative; in a step, if predictions and targets differ in shape or `t` is no pair.

    Notes
    -----
    Squared error stands for the log-likelihood of a Gaussian decoder of variance 1/2.

    References
    ----------
    Alemi, Fischer, Dillon and Murphy (2017), Equation 17.

    Examples
    --------
    >>> import torch
    >>> mean, log_variance = torch.ones(5, 2), torch.zeros(5, 2)
    >>> y = torch.linspace(0, 1, 5)
    >>> loss = VariationalInformationBottleneckLoss(beta=0.5)
    >>> round(float(loss(torch.zeros(5, 3), (mean, log_variance), y + 1, y)), 3)
    1.5
    """

    def __init__(self, beta: Weight = 1e-2) -> None:
        super().__init__(beta)

    def terms(
        self,
        x: Tensor,  # noqa: ARG002  (all bottlenecks are called alike)
        t: tuple[Tensor, Tensor],
        y_hat: Tensor,
        y: Tensor,
    ) -> dict[str, Tensor]:
        """Return the terms of a batch by name, before β.

        Parameters
        ----------
        x : tensor of shape (n, d)
            Inputs; not used.
        t : pair of tensors of shape (n, k)
            Mean and log-variance of the codes.
        y_hat, y : tensor of shape (n,) or (n, m)
            Predictions from draws of the codes, and targets.

        Returns
        -------
        dict of str to 0-d tensor
            "prediction", the mean squared error, and "compression" in nats.
        """
        if isinstance(t, Tensor) or len(t) != 2:
            raise ValueError("`t` must be a pair of tensors, mean and log-variance of the codes")
        return {"prediction": squared_error(y_hat, y), "compression": diagonal_gaussian_kl(*t)}
