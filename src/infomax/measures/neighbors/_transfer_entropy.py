"""Transfer entropy: what the past of one series tells of the next step of another."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_count
from infomax._arrays import RandomState
from infomax.measures._inputs import to_numpy
from infomax.measures._points import checked_points
from infomax.measures.discrete._discrete import conditional_mutual_information
from infomax.measures.discrete._labels import codes, packed
from infomax.measures.neighbors._checked_blocks import like_inputs
from infomax.measures.neighbors._conditional import ksg_conditional_mutual_information


def transfer_entropy(
    source: Any,
    target: Any,
    *,
    lag: int = 1,
    source_history: int = 1,
    target_history: int = 1,
    estimator: str = "ksg",
    n_neighbors: int = 3,
    metric: str = "chebyshev",
    standardize: bool = False,
    jitter: float = 0.0,
    random_state: RandomState = None,
    base: float | None = None,
) -> Any:
    r"""Transfer entropy: what the past of one series adds to that of another about its next step.

    :math:`T_{X \to Y} = I(Y_t; X_{t-\ell}, \dots, X_{t-\ell-r+1} \mid Y_{t-1}, \dots, Y_{t-s})`
    with the source's history of r steps that ends :math:`\ell` steps (`lag`) before, and the
    target's of s steps.

    Unlike lagged `mutual_information` it has a direction: what the target's own past tells already
    does not count. It is no proof of cause: a third series that drives both, or a target's history
    taken too short, gives a positive value too.

    Parameters
    ----------
    source, target : array-like or tensor of shape (n,) or (n, d); or labels of shape (n,)
        Two series on the same clock; labels for all estimators but "ksg".
    lag : int
        Steps from the source's last value used to the target's next.
    source_history, target_history : int
        Steps of the past.
    estimator : str
        "ksg" for real series; "plugin" or another estimator of `conditional_mutual_information`
        for labels.
    n_neighbors, metric, standardize, jitter, random_state
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
    PrecisionWarning, AssumptionWarning
        By "ksg", where values repeat, are whole numbers or constant.

    Notes
    -----
    Estimates of labels with long histories are too high: about (number of cells) / 2n by "plugin".

    References
    ----------
    Schreiber (2000), Equation 4. Kraskov et al. (2004). Frenzel and Pompe (2007).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(0, 2, 1000)
    >>> y = np.roll(x, 1)
    >>> [round(transfer_entropy(*pair, estimator="plugin", base=2), 2) for pair in ((x, y), (y, x))]
    [1.0, 0.0]
    """
    past = (source_history, target_history)
    for name, count in (("lag", lag), ("source_history", past[0]), ("target_history", past[1])):
        check_count(name, count)
    if estimator == "ksg":
        series = [
            to_numpy(checked_points(name, x)[1])
            for name, x in (("source", source), ("target", target))
        ]
        value = ksg_conditional_mutual_information(
            *_histories(series, lag, past),
            n_neighbors=n_neighbors,
            metric=metric,
            standardize=standardize,
            jitter=jitter,
            random_state=random_state,
            base=base,
        )
    else:
        labels = [
            codes(name, x)[0][:, None] for name, x in (("source", source), ("target", target))
        ]
        value = conditional_mutual_information(
            *[_one_label(x) for x in _histories(labels, lag, past)],
            estimator=estimator,
            base=base,
        )
    return like_inputs(value, source, target)


def _histories(
    series: list[NDArray[Any]], lag: int, past: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the target's next values, the source's history and the target's, row by row."""
    source, target = series
    n = len(source)
    if len(target) != n:
        raise ValueError(f"`target` must be as long as `source` ({n}), got {len(target)}")
    first = max(lag + past[0] - 1, past[1])
    if n - first < 2:
        raise ValueError(
            f"`source` must be longer than {first + 1} for this lag and these histories, got {n}"
        )

    def history(series: NDArray[Any], nearest: int, steps: int) -> NDArray[Any]:
        return np.hstack([series[first - s : n - s] for s in range(nearest, nearest + steps)])

    return target[first:], history(source, lag, past[0]), history(target, 1, past[1])


def _one_label(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each row of labels as one label."""
    label = rows[:, 0]
    for column in rows.T[1:]:
        label = packed(label * (int(column.max()) + 1) + column)[0]
    return label
