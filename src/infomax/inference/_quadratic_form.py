"""Quadratic forms in normal variables: their law, exactly and far out in the tail."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infomax._arguments import check_array, check_at_least, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.inference._tails import Cumulants, by_inversion, by_saddlepoint

Floats = NDArray[np.float64]
METHODS = ("inversion", "saddlepoint")
_LEAST = 1e-305


@dataclass(frozen=True)
class QuadraticForm:
    r"""The law of :math:`c + \sum_i w_i \sum_k (z_{ik} + b_{ik})^2` with standard normal z.

    Also known as a generalised chi-squared law. The squared distance of a Gaussian vector from a
    point has it, and so has the test error of a random function of a Gaussian process.

    Parameters
    ----------
    weights : array of shape (r,)
        w, above 0.
    offsets : array of shape (r,) or (r, n_squares)
        b; each weight stands before as many squares as there are columns.
    constant : float
        c, at least 0.
    """

    weights: Floats
    offsets: Floats
    constant: float = 0.0

    def __post_init__(self) -> None:
        weights = check_array("weights", self.weights, ndim=1)
        offsets = check_array("offsets", self.offsets)
        if offsets.ndim not in (1, 2) or len(offsets) != len(weights):
            raise ValueError(
                f"`offsets` must have a row for each of the {len(weights)} weights, "
                f"got shape {offsets.shape}"
            )
        if (weights <= 0).any():
            raise ValueError(f"`weights` must be above 0, got {weights.min()}")
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "offsets", offsets)
        object.__setattr__(self, "constant", check_at_least("constant", self.constant, 0))

    @cached_property
    def _squares(self) -> int:
        """Squares behind each weight."""
        return 1 if self.offsets.ndim == 1 else self.offsets.shape[1]

    @cached_property
    def _shift(self) -> Floats:
        """What the offsets contribute to the mean, by weight."""
        squared = self.offsets**2
        return self.weights * (squared if squared.ndim == 1 else squared.sum(axis=1))

    @property
    def mean(self) -> float:
        """Expectation."""
        return self.constant + float(self._squares * self.weights.sum() + self._shift.sum())

    @property
    def variance(self) -> float:
        """Variance."""
        parts = 2 * self._squares * self.weights**2 + 4 * self.weights * self._shift
        return float(parts.sum())

    def sample(self, n_samples: int = 10_000, *, random_state: RandomState = None) -> Floats:
        """Draw from the law.

        Parameters
        ----------
        n_samples : int
            How many.
        random_state : int, Generator or None
            For the draws.

        Returns
        -------
        array of shape (n_samples,)
            O(r) a draw whatever the number of squares: a sum of squares is one non-central
            chi-squared variable.
        """
        check_count("n_samples", n_samples)
        generator = random_generator(random_state)
        total = np.full(n_samples, self.constant)
        for weight, shift in zip(self.weights, self._shift, strict=True):
            first = generator.standard_normal(n_samples)
            first *= math.sqrt(weight)
            first += math.sqrt(shift)
            first *= first
            total += first
            if self._squares > 1:
                others = generator.standard_gamma((self._squares - 1) / 2, n_samples)
                others *= 2 * weight
                total += others
        return total

    def logcdf(self, x: ArrayLike, *, method: str = "inversion") -> Floats:
        """Return the log-probability of staying at or below x, as `quadratic_form_logcdf` does.

        Parameters
        ----------
        x : array-like
            Where to evaluate.
        method : {"inversion", "saddlepoint"}
            How.

        Returns
        -------
        array of the shape of x
            Nats, at most 0.
        """
        check_choice("method", method, METHODS)
        rests = check_array("x", x) - self.constant
        found = [self._log_tail(rest, method) if rest > 0 else -np.inf for rest in rests.flat]
        return np.array(found, dtype=np.float64).reshape(np.shape(x))

    def _log_tail(self, rest: float, method: str) -> float:
        """Return ln P of the squares staying at or below `rest`, taken as the unit."""
        if not rest > _LEAST * self.weights.max():
            raise ValueError(
                f"`x` must lie above the constant by more than {_LEAST:g} of the largest weight, "
                f"or not above it, got {rest:g} above it"
            )
        tail = by_inversion if method == "inversion" else by_saddlepoint
        return tail(Cumulants(self.weights / rest, self._shift / rest, self._squares))


def quadratic_form_logcdf(
    x: ArrayLike,
    weights: ArrayLike,
    offsets: ArrayLike,
    *,
    constant: float = 0.0,
    method: str = "inversion",
) -> Floats:
    r"""Log-probability that a quadratic form in normal variables stays at or below x.

    .. math::

        \ln P\!\left(c + \sum_i w_i (z_i + b_i)^2 \leq x\right), \qquad z_i \sim N(0, 1)

    "inversion" is exact; "saddlepoint" needs no integral, is off by some hundredths of a nat with
    ten squares or more, by up to a sixth of a nat with one. If all weights are equal,
    `noncentral_chi2_logcdf` has the same value.

    Parameters
    ----------
    x : array-like
        Where to evaluate; -inf comes back at c and below.
    weights : array-like of shape (r,)
        w, at least 0; a weight of 0 drops out.
    offsets : array-like of shape (r,) or (r, n_squares)
        b; in two dimensions each weight stands before a row of squares.
    constant : float
        c, at least 0.
    method : {"inversion", "saddlepoint"}
        How.

    Returns
    -------
    array of the shape of x
        Log-probabilities in nats, at most 0.

    Raises
    ------
    ValueError
        If a weight is negative, none is above 0, shapes do not fit, or x is above c by less than
        floating-point numbers resolve.

    Warns
    -----
    ConvergenceWarning
        If the integral has not settled to ten digits.

    Notes
    -----
    Imhof's integral runs along the imaginary axis, where a probability below 1e-10 drowns in
    rounding. Here it is taken along a hyperbola through the saddlepoint of
    :math:`K(s) - s x - \ln(-s)`, bent there as the path of steepest descent is: the integrand is
    largest at the saddlepoint and does not oscillate, and what is small stands before the integral
    as a factor. So the tail may be of any depth. The saddlepoint form is that of Lugannani and Rice.
    O(r) an evaluation of the integrand, some hundred of them a value.

    References
    ----------
    Imhof (1961); Lugannani and Rice (1980), Equation 10; Kuonen (1999).

    Examples
    --------
    >>> quadratic_form_logcdf([1e-30, 0.5, 6.0], [1, 0.5, 0.1], [1, 0, 2]).round(4).tolist()
    [-105.9429, -2.738, -0.1234]
    >>> quadratic_form_logcdf(0.5, [1, 0.5, 0.1], [1, 0, 2], method="saddlepoint").round(2).item()
    -2.7
    """
    weights = check_array("weights", weights, ndim=1)
    offsets = check_array("offsets", offsets)
    if (weights < 0).any() or not weights.any():
        raise ValueError(
            f"`weights` must be at least 0, and one above 0, got {weights.min()} at least "
            f"and {weights.max()} at most"
        )
    if offsets.shape[:1] == weights.shape:  # otherwise refused below
        weights, offsets = weights[weights > 0], offsets[weights > 0]
    return QuadraticForm(weights, offsets, constant).logcdf(x, method=method)
