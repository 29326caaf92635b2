"""Blocks: shapes, first weights, and what they compute."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.networks import MLP, ConvNet, Projector, ResNet

PICTURES = torch.linspace(-1, 1, 3 * 2 * 16 * 16).reshape(3, 2, 16, 16)
MAKERS = {
    "MLP": lambda **more: MLP(512, (24, 12), 5, **more),
    "ConvNet": lambda **more: ConvNet(2, 5, widths=(4, 6), n_features=12, **more),
    "ResNet": lambda **more: ResNet(2, 5, widths=(4, 16), n_blocks=2, **more),
}
every_network = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@every_network
def test_law_shapes_of_answers_and_representations(make):
    model = make(random_state=0)
    assert model(PICTURES).shape == (3, 5)
    assert model.features(PICTURES).ndim == 2
    assert torch.equal(model.head(model.features(PICTURES)), model(PICTURES))


@every_network
def test_law_same_seed_same_weights_and_the_global_generator_is_left_alone(make):
    before = torch.get_rng_state()
    first, second, other = make(random_state=3), make(random_state=3), make(random_state=4)
    assert torch.equal(torch.get_rng_state(), before)
    for (name, a), b in zip(first.state_dict().items(), second.state_dict().values(), strict=True):
        assert torch.equal(a, b), name
    assert not torch.equal(first.head.weight, other.head.weight)


@every_network
def test_law_items_do_not_depend_on_their_batch(make):
    model = make(random_state=0)
    torch.testing.assert_close(model(PICTURES)[1:2], model(PICTURES[1:2]), atol=1e-5, rtol=1e-5)


@every_network
def test_law_first_weights_have_the_deviation_asked_for(make):
    torch_layers = (torch.nn.Linear, torch.nn.Conv2d)
    body = make(weight_std=0.03, random_state=0).features
    layers = [m for m in body.modules() if isinstance(m, torch_layers)]
    drawn = torch.cat([layer.weight.detach().flatten() for layer in layers])
    assert float(drawn.std()) == pytest.approx(0.03, rel=5 / math.sqrt(2 * drawn.numel()))
    assert all(not layer.bias.detach().any() for layer in layers)


@every_network
def test_law_first_weights_without_deviation_lie_within_the_root_of_the_inputs(make):
    model = make(random_state=0)
    layers = [m for m in model.modules() if isinstance(m, torch.nn.Linear | torch.nn.Conv2d)]
    for layer in layers:
        bound = 1 / math.sqrt(layer.weight[0].numel())
        for values in (layer.weight.detach(), layer.bias.detach()):
            assert float(values.abs().max()) <= bound
        assert float(layer.weight.detach().abs().max()) > 0.8 * bound


@every_network
def test_every_weight_gets_a_gradient(make):
    model = make(random_state=0)
    model(PICTURES).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


@pytest.mark.parametrize(
    "activation", ["elu", "gelu", "relu", "sigmoid", "silu", "softplus", "tanh"]
)
def test_naive_twin_mlp(activation):
    model = MLP(4, (3, 2), 2, activation=activation, random_state=0).double()
    x = torch.linspace(-2, 2, 8, dtype=torch.float64).reshape(2, 4)
    phi = getattr(torch, activation, None) or getattr(torch.nn.functional, activation)
    weights = [w.tolist() for w in model.state_dict().values()]
    for row, answer in zip(x.tolist(), model(x).tolist(), strict=True):
        h = row
        for layer in range(3):
            w, b = weights[2 * layer], weights[2 * layer + 1]
            h = [
                sum(a * c for a, c in zip(line, h, strict=True)) + s
                for line, s in zip(w, b, strict=True)
            ]
            if layer < 2:
                h = [float(phi(torch.tensor(v, dtype=torch.float64))) for v in h]
        assert answer == pytest.approx(h, abs=1e-12)


def test_closed_form_linear_model():
    model = MLP(3, (), 2, random_state=0)
    x = torch.eye(3)
    torch.testing.assert_close(model(x), model.head.weight.T + model.head.bias)


def test_closed_form_residual_block_with_a_dead_residual_passes_its_input():
    model = ResNet(1, 2, widths=(8,), random_state=0)
    block = model.features[3]
    with torch.no_grad():
        for parameter in block.residual.parameters():
            parameter.zero_()
    x = torch.randn(2, 8, 5, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(block(x), x.clamp(min=0))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3), st.integers(8, 33), st.integers(8, 33), st.integers(1, 7))
def test_law_convolutional_networks_take_pictures_of_any_size(channels, height, width, n_outputs):
    picture = torch.zeros(2, channels, height, width)
    assert ConvNet(channels, n_outputs, random_state=0)(picture).shape == (2, n_outputs)
    assert ResNet(channels, n_outputs, widths=(4, 8), random_state=0)(picture).shape == (
        2,
        n_outputs,
    )


def test_closed_form_a_stem_of_stride_two_halves_the_picture():
    pictures = torch.zeros(1, 1, 16, 16)
    for stride in (1, 2):
        model = ResNet(1, 2, widths=(4,), stem_stride=stride, random_state=0)
        assert model.features[:4](pictures).shape == (1, 4, 16 // stride, 16 // stride)


def test_projector_normalises_between_layers_or_not():
    h = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    kinds = [type(m).__name__ for m in Projector(4, 8, 3, n_layers=3, random_state=0).layers]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 2 + ["Linear"]
    plain = Projector(4, 8, 3, normalize=False, random_state=0)
    torch.testing.assert_close(plain(h)[:1], plain(h[:1]))
    assert Projector(4, 8, 3, n_layers=1, random_state=0)(h).shape == (6, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP(0, (), 2), "`n_inputs`"),
        (lambda: MLP(2, (3, 0), 2), r"`n_hidden\[1\]`"),
        (lambda: MLP(2, 5, 2), "`n_hidden` must be a sequence of at least 0 sizes, got 5"),
        (lambda: MLP(2, (), 0), "`n_outputs`"),
        (lambda: MLP(2, (3,), 2, activation="sine"), "`activation` must be one of"),
        (lambda: MLP(2, (3,), 2, weight_std=0), "`weight_std` must be above 0"),
        (lambda: MLP(2, (3,), 2, random_state=-1), "`random_state`"),
        (lambda: ConvNet(0, 2), "`n_channels`"),
        (lambda: ConvNet(1, 2, widths=()), "`widths` must be a sequence of at least 1"),
        (lambda: ConvNet(1, 2, pooled=0), "`pooled`"),
        (lambda: ConvNet(1, 2, n_features=0), "`n_features`"),
        (lambda: ConvNet(1, 0), "`n_outputs`"),
        (lambda: ResNet(1, 2, n_blocks=0), "`n_blocks`"),
        (lambda: ResNet(1, 2, stem_stride=0), "`stem_stride`"),
        (lambda: ResNet(1, 2, widths=(8, -1)), r"`widths\[1\]`"),
        (lambda: Projector(1, 2, 0), "`n_outputs`"),
        (lambda: Projector(1, 2, 2, n_layers=0), "`n_layers`"),
        (lambda: Projector(1, 0, 2), "`n_hidden`"),
    ],
)
def test_bad_sizes_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
