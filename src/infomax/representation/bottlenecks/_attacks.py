"""Small changes of an input that hurt a regressor most."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from infomax._arguments import check_between, check_count
from infomax.representation.bottlenecks._bottleneck_loss import squared_error

Model = Callable[[Tensor], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


def fgsm(
    model: Model,
    x: Tensor,
    y: Tensor,
    *,
    epsilon: float,
    loss: Loss = squared_error,
) -> Tensor:
    r"""Fast gradient sign attack: one step of length ε along the sign of the loss's gradient.

    :math:`x + \epsilon \operatorname{sign} \nabla_x \ell(f(x), y)`, the worst change of each number
    by at most ε for a model that is linear in between. `pgd` goes the same way in small steps and is
    the stronger attack where the model bends.

    Parameters
    ----------
    model : callable
        From inputs to predictions; a module is used in the mode it is in.
    x : tensor of shape (n, ...)
        Inputs; ε is in their units, so standardise them where columns differ.
    y : tensor
        Targets, of the shape of the predictions.
    epsilon : float
        ε, at least 0.
    loss : callable
        ``loss(predictions, y)`` to be raised; mean squared error where left out.

    Returns
    -------
    tensor
        Changed inputs, of the shape of `x`, without history; `model` keeps its gradients.

    Raises
    ------
    ValueError
        If ε is negative, inputs are whole numbers, or predictions and targets differ in shape.

    References
    ----------
    Goodfellow, Shlens and Szegedy (2015).

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[1.0, 2.0]])
    >>> fgsm(lambda z: z[:, 0] - z[:, 1], x, torch.zeros(1), epsilon=0.5)
    tensor([[0.5000, 2.5000]])
    """
    check_between("epsilon", epsilon, 0, math.inf, open_high=True)
    return x.detach() + epsilon * _sign(model, x, y, loss)


def pgd(
    model: Model,
    x: Tensor,
    y: Tensor,
    *,
    epsilon: float,
    step_size: float | None = None,
    n_steps: int = 5,
    loss: Loss = squared_error,
) -> Tensor:
    r"""Projected gradient attack: steps along the sign of the gradient, kept within ε of the input.

    Each number moves by `step_size` a step and never further than ε from where it began.

    Parameters
    ----------
    model, x, y, epsilon, loss
        As in `fgsm`.
    step_size : float, optional
        Above 0; 1.5 ε divided by the number of steps where left out.
    n_steps : int
        Steps; one of size ε is `fgsm`.

    Returns
    -------
    tensor
        Changed inputs, of the shape of `x`, without history; `model` keeps its gradients.

    Raises
    ------
    ValueError
        If an option is out of range, inputs are whole numbers, or predictions and targets differ in
        shape.

    Notes
    -----
    It begins at the input itself: no random start, so that the answer does not vary.

    References
    ----------
    Madry et al. (2018). The released code of Yu et al. (2024) takes five steps of 0.05 within 0.3,
    which none can reach.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[1.0, 2.0]])
    >>> pgd(lambda z: z[:, 0] - z[:, 1], x, torch.zeros(1), epsilon=0.5)
    tensor([[0.5000, 2.5000]])
    """
    check_between("epsilon", epsilon, 0, math.inf, open_high=True)
    check_count("n_steps", n_steps)
    length = 1.5 * epsilon / n_steps
    if step_size is not None:
        length = check_between("step_size", step_size, 0, math.inf, open_low=True, open_high=True)
    start = x.detach()
    changed = start
    for _ in range(n_steps):
        moved = changed + length * _sign(model, changed, y, loss)
        changed = start + (moved - start).clamp(-epsilon, epsilon)
    return changed


def _sign(model: Model, x: Tensor, y: Tensor, loss: Loss) -> Tensor:
    """Return the sign of the gradient of the loss by the inputs."""
    if not x.dtype.is_floating_point:
        raise ValueError(f"`x` must hold floating-point numbers, got {x.dtype}")
    asks = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(loss(model(asks), y), asks)
    return gradient.sign()
