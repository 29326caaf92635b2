import pytest
import torch
from torch import nn

from infomax.networks import MLP, ConvNet, SpectralLipschitz


def pairs(n, *shape):
    generator = torch.Generator().manual_seed(0)
    u = 3 * torch.randn(n, *shape, generator=generator)
    size = 10 ** torch.empty(n, *[1] * len(shape)).uniform_(-2, 1, generator=generator)
    return u, u + size * torch.randn(n, *shape, generator=generator)


def moved(model, u, v):
    with torch.no_grad():
        return (model(u) - model(v)).flatten(1).norm(dim=1) / (u - v).flatten(1).norm(dim=1)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_law_no_answer_moves_more_than_its_input(activation):
    module = MLP(6, (32, 32), 3, activation=activation, weight_std=2.0, random_state=0)
    u, v = pairs(10_000, 6)
    assert moved(module, u, v).max() > 3
    assert moved(SpectralLipschitz(module).eval(), u, v).max() <= 1 + 1e-5


def test_law_pictures_move_no_more_either():
    module = ConvNet(2, 4, widths=(8, 8), weight_std=1.0, random_state=0)
    u, v = pairs(300, 2, 16, 16)
    assert moved(SpectralLipschitz(module, constant=3).eval(), u, v).max() <= 3


def test_closed_form_a_linear_layer_is_divided_by_its_largest_singular_value():
    layer = nn.Linear(3, 3, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.diag(torch.tensor([4.0, 2.0, 1.0])))
    steady = SpectralLipschitz(nn.Sequential(layer), constant=2)
    known = torch.diag(torch.tensor([2.0, 1.0, 0.5]))
    for model in (steady.train(), steady.eval()):
        torch.testing.assert_close(model(torch.eye(3)), known)


def test_closed_form_the_norm_of_a_convolution_is_bounded():
    kernel = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    with torch.no_grad():
        kernel.weight.fill_(1.0)  # moves a constant picture nine-fold, and has norm 3 as a matrix
    steady = SpectralLipschitz(kernel).eval()
    middle = steady(torch.ones(1, 1, 9, 9))[0, 0, 4, 4]
    assert middle.item() == pytest.approx(1)


def norm_as_a_map(layer, side):
    """Largest singular value of a convolution written out as a matrix on all pixels."""
    pixels = torch.eye(layer.in_channels * side**2).reshape(-1, layer.in_channels, side, side)
    with torch.no_grad():
        return torch.linalg.matrix_norm(layer(pixels).flatten(1), 2).item()


@pytest.mark.parametrize(
    ("size", "stride", "dilation", "padding"),
    [(3, 1, 1, 1), (4, 2, 1, 1), (3, 2, 1, 1), (5, 2, 2, 4), (5, 3, 1, 2), (2, 2, 1, 0)],
)
def test_law_a_convolution_has_norm_at_most_one_whatever_its_stride(
    size, stride, dilation, padding
):
    torch.manual_seed(0)
    layer = nn.Conv2d(2, 3, size, stride=stride, dilation=dilation, padding=padding, bias=False)
    with torch.no_grad():
        layer.weight[:] = 1 + 0.1 * layer.weight  # where all windows pull one way, it is near tight
    SpectralLipschitz(layer).eval()
    assert 0.55 < norm_as_a_map(layer, 13) <= 1 + 1e-5


def test_training_keeps_the_norm_near_one():
    model = SpectralLipschitz(MLP(4, (16,), 1, random_state=0))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(1))
    for _ in range(50):
        optimizer.zero_grad()
        (-model(x).mean()).backward()
        optimizer.step()
    for layer in (model.module.features[1], model.module.head):
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1, abs=0.05)
        model.eval()
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1, abs=1e-5)
        model.train()


@pytest.mark.parametrize(
    "module",
    [
        nn.GELU(),
        nn.LeakyReLU(1.5),
        nn.ELU(2.0),
        nn.BatchNorm1d(3),
        nn.MaxPool2d(3, stride=1),
        nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)),
        nn.Conv2d(1, 1, 3, padding=1, padding_mode="replicate"),
    ],
)
def test_layers_without_a_bound_are_refused(module):
    with pytest.raises(ValueError, match="`module` must hold dense layers"):
        SpectralLipschitz(module)


def test_constants_are_refused_by_name():
    with pytest.raises(ValueError, match="`constant` must be above 0"):
        SpectralLipschitz(nn.Linear(2, 2), constant=0)
    with pytest.raises(ValueError, match="`n_power_iterations` must be"):
        SpectralLipschitz(nn.Linear(2, 2), n_power_iterations=0)
