"""What a layer tells of its inputs and of the labels."""

import warnings
from dataclasses import dataclass
from typing import Any

from infomax._arguments import check_base
from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures._inputs import in_base
from infomax.measures._points import as_float


@dataclass(frozen=True)
class LayerInformation:
    """Information in a layer, in nats or in the base asked for.

    Parameters
    ----------
    i_tx : float or 0-d tensor
        I(T;X), what the layer tells of the input; a tensor where the estimator can be
        differentiated and a tensor came.
    i_ty : float, 0-d tensor or None
        I(T;Y), what it tells of the labels; None if none came.
    entropy : float or 0-d tensor
        Entropy of the layer at the estimator's resolution: of its symbols when binned, of a
        density (so that it may be negative) under kernels.
    ceiling : float
        The largest I(T;X) that these inputs can show: their own entropy.
    near_ceiling : bool
        Whether I(T;X) lies within 0.1 nat or 5 % of its ceiling: nearly every input then has a
        place of its own, and I(T;Y) is H(Y) whatever the labels are.
    """

    i_tx: Any
    i_ty: Any
    entropy: Any
    ceiling: float
    near_ceiling: bool = False


def layer_information(
    i_tx: Any, i_ty: Any, entropy: Any, ceiling: float, base: float | None
) -> LayerInformation:
    """Put together what was found in nats."""
    gap = ceiling - as_float(i_tx)
    return LayerInformation(
        in_base(i_tx, base),
        None if i_ty is None else in_base(i_ty, base),
        in_base(entropy, base),
        ceiling / check_base(base),
        ceiling > 0 and gap < max(0.1, 0.05 * ceiling),
    )


def warn_near_ceiling(found: LayerInformation, remedy: str) -> None:
    """Warn the caller of the public function that an estimate sits at its ceiling."""
    if found.near_ceiling:
        warnings.warn(
            f"I(T;X) is {as_float(found.i_tx):.3f} of at most {found.ceiling:.3f}: nearly every "
            f"input has a place of its own, and any labels would seem to be known; {remedy}, or "
            "compare with shuffled labels",
            EstimatorCeilingWarning,
            stacklevel=3,
        )
