"""How far a set function is from a plain sum."""

from numpy.typing import ArrayLike

from infomax.selection._greedy import check_items
from infomax.selection.influence._capacity_greedy import Oracle
from infomax.selection.objectives._objective import Objective, SetFunction


def curvature(oracle: Oracle, ground: ArrayLike) -> float:
    r"""Total curvature of a monotone submodular function on a ground set C.

    .. math:: \gamma = 1 - \min_{e \in C} \frac{f(C) - f(C \setminus \{e\})}{f(\{e\})}

    0 for a sum over items, 1 where some item adds nothing to the others. `rr_greedy` reaches
    :math:`1/(1+\gamma)` of the best.

    Parameters
    ----------
    oracle : Objective or callable
        The function, as for `rr_greedy`.
    ground : array-like of int
        Distinct items; those worth 0 alone are left out of the minimum.

    Returns
    -------
    float
        In [0, 1] for a monotone submodular function.

    Raises
    ------
    ValueError
        If `ground` is empty, or no item of it has worth.

    Notes
    -----
    Two evaluations an item for a function; an objective is filled once for each item.

    References
    ----------
    Conforti and Cornuéjols (1984); Zhang, Huang, Sun et al. (2023), Theorem 2.

    Examples
    --------
    >>> from infomax.selection import curvature
    >>> curvature(lambda items: min(len(items), 2), [0, 1])
    0.0
    >>> curvature(lambda items: min(len(items), 2), [0, 1, 2])
    1.0
    """
    items = check_items("ground", ground, 2**62)
    if items.size == 0:
        raise ValueError("`ground` must hold at least one item, got none")
    objective = (
        oracle if isinstance(oracle, Objective) else SetFunction(oracle, int(items.max()) + 1)
    )
    check_items("ground", items, objective.n)
    objective.reset()
    alone = objective.gains(items)
    if not (alone > 0).any():
        raise ValueError("`ground` must hold an item of positive worth, got none")
    shares = []
    for e, worth in zip(items.tolist(), alone.tolist(), strict=True):
        if worth > 0:
            objective.reset()
            for other in items.tolist():
                if other != e:
                    objective.add(other)
            shares.append(objective.gain(e) / worth)
    objective.reset()
    return float(1 - min(shares))
