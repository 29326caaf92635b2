"""Capacity of a Gaussian channel with several inputs."""

from typing import Any

from infomax._arguments import check_at_least
from infomax.measures._inputs import in_base
from infomax.measures.density._covariances import covariances, together


def gaussian_channel_capacity(
    gain: Any, noise_cov: Any = None, *, power: float, base: float | None = None
) -> Any:
    r"""Capacity of the channel y = G x + noise under a limit on the power of x.

    :math:`\max_{\operatorname{tr} Q \le P} \frac12 \log \det (I + N^{-1/2} G Q G^\top N^{-1/2})`,
    by water-filling: the power goes to the strongest singular directions of the whitened gain
    until all that are used have the same level.

    Parameters
    ----------
    gain : array-like or tensor of shape (n_outputs, n_inputs)
        G; a number is one input and one output.
    noise_cov : array-like or tensor of shape (n_outputs, n_outputs), optional
        Covariance of the Gaussian noise; the identity when left out.
    power : float
        Limit on the sum of the inputs' variances, at least 0.
    base : float, optional
        Base of the logarithm; nats when left out.

    Returns
    -------
    float or 0-d tensor
        Nats per use; a tensor, differentiable in the gain, if a tensor came.

    Raises
    ------
    ValueError
        If the shapes do not fit, the noise is no covariance, or the power is negative.

    References
    ----------
    Telatar (1999), Section 3.2. Cover and Thomas (2006), Section 9.4.

    Examples
    --------
    >>> round(gaussian_channel_capacity([[1.0, 0.0], [0.0, 1.0]], power=2.0, base=2), 3)
    1.0
    """
    check_at_least("power", power, 0)
    named = [("gain", gain)] if noise_cov is None else [("gain", gain), ("noise_cov", noise_cov)]
    xp, (matrix, *noise) = together(*named)
    if matrix.ndim < 2:
        matrix = xp.reshape(matrix, (-1, 1))
    if noise:
        covariances(("noise_cov", noise_cov))
        cov = xp.reshape(noise[0], (1, 1)) if noise[0].ndim < 2 else noise[0]
        if cov.shape[0] != matrix.shape[0]:
            raise ValueError(
                f"`noise_cov` must have one row an output of `gain` ({matrix.shape[0]}), "
                f"got {cov.shape[0]}"
            )
        matrix = xp.linalg.solve(xp.linalg.cholesky(cov), matrix)
    strengths = xp.linalg.svdvals(matrix) ** 2
    strengths = strengths[strengths > 0]
    if power == 0 or strengths.shape[0] == 0:
        return in_base(xp.sum(matrix) * 0, base)
    n_used, level = _water_level(xp, strengths, power)
    return in_base(xp.sum(xp.log(level * strengths[:n_used])) / 2, base)


def _water_level(xp: Any, strengths: Any, power: float) -> tuple[int, Any]:
    """Return how many of the strengths, greatest first, get power, and the common level."""
    for n_used in range(strengths.shape[0], 0, -1):
        level = (power + xp.sum(1 / strengths[:n_used])) / n_used
        if bool(level > 1 / strengths[n_used - 1]):
            break
    return n_used, level
