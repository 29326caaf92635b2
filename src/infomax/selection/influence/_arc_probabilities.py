"""Probabilities for arcs that come without."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from infomax._arguments import check_between
from infomax._arrays import RandomState, random_generator
from infomax.selection.influence._graph import Graph, assemble, check_square, compressed, is_sparse
from infomax.selection.influence._graph_sources import listed_arcs


def weighted_cascade(graph: Graph) -> sparse.csr_array:
    """Give every arc into v the probability 1 / in-degree of v.

    The usual choice where probabilities are unknown: each node is reached by one in-neighbour in
    expectation, and the arcs are valid weights of the linear threshold model too.
    `uniform_probability` and `trivalency` do not depend on degrees.

    Parameters
    ----------
    graph : graph
        As for `as_graph`, but the numbers on the arcs may be anything; those that are zero are no
        arcs.

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        As `as_graph` does for shapes.

    Notes
    -----
    Compute it before nodes are left out: the in-degree is that of the graph that came. O(arcs).

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Section 3.

    Examples
    --------
    >>> from infomax.selection import weighted_cascade
    >>> weighted_cascade([(0, 2), (1, 2)]).toarray()[:, 2]
    array([0.5, 0.5, 0. ])
    """
    arcs = _pattern(graph)
    in_degree = np.bincount(arcs.indices, minlength=arcs.shape[0])
    arcs.data = 1.0 / in_degree[arcs.indices]
    return arcs


def uniform_probability(graph: Graph, probability: float) -> sparse.csr_array:
    """Give every arc the same probability.

    Parameters
    ----------
    graph : graph
        As for `weighted_cascade`.
    probability : float
        In [0, 1].

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        If `probability` is outside [0, 1].

    References
    ----------
    Kempe, Kleinberg and Tardos (2003), Section 3.

    Examples
    --------
    >>> from infomax.selection import uniform_probability
    >>> uniform_probability([(0, 1), (1, 2)], 0.1).data
    array([0.1, 0.1])
    """
    probability = check_between("probability", probability, 0, 1)
    arcs = _pattern(graph)
    arcs.data = np.full(arcs.nnz, probability)
    arcs.eliminate_zeros()
    return arcs


def trivalency(
    graph: Graph,
    *,
    probabilities: ArrayLike = (0.1, 0.01, 0.001),
    random_state: RandomState = None,
) -> sparse.csr_array:
    """Give every arc one of a few probabilities, drawn at random.

    Parameters
    ----------
    graph : graph
        As for `weighted_cascade`.
    probabilities : array-like of float
        Each in [0, 1], equally likely.
    random_state : int, Generator or None

    Returns
    -------
    scipy.sparse.csr_array

    Raises
    ------
    ValueError
        If one of `probabilities` is outside [0, 1].

    References
    ----------
    Chen, Wang and Wang (2010), Section 4.

    Examples
    --------
    >>> from infomax.selection import trivalency
    >>> trivalency([(0, 1), (1, 2), (2, 0)], random_state=0).data
    array([0.001, 0.01 , 0.01 ])
    """
    choices = np.array(
        [check_between("probabilities", float(p), 0, 1) for p in np.ravel(probabilities)]
    )
    arcs = _pattern(graph)
    arcs.data = random_generator(random_state).choice(choices, arcs.nnz)
    arcs.eliminate_zeros()
    return arcs


def _pattern(graph: Graph) -> sparse.csr_array:
    if is_sparse(graph):
        check_square(graph.shape)
        arcs = compressed(graph).copy()
    else:
        source, target, _, n = listed_arcs(graph, None, "")
        arcs = assemble(source, target, None, n)
    arcs.sum_duplicates()
    arcs.eliminate_zeros()
    check_square(arcs.shape)
    return arcs
