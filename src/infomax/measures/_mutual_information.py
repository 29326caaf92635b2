"""How much one variable tells about another."""

from typing import Any

from infomax._arguments import check_choice
from infomax.measures._inputs import in_base, like_first_tensor
from infomax.measures.discrete._counting import cells, coded_together
from infomax.measures.discrete._entropy import refuse_correction
from infomax.measures.discrete._estimators import ESTIMATORS
from infomax.measures.discrete._information import information_of_cells, information_of_table


def mutual_information(
    x: Any, y: Any = None, *, estimator: str = "plugin", base: float | None = None
) -> Any:
    r"""Mutual information of two discrete variables.

    :math:`I(X;Y) = \sum_{x,y} p(x,y) \log \frac{p(x,y)}{p(x)\,p(y)}`, from a table of joint
    probabilities (`x` alone) or from paired labels (`x` and `y`).

    Labels with many values and few observations look dependent when they are not: the plug-in
    estimate is too high by about (number of cells) / 2n, Miller and Madow's takes that away.

    Parameters
    ----------
    x : array-like, tensor or scipy.sparse of shape (n_x, n_y); or labels of shape (n,)
        Joint probabilities that sum to 1, or the label of each observation.
    y : labels of shape (n,), optional
        The second label of each observation.
    estimator : {"plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb"}
        All but the first need labels; they may fall below zero.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats; a tensor if a tensor came, differentiable in a joint table.

    Raises
    ------
    ValueError
        If the table is no distribution, or the labels are empty, NaN or of different lengths.

    Notes
    -----
    O(n) for small whole-number labels, else O(n log n); a sparse table costs its non-zeros.

    References
    ----------
    Shannon (1948), Section 12. Miller (1955).

    Examples
    --------
    >>> round(mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2), 3)
    1.0
    >>> round(mutual_information(["a", "a", "b", "b"], [0, 0, 1, 0]), 3)
    0.216
    """
    check_choice("estimator", estimator, ESTIMATORS)
    if y is None:
        refuse_correction("x", estimator)
        return in_base(information_of_table(x), base)
    value = information_of_cells(cells(*coded_together(("x", x), ("y", y))), estimator)
    return in_base(like_first_tensor(value, x, y), base)
