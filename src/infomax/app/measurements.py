"""Entropy and information of columns by the name of an estimator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

OF_LABELS = ("plugin", "miller-madow", "grassberger", "james-stein", "chao-shen", "nsb")
CHOSEN_BY_NAME = ("auto", *OF_LABELS, "corrected-ksg", "gaussian-copula")
BY_NEIGHBORS = ("ksg", "mixed", "ross")
OF_ENTROPY = ("auto", *OF_LABELS, "knn", "diffusion", "adjacency", "binned")
OF_INFORMATION = (
    *CHOSEN_BY_NAME,
    *BY_NEIGHBORS,
    "transfer-entropy",
    "mine",
    "diffusion",
    "adjacency",
    "binned",
)
ESTIMATORS = tuple(dict.fromkeys((*OF_INFORMATION, *OF_ENTROPY)))


_ONLY_FOR = {
    "kind": ("auto",),
    "bandwidth": ("diffusion", "adjacency"),
    "t": ("diffusion",),
    "solver": ("diffusion",),
    "n_bins": ("binned",),
    "n_neighbors": ("auto", "corrected-ksg", "knn", *BY_NEIGHBORS, "transfer-entropy"),
}


@dataclass(frozen=True)
class Options:
    """What the command was told."""

    kind: str = "auto"
    n_permutations: int = 0
    null: str = "permutation"
    lag: int = 1
    """For transfer entropy alone."""
    bandwidth: float | str = "median"
    t: float = 1.0
    solver: str = "exact"
    n_bins: int = 10
    n_neighbors: int = 3
    base: float | None = None
    seed: int | None = None


def check_used(options: Options, estimator: str) -> None:
    """Refuse an option that the estimator does not look at."""
    for name, users in _ONLY_FOR.items():
        if estimator not in users and getattr(options, name) != getattr(Options(), name):
            raise ValueError(
                f"--{name.replace('_', '-')} is for --estimator {' or '.join(users)}, got it with "
                f"{estimator}"
            )


def entropy_of(x: Any, estimator: str, options: Options) -> dict[str, Any]:
    """Return the entropy of columns and what is known of it."""
    from infomax import measures

    if estimator not in OF_ENTROPY:
        raise ValueError(f"--estimator {estimator} needs --y")
    if options.n_permutations:
        raise ValueError("--permutations breaks up pairs: give --y too")
    if estimator == "auto":
        numbers = x.ndim > 1 or (x.dtype.kind == "f" and bool((x != np.floor(x)).any()))
        estimator = "knn" if numbers else "plugin"
    if estimator in OF_LABELS:
        name = estimator.replace("-", "_")
        found = measures.entropy_result(samples=labels("x", x), estimator=name, base=options.base)
        return _fields(found, "estimator", "value", "standard_error", "ceiling")
    x, base = numbers_of("x", x), options.base
    if estimator == "knn":
        value = measures.knn_entropy(x, n_neighbors=options.n_neighbors, base=base)
        return {"estimator": "knn", "value": value}
    if estimator == "binned":
        value = measures.binned_entropy(x, n_bins=options.n_bins, base=base)
        return {"estimator": "binned", "value": value}
    if estimator == "adjacency":
        value = measures.adjacency_spectral_entropy(
            x, bandwidth=options.bandwidth, base=base, random_state=options.seed
        )
        return {"estimator": "adjacency", "value": value}
    spectral = measures.diffusion_spectral_entropy_result(
        x,
        bandwidth=options.bandwidth,
        t=options.t,
        solver=options.solver,
        base=base,
        random_state=options.seed,
    )
    kept = ("value", "standard_error", "error_bar", "ceiling", "bandwidth")
    return {"estimator": "diffusion", **_fields(spectral, *kept)}


def information_of(x: Any, y: Any, estimator: str, options: Options) -> dict[str, Any]:
    """Return what columns tell about others and what is known of it."""
    if estimator not in OF_INFORMATION:
        raise ValueError(f"--estimator {estimator} measures an entropy: leave out --y")
    if options.solver != "exact":
        raise ValueError("--solver chooses how an entropy is found: leave out --y")
    if estimator in CHOSEN_BY_NAME:
        return _chosen(x, y, estimator, options)
    statistic = _STATISTICS[estimator]
    found = statistic(x, y, options)
    told = found if isinstance(found, dict) else {"value": float(found)}
    return {"estimator": estimator, **told, **_chance(x, y, statistic, options)}


def _chosen(x: Any, y: Any, estimator: str, options: Options) -> dict[str, Any]:
    from infomax import measures

    found = measures.mutual_information_result(
        x,
        y,
        kind=options.kind,
        estimator=None if estimator == "auto" else estimator.replace("-", "_"),
        n_neighbors=options.n_neighbors,
        n_permutations=options.n_permutations,
        null=options.null,
        random_state=options.seed,
        base=options.base,
    )
    kept = ["estimator", "reason", "value", "standard_error", "ceiling"]
    if options.n_permutations:
        kept += ["p_value", "null_mean"]
    return _fields(found, *kept)


def _fields(found: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _chance(x: Any, y: Any, statistic: Callable[..., Any], options: Options) -> dict[str, Any]:
    from infomax import measures

    if not options.n_permutations:
        return {}

    def value(x: Any, y: Any) -> float:
        found = statistic(x, y, options)
        return float(found["value"] if isinstance(found, dict) else found)

    # the source is broken up: the target's own past stays what it is for transfer entropy
    found = measures.permutation_test(
        lambda y, x: value(x, y),
        y,
        x,
        n_permutations=options.n_permutations,
        null=options.null,
        random_state=options.seed,
    )
    return {"p_value": found.p_value, "null_mean": found.null_mean}


def _neighbors(name: str) -> Callable[[Any, Any, Options], Any]:
    def statistic(x: Any, y: Any, options: Options) -> dict[str, Any]:
        from infomax import measures

        points = numbers_of("x", x)
        other = labels("y", y) if name == "ross" else numbers_of("y", y)
        function = getattr(measures, f"{name}_mutual_information_result")
        found = function(points, other, n_neighbors=options.n_neighbors, base=options.base)
        return _fields(found, "value", "standard_error", "ceiling")

    return statistic


def _transfer_entropy(x: Any, y: Any, options: Options) -> Any:
    from infomax import measures

    both_labels = all(z.ndim == 1 and z.dtype.kind in "iU" for z in (x, y))
    return measures.transfer_entropy(
        x if both_labels else numbers_of("x", x),
        y if both_labels else numbers_of("y", y),
        lag=options.lag,
        estimator="plugin" if both_labels else "ksg",
        n_neighbors=options.n_neighbors,
        base=options.base,
    )


def _diffusion(x: Any, y: Any, options: Options) -> dict[str, Any]:
    from infomax import measures

    found = measures.diffusion_spectral_mutual_information_result(
        numbers_of("x", x),
        y,
        bandwidth=options.bandwidth,
        t=options.t,
        base=options.base,
        random_state=options.seed,
    )
    return {
        "value": found.value,
        "standard_error": found.standard_error,
        "bandwidth": found.bandwidth,
        "n_classes": len(found.class_sizes),
    }


def _adjacency(x: Any, y: Any, options: Options) -> Any:
    from infomax import measures

    return measures.adjacency_spectral_mutual_information(
        numbers_of("x", x),
        y,
        bandwidth=options.bandwidth,
        base=options.base,
        random_state=options.seed,
    )


def _binned(x: Any, y: Any, options: Options) -> Any:
    from infomax import measures

    return measures.binned_mutual_information(x, y, n_bins=options.n_bins, base=options.base)


def _mine(x: Any, y: Any, options: Options) -> float:
    """Train a critic on half of the rows, drawn at random, and estimate from the other."""
    from infomax.measures import MutualInformationEstimator

    order = np.random.default_rng(options.seed).permutation(len(x))
    seen, held = order[: len(x) // 2], order[len(x) // 2 :]
    estimator = MutualInformationEstimator(random_state=options.seed).fit(x[seen], y[seen])
    return estimator.estimate(x[held], y[held], base=options.base)


def numbers_of(side: str, values: Any) -> Any:
    """Return columns of numbers; refuse words."""
    if values.dtype.kind == "U":
        raise ValueError(f"--{side} holds words: take --estimator auto or plugin, or other columns")
    return values


def labels(side: str, values: Any) -> Any:
    """Return one column of labels; refuse several."""
    if values.ndim > 1:
        raise ValueError(f"--{side} must be one column of labels, got {values.shape[1]} columns")
    return values


_STATISTICS: dict[str, Callable[[Any, Any, Options], Any]] = {
    **{name: _neighbors(name) for name in BY_NEIGHBORS},
    "transfer-entropy": _transfer_entropy,
    "mine": _mine,
    "diffusion": _diffusion,
    "adjacency": _adjacency,
    "binned": _binned,
}
