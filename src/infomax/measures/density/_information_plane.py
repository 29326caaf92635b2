"""The information plane of a network in training, and how much a layer compressed."""

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infomax._arguments import check_array, check_choice
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures.density._kde import kde_information
from infomax.measures.density._layer_bins import binned_information
from infomax.measures.density._layer_information import LayerInformation

if TYPE_CHECKING:
    import pandas as pd

_ESTIMATORS: dict[str, Callable[..., LayerInformation]] = {
    "adaptive_bins": binned_information,
    "adaptive_kde": kde_information,
}


def information_plane(
    activations: Mapping[Any, Any] | Sequence[Any],
    y: Any = None,
    *,
    estimator: str | Callable[..., LayerInformation] = "adaptive_bins",
    **options: Any,
) -> "pd.DataFrame":
    r"""Measure what each layer tells of the input and of the labels, epoch by epoch.

    Drawn with I(T;X) along and I(T;Y) up, one path a layer, this is the information plane. Every
    layer at every epoch is measured with bins or noise of its own, so that activations of any
    kind, bounded or not, can be compared.

    Record with `infomax.networks.ActivationRecorder` on inputs that stay the same, all of a small
    data set or a fixed sample, never the batches in passing.

    Parameters
    ----------
    activations : mapping or sequence
        Over epochs; each entry a mapping or sequence over layers of activity of shape (n,) or
        (n, d), as `ActivationRecorder.activations` holds them.
    y : sequence of shape (n,), optional
        Labels of the recorded inputs.
    estimator : {"adaptive_bins", "adaptive_kde"} or callable
        `binned_information`, `kde_information`, or a function of activity, labels and options to
        a `LayerInformation`.
    **options
        Handed to the estimator: ``n_bins=10``, ``base=2``, ….

    Returns
    -------
    DataFrame
        One row an epoch and layer: ``epoch``, ``layer`` (keys of the mappings, else numbers from
        0), ``i_tx``, ``i_ty`` (NaN without labels), ``entropy``, ``ceiling``, ``near_ceiling``.

    Raises
    ------
    ValueError
        If there is nothing to measure, or as the estimator raises.

    Notes
    -----
    `EstimatorCeilingWarning` is kept in the column ``near_ceiling`` instead of being given for
    every layer and epoch.

    References
    ----------
    Tishby and Zaslavsky (2015). Shwartz-Ziv and Tishby (2017). Chelombiev et al. (2019).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.arange(64) % 2
    >>> first, last = rng.random((64, 3)), y + 0.0
    >>> plane = information_plane({0: {"hidden": first}, 9: {"hidden": last}}, y, base=2)
    >>> plane[["epoch", "layer", "i_tx", "i_ty"]].round(2)
       epoch   layer  i_tx  i_ty
    0      0  hidden   6.0   1.0
    1      9  hidden   1.0   1.0
    """
    import pandas as pd

    measure = _named(estimator) if isinstance(estimator, str) else estimator
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimatorCeilingWarning)
        for epoch, layers in _numbered(activations):
            for layer, t in _numbered(layers):
                found = measure(t, y, **options)
                if not isinstance(found, LayerInformation):
                    raise ValueError(
                        "`estimator` must return a LayerInformation, got "
                        f"{type(found).__name__} of layer {layer!r}"
                    )
                i_ty = math.nan if found.i_ty is None else float(found.i_ty)
                numbers = (float(found.i_tx), i_ty, float(found.entropy), found.ceiling)
                rows.append((epoch, layer, *numbers, found.near_ceiling))
    if not rows:
        raise ValueError("`activations` must hold at least one layer at one epoch, got none")
    names = ("epoch", "layer", "i_tx", "i_ty", "entropy", "ceiling", "near_ceiling")
    return pd.DataFrame(rows, columns=list(names))


def _named(estimator: str) -> Callable[..., LayerInformation]:
    return _ESTIMATORS[check_choice("estimator", estimator, tuple(_ESTIMATORS))]


def _numbered(entries: Any) -> Iterable[tuple[Any, Any]]:
    return entries.items() if isinstance(entries, Mapping) else enumerate(entries)


def compression_score(i_tx: Any) -> float:
    r"""Share of its largest information about the input that a layer gives up by the end.

    :math:`(\max_e I_e - I_{\text{last}}) / \max_e I_e` over the epochs e of one network: 0 for a
    layer that ends at its largest value, 1 for one that ends knowing nothing.

    Score each network, then average: the mean curve of networks that compress at different epochs
    hides what each of them does.

    Parameters
    ----------
    i_tx : array-like of shape (n_epochs,)
        I(T;X) of one layer in the order of epochs, in any unit; not negative.

    Returns
    -------
    float
        In [0, 1]; 0 where the layer never knew anything.

    Raises
    ------
    ValueError
        If there is no epoch, or a value is negative or not finite.

    Notes
    -----
    Compression of an estimate: where I(T;X) sits at its ceiling the layer may lose much before
    the score moves, and a resolution that does not follow the layer scores growth or shrinkage of
    its activity. The score is ours; the paper compares curves and its own measure was not found
    in its code.

    References
    ----------
    After Chelombiev et al. (2019), Section 4.

    Examples
    --------
    >>> compression_score([2.0, 4.0, 3.0])
    0.25
    """
    values = check_array("i_tx", i_tx, ndim=1)
    if values.min() < -1e-9:
        where = int(values.argmin())
        raise ValueError(f"`i_tx` must not be negative, got {values[where]} at index {where}")
    largest = float(values.max())
    return 0.0 if largest <= 0 else min((largest - float(values[-1])) / largest, 1.0)
