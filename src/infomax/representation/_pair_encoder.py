"""An encoder of paired views as an estimator."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from torch import Tensor, nn

from infomax._arguments import check_array, check_at_least, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    BilinearCritic,
    SeparableCritic,
    donsker_varadhan,
    infonce,
    jensen_shannon_objective,
    nwj,
)
from infomax.measures._trust import near_ceiling, warn
from infomax.networks import Batches, train
from infomax.representation.losses._wasserstein_coding import (
    WassersteinDependencyLoss,
    WassersteinPredictiveCodingLoss,
)

_BOUNDS = {"cpc": infonce, "dv": donsker_varadhan, "nwj": nwj, "jsd": jensen_shannon_objective}
_PENALISED = {"wpc": WassersteinPredictiveCodingLoss, "wdm": WassersteinDependencyLoss}
OBJECTIVES = (*_PENALISED, *_BOUNDS)
_ADVICE = "take larger batches, or train with objective 'wpc'"


class PairEncoder(TransformerMixin, BaseEstimator):
    """Learn encodings from pairs of views, without labels.

    A critic of two encoders is trained to tell which views belong together; `transform` gives the
    encoding of the first view. "wpc" (Wasserstein predictive coding) for views that share much, at
    three times the cost; "cpc" (InfoNCE) for views that share less than the logarithm of the
    batch; the others for comparison.

    Parameters
    ----------
    make_encoder : callable
        ``make_encoder(n_dims, seed)`` returns a module from views to (n, n_dims), its first weights
        drawn from the seed. Without batch normalisation for "wpc" and "wdm".
    make_encoder_y : callable, optional
        The same for the second view; `make_encoder` with another seed when left out.
    head : {"bilinear", "separable"}
        Whether a learnt form stands between the encodings.
    objective : {"wpc", "cpc", "wdm", "dv", "nwj", "jsd"}
        Wasserstein predictive coding, InfoNCE, the bare Wasserstein dependency, or the bounds
        `donsker_varadhan`, `nwj` and `jensen_shannon_objective`.
    n_dims : int
        Width of the encodings.
    penalty : float
        Weight of the slope's penalty in "wpc" and "wdm".
    n_epochs : int
        Passes through the pairs.
    batch_size : int
        Pairs a step; also the number of candidates.
    learning_rate : float
        Of Adam.
    random_state : int, Generator or None
        For first weights and the order of batches.

    Attributes
    ----------
    critic_ : Module
        Fitted critic, with `encoder_x` and `encoder_y`.
    losses_ : tuple of float
        Mean loss of each epoch.

    Raises
    ------
    ValueError
        By `fit`, if an option is unknown or out of range or the views do not fit together.

    References
    ----------
    Ozair et al. (2019). van den Oord, Li and Vinyals (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.networks import MLP
    >>> z = np.random.default_rng(0).normal(size=(200, 2))
    >>> def make(n_dims, seed):
    ...     return MLP(2, (16,), n_dims, random_state=seed)
    >>> encoder = PairEncoder(make, objective="cpc", n_dims=4, n_epochs=2, random_state=0)
    >>> encoder.fit(z, z + 0.1).transform(z).shape
    (200, 4)
    """

    def __init__(
        self,
        make_encoder: Callable[[int, int], nn.Module],
        *,
        make_encoder_y: Callable[[int, int], nn.Module] | None = None,
        head: str = "bilinear",
        objective: str = "wpc",
        n_dims: int = 64,
        penalty: float = 10.0,
        n_epochs: int = 10,
        batch_size: int = 64,
        learning_rate: float = 1e-3,
        random_state: RandomState = None,
    ) -> None:
        self.make_encoder = make_encoder
        self.make_encoder_y = make_encoder_y
        self.head = head
        self.objective = objective
        self.n_dims = n_dims
        self.penalty = penalty
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, X: ArrayLike, Y: ArrayLike) -> "PairEncoder":
        """Train on pairs: X and Y of shape (n, ...), row i of one belonging to row i of the other.

        A last batch of a single pair is left out.
        """
        self._check_options()
        first, second = _views("X", X), _views("Y", Y)
        if len(first) != len(second) or len(first) < 2:
            raise ValueError(
                "`X` and `Y` must have equally many rows, at least 2, got "
                f"{len(first)} and {len(second)}"
            )
        generator = random_generator(self.random_state)
        self.critic_ = self._critic(generator)
        loss = self._loss(self.critic_)
        batches = Batches(first, second, batch_size=self.batch_size, random_state=generator)
        state = train(
            loss,
            lambda epoch: (batch for batch in batches(epoch) if len(batch[0]) > 1),
            loss=lambda module, batch: module(*batch),
            n_epochs=self.n_epochs,
            optimizer=torch.optim.Adam(loss.parameters(), lr=self.learning_rate),
        )
        self.losses_ = state.losses
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the encodings of first views, (n, n_dims)."""
        return self._encoded("X", X, self._fitted().encoder_x)

    def transform_y(self, Y: ArrayLike) -> NDArray[np.float32]:
        """Return the encodings of second views, (n, n_dims)."""
        return self._encoded("Y", Y, self._fitted().encoder_y)

    def score(self, X: ArrayLike, Y: ArrayLike) -> float:
        """Return InfoNCE of the critic on pairs, in nats, averaged over batches of `batch_size`.

        Near the logarithm of the batch `EstimatorCeilingWarning` says that the critic tells the
        pairs of a batch apart and that an objective without that ceiling could learn more.
        """
        critic, first, second = self._fitted(), _views("X", X), _views("Y", Y)
        size = min(self.batch_size, len(first))
        starts = range(0, len(first) - size + 1, size)
        with torch.no_grad():
            scores = [critic(first[a : a + size], second[a : a + size]) for a in starts]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimatorCeilingWarning)
            value = float(np.mean([infonce(matrix.double().numpy()) for matrix in scores]))
        warn(near_ceiling("the score", value, math.log(size), _ADVICE))
        return value

    def _check_options(self) -> None:
        check_choice("head", self.head, ("bilinear", "separable"))
        check_choice("objective", self.objective, OBJECTIVES)
        for name in ("n_dims", "n_epochs"):
            check_count(name, getattr(self, name))
        check_count("batch_size", self.batch_size, minimum=2)
        check_at_least("penalty", self.penalty, 0)
        check_at_least("learning_rate", self.learning_rate, 0, strict=True)

    def _critic(self, generator: np.random.Generator) -> BilinearCritic | SeparableCritic:
        makers = (self.make_encoder, self.make_encoder_y or self.make_encoder)
        encoders = [make(self.n_dims, int(generator.integers(2**31))) for make in makers]
        if self.head == "separable":
            return SeparableCritic(*encoders)
        return BilinearCritic(*encoders, n_dims_x=self.n_dims, random_state=generator)

    def _loss(self, critic: nn.Module) -> nn.Module:
        if self.objective in _PENALISED:
            return _PENALISED[self.objective](critic, penalty=self.penalty)
        return _BoundLoss(critic, _BOUNDS[self.objective])

    def _fitted(self) -> Any:
        if not hasattr(self, "critic_"):
            raise ValueError("`fit` must be called first")
        return self.critic_

    def _encoded(self, name: str, views: ArrayLike, encoder: nn.Module) -> NDArray[np.float32]:
        with torch.no_grad():
            parts = [encoder(some) for some in torch.split(_views(name, views), 1000)]
        return torch.cat(parts).numpy()


class _BoundLoss(nn.Module):
    """A bound of a critic's scores, to be minimised with the opposite sign."""

    def __init__(self, critic: nn.Module, bound: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.critic, self.bound = critic, bound

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return -self.bound(self.critic(x, y))


def _views(name: str, values: ArrayLike) -> Tensor:
    array = check_array(name, values)
    if array.ndim < 2:
        raise ValueError(f"`{name}` must have shape (n, ...), got {array.shape}")
    return torch.from_numpy(array.astype(np.float32))
