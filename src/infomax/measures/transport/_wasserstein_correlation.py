"""Wasserstein dependency as a share of the most that its variables could have."""

from typing import Any

import array_api_compat

from infomax.measures.transport._distances import Metric
from infomax.measures.transport._wasserstein_dependency import wasserstein_dependency


def wasserstein_correlation(
    x: Any,
    y: Any,
    *,
    p: float = 1.0,
    ground: str = "sum",
    metric_x: Metric = "euclidean",
    metric_y: Metric = "euclidean",
    n_product: int | None = None,
) -> Any:
    r"""Wasserstein dependency, without units.

    :math:`I_W(x; y) / \sqrt{I_W(x; x)\, I_W(y; y)}`. With ground "sum" and p = 1 it lies in [0, 1]:
    there :math:`I_W(x; x)` is the mean distance of two points of x, and no dependency exceeds it. It
    is 0 if and only if x and y are independent, and 1 where y is an isometric image of x; scale the
    two alike first, for a factor c between them leaves :math:`1/\sqrt c`. With other grounds it can
    exceed 1. On samples it is too high, as `wasserstein_dependency` is.

    Parameters
    ----------
    x, y, p, ground, metric_x, metric_y, n_product
        As for `wasserstein_dependency`, solved exactly. With `n_product`, the same partners serve
        all three.

    Returns
    -------
    float or 0-d tensor
        0 where a variable is constant.

    Raises
    ------
    ValueError
        As for `wasserstein_dependency`.

    References
    ----------
    Móri and Székely (2020); Nies, Staudt and Munk (2021); Wiesel (2022).

    Examples
    --------
    >>> round(wasserstein_correlation([0.0, 1.0, 3.0], [7.0, 6.0, 4.0]), 6)
    1.0
    """
    options: dict[str, Any] = {"p": p, "ground": ground, "n_product": n_product, "random_state": 0}
    both = wasserstein_dependency(x, y, metric_x=metric_x, metric_y=metric_y, **options)
    of_x = wasserstein_dependency(x, x, metric_x=metric_x, metric_y=metric_x, **options)
    of_y = wasserstein_dependency(y, y, metric_x=metric_y, metric_y=metric_y, **options)
    most = (of_x * of_y) ** 0.5
    if array_api_compat.is_torch_array(most):
        return both / most if most > 0 else 0 * both
    return both / most if most > 0 else 0.0
