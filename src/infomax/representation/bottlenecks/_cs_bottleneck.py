"""The Cauchy-Schwarz information bottleneck."""

import warnings

from torch import Tensor

from infomax._arguments import check_choice
from infomax.exceptions import PrecisionWarning
from infomax.measures.kernels._cauchy_schwarz_information import cs_of, normalized_cs_of
from infomax.measures.kernels._conditional_cauchy_schwarz import divergence_given
from infomax.measures.kernels._gram import gram, same_length
from infomax.measures.kernels._outcomes import answer
from infomax.measures.kernels._pair_sums import pair_sums
from infomax.representation._step_weight import Weight
from infomax.representation.bottlenecks._bottleneck_loss import (
    BottleneckLoss,
    check_same_shape,
)


class CSInformationBottleneckLoss(BottleneckLoss):
    r"""Loss of the Cauchy-Schwarz information bottleneck for regression.

    :math:`D_{CS}(p(y|x); q(\hat y|x)) + \beta I_{CS}(x; t)`: how far the predictions' law is from
    the targets', and what the code t keeps of the input, both in closed form from kernel matrices
    of a batch (`measures.conditional_cs_divergence` and `measures.cs_mutual_information`).

    It needs neither noise in the code nor a bound; both terms have a bandwidth. Where noise is
    wanted take `VariationalInformationBottleneckLoss` (a learned one) or
    `NonlinearInformationBottleneckLoss` (a fixed one).

    Parameters
    ----------
    beta : float or callable
        β, at least 0, or a schedule from the step, counted from 0, to it.
    bandwidth, bandwidth_t, bandwidth_y : float, optional
        σ of the kernels of inputs, codes and targets, `bandwidth` serving all where it stands
        alone. Without any, each is the median distance of the batch.
    normalized : bool
        Whether compression is the information divided by its largest value, as in the released run.
    cross, convention
        As in `measures.conditional_cs_divergence`.

    Raises
    ------
    ValueError
        If an option is out of range; in a step, if predictions and targets differ in shape, the
        batch has fewer than two points, or something is not finite.

    Notes
    -----
    O(n² d) a batch of n. The bandwidth of the inputs decides what is learned. Far below the distances
    of a batch (1 on twenty standardised inputs) their kernel matrix is the identity: prediction is
    then :math:`-2 \log \frac1n \sum_i e^{-(y_i - \hat y_i)^2 / 2 \sigma_y^2}`, a robust loss of each
    point alone, and compression is Rényi's entropy of the codes. As wide as the distances (their
    median) predictions may be exchanged among neighbours unpunished, and little is learned.
    **Where paper and code part.** The released script's kernel takes the vectors of targets and
    predictions for two points of n dimensions, so that what it minimises is squared error plus β
    times compression (in bits).

    References
    ----------
    Yu et al. (2024), Propositions 1 and 2.

    Examples
    --------
    >>> import torch
    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> t = x.clone().requires_grad_()
    >>> loss = CSInformationBottleneckLoss(beta=0.1)
    >>> loss(x, t, 0.5 * t[:, 0], x[:, 0]).backward()
    >>> terms = loss.terms(x, x, 0.5 * x[:, 0], x[:, 0])
    >>> {name: round(float(value), 3) for name, value in terms.items()}
    {'prediction': 0.018, 'compression': 1.0}
    """

    def __init__(
        self,
        beta: Weight = 1e-2,
        *,
        bandwidth: float | None = 1.0,
        bandwidth_t: float | None = None,
        bandwidth_y: float | None = None,
        normalized: bool = True,
        cross: str = "one_sided",
        convention: str = "paper",
    ) -> None:
        super().__init__(beta)
        self.bandwidth, self.bandwidth_t, self.bandwidth_y = bandwidth, bandwidth_t, bandwidth_y
        self.normalized = normalized
        self.cross = check_choice("cross", cross, ("one_sided", "symmetric"))
        self.convention = check_choice("convention", convention, ("paper", "released"))

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
            "prediction" in nats, and "compression", in nats or normalised.
        """
        check_same_shape(y_hat, y)
        name, width = "bandwidth", self.bandwidth
        if self.bandwidth_t is not None:
            name, width = "bandwidth_t", self.bandwidth_t
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PrecisionWarning)  # a narrow kernel is a choice here
            of_x = gram("x", x, "rbf", self.bandwidth)
            of_t = gram("t", t, "rbf", width, bandwidth_name=name, by_hand=of_x.blocked)
            same_length(("x", of_x), ("t", of_t))
            prediction, _ = divergence_given(
                of_x,
                y,
                y_hat,
                self.bandwidth,
                self.bandwidth_y,
                cross=self.cross,
                convention=self.convention,
            )
            sums = pair_sums(of_x, of_t, squares=self.normalized)
        compression = normalized_cs_of(sums) if self.normalized else cs_of(sums)
        return {"prediction": answer(prediction, x), "compression": answer(compression, x)}
