"""Mutual information by training a critic to tell pairs from strangers."""

import copy
import math
import warnings
from itertools import pairwise
from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import (
    check_at_least,
    check_base,
    check_between,
    check_choice,
    check_count,
)
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points
from infomax.measures.discrete._labels import codes
from infomax.measures.neural._objectives import OBJECTIVES, Training, Value, split

_ROWS_READ = 1000  # at a time, about
_READINGS = 20  # of the held-out pairs during training
_PAIRWISE = ("mine", "donsker_varadhan")  # whose own critic scores pairs in a row


class MutualInformationEstimator:
    r"""Mutual information of two variables by a trained bound.

    A critic f is trained to tell pairs from strangers; the bound that it reaches on pairs it has
    not seen is the estimate. Use it for vectors of which nothing is known: it needs thousands of
    pairs and seconds, not milliseconds. For a few dimensions `ksg_mutual_information` is quicker
    and nearer; for labels and clouds while a network trains see
    `diffusion_spectral_mutual_information`.

    "infonce" has the least variance and can tell no more than log n; "donsker_varadhan", "mine" and
    "nwj" can tell more, at a variance that grows like the exponential of the information;
    "jensen_shannon" trains the steadiest critic and reads it by the bound of `nwj`; "smile" reads
    the same critic with clipped scores, no longer a bound; "club" is an *upper* bound, as far as a
    normal density with a mean and a deviation from a network fits y given x.

    Parameters
    ----------
    bound : {"mine", "donsker_varadhan", "infonce", "nwj", "jensen_shannon", "smile", "club"}
        What is trained and read. "mine" is "donsker_varadhan" trained with the gradient corrected
        by a running mean, so that small batches bias it less.
    critic : torch.nn.Module, optional
        Called as ``critic(x, y)``; returns scores of all pairs, (n, n), as `SeparableCritic`,
        `BilinearCritic` and `ConcatenatedCritic` do, or one score a pair, (n,), which "infonce" and
        "club" cannot use. For "club" it returns log densities of y given x. When left out: two
        hidden layers on x and y side by side for "mine" and "donsker_varadhan", a normal density
        for "club", else a `SeparableCritic` with 32 dimensions.
    n_hidden : int
        Width of the two hidden layers of that critic.
    n_steps : int
        Steps of Adam.
    batch_size : int
        Pairs a step.
    learning_rate : float
        Of Adam.
    validation_fraction : float
        Share of the pairs that `fit` sets aside, in [0, 0.9]. On one half of them the bound is read
        twenty times during training, and the weights that did best are kept; the other half is
        what `estimate` reads when called without pairs. With 0 all steps count.
    random_state : int, numpy.random.Generator or None
        For initial weights, batches and strangers.

    Notes
    -----
    Inputs are scaled to mean 0 and deviation 1 by the pairs fitted; labels (one column of whole
    numbers or words) become one-hot vectors. A critic that scores pairs in a row costs
    O(n_steps · batch_size · n_hidden²); a separable one in addition n_steps · batch_size² · 32.
    On pairs that the critic was trained on every bound is too high: read it on others.

    References
    ----------
    Belghazi et al. (2018), Algorithm 1 and Equation 12. Poole et al. (2019). Song and Ermon (2020).
    Cheng et al. (2020).

    Examples
    --------
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 2000))
    >>> y = x + noise
    >>> estimator = MutualInformationEstimator(n_steps=200, random_state=0)
    >>> told = estimator.fit(x[:1000], y[:1000]).estimate(x[1000:], y[1000:])
    >>> abs(told - 0.347) < 0.1
    True
    >>> held_out = {"bound": "infonce", "validation_fraction": 0.3}
    >>> estimator = MutualInformationEstimator(**held_out, n_steps=200, random_state=0)
    >>> abs(estimator.fit(x, y).estimate() - 0.347) < 0.1
    True
    """

    def __init__(
        self,
        *,
        bound: str = "mine",
        critic: Any = None,
        n_hidden: int = 64,
        n_steps: int = 1000,
        batch_size: int = 256,
        learning_rate: float = 1e-3,
        validation_fraction: float = 0.0,
        random_state: RandomState = None,
    ) -> None:
        self.bound = check_choice("bound", bound, tuple(OBJECTIVES))
        self.critic = critic
        self.n_hidden = check_count("n_hidden", n_hidden)
        self.n_steps = check_count("n_steps", n_steps)
        self.batch_size = check_count("batch_size", batch_size, minimum=2)
        self.learning_rate = check_at_least("learning_rate", learning_rate, 0, strict=True)
        self.validation_fraction = check_between("validation_fraction", validation_fraction, 0, 0.9)
        self.random_state = random_state

    def fit(self, x: Any, y: Any) -> "MutualInformationEstimator":
        """Train the critic on pairs, each argument of shape (n,) or (n, d)."""
        import torch

        self._classes: dict[str, Any] = {}
        first, second = self._pairs(x, y)
        generator = random_generator(self.random_state)
        first, second = self._set_aside(first, second, generator)
        self._scales = [(part.mean(0), part.std(0) + 1e-6) for part in (first, second)]
        first, second = self._scaled(first, second)
        seeded = torch.Generator().manual_seed(int(generator.integers(2**32)))
        self._generator = generator
        self._critic = self.critic or self._own_critic(first.shape[1], second.shape[1], seeded)
        optimizer = torch.optim.Adam(self._critic.parameters(), lr=self.learning_rate)
        objective = OBJECTIVES[self.bound]
        training = Training(self._critic, objective, min(self.batch_size, len(first)))
        best, kept = -math.inf, None
        for step in range(self.n_steps):
            loss = training.loss(first, second, seeded)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if self._held_out and (step + 1) % max(1, self.n_steps // _READINGS) == 0:
                now = self._value(*self._held_out[0], objective.train)
                if now > best:
                    best, kept = now, copy.deepcopy(self._critic.state_dict())
        if kept is not None:
            self._critic.load_state_dict(kept)
        return self

    def estimate(self, x: Any = None, y: Any = None, *, base: float | None = None) -> float:
        """Return the bound on pairs, in nats; on those that `fit` set aside when left out.

        A critic of all pairs reads them in blocks of about 1,000, which are averaged; a critic of
        pairs in a row gets each y beside ten other x.
        """
        if not hasattr(self, "_critic"):
            raise ValueError("`fit` must be called before `estimate`")
        if (x is None) != (y is None):
            raise ValueError("`x` and `y` must both be given or both be left out, got one of them")
        if x is None and not self._held_out:
            raise ValueError("`x` must be given where `validation_fraction` is 0, got None")
        per_nat = 1 / check_base(base)
        first, second = self._held_out[1] if x is None else self._pairs(x, y)
        objective = OBJECTIVES[self.bound]
        value = self._value(first, second, objective.value)
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the bound became {value}: lower `learning_rate`, or take 'smile' or 'infonce'"
            )
        ceiling = math.log(len(first) / (_n_blocks(len(first)) if objective.by_row else 1))
        if objective.is_lower_bound and ceiling - value < max(0.1, 0.05 * ceiling):
            warnings.warn(
                f"the estimate ({value:.2f} nats) is near log n ({ceiling:.2f}), above which "
                "no estimate from n pairs can be trusted: pass more pairs",
                EstimatorCeilingWarning,
                stacklevel=2,
            )
        return value * per_nat

    def _value(self, first: Any, second: Any, read: Value) -> float:
        """Return what `read` says of pairs that are not scaled yet."""
        import torch

        first, second = self._scaled(first, second)
        n = len(first)
        with torch.no_grad():
            if self._critic(first[:2], second[:2]).ndim == 2:
                cuts = np.linspace(0, n, _n_blocks(n) + 1).astype(int)
                blocks = [slice(*ends) for ends in pairwise(cuts)]
                scores = (self._critic(first[block], second[block]) for block in blocks)
                return float(torch.stack([read(*split(matrix)) for matrix in scores]).mean())
            joint = self._critic(first, second)
            apart = [
                self._critic(first, second[torch.from_numpy(self._shifted(n))]) for _ in range(10)
            ]
            return float(read(joint, torch.cat(apart)))

    def _set_aside(self, first: Any, second: Any, generator: np.random.Generator) -> list[Any]:
        """Keep two sets of pairs for reading, and return those that are trained on."""
        self._held_out: list[tuple[Any, Any]] = []
        if self.validation_fraction == 0:
            return [first, second]
        half = round(len(first) * self.validation_fraction / 2)
        if half < 2 or len(first) - 2 * half < 2:
            raise ValueError(
                "`validation_fraction` must leave two pairs or more to each part, got "
                f"{self.validation_fraction} of {len(first)} pairs"
            )
        order = generator.permutation(len(first))
        for rows in (order[:half], order[half : 2 * half]):
            self._held_out.append((first[rows], second[rows]))
        return [first[order[2 * half :]], second[order[2 * half :]]]

    def _own_critic(self, n_x: int, n_y: int, generator: Any) -> Any:
        from infomax.measures.neural import _default_critics as own

        if self.bound in _PAIRWISE:
            return own.SideBySide(n_x, n_y, self.n_hidden, generator)
        kind = own.NormalConditional if self.bound == "club" else own.separable
        return kind(n_x, n_y, self.n_hidden, generator)

    def _shifted(self, n: int) -> Any:
        """Return a permutation that leaves no pair together."""
        order = self._generator.permutation(n)
        shifted = np.empty(n, dtype=np.int64)
        shifted[order] = np.roll(order, 1)
        return shifted

    def _pairs(self, x: Any, y: Any) -> tuple[Any, Any]:
        import torch

        first, second = self._vectors("x", x), self._vectors("y", y)
        if len(first) != len(second):
            raise ValueError(f"`y` must have as many rows as `x` ({len(first)}), got {len(second)}")
        return torch.from_numpy(first), torch.from_numpy(second)

    def _vectors(self, name: str, values: Any) -> Any:
        """Return numbers as float32 vectors, labels as one-hot vectors of the classes fitted."""
        if array_api_compat.is_torch_array(values):
            values = values.detach().cpu().numpy()
        array = np.asarray(values)
        if array.ndim != 1 or array.dtype.kind == "f":
            return to_numpy(checked_points(name, array)[1]).astype(np.float32)
        codes(name, array)  # refuses what is no label
        classes = self._classes.setdefault(name, np.unique(array))
        seen = array[:, None] == classes
        if not seen.any(axis=1).all():
            new = array[~seen.any(axis=1)][0]
            raise ValueError(f"`{name}` must hold labels that were fitted, got {new!r}")
        return seen.astype(np.float32)

    def _scaled(self, *parts: Any) -> list[Any]:
        return [
            (part - mean) / deviation
            for part, (mean, deviation) in zip(parts, self._scales, strict=True)
        ]


def _n_blocks(n: int) -> int:
    return max(1, round(n / _ROWS_READ))
