"""Each estimator of mutual information under its name, on variables told apart already."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax.exceptions import InfomaxWarning
from infomax.measures._trust import Doubt, near_ceiling
from infomax.measures._variables import LABELS, Variable
from infomax.measures.discrete._counting import cells, n_seen
from infomax.measures.discrete._estimators import ESTIMATORS as DISCRETE
from infomax.measures.discrete._information import (
    information_of_cells,
    standard_error_of_cells,
)

KIND_OF_ESTIMATOR = {
    **dict.fromkeys(DISCRETE, "discrete"),
    "corrected_ksg": "continuous",
    "gaussian_copula": "continuous",
    "ksg": "continuous",
    "mixed": "mixed",
    "ross": "continuous",
}
ESTIMATORS = tuple(KIND_OF_ESTIMATOR)


@dataclass(frozen=True)
class Estimate:
    """What an estimator said, in nats."""

    value: float
    standard_error: float
    ceiling: float | None
    doubts: tuple[Doubt, ...] = ()


def estimate(estimator: str, x: Variable, y: Variable, n_neighbors: int) -> Estimate:
    """Estimate by name; what the estimator warned of is among the doubts."""
    if estimator in DISCRETE:
        return _by_counting(estimator, x, y)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", InfomaxWarning)
        found = _OF_NUMBERS[estimator](x, y, n_neighbors)
    doubts = tuple(
        Doubt(str(one.message), one.category)
        for one in heard
        if issubclass(one.category, InfomaxWarning)
    )
    return Estimate(found.value, found.standard_error, found.ceiling, doubts)


def _by_counting(estimator: str, x: Variable, y: Variable) -> Estimate:
    pairs = cells(x.labels, y.labels)
    value = information_of_cells(pairs, estimator)
    doubts: list[Doubt] = []
    if estimator == "plugin":
        step = "merge labels, take estimator='nsb', or more observations"
        doubts = near_ceiling("the plug-in information", value, float(np.log(len(x))), step)
    ceiling = float(np.log(min(n_seen(pairs.x), n_seen(pairs.y))))
    return Estimate(value, standard_error_of_cells(pairs), ceiling, tuple(doubts))


def _ksg(x: Variable, y: Variable, n_neighbors: int) -> Any:
    from infomax.measures.neighbors._ksg import ksg_mutual_information_result

    return ksg_mutual_information_result(x.numbers, y.numbers, n_neighbors=n_neighbors)


def _corrected_ksg(x: Variable, y: Variable, n_neighbors: int) -> Any:
    from infomax.measures.neighbors._corrected_ksg import corrected_ksg_mutual_information_result

    return corrected_ksg_mutual_information_result(x.numbers, y.numbers, n_neighbors=n_neighbors)


def _gaussian_copula(x: Variable, y: Variable, _: int) -> Estimate:
    from infomax.measures.density._copula import checked_form

    form = checked_form(x.numbers, y.numbers)
    return Estimate(form.information(debias=True), form.standard_error, None)


def _mixed(x: Variable, y: Variable, n_neighbors: int) -> Any:
    from infomax.measures.neighbors._mixed import mixed_mutual_information_result

    return mixed_mutual_information_result(
        _far_apart(x, y), _far_apart(y, x), n_neighbors=n_neighbors
    )


def _ross(x: Variable, y: Variable, n_neighbors: int) -> Any:
    from infomax.measures.neighbors._ross import ross_mutual_information_result

    points, labels = (x, y) if y.kind == LABELS else (y, x)
    if np.bincount(labels.labels.packed().numbers).max() < 2:
        raise ValueError(
            f"`{labels.name}` was read as labels and none of its {len(labels)} comes twice: if they "
            "are numbers take kind='mixed'"
        )
    return ross_mutual_information_result(
        points.numbers,
        labels.labels.numbers,
        n_neighbors=n_neighbors,
        standardize=points.numbers.shape[1] > 1,
    )


def _far_apart(x: Variable, other: Variable) -> NDArray[np.float64]:
    """Return numbers as they are, labels as numbers farther apart than any points of the other."""
    if x.kind != LABELS:
        return x.numbers
    spread = 0.0 if other.kind == LABELS else float(np.ptp(other.numbers, axis=0).max())
    return np.asarray(x.labels.from_zero()[:, None] * (2 * spread + 1), dtype=np.float64)


_OF_NUMBERS: dict[str, Callable[[Variable, Variable, int], Any]] = {
    "corrected_ksg": _corrected_ksg,
    "gaussian_copula": _gaussian_copula,
    "ksg": _ksg,
    "mixed": _mixed,
    "ross": _ross,
}
