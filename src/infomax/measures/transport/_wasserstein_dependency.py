"""How far pairs are from independence, as the earth that has to be moved."""

import copy
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from infomax._arguments import check_at_least, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.measures._inputs import to_numpy
from infomax.measures._null import null_orders, p_value
from infomax.measures._points import as_float, checked_points, like_points
from infomax.measures.transport._distances import (
    GROUNDS,
    Metric,
    alike,
    combined,
    distances,
    namespace,
)
from infomax.measures.transport._plans import (
    MAX_ENTRIES,
    owners,
    product_pairs,
    separable_weights,
)
from infomax.measures.transport._sliced_wasserstein import between_lines, directions

_METHODS = ("exact", "sinkhorn", "sliced", "critic")
_N_PROJECTIONS = 100
_LINES_AT_ONCE = 10


@dataclass(frozen=True)
class WassersteinDependency:
    """A Wasserstein dependency, and what it would be by chance.

    Parameters
    ----------
    value : float
        The dependency, in the units of the metric.
    p_value : float or None
        Share of shuffled copies with at least that value, never 0; None if none was drawn.
    null_mean, null_std : float or None
        Over the shuffled copies: what independent samples of this size reach.
    debiased : float or None
        The value less the mean by chance; near 0, and of either sign, under independence.
    n_permutations : int
        Shuffled copies drawn.
    n_product : int
        Partners of each point that stood for the product of the marginals.
    method : str
        How transport was solved.
    """

    value: float
    p_value: float | None
    null_mean: float | None
    null_std: float | None
    debiased: float | None
    n_permutations: int
    n_product: int
    method: str


def wasserstein_dependency(
    x: Any,
    y: Any,
    *,
    p: float = 1.0,
    ground: str = "sum",
    metric_x: Metric = "euclidean",
    metric_y: Metric = "euclidean",
    method: str = "exact",
    n_product: int | None = None,
    regularization: float = 0.05,
    n_permutations: int = 0,
    debias: bool = False,
    random_state: RandomState = None,
) -> Any:
    r"""Wasserstein distance between the joint law of two variables and the product of their laws.

    :math:`I_W(x; y) = W_p(p(x, y), p(x) p(y))`, for p = 1 the largest
    :math:`\mathbb{E}_{p(x,y)} f - \mathbb{E}_{p(x)p(y)} f` over 1-Lipschitz f. Zero if and only if
    x and y are independent. Unlike mutual information it is in the units of the metric, grows with
    them, and depends on them: the metric says which differences matter. It is finite for
    deterministic relations, and does not saturate at log n as `infonce` does; but the value on a
    sample is too high, by what independent samples of that size reach, so read it beside
    `wasserstein_dependency_result`, or debiased.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        Paired points; or distances (n, n) where the metric is "precomputed".
    p : float
        Order, at least 1.
    ground : {"sum", "euclidean", "max"}
        How distances in x and in y make the distance of two pairs: added, by Pythagoras, or the
        larger one. Values are in this order, the largest first.
    metric_x, metric_y : str or callable
        "euclidean", "cityblock", "chebyshev", "discrete" (0 if equal, else 1), "precomputed", or a
        function of two rows of NumPy numbers (then without a gradient).
    method : {"exact", "sinkhorn", "sliced", "critic"}
        "exact" solves transport. "sinkhorn" adds an entropy, for large n; the value is that of its
        plan, somewhat too high, and the cost has to add up: ground "sum" with p = 1, or "euclidean"
        with p = 2. "critic" climbs the dual by 300 steps and returns a lower bound. "sliced"
        averages over 100 projections, for Euclidean distances and ground: a quantity of its own, at
        most the exact one.
    n_product : int, optional
        Partners of each point that stand for the product of the marginals, drawn without
        repetition; all n when left out. Not for "sinkhorn", which affords all.
    regularization : float
        Weight of the entropy of "sinkhorn", in units of the mean cost.
    n_permutations : int
        Shuffled copies that `debias` takes its mean from.
    debias : bool
        Subtract the mean over shuffled copies; the answer can then be negative.
    random_state : int, Generator or None
        For partners, projections and copies.

    Returns
    -------
    float or 0-d tensor
        At least 0 unless debiased, in the units of the metric; a tensor if a tensor came, with the
        gradient at the plan found.

    Raises
    ------
    ValueError
        If x and y differ in length, are not finite or have fewer than two points; an option is
        unknown or does not go with another; the costs would need more than 800 MB; or
        `regularization` is so small that the kernel vanishes.

    Warns
    -----
    ConvergenceWarning
        If "sinkhorn" stops with more than 0.1 % of the mass out of place.

    Notes
    -----
    With all partners, "exact" and "critic" keep n³ costs (n ≤ 464), and time grows somewhat faster
    than n³: about 0.1 s at n = 100. With one partner a point it is an assignment problem, seconds
    at n = 2000. "sinkhorn" takes O(n³) an iteration and O(n²) memory, as the kernel of an added
    cost is a product. "sliced" sorts n · n_product numbers a hundred times.

    References
    ----------
    Ozair et al. (2019), Definition of the Wasserstein dependency measure. Peyré and Cuturi (2019).

    Examples
    --------
    >>> bits = [0.0, 1.0]
    >>> wasserstein_dependency(bits, bits)
    0.5
    >>> wasserstein_dependency([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0])
    0.0
    """
    if debias != (check_count("n_permutations", n_permutations, minimum=0) > 0):
        raise ValueError(
            "`n_permutations` must be above 0 with `debias` and left out without it, got "
            f"{n_permutations}; `wasserstein_dependency_result` gives a p-value"
        )
    problem = _Problem(x, y, p, ground, (metric_x, metric_y), method, n_product, regularization)
    generator = random_generator(random_state)
    draw = problem.drawn(generator)
    value = problem.value(draw)
    if debias:
        value = value - problem.null(n_permutations, generator, draw).mean()
    return value if problem.is_tensor else float(value)


def wasserstein_dependency_result(
    x: Any,
    y: Any,
    *,
    p: float = 1.0,
    ground: str = "sum",
    metric_x: Metric = "euclidean",
    metric_y: Metric = "euclidean",
    method: str = "exact",
    n_product: int | None = None,
    regularization: float = 0.05,
    n_permutations: int = 200,
    random_state: RandomState = None,
) -> WassersteinDependency:
    """Wasserstein dependency with its null: p-value, mean by chance, debiased value.

    Shuffling y keeps both marginals, and so the product: only the pairs that were seen become pairs
    by chance. See `wasserstein_dependency` for the quantity and the methods.

    Parameters
    ----------
    x, y, p, ground, metric_x, metric_y, method, n_product, regularization
        As for `wasserstein_dependency`.
    n_permutations : int
        Shuffled copies; each costs as much as the value itself.
    random_state : int, Generator or None
        For partners, projections and copies.

    Returns
    -------
    WassersteinDependency
        Floats, whatever came.

    Raises
    ------
    ValueError
        As for `wasserstein_dependency`.

    References
    ----------
    Ozair et al. (2019).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=40)
    >>> told = wasserstein_dependency_result(x, x**2, n_permutations=19, random_state=0)
    >>> told.p_value, told.value > 2 * told.null_mean
    (0.05, True)
    """
    check_count("n_permutations", n_permutations, minimum=0)
    problem = _Problem(x, y, p, ground, (metric_x, metric_y), method, n_product, regularization)
    generator = random_generator(random_state)
    draw = problem.drawn(generator)
    value = as_float(problem.value(draw))
    by_chance = problem.null(n_permutations, generator, draw)
    mean = float(by_chance.mean()) if n_permutations else None
    return WassersteinDependency(
        value=value,
        p_value=p_value(value, by_chance),
        null_mean=mean,
        null_std=float(by_chance.std()) if n_permutations else None,
        debiased=None if mean is None else value - mean,
        n_permutations=n_permutations,
        n_product=problem.n_product,
        method=method,
    )


class _Problem:
    """Checked input; values for y in any order, the product kept."""

    def __init__(
        self,
        x: Any,
        y: Any,
        p: float,
        ground: str,
        metrics: tuple[Metric, Metric],
        method: str,
        n_product: int | None,
        regularization: float,
    ) -> None:
        self.p = check_at_least("p", p, 1)
        self.ground = check_choice("ground", ground, GROUNDS)
        self.method = check_choice("method", method, _METHODS)
        self.regularization = check_at_least("regularization", regularization, 0, strict=True)
        self._check_method(metrics, n_product)
        if method == "sliced":
            self.parts = [checked_points(name, z)[1] for name, z in (("x", x), ("y", y))]
        else:
            named = zip(("x", "y"), (x, y), metrics, strict=True)
            self.parts = [distances(*each) for each in named]
        n, m = (len(part) for part in self.parts)
        if n != m:
            raise ValueError(f"`y` must have as many points as `x` ({n}), got {m}")
        self.xp, self.parts = alike(*self.parts)
        self.is_tensor = self.xp is not namespace()
        self.n_product = n if n_product is None else check_count("n_product", n_product, maximum=n)
        if method in ("exact", "critic") and n * n * self.n_product > MAX_ENTRIES:
            raise ValueError(
                f"`n_product` must be at most {MAX_ENTRIES // n**2} for {n} points and method "
                f"{method!r}, got {self.n_product}; 'sinkhorn' and 'sliced' take more"
            )

    def _check_method(self, metrics: tuple[Metric, Metric], n_product: int | None) -> None:
        if self.method == "sinkhorn":
            if (self.ground, self.p) not in (("sum", 1), ("euclidean", 2)):
                raise ValueError(
                    "`method` 'sinkhorn' wants a cost that adds: `ground` 'sum' with `p` 1 or "
                    f"'euclidean' with `p` 2, got {self.ground!r} with {self.p:g}"
                )
            if n_product is not None:
                raise ValueError(f"`n_product` must be left out for 'sinkhorn', got {n_product}")
        if self.method == "sliced" and (self.ground, *metrics) != ("euclidean",) * 3:
            raise ValueError(
                "`method` 'sliced' wants `ground` and both metrics 'euclidean', got "
                f"{self.ground!r}, {metrics[0]!r} and {metrics[1]!r}"
            )

    def drawn(self, generator: np.random.Generator) -> Any:
        """Return the product pairs and the directions; the null keeps them."""
        if self.method == "sinkhorn":
            return None, None
        pairs = product_pairs(len(self.parts[0]), self.n_product, generator)
        if self.method != "sliced":
            return pairs, None
        width = sum(part.shape[1] for part in self.parts)
        return pairs, directions(width, _N_PROJECTIONS, generator)

    def null(self, n_permutations: int, generator: np.random.Generator, draw: Any) -> Any:
        """Return values of shuffled copies, as NumPy numbers."""
        plain = copy.copy(self)
        plain.xp, plain.parts = namespace(), [to_numpy(part) for part in self.parts]
        orders = null_orders(
            len(self.parts[0]),
            n_permutations=n_permutations,
            null="permutation",
            random_state=generator,
        )
        return np.array([float(plain.value(draw, order)) for order in orders])

    def value(self, draw: Any, order: Any = slice(None)) -> Any:
        """Return the dependency of x and y in some order."""
        pairs, lines = draw
        first, second = self.parts
        if self.method == "sliced":
            powered = self._sliced(first, second, pairs, lines, order)
        elif self.method == "sinkhorn":
            powered = self._entropic(first, second[order])
        else:
            powered = self._transported(first, second[order], pairs)
        powered = self.xp.clip(powered, 0, None)  # rounding, or a weak critic
        return powered if self.p == 1 else powered ** (1 / self.p)

    def _transported(self, along_x: Any, along_y: Any, pairs: Any) -> Any:
        """Move each product pair to its supplier: the plan is constant, its cost has a gradient."""
        found, extra = owners(
            to_numpy(along_x), to_numpy(along_y), pairs, self.ground, self.p, self.method == "exact"
        )
        device = array_api_compat.device(along_x)
        rows, partners, found = (
            self.xp.asarray(np.array(index).ravel(), device=device) for index in (*pairs, found)
        )
        cost = combined(self.xp, along_x[found, rows], along_y[found, partners], self.ground)
        return self.xp.mean(cost**self.p) + extra

    def _entropic(self, *along: Any) -> Any:
        costs = [part**self.p for part in along]
        cost_x, cost_y = (to_numpy(cost) for cost in costs)
        moved = separable_weights(cost_x, cost_y, self.regularization)
        return sum(
            self.xp.sum(like_points(mass, cost) * cost)
            for mass, cost in zip(moved, costs, strict=True)
        )

    def _sliced(self, x: Any, y: Any, pairs: Any, lines: Any, order: Any) -> Any:
        lines = like_points(lines, x)
        device = array_api_compat.device(x)
        rows, partners = (
            self.xp.asarray(np.array(index).ravel(), device=device) for index in pairs
        )
        total = 0.0
        for at in range(0, _N_PROJECTIONS, _LINES_AT_ONCE):
            some = lines[at : at + _LINES_AT_ONCE]
            of_x, of_y = some[:, : x.shape[1]] @ x.T, some[:, x.shape[1] :] @ y.T
            seen, by_chance = of_x + of_y[:, order], of_x[:, rows] + of_y[:, partners]
            total = total + between_lines(self.xp, seen, by_chance, self.p) * len(some)
        return total / _N_PROJECTIONS
