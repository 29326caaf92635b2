"""The estimators that run through the tasks: ours, and those of installed peers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from infomax import measures


@dataclass(frozen=True)
class Contestant:
    """One way to estimate mutual information from pairs.

    `estimate(x, y, seed)` returns nats. `max_dims` bounds the dimensions of both sides together;
    `n_seeds`, and `n_seeds_wide` above ten dimensions at the larger size, say what is affordable.
    What a contestant was not asked is left empty.
    """

    name: str
    estimate: Callable[[Any, Any, int], float]
    peer: bool = False
    max_dims: int = 100
    n_seeds: int = 10
    n_seeds_wide: int = 10


def neural(bound: str) -> Callable[[Any, Any, int], float]:
    """Train on 60 % of the pairs, stop by 20 % and read the rest."""

    def estimate(x: Any, y: Any, seed: int) -> float:
        estimator = measures.MutualInformationEstimator(
            bound=bound, n_steps=500, validation_fraction=0.4, random_state=seed
        )
        return float(estimator.fit(x, y).estimate())

    return estimate


def npeet(x: Any, y: Any, seed: int) -> float:
    from npeet_plus import mi

    np.random.seed(seed)  # noqa: NPY002 (the peer draws its noise there)
    return float(mi(x, y, k=3, base=math.e))


def infomeasure(x: Any, y: Any, seed: int) -> float:
    import infomeasure as peer

    np.random.seed(seed)  # noqa: NPY002
    return float(peer.mutual_information(x, y, approach="ksg", k=4, base="e"))


def scikit_learn(x: Any, y: Any, seed: int) -> float:
    from sklearn.feature_selection import mutual_info_regression

    return float(mutual_info_regression(x, y[:, 0], n_neighbors=3, random_state=seed)[0])


def ennemi(x: Any, y: Any, _: int) -> float:
    from ennemi import estimate_mi

    return float(estimate_mi(y[:, 0], x[:, 0], k=3)[0, 0])


CONTESTANTS = (
    Contestant("mutual_information", lambda x, y, _: measures.mutual_information(x, y)),
    Contestant(
        "gaussian_copula_mutual_information",
        lambda x, y, _: measures.gaussian_copula_mutual_information(x, y),
    ),
    Contestant(
        "ksg_mutual_information",
        lambda x, y, _: measures.ksg_mutual_information(x, y),
        n_seeds_wide=3,
    ),
    Contestant(
        "ksg_mutual_information, k = 10",
        lambda x, y, _: measures.ksg_mutual_information(x, y, n_neighbors=10),
        max_dims=10,
    ),
    Contestant(
        "ksg_mutual_information, variant 2",
        lambda x, y, _: measures.ksg_mutual_information(x, y, variant=2),
        max_dims=10,
    ),
    Contestant(
        "mixed_mutual_information",
        lambda x, y, _: measures.mixed_mutual_information(x, y),
        max_dims=10,
    ),
    Contestant(
        "binned_mutual_information, 10 quantiles",
        lambda x, y, _: measures.binned_mutual_information(x, y, binning="quantile"),
        max_dims=10,
    ),
    *(
        Contestant(f"MutualInformationEstimator, {bound}", neural(bound), n_seeds=3)
        for bound in ("infonce", "nwj", "donsker_varadhan", "mine", "jensen_shannon", "smile", "club")
    ),
    Contestant("npeet-plus, KSG k = 3", npeet, peer=True, max_dims=10),
    Contestant("infomeasure, KSG k = 4", infomeasure, peer=True, max_dims=10),
    Contestant("scikit-learn, KSG k = 3", scikit_learn, peer=True, max_dims=2),
    Contestant("ennemi, KSG k = 3", ennemi, peer=True, max_dims=2),
)  # fmt: skip
