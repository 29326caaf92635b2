"""Alternating training of a generator and its discriminator."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from infomax._arguments import check_at_least, check_between, check_count
from infomax._arrays import RandomState, random_generator
from infomax.networks import EpochEnd, TrainingState, train
from infomax.representation.generative._noise import Noise


class AdversarialLoss(Protocol):
    """What the two sides of an adversarial training minimise.

    A ``torch.nn.Module`` with state keeps it when training is resumed.
    """

    def discriminator(
        self, embed: Callable[[Tensor], Tensor], real: Tensor, generated: Tensor
    ) -> Tensor:
        """Return the discriminator's loss on a batch of real and of generated items."""

    def generator(self, embed: Callable[[Tensor], Tensor], generated: Tensor) -> Tensor:
        """Return the generator's loss on a batch of its items."""


def train_adversarial(
    generator: nn.Module,
    discriminator: nn.Module,
    x: Tensor,
    *,
    loss: AdversarialLoss,
    n_steps: int,
    batch_size: int = 64,
    generator_every: int = 3,
    learning_rate: float = 1e-4,
    betas: tuple[float, float] = (0.0, 0.999),
    state: TrainingState | None = None,
    callback: Callable[[EpochEnd], object] | None = None,
    random_state: RandomState = None,
) -> TrainingState:
    """Train a generator against a discriminator, in place.

    Each step shows the discriminator a batch of data and as many generated items; after every
    `generator_every` of them the generator takes one step, on the latent vectors that were used
    last. Both sides have Adam.

    Parameters
    ----------
    generator : Module
        From ``n_latent`` normal numbers, its attribute, to items.
    discriminator : Module
        From items to whatever `loss` takes.
    x : tensor of shape (n_items, ...)
        The data, on the networks' device; at least a batch.
    loss : AdversarialLoss
        What the sides minimise, such as `ManifoldEntropyObjective`.
    n_steps : int
        Steps of the discriminator in all, those of `state` included.
    batch_size : int
        Items of each kind a step.
    generator_every : int
        Steps of the discriminator to one of the generator.
    learning_rate : float
        Of both sides.
    betas : (float, float)
        Adam's decays of first and second moments.
    state : TrainingState, optional
        Where an earlier call stopped, at a multiple of 100 `generator_every` steps.
    callback : callable, optional
        Told an `infomax.networks.EpochEnd` before the first step and after every 100
        `generator_every`; its model has the parts ``generator``, ``discriminator`` and ``loss``.
        Training stops early if it returns True.
    random_state : int, Generator or None
        For batches and latent vectors.

    Returns
    -------
    TrainingState
        Weights, moments and streams of random numbers: resumed, it goes on as if never stopped, if
        `random_state` is the same number.

    Raises
    ------
    ValueError
        If there are fewer items than a batch has, or a number is out of range.
    FloatingPointError
        If a loss is not finite.

    Notes
    -----
    The steps of the two sides are steps of one `infomax.networks.train` in which the other side has
    no gradient. Within a step of the discriminator its spectral norms are brought forward once,
    however many passes the loss makes.

    References
    ----------
    Goodfellow et al. (2014), Algorithm 1.

    Examples
    --------
    >>> import torch
    >>> from infomax.representation import (
    ...     ManifoldEntropyObjective, PointEmbedder, PointGenerator, train_adversarial)
    >>> x = torch.randn(256, 2, generator=torch.Generator().manual_seed(0))
    >>> state = train_adversarial(
    ...     PointGenerator(2, n_hidden=(8,), random_state=0),
    ...     PointEmbedder(2, n_hidden=(8,), n_dims=4, random_state=1),
    ...     x, loss=ManifoldEntropyObjective(4, random_state=2), n_steps=6, random_state=3)
    >>> state.step  # six of the discriminator, two of the generator
    8
    """
    check_count("generator_every", generator_every)
    check_at_least("learning_rate", learning_rate, 0, strict=True)
    for i, decay in enumerate(betas):
        check_between(f"betas[{i}]", decay, 0, 1, open_high=True)
    rng = random_generator(random_state)
    turns = _Turns(x, check_count("n_steps", n_steps), batch_size, generator_every, rng)
    sides = Sides(generator, discriminator, loss, rng)
    parameters = [*generator.parameters(), *discriminator.parameters()]
    return train(
        sides,
        turns,
        loss=_turn,
        n_epochs=turns.n_rounds,
        optimizer=torch.optim.Adam(parameters, lr=learning_rate, betas=betas),
        state=state,
        callback=callback,
    )


class Sides(nn.Module):
    """A generator, its discriminator and their loss, with a stream of latent vectors."""

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        loss: AdversarialLoss,
        random_state: RandomState,
    ) -> None:
        super().__init__()
        self.generator, self.discriminator, self.loss = generator, discriminator, loss
        self.noise = Noise(random_state)
        self.latent = torch.empty(0)

    def latents(self, n: int, like: Tensor) -> Tensor:
        """Return fresh latent vectors, which the generator's next step takes too."""
        self.latent = self.noise.normal(n, _n_latent(self.generator), like=like)
        return self.latent


class _Turns:
    """Batches of a round, each with whose turn it is; the generator's come without data."""

    def __init__(
        self, x: Tensor, n_steps: int, batch_size: int, every: int, rng: np.random.Generator
    ) -> None:
        check_count("batch_size", batch_size, maximum=len(x))
        self.x, self.n_steps, self.batch_size, self.every = x, n_steps, batch_size, every
        self.seed = int(rng.integers(2**63))
        self.round_size = 100 * every
        self.n_rounds = -(-n_steps // self.round_size)

    def __call__(self, which: int) -> Iterator[Tensor | None]:
        rng = np.random.default_rng([self.seed, which])
        n_steps = min(self.round_size, self.n_steps - which * self.round_size)
        n_orders = -(-n_steps * self.batch_size // len(self.x))
        order = np.concatenate([rng.permutation(len(self.x)) for _ in range(n_orders)])
        rows = torch.split(torch.from_numpy(order).to(self.x.device), self.batch_size)
        for step in range(n_steps):
            yield self.x[rows[step]]
            if (step + 1) % self.every == 0:
                yield None


def _turn(sides: Any, real: Tensor | None) -> Tensor:
    """Return the loss of the side whose turn it is, with no gradient to the other."""
    with parametrize.cached():  # spectral norms once a step; the first pass has a gradient
        if real is not None:
            with torch.no_grad():
                generated = sides.generator(sides.latents(len(real), real))
            loss: Tensor = sides.loss.discriminator(sides.discriminator, real, generated)
        else:
            with _without_gradient(sides.discriminator):
                loss = sides.loss.generator(sides.discriminator, sides.generator(sides.latent))
    return loss


@contextmanager
def _without_gradient(module: nn.Module) -> Iterator[None]:
    asked = [p for p in module.parameters() if p.requires_grad]
    try:
        for parameter in asked:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in asked:
            parameter.requires_grad_(True)


def _n_latent(generator: nn.Module) -> int:
    n_latent: Any = getattr(generator, "n_latent", None)
    return check_count("generator.n_latent", n_latent)
