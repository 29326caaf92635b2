"""Mutual information averaged over random projections."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_base, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import in_base, like_first_tensor
from infomax.measures.density._copula import checked_pairs


@dataclass(frozen=True)
class SlicedInformation:
    """Sliced mutual information, and how sure its mean over projections is.

    Parameters
    ----------
    value : float
        Mean over the projections, in nats or the base asked for.
    standard_error : float
        Of that mean, from how much projections differ; it does not tell the estimator's bias.
    projections : ndarray of shape (n_projections,)
        The information of each.
    """

    value: float
    standard_error: float
    projections: NDArray[np.float64]


def sliced_mutual_information(
    x: Any,
    y: Any,
    *,
    n_projections: int = 100,
    n_dims: int = 1,
    base_estimator: Callable[[Any, Any], Any] | None = None,
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Mutual information of random projections of two vectors, on average.

    :math:`SI(X; Y) = E_{\theta, \varphi} I(\theta^\top X; \varphi^\top Y)`, where the projections
    are uniform on the unit spheres (or on frames of `n_dims` orthonormal vectors).

    Like mutual information it is zero exactly for independent vectors, and its error does not grow
    with their dimension; unlike it, it can be raised by a map of one side, and it is far below
    I(X;Y) in many dimensions. Take it to compare dependences between clouds in which no other
    estimator can be trusted.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs; ``(n,)`` is n points of one dimension.
    n_projections : int
        How many pairs of projections are drawn, at least 2.
    n_dims : int
        Dimensions of a projection; not above those of `x` or `y`.
    base_estimator : callable, optional
        ``base_estimator(x, y)`` on arrays of shape (n, n_dims), in nats; `ksg_mutual_information`
        when left out.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, numpy.random.Generator or None
        For the projections.

    Returns
    -------
    float or 0-d tensor
        A tensor without a gradient if a tensor came.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, or an option is out of range.

    Notes
    -----
    `n_projections` times the cost of the estimator.

    References
    ----------
    Goldfeld and Greenewald (2021), Definition 1. Goldfeld, Greenewald, Nuradha and Reeves (2022),
    Definition 1, for more than one dimension.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(1000, 2))
    >>> y = 0.8 * x + 0.6 * np.random.default_rng(1).normal(size=(1000, 2))
    >>> told = sliced_mutual_information(x, y, n_projections=50, random_state=0)
    >>> abs(told - 0.223) < 0.1
    True
    """
    found = sliced_mutual_information_result(
        x,
        y,
        n_projections=n_projections,
        n_dims=n_dims,
        base_estimator=base_estimator,
        base=base,
        random_state=random_state,
    )
    return like_first_tensor(found.value, x, y)


def sliced_mutual_information_result(
    x: Any,
    y: Any,
    *,
    n_projections: int = 100,
    n_dims: int = 1,
    base_estimator: Callable[[Any, Any], Any] | None = None,
    base: float | None = None,
    random_state: RandomState = None,
) -> SlicedInformation:
    """Sliced mutual information with the standard error of its mean over projections.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Pairs.
    n_projections, n_dims, base_estimator, base, random_state
        As in `sliced_mutual_information`.

    Returns
    -------
    SlicedInformation
        Value, standard error and the information of each projection.

    Raises
    ------
    ValueError
        As `sliced_mutual_information`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(500, 3))
    >>> found = sliced_mutual_information_result(x, x, n_projections=20, random_state=0)
    >>> found.projections.shape, found.standard_error > 0
    ((20,), True)
    """
    from infomax.measures.neighbors._ksg import ksg_mutual_information

    first, second = checked_pairs(x, y)
    check_count("n_projections", n_projections, minimum=2)
    check_count("n_dims", n_dims, maximum=min(first.shape[1], second.shape[1]))
    per_nat = 1 / check_base(base)
    estimate = base_estimator or ksg_mutual_information
    generator = random_generator(random_state)
    values = np.array(
        [
            in_base(estimate(*(z @ _frame(z.shape[1], n_dims, generator) for z in pair)), None)
            for pair in [(first, second)] * n_projections
        ],
        dtype=np.float64,
    )
    values *= per_nat
    error = float(values.std(ddof=1) / np.sqrt(n_projections))
    return SlicedInformation(float(values.mean()), error, values)


def _frame(d: int, n_dims: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw a uniform frame of orthonormal columns."""
    frame, triangle = np.linalg.qr(generator.normal(size=(d, n_dims)))
    return frame * np.sign(np.diag(triangle))
