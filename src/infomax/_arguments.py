"""Checks of arguments, shared by every room.

Each check names the argument, what is wanted and what came, and returns the checked value.
"""

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def check_at_least(name: str, value: float, minimum: float, *, strict: bool = False) -> float:
    """Return `value` as a float if it is a number of at least (or above) `minimum`."""
    wanted = f"{'above' if strict else 'at least'} {minimum:g}"
    number = _check_real(name, value, wanted)
    if number < minimum or (strict and number == minimum):
        raise ValueError(f"`{name}` must be {wanted}, got {value!r}")
    return number


def check_between(
    name: str,
    value: float,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """Return `value` as a float if it lies between `low` and `high`."""
    wanted = f"in {'(' if open_low else '['}{low:g}, {high:g}{')' if open_high else ']'}"
    number = _check_real(name, value, wanted)
    below = number <= low if open_low else number < low
    above = number >= high if open_high else number > high
    if below or above:
        raise ValueError(f"`{name}` must lie {wanted}, got {value!r}")
    return number


def check_count(name: str, value: int, *, minimum: int = 1, maximum: int | None = None) -> int:
    """Return `value` as an int if it is a whole number within the limits."""
    wanted = f"a whole number of at least {minimum}"
    if maximum is not None:
        wanted += f" and at most {maximum}"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError(f"`{name}` must be {wanted}, got {value!r}")
    if value < minimum or (maximum is not None and value > maximum):
        raise ValueError(f"`{name}` must be {wanted}, got {value!r}")
    return int(value)


def check_choice(name: str, value: str, choices: Collection[str]) -> str:
    """Return `value` if it is one of `choices`."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"`{name}` must be one of {listed}, got {value!r}")
    return value


def check_array(
    name: str, value: ArrayLike, *, ndim: int | None = None, allow_infinite: bool = False
) -> NDArray[np.float64]:
    """Return `value` as a float64 array that is not empty and has neither NaN nor infinity."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` must be an array of numbers, got {type(value).__name__}: {error}"
        ) from None
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"`{name}` must have {ndim} dimension(s), got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty, got shape {array.shape}")
    bad = np.isnan(array) if allow_infinite else ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        wanted = "hold no NaN" if allow_infinite else "be finite"
        raise ValueError(f"`{name}` must {wanted}, got {array[where]} at index {where}")
    return array


def check_distribution(
    name: str, value: ArrayLike, *, ndim: int | None = 1, tolerance: float = 1e-6
) -> NDArray[np.float64]:
    """Return `value` as probabilities that sum to one, normalised.

    Entries must not be negative and must sum to one within `tolerance`.
    """
    array = check_array(name, value, ndim=ndim)
    if (array < 0).any():
        where = tuple(int(i) for i in np.argwhere(array < 0)[0])
        raise ValueError(f"`{name}` must not be negative, got {array[where]} at index {where}")
    total = float(array.sum())
    if abs(total - 1) > tolerance:
        raise ValueError(f"`{name}` must sum to 1 within {tolerance:g}, got {total!r}")
    return array / total


def check_base(base: float | None) -> float:
    """Return the number by which nats are divided to reach logarithms of `base`."""
    if base is None:
        return 1.0
    return math.log(check_at_least("base", base, 1, strict=True))


def _check_real(name: str, value: Any, wanted: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value):
        raise ValueError(f"`{name}` must be {wanted}, got {value!r}")
    return float(value)
