"""Information that a stochastic encoder keeps about its input."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import NDArray

from infomax._arguments import check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import EstimatorCeilingWarning, SmallSampleWarning
from infomax.measures._inputs import in_base, same_shape, values_are_known
from infomax.measures._points import as_float, checked_points, like_points
from infomax.measures.density._gaussian_encoder import log_information
from infomax.measures.discrete._labels import codes

_LARGEST = 1e75
_ESTIMATORS = ("mc", "jensen", "leave_one_out")


@dataclass(frozen=True)
class EncoderInformation:
    """What `stochastic_encoder_information_result` found, in nats or in the base asked for.

    Parameters
    ----------
    value : float or 0-d tensor
        The information.
    standard_error : float
        Of the mean over the inputs that came, from the spread of their terms.
    ceiling : float
        The largest value that the estimator can give: log n, or with labels its mean over classes;
        infinite but for "mc".
    near_ceiling : bool
        Whether the value lies within 0.1 nat or 5 % of the ceiling.
    estimator : str
        What was used.
    """

    value: Any
    standard_error: float
    ceiling: float
    near_ceiling: bool
    estimator: str


def stochastic_encoder_information(
    mean: Any,
    std: Any,
    z: Any = None,
    labels: Any = None,
    *,
    estimator: str = "mc",
    n_draws: int = 1,
    base: float | None = None,
    random_state: RandomState = None,
) -> Any:
    r"""Information that a Gaussian layer keeps about its input, in all or beyond the label.

    A layer :math:`z = \mu(x) + \sigma(x) \odot \epsilon` has the density
    :math:`q(z|x) = \prod_d N(z_d; \mu_d(x), \sigma_d^2(x))`, and

    .. math:: I(X;Z) = \frac1n \sum_i \big[ \log q(z_i|x_i) - \log \hat q(z_i) \big],

    where the estimators differ in :math:`\log \hat q(z_i)`: "mc" takes
    :math:`\log \frac1n \sum_j q(z_i|x_j)`, which keeps it below log n and, on average, below the
    truth; "leave_one_out" leaves j = i out, and lies on average above it; "jensen" takes
    :math:`\frac1n \sum_j \log q(z_i|x_j)`, an upper bound of "mc" that is often larger than it by orders
    of magnitude. With labels the same is done inside each class: :math:`I(X;Z|Y)`, the superfluous
    information of the bottleneck principle.

    Choose it where mean and deviation are known. For a layer without noise take `kde_information` or
    `binned_information`, where the noise or the bins are the user's; for any two variables
    `mutual_information`.

    Parameters
    ----------
    mean, std : array-like or tensor of shape (n,) or (n, k)
        Mean and standard deviation of the layer at each of n inputs; `std` above 0.
    z : array-like or tensor of the same shape, optional
        What the layer answered, one draw an input; drawn when left out.
    labels : array-like of shape (n,), optional
        Class of each input; with it :math:`I(X;Z|Y)` is returned.
    estimator : {"mc", "jensen", "leave_one_out"}
        As above.
    n_draws : int
        Draws of z, over which the value is averaged; 1 if `z` is given.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, Generator or None
        Where z is drawn from; the same for arrays and tensors.

    Returns
    -------
    float or 0-d tensor
        A tensor, differentiable in `mean`, `std` and `z`, if any of them is one.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, `std` is not above 0, there are fewer than two
        inputs, or an option is out of range.

    Warns
    -----
    EstimatorCeilingWarning
        If "mc" lies within 0.1 nat or 5 % of log n: give it more inputs.
    SmallSampleWarning
        If a class has one input alone, of which nothing can be said: it counts as 0.

    Notes
    -----
    O(n² k) by one product of matrices, in blocks of half a million pairs; "jensen" needs sums over j
    alone, O(n k). Where deviations are so small that a product would lose its digits, differences are
    taken pair by pair. A gradient keeps all pairs. Computed in double precision, answered in that of
    `mean`. It can be called inside `torch.func.vmap`, where values cannot be checked.

    **Where paper and code part.** The released code estimates the information given the label of a
    sample of a class, when its size is given, from as many of the first inputs of the class as there
    are *batches*, and fails if more are asked for: the value is then at most the logarithm of that size.
    Values of "jensen" are called estimates there; they are bounds.

    References
    ----------
    Kawaguchi et al. (2023), Section 4; Poole et al. (2019), Equation 12, for leaving one out.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=2000)
    >>> found = stochastic_encoder_information(x, np.full(2000, 0.5), random_state=0)
    >>> round(found, 2), round(float(0.5 * np.log(1 + 1 / 0.5**2)), 2)  # the closed form
    (0.81, 0.8)
    >>> std = np.full(2000, 0.5)
    >>> round(stochastic_encoder_information(x, std, labels=x > 0, random_state=0), 2)
    0.42
    """
    found = _found(mean, std, z, labels, estimator, n_draws, base, random_state)
    _warn_near_ceiling(found)
    return found.value


def stochastic_encoder_information_result(
    mean: Any,
    std: Any,
    z: Any = None,
    labels: Any = None,
    *,
    estimator: str = "mc",
    n_draws: int = 1,
    base: float | None = None,
    random_state: RandomState = None,
) -> EncoderInformation:
    """Return `stochastic_encoder_information` with its standard error and its ceiling.

    Parameters
    ----------
    mean, std, z, labels, estimator, n_draws, base, random_state
        As for `stochastic_encoder_information`.

    Returns
    -------
    EncoderInformation
        Value, standard error, ceiling; a value near its ceiling is told there and not warned of.

    Raises
    ------
    ValueError
        As `stochastic_encoder_information`.

    Warns
    -----
    SmallSampleWarning
        As `stochastic_encoder_information`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(50.0)
    >>> found = stochastic_encoder_information_result(x, np.full(50, 1e-3), random_state=0)
    >>> round(found.value, 4), round(found.ceiling, 4), found.near_ceiling
    (3.912, 3.912, True)
    """
    return _found(mean, std, z, labels, estimator, n_draws, base, random_state)


def _found(
    mean: Any,
    std: Any,
    z: Any,
    labels: Any,
    estimator: str,
    n_draws: int,
    base: float | None,
    random_state: RandomState,
) -> EncoderInformation:
    check_choice("estimator", estimator, _ESTIMATORS)
    check_count("n_draws", n_draws)
    divisor = check_base(base)
    if z is not None and n_draws != 1:
        raise ValueError(f"`n_draws` must be 1 where `z` is given, got {n_draws}")
    xp, mean, std, z = _checked(mean, std, z)
    n = mean.shape[0]
    order, classes = _by_class(labels, n)
    order = xp.asarray(order, device=mean.device)
    # a stream of its own: inputs are often drawn from the same seed
    generator = random_generator(random_state).spawn(1)[0]
    terms = 0.0
    for _ in range(n_draws):
        drawn = _drawn(xp, mean, std, generator) if z is None else z
        ordered = [array[order] for array in (drawn, mean, std)]
        inside = [
            log_information(xp, *(a[c] for a in ordered), estimator=estimator) for c in classes
        ]
        terms = terms + xp.concat(inside) / n_draws
    value = in_base(xp.mean(terms), base)
    if array_api_compat.is_torch_array(value):
        value = xp.astype(value, mean.dtype)
    ceiling = math.inf
    if estimator == "mc":
        sizes = [c.stop - c.start for c in classes]
        ceiling = sum(size / n * math.log(size) for size in sizes) / divisor
    if not values_are_known(mean):
        return EncoderInformation(value, math.nan, ceiling, False, estimator)
    error = as_float(xp.std(terms, correction=1)) / math.sqrt(n) / divisor
    gap = ceiling - as_float(value)
    near = ceiling > 0 and gap < max(0.1 / divisor, 0.05 * ceiling)
    return EncoderInformation(value, error, ceiling, estimator == "mc" and near, estimator)


def _checked(mean: Any, std: Any, z: Any) -> tuple[Any, Any, Any, Any]:
    """Return the namespace, and tensors of one kind if there is one among them."""
    named = {"mean": mean, "std": std} | ({} if z is None else {"z": z})
    found = {name: checked_points(name, value) for name, value in named.items()}
    tensors = [points for _, points in found.values() if array_api_compat.is_torch_array(points)]
    like = tensors[0] if tensors else found["mean"][1]
    arrays = {
        name: points if array_api_compat.is_torch_array(points) else like_points(points, like)
        for name, (_, points) in found.items()
    }
    for name, array in arrays.items():
        same_shape(("mean", arrays["mean"]), (name, array))
    xp = array_api_compat.array_namespace(like)
    for name, array in arrays.items():
        if values_are_known(array):
            _check_range(xp, name, array)
    return xp, arrays["mean"], arrays["std"], arrays.get("z")


def _check_range(xp: Any, name: str, array: Any) -> None:
    """Refuse deviations that are none, and numbers whose squared ratios would overflow."""
    largest = as_float(xp.max(xp.abs(array)))
    if largest > _LARGEST:
        raise ValueError(f"`{name}` must be at most {_LARGEST:g} in size, got {largest:g}: rescale")
    smallest = as_float(xp.min(array))
    if name == "std" and smallest <= 0:
        raise ValueError(f"`std` must be above 0, got {smallest:g}")
    if name == "std" and smallest * _LARGEST < 1:
        raise ValueError(f"`std` must be at least {1 / _LARGEST:g}, got {smallest:g}: rescale")


def _by_class(labels: Any, n: int) -> tuple[NDArray[np.int64], list[slice]]:
    """Return an order in which classes are neighbours, and where each then lies."""
    if labels is None:
        return np.arange(n), [slice(0, n)]
    numbers, n_classes = codes("labels", labels)
    if len(numbers) != n:
        raise ValueError(f"`labels` must be one an input ({n}), got {len(numbers)}")
    sizes = np.bincount(numbers, minlength=n_classes)
    if (sizes == 1).any():
        warnings.warn(
            f"{int((sizes == 1).sum())} of {int((sizes > 0).sum())} classes have one input alone and "
            "count as 0: give them more inputs, or leave them out",
            SmallSampleWarning,
            stacklevel=4,
        )
    ends = np.cumsum(sizes).tolist()
    slices = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True) if b > a]
    return np.argsort(numbers, kind="stable"), slices


def _drawn(xp: Any, mean: Any, std: Any, generator: np.random.Generator) -> Any:
    noise = generator.standard_normal(tuple(mean.shape))
    return mean + std * xp.asarray(noise, dtype=mean.dtype, device=mean.device)


def _warn_near_ceiling(found: EncoderInformation) -> None:
    if found.near_ceiling:
        warnings.warn(
            f"the information is {as_float(found.value):.3f} of at most {found.ceiling:.3f}, the "
            "logarithm of the number of inputs: give more inputs, or take 'leave_one_out' as an upper "
            "bound",
            EstimatorCeilingWarning,
            stacklevel=3,
        )
