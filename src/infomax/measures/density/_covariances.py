"""Covariance matrices and means, checked."""

from typing import Any

import array_api_compat
import numpy as np
from array_api_compat import numpy as array_api_numpy

from infomax._arguments import check_array
from infomax.measures._inputs import to_numpy


def covariances(*named: tuple[str, Any]) -> tuple[Any, list[Any]]:
    """Check covariance matrices; return their common namespace and them.

    A number is the variance of one variable. One tensor among them turns all into tensors.
    """
    for name, value in named:
        _check_covariance(name, np.atleast_2d(check_array(name, to_numpy(value))))
    xp, arrays = together(*named)
    return xp, [xp.reshape(array, (1, 1)) if array.ndim == 0 else array for array in arrays]


def together(*named: tuple[str, Any]) -> tuple[Any, list[Any]]:
    """Return finite arrays in their common namespace, type and device."""
    checked = [check_array(name, to_numpy(value)) for name, value in named]
    tensors = [value for _, value in named if array_api_compat.is_torch_array(value)]
    if not tensors:
        return array_api_numpy, checked
    xp = array_api_compat.array_namespace(*tensors)
    like = tensors[0] if tensors[0].dtype.is_floating_point else tensors[0].double()
    return xp, [
        value.to(dtype=like.dtype, device=like.device)
        if array_api_compat.is_torch_array(value)
        else xp.asarray(array, dtype=like.dtype, device=like.device)
        for (_, value), array in zip(named, checked, strict=True)
    ]


def same_dims(first: tuple[str, Any], *others: tuple[str, Any]) -> None:
    """Refuse means and covariances of different numbers of dimensions."""
    name, value = first
    for other, found in others:
        if found.shape[0] != value.shape[0]:
            raise ValueError(
                f"`{other}` must have the {value.shape[0]} dimension(s) of `{name}`, "
                f"got {found.shape[0]}"
            )


def log_determinant(xp: Any, cov: Any) -> Any:
    """Return the log-determinant of a positive definite matrix."""
    factor = xp.linalg.cholesky(cov)
    return 2 * xp.sum(xp.log(xp.linalg.diagonal(factor)))


def quadratic(xp: Any, cov: Any, difference: Any) -> Any:
    """Return d' cov^-1 d."""
    return xp.sum(difference * xp.linalg.solve(cov, difference[:, None])[:, 0])


def _check_covariance(name: str, cov: Any) -> None:
    if cov.ndim != 2 or cov.shape[0] != cov.shape[1]:
        raise ValueError(f"`{name}` must be a square covariance matrix, got shape {cov.shape}")
    scale = float(np.abs(cov).max())
    if not np.allclose(cov, cov.T, rtol=0, atol=1e-6 * scale):
        raise ValueError(f"`{name}` must be symmetric, got entries that differ across the diagonal")
    try:
        np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        least = float(np.linalg.eigvalsh(cov)[0])
        raise ValueError(
            f"`{name}` must be positive definite, got smallest eigenvalue {least:.3g}: "
            "leave out variables that the others determine"
        ) from None
