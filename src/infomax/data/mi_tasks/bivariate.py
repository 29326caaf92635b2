"""Pairs of numbers."""

import math

import numpy as np
from scipy.special import ndtr

from infomax._arguments import check_at_least, check_between, check_choice
from infomax.data.mi_tasks.normal import correlated_normal
from infomax.data.mi_tasks.task import Floats, MITask, Warp
from infomax.data.mi_tasks.warps import half_cube, swiss_roll, two_humps, wiggly_x, wiggly_y

_SHAPES: dict[str, tuple[Warp | None, Warp | None]] = {
    "normal": (None, None),
    "uniform": (ndtr, ndtr),
    "half_cube": (half_cube, half_cube),
    "wiggly": (wiggly_x, wiggly_y),
    "bimodal": (two_humps(0.3, 0, 5), two_humps(0.5, -1, 3)),
    "swiss_roll": (lambda rows: swiss_roll(ndtr(rows)), ndtr),
}


def bivariate_normal(*, correlation: float = 0.75, shape: str = "normal") -> MITask:
    r"""Correlate two normal numbers, and bend each.

    :math:`I = -\frac12 \ln(1 - \rho^2)` for every shape.

    Parameters
    ----------
    correlation : float
        In (-1, 1).
    shape : {"normal", "uniform", "half_cube", "wiggly", "bimodal", "swiss_roll"}
        Uniform margins; long tails; waves; mixtures of two normals; X rolled up in the plane.

    Returns
    -------
    MITask
        X has two columns for the roll and one otherwise.

    Examples
    --------
    >>> round(bivariate_normal(shape="swiss_roll").mutual_information, 6)
    0.413339
    """
    check_between("correlation", correlation, -1, 1, open_low=True, open_high=True)
    check_choice("shape", shape, tuple(_SHAPES))
    x, y = _SHAPES[shape]
    task = correlated_normal([[1, correlation], [correlation, 1]], 1)
    return task.warped(f"bivariate {shape}", x=x, y=y)


def additive_noise(*, epsilon: float = 0.1) -> MITask:
    r"""Add uniform noise to a uniform number.

    X is uniform on [0, 1] and Y = X + U with U uniform on [-ε, ε]:
    :math:`I = \varepsilon - \ln 2\varepsilon` up to ε = ½ and :math:`1 / 4\varepsilon` above.

    Parameters
    ----------
    epsilon : float
        Half the width of the noise, above 0.

    Returns
    -------
    MITask
        The density is zero outside a band.

    Examples
    --------
    >>> [round(additive_noise(epsilon=e).mutual_information, 6) for e in (0.1, 0.75)]
    [1.709438, 0.333333]
    """
    check_at_least("epsilon", epsilon, 0, strict=True)
    exact = epsilon - math.log(2 * epsilon) if epsilon <= 0.5 else 1 / (4 * epsilon)

    def draw(n: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
        x = generator.random((n, 1))
        return x, x + generator.uniform(-epsilon, epsilon, (n, 1))

    def log_ratio(_x: Floats, y: Floats) -> Floats:  # p(y) is the reach of x within the band
        reach: Floats = np.minimum(y + epsilon, 1) - np.maximum(y - epsilon, 0)
        return -np.log(reach[:, 0])

    return MITask(f"additive noise {epsilon:g}", draw, log_ratio, exact)
