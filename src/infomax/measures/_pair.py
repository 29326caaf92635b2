"""Two variables and the estimator of what they share."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_choice, check_count
from infomax.exceptions import AssumptionWarning, SmallSampleWarning
from infomax.measures._default_estimator import default_estimator
from infomax.measures._estimators_by_name import ESTIMATORS, KIND_OF_ESTIMATOR, Estimate, estimate
from infomax.measures._trust import Doubt
from infomax.measures._variables import KINDS, LABELS, Variable, variable
from infomax.measures.discrete._entropy import refuse_correction
from infomax.measures.discrete._information import information_of_table


@dataclass(frozen=True)
class Pair:
    """Observations of two variables, told apart, and the estimator chosen for them."""

    x: Variable
    y: Variable
    estimator: str
    reason: str
    """Why this estimator."""
    n_neighbors: int
    """For the estimators that count neighbours."""
    doubts: tuple[Doubt, ...] = ()
    """What may be wrong with how the two were read."""

    def in_order(self, order: NDArray[np.int64]) -> "Pair":
        """Return the pair with the second variable's points in another order."""
        return replace(self, y=self.y.in_order(order))

    def estimate(self) -> Estimate:
        """Return the estimate, with all there is to doubt about it."""
        found = estimate(self.estimator, self.x, self.y, self.n_neighbors)
        return replace(found, doubts=(*self.doubts, *found.doubts))


def exact_or_pair(x: Any, y: Any, *, kind: str, estimator: str | None, n_neighbors: int) -> Any:
    """Return the exact information of a joint table in nats, or the pair of variables."""
    check_choice("kind", kind, KINDS)
    check_count("n_neighbors", n_neighbors)
    if estimator is not None:
        check_choice("estimator", estimator, ESTIMATORS)
    if y is None:
        refuse_correction("x", estimator or "plugin")
        if kind not in ("auto", "discrete"):
            raise ValueError(f"`kind` must be 'discrete' for a joint table alone, got {kind!r}")
        return information_of_table(x)
    if estimator is not None:
        one, two = _read_for(estimator, x, y, kind)
        return Pair(one, two, estimator, "it was asked for", n_neighbors)
    return _chosen(x, y, kind, n_neighbors)


def _chosen(x: Any, y: Any, kind: str, n_neighbors: int) -> Pair:
    """Choose the estimator by what came."""
    one, two = _read(x, y, kind)
    if kind in ("auto", "mixed"):
        for side in (one, two):
            if side.is_constant():
                told = f"`{side.name}` never varies, so it tells nothing"
                doubt = Doubt(told, AssumptionWarning)
                return Pair(*_read(x, y, "discrete"), "plugin", told, n_neighbors, (doubt,))
    doubts = [doubt for side in (one, two) if kind == "auto" for doubt in _too_many(side)]
    generator = np.random.default_rng(0)  # the same data give the same answer
    one, two = one.without_ties(generator), two.without_ties(generator)
    chosen, reason = default_estimator(one, two)
    if kind == "continuous" and chosen == "plugin":
        raise ValueError("`kind` 'continuous' wants numbers in `x` or `y`, got labels in both")
    return Pair(one, two, chosen, reason, n_neighbors, tuple(doubts))


def _read_for(estimator: str, x: Any, y: Any, kind: str) -> tuple[Variable, Variable]:
    """Read two variables as an estimator wants them."""
    wanted = KIND_OF_ESTIMATOR[estimator]
    if kind not in ("auto", wanted):
        raise ValueError(f"`kind` must be {wanted!r} for `estimator` {estimator!r}, got {kind!r}")
    if estimator != "ross":
        return _read(x, y, wanted)
    one, two = _read(x, y, "auto")
    if one.kind == two.kind == LABELS:
        one = variable("x", x, kind="continuous")
    return one, two


def _read(x: Any, y: Any, kind: str) -> tuple[Variable, Variable]:
    one, two = variable("x", x, kind=kind), variable("y", y, kind=kind)
    if len(one) != len(two):
        raise ValueError(f"`y` must have as many points as `x` ({len(one)}), got {len(two)}")
    return one, two


def _too_many(side: Variable) -> list[Doubt]:
    """Doubt labels so many that they may be numbers."""
    n = len(side)
    if side.kind != LABELS or side.labels.span <= np.sqrt(n):
        return []
    n_values = side.labels.n_values()
    if n_values <= np.sqrt(n):
        return []
    return [
        Doubt(
            f"`{side.name}` was read as labels and has {n_values} distinct values in {n} points: "
            "if they are numbers take kind='mixed'; if they are labels the estimate is too high, "
            "so merge some or take estimator='nsb' (kind='discrete' silences this)",
            SmallSampleWarning,
        )
    ]
