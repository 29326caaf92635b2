"""A regressor with a Cauchy-Schwarz bottleneck."""

import math
import warnings
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import Tensor

from infomax._arguments import check_at_least, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import PrecisionWarning
from infomax.measures import cs_mutual_information
from infomax.networks import Batches, EpochEnd, train
from infomax.representation.bottlenecks._bottleneck_network import BottleneckNetwork
from infomax.representation.bottlenecks._cs_bottleneck import CSInformationBottleneckLoss

_MEASURED = 1000  # points of an information plane


class CSInformationBottleneckRegressor(RegressorMixin, TransformerMixin, BaseEstimator):
    r"""Regression through a code that forgets what does not tell about the target.

    A small network from inputs to a code t to predictions, trained by
    `CSInformationBottleneckLoss`: :math:`D_{CS}(p(y|x); q(\hat y|x)) + \beta I_{CS}(x; t)`.
    Inputs and targets are standardised inside, and predictions scaled back.

    For tables of hundreds to some ten thousand rows where small changes of an input should not
    change the answer much; to train a network of one's own take the loss alone.

    Parameters
    ----------
    n_components : int
        Numbers in the code.
    n_hidden : int
        Width of the hidden layers: two before the code and one after it.
    beta : float
        β, at least 0; chosen on held-out data, from 1e-4 to 1 on a logarithmic grid.
    bandwidth, bandwidth_t, bandwidth_y : float, optional
        σ of the kernels of standardised inputs, of codes and of standardised targets, as in
        `CSInformationBottleneckLoss`; `bandwidth` serves all where it stands alone.
    stochastic : bool
        Whether noise of learned variance is added to the codes in training.
    n_epochs, batch_size : int
        Of training by Adam.
    learning_rate : float
        Of Adam.
    random_state : int, numpy.random.Generator or None
        First weights, batches and noise.

    Attributes
    ----------
    network_ : BottleneckNetwork
        The trained network, of standardised inputs and targets.
    information_plane_ : pandas.DataFrame
        One row an epoch: ``epoch``, ``i_xt`` (normalised Cauchy-Schwarz information between inputs
        and codes), ``i_ty`` (:math:`\tfrac12 \log \operatorname{Var} y / \mathrm{MSE}`, nats, that
        of a Gaussian with these errors), on at most 1,000 training points.
    loss_curve_ : list of float
        Mean loss of each epoch.
    n_features_in_ : int
        Columns seen in `fit`.

    Raises
    ------
    ValueError
        In `fit`, if an option is out of range or the data are not finite.

    Warns
    -----
    PrecisionWarning
        After `fit`, if the kernel of the codes is nearly 0 or 1 for all pairs, so that compression
        had little to act on: change `bandwidth_t`.

    Notes
    -----
    **Where paper and code part.** The released script trains at a tenth of the learning rate that
    its option says, and picks the epoch with the least error on the *test* set; here the last epoch
    counts.

    References
    ----------
    Yu et al. (2024).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 8))
    >>> y = 5 + X[:, 0] ** 2 + 0.1 * rng.normal(size=300)
    >>> model = CSInformationBottleneckRegressor(
    ...     n_components=8, n_hidden=32, n_epochs=40, learning_rate=3e-3, random_state=0
    ... ).fit(X[:200], y[:200])
    >>> model.score(X[200:], y[200:]) > 0.5
    True
    >>> model.transform(X).shape, len(model.information_plane_)
    ((300, 8), 40)
    """

    def __init__(
        self,
        *,
        n_components: int = 32,
        n_hidden: int = 128,
        beta: float = 1e-2,
        bandwidth: float | None = 1.0,
        bandwidth_t: float | None = None,
        bandwidth_y: float | None = None,
        stochastic: bool = False,
        n_epochs: int = 200,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        random_state: RandomState = None,
    ) -> None:
        self.n_components = n_components
        self.n_hidden = n_hidden
        self.beta = beta
        self.bandwidth = bandwidth
        self.bandwidth_t = bandwidth_t
        self.bandwidth_y = bandwidth_y
        self.stochastic = stochastic
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.
        y : array-like of shape (n,) or (n, m)
            Targets.

        Returns
        -------
        CSInformationBottleneckRegressor
            Itself.
        """
        check_count("batch_size", self.batch_size, minimum=2)
        check_at_least("learning_rate", self.learning_rate, 0, strict=True)
        inputs, targets = validate_data(
            self, X, y, multi_output=True, y_numeric=True, ensure_min_samples=2, dtype=np.float64
        )
        generator = random_generator(self.random_state)
        self._x_scale, self._y_scale = _moments(inputs), _moments(targets.astype(np.float64))
        a, b = _scaled(inputs, self._x_scale).float(), _scaled(targets, self._y_scale).float()
        self.network_ = BottleneckNetwork(
            a.shape[1],
            self.n_components,
            n_outputs=0 if b.ndim == 1 else b.shape[1],
            n_hidden=(self.n_hidden, self.n_hidden),
            n_decoder=(self.n_hidden,),
            random_state=generator,
        )
        self._train(a, b, generator)
        self.network_.double().eval()
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return predictions.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.

        Returns
        -------
        array of shape (n,) or (n, m)
            In the units of the targets.
        """
        check_is_fitted(self)
        mean, std = self._y_scale
        predictions: NDArray[np.float64] = self._outputs(X)[1].numpy() * std + mean
        return predictions

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return codes, without noise.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.

        Returns
        -------
        array of shape (n, n_components)
            Codes.
        """
        check_is_fitted(self)
        codes: NDArray[np.float64] = self._outputs(X)[0].numpy()
        return codes

    def __sklearn_tags__(self) -> Any:
        tags: Any = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @torch.no_grad()
    def _outputs(self, X: ArrayLike) -> tuple[Tensor, Tensor]:
        inputs = validate_data(self, X, reset=False, dtype=np.float64)
        found: tuple[Tensor, Tensor] = self.network_(_scaled(inputs, self._x_scale))
        return found

    def _train(self, x: Tensor, y: Tensor, generator: np.random.Generator) -> None:
        loss = CSInformationBottleneckLoss(
            self.beta,
            bandwidth=self.bandwidth,
            bandwidth_t=self.bandwidth_t,
            bandwidth_y=self.bandwidth_y,
        )

        def of_batch(model: Any, batch: tuple[Tensor, ...]) -> Tensor:
            inputs, targets, *noise = batch
            t, y_hat = model(inputs, *noise)
            value: Tensor = loss(inputs, t, y_hat, targets)
            return value

        plane = _Plane(x[:_MEASURED], y[:_MEASURED], self.bandwidth, self.bandwidth_t)
        batches = _NoSingles(
            x,
            y,
            batch_size=min(self.batch_size, len(x)),
            n_noise=self.n_components if self.stochastic else 0,
            random_state=generator,
        )
        optimizer = torch.optim.Adam(self.network_.parameters(), lr=self.learning_rate)
        state = train(
            self.network_,
            batches,
            loss=of_batch,
            n_epochs=self.n_epochs,
            optimizer=optimizer,
            callback=plane,
        )
        self.loss_curve_ = list(state.losses)
        columns = ["epoch", "i_xt", "i_ty"]
        self.information_plane_ = pd.DataFrame(plane.rows, columns=columns)
        plane.warn_if_flat(self.network_)


class _Plane:
    """Records information after each epoch."""

    def __init__(
        self, x: Tensor, y: Tensor, bandwidth: float | None, bandwidth_t: float | None
    ) -> None:
        self.x, self.y = x, y
        self.bandwidth, self.bandwidth_t = bandwidth, bandwidth_t
        self.rows: list[tuple[int, float, float]] = []

    @torch.no_grad()
    def __call__(self, end: EpochEnd) -> None:
        if end.epoch == 0:
            return
        t, y_hat = end.model(self.x)
        widths = {"bandwidth": self.bandwidth, "bandwidth_y": self.bandwidth_t}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PrecisionWarning)
            i_xt = float(cs_mutual_information(self.x, t, **widths, normalized=True))
        error = float((self.y - y_hat).square().mean())
        variance = float(self.y.var(0, correction=0).mean())
        self.rows.append(
            (end.epoch, i_xt, 0.5 * math.log(max(variance, 1e-30) / max(error, 1e-30)))
        )

    @torch.no_grad()
    def warn_if_flat(self, model: BottleneckNetwork) -> None:
        """Warn where the kernel of the codes tells nothing, so that compression had no gradient."""
        width = self.bandwidth if self.bandwidth_t is None else self.bandwidth_t
        t = model(self.x)[0]
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", PrecisionWarning)
            cs_mutual_information(t, t, bandwidth=width)
        if heard:
            warnings.warn(
                f"compression had little to act on, for the codes' kernel is flat; change "
                f"`bandwidth_t`, which is {width}",
                PrecisionWarning,
                stacklevel=4,
            )


class _NoSingles(Batches):
    """Batches without a last one of a single row, which has no pairs."""

    def __call__(self, epoch: int) -> Any:
        return (batch for batch in super().__call__(epoch) if len(batch[0]) > 1)


def _moments(values: NDArray[np.float64]) -> tuple[Any, Any]:
    """Return mean and deviation of each column; 1 in place of a deviation of 0."""
    std = np.std(values, axis=0)
    return values.mean(axis=0), np.where(std > 1e-12 * np.abs(values).max(axis=0), std, 1.0)


def _scaled(values: NDArray[np.float64], moments: tuple[Any, Any]) -> Tensor:
    return torch.from_numpy((values - moments[0]) / moments[1])
