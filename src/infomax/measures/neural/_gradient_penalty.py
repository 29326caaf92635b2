"""The penalty that keeps a critic's slope near one."""

from typing import TYPE_CHECKING, Any

from infomax._arguments import check_at_least, check_choice
from infomax._arrays import RandomState, torch_generator

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_PLACES = ("product", "joint", "interpolate")


def gradient_penalty(
    critic: Any,
    x: "Tensor",
    y: "Tensor",
    *,
    at: str = "product",
    target: float = 1.0,
    two_sided: bool = True,
    random_state: "RandomState | torch.Generator" = None,
) -> "Tensor":
    r"""Mean squared distance of a critic's slope from a target.

    :math:`\frac1n \sum_i (\lVert \nabla_{(x, y)} f(x_i, y_i') \rVert_2 - c)^2`: the gradient of the
    *score*, with respect to both *inputs* together. Added to a critic's objective it holds the
    critic near the functions of Lipschitz constant c, without which a Wasserstein distance cannot
    be learnt. Exact where `SpectralLipschitz` is only sufficient, but nothing forbids steep places
    where no pair was drawn.

    Parameters
    ----------
    critic : callable
        ``critic(x, y)`` returns scores (n, n) of all pairs, or (n,) of the pairs in a row.
    x, y : tensor of shape (n, ...)
        Pairs, in random order, as a shuffled batch has them.
    at : {"product", "joint", "interpolate"}
        Where: pairs of each x with the y one row further down, which stand for independent ones;
        the pairs that were seen; or random points on the lines between the two.
    target : float
        c.
    two_sided : bool
        Whether slopes below the target count too.
    random_state : int, Generator or None
        For the points of "interpolate"; a torch generator is advanced.

    Returns
    -------
    0-d tensor
        At least 0; can be differentiated once more, with respect to the critic's weights.

    Raises
    ------
    ValueError
        If x and y differ in length, have fewer than two rows, or `critic` returns another shape.

    Notes
    -----
    About twice the cost of a training step without it. Layers that mix the rows of a batch (batch
    normalisation) make the gradient of a row meaningless; use layer normalisation or none.

    References
    ----------
    Gulrajani et al. (2017), Equation 3. Ozair et al. (2019).

    Examples
    --------
    >>> import torch
    >>> slope = lambda x, y: 3 * x[:, 0] + 4 * y[:, 0]
    >>> x, y = torch.randn(2, 8, 2)
    >>> gradient_penalty(slope, x, y)  # (5 - 1)²
    tensor(16.)
    """
    check_choice("at", at, _PLACES)
    check_at_least("target", target, 0)
    check_pairs(x, y)
    x, y = (with_gradient(value) for value in (x, y))
    apart = y if at == "joint" else y.roll(-1, dims=0)
    if at == "interpolate":
        import torch

        if not isinstance(random_state, torch.Generator):
            random_state = torch_generator(random_state, device=x.device)
        shares = torch.rand(len(x), generator=random_state, device=x.device, dtype=x.dtype)
        shares = shares.reshape(-1, *[1] * (y.ndim - 1))
        apart = y + shares * (apart - y)
    if apart is not y:
        apart = with_gradient(apart)
    scores = scores_of_pairs(critic, x, apart)
    return slope_penalty(scores, x, apart, target=target, two_sided=two_sided)


def slope_penalty(
    scores: "Tensor", x: "Tensor", y: "Tensor", *, target: float, two_sided: bool, shift: int = 0
) -> "Tensor":
    """Return the penalty of the scores, (n,), of each row of x with the row of y `shift` below.

    Both x and y require gradients.
    """
    import torch

    along_x, along_y = torch.autograd.grad(
        scores.sum(), (x, y), create_graph=True, materialize_grads=True
    )
    squared = along_x.flatten(1).square().sum(dim=1)
    squared = squared + along_y.flatten(1).square().sum(dim=1).roll(-shift)
    flat = squared == 0  # where the root has no gradient
    slopes = torch.where(flat, 1.0, squared).sqrt() * ~flat
    excess = slopes - target
    return (excess if two_sided else excess.clamp(min=0)).square().mean()


def scores_of_pairs(critic: Any, x: "Tensor", y: "Tensor") -> "Tensor":
    """Return the scores of the pairs in a row, (n,), whatever form the critic has."""
    scores: Tensor = critic.pairs(x, y) if hasattr(critic, "pairs") else critic(x, y)
    n = len(x)
    if scores.shape == (n, n):
        scores = scores.diagonal()
    if scores.shape != (n,):
        raise ValueError(
            f"`critic` must return scores of shape ({n}, {n}) or ({n},), got {tuple(scores.shape)}"
        )
    return scores


def with_gradient(value: "Tensor") -> "Tensor":
    """Return the tensor, or a view of it that requires a gradient if it does not."""
    return value if value.requires_grad else value.detach().requires_grad_()


def check_pairs(x: "Tensor", y: "Tensor") -> None:
    """Refuse batches without two pairs, or with values that are not finite."""
    if len(x) != len(y):
        raise ValueError(f"`y` must have as many rows as `x` ({len(x)}), got {len(y)}")
    if len(x) < 2:
        raise ValueError(f"`x` must have at least two rows, got {len(x)}")
    for name, value in (("x", x), ("y", y)):
        if not bool(value.isfinite().all()):
            raise ValueError(f"`{name}` must be finite, got NaN or infinity")
