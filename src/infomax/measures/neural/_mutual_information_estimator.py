"""Mutual information by training a critic to tell pairs from strangers."""

from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_at_least, check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points
from infomax.measures.discrete._labels import codes

_BOUNDS = ("mine", "donsker_varadhan")


class MutualInformationEstimator:
    r"""Mutual information of two variables by a neural lower bound.

    A critic f is trained to raise :math:`E_{p(x,y)} f - \log E_{p(x)p(y)} e^f`, which no f lifts
    above I(X;Y); `estimate` gives its value on other pairs.

    Use it for vectors of which nothing is known. It needs thousands of pairs and seconds, not
    milliseconds, and beyond some five nats its variance is large; for labels and clouds while a
    network trains see `diffusion_spectral_mutual_information`.

    Parameters
    ----------
    bound : {"mine", "donsker_varadhan"}
        The same value; "mine" trains with the gradient corrected by a running mean, so that
        small batches bias it less.
    critic : torch.nn.Module, optional
        Called as ``critic(x, y)``, returns one score a pair, shape (n,). When left out, two
        hidden layers on x and y side by side.
    n_hidden : int
        Width of that critic.
    n_steps : int
        Steps of Adam.
    batch_size : int
        Pairs a step.
    learning_rate : float
        Of Adam.
    random_state : int, numpy.random.Generator or None
        For initial weights, batches and strangers.

    Notes
    -----
    Inputs are scaled to mean 0 and deviation 1 by the pairs fitted; labels (one column of whole
    numbers or words) become one-hot vectors. O(n_steps · batch_size · n_hidden²).

    References
    ----------
    Belghazi et al. (2018), Algorithm 1 and Equation 12.

    Examples
    --------
    >>> import numpy as np
    >>> x, noise = np.random.default_rng(0).normal(size=(2, 2000))
    >>> y = x + noise
    >>> estimator = MutualInformationEstimator(n_steps=200, random_state=0)
    >>> told = estimator.fit(x[:1000], y[:1000]).estimate(x[1000:], y[1000:])
    >>> abs(told - 0.347) < 0.1
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
        random_state: RandomState = None,
    ) -> None:
        self.bound = check_choice("bound", bound, _BOUNDS)
        self.critic = critic
        self.n_hidden = check_count("n_hidden", n_hidden)
        self.n_steps = check_count("n_steps", n_steps)
        self.batch_size = check_count("batch_size", batch_size, minimum=2)
        self.learning_rate = check_at_least("learning_rate", learning_rate, 0, strict=True)
        self.random_state = random_state

    def fit(self, x: Any, y: Any) -> "MutualInformationEstimator":
        """Train the critic on pairs, each argument of shape (n,) or (n, d)."""
        import torch

        self._classes: dict[str, Any] = {}
        first, second = self._pairs(x, y)
        generator = random_generator(self.random_state)
        self._scales = [(part.mean(0), part.std(0) + 1e-6) for part in (first, second)]
        first, second = self._scaled(first, second)
        seeded = torch.Generator().manual_seed(int(generator.integers(2**32)))
        self._generator = generator
        self._critic = self.critic or _side_by_side(
            first.shape[1] + second.shape[1], self.n_hidden, seeded
        )
        optimizer = torch.optim.Adam(self._critic.parameters(), lr=self.learning_rate)
        size = min(self.batch_size, len(first))
        running = None
        for _ in range(self.n_steps):
            batch = torch.randint(len(first), (size,), generator=seeded)
            strangers = torch.randint(len(first), (size,), generator=seeded)
            joint = self._critic(first[batch], second[batch]).mean()
            scores = self._critic(first[batch], second[strangers])
            log_mean = torch.logsumexp(scores, 0) - np.log(size)
            if self.bound == "mine":
                now = log_mean.detach()
                running = (
                    now
                    if running is None
                    else torch.logaddexp(running + np.log(0.99), now + np.log(0.01))
                )
                log_mean = torch.exp(log_mean - running)
            optimizer.zero_grad()
            (log_mean - joint).backward()
            optimizer.step()
        return self

    def estimate(self, x: Any, y: Any, *, base: float | None = None) -> float:
        """Return the bound on pairs, in nats, the strangers drawn ten times."""
        import torch

        if not hasattr(self, "_critic"):
            raise ValueError("`fit` must be called before `estimate`")
        per_nat = 1 / check_base(base)
        first, second = self._scaled(*self._pairs(x, y))
        n = len(first)
        with torch.no_grad():
            joint = float(self._critic(first, second).mean())
            apart = [
                self._critic(first, second[torch.from_numpy(self._shifted(n))]) for _ in range(10)
            ]
            log_mean = float(torch.logsumexp(torch.cat(apart), 0) - np.log(10 * n))
        value = joint - log_mean
        if np.log(n) - value < max(0.1, 0.05 * np.log(n)):
            import warnings

            warnings.warn(
                f"the estimate ({value:.2f} nats) is near log n ({np.log(n):.2f}), above which "
                "no estimate from n pairs can be trusted: pass more pairs",
                EstimatorCeilingWarning,
                stacklevel=2,
            )
        return value * per_nat

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


def _side_by_side(n_inputs: int, n_hidden: int, generator: Any) -> Any:
    import torch
    from torch import nn

    class SideBySide(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers: list[nn.Module] = []
            for wide, narrow in ((n_inputs, n_hidden), (n_hidden, n_hidden), (n_hidden, 1)):
                layer = nn.utils.skip_init(nn.Linear, wide, narrow)  # type: ignore[no-untyped-call]
                bound = wide**-0.5
                for weight in layer.parameters():
                    nn.init.uniform_(weight, -bound, bound, generator=generator)
                layers += [layer, nn.ReLU()]
            self.layers = nn.Sequential(*layers[:-1])

        def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            scores: torch.Tensor = self.layers(torch.cat([x, y], dim=1))
            return scores[:, 0]

    return SideBySide()
