"""The generalization bound of the information bottleneck, and its factor."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_array, check_at_least, check_choice, check_count


def bottleneck_generalization_bound(
    i_xz_given_y: float,
    i_phi_s: float,
    n: int,
    *,
    g1: float | None = None,
    g2: float | None = None,
    g3: float | None = None,
    layer: str = "hidden",
    loss_max: float | None = None,
) -> float:
    r"""Bound of the gap between test and training loss by information instead of parameters.

    With probability :math:`1 - \delta` over training sets of n, the gap is at most the least of these
    over the layers of a network: for a hidden layer

    .. math:: G_3 \sqrt{\frac{I(X;Z_l|Y) + I(\phi_l;S) + G_2}{n}} + \frac{G_1}{\sqrt n},

    and for the output, with the weights of the whole network,
    :math:`R \sqrt{(I(\phi;S) + G_2) / 2n}`. The information of an encoder that was not learnt from S
    is :math:`I(\phi_l;S) = 0`.

    Compare networks by it, not with the gap itself: at the sizes at which it can be computed it says
    less than that the loss is bounded.

    Parameters
    ----------
    i_xz_given_y : float
        :math:`I(X;Z_l|Y)` in nats, as from `measures.stochastic_encoder_information`; not used for the
        output.
    i_phi_s : float
        :math:`I(\phi_l;S)` in nats, as from `parameter_information`.
    n : int
        Size of the training set.
    g1, g2 : float, optional
        :math:`G_1` and :math:`G_2`, above 0. Left out, their terms are dropped, and what remains is the
        information term, which bounds nothing by itself.
    g3 : float, optional
        :math:`G_3`, above 0, as from `bottleneck_bound_factor`; needed for a hidden layer.
    layer : {"hidden", "output"}
        Which of the two.
    loss_max : float, optional
        R, the largest loss, above 0; needed for the output.

    Returns
    -------
    float
        In units of the loss.

    Raises
    ------
    ValueError
        If an information is below 0, a factor not above 0, or one that is needed is left out.

    Notes
    -----
    **Where paper and code part.** The paper measures in bits and multiplies by ln 2; here everything is
    in nats, and the factor is gone. :math:`G_1` and :math:`G_2` gather :math:`\ln 1/\delta`, the
    sensitivity of the layer and entropies; the authors' code computes neither.

    References
    ----------
    Kawaguchi et al. (2023), Theorems 1 and 2.

    Examples
    --------
    >>> round(bottleneck_generalization_bound(2.0, 3.0, 500, g1=1.0, g2=5.0, g3=0.5), 4)
    0.1154
    >>> round(bottleneck_generalization_bound(0.0, 3.0, 500, layer="output", loss_max=2.0), 4)
    0.1095
    """
    check_choice("layer", layer, ("hidden", "output"))
    check_count("n", n)
    check_at_least("i_xz_given_y", i_xz_given_y, 0)
    check_at_least("i_phi_s", i_phi_s, 0)
    first, second = (_factor(name, value) for name, value in (("g1", g1), ("g2", g2)))
    if layer == "output":
        return _needed("loss_max", loss_max, layer) * math.sqrt((i_phi_s + second) / (2 * n))
    total = i_xz_given_y + i_phi_s + second
    return _needed("g3", g3, layer) * math.sqrt(total / n) + first / math.sqrt(n)


@dataclass(frozen=True)
class BoundFactor:
    """What `bottleneck_bound_factor_result` found.

    Parameters
    ----------
    value : float
        The largest over the classes.
    classes : array of shape (n_classes,)
        The labels, sorted.
    by_class : array of shape (n_classes,)
        The sum of each class.
    """

    value: float
    classes: NDArray[Any]
    by_class: NDArray[np.float64]


def bottleneck_bound_factor(log_marginal: ArrayLike, losses: ArrayLike, labels: ArrayLike) -> float:
    r"""Return the factor :math:`G_3` of `bottleneck_generalization_bound`.

    .. math:: G_3 = \max_y \sum_k \ell(g(z_k), y) \sqrt{2 |Y| \, P(Z = z_k | Y = y)},

    the sum being over the typical values of the layer for class y, of which the points that come are
    taken to be all.

    Parameters
    ----------
    log_marginal : array-like of shape (n,)
        :math:`\ln P(Z = z_k | Y = y_k)` of each point, given its own class.
    losses : array-like of shape (n,)
        Loss of each point, at least 0.
    labels : array-like of shape (n,)
        Class of each point.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    ValueError
        If lengths differ, something is not finite, or a loss is below 0.

    Notes
    -----
    Probabilities are of a layer with countably many values (rounded, or binned). The authors' code puts
    the *density* of a Gaussian layer in their place: the factor then changes with the units of the
    layer, and compares networks only if those agree.

    References
    ----------
    Kawaguchi et al. (2023), Theorem 1.

    Examples
    --------
    >>> import numpy as np
    >>> log_marginal = np.log(np.full(20, 0.1))  # two classes of ten points, each as probable
    >>> round(bottleneck_bound_factor(log_marginal, np.ones(20), np.arange(20) % 2), 4)  # √(2·2·10)
    6.3246
    """
    return bottleneck_bound_factor_result(log_marginal, losses, labels).value


def bottleneck_bound_factor_result(
    log_marginal: ArrayLike, losses: ArrayLike, labels: ArrayLike
) -> BoundFactor:
    """Return `bottleneck_bound_factor` with the value of each class.

    Parameters
    ----------
    log_marginal, losses, labels
        As for `bottleneck_bound_factor`.

    Returns
    -------
    BoundFactor
        The factor, and the sum of each class.

    Raises
    ------
    ValueError
        As `bottleneck_bound_factor`.

    Examples
    --------
    >>> import numpy as np
    >>> log_marginal = np.log([0.5, 0.5, 0.25])
    >>> bottleneck_bound_factor_result(log_marginal, [1, 1, 2], ["a", "a", "b"]).by_class.round(3)
    array([2.828, 2.   ])
    """
    log_probability = check_array("log_marginal", log_marginal, ndim=1)
    found = check_array("losses", losses, ndim=1)
    classes, places = np.unique(np.asarray(labels), return_inverse=True)
    if not log_probability.shape == found.shape == places.shape:
        raise ValueError(
            "`log_marginal`, `losses` and `labels` must be of one length, got shapes "
            f"{log_probability.shape}, {found.shape}, {places.shape}"
        )
    if (found < 0).any():
        raise ValueError(f"`losses` must be at least 0, got {found.min():g}")
    terms = found * np.sqrt(2 * len(classes) * np.exp(log_probability))
    by_class = np.bincount(places, weights=terms).astype(np.float64)
    return BoundFactor(float(by_class.max()), classes, by_class)


def _factor(name: str, value: float | None) -> float:
    return 0.0 if value is None else check_at_least(name, value, 0, strict=True)


def _needed(name: str, value: float | None, layer: str) -> float:
    if value is None:
        raise ValueError(f"`{name}` must be given for layer={layer!r}, got None")
    return check_at_least(name, value, 0, strict=True)
