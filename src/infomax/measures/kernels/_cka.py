"""Centred kernel alignment."""

import warnings
from typing import Any

from infomax.exceptions import PrecisionWarning
from infomax.measures._points import as_float
from infomax.measures.kernels._gram import Kernel, gram_pair, same_length
from infomax.measures.kernels._hsic import hsic_of
from infomax.measures.kernels._outcomes import answer, asks_gradient, warn_if_flat
from infomax.measures.kernels._pair_sums import pair_sums


def cka(
    x: Any,
    y: Any,
    *,
    kernel: Kernel = "linear",
    kernel_y: Kernel | None = None,
    bandwidth: float | None = None,
    bandwidth_y: float | None = None,
    debiased: bool = False,
) -> Any:
    r"""Centred kernel alignment: how alike two representations of the same points are.

    :math:`\mathrm{CKA} = \mathrm{HSIC}(K, L) / \sqrt{\mathrm{HSIC}(K, K)\, \mathrm{HSIC}(L, L)}`:
    1 if one is a rotated and scaled copy of the other, near 0 if they have nothing in common.

    The plain form is biased upwards, and near 1 whatever the data once there are more dimensions
    than points; `debiased` takes the unbiased HSIC instead. To test whether there is any
    dependence at all take `hsic_result`.

    Parameters
    ----------
    x, y : array-like or tensor of shape (n,) or (n, d)
        The same points in two representations, of any two widths.
    kernel, kernel_y, bandwidth, bandwidth_y
        As in `hsic`; the linear kernel compares without a bandwidth.
    debiased : bool
        As above; it needs four points and may be negative.

    Returns
    -------
    float or 0-d tensor
        At most 1; at least 0 unless `debiased`. A tensor, differentiable, if a tensor came.

    Raises
    ------
    ValueError
        If lengths differ, there are too few points, one is not finite, or an option is not one of
        the above.

    Warns
    -----
    PrecisionWarning
        If a kernel is the same for all pairs; not where a gradient is asked for, since that is a
        training loop. Where 0/0 is left the answer is 0.

    Notes
    -----
    Linear kernels of fewer dimensions than points cost O(n d²), by products of features; others
    O(n² d) and O(n d) memory, block by block.

    References
    ----------
    Kornblith et al. (2019), Equation 4. Nguyen et al. (2021), Equation 3, for the debiased form.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(100, 30))
    >>> turned = 3 * x @ np.linalg.qr(rng.normal(size=(30, 30)))[0]
    >>> noise = rng.normal(size=(100, 30))
    >>> [round(abs(cka(x, z, debiased=d)), 1) for z in (turned, noise) for d in (False, True)]
    [1.0, 1.0, 0.2, 0.0]
    """
    pair = gram_pair(x, y, kernel, kernel_y, bandwidth, bandwidth_y)
    same_length(("x", pair[0]), ("y", pair[1]), minimum=4 if debiased else 2)
    sums = pair_sums(*pair, squares=True)
    warn_if_flat(("x", pair[0]), ("y", pair[1]), sums)
    own = hsic_of(sums.of_x(), unbiased=debiased) * hsic_of(sums.of_y(), unbiased=debiased)
    if not as_float(own) > 0:
        if not asks_gradient(own):
            warnings.warn(
                "`x` or `y` does not vary, or too little for its numbers to be squared, so that its "
                "alignment is 0/0 and set to 0: leave it out, or rescale it",
                PrecisionWarning,
                stacklevel=2,
            )
        return answer(sums.cross * 0, x, y)
    return answer(hsic_of(sums, unbiased=debiased) / own**0.5, x, y)
