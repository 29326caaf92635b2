"""A small GAN whose generator is kept from dropping modes by entropy of its embeddings."""

import copy
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from infomax._arguments import check_array, check_count
from infomax._arrays import RandomState, random_generator, torch_generator
from infomax._tensor_files import load_tensors, save_tensors
from infomax.exceptions import CollapseWarning
from infomax.networks import EpochEnd, TrainingState
from infomax.representation._step_weight import Weight
from infomax.representation.generative._dcgan import DCGANEmbedder, DCGANGenerator
from infomax.representation.generative._manifold_entropy import nearest_distances
from infomax.representation.generative._manifold_entropy_objective import ManifoldEntropyObjective
from infomax.representation.generative._point_networks import PointEmbedder, PointGenerator
from infomax.representation.generative._train_adversarial import train_adversarial

_FORMAT = "infomax manifold entropy gan 1"
_WIDTH = 32
_CHUNK = 1000


class ManifoldEntropyGAN(BaseEstimator):
    """A GAN that keeps its modes by raising the entropy of embeddings (MaEM-GAN).

    The discriminator embeds; generator and discriminator minimise a `ManifoldEntropyObjective`
    in turn. Points and square pictures of 8 to 64 pixels have networks of their own; anything else
    takes yours.

    For a training loop of your own take the objective, or its parts; whether modes are missing is
    told by `infomax.measures.mode_coverage` or `support_overlap`.

    Parameters
    ----------
    generator : Module, optional
        From ``n_latent`` normal numbers, its attribute, to items; a copy is trained, on the device
        where it is. `PointGenerator` or `DCGANGenerator` when left out.
    embedder : Module, optional
        From items to embeddings with noise; its ``embed`` gives them without, and ``n_dims`` is
        their width. `PointEmbedder` or `DCGANEmbedder` when left out.
    objective : ManifoldEntropyObjective, optional
        A copy is used; when left out, one with `entropy_weight` and all else as published.
    entropy_weight : float or callable
        Weight of the entropy of real and of generated embeddings; or a function of steps.
    n_dims : int
        Width of the embeddings of an embedder that is left out.
    n_steps : int
        Steps of the discriminator.
    generator_every : int
        Steps of the discriminator to one of the generator.
    batch_size : int
        Items of each kind a step; all there are, if those are fewer.
    learning_rate : float
        Of both sides.
    random_state : int, Generator or None
        For first weights, batches, latent vectors and noise.

    Attributes
    ----------
    generator_, embedder_ : Module
        Trained.
    state_ : TrainingState
        Where training stands: give it to `fit` with more `n_steps` to go on.

    Raises
    ------
    ValueError
        By `fit`, if the data are no finite points or pictures in [-1, 1], or an option is out of
        range.

    Warns
    -----
    CollapseWarning
        By `fit`, if generated embeddings lie a thousand times closer together than real ones.

    References
    ----------
    Liu, Li, Wu, Liang, Huang, Li, Ghanem and Zheng (2023).

    Examples
    --------
    >>> import numpy as np
    >>> angles = np.random.default_rng(0).integers(0, 8, 500) * np.pi / 4
    >>> ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    >>> gan = ManifoldEntropyGAN(n_steps=30, random_state=0).fit(ring)
    >>> gan.sample(5, random_state=0).shape, gan.embed(ring).shape
    ((5, 2), (500, 16))
    """

    def __init__(
        self,
        generator: nn.Module | None = None,
        embedder: nn.Module | None = None,
        *,
        objective: ManifoldEntropyObjective | None = None,
        entropy_weight: Weight = 5e-4,
        n_dims: int = 16,
        n_steps: int = 30_000,
        generator_every: int = 3,
        batch_size: int = 64,
        learning_rate: float = 1e-4,
        random_state: RandomState = None,
    ) -> None:
        self.generator = generator
        self.embedder = embedder
        self.objective = objective
        self.entropy_weight = entropy_weight
        self.n_dims = n_dims
        self.n_steps = n_steps
        self.generator_every = generator_every
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Any = None,  # noqa: ARG002  (scikit-learn's signature)
        *,
        state: TrainingState | None = None,
        callback: Callable[[EpochEnd], object] | None = None,
    ) -> "ManifoldEntropyGAN":
        """Train on data.

        Parameters
        ----------
        X : array-like or tensor of shape (n, n_features) or (n, n_channels, size, size)
            Points, of about unit size; or pictures with pixels in [-1, 1].
        y : None
            Not used.
        state : TrainingState, optional
            Where an earlier `fit` on the same data stopped.
        callback : callable, optional
            Told where training stands from time to time, as by `train_adversarial`.

        Returns
        -------
        ManifoldEntropyGAN
            This one.
        """
        rng = random_generator(self.random_state)
        x = _items(X)
        self.generator_, self.embedder_ = self._networks(x.shape[1:], rng)
        objective = copy.deepcopy(self.objective) or ManifoldEntropyObjective(
            check_count("embedder.n_dims", getattr(self.embedder_, "n_dims", None)),  # type: ignore[arg-type]
            entropy_weight=self.entropy_weight,
            random_state=rng,
        )
        self.item_shape_ = tuple(x.shape[1:])
        device = next(self.generator_.parameters()).device
        self.state_ = train_adversarial(
            self.generator_,
            self.embedder_,
            x.to(device),
            loss=objective.to(device),
            n_steps=self.n_steps,
            batch_size=min(check_count("batch_size", self.batch_size), len(x)),
            generator_every=self.generator_every,
            learning_rate=self.learning_rate,
            state=state,
            callback=callback,
            random_state=rng,
        )
        self._warn_of_collapse(x[:256], rng)
        return self

    @torch.no_grad()
    def sample(self, n: int, *, random_state: RandomState = None) -> NDArray[np.float32]:
        """Generate items.

        Parameters
        ----------
        n : int
            How many.
        random_state : int, Generator or None
            For the latent vectors.

        Returns
        -------
        array of shape (n, ...)
            Points or pictures like those trained on.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        check_is_fitted(self, "generator_")
        device = next(self.generator_.parameters()).device
        n_latent: int = self.generator_.n_latent  # type: ignore[assignment]
        noise = torch_generator(random_state)
        latents = torch.randn(check_count("n", n), n_latent, generator=noise).to(device)
        self.generator_.eval()
        return _in_chunks(self.generator_, latents)

    @torch.no_grad()
    def embed(self, X: Any) -> NDArray[np.float32]:
        """Embed items without noise.

        Parameters
        ----------
        X : array-like or tensor of shape (n, ...)
            Items like those trained on.

        Returns
        -------
        array of shape (n, n_dims)
            Embeddings.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If the items have another shape than those trained on.
        """
        check_is_fitted(self, "embedder_")
        x = _items(X)
        if tuple(x.shape[1:]) != self.item_shape_:
            raise ValueError(
                f"`X` must hold items of shape {self.item_shape_}, got {tuple(x.shape[1:])}"
            )
        self.embedder_.eval()
        embed: Any = self.embedder_.embed
        return _in_chunks(embed, x.to(next(self.embedder_.parameters()).device))

    def save(self, path: str | Path) -> None:
        """Write both networks as safetensors, whole or not at all.

        Parameters
        ----------
        path : str or Path
            File to write; one that exists is replaced.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        check_is_fitted(self, "generator_")
        tensors = {
            f"{side}.{name}": value
            for side in ("generator", "embedder")
            for name, value in getattr(self, f"{side}_").state_dict().items()
        }
        about = {"shape": json.dumps(self.item_shape_), "n_dims": str(self.embedder_.n_dims)}
        save_tensors(path, tensors, about, file_format=_FORMAT)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        generator: nn.Module | None = None,
        embedder: nn.Module | None = None,
    ) -> "ManifoldEntropyGAN":
        """Read networks that `save` wrote; nothing is unpickled.

        Parameters
        ----------
        path : str or Path
            The file.
        generator, embedder : Module, optional
            Networks of the shapes that were saved, if they were not those of the library.

        Returns
        -------
        ManifoldEntropyGAN
            Ready to sample and embed.

        Raises
        ------
        ValueError
            If the file is no such model, or the networks are others.
        """
        tensors, about = load_tensors(path, file_format=_FORMAT, wanted="a saved model")
        found = cls(generator, embedder, n_dims=int(about["n_dims"]))
        shape = torch.Size(json.loads(about["shape"]))
        rng = random_generator(0)  # all is written over
        found.generator_, found.embedder_ = found._networks(shape, rng)
        found.item_shape_ = tuple(shape)
        for side in ("generator", "embedder"):
            prefix = f"{side}."
            weights = {
                k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)
            }
            try:
                getattr(found, f"{side}_").load_state_dict(weights)
            except RuntimeError as error:
                raise ValueError(f"`{side}` must be the network that was saved: {error}") from None
        return found

    def _networks(self, shape: torch.Size, rng: np.random.Generator) -> tuple[nn.Module, nn.Module]:
        """Return copies of the networks given, or the library's for items of that shape."""
        generator, embedder = copy.deepcopy((self.generator, self.embedder))
        if generator is None:
            generator = _generator(shape, rng)
        if embedder is None:
            embedder = _embedder(shape, self.n_dims, rng)
        return generator, embedder

    def _warn_of_collapse(self, x: Tensor, rng: np.random.Generator) -> None:
        if len(x) < 2:
            return
        spreads = [
            float(nearest_distances(torch.from_numpy(self.embed(items)), None, "euclidean").mean())
            for items in (x, self.sample(len(x), random_state=rng))
        ]
        if spreads[1] < 1e-3 * spreads[0]:
            warnings.warn(
                "the generator has collapsed: its embeddings lie a thousand times closer together "
                "than the data's. Raise `entropy_weight`, or lower `learning_rate`",
                CollapseWarning,
                stacklevel=3,
            )


def _items(X: Any) -> Tensor:
    """Return points or pictures as a float32 tensor, checked."""
    array = X.detach().cpu().numpy() if isinstance(X, Tensor) else X
    x = torch.from_numpy(check_array("X", array).astype(np.float32))
    if x.ndim not in (2, 4) or (x.ndim == 4 and x.shape[2] != x.shape[3]):
        raise ValueError(
            "`X` must have shape (n, n_features) or (n, n_channels, size, size), got "
            f"{tuple(x.shape)}"
        )
    if x.ndim == 4 and float(x.abs().max()) > 1:
        raise ValueError(
            f"`X` must have pixels in [-1, 1], got {float(x.min()):g} to {float(x.max()):g}"
        )
    return x


def _generator(shape: torch.Size, rng: np.random.Generator) -> nn.Module:
    if len(shape) == 1:
        return PointGenerator(shape[0], random_state=rng)
    return DCGANGenerator(shape[1], shape[0], width=_WIDTH, random_state=rng)


def _embedder(shape: torch.Size, n_dims: int, rng: np.random.Generator) -> nn.Module:
    if len(shape) == 1:
        return PointEmbedder(shape[0], n_dims=n_dims, random_state=rng)
    return DCGANEmbedder(shape[1], shape[0], width=_WIDTH, n_dims=n_dims, random_state=rng)


def _in_chunks(function: Callable[[Tensor], Tensor], x: Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (
        torch.cat([function(part) for part in torch.split(x, _CHUNK)]).cpu().numpy()
    )
    return found
