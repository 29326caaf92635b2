"""Transfer entropy: what the past of one series tells of the next step of another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import like_first_tensor
from infomax.measures._null import null_mean, null_values, p_value
from infomax.measures.discrete._conditional import conditional_mutual_information
from infomax.measures.discrete._counting import coded_together, combined
from infomax.measures.discrete._estimators import ESTIMATORS as DISCRETE
from infomax.measures.discrete._labels import Coded
from infomax.measures.neighbors._checked_blocks import check_neighbors, checked_blocks
from infomax.measures.neighbors._conditional import conditional_terms
from infomax.measures.neighbors._neighbor_information import warn_above

Series: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class TransferEntropy:
    """A transfer entropy and what chance alone gives, in nats or in the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        The estimate; a tensor, without history, if a tensor came.
    effective : float or None
        `value` less `null_mean`, which takes most of the bias away; None without a null.
    null_mean : float or None
        Mean of the estimates with the source shifted in time; None if none were drawn.
    p_value : float or None
        Share of the shifted estimates at least as large, this one counted in; None without a null.
    standard_error : float or None
        From the local terms of "ksg"; None for labels.
    n_points : int
        Steps of the target that have both histories.
    estimator : str
        Which one gave it.
    """

    value: Any
    effective: float | None
    null_mean: float | None
    p_value: float | None
    standard_error: float | None
    n_points: int
    estimator: str


def transfer_entropy(
    source: Any,
    target: Any,
    *,
    lag: int = 1,
    source_history: int = 1,
    target_history: int = 1,
    estimator: str = "ksg",
    n_neighbors: int = 3,
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> Any:
    r"""Transfer entropy: what the past of one series adds to that of another about its next step.

    :math:`T_{X \to Y} = I(Y_t; X_{t-\ell}, \dots, X_{t-\ell-r+1} \mid Y_{t-1}, \dots, Y_{t-s})`
    with a history of r steps of the source that ends :math:`\ell` steps (`lag`) before, and one of
    s steps of the target.

    Unlike lagged `mutual_information` it has a direction, and what the target's own past tells
    already does not count. It is no proof of cause: a third series that drives both, or a history
    of the target cut too short, gives a positive value too.

    Parameters
    ----------
    source, target : array-like or tensor of shape (n,) or (n, d); or labels of shape (n,)
        Two series on the same clock; numbers for "ksg", labels for all other estimators.
    lag : int
        Steps from the last value of the source that is used to the target's next.
    source_history, target_history : int
        Steps of the past; each adds dimensions or cells, and asks for more points.
    estimator : {"ksg", "plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        Neighbours for real series; the others count labels, as `conditional_mutual_information`.
    n_neighbors, standardize, jitter, random_state
        For "ksg", as `ksg_conditional_mutual_information` takes them.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; may be below zero. A tensor, without history, if a tensor came.

    Raises
    ------
    ValueError
        If the series differ in length or are too short for the histories, or an option is unknown.

    Warns
    -----
    PrecisionWarning, AssumptionWarning, EstimatorCeilingWarning
        By "ksg", as `ksg_mutual_information` does.

    Notes
    -----
    From labels with long histories "plugin" is too high, by about (number of cells) / 2n; take
    `transfer_entropy_result`, which shows what chance alone gives.

    References
    ----------
    Schreiber (2000), Equation 4. Frenzel and Pompe (2007).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(0, 2, 1000)
    >>> y = np.roll(x, 1)
    >>> [round(transfer_entropy(*pair, estimator="plugin", base=2), 2) for pair in ((x, y), (y, x))]
    [1.0, 0.0]
    """
    return transfer_entropy_result(
        source,
        target,
        lag=lag,
        source_history=source_history,
        target_history=target_history,
        estimator=estimator,
        n_neighbors=n_neighbors,
        standardize=standardize,
        jitter=jitter,
        n_permutations=0,
        random_state=random_state,
        base=base,
    ).value


def transfer_entropy_result(
    source: Any,
    target: Any,
    *,
    lag: int = 1,
    source_history: int = 1,
    target_history: int = 1,
    estimator: str = "ksg",
    n_neighbors: int = 3,
    standardize: bool = False,
    jitter: float = 0.0,
    n_permutations: int = 99,
    random_state: RandomState = None,
    base: float | None = None,
) -> TransferEntropy:
    """Transfer entropy beside what it would be if the source came from another time.

    Parameters
    ----------
    source, target : array-like or tensor of shape (n,) or (n, d); or labels of shape (n,)
        Two series on the same clock.
    lag, source_history, target_history, estimator, n_neighbors, standardize, jitter, base
        As `transfer_entropy` takes them.
    n_permutations : int
        Shifts of the source around its ends, each by another number of steps; each costs as much
        as the estimate. Shifted, it stays as smooth as it is; shuffled, it would not.
    random_state : int, numpy.random.Generator or None
        For `jitter` and the shifts.

    Returns
    -------
    TransferEntropy
        Value, effective value, p-value.

    Raises
    ------
    ValueError
        As `transfer_entropy`; if more shifts are wanted than there are.

    Warns
    -----
    PrecisionWarning, AssumptionWarning, EstimatorCeilingWarning
        As `transfer_entropy`.

    References
    ----------
    Schreiber (2000), Equation 4. Marschinski and Kantz (2002) for the effective value.

    Examples
    --------
    >>> import numpy as np
    >>> x, e = np.random.default_rng(0).normal(size=(2, 500))
    >>> y = np.roll(x, 1) + e
    >>> for pair in ((x, y), (y, x)):
    ...     found = transfer_entropy_result(*pair, n_permutations=19, random_state=0)
    ...     print(round(found.effective, 1), found.p_value < 0.1)
    0.4 True
    0.0 False
    """
    per_nat = 1 / check_base(base)
    generator = random_generator(random_state)
    check_choice("estimator", estimator, ("ksg", *DISCRETE))
    x: Series
    y: Series
    window = _Window.checked(lag, source_history, target_history)
    if estimator == "ksg":
        x, y = checked_blocks(
            {"source": source, "target": target},
            n_neighbors=n_neighbors,
            standardize=standardize,
            jitter=jitter,
            random_state=generator,
        )
        n_points = window.n_points(len(x))
        check_neighbors(n_neighbors, n_points)
        local = conditional_terms(window.cut(x, y), n_neighbors, "chebyshev")
        nats, error = float(local.mean()), float(local.std(ddof=1) / np.sqrt(n_points) * per_nat)
        warn_above(nats, n_points, n_neighbors)
        statistic = _of_numbers(y, window, n_neighbors)
    else:
        coded = coded_together(("source", source), ("target", target))
        x, y = (labels.packed().numbers[:, None] for labels in coded)
        n_points, error = window.n_points(len(x)), None
        statistic = _of_labels(y, window, estimator)
        nats = statistic(x)
    by_chance = null_values(
        statistic, x, n_permutations=n_permutations, null="circular", random_state=generator
    )
    mean = null_mean(by_chance)
    return TransferEntropy(
        value=like_first_tensor(nats * per_nat, source, target),
        effective=None if mean is None else (nats - mean) * per_nat,
        null_mean=None if mean is None else mean * per_nat,
        p_value=p_value(nats, by_chance),
        standard_error=error,
        n_points=n_points,
        estimator=estimator,
    )


@dataclass(frozen=True)
class _Window:
    """Which steps of the past stand beside a step of the target."""

    lag: int
    source_history: int
    target_history: int

    @classmethod
    def checked(cls, lag: int, source_history: int, target_history: int) -> "_Window":
        check_count("lag", lag)
        check_count("source_history", source_history)
        check_count("target_history", target_history)
        return cls(lag, source_history, target_history)

    @property
    def first(self) -> int:
        """The first step of the target with both histories."""
        return max(self.lag + self.source_history - 1, self.target_history)

    def n_points(self, n: int) -> int:
        if n - self.first < 2:
            raise ValueError(
                f"`source` must be longer than {self.first + 1} for this lag and these histories, "
                f"got {n}"
            )
        return n - self.first

    def cut(self, source: Series, target: Series) -> list[Series]:
        """Return the target's next steps, the source's history and the target's, row by row."""
        n, first = len(source), self.first
        return [
            target[first:],
            np.hstack(
                [source[first - s : n - s] for s in range(self.lag, self.lag + self.source_history)]
            ),
            np.hstack([target[first - s : n - s] for s in range(1, 1 + self.target_history)]),
        ]


def _of_numbers(target: Series, window: _Window, k: int) -> Callable[[Series], float]:
    def statistic(source: Series) -> float:
        return float(conditional_terms(window.cut(source, target), k, "chebyshev").mean())

    return statistic


def _of_labels(target: Series, window: _Window, estimator: str) -> Callable[[Series], float]:
    def statistic(source: Series) -> float:
        columns = [
            combined(*[Coded(c, 0, int(c.max()) + 1) for c in rows.T]).packed().numbers
            for rows in window.cut(source, target)
        ]
        return float(conditional_mutual_information(*columns, estimator=estimator))

    return statistic
