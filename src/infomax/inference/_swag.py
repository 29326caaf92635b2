"""A Gaussian around the weights that training passes at its end."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from infomax._arguments import check_at_least, check_choice, check_count
from infomax._arrays import RandomState, torch_generator

_CLAMP = 1e-30  # of the released code


class SWAG:
    r"""Stochastic weight averaging: a Gaussian fitted to the weights of the last epochs.

    Each tensor of weights is a block of its own, with the law

    .. math:: N\Big(m, \; \mathrm{diag}(v + v_0) + \frac{1}{K-1} D^\top D\Big),

    where m and v are mean and variance over the models collected and the rows of D are the last K
    deviations of a model from the mean as it then was. Rank and moments cost what K copies of the
    weights cost; the density is exact, by the identities of Woodbury and Sylvester.

    It describes how far training moves at its end, which is no more than a guess at a posterior;
    it is cheap, and of any network. `parameter_information` takes it, or anything else that has
    `sample` and `log_prob`.

    Parameters
    ----------
    max_rank : int
        K, deviations kept; 0 leaves the diagonal alone.
    variance_floor : float
        v₀, above 0: weights that did not move would have no density.
    convention : {"paper", "released"}
        "released" gives the numbers of the authors' code, see Notes.

    Raises
    ------
    ValueError
        If an option is out of range.

    Notes
    -----
    With P weights, `log_prob` costs O(P K (K + draws)).

    **Where paper and code part.** The released density is not the law that its own `sample` draws from:
    it takes :math:`\max(D, 10^{-30})`, by which every negative deviation becomes 0, and leaves
    :math:`1/(K-1)` out; its diagonal form (``max_rank=0``) takes the variance for the deviation. Its
    `sample` leaves the floor out and divides by ``max_rank - 1`` however few were collected.
    ``convention="released"`` does all this. The original method halves both terms of the covariance;
    neither the authors nor this class do.

    References
    ----------
    Maddox et al. (2019), Algorithm 1; Kawaguchi et al. (2023), who use it block by block.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP, Batches, train
    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> model = MLP(1, (8,), 1, random_state=0)
    >>> swag = SWAG(max_rank=5)
    >>> state = train(
    ...     model,
    ...     Batches(x, x**2, batch_size=16, random_state=0),
    ...     loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
    ...     n_epochs=20,
    ...     callback=lambda end: swag.collect(model) if end.epoch > 10 else None,
    ... )
    >>> swag.n_models, swag.sample(3, random_state=0)["head.weight"].shape
    (10, torch.Size([3, 1, 8]))
    >>> far = {name: weight + 1 for name, weight in model.named_parameters()}
    >>> bool(swag.log_prob(dict(model.named_parameters())) > swag.log_prob(far))
    True
    """

    def __init__(
        self, *, max_rank: int = 10, variance_floor: float = 1e-6, convention: str = "paper"
    ) -> None:
        self.max_rank = check_count("max_rank", max_rank, minimum=0)
        self.variance_floor = check_at_least("variance_floor", variance_floor, 0, strict=True)
        self.convention = check_choice("convention", convention, ("paper", "released"))
        self.n_models = 0
        self.mean: dict[str, Tensor] = {}
        self._squares: dict[str, Tensor] = {}  # sums of squared deviations from the mean
        self._deviations: list[dict[str, Tensor]] = []

    @torch.no_grad()
    def collect(self, model: nn.Module | Mapping[str, Tensor]) -> None:
        """Take in the weights of a model as they stand.

        Parameters
        ----------
        model : Module, or mapping of str to tensor
            A module, or its weights by name; those of many networks, stacked as in
            ``ModelGroup.parameters``, may be collected together and taken apart by `split`.

        Raises
        ------
        ValueError
            If names or shapes are not those collected before, or a weight is not finite.
        """
        named = dict(model.named_parameters()) if isinstance(model, nn.Module) else model
        _check_named("model", named)
        weights = {name: weight.detach() for name, weight in named.items()}
        self._check(weights)
        self.n_models += 1
        deviations = {}
        for name, weight in weights.items():
            if self.n_models == 1:
                self.mean[name] = torch.zeros_like(weight)
                self._squares[name] = torch.zeros_like(weight)
            before = weight - self.mean[name]
            self.mean[name].add_(before, alpha=1 / self.n_models)
            deviations[name] = weight - self.mean[name]
            self._squares[name].addcmul_(before, deviations[name])
        self._deviations = [*self._deviations, deviations][-self.max_rank :][: self.max_rank]

    def split(self) -> "list[SWAG]":
        """Take apart what was collected of stacked networks.

        Returns
        -------
        list of SWAG
            One for each entry of the first axis of the weights, in their order.

        Raises
        ------
        ValueError
            If nothing was collected, or the first axes differ.
        """
        self._check_collected()
        sizes = {mean.shape[:1] for mean in self.mean.values()}
        if len(sizes) != 1 or sizes == {()}:
            shapes = {name: tuple(mean.shape) for name, mean in self.mean.items()}
            raise ValueError(f"weights must be stacked to be taken apart, got shapes {shapes}")
        parts = []
        for place in range(*sizes.pop()):
            part = SWAG(
                max_rank=self.max_rank,
                variance_floor=self.variance_floor,
                convention=self.convention,
            )
            part.n_models = self.n_models
            part.mean, part._squares = (
                {name: tensor[place].clone() for name, tensor in moment.items()}
                for moment in (self.mean, self._squares)
            )
            part._deviations = [
                {name: tensor[place] for name, tensor in deviation.items()}
                for deviation in self._deviations
            ]
            parts.append(part)
        return parts

    @torch.no_grad()
    def sample(
        self, n_draws: int = 1, *, scale: float = 1.0, random_state: RandomState = None
    ) -> dict[str, Tensor]:
        """Draw weights.

        Parameters
        ----------
        n_draws : int
            How many.
        scale : float
            What deviations from the mean are multiplied by; 0 gives the mean.
        random_state : int, Generator or None
            Where they are drawn from.

        Returns
        -------
        dict of str to tensor of shape (n_draws, ...)
            By name, of the type and on the device of the weights.

        Raises
        ------
        ValueError
            If nothing was collected or an option is out of range.
        """
        self._check_collected()
        check_count("n_draws", n_draws)
        check_at_least("scale", scale, 0)
        generator = torch_generator(random_state)
        drawn = {}
        for name, mean in self.mean.items():
            variance, rows = self._sampled_law(name)
            shape = (n_draws, mean.numel())
            noise = variance.sqrt() * torch.randn(shape, generator=generator).to(variance)
            weights = torch.randn((n_draws, len(rows)), generator=generator).to(rows)
            deviation = scale * (noise + weights @ rows)
            drawn[name] = mean + deviation.to(mean.dtype).reshape(n_draws, *mean.shape)
        return drawn

    def log_prob(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return the log density, in nats, of some of the weights or all.

        Parameters
        ----------
        parameters : mapping of str to tensor of shape (n_draws, ...) or of the weight's own
            By name; weights left out are integrated out.

        Returns
        -------
        tensor of shape (n_draws,), or 0-d
            In double precision; can be differentiated.

        Raises
        ------
        ValueError
            If nothing was collected, no weight or an unknown one is given, or a shape does not fit.
        """
        self._check_collected()
        _check_named("parameters", parameters)
        total: Any = 0.0
        for name, given in parameters.items():
            mean = self.mean.get(name)
            if mean is None or given.shape[given.ndim - mean.ndim :] != mean.shape:
                shapes = {known: tuple(tensor.shape) for known, tensor in self.mean.items()}
                raise ValueError(
                    f"`parameters[{name!r}]` must be one of {shapes}, a draw or a stack of draws, "
                    f"got shape {tuple(given.shape)}"
                )
            leading = given.shape[: given.ndim - mean.ndim]
            residuals = (given.double() - mean.double()).reshape(*leading, mean.numel())
            total = total + _log_density(residuals, *self._density_law(name))
        log_density: Tensor = total
        return log_density

    def _law(self, name: str) -> tuple[Tensor, Tensor]:
        """Return variances, and deviations of shape (rank, n), of a block, in double precision."""
        variance = (self._squares[name].double() / self.n_models).flatten()
        rows = [deviation[name].double().flatten() for deviation in self._deviations]
        return variance, torch.stack(rows) if len(rows) > 1 else variance.new_empty(
            0, len(variance)
        )

    def _sampled_law(self, name: str) -> tuple[Tensor, Tensor]:
        variance, rows = self._law(name)
        if self.convention == "released":
            return variance.clamp(min=_CLAMP), rows / math.sqrt(max(self.max_rank - 1, 1))
        return variance + self.variance_floor, rows / math.sqrt(max(len(rows) - 1, 1))

    def _density_law(self, name: str) -> tuple[Tensor, Tensor]:
        if self.convention == "paper":
            return self._sampled_law(name)
        variance, rows = self._law(name)
        if self.max_rank == 0:  # the variance where the deviation should stand
            return variance.clamp(min=_CLAMP) ** 2, rows
        return variance + self.variance_floor, rows.clamp(min=_CLAMP)

    def _check(self, weights: Mapping[str, Tensor]) -> None:
        shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
        wanted = {name: tuple(mean.shape) for name, mean in self.mean.items()} or shapes
        if not shapes or shapes != wanted:
            raise ValueError(
                f"`model` must have the weights {wanted or 'of a network'}, got {shapes}"
            )
        for name, weight in weights.items():
            if not bool(weight.isfinite().all()):
                raise ValueError(f"`model` must have finite weights, got others in {name!r}")

    def _check_collected(self) -> None:
        if not self.n_models:
            raise ValueError("collect at least one model before a posterior is asked for")


def _check_named(name: str, weights: Any) -> None:
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError(f"`{name}` must hold at least one weight by its name, got {weights!r:.80}")


def _log_density(residuals: Tensor, variance: Tensor, rows: Tensor) -> Tensor:
    """Return the log density of N(0, diag(variance) + rowsᵀ rows), by inverting what is small."""
    scaled = residuals / variance
    distance = (scaled * residuals).sum(dim=-1)
    log_determinant = variance.log().sum()
    if len(rows):
        inner = torch.eye(len(rows)).to(rows) + (rows / variance) @ rows.T
        root = torch.linalg.cholesky(inner)
        projected = (scaled @ rows.T).unsqueeze(-1)
        solved = torch.linalg.solve_triangular(root, projected, upper=False)
        distance = distance - solved.square().sum(dim=(-2, -1))
        log_determinant = log_determinant + 2 * root.diagonal().log().sum()
    constant = len(variance) * math.log(2 * math.pi)
    return -0.5 * (distance + log_determinant + constant)
