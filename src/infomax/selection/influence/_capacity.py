"""One door to capacity constrained influence maximisation."""

from typing import Any

from numpy.typing import ArrayLike

from infomax._arguments import check_choice, check_count
from infomax._arrays import RandomState
from infomax.selection.influence._assignment import Assignment
from infomax.selection.influence._candidates import friends_of
from infomax.selection.influence._capacity_greedy import mg_greedy, rr_greedy
from infomax.selection.influence._graph import Graph, as_graph
from infomax.selection.influence._rr_opim import rr_opim_plus
from infomax.selection.influence._worlds import LiveEdgeWorlds

_ON_SETS: dict[str, dict[str, Any]] = {
    "rr-opim+": {"bound": "tight", "greedy": "rr"},
    "rr-opim": {"bound": "simple", "greedy": "rr"},
    "mg-opim": {"bound": "simple", "greedy": "mg"},
}
_ON_WORLDS = {"rr-greedy": rr_greedy, "mg-greedy": mg_greedy}


def capacity_constrained_im(
    graph: Graph,
    participants: ArrayLike,
    k: ArrayLike,
    *,
    method: str = "rr-opim+",
    model: str = "ic",
    epsilon: float = 0.1,
    delta: float | None = None,
    n_simulations: int = 10_000,
    convention: str = "paper",
    random_state: RandomState = None,
) -> Assignment:
    r"""Choose at most `k` friends for each participant to invite, so that most others are reached.

    Participants A invite some of their out-neighbours outside A. Those invited start a cascade in
    the graph without A; the number of nodes it reaches in expectation is to be large. The methods
    "rr-opim+", "rr-opim" and "mg-opim" work on reverse-reachable sets and certify their answer
    within :math:`1/2 - \epsilon` of the best; "rr-greedy" and "mg-greedy" simulate and are for
    small graphs.

    "rr-opim+" is the fastest; "rr-opim" spends more and may spread a little further at equal
    `epsilon`. `local_seeds` is what participants would do without coordination; `opim_c` and `imm`
    answer the plain question without participants.

    Parameters
    ----------
    graph : graph
        As for `as_graph`. Compute `weighted_cascade` on the whole graph, participants included.
    participants : array-like of int
        Distinct nodes.
    k : int or array-like of int
        Most friends a participant may invite, one for all or one each.
    method : {"rr-opim+", "rr-opim", "mg-opim", "rr-greedy", "mg-greedy"}
    model : {"ic", "lt"}
    epsilon : float
        In (0, 1/2), for the methods on sets.
    delta : float, optional
        In (0, 1), for the methods on sets; one over the number of nodes when left out.
    n_simulations : int
        Worlds, for the methods that simulate.
    convention : {"paper", "released"}
        For the methods on sets, see `rr_opim_plus`.
    random_state : int, Generator or None

    Returns
    -------
    Assignment
        With simulation, `value`, `lower` and `bound` are those on the sampled worlds.

    Raises
    ------
    ValueError
        As `rr_opim_plus`.

    Warns
    -----
    ConvergenceWarning
        As `rr_opim_plus`.

    Notes
    -----
    **Where paper and code part.**
    See `rr_opim_plus`. For "mg-greedy" the released code gives a friend to a random participant
    among those with room; here the lowest gets it, so that results repeat; the bounds are the same.

    References
    ----------
    Zhang, Huang, Sun et al. (2023).

    Examples
    --------
    >>> from infomax.selection import capacity_constrained_im
    >>> arcs = [(0, 2), (0, 3), (1, 3), (1, 4), (2, 5), (3, 6), (3, 7), (4, 8)]
    >>> friends = capacity_constrained_im(arcs, [0, 1], 1, random_state=0)
    >>> friends.pairs.tolist(), round(friends.value, 1)
    ([[0, 3], [1, 4]], 5.0)
    """
    check_choice("method", method, (*_ON_SETS, *_ON_WORLDS))
    if method in _ON_SETS:
        return rr_opim_plus(
            graph, participants, k, epsilon=epsilon, delta=delta, model=model,
            convention=convention, random_state=random_state, **_ON_SETS[method],
        )  # fmt: skip
    check_choice("convention", convention, ("paper", "released"))
    arcs = as_graph(graph)
    listed = friends_of(arcs, participants, k)
    worlds = LiveEdgeWorlds(
        arcs, check_count("n_simulations", n_simulations), model=model,
        exclude=listed.participants, random_state=random_state,
    )  # fmt: skip
    candidates = {int(u): listed.of(i) for i, u in enumerate(listed.participants)}
    return _ON_WORLDS[method](worlds, candidates, listed.limits)
