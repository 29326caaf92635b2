"""Measures of a model's layers, taken while it is trained."""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from infomax.exceptions import EstimatorCeilingWarning
from infomax.networks._activation_recorder import ActivationRecorder
from infomax.networks._train import EpochEnd


@dataclass(frozen=True)
class Reading:
    """One value of one measure.

    Parameters
    ----------
    epoch : int
        Epochs done when it was taken.
    layer, measure : str
        Of what, and by which.
    value : float
        As the measure gave it.
    near_ceiling : bool
        Whether the measure warned that it sits near the largest or smallest value it can give.
    """

    epoch: int
    layer: str
    measure: str
    value: float
    near_ceiling: bool


class ActivationMonitor:
    """Take measures of layers at the epochs that a recorder records.

    A callback for `train`. A measure is any function from a tensor of shape (n_probe, n_units) to a
    number: ``lambda z: diffusion_spectral_entropy(z, bandwidth="median")``; one that also needs
    labels, or clusters made once, closes over them. Give an `ActivationRecorder` itself as callback
    where measures are taken later.

    Parameters
    ----------
    recorder : ActivationRecorder
        Which layers, on which probe, when.
    measures : mapping of str to callable
        From the name under which values are kept.
    keep_activations : bool
        Whether the recorder goes on holding activations after they were measured.
    on_reading : callable, optional
        Told each `Reading` as it is taken.

    Attributes
    ----------
    readings : list of Reading
        In the order taken.

    Raises
    ------
    ValueError
        If there is no measure.

    Notes
    -----
    `EstimatorCeilingWarning` of a measure is kept as `Reading.near_ceiling` instead of being given
    at every epoch; other warnings pass.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP, ActivationRecorder, Batches, train
    >>> x = torch.linspace(-1, 1, 32)[:, None]
    >>> model = MLP(1, (8,), 1, random_state=0)
    >>> monitor = ActivationMonitor(
    ...     ActivationRecorder(model, ["features"], x, epochs=[0, 20]),
    ...     measures={"mean square": lambda z: z.square().mean()},
    ... )
    >>> state = train(
    ...     model,
    ...     Batches(x, x.abs(), batch_size=8, random_state=0),
    ...     loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
    ...     n_epochs=20,
    ...     callback=monitor,
    ... )
    >>> list(monitor.series("mean square", layer="features"))
    [0, 20]
    """

    def __init__(
        self,
        recorder: ActivationRecorder,
        *,
        measures: Mapping[str, Callable[[Tensor], Any]],
        keep_activations: bool = False,
        on_reading: Callable[[Reading], object] | None = None,
    ) -> None:
        if not measures:
            raise ValueError("`measures` must name at least one function, got none")
        self.recorder = recorder
        self.measures = dict(measures)
        self.keep_activations = keep_activations
        self.on_reading = on_reading
        self.readings: list[Reading] = []

    def __call__(self, end: EpochEnd) -> None:
        """Record and measure if the recorder wants this epoch."""
        if not self.recorder.wants(end.epoch, end.n_epochs):
            return
        for layer, activation in self.recorder.record(end.epoch).items():
            for name, measure in self.measures.items():
                value, near_ceiling = _measured(measure, activation)
                reading = Reading(end.epoch, layer, name, value, near_ceiling)
                self.readings.append(reading)
                if self.on_reading is not None:
                    self.on_reading(reading)
        if not self.keep_activations:
            del self.recorder.activations[end.epoch]

    def series(self, measure: str, *, layer: str) -> dict[int, float]:
        """Return one measure of one layer over the epochs.

        Parameters
        ----------
        measure, layer : str
            Whose values.

        Returns
        -------
        dict of float
            From the epoch to the value; NaN where a measure gave none.
        """
        return {
            reading.epoch: reading.value
            for reading in self.readings
            if (reading.measure, reading.layer) == (measure, layer)
        }


def _measured(measure: Callable[[Tensor], Any], activation: Tensor) -> tuple[float, bool]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = measure(activation)
    ceilings = [w for w in caught if issubclass(w.category, EstimatorCeilingWarning)]
    for warning in caught:
        if warning not in ceilings:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return math.nan if answer is None else float(answer), bool(ceilings)
