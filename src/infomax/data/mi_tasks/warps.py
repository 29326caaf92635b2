"""Injective maps of rows, which leave the mutual information as it is."""

import numpy as np
from scipy.special import ndtr

from infomax.data.mi_tasks.task import Floats, Warp


def half_cube(rows: Floats) -> Floats:
    """Lengthen the tails: x times the root of its size."""
    stretched: Floats = rows * np.sqrt(np.abs(rows))
    return stretched


def wiggly_x(rows: Floats) -> Floats:
    """Add waves that leave the slope above zero."""
    waves: Floats = (
        0.4 * np.sin(rows) + 0.2 * np.sin(1.7 * rows + 1) + 0.03 * np.sin(3.3 * rows - 2.5)
    )
    return rows + waves


def wiggly_y(rows: Floats) -> Floats:
    """Add other waves that leave the slope above zero."""
    waves: Floats = (
        -0.4 * np.sin(0.4 * rows)
        + 0.17 * np.sin(1.3 * rows + 3.5)
        + 0.02 * np.sin(4.3 * rows - 2.5)
    )
    return rows + waves


def two_humps(weight: float, first: float, second: float) -> Warp:
    """Return the map that makes a standard normal a mixture of two unit normals."""

    def warp(rows: Floats) -> Floats:
        wanted = ndtr(rows)
        low, high = rows + first, rows + second  # the components' own quantiles enclose the answer
        for _ in range(60):
            middle = (low + high) / 2
            below = weight * ndtr(middle - first) + (1 - weight) * ndtr(middle - second) < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Floats = (low + high) / 2
        return found

    return warp


def swiss_roll(rows: Floats) -> Floats:
    """Roll the unit interval up in the plane."""
    angle = 1.5 * np.pi * (1 + 2 * rows[:, 0])
    return np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 21


def spiral(speed: float, axes: tuple[int, int]) -> Warp:
    """Return the map that turns each row in a plane by `speed` times its squared length."""
    i, j = axes

    def warp(rows: Floats) -> Floats:
        angle = speed * (rows**2).sum(axis=1)
        cos, sin = np.cos(angle), np.sin(angle)
        turned = rows.copy()
        turned[:, i] = cos * rows[:, i] - sin * rows[:, j]
        turned[:, j] = sin * rows[:, i] + cos * rows[:, j]
        return turned

    return warp
