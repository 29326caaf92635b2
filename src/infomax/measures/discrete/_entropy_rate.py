"""Entropy rate of a Markov chain whose transitions are known."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from infomax._arguments import check_base
from infomax.measures.discrete._categorical import categorical_entropy


def entropy_rate(transitions: ArrayLike, *, base: float | None = None) -> float:
    r"""Entropy rate of a Markov chain: what each further step tells, in the long run.

    :math:`\sum_s \pi_s H(P_s)`, the entropies of the rows weighted by the law :math:`\pi = \pi P`
    that the chain settles into.

    For what single steps tell take `categorical_entropy` of the rows.

    Parameters
    ----------
    transitions : array-like of shape (n_states, n_states)
        Row s holds the probabilities of what follows s; each sums to 1 within 1e-6.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float
        Between 0 and ``log(n_states)`` a step.

    Raises
    ------
    ValueError
        If a row is no distribution, or if the chain has several closed classes of states: its rate
        then depends on where it starts.

    Notes
    -----
    O(n³) time for the law. A periodic chain has a rate too.

    References
    ----------
    Cover and Thomas (2006), Theorem 4.2.4.

    Examples
    --------
    >>> round(entropy_rate([[0.9, 0.1], [0.5, 0.5]], base=2), 4)
    0.5575
    """
    rows = np.asarray(transitions, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[0] != rows.shape[1]:
        raise ValueError(f"`transitions` must be a square matrix, got shape {rows.shape}")
    try:
        entropies = categorical_entropy(rows)
    except ValueError as error:
        raise ValueError(str(error).replace("`probabilities`", "`transitions`")) from None
    law = _settled_law(rows / rows.sum(axis=1, keepdims=True))
    return float(law @ entropies) / check_base(base)


def _settled_law(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the stationary law, found on the one class of states that is never left."""
    n, classes = connected_components(rows > 0, directed=True, connection="strong")
    source, target = np.nonzero(rows)
    left = np.unique(classes[source[classes[source] != classes[target]]])
    closed = np.setdiff1d(np.arange(n), left)
    if len(closed) > 1:
        raise ValueError(
            f"`transitions` must have one closed class of states, got {len(closed)}: the rate "
            "depends on where the chain starts"
        )
    states = np.flatnonzero(classes == closed[0])
    inner = rows[np.ix_(states, states)]
    # One equation of balance follows from the others; that the law sums to one takes its place.
    balance = inner.T - np.eye(len(states))
    balance[-1] = 1
    right = np.zeros(len(states))
    right[-1] = 1
    law: NDArray[np.float64] = np.zeros(len(rows))
    law[states] = np.linalg.solve(balance, right).clip(0)
    law /= law.sum()
    return law
