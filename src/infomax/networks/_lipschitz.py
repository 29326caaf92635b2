"""A network whose answers move no more than its inputs."""

import math
from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from infomax._arguments import check_at_least, check_count

_ONE_LIPSCHITZ = (
    nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Sigmoid, nn.Softplus, nn.ELU, nn.Flatten, nn.Unflatten,
    nn.Identity,
)  # fmt: skip
_POOLS = (nn.MaxPool2d, nn.AvgPool2d)


class SpectralLipschitz(nn.Module):
    r"""Make a network 1-Lipschitz by holding the spectral norm of every layer at one.

    :math:`\lVert f(u) - f(v) \rVert_2 \le L \lVert u - v \rVert_2` for all u and v: each weight is
    divided by (a bound on) its largest singular value, and activations of slope above one are
    refused. A guarantee everywhere, at little cost, where `measures.gradient_penalty` only
    persuades at the points drawn; but the composed network is usually much flatter than L, and so a
    weaker critic.

    Parameters
    ----------
    module : Module
        Dense layers, convolutions, activations of slope at most one, and pooling without overlap,
        one after the other. Changed in place: its weights become parametrised, its parameters stay.
    constant : float
        L, above 0; the answers are multiplied by it.
    n_power_iterations : int
        Power iterations a training step; in evaluation singular values are exact.

    Raises
    ------
    ValueError
        If the module holds a layer that cannot be bounded, such as a normalisation or a convolution
        padded by other than zeros.

    Notes
    -----
    The bound is on one path: a module that adds or joins several paths can move more. A convolution
    is divided by the norm of its kernel as a matrix, its channels out against all else, times the
    root of the number of windows that a pixel lies in: :math:`\sqrt{k_h k_w}` at stride 1 and
    :math:`\sqrt{k_h k_w} / s` at a stride s that divides the kernel's sides. No picture padded by
    zeros exceeds that (with other padding a pixel counts twice, which is refused), but the true
    norm may be half of it. Adaptive pooling must not enlarge the picture. In training the norms lag
    a little behind, as power iteration goes on from the step before; call `eval` before relying on
    the guarantee.

    References
    ----------
    Miyato et al. (2018), Algorithm 1. Singla and Feizi (2021), Theorem 1, for convolutions.

    Examples
    --------
    >>> import torch
    >>> from infomax.networks import MLP
    >>> steady = SpectralLipschitz(MLP(4, (16, 16), 2, random_state=0)).eval()
    >>> u, v = torch.randn(2, 100, 4, generator=torch.Generator().manual_seed(0))
    >>> bool(((steady(u) - steady(v)).norm(dim=1) <= (u - v).norm(dim=1)).all())
    True
    """

    def __init__(
        self, module: nn.Module, *, constant: float = 1.0, n_power_iterations: int = 1
    ) -> None:
        super().__init__()
        check_count("n_power_iterations", n_power_iterations)
        self.constant = check_at_least("constant", constant, 0, strict=True)
        self.module = module
        for name, layer in list(module.named_modules()):
            if isinstance(layer, nn.Linear) or _is_zero_padded(layer):
                unit = _UnitNorm(layer, n_power_iterations)
                parametrize.register_parametrization(layer, "weight", unit)
            else:
                _check_layer(name, layer)

    def forward(self, x: Tensor) -> Tensor:
        """Return the answers of the module, which move at most `constant` times as far as `x`.

        Parameters
        ----------
        x : tensor
            As the module wants it.

        Returns
        -------
        tensor
            As the module gives it.
        """
        answer: Tensor = self.constant * self.module(x)
        return answer


class _UnitNorm(nn.Module):
    """Divide a weight by a bound on the norm of its layer."""

    left: Tensor
    right: Tensor

    def __init__(self, layer: nn.Linear | nn.Conv2d, n_power_iterations: int) -> None:
        super().__init__()
        self.n_power_iterations = n_power_iterations
        self.overlap = math.sqrt(_n_windows(layer)) if isinstance(layer, nn.Conv2d) else 1.0
        with torch.no_grad():
            _, _, right = torch.linalg.svd(layer.weight.flatten(1), full_matrices=False)
        self.register_buffer("right", right[0])

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight at norm one."""
        matrix = weight.flatten(1)
        if not self.training:
            return weight.div(self.overlap * torch.linalg.matrix_norm(matrix, 2))
        with torch.no_grad():
            right = self.right
            for _ in range(self.n_power_iterations):
                right = nn.functional.normalize(matrix.T @ (matrix @ right), dim=0)
            self.right = right
        return weight.div(self.overlap * (matrix @ right).norm())


def _is_zero_padded(layer: nn.Module) -> TypeGuard[nn.Conv2d]:
    return isinstance(layer, nn.Conv2d) and layer.padding_mode == "zeros"


def _n_windows(layer: nn.Conv2d) -> int:
    """Return the most windows that one pixel lies in: of its places in them, one in stride/gcd."""
    return math.prod(
        math.ceil(size * math.gcd(stride, dilation) / stride)
        for size, stride, dilation in zip(
            layer.kernel_size, layer.stride, layer.dilation, strict=True
        )
    )


def _check_layer(name: str, layer: nn.Module) -> None:
    own = next(layer.parameters(recurse=False), None) is not None
    is_container = not own and next(layer.children(), None) is not None
    slope = getattr(layer, "negative_slope", 0.0)
    steep = isinstance(layer, nn.LeakyReLU) and abs(slope) > 1
    steep |= isinstance(layer, nn.ELU) and layer.alpha > 1
    pooled = isinstance(layer, nn.AdaptiveAvgPool2d) or (
        isinstance(layer, _POOLS) and layer.stride == layer.kernel_size and layer.padding == 0
    )
    if not (is_container or pooled or (isinstance(layer, _ONE_LIPSCHITZ) and not steep)):
        raise ValueError(
            "`module` must hold dense layers, convolutions padded by zeros, activations of slope at "
            f"most 1 and pooling without overlap alone, got {layer} at {name!r}"
        )
