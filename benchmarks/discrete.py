"""Workloads of discrete measures: counting against scikit-learn, estimators against infomeasure."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import Workload
from infomax.measures import entropy, mutual_information

Pair = tuple[NDArray[Any], NDArray[Any]]


def symbols(size: str) -> Pair:
    """Return a uniform on 50 symbols, and b = a plus one of 0 to 4, modulo 50."""
    rng = np.random.default_rng(0)
    n = 10**6 if size == "full" else 2000
    a = rng.integers(0, 50, n)
    return a, (a + rng.integers(0, 5, n)) % 50


def words(size: str) -> Pair:
    """Return the same as words of six letters."""
    names = np.array([f"word{i:02d}" for i in range(50)])
    a, b = symbols(size)
    return names[a], names[b]


def skewed(size: str) -> NDArray[np.int64]:
    """Return draws from 1,000 outcomes, some rare, some never seen."""
    rng = np.random.default_rng(0)
    return rng.choice(1000, 100_000 if size == "full" else 200, p=rng.dirichlet(np.full(1000, 0.3)))


def ours(data: Pair) -> float:
    return float(mutual_information(*data))


def ours_entropy(estimator: str, samples: NDArray[np.int64]) -> float:
    return float(entropy(samples=samples, estimator=estimator))


def scikit_learn(data: Pair) -> float:
    from sklearn.metrics import mutual_info_score

    return float(mutual_info_score(*data))


def infomeasure_information(data: Pair) -> float:
    import infomeasure

    return float(infomeasure.mutual_information(*data, approach="discrete"))


def infomeasure_entropy(approach: str, samples: NDArray[np.int64]) -> float:
    import infomeasure

    return float(infomeasure.entropy(samples, approach=approach))


def mended_nsb(samples: NDArray[np.int64]) -> float:
    """Return infomeasure's NSB with each count's term taken once and over all of log beta.

    As it is, the terms are multiplied by the counts and the integral ends at beta = log K: another
    number. The two loops are its own, by the same quadrature.
    """
    from infomeasure.estimators.entropy.nsb import NsbEntropyEstimator
    from scipy.integrate import quad
    from scipy.special import loggamma

    peer = NsbEntropyEstimator(samples, base="e")
    n, k, counts = peer.data[0].N, peer.data[0].K, peer.data[0].counts

    def log_likelihood(beta: float) -> float:
        terms = loggamma(counts + beta) - loggamma(beta)
        return float(loggamma(k * beta) - loggamma(n + k * beta) + terms.sum())

    logs = np.linspace(-12, 12, 241)
    peak = float(logs[np.argmax([log_likelihood(math.exp(u)) for u in logs])])
    top = log_likelihood(math.exp(peak))

    def weight(u: float) -> float:
        beta = math.exp(u)
        return math.exp(log_likelihood(beta) - top) * float(peer._dxi(beta, k)) * beta

    limits = {"points": [peak - 1, peak - 0.2, peak, peak + 0.2, peak + 1], "limit": 100}
    ends = (peak - 12, peak + 12)
    above = quad(lambda u: weight(u) * peer._bayes(math.exp(u), k, counts), *ends, **limits)[0]
    return float(above / quad(weight, *ends, **limits)[0])


def equal(one: float, other: float | None) -> str | None:
    if other is None or abs(one - other) <= 1e-9:
        return None
    return f"{one!r} against {other!r} nats"


def information(name: str, data: Callable[[str], Pair], peer: Any, who: str, goal: str) -> Workload:
    return Workload(
        name=f"discrete information, 50 x 50 {name}, n = 1,000,000, {who}",
        ours=ours,
        peer=peer,
        data=data,
        agree=equal,
        peer_name=who,
        target=f"≥ {goal}, equal to 1e-9",
        repeats=3,
    )


def estimator(name: str, peer: Any, remark: str = "") -> Workload:
    return Workload(
        name=f"entropy by {name}, 1,000 outcomes, n = 100,000",
        ours=partial(ours_entropy, name),
        peer=peer,
        data=skewed,
        agree=equal,
        peer_name=f"infomeasure{remark}",
        target="≥ 5×, equal to 1e-9",
        repeats=3,
    )


WORKLOADS = [
    information("whole numbers", symbols, scikit_learn, "scikit-learn", "15×"),
    information("whole numbers", symbols, infomeasure_information, "infomeasure", "15×"),
    information("words", words, scikit_learn, "scikit-learn", "3×"),
    information("words", words, infomeasure_information, "infomeasure", "3×"),
    estimator("nsb", mended_nsb, " (its integral mended)"),
    estimator("chao_shen", partial(infomeasure_entropy, "chao_shen")),
    estimator("james_stein", partial(infomeasure_entropy, "shrink")),
    estimator("miller_madow", partial(infomeasure_entropy, "miller_madow")),
]
