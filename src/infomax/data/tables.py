"""Small tables that come with scikit-learn, under one shape."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice

NAMES = ("breast_cancer", "diabetes", "digits", "iris", "wine")


@dataclass(frozen=True)
class Table:
    """Points with one target each."""

    name: str
    X: NDArray[np.float64]
    """Shape (n_points, n_features)."""
    y: NDArray[np.int64] | NDArray[np.float64]
    """Shape (n_points,): the class as an index into `target_names`, or a number (diabetes)."""
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    """Names of the classes; empty where the target is a number."""


def table(name: str) -> Table:
    """Return one of scikit-learn's sets.

    Nothing is downloaded: the files come with scikit-learn.

    Parameters
    ----------
    name : str
        "breast_cancer" (569 points of 30 features, 2 classes), "diabetes" (442 of 10, a number),
        "digits" (1,797 pictures of 8 x 8, 10 classes), "iris" (150 of 4, 3 classes) or "wine"
        (178 of 13, 3 classes).

    Returns
    -------
    Table
        Features as float64, unscaled.

    Raises
    ------
    ValueError
        If there is no such set.

    Examples
    --------
    >>> wine = table("wine")
    >>> wine.X.shape, wine.feature_names[0], len(wine.target_names)
    ((178, 13), 'alcohol', 3)
    """
    from sklearn import datasets

    check_choice("name", name, NAMES)
    options = {"scaled": False} if name == "diabetes" else {}
    bunch: Any = getattr(datasets, f"load_{name}")(**options)
    classes = bunch.get("target_names", ())
    target: Any = bunch["target"]
    return Table(
        name=name,
        X=np.asarray(bunch["data"], dtype=np.float64),
        y=target.astype(np.int64 if len(classes) else np.float64),
        feature_names=tuple(str(feature) for feature in bunch["feature_names"]),
        target_names=tuple(str(one) for one in classes),
    )
