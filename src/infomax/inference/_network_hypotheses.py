"""Networks trained from random starts, and their errors elsewhere."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from infomax._arguments import check_array, check_at_least, check_choice, check_count
from infomax._arrays import RandomState
from infomax.exceptions import SmallSampleWarning
from infomax.networks import TrainedModels, train_many

Floats = NDArray[np.float64]
_FEW = 10


class NetworkHypotheses(BaseEstimator):
    r"""Networks of one architecture, each trained from its own start in its own order.

    The base space of `inductive_bias` that training itself samples: a hypothesis is what Adam makes
    of a random start under the squared error. All networks of a shape are trained in one pass. For a
    space whose law of errors is known see `GaussianProcessHypotheses`.

    Parameters
    ----------
    make_model : callable
        ``make_model(seed)`` returns an untrained module whose first weights come from the seed. Its
        answers have one number a column of the targets.
    n_models : int
        Hypotheses.
    n_epochs : int
        Passes through the training set.
    batch_size : int
        Rows a step.
    learning_rate : float
        Of Adam.
    tolerance : float, optional
        Networks whose mean squared error on the training set is above it do not fit and are left
        out of `errors_on`; all are kept when left out.
    random_state : int, Generator or None
        Where starts and orders come from.

    Attributes
    ----------
    training_errors_ : array of shape (n_models,)
        Mean squared errors on the training set, also of those left out.
    fits_ : array of shape (n_models,)
        Which networks are kept.

    Raises
    ------
    ValueError
        If a setting is out of range, or answers and targets differ in shape.

    Warns
    -----
    SmallSampleWarning
        If fewer than ten networks fit.

    Notes
    -----
    **Where paper and code part.** The released code adds the mean losses of the test batches and
    divides by the number of examples, which makes errors smaller by the size of a batch;
    ``errors_on(..., convention="released")`` does that.

    References
    ----------
    Boopathy et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> from infomax.networks import MLP
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> y = (x[:, 0] > 0).astype(int)
    >>> space = NetworkHypotheses(
    ...     lambda seed: MLP(2, (16,), 2, random_state=seed),
    ...     n_models=20,
    ...     n_epochs=30,
    ...     learning_rate=0.03,
    ...     random_state=0,
    ... )
    >>> errors = space.fit(x[:30], y[:30]).errors_on(x[30:], y[30:])
    >>> errors.shape, bool(errors.max() < 0.25)  # 0.25 is what indifference gives
    ((20,), True)
    """

    def __init__(
        self,
        make_model: Callable[[int], nn.Module],
        *,
        n_models: int = 100,
        n_epochs: int = 50,
        batch_size: int = 32,
        learning_rate: float = 1e-3,
        tolerance: float | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.make_model = make_model
        self.n_models = n_models
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.tolerance = tolerance
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "NetworkHypotheses":
        """Train all networks.

        Parameters
        ----------
        X : array-like of shape (n, ...)
            Points, as the networks take them.
        y : array-like of shape (n,) or (n, n_outputs)
            Whole numbers are classes and become one-hot rows; real numbers are taken as they are.

        Returns
        -------
        NetworkHypotheses
            Itself.
        """
        check_count("n_models", self.n_models)
        check_at_least("learning_rate", self.learning_rate, 0, strict=True)
        labels = np.asarray(y)
        whole = labels.ndim == 1 and labels.dtype.kind in "iub"
        self.n_classes_ = int(labels.max()) + 1 if whole and labels.size else 0
        points, targets = self._tensors(X, y)
        self.models_: TrainedModels = train_many(
            lambda _, seed: self.make_model(seed),
            range(self.n_models),
            (points, targets),
            loss=_squared_error,
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            make_optimizer=lambda weights: torch.optim.Adam(weights, lr=self.learning_rate),
            random_state=self.random_state,
        )
        self.training_errors_ = self._squared(points, targets).mean(axis=1)
        limit = np.inf if self.tolerance is None else self.tolerance
        self.fits_: NDArray[np.bool_] = self.training_errors_ <= limit
        if self.fits_.sum() < min(_FEW, self.n_models):
            warnings.warn(
                f"only {int(self.fits_.sum())} of {self.n_models} networks fit the training set: "
                "train for more epochs, or raise `tolerance`",
                SmallSampleWarning,
                stacklevel=2,
            )
        return self

    def errors_on(
        self,
        X: Any,
        y: Any,
        *,
        loss: str = "mse",
        per_point: bool = False,
        convention: str = "paper",
    ) -> Floats:
        """Return the test error of every network that fits.

        Parameters
        ----------
        X : array-like of shape (m, ...)
            Test points.
        y : array-like of shape (m,) or (m, n_outputs)
            Their classes or targets, as for `fit`.
        loss : {"mse", "zero_one"}
            Mean squared error of the answers, or the share of classes missed.
        per_point : bool
            Keep the error at each point, from which `inductive_bias_result` takes the interval
            over test points, in place of its mean.
        convention : {"paper", "released"}
            "released" divides a sum of batch means by the number of points ("mse" alone).

        Returns
        -------
        array of shape (n_fitting,), or (n_fitting, m)
            One error a network, or one a network and point.
        """
        check_is_fitted(self)
        check_choice("loss", loss, ("mse", "zero_one"))
        check_choice("convention", convention, ("paper", "released"))
        if loss == "zero_one" and not self.n_classes_:
            raise ValueError("`loss` must be 'mse' where the targets are real, got 'zero_one'")
        points, targets = self._tensors(X, y)
        if loss == "zero_one":
            chosen = self._answers(points).argmax(dim=-1)
            found: Floats = (chosen != targets.argmax(dim=-1)).double().numpy()[self.fits_]
        else:
            found = self._squared(points, targets)[self.fits_]
        if convention == "released" and loss == "mse":
            place = np.arange(found.shape[1])
            sizes = np.minimum(
                found.shape[1] - place // self.batch_size * self.batch_size, self.batch_size
            )
            found = found / sizes  # each batch counts as one
        return found if per_point else found.mean(axis=1)

    def _answers(self, points: Tensor) -> Tensor:
        return torch.stack(self.models_.outputs(points))

    def _squared(self, points: Tensor, targets: Tensor) -> Floats:
        """Return the squared error of each network at each point."""
        difference = self._answers(points).double() - targets.double()
        squared: Floats = difference.square().mean(dim=2).numpy()
        return squared

    def _tensors(self, X: Any, y: Any) -> tuple[Tensor, Tensor]:
        points = torch.from_numpy(check_array("X", X).astype(np.float32))
        targets = check_array("y", y)
        if len(points) != len(targets):
            raise ValueError(f"`y` must have {len(points)} rows as `X` has, got {len(targets)}")
        if not self.n_classes_:
            return points, torch.from_numpy(targets.reshape(len(targets), -1).astype(np.float32))
        labels = targets.astype(np.int64)
        if targets.ndim != 1 or (labels != targets).any() or labels.min() < 0:
            raise ValueError("`y` must hold one class from 0 a point, as the training set did")
        if labels.max() >= self.n_classes_:
            raise ValueError(
                f"`y` must hold the {self.n_classes_} classes of the training set, "
                f"got class {labels.max()}"
            )
        return points, torch.from_numpy(np.eye(self.n_classes_, dtype=np.float32)[labels])


def _squared_error(model: Any, batch: tuple[Tensor, Tensor]) -> Tensor:
    answers: Tensor = model(batch[0])
    if answers.shape != batch[1].shape:  # broadcasting would compare every answer with every target
        raise ValueError(
            f"`make_model` must make networks with answers of shape {tuple(batch[1].shape)}, "
            f"got {tuple(answers.shape)}"
        )
    return (answers - batch[1]).square().mean()
