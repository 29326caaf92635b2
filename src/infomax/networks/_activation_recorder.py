"""What chosen layers answer to a fixed probe, epoch by epoch."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from infomax._arguments import check_count
from infomax.networks._train import EpochEnd


class ActivationRecorder:
    """Keep the activations of layers on a probe while a model is trained.

    A callback for `train`, or call `record` from a loop of one's own. It only records: measures are
    taken afterwards, or by an `ActivationMonitor` as training goes on.

    Parameters
    ----------
    model : Module
        The model that is trained.
    layers : sequence of str
        Names of submodules as in ``model.named_modules()``, such as "features".
    probe : Tensor
        Inputs, on the model's device; the same at every epoch.
    epochs : {"log", "all"} or collection of int
        When to record: "log" at epochs 0, 1, 2, 3, 5, 8, 13, … (Fibonacci numbers) and the last.
    batch_size : int
        Rows of the probe sent through at once.

    Attributes
    ----------
    activations : dict
        From the epoch to a dict from the layer to a tensor of shape (n_probe, n_units) on the CPU;
        layers of more axes are flattened.

    Raises
    ------
    ValueError
        If a layer does not exist, `probe` is empty, or `epochs` is neither word nor whole numbers.

    Notes
    -----
    The model is evaluated (dropout off, batch normalisation by its running means) without gradients
    and returned to its mode. Memory: probe rows times units times recorded epochs, in the model's
    own type.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP, Batches, train
    >>> x = torch.linspace(-1, 1, 32)[:, None]
    >>> model = MLP(1, (8,), 1, random_state=0)
    >>> recorder = ActivationRecorder(model, ["features"], x[:10])
    >>> state = train(
    ...     model,
    ...     Batches(x, x.abs(), batch_size=8, random_state=0),
    ...     loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
    ...     n_epochs=10,
    ...     callback=recorder,
    ... )
    >>> sorted(recorder.activations), recorder.activations[10]["features"].shape
    ([0, 1, 2, 3, 5, 8, 10], torch.Size([10, 8]))
    """

    def __init__(
        self,
        model: nn.Module,
        layers: Sequence[str],
        probe: Tensor,
        *,
        epochs: str | Collection[int] = "log",
        batch_size: int = 1024,
    ) -> None:
        known = dict(model.named_modules())
        missing = [layer for layer in layers if layer not in known]
        if isinstance(layers, str) or not layers or missing:
            listed = ", ".join(name for name in known if name)
            raise ValueError(
                f"`layers` must name modules among {listed}, got {missing or layers!r}"
            )
        if len(probe) == 0:
            raise ValueError(f"`probe` must not be empty, got shape {tuple(probe.shape)}")
        self.model = model
        self.layers = tuple(layers)
        self.probe = probe
        self.epochs = _checked_epochs(epochs)
        self.batch_size = check_count("batch_size", batch_size)
        self.activations: dict[int, dict[str, Tensor]] = {}

    def __call__(self, end: EpochEnd) -> None:
        """Record if this epoch is one of those wanted."""
        if self.wants(end.epoch, end.n_epochs):
            self.record(end.epoch)

    def wants(self, epoch: int, n_epochs: int) -> bool:
        """Return whether an epoch is to be recorded.

        Parameters
        ----------
        epoch : int
            Epochs done.
        n_epochs : int
            Epochs in all.

        Returns
        -------
        bool
            By the rule given as `epochs`.
        """
        if self.epochs == "all":
            return True
        if self.epochs == "log":
            return epoch in (0, n_epochs) or _is_fibonacci(epoch)
        return epoch in self.epochs

    @torch.no_grad()
    def record(self, epoch: int) -> dict[str, Tensor]:
        """Send the probe through the model as it stands and keep what the layers answer.

        Parameters
        ----------
        epoch : int
            Under which the activations are kept.

        Returns
        -------
        dict of tensors
            From the layer to shape (n_probe, n_units).
        """
        found: dict[str, list[Tensor]] = {layer: [] for layer in self.layers}
        modules = dict(self.model.named_modules())
        hooks = [
            modules[layer].register_forward_hook(partial(_keep, found[layer]))
            for layer in self.layers
        ]
        was_training = self.model.training
        self.model.eval()
        try:
            for rows in torch.split(self.probe, self.batch_size):
                self.model(rows)
        finally:
            self.model.train(was_training)
            for hook in hooks:
                hook.remove()
        self.activations[epoch] = {layer: torch.cat(parts) for layer, parts in found.items()}
        return self.activations[epoch]


def _keep(kept: list[Tensor], _module: nn.Module, _inputs: Any, output: Tensor) -> None:
    kept.append(output.detach().flatten(start_dim=1).cpu().clone())


def _is_fibonacci(number: int) -> bool:
    low, high = 0, 1
    while low < number:
        low, high = high, low + high
    return low == number


def _checked_epochs(epochs: str | Collection[int]) -> str | frozenset[int]:
    if isinstance(epochs, str):
        if epochs not in ("log", "all"):
            raise ValueError(f"`epochs` must be 'log', 'all' or whole numbers, got {epochs!r}")
        return epochs
    return frozenset(check_count("epochs", epoch, minimum=0) for epoch in epochs)
