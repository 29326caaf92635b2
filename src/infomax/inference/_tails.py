"""Tails of a sum of weighted squares, from its cumulant generating function."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import erfcx

from infomax.exceptions import ConvergenceWarning

Floats = NDArray[np.float64]
_MOST_POINTS = 2**11
_SLOPE = 0.8


@dataclass(frozen=True)
class Cumulants:
    r"""Cumulant generating function K of :math:`\sum_i w_i \sum_k (z_{ik} + b_{ik})^2`."""

    weights: Floats
    shift: Floats
    """For each weight, w times the sum of its squared b."""
    n_squares: int
    """Terms k behind each weight."""

    def value(self, s: complex) -> complex:
        """Return K(s), for a real part of s below half of the inverse of the largest weight."""
        left = 1 / (1 - 2 * s * self.weights)
        return complex((self.n_squares / 2) * np.log(left).sum() + s * (self.shift @ left))

    def slope(self, s: float) -> float:
        """Return K'(s)."""
        left = 1 / (1 - 2 * s * self.weights)
        return float(self.n_squares * (self.weights @ left) + self.shift @ left**2)

    def at(self, s: float) -> tuple[float, float, float]:
        """Return K(s), K''(s) and K'''(s)."""
        left = 1 / (1 - 2 * s * self.weights)
        a, b = self.weights * left, self.shift * left**2
        second = 2 * self.n_squares * (a @ a) + 4 * (a @ b)
        third = 8 * self.n_squares * (a**3).sum() + 24 * (a**2 @ b)
        return self.value(s).real, float(second), float(third)


def by_inversion(law: Cumulants) -> float:
    """Return ln P(law ≤ 1), integrating on the side of the pole at 0 where the tail lies."""
    if _certain(law):
        return 0.0
    side = -1.0 if law.slope(0.0) > 1 else 1.0
    # where the exponent K(s) - s - ln |s| is least along the real axis
    s = _root(law, lambda s: side * (s * (law.slope(s) - 1) - 1), below=side < 0)
    value, second, third = law.at(s)
    height, width = value - s - math.log(abs(s)), 1 / math.sqrt(second + 1 / s**2)
    turn = _SLOPE * 3 * second / third

    def integrand(t: float) -> float:
        # A hyperbola: curved at its vertex as the path of steepest descent is, and further out a
        # line less steep than the diagonal, on which no factor of the integrand can grow.
        tau = t * width
        far = math.hypot(turn, tau)
        point = complex(s + _SLOPE * tau**2 / (far + turn), tau)
        told = law.value(point) - point - np.log(side * point) - height
        # ds = (slope tau / far + i) dtau, and the two halves of the path are conjugate
        return float((np.exp(told) * complex(1.0, -_SLOPE * tau / far)).real) * width / math.pi

    area = _trapezoid(integrand, min(1e-3, 1e-10 * max(1.0, abs(height))))
    tail = height + math.log(area) if area > 0 else -math.inf
    return min(0.0, tail) if side < 0 else math.log1p(-min(1.0, math.exp(tail)))


def _certain(law: Cumulants) -> bool:
    """Tell whether Chernoff's bound leaves less than 3e-20 above 1."""
    s = 1 / (4 * float(law.weights.max()))
    return law.value(s).real - s < -45.0


def _root(law: Cumulants, increasing: Callable[[float], float], *, below: bool) -> float:
    """Return the s below 0, or between 0 and the end of K's domain, where a function of s is 0."""
    end = 1 / (2 * float(law.weights.max()))

    def place(u: float) -> float:  # from one end of the interval to the other
        return -math.exp(-u) if below else end / (1 + math.exp(-u))

    low, high = -1.0, 1.0
    while increasing(place(low)) > 0:
        low *= 2
    while increasing(place(high)) < 0:
        high *= 2
    root = brentq(lambda u: increasing(place(u)), low, high, xtol=1e-13, rtol=1e-14)
    return place(float(root))


def _trapezoid(function: Callable[[float], float], tolerance: float) -> float:
    """Integrate a fast decaying even function over t > 0, halving the step until it settles."""
    step, values = 0.5, {0.0: 0.5 * function(0.0)}
    area = math.nan
    while len(values) < _MOST_POINTS:
        t, quiet = step, 0
        while quiet < 4 and len(values) < _MOST_POINTS:
            if t not in values:
                values[t] = function(t)
            quiet = quiet + 1 if abs(values[t]) < 1e-14 * values[0.0] else 0
            t += step
        previous, area = area, step * math.fsum(values.values())
        if abs(area - previous) <= tolerance * abs(area):
            return area
        step /= 2
    warnings.warn(
        f"the integral has not settled after {_MOST_POINTS} points: compare the value with that of "
        "method='saddlepoint'",
        ConvergenceWarning,
        stacklevel=6,
    )
    return area


def by_saddlepoint(law: Cumulants) -> float:
    """Return ln P(law ≤ 1) by Lugannani and Rice's formula, taken on the smaller tail."""
    if _certain(law):
        return 0.0
    s = _root(law, lambda s: law.slope(s) - 1, below=law.slope(0.0) > 1)
    value, second, third = law.at(s)
    r = math.sqrt(max(0.0, 2 * (s - value)))
    if r < 1e-3:  # both terms of the formula grow without limit as 1 nears the mean
        skew = third / (6 * math.sqrt(2 * math.pi) * second**1.5)
        return math.log(0.5 + skew + math.copysign(r, s) / math.sqrt(2 * math.pi))
    mills = math.sqrt(math.pi / 2) * float(erfcx(r / math.sqrt(2)))
    factor = mills - 1 / r + 1 / (abs(s) * math.sqrt(second))
    tail = math.log(factor) - r**2 / 2 - math.log(2 * math.pi) / 2
    return tail if s < 0 else math.log1p(-math.exp(tail))
