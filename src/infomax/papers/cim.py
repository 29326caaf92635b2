"""Capacity-constrained influence maximization: choose whom each participant invites."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.sparse import csr_array

from infomax.data.graph_files import read_graph
from infomax.data.graphs import barabasi_albert, graph_collection, hep_th, karate
from infomax.lab.claims import Bound, Comparison, Published
from infomax.lab.contract import Artifacts, Record, Row, Setting, Spend
from infomax.papers._cim_figures import draw_effort, draw_spread
from infomax.papers.catalogue import catalogue
from infomax.selection import (
    Assignment,
    Estimate,
    capacity_constrained_im,
    local_seeds,
    spread,
    weighted_cascade,
)

paper = catalogue["cim"]
SCHEMES = {
    "RR-OPIM+": "rr-opim+",
    "RR-OPIM": "rr-opim",
    "MG-OPIM": "mg-opim",
    "RR-Greedy": "rr-greedy",
    "MG-Greedy": "mg-greedy",
}
SIMULATED = ("RR-Greedy", "MG-Greedy")  # by cascades, on small graphs only
LOCAL = {
    "degree": 0.1,
    "PageRank": 0.1,
    "random": 0.1,
    "OPIM-C, each alone": 0.3,
    "IMM, each alone": 0.5,
}
BY = {"OPIM-C, each alone": "opim-c", "IMM, each alone": "imm", "PageRank": "pagerank"}
arms = dict.fromkeys(SCHEMES, "method") | dict.fromkeys(LOCAL, "baseline")
arms |= {"all friends": "oracle"}

EVERYWHERE = ("case", "k")
claims = [
    Comparison(
        "RR-OPIM+ reaches more people than inviting the friends of highest degree, or any",
        metric="spread",
        arm="RR-OPIM+",
        baseline=("degree", "random"),
        equal=("invitations",),
        every=EVERYWHERE,
        scale="log",
        smallest=0.01,
        published=Published(1632, 1488, unit="nodes", where="Table 2 (TXG)", kind="table"),
    ),
    Comparison(
        "RR-OPIM+ reaches more people than every participant's own best choice (hep-th)",
        metric="spread",
        arm="RR-OPIM+",
        baseline=("PageRank", "OPIM-C, each alone", "IMM, each alone"),
        equal=("invitations",),
        at={"case": "hep-th"},
        every=("k",),
        scale="log",
        smallest=0.01,
        published=Published(1632, 1471, unit="nodes", where="Table 2 (TXG), PageRank", kind="table"),
    ),
    Comparison(
        "RR-OPIM+ reaches more people than PageRank's choice (email-Enron)",
        metric="spread",
        arm="RR-OPIM+",
        baseline="PageRank",
        equal=("invitations",),
        at={"case": "email-Enron"},
        every=("k",),
        scale="log",
        smallest=0.01,
        published=Published(1632, 1471, unit="nodes", where="Table 2 (TXG)", kind="table"),
    ),
    Comparison(
        "RR-OPIM+ reaches more people than RR-OPIM at the same ε",
        metric="spread",
        arm="RR-OPIM+",
        baseline="RR-OPIM",
        equal=("invitations",),
        every=EVERYWHERE,
        scale="log",
        published=Published(1632, 1609, unit="nodes", where="Table 2 (TXG)", kind="table"),
    ),
    Comparison(
        "RR-OPIM+ needs fewer reverse-reachable sets than RR-OPIM",
        metric="rr_sets",
        arm="RR-OPIM+",
        baseline="RR-OPIM",
        better="lower",
        equal=("invitations",),
        every=EVERYWHERE,
        scale="log",
        published=Published(where="Figure 6", kind="curve"),
    ),
    Comparison(
        "RR-OPIM+ takes less time than RR-OPIM",
        metric="median_seconds",
        arm="RR-OPIM+",
        baseline="RR-OPIM",
        better="lower",
        equal=("invitations",),
        at={"case": "email-Enron"},
        every=("k",),
        scale="log",
        published=Published(where="Figure 6", kind="curve"),
    ),
    Comparison(
        "RR-OPIM+ invites more different people than degree does",
        metric="distinct_seeds",
        arm="RR-OPIM+",
        baseline="degree",
        equal=("invitations",),
        every=EVERYWHERE,
        scale="log",
        smallest=0.01,
        published=Published(3, 1, unit="ratio, at least", where="Figure 4", kind="figure"),
    ),
    Comparison(
        "choosing in turns reaches more people than choosing the best pair first",
        metric="spread",
        arm="RR-Greedy",
        baseline="MG-Greedy",
        equal=("invitations",),
        every=EVERYWHERE,
        scale="log",
        published=Published(where="Section 6.2", kind="curve"),
    ),
    Bound(
        "nothing that was found reaches more than the certificate's upper end",
        arm="RR-OPIM+",
        measured="best_spread",
        at_most="upper",
        standard_error="best_spread_error",
        trivial="n_others",
    ),
    Bound(
        "the choice reaches at least the certificate's lower end",
        arm="RR-OPIM+",
        measured="lower",
        at_most="spread",
        standard_error="spread_error",
        trivial="n_others",
    ),
]  # fmt: skip

HEP_TH = {"ks": (1, 2, 5), "simulated": True, "local": tuple(LOCAL), "timed": 0}
ENRON = {
    "ks": (2, 5, 10),
    "simulated": False,
    "local": ("degree", "PageRank", "random"),
    "timed": 20,
}
COMMON = {"share": 0.05, "epsilon": 0.1, "relative_error": 0.01, "n_simulations": 1000}
QUICK = {"local": ("degree", "PageRank", "random")}
SEED = ("participants", "draws of the algorithms")
EPSILONS = (0.05, 0.1, 0.2, 0.3)
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options=COMMON
        | {"share": 0.15, "relative_error": 0.05, "graphs": {"karate": HEP_TH | {"ks": (1, 2)}}, "epsilons": ()},
    ),
    "demo": Setting(
        n_seeds=5,
        varies=SEED,
        options=COMMON | {"n_simulations": 500, "graphs": {"hep-th": HEP_TH | QUICK}, "epsilons": EPSILONS},
    ),
    "laptop": Setting(
        n_seeds=10,
        varies=SEED,
        options=COMMON | {"graphs": {"hep-th": HEP_TH, "email-Enron": ENRON}, "epsilons": EPSILONS},
    ),
    "full": Setting(
        n_seeds=10,
        varies=SEED,
        options=COMMON
        | {"n_simulations": 10_000, "epsilons": EPSILONS}
        | {"graphs": {"hep-th": HEP_TH, "email-Enron": ENRON, "pgp-strong-2009": ENRON, "generated": ENRON}},
    ),
    "own": Setting(
        n_seeds=5,
        varies=SEED,
        options=COMMON | {"relative_error": 0.02, "graphs": {"own": HEP_TH | QUICK | {"simulated": False}}, "epsilons": EPSILONS},
    ),
}  # fmt: skip

GRAPHS: dict[str, Callable[[], csr_array]] = {
    "karate": karate,
    "hep-th": hep_th,
    "generated": lambda: barabasi_albert(168_000, 40, random_state=0),
}


def prepare(setting: Setting, data: str | None = None) -> dict[str, csr_array]:
    """Return the graphs with probability 1 / in-degree; a file's own weights are kept."""
    graphs = {}
    for name in setting["graphs"]:
        if name == "own":
            if data is None:
                raise ValueError("`data` must be an edge list for the setting 'own', got None")
            file = read_graph(data)
            graphs[name] = file.adjacency if file.weighted else weighted_cascade(file.adjacency)
        else:
            graph = GRAPHS[name]() if name in GRAPHS else graph_collection(name)
            graphs[name] = weighted_cascade(graph)
    return graphs


@dataclass(frozen=True)
class Invitation:
    """Who takes part on one graph, and how the choice of friends is judged."""

    case: str
    graph: csr_array
    participants: NDArray[np.int64]
    seed: int
    setting: Setting

    def friends(self, arm: str, k: int, epsilon: float) -> Assignment:
        """Let one arm choose."""
        if arm in SCHEMES:
            return capacity_constrained_im(
                self.graph,
                self.participants,
                k,
                method=SCHEMES[arm],
                epsilon=epsilon,
                n_simulations=self.setting["n_simulations"],
                random_state=self.seed,
            )
        return local_seeds(
            self.graph,
            self.participants,
            k,
            by=BY.get(arm, arm),
            epsilon=LOCAL[arm],
            random_state=self.seed,
        )

    def reached(self, seeds: NDArray[np.int64]) -> Estimate:
        """Estimate the spread afresh, with the same random numbers for every arm."""
        return spread(
            self.graph,
            np.unique(seeds),
            method="rr",
            relative_error=self.setting["relative_error"],
            exclude=self.participants,
            random_state=np.random.default_rng([self.seed, 1]),
        )

    def candidates(self) -> list[NDArray[np.int64]]:
        """Return each participant's friends outside the participants."""
        inside = np.zeros(self.graph.shape[0], bool)
        inside[self.participants] = True
        ends = self.graph.indptr
        friends = [self.graph.indices[ends[u] : ends[u + 1]] for u in self.participants]
        return [nodes[~inside[nodes]].astype(np.int64) for nodes in friends]


def trial(setting: Setting, seed: int, context: Mapping[str, csr_array]) -> Iterator[Record]:
    """Draw participants, let every arm choose their friends, and see whom that reaches."""
    for case, graph in context.items():
        rng = np.random.default_rng([seed, 0])
        n = graph.shape[0]
        some = rng.choice(
            np.flatnonzero(np.diff(graph.indptr)), max(2, round(setting["share"] * n)), False
        )
        invitation = Invitation(case, graph, np.sort(some), seed, setting)
        plan = setting["graphs"][case]
        for k in plan["ks"]:
            yield from _choices(invitation, plan, k)
            if plan["timed"]:
                yield from _seconds(invitation, k, plan["timed"])
        yield from _effort(invitation, max(plan["ks"]), setting["epsilons"])


def _choices(invitation: Invitation, plan: Mapping[str, Any], k: int) -> Iterator[Record]:
    at, case = {"k": k}, invitation.case
    friends = invitation.candidates()
    allowed = sum(min(k, len(nodes)) for nodes in friends)
    best = invitation.reached(np.concatenate(friends))
    yield Row("all friends", "spread", best.value, "nodes", at, case)
    choosing = float(np.mean([len(nodes) > k for nodes in friends]))
    yield Row("all friends", "more_than_k", choosing, "1", at, case)
    schemes = [name for name in SCHEMES if plan["simulated"] or name not in SIMULATED]
    found = []
    for arm in (*schemes, *plan["local"]):
        chosen = invitation.friends(arm, k, invitation.setting["epsilon"])
        reached = invitation.reached(chosen.indices)
        found.append((reached.value, reached.standard_error))
        yield Row(arm, "spread", reached.value, "nodes", at, case)
        yield Row(arm, "spread_error", reached.standard_error, "nodes", at, case)
        yield Row(arm, "distinct_seeds", np.unique(chosen.indices).size, "nodes", at, case)
        yield Spend(arm, "invitations", chosen.indices.size, allowed, at, case)
        if arm in SCHEMES and arm not in SIMULATED:
            yield Spend(arm, "rr_sets", chosen.n_rr_sets, None, at, case)
        if arm == "RR-OPIM+":
            yield Row(arm, "lower", chosen.lower, "nodes", at, case)
            yield Row(arm, "upper", chosen.bound, "nodes", at, case)
    value, error = max(found)
    yield Row("RR-OPIM+", "best_spread", value, "nodes", at, case)
    yield Row("RR-OPIM+", "best_spread_error", error, "nodes", at, case)
    n_others = invitation.graph.shape[0] - invitation.participants.size
    yield Row("RR-OPIM+", "n_others", n_others, "nodes", at, case)


def _seconds(invitation: Invitation, k: int, n_repeats: int) -> Iterator[Record]:
    """Time both stopping rules in turn on this process's own clock; the first round warms up."""
    taken: dict[str, list[float]] = {"RR-OPIM+": [], "RR-OPIM": []}
    for _ in range(n_repeats + 1):
        for arm, seconds in taken.items():
            start = time.process_time()
            invitation.friends(arm, k, invitation.setting["epsilon"])
            seconds.append(time.process_time() - start)
    for arm, seconds in taken.items():
        yield Spend(arm, "median_seconds", median(seconds[1:]), None, {"k": k}, invitation.case)


def _effort(invitation: Invitation, k: int, epsilons: Sequence[float]) -> Iterator[Record]:
    """Spread against sets drawn while ε varies."""
    for epsilon in epsilons:
        for arm in ("RR-OPIM+", "RR-OPIM"):
            chosen = invitation.friends(arm, k, epsilon)
            at = {"epsilon": epsilon}
            value = invitation.reached(chosen.indices).value
            yield Row(arm, "spread_at_epsilon", value, "nodes", at, invitation.case)
            yield Row(arm, "rr_sets_at_epsilon", chosen.n_rr_sets, "sets", at, invitation.case)


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Spread against k, and spread against sets drawn while ε varies."""
    drawn = {"spread": draw_spread(rows, arms)}
    if (rows["metric"] == "spread_at_epsilon").any():
        drawn["effort"] = draw_effort(rows)
    return drawn
