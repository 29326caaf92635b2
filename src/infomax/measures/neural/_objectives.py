"""What a critic is trained for, and read by, under each bound: values of joint and apart scores."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from torch import Tensor

Value: TypeAlias = Callable[["Tensor", "Tensor"], "Tensor"]


@dataclass(frozen=True)
class Objective:
    """How a bound is trained and read.

    `train` is raised by the steps, `value` is the bound; both take the scores of n pairs, (n,), and
    scores of strangers: of any shape, or (n, n - 1), a row for each pair, if `by_row`.
    """

    train: Value
    value: Value
    by_row: bool = False
    is_lower_bound: bool = True
    has_running_mean: bool = False


def _log_mean_exp(scores: "Tensor") -> "Tensor":
    return scores.flatten().logsumexp(0) - math.log(scores.numel())


def _donsker_varadhan(joint: "Tensor", apart: "Tensor") -> "Tensor":
    return joint.mean() - _log_mean_exp(apart)


def _nwj(joint: "Tensor", apart: "Tensor") -> "Tensor":
    return joint.mean() - (apart - 1).exp().mean()


def _classifier(joint: "Tensor", apart: "Tensor") -> "Tensor":
    from torch.nn.functional import softplus

    return -softplus(-joint).mean() - softplus(apart).mean()


def _smile(joint: "Tensor", apart: "Tensor") -> "Tensor":
    return joint.mean() - _log_mean_exp(apart.clamp(-5, 5))


def _infonce(joint: "Tensor", apart: "Tensor") -> "Tensor":
    all_scores = apart.logsumexp(1).logaddexp(joint)
    return (joint - all_scores).mean() + math.log(len(joint))


def _club(joint: "Tensor", apart: "Tensor") -> "Tensor":
    n = len(joint)
    return (joint.mean() - apart.mean()) * (n - 1) / n


OBJECTIVES = {
    "mine": Objective(_donsker_varadhan, _donsker_varadhan, has_running_mean=True),
    "donsker_varadhan": Objective(_donsker_varadhan, _donsker_varadhan),
    "infonce": Objective(_infonce, _infonce, by_row=True),
    "nwj": Objective(_nwj, _nwj),
    "jensen_shannon": Objective(_classifier, lambda joint, apart: _nwj(joint + 1, apart + 1)),
    "smile": Objective(_classifier, _smile, is_lower_bound=False),
    "club": Objective(lambda joint, _: joint.mean(), _club, by_row=True, is_lower_bound=False),
}


class Training:
    """Losses of the batches of one training; keeps the running mean of "mine"."""

    def __init__(self, critic: Any, objective: Objective, size: int) -> None:
        self.critic, self.objective, self.size = critic, objective, size
        self.running: Any = None

    def loss(self, first: Any, second: Any, generator: Any) -> Any:
        """Return the loss of one batch, drawn with replacement."""
        import torch

        batch = torch.randint(len(first), (self.size,), generator=generator)
        joint = self.critic(first[batch], second[batch])
        if joint.ndim == 2:
            joint, apart = split(joint)
        elif self.objective.by_row:
            raise ValueError(
                "`critic` must return scores of all pairs, (n, n), for this bound, "
                f"got {tuple(joint.shape)}"
            )
        else:
            strangers = torch.randint(len(first), (self.size,), generator=generator)
            apart = self.critic(first[batch], second[strangers])
        if not self.objective.has_running_mean:
            return -self.objective.train(joint, apart)
        log_mean = _log_mean_exp(apart)
        now = log_mean.detach()
        self.running = (
            now
            if self.running is None
            else torch.logaddexp(self.running + math.log(0.99), now + math.log(0.01))
        )
        return torch.exp(log_mean - self.running) - joint.mean()


def split(scores: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return the diagonal of all scores, (n,), and the rest by row, (n, n - 1)."""
    n = len(scores)
    rest = scores.flatten()[1:].view(n - 1, n + 1)[:, :-1].reshape(n, n - 1)
    return scores.diagonal(), rest
