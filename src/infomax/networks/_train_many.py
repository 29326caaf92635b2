"""Hundreds of small networks trained at once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.networks._batches import Batches
from infomax.networks._stacked_models import ModelGroup, TrainedModels
from infomax.networks._train import Loss

MakeOptimizer: TypeAlias = Callable[[Iterable[Tensor]], torch.optim.Optimizer]


def train_many(
    make_model: Callable[[Any, int], nn.Module],
    settings: Sequence[Any],
    data: Sequence[Tensor],
    *,
    loss: Loss,
    n_epochs: int,
    batch_size: int = 64,
    make_optimizer: MakeOptimizer = torch.optim.Adam,
    random_state: RandomState = None,
    callback: Callable[[int, int], object] | None = None,
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
    data : sequence of Tensor
        Training rows, shared by all; each network goes through them in an order of its own.
    loss : callable
        ``loss(model, batch)`` returns a scalar tensor, as for `train`; `model` can only be called.
    n_epochs : int
        Epochs.
    batch_size : int
        Rows a batch; the last of an epoch may be smaller.
    make_optimizer : callable
        From stacked weights to an optimiser that treats every number alike and alone, as Adam and
        SGD do; those that look at norms of tensors (LARS, clipping) would mix the networks.
    random_state : int, Generator or None
        Where the networks' seeds come from.
    callback : callable, optional
        Told epochs done and epochs in all, counted over groups of equal shape.

    Returns
    -------
    TrainedModels
        Seeds, losses and stacked weights; ``.model(i)`` and ``.outputs(x)``.

    Raises
    ------
    ValueError
        If `settings` is empty or the tensors of `data` differ in length.
    FloatingPointError
        If a network's loss is not finite.

    Notes
    -----
    The i-th network is the one that ``train(make_model(settings[i], seeds[i]), Batches(*data,
    batch_size=batch_size, random_state=seeds[i]), …)`` gives, within 1e-5 of its weights after some
    hundred steps in single precision: products are summed in another order. Layers that draw random
    numbers (dropout) are refused by PyTorch. Memory: weights and moments of a whole group, and its
    activations on one batch.

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
    orders = [Batches(*data, batch_size=batch_size, random_state=seed) for seed in seeds]
    groups = _grouped([make_model(*pair) for pair in zip(settings, seeds, strict=True)])
    losses = torch.empty(len(settings), n_epochs)
    for done, group in enumerate(groups):
        optimizer = make_optimizer(group.parameters.values())
        group.template.train()
        mine = [orders[index] for index in group.indices]
        for epoch in range(n_epochs):
            found = _epoch(group, optimizer, mine, epoch, loss)
            losses[list(group.indices), epoch] = found.cpu()
            _refuse_infinite(found, group, epoch)
            if callback is not None:
                callback(done * n_epochs + epoch + 1, len(groups) * n_epochs)
    return TrainedModels(tuple(seeds), losses, groups)


def _epoch(
    group: ModelGroup,
    optimizer: torch.optim.Optimizer,
    orders: Sequence[Batches],
    epoch: int,
    loss: Loss,
) -> Tensor:
    rows = torch.stack([order.order(epoch) for order in orders])
    found = []
    for chosen in torch.split(rows, orders[0].batch_size, dim=1):
        batch = tuple(tensor[chosen] for tensor in orders[0].tensors)
        optimizer.zero_grad(set_to_none=True)
        losses = group.each(loss, own=batch)
        losses.sum().backward()  # a network's loss depends on its own weights alone
        optimizer.step()
        found.append(losses.detach())
    return torch.stack(found).mean(dim=0)


def _grouped(models: Sequence[nn.Module]) -> tuple[ModelGroup, ...]:
    """Stack models whose printed form and whose tensors' names, shapes, types and devices agree."""
    places: dict[Any, list[int]] = {}
    for index, model in enumerate(models):
        tensors = tuple(
            (name, tensor.shape, tensor.dtype, tensor.device)
            for name, tensor in model.state_dict().items()
        )
        places.setdefault((str(model), tensors), []).append(index)
    return tuple(ModelGroup.of(some, [models[i] for i in some]) for some in places.values())


def _refuse_infinite(losses: Tensor, group: ModelGroup, epoch: int) -> None:
    bad = ~losses.isfinite()
    if bad.any():
        place = int(bad.nonzero()[0])
        raise FloatingPointError(
            f"the loss of network {group.indices[place]} became {float(losses[place])} in epoch "
            f"{epoch}: lower the learning rate"
        )
