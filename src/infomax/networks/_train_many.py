"""Hundreds of small networks trained at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.networks._batches import Batches
from infomax.networks._stacked_models import ModelGroup, TrainedModels
from infomax.networks._train import Loss

MakeBatches: TypeAlias = Callable[[Any, int], Batches]
MakeOptimizer: TypeAlias = Callable[[Iterable[Tensor]], torch.optim.Optimizer]


def train_many(
    make_model: Callable[[Any, int], nn.Module],
    settings: Sequence[Any],
    data: Sequence[Tensor] | MakeBatches,
    *,
    loss: Loss,
    n_epochs: int,
    batch_size: int = 64,
    make_optimizer: MakeOptimizer = torch.optim.Adam,
    weight_decay: float | Sequence[float] = 0.0,
    random_state: RandomState = None,
    callback: Callable[[int, int], object] | None = None,
    watch: Callable[[ModelGroup, int], object] | None = None,
) -> TrainedModels:
    r"""Train one network a setting, all networks of equal shape in one pass.

    The weights of equally shaped networks are stacked, and a step is taken for all of them by
    batched products: the cost of calling PyTorch is paid once a step, not once a network. It pays
    for networks of some thousand weights; a single one, or large ones, go to `train`.

    Parameters
    ----------
    make_model : callable
        ``make_model(setting, seed)`` returns a module, drawing its first weights from the seed.
    settings : sequence
        One entry a network; what an entry is is `make_model`'s affair.
    data : sequence of Tensor, or callable
        Training rows, shared by all; each network goes through them in an order of its own. Or
        ``data(setting, seed)`` returns a network's own `Batches`: other rows, or rows with noise.
    loss : callable
        ``loss(model, batch)`` returns a scalar tensor, as for `train`. Of `model` nothing but
        calls can be made: itself, its methods, its parts (``model.head(z)``). Buffers may be
        changed in place, by each network for itself.
    n_epochs : int
        Epochs.
    batch_size : int
        Rows a batch, where `data` is no callable; the last of an epoch may be smaller.
    make_optimizer : callable
        From stacked weights to an optimiser that treats every number alike and alone, as Adam and
        SGD do; those that look at norms of tensors (LARS, clipping) would mix the networks.
    weight_decay : float, or sequence of float
        Of all or of each: this times the weights is added to the gradient, as `torch.optim.SGD` does.
    random_state : int, Generator or None
        Where the networks' seeds come from.
    callback : callable, optional
        Told epochs done and epochs in all, counted over groups of equal shape.
    watch : callable, optional
        Told each group and the epochs it has done: before its first epoch, and after each. Its
        stacked weights change with the next step; copy what is to be kept.

    Returns
    -------
    TrainedModels
        Seeds, losses and stacked weights; ``.model(i)`` and ``.outputs(x)``.

    Raises
    ------
    ValueError
        If `settings` is empty, the tensors of `data` differ in length, or `weight_decay` is below 0
        or not one a network.
    FloatingPointError
        If a network's loss is not finite.

    Notes
    -----
    The i-th network is the one that ``train(make_model(settings[i], seeds[i]), Batches(*data,
    batch_size=batch_size, random_state=seeds[i]), …)`` gives, within 1e-5 of its weights after some
    hundred steps in single precision: products are summed in another order. Layers that draw random
    numbers (dropout) are refused by PyTorch: take them from the batch, by `n_noise` of
    `Batches`. Memory: weights and moments of a whole group, and its activations on one batch.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP
    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> trained = train_many(
    ...     lambda width, seed: MLP(1, (width,), 1, random_state=seed),
    ...     [4, 4, 8],
    ...     (x, x**2),
    ...     loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
    ...     n_epochs=5,
    ...     random_state=0,
    ... )
    >>> len(trained), trained.losses.shape, trained.outputs(x)[2].shape
    (3, torch.Size([3, 5]), torch.Size([64, 1]))
    """
    check_count("n_epochs", n_epochs)
    if not len(settings):
        raise ValueError("`settings` must name at least one network, got none")
    seeds = [int(s) for s in random_generator(random_state).integers(2**62, size=len(settings))]
    of_network = data if callable(data) else _shared(data, batch_size)
    batches = [of_network(*pair) for pair in zip(settings, seeds, strict=True)]
    decays = _decays(weight_decay, len(settings))
    models = [make_model(*pair) for pair in zip(settings, seeds, strict=True)]
    groups = _grouped(models, batches)
    losses = torch.empty(len(settings), n_epochs)
    for done, group in enumerate(groups):
        places = list(group.indices)
        step = _Step(loss, group, make_optimizer(group.parameters.values()), decays[places])
        mine = [batches[place] for place in places]
        group.template.train()
        if watch is not None:
            watch(group, 0)
        for epoch in range(n_epochs):
            found = torch.stack([step(batch) for batch in _stacked(mine, epoch)]).mean(dim=0)
            losses[places, epoch] = found.cpu()
            _refuse_infinite(found, group, epoch)
            if callback is not None:
                callback(done * n_epochs + epoch + 1, len(groups) * n_epochs)
            if watch is not None:
                watch(group, epoch + 1)
    return TrainedModels(tuple(seeds), losses, groups)


class _Step:
    """A step of the optimiser for all networks of a group."""

    def __init__(
        self, loss: Loss, group: ModelGroup, optimizer: torch.optim.Optimizer, decays: Tensor
    ) -> None:
        self.loss, self.group, self.optimizer = loss, group, optimizer
        self.decays = decays if decays.any() else None

    def __call__(self, batch: tuple[Tensor, ...]) -> Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        losses = self.group.each(self.loss, own=batch)
        losses.sum().backward()  # a network's loss depends on its own weights alone
        if self.decays is not None:
            self._decay(self.decays)
        self.optimizer.step()
        detached: Tensor = losses.detach()
        return detached

    @torch.no_grad()
    def _decay(self, decays: Tensor) -> None:
        for weights in self.group.parameters.values():
            if weights.grad is not None:
                each = decays.to(weights).view(-1, *[1] * (weights.ndim - 1))
                weights.grad.addcmul_(each, weights)


def _shared(data: Sequence[Tensor], batch_size: int) -> MakeBatches:
    Batches(*data, batch_size=batch_size)  # refuses what does not fit before anything is made
    return lambda _setting, seed: Batches(*data, batch_size=batch_size, random_state=seed)


def _stacked(batches: Sequence[Batches], epoch: int) -> Iterator[tuple[Tensor, ...]]:
    """Go through an epoch of all networks of a group, each in its own order."""
    rows = torch.stack([own.order(epoch) for own in batches])
    noise = torch.stack([own.noise(epoch) for own in batches])
    sources = list(zip(*(own.tensors for own in batches), strict=True))
    size = batches[0].batch_size
    parts = (torch.split(tensor, size, dim=1) for tensor in (rows, noise))
    for chosen, drawn in zip(*parts, strict=True):
        found = (_gathered(of_each, chosen) for of_each in sources)
        yield (*found, *((drawn,) if batches[0].n_noise else ()))


def _gathered(of_each: Sequence[Tensor], chosen: Tensor) -> Tensor:
    """Return the chosen rows of each network's tensor; of one that all share, in one pass."""
    if all(tensor is of_each[0] for tensor in of_each):
        return of_each[0][chosen]
    return torch.stack([tensor[rows] for tensor, rows in zip(of_each, chosen, strict=True)])


def _decays(weight_decay: float | Sequence[float], n_models: int) -> Tensor:
    """Return the weight decay of each network."""
    decays = torch.as_tensor(weight_decay, dtype=torch.float64)
    if tuple(decays.shape) not in ((), (n_models,)) or not bool((decays >= 0).all()):
        raise ValueError(
            f"`weight_decay` must be at least 0, one or {n_models} of them, got {weight_decay!r}"
        )
    return decays.expand(n_models)


def _grouped(models: Sequence[nn.Module], batches: Sequence[Batches]) -> tuple[ModelGroup, ...]:
    """Stack models whose printed form and whose tensors' names, shapes, types and devices agree.

    Their batches must be of the same sizes, too.
    """
    places: dict[Any, list[int]] = {}
    for index, (model, own) in enumerate(zip(models, batches, strict=True)):
        tensors = tuple(
            (name, tensor.shape, tensor.dtype, tensor.device)
            for name, tensor in model.state_dict().items()
        )
        sizes = (len(own.tensors[0]), own.batch_size, own.n_noise)
        places.setdefault((str(model), tensors, sizes), []).append(index)
    return tuple(ModelGroup.of(some, [models[i] for i in some]) for some in places.values())


def _refuse_infinite(losses: Tensor, group: ModelGroup, epoch: int) -> None:
    bad = ~losses.isfinite()
    if bad.any():
        place = int(bad.nonzero()[0])
        raise FloatingPointError(
            f"the loss of network {group.indices[place]} became {float(losses[place])} in epoch "
            f"{epoch}: lower the learning rate"
        )
