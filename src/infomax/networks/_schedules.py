"""Weights and rates that change from step to step."""

from collections.abc import Callable

from infomax._arguments import check_count


def linear_ramp(value: float, n_steps: int, *, start: float = 0.0) -> Callable[[int], float]:
    """Go from one number to another along a line, and stay there.

    For weights of terms that would mislead a network that knows nothing yet.

    Parameters
    ----------
    value : float
        What is reached.
    n_steps : int
        After how many steps.
    start : float
        Where it begins.

    Returns
    -------
    callable
        From the step, counted from 0, to the number.

    Raises
    ------
    ValueError
        If `n_steps` is below 1.

    Examples
    --------
    >>> weight = linear_ramp(5e-4, 100)
    >>> weight(0), weight(50), weight(1000)
    (0.0, 0.00025, 0.0005)
    """
    check_count("n_steps", n_steps)
    return lambda step: start + (value - start) * min(step / n_steps, 1.0)
