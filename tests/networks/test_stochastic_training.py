"""Random networks under constraints: the Gaussian layer, the multiplier, and many of them at once."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from infomax.networks import MLP, Batches, DualVariable, StochasticMLP, train, train_many

GENERATOR = torch.Generator().manual_seed(0)
X = torch.randn(40, 6, generator=GENERATOR)
Y = torch.randint(0, 3, (40,), generator=GENERATOR)


def test_naive_twin_of_the_gaussian_layer():
    model = StochasticMLP(2, (4, 3), 5, random_state=0)
    x, noise = torch.randn(7, 2, generator=GENERATOR), torch.randn(7, 3, generator=GENERATOR)
    first, second = model.mean[1], model.mean[3]
    mean = (x @ first.weight.T + first.bias).clamp(min=0) @ second.weight.T + second.bias
    first, second = model.std[1], model.std[3]
    raw = (x @ first.weight.T + first.bias).clamp(min=0) @ second.weight.T + second.bias
    std = torch.log(1 + raw.exp())
    torch.testing.assert_close(model.encode(x), (mean, std))
    torch.testing.assert_close(model.features(x, noise), mean + std * noise)
    answer = (mean + std * noise) @ model.head.weight.T + model.head.bias
    torch.testing.assert_close(model(x, noise), answer)
    torch.testing.assert_close(model(x), mean @ model.head.weight.T + model.head.bias)


def test_deviations_have_a_floor_and_weights_a_seed():
    model = StochasticMLP(2, (3,), 2, min_std=0.5, random_state=0)
    with torch.no_grad():
        model.std[1].bias.fill_(-200)
    assert (model.encode(torch.zeros(1, 2))[1] == 0.5).all()
    again, other = (StochasticMLP(2, (3,), 2, random_state=seed) for seed in (0, 1))
    assert torch.equal(again.mean[1].weight, model.mean[1].weight)
    assert not torch.equal(other.mean[1].weight, model.mean[1].weight)
    assert not torch.equal(again.mean[1].weight, again.std[1].weight)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((2, (), 3), {}, "`n_hidden` must be a sequence of at least 1"),
        ((0, (3,), 3), {}, "`n_inputs`"),
        ((2, (3,), 0), {}, "`n_outputs`"),
        ((2, (3,), 3), {"min_std": 0}, "`min_std` must be above 0"),
        ((2, (3, 3), 3), {"activation": "sine"}, "`activation`"),
    ],
)
def test_networks_that_cannot_be_are_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        StochasticMLP(*arguments, **options)


def test_naive_twin_of_the_multiplier():
    dual, value = DualVariable(target=2.0, learning_rate=0.5, initial=1.0, sign="="), 1.0
    for quantity in (1.0, 5.0, 4.0):
        told = torch.tensor(quantity, requires_grad=True)
        penalty = dual.penalty(told)
        dual.update(told)
        penalty.backward()
        assert float(penalty.detach()) == pytest.approx(value * (2 - quantity))
        assert float(told.grad) == pytest.approx(-value)
        value += 0.5 * (2 - quantity)
        assert float(dual.value) == pytest.approx(value)
    assert value < 0


def test_closed_form_the_multiplier_finds_the_shadow_price():
    """Minimise w² subject to w = 3: the optimum has λ = 6."""
    w = torch.zeros((), requires_grad=True)
    dual = DualVariable(target=3.0, learning_rate=0.1, sign="=")
    optimizer = torch.optim.SGD([w], lr=0.1)
    for _ in range(400):
        optimizer.zero_grad()
        (w**2 + dual.penalty(w)).backward()
        optimizer.step()
        dual.update(w)
    assert float(w.detach()) == pytest.approx(3, abs=1e-3)
    assert float(dual.value) == pytest.approx(6, abs=1e-2)


@given(st.sampled_from(["<=", ">="]), st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_law_multipliers_of_inequalities_stay_above_zero_and_rise_where_violated(sign, values):
    dual = DualVariable(target=0.5, learning_rate=0.3, sign=sign)
    for value in values:
        before = float(dual.value)
        dual.update(torch.tensor(value))
        assert float(dual.value) >= 0
        violated = value > 0.5 if sign == "<=" else value < 0.5
        assert float(dual.value) >= before if violated else float(dual.value) <= before


def test_the_multiplier_is_saved_with_its_module_and_refuses_nonsense():
    dual = DualVariable(target=1, learning_rate=0.1, initial=0.25, sign=">=")
    assert dual.state_dict()["value"] == 0.25
    assert str(dual) == "DualVariable(>= 1, learning_rate=0.1)"
    for wrong, message in (
        ({"sign": "<"}, "`sign` must be one of"),
        ({"learning_rate": -1}, "`learning_rate` must be at least 0"),
        ({"initial": -1}, "`initial` must be at least 0"),
        ({"target": math.nan}, "`target`"),
        ({"target": math.inf}, "`target` must lie in"),
    ):
        with pytest.raises(ValueError, match=message):
            DualVariable(**({"target": 1, "learning_rate": 0.1, "sign": "<="} | wrong))


class Constrained(nn.Module):
    """A network with the multiplier that holds its mean deviation at a target."""

    def __init__(self, width, seed):
        super().__init__()
        self.body = StochasticMLP(6, (8, width), 3, random_state=seed)
        self.dual = DualVariable(target=1.5, learning_rate=0.1, sign="=")

    def loss(self, x, y, noise):
        std = self.body.encode(x)[1].mean()
        penalty = self.dual.penalty(std)
        self.dual.update(std)
        return F.cross_entropy(self.body(x, noise), y) + penalty


def constrained_loss(model, batch):
    return model.loss(*batch)


def sgd(parameters, **options):
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9, **options)


def test_naive_twin_many_random_networks_with_rows_noise_decay_and_multipliers():
    widths, decays = [4, 2, 4, 4], [0.0, 0.1, 0.3, 0.0]
    rows = [torch.arange(k, k + 25) for k in (0, 5, 10, 15)]
    watched = {}

    def watch(group, n_done):
        weights = group.parameters["body.head.weight"].detach().clone()
        watched.update({(index, n_done): w for index, w in zip(group.indices, weights)})  # noqa: B905

    def batches(setting, seed):
        own, width = rows[setting], widths[setting]
        return Batches(X[own], Y[own], batch_size=10, n_noise=width, random_state=seed)

    many = train_many(
        lambda setting, seed: Constrained(widths[setting], seed), range(4), batches,
        loss=constrained_loss, n_epochs=6, make_optimizer=sgd, weight_decay=decays,
        random_state=2, watch=watch,
    )  # fmt: skip
    assert [group.indices for group in many.groups] == [(0, 2, 3), (1,)]
    assert len(watched) == 4 * 7
    for index, seed in enumerate(many.seeds):
        model = Constrained(widths[index], seed)
        assert torch.equal(watched[index, 0], model.body.head.weight)
        state = train(
            model,
            batches(index, seed),
            loss=constrained_loss,
            n_epochs=6,
            optimizer=sgd(model.parameters(), weight_decay=decays[index]),
        )
        found = many.model(index).state_dict()
        for name, value in model.state_dict().items():
            torch.testing.assert_close(found[name], value, atol=1e-5, rtol=0)
        assert many.losses[index].tolist() == pytest.approx(state.losses, abs=1e-5)
        torch.testing.assert_close(watched[index, 6], found["body.head.weight"])
        assert abs(float(found["dual.value"])) > 0.01


def test_one_decay_serves_all_and_shrinks():
    def norms(decay):
        many = train_many(
            lambda _, seed: MLP(6, (4,), 3, random_state=seed), range(2), (X, Y),
            loss=lambda model, batch: F.cross_entropy(model(batch[0]), batch[1]), n_epochs=5,
            make_optimizer=sgd, weight_decay=decay, random_state=0,
        )  # fmt: skip
        return [float(many.model(i).head.weight.detach().norm()) for i in range(2)]

    assert all(small < 0.7 * large for small, large in zip(norms(1.0), norms(0.0), strict=True))


def test_noise_of_batches_depends_on_seed_and_epoch_alone():
    batches = Batches(X, Y, batch_size=16, n_noise=500, random_state=0)
    drawn = torch.cat([noise for *_, noise in batches(3)])
    assert torch.equal(drawn, batches.noise(3))
    assert drawn.shape == (40, 500)
    assert abs(float(drawn.mean())) < 0.03  # four standard errors
    assert abs(float(drawn.std()) - 1) < 0.02
    assert not torch.equal(drawn, batches.noise(4))
    assert torch.equal(drawn, Batches(X, batch_size=3, n_noise=500, random_state=0).noise(3))
    assert all(len(batch) == 2 for batch in Batches(X, Y, batch_size=16)(0))
    with pytest.raises(ValueError, match="`n_noise` must be a whole number of at least 0"):
        Batches(X, batch_size=3, n_noise=-1)


def test_networks_with_batches_of_other_sizes_are_trained_apart():
    def batches(n, seed):
        return Batches(X[:n], Y[:n], batch_size=8, random_state=seed)

    many = train_many(
        lambda _, seed: MLP(6, (4,), 3, random_state=seed), [40, 20, 40], batches,
        loss=lambda model, batch: F.cross_entropy(model(batch[0]), batch[1]), n_epochs=1,
    )  # fmt: skip
    assert [group.indices for group in many.groups] == [(0, 2), (1,)]


@pytest.mark.parametrize("decay", [-1.0, [0.1], [0.1, -0.1], [[0.1, 0.1]], float("nan")])
def test_decays_that_do_not_fit_are_refused(decay):
    with pytest.raises(ValueError, match="`weight_decay` must be at least 0, one or 2 of them"):
        train_many(
            Constrained, [4, 4], (X, Y), loss=constrained_loss, n_epochs=1, weight_decay=decay
        )


def test_only_what_can_be_called_is_reached_through_stacked_weights():
    with pytest.raises(AttributeError, match="methods and parts can be called, not 'training'"):
        train_many(Constrained, [4], (X, Y), loss=lambda model, _: model.training, n_epochs=1)
