"""Losses that learn how two views depend, held to critics of bounded slope."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from infomax._arguments import check_choice
from infomax._arrays import RandomState, torch_generator
from infomax.measures import gradient_penalty
from infomax.measures.neural._gradient_penalty import slope_penalty, with_gradient
from infomax.representation._step_weight import StepWeight, Weight
from infomax.representation.losses._infonce import info_nce_loss


class _PenalisedLoss(nn.Module):
    """A contrast of the scores of a batch, and the penalty on the critic's slope."""

    contrast: Callable[[Tensor], Tensor]

    def __init__(
        self,
        critic: nn.Module,
        *,
        penalty: Weight = 10.0,
        at: str = "product",
        two_sided: bool = True,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        self.critic = critic
        self.penalty = StepWeight("penalty", penalty)
        self.at = check_choice("at", at, ("product", "joint", "interpolate"))
        self.two_sided = two_sided
        self._generator = torch_generator(random_state)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch of pairs.

        Parameters
        ----------
        x, y : tensor of shape (n, ...)
            Views; row i of one belongs to row i of the other.

        Returns
        -------
        0-d tensor
            The sum of `terms`. In training each call counts as a step of the weight's schedule.
        """
        total = sum(self.terms(x, y).values())
        self.penalty()  # this step is over
        return total  # type: ignore[return-value]  # at least one term

    def terms(self, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return the terms of the loss by name, weighted; they add up to it."""
        if len(x) != len(y) or len(x) < 2:
            raise ValueError(
                f"`x` and `y` must have equally many rows, at least 2, got {len(x)} and {len(y)}"
            )
        weight = self.penalty.now()
        if weight > 0:
            x, y = with_gradient(x), with_gradient(y)
        scores = self.critic(x, y)
        if scores.shape != (len(x), len(x)):
            raise ValueError(
                f"`critic` must return scores of shape ({len(x)}, {len(x)}), got "
                f"{tuple(scores.shape)}"
            )
        if not bool(scores.isfinite().all()):
            raise ValueError("the scores of `critic` must be finite, got NaN or infinity")
        found = {"contrast": self.contrast(scores)}
        if weight > 0:
            found["penalty"] = weight * self._slope(scores, x, y)
        return found

    def _slope(self, scores: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the penalty; of pairs that are scored already where it can."""
        if self.at == "interpolate":
            return gradient_penalty(
                self.critic,
                x,
                y,
                at=self.at,
                two_sided=self.two_sided,
                random_state=self._generator,
            )
        shift = int(self.at == "product")
        places = torch.arange(len(x), device=x.device)
        return slope_penalty(
            scores[places, places.roll(-shift)],
            x,
            y,
            target=1.0,
            two_sided=self.two_sided,
            shift=shift,
        )


def _difference_of_means(scores: Tensor) -> Tensor:
    """Return the mean score of pairs by chance less that of pairs seen."""
    n = len(scores)
    joint = scores.diagonal().sum()
    return (scores.sum() - joint) / (n * (n - 1)) - joint / n


class WassersteinPredictiveCodingLoss(_PenalisedLoss):
    r"""Contrastive loss with a critic held near slope one: Wasserstein predictive coding.

    :math:`-\frac1n \sum_i \log \frac{e^{f(x_i, y_i)}}{\sum_j e^{f(x_i, y_j)}} + \lambda\,
    \mathbb{E} (\lVert \nabla_{(x, y)} f \rVert_2 - 1)^2`. A contrastive loss is satisfied once the
    pairs of a batch are told apart, by whichever few factors do it first. With its slope bounded, f
    cannot rise fast in one factor: agreement in all of them is worth more than in some. For views
    that share more than log n nats; with less, `InfoNCELoss` is as good and three times as fast.

    Parameters
    ----------
    critic : Module
        ``critic(x, y)`` returns the scores of all pairs, (n, n): `measures.SeparableCritic`,
        `BilinearCritic`, `ConcatenatedCritic` or one's own. Without batch normalisation.
    penalty : float or callable
        λ, at least 0, or a schedule from the step, counted from 0. At 0 the loss is plain InfoNCE.
    at : {"product", "joint", "interpolate"}
        Where the slope is taken; see `measures.gradient_penalty`.
    two_sided : bool
        Whether slopes below 1 are penalised too.
    random_state : int, Generator or None
        For the points of "interpolate".

    Raises
    ------
    ValueError
        If λ is negative, x and y differ in length, the batch has one row, or the critic returns
        anything but scores of all pairs.

    Notes
    -----
    No code of the authors is known, and λ = 10 is the custom of the penalty's inventors, not the
    paper's: try 0.1, 1 and 10. The slope is that of the score with respect to both inputs, as the
    measure's definition wants it; a penalty on encodings would let an encoder hide the scale.

    References
    ----------
    Ozair et al. (2019), Wasserstein predictive coding. Gulrajani et al. (2017), Equation 3.

    Examples
    --------
    >>> import torch
    >>> from infomax.measures import SeparableCritic
    >>> x, y = torch.randn(2, 16, 3, generator=torch.Generator().manual_seed(0))
    >>> loss = WassersteinPredictiveCodingLoss(SeparableCritic(torch.nn.Linear(3, 2)))
    >>> sorted(loss.terms(x, y))
    ['contrast', 'penalty']
    """

    contrast = staticmethod(info_nce_loss)


class WassersteinDependencyLoss(_PenalisedLoss):
    r"""The Wasserstein dependency measure itself as an objective, negated.

    :math:`-(\mathbb{E}_{p(x,y)} f - \mathbb{E}_{p(x)p(y)} f) + \lambda\, \mathbb{E} (\lVert
    \nabla_{(x, y)} f \rVert_2 - 1)^2`. Its minimum over critics of slope one is minus the
    dependency in Euclidean distance of inputs. `WassersteinPredictiveCodingLoss`, which keeps the
    contrast of InfoNCE, learns better representations; this is its ablation, and the one whose
    value has a meaning.

    Parameters
    ----------
    critic, penalty, at, two_sided, random_state
        As for `WassersteinPredictiveCodingLoss`.

    Raises
    ------
    ValueError
        As for `WassersteinPredictiveCodingLoss`.

    References
    ----------
    Ozair et al. (2019), Wasserstein dependency measure.

    Examples
    --------
    >>> import torch
    >>> from infomax.measures import SeparableCritic
    >>> loss = WassersteinDependencyLoss(SeparableCritic(torch.nn.Identity()), penalty=0)
    >>> round(loss(torch.eye(4), torch.eye(4)).item(), 3)
    -1.0
    """

    contrast = staticmethod(_difference_of_means)
