"""What a cloud tells about classes, by an entropy of clouds: subsets of equal size, compared."""

import math
import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_array, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.measures._points import as_float
from infomax.measures.discrete._labels import codes, packed

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class ClassComparison:
    """Entropies of classes and of random subsets of their sizes, in nats."""

    value: Any
    standard_error: float
    class_sizes: Labels
    class_entropies: NDArray[np.float64]
    subset_entropies: NDArray[np.float64]


def compare_classes(
    points: Any,
    clusters: Labels,
    entropy: Callable[[Any], Any],
    *,
    n_repetitions: int,
    convention: str,
    random_state: RandomState,
) -> ClassComparison:
    """Return the mean over classes of entropy(random subset) - entropy(class)."""
    n = len(points)
    classes, sizes = np.unique(clusters, return_counts=True)
    _warn_if_small(classes, sizes)
    of_class = [entropy(points[np.flatnonzero(clusters == one)]) for one in classes]
    of_subsets = _subset_entropies(points, sizes, entropy, n_repetitions, convention, random_state)
    shares = sizes / n
    value = sum(
        share * (sum(subsets) / n_repetitions - own)
        for share, subsets, own in zip(shares.tolist(), of_subsets, of_class, strict=True)
    )
    plain = np.array([[as_float(one) for one in subsets] for subsets in of_subsets])
    return ClassComparison(
        value=value,
        standard_error=_standard_error(plain, sizes, shares, convention),
        class_sizes=sizes,
        class_entropies=np.array([as_float(one) for one in of_class]),
        subset_entropies=plain,
    )


def draw(
    convention: str, n: int, size: int, n_draws: int, random_state: RandomState
) -> list[NDArray[np.int64]]:
    """Return subsets of range(n) without replacement; "released" as the authors' code draws."""
    if convention == "released":
        seed = random_state
        if not isinstance(seed, int | np.integer):
            seed = int(random_generator(random_state).integers(2**32))
        stream = random.Random(int(seed))
        return [np.array(stream.sample(range(n), size)) for _ in range(n_draws)]
    generator = random_generator(random_state)
    return [np.sort(generator.choice(n, size, replace=False)) for _ in range(n_draws)]


def cluster_labels(
    y: Any, clusters: Any, n: int, *, discrete: bool | None, n_clusters: int
) -> Labels:
    """Return one class a point: labels as they are, scalars binned, vectors clustered."""
    check_count("n_clusters", n_clusters, minimum=2)
    name = "y" if clusters is None else "clusters"
    given = y if clusters is None else clusters
    if given is None:
        raise ValueError("`y` must be given unless `clusters` are, got neither")
    if array_api_compat.is_torch_array(given):
        given = given.detach().cpu().numpy()
    array = np.asarray(given)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2):
        raise ValueError(f"`{name}` must have shape (n,) or (n, d), got {array.shape}")
    if len(array) != n:
        raise ValueError(f"`{name}` must have as many rows as `x` ({n}), got {len(array)}")
    is_label = array.ndim == 1 and array.dtype.kind != "f"
    if clusters is not None or discrete or (discrete is None and is_label):
        if not is_label:
            raise ValueError(
                f"`{name}` must hold one label a point to be discrete, whole numbers or words, "
                f"got {array.dtype} of shape {array.shape}"
            )
        return packed(codes(name, array)[0])[0]
    numbers = check_array(name, array)
    return _binned(numbers, n_clusters) if numbers.ndim == 1 else _clustered(numbers, n_clusters)


def _binned(values: NDArray[np.float64], n_bins: int) -> Labels:
    """Return the equal-width bin of each value."""
    low, high = values.min(), values.max()
    if low == high:
        return np.zeros(len(values), dtype=np.int64)
    edges = np.linspace(0, 1, n_bins + 1)[1:-1]
    return packed(np.digitize((values - low) / (high - low), edges))[0]


def _clustered(vectors: NDArray[np.float64], n_clusters: int) -> Labels:
    """Return spectral clusters on the graph of ten neighbours."""
    from scipy.sparse.csgraph import connected_components
    from sklearn.cluster import SpectralClustering

    if n_clusters > len(vectors):
        raise ValueError(
            f"`n_clusters` must be at most the number of points ({len(vectors)}), got {n_clusters}"
        )
    model = SpectralClustering(
        n_clusters,
        affinity="nearest_neighbors",
        n_neighbors=min(10, len(vectors)),
        assign_labels="cluster_qr",
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "not fully connected": told below where it matters
        found = model.fit(vectors).labels_
    n_parts = connected_components(model.affinity_matrix_, directed=False)[0]
    if n_parts > n_clusters:
        warnings.warn(
            f"the neighbour graph of `y` falls into {n_parts} parts, which {n_clusters} clusters "
            "join at will: raise `n_clusters` or pass `clusters` of your own",
            AssumptionWarning,
            stacklevel=5,
        )
    return packed(found)[0]


def _subset_entropies(
    points: Any,
    sizes: NDArray[Any],
    entropy: Callable[[Any], Any],
    n_repetitions: int,
    convention: str,
    random_state: RandomState,
) -> list[list[Any]]:
    n = len(points)
    stream: RandomState = random_state
    if convention == "paper":
        stream = random_generator(random_state)
    elif not isinstance(random_state, int | np.integer):
        stream = int(random_generator(random_state).integers(2**32))
    known: dict[int, list[Any]] = {}  # the released code draws anew from one seed for each class
    found = []
    for size in sizes.tolist():
        values = known.get(size)
        if values is None and size == n:
            values = [entropy(points)] * n_repetitions
        elif values is None:
            subsets = draw(convention, n, size, n_repetitions, stream)
            values = [entropy(points[subset]) for subset in subsets]
        if convention == "released":
            known[size] = values
        found.append(values)
    return found


def _standard_error(
    subsets: NDArray[np.float64],
    sizes: NDArray[Any],
    shares: NDArray[np.float64],
    convention: str,
) -> float:
    n_repetitions = subsets.shape[1]
    if n_repetitions == 1:
        return math.nan
    if convention == "released":  # classes of one size share their subsets
        groups = np.unique(sizes, return_inverse=True)[1]
        shares = np.bincount(groups, weights=shares).astype(np.float64)
        subsets = subsets[np.unique(sizes, return_index=True)[1]]
    return float(np.sqrt((shares**2 * subsets.var(axis=1, ddof=1)).sum() / n_repetitions))


def _warn_if_small(classes: NDArray[Any], sizes: NDArray[Any]) -> None:
    alone = classes[sizes == 1]
    if alone.size:
        warnings.warn(
            f"{alone.size} class(es) hold one point, whose entropy is 0; merge them or leave them "
            "out",
            SmallSampleWarning,
            stacklevel=5,
        )
