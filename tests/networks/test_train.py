"""The training loop, its state, and many networks at once."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from infomax.networks import MLP, Batches, ConvNet, Projector, TrainingState, train, train_many

GENERATOR = torch.Generator().manual_seed(0)
X = torch.randn(50, 6, generator=GENERATOR)
Y = torch.randint(0, 3, (50,), generator=GENERATOR)


def cross_entropy(model, batch):
    return F.cross_entropy(model(batch[0]), batch[1])


def model_and_batches(seed=0, **more):
    return MLP(6, (8,), 3, random_state=seed, **more), Batches(
        X, Y, batch_size=16, random_state=seed
    )


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def test_naive_twin_gradient_descent_by_hand():
    x, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]])
    model = MLP(1, (), 1, random_state=0)
    w, b = weights(model).tolist()
    for _ in range(10):
        residuals = [w + b - 3, 2 * w + b - 5]
        w, b = (
            w - 0.1 * 2 * (residuals[0] + 2 * residuals[1]) / 2,
            b - 0.1 * 2 * (residuals[0] + residuals[1]) / 2,
        )
    state = train(
        model,
        [(x, y)],
        loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
        n_epochs=10,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
    )
    assert weights(model).tolist() == pytest.approx([w, b], abs=1e-5)
    assert (state.epoch, state.step, len(state.losses)) == (10, 10, 10)


@pytest.mark.parametrize("name", ["Adam", "SGD"])
def test_law_interrupted_and_resumed_is_uninterrupted(tmp_path, name):
    def optimizer(model):
        more = {"momentum": 0.9} if name == "SGD" else {}
        return getattr(torch.optim, name)(model.parameters(), lr=0.01, **more)

    def rate(step):
        return 0.01 / (1 + step)

    whole, batches = model_and_batches()
    uninterrupted = train(
        whole,
        batches,
        loss=cross_entropy,
        n_epochs=6,
        optimizer=optimizer(whole),
        learning_rate=rate,
    )
    first, _ = model_and_batches()
    options = {"loss": cross_entropy, "learning_rate": rate}
    state = train(first, batches, n_epochs=2, optimizer=optimizer(first), **options)
    state.save(tmp_path / "state.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]
    read = TrainingState.load(tmp_path / "state.safetensors")
    assert read.losses == state.losses
    second, _ = model_and_batches(seed=9)
    resumed = train(second, batches, n_epochs=6, optimizer=optimizer(second), state=read, **options)
    assert torch.equal(weights(second), weights(whole))
    assert resumed.losses == uninterrupted.losses
    assert (resumed.epoch, resumed.step) == (6, 24)


def test_a_file_that_is_no_state_is_refused(tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "other"
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(ValueError, match="`path` must be a training state"):
        TrainingState.load(path)
    save_file({"w": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="got other safetensors"):
        TrainingState.load(path)


def test_callback_is_told_every_epoch_and_can_stop():
    told = []

    def callback(end):
        told.append((end.epoch, end.n_epochs, end.loss, end.state().step))
        return end.epoch == 3

    model, batches = model_and_batches()
    model.eval()
    state = train(model, batches, loss=cross_entropy, n_epochs=5, callback=callback)
    assert [(e, n, s) for e, n, _, s in told] == [(0, 5, 0), (1, 5, 4), (2, 5, 8), (3, 5, 12)]
    assert math.isnan(told[0][2])
    assert tuple(loss for *_, loss, _ in told[1:]) == state.losses
    assert not model.training


def test_state_is_a_copy():
    model, batches = model_and_batches()
    states = []
    train(
        model, batches, loss=cross_entropy, n_epochs=2, callback=lambda e: states.append(e.state())
    )
    assert not torch.equal(states[0].model["head.weight"], states[1].model["head.weight"])
    assert not torch.equal(states[1].model["head.weight"], model.head.weight)


def test_any_iterable_of_batches_does():
    model, _ = model_and_batches()
    loader = DataLoader(TensorDataset(X, Y), batch_size=25)
    state = train(model, loader, loss=cross_entropy, n_epochs=30)
    assert state.losses[-1] < state.losses[0]
    assert state.step == 60


def test_learning_rate_follows_the_step():
    rates = []
    model, batches = model_and_batches()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)

    def loss(model, batch):
        rates.append(optimizer.param_groups[0]["lr"])
        return cross_entropy(model, batch)

    train(
        model, batches, loss=loss, n_epochs=2, optimizer=optimizer, learning_rate=lambda s: 0.1 * s
    )
    assert rates == pytest.approx([0.1 * s for s in range(8)])


def test_what_cannot_be_trained_is_refused():
    model, batches = model_and_batches()
    with pytest.raises(ValueError, match="`n_epochs`"):
        train(model, batches, loss=cross_entropy, n_epochs=0)
    with pytest.raises(ValueError, match="`batches` must give at least one batch"):
        train(model, [], loss=cross_entropy, n_epochs=1)
    with pytest.raises(FloatingPointError, match="the loss became nan in epoch 0"):
        train(model, batches, loss=lambda m, b: cross_entropy(m, b) * math.nan, n_epochs=1)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 5), st.integers(0, 2**32))
def test_law_batches_are_a_permutation_that_depends_on_seed_and_epoch(n, batch_size, epoch, seed):
    rows = torch.arange(n)
    batches = Batches(rows, -rows, batch_size=batch_size, random_state=seed)
    seen = list(batches(epoch))
    assert [len(a) for a, _ in seen[:-1]] == [batch_size] * (len(seen) - 1)
    assert sorted(torch.cat([a for a, _ in seen]).tolist()) == list(range(n))
    assert all(torch.equal(a, -b) for a, b in seen)
    again = Batches(rows, batch_size=batch_size, random_state=seed)
    assert torch.equal(again.order(epoch), batches.order(epoch))


def test_batches_change_with_the_epoch_and_refuse_what_does_not_fit():
    batches = Batches(X, batch_size=8, random_state=0)
    assert not torch.equal(batches.order(0), batches.order(1))
    for tensors in ((), (X, Y[:3]), (X[:0],)):
        with pytest.raises(ValueError, match="`tensors` must be of one length above 0"):
            Batches(*tensors, batch_size=4)
    with pytest.raises(ValueError, match="`batch_size`"):
        Batches(X, batch_size=0)


def make_mlp(setting, seed):
    widths, std = setting
    return MLP(6, widths, 3, weight_std=std, activation="tanh", random_state=seed)


@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
def test_naive_twin_many_networks_are_those_of_a_loop(optimizer):
    settings = [((8,), None), ((5, 4), 0.3), ((8,), 0.1), ((8,), None), ((5, 4), None)]

    def make_optimizer(parameters):
        return getattr(torch.optim, optimizer)(parameters, lr=0.02)

    done = []
    many = train_many(
        make_mlp, settings, (X, Y), loss=cross_entropy, n_epochs=10, batch_size=16,
        make_optimizer=make_optimizer, random_state=1, callback=lambda *told: done.append(told),
    )  # fmt: skip
    assert [group.indices for group in many.groups] == [(0, 2, 3), (1, 4)]
    assert done == [(i, 20) for i in range(1, 21)]
    for index, (setting, seed) in enumerate(zip(settings, many.seeds, strict=True)):
        model = make_mlp(setting, seed)
        start = weights(model)
        batches = Batches(X, Y, batch_size=16, random_state=seed)
        state = train(
            model,
            batches,
            loss=cross_entropy,
            n_epochs=10,
            optimizer=make_optimizer(model.parameters()),
        )
        assert (weights(many.model(index)) - weights(model)).abs().max() < 1e-5
        assert (weights(model) - start).abs().max() > 1e-2
        assert many.losses[index].tolist() == pytest.approx(state.losses, abs=1e-5)
        torch.testing.assert_close(many.outputs(X)[index], model(X), atol=1e-4, rtol=0)


def test_naive_twin_many_convolutional_networks():
    pictures = X.reshape(-1, 1, 2, 3).repeat(1, 1, 4, 4)

    def make(_setting, seed):
        return ConvNet(1, 3, widths=(3,), n_features=5, pooled=2, random_state=seed)

    many = train_many(make, range(3), (pictures, Y), loss=cross_entropy, n_epochs=3, random_state=0)
    for index, seed in enumerate(many.seeds):
        model = make(None, seed)
        train(
            model,
            Batches(pictures, Y, batch_size=64, random_state=seed),
            loss=cross_entropy,
            n_epochs=3,
        )
        assert (weights(many.model(index)) - weights(model)).abs().max() < 1e-5


def test_many_networks_with_normalised_batches_keep_their_own_means():
    def make(_setting, seed):
        return Projector(6, 4, 3, random_state=seed)

    def sgd(
        parameters,
    ):  # a bias before the normalisation has no gradient; Adam would blow up its noise
        return torch.optim.SGD(parameters, lr=0.1)

    options = {"loss": cross_entropy, "n_epochs": 2}
    many = train_many(make, range(2), (X, Y), make_optimizer=sgd, random_state=0, **options)
    for index, seed in enumerate(many.seeds):
        model = make(None, seed)
        batches = Batches(X, Y, batch_size=64, random_state=seed)
        train(model, batches, optimizer=sgd(model.parameters()), **options)
        found = many.model(index).state_dict()
        for name, value in model.state_dict().items():
            torch.testing.assert_close(found[name], value, atol=1e-5, rtol=0)


def test_many_networks_from_one_seed_are_the_same_and_differ_among_each_other():
    options = {"loss": cross_entropy, "n_epochs": 1}
    first = train_many(make_mlp, [((4,), None)] * 2, (X, Y), random_state=3, **options)
    again = train_many(
        make_mlp, [((4,), None)] * 2, (X, Y), random_state=np.random.default_rng(3), **options
    )
    assert first.seeds == again.seeds
    assert torch.equal(weights(first.model(1)), weights(again.model(1)))
    assert not torch.equal(weights(first.model(0)), weights(first.model(1)))


def test_many_networks_refuse_what_does_not_fit():
    one = [((4,), None)]
    with pytest.raises(ValueError, match="`settings` must name at least one"):
        train_many(make_mlp, [], (X, Y), loss=cross_entropy, n_epochs=1)
    with pytest.raises(ValueError, match="`n_epochs`"):
        train_many(make_mlp, one, (X, Y), loss=cross_entropy, n_epochs=0)
    with pytest.raises(ValueError, match="`tensors` must be of one length"):
        train_many(make_mlp, one, (X, Y[:2]), loss=cross_entropy, n_epochs=1)
    with pytest.raises(ValueError, match=r"`index` must lie in \[0, 0\], got 1"):
        train_many(make_mlp, one, (X, Y), loss=cross_entropy, n_epochs=1).model(1)
    with pytest.raises(FloatingPointError, match="the loss of network 0 became nan in epoch 0"):
        train_many(
            make_mlp, one, (X, Y), loss=lambda m, b: cross_entropy(m, b) * math.nan, n_epochs=1
        )
