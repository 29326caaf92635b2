"""Vectors of heavy tails that are dependent without being correlated."""

import math

import numpy as np
from scipy.special import digamma, gammaln

from infomax._arguments import check_at_least, check_choice, check_count
from infomax.data.mi_tasks.task import Floats, MITask

_SHAPES = ("plain", "asinh")


def student_t(n_dims: int, *, dof: float, shape: str = "plain") -> MITask:
    r"""Split a multivariate Student-t vector with identity dispersion in two.

    :math:`I = 2 h_d - h_{2d}` with :math:`h_k = -\ln\Gamma(\tfrac{\nu+k}2) + \ln\Gamma(\tfrac\nu2)
    + \tfrac k2 \ln\nu\pi + \tfrac{\nu+k}2 [\psi(\tfrac{\nu+k}2) - \psi(\tfrac\nu2)]`: the halves
    share one random scale.

    Parameters
    ----------
    n_dims : int
        Dimension d of X and of Y.
    dof : float
        Degrees of freedom ν, above 0; the fewer, the heavier the tails.
    shape : {"plain", "asinh"}
        With "asinh" each coordinate is shortened so that moments exist.

    Returns
    -------
    MITask
        Uncorrelated for every ν, independent only as ν grows.

    Examples
    --------
    >>> round(student_t(1, dof=1).mutual_information, 6)
    0.224171
    """
    check_count("n_dims", n_dims)
    nu = check_at_least("dof", dof, 0, strict=True)
    check_choice("shape", shape, _SHAPES)

    def draw(n: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
        rows = generator.standard_normal((n, 2 * n_dims))
        rows /= np.sqrt(generator.chisquare(nu, (n, 1)) / nu)
        return rows[:, :n_dims], rows[:, n_dims:]

    def log_ratio(x: Floats, y: Floats) -> Floats:
        square_x, square_y = (x**2).sum(axis=1), (y**2).sum(axis=1)
        joint = _log_density(square_x + square_y, 2 * n_dims, nu)
        return joint - _log_density(square_x, n_dims, nu) - _log_density(square_y, n_dims, nu)

    exact = 2 * _entropy(n_dims, nu) - _entropy(2 * n_dims, nu)
    name = f"Student {n_dims} x {n_dims}, {nu:g} degrees of freedom"
    task = MITask(name, draw, log_ratio, exact)
    return task if shape == "plain" else task.warped(f"{name}, asinh", x=np.arcsinh, y=np.arcsinh)


def _entropy(k: int, nu: float) -> float:
    half = (nu + k) / 2
    return float(
        gammaln(nu / 2)
        - gammaln(half)
        + k / 2 * math.log(nu * math.pi)
        + half * (digamma(half) - digamma(nu / 2))
    )


def _log_density(square: Floats, k: int, nu: float) -> Floats:
    constant = gammaln((nu + k) / 2) - gammaln(nu / 2) - k / 2 * math.log(nu * math.pi)
    density: Floats = constant - (nu + k) / 2 * np.log1p(square / nu)
    return density
