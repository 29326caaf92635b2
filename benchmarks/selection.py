"""Cascades, seeds and invitations: against cynetdiff, PyNetIM and absolute goals."""

import array
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.runner import Workload
from infomax.selection import (
    Estimate,
    as_graph,
    imm,
    opim_c,
    rr_opim_plus,
    spread,
    uniform_probability,
    weighted_cascade,
)

Data = dict[str, Any]


def scale_free(size: str, *, per_arc: bool = False) -> Data:
    """Barabási–Albert graph, both ways: arcs of 0.02, or drawn from [0, 0.04]; ten best-linked seeds."""
    import networkx

    n = 10_000 if size == "full" else 1000
    graph = uniform_probability(networkx.barabasi_albert_graph(n, 5, seed=0), 0.02)
    if per_arc:
        graph.data = np.random.default_rng(0).uniform(0, 0.04, graph.nnz)
    seeds = np.argsort(-np.diff(graph.indptr), kind="stable")[:10]
    return {
        "graph": graph,
        "seeds": seeds,
        "per_arc": per_arc,
        "full": size == "full",
        "n_simulations": 10_000 if size == "full" else 2000,
    }


def cascades(data: Data) -> tuple[Data, Estimate]:
    return data, spread(
        data["graph"], data["seeds"], n_simulations=data["n_simulations"], random_state=0
    )


def cascades_by_cynetdiff(data: Data) -> float:
    from cynetdiff.models import IndependentCascadeModel

    if "peer" not in data:  # laying out the graph is not timed
        graph = data["graph"]
        ends = (array.array("I", ids.tolist()) for ids in (graph.indptr[:-1], graph.indices))
        numbers: Data = {"activation_prob": 0.02}
        if data["per_arc"]:
            numbers = {"activation_probs": array.array("f", graph.data.tolist())}
        data["peer"] = IndependentCascadeModel(*ends, **numbers)
        data["peer"].set_seeds(data["seeds"].tolist())
    model, reached = data["peer"], 0
    for _ in range(data["n_simulations"]):
        model.reset_model()
        model.advance_until_completion()
        reached += model.get_num_activated_nodes()
    return reached / data["n_simulations"]


def same_spread(ours: tuple[Data, Estimate], theirs: float) -> str | None:
    """Hold both sides against a hundred times as many cascades, four standard errors wide."""
    data, found = ours
    n_simulations = 100 * data["n_simulations"]
    close = spread(data["graph"], data["seeds"], n_simulations=n_simulations, random_state=1)
    allowed = 4 * np.hypot(found.standard_error, close.standard_error)
    if max(abs(found.value - close.value), abs(theirs - close.value)) > allowed:
        return f"spread {found.value:.2f}, peer {theirs:.2f}, by more cascades {close.value:.2f}"
    return None


def choosing(method: Any, k: int) -> Any:
    def ours(data: Data) -> tuple[Data, Any]:
        return data, method(data["graph"], k, epsilon=0.1, random_state=0)

    return ours


def pynetim_graph(data: Data) -> Any:
    import pynetim

    if "peer" not in data:
        edges = list(zip(*(ends.tolist() for ends in data["graph"].tocoo().coords), strict=True))
        data["peer"] = pynetim.IMGraph(edges, 0.02, True, False)
    return data["peer"]


def imm_by_pynetim(k: int) -> Any:
    def peer(data: Data) -> list[int]:
        from pynetim import IMMAlgorithm

        return sorted(IMMAlgorithm(pynetim_graph(data), "IC", epsilon=0.1).run(k))

    return peer


def opim_c_by_pynetim(k: int) -> Any:
    def peer(data: Data) -> list[int]:
        from pynetim import OPIMCAlgorithm

        return sorted(OPIMCAlgorithm(pynetim_graph(data), "IC").run(k, epsilon=0.1))

    return peer


def reaches_no_less(least: float) -> Any:
    """Demand a spread of at least the peer's but for noise, `least` at full size, and a certificate."""

    def agree(ours: tuple[Data, Any], theirs: list[int] | None) -> str | None:
        data, chosen = ours
        value = _judged(data, chosen.indices)
        if data["full"] and value < least:
            return f"spread {value:.2f}, at least {least} was wanted"
        if theirs is not None and value < 0.995 * _judged(data, theirs):
            return f"spread {value:.2f}, peer {_judged(data, theirs):.2f}"
        if not chosen.lower <= value <= chosen.bound or chosen.ratio < 0.53:
            return f"spread {value:.2f} certified within [{chosen.lower:.2f}, {chosen.bound:.2f}]"
        return None

    return agree


def _judged(data: Data, seeds: Any) -> float:
    return spread(data["graph"], seeds, n_simulations=100_000, random_state=9).value


def mail_graph(size: str) -> Data:
    """906 nodes and 25 thousand arcs, 45 participants: the size of the DNC mail graph."""
    import networkx

    n = 906 if size == "full" else 300
    graph = weighted_cascade(networkx.barabasi_albert_graph(n, 14, seed=0))
    return _with_participants(graph)


def stream_graph(size: str) -> Data:
    """168 thousand nodes and 13.5 million arcs of uneven degree: the size of a Twitch graph."""
    n, n_pairs = (168_000, 6_800_000) if size == "full" else (2000, 20_000)
    rng = np.random.default_rng(0)
    weight = (np.arange(n) + 1.0) ** -0.6
    share = np.cumsum(rng.permutation(weight / weight.sum()))
    ends = np.minimum(np.searchsorted(share, rng.random((2, n_pairs))), n - 1)
    arcs = sparse.coo_array(
        (np.ones(2 * n_pairs), (ends.ravel(), ends[::-1].ravel())), shape=(n, n)
    )
    return _with_participants(weighted_cascade(arcs))


def _with_participants(graph: Any) -> Data:
    graph = as_graph(graph)
    rng = np.random.default_rng(1)
    n = graph.shape[0]
    return {"graph": graph, "participants": rng.choice(n, n // 20, replace=False)}


def invitations(data: Data) -> tuple[Data, Any]:
    return data, rr_opim_plus(data["graph"], data["participants"], 10, random_state=0)


def certified(ours: tuple[Data, Any], theirs: None) -> str | None:
    del theirs
    data, chosen = ours
    found = spread(
        data["graph"],
        chosen.indices,
        exclude=data["participants"],
        n_simulations=200,
        random_state=2,
    )
    if chosen.ratio < 0.4 or not chosen.lower <= found.value <= chosen.bound:
        return f"spread {found.value:.1f} certified within [{chosen.lower:.1f}, {chosen.bound:.1f}]"
    return None


WORKLOADS = [
    Workload(
        "selection: 10 000 cascades, equal probabilities", cascades, cascades_by_cynetdiff,
        scale_free, same_spread, "cynetdiff", "8 times less CPU",
    ),
    Workload(
        "selection: 10 000 cascades, a probability each arc", cascades, cascades_by_cynetdiff,
        lambda size: scale_free(size, per_arc=True), same_spread, "cynetdiff", "2 times less CPU",
    ),
    Workload(
        "selection: IMM, 10 seeds, epsilon 0.1", choosing(imm, 10), imm_by_pynetim(10),
        scale_free, reaches_no_less(88.0), "PyNetIM", "6 times less CPU", repeats=3,
    ),
    Workload(
        "selection: IMM, 50 seeds, epsilon 0.1", choosing(imm, 50), imm_by_pynetim(50),
        scale_free, reaches_no_less(229.5), "PyNetIM", "6 times less CPU, spread 229.5", repeats=3,
    ),
    Workload(
        "selection: OPIM-C, 50 seeds, epsilon 0.1", choosing(opim_c, 50), opim_c_by_pynetim(50),
        scale_free, reaches_no_less(200.0), "PyNetIM", "no slower at no less spread",
    ),
    Workload(
        "selection: RR-OPIM+ on 906 nodes", invitations, None, mail_graph, certified, "",
        "0.05 s",
    ),
    Workload(
        "selection: RR-OPIM+ on 168 000 nodes, 13.5 million arcs", invitations, None,
        stream_graph, certified, "", "180 s and 8 GB", repeats=2,
    ),
]  # fmt: skip
