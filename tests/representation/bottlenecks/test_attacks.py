import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.networks import MLP
from infomax.representation import fgsm, pgd


def points(seed=0, n=6, d=3):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator), torch.randn(n, generator=generator)


def linear(x):
    return x @ torch.tensor([1.0, -2.0, 0.0])


def error(model, x, y):
    return float((model(x).detach() - y).square().mean())


def test_closed_form_worst_change_of_a_linear_model():
    x, y = points()
    worst = (linear(x) - y).abs() + 0.3 * 3  # the sum of |w| is 3
    for attack in (fgsm, pgd):
        changed = attack(linear, x, y, epsilon=0.3)
        torch.testing.assert_close((linear(changed) - y).abs(), worst)
        assert torch.equal(changed[:, 2], x[:, 2])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**4), st.floats(0, 1))
def test_law_changes_stay_within_epsilon_and_hurt(seed, epsilon):
    x, y = points(seed)
    model = MLP(3, (8,), 1, random_state=seed)
    predict = lambda z: model(z)[:, 0]  # noqa: E731
    for attack in (fgsm, pgd):
        changed = attack(predict, x, y, epsilon=epsilon)
        assert (changed - x).abs().max() <= epsilon + 1e-6
        assert not changed.requires_grad
    one = pgd(predict, x, y, epsilon=epsilon, n_steps=1, step_size=max(epsilon, 1e-9))
    torch.testing.assert_close(one, fgsm(predict, x, y, epsilon=epsilon), atol=1e-6, rtol=0)
    slight = fgsm(predict, x, y, epsilon=1e-4)
    assert error(predict, slight, y) >= error(predict, x, y)


def test_naive_twin_of_the_projected_attack():
    x, y = points()
    bent = lambda z: (z**3).sum(1)  # noqa: E731
    changed = x.clone()
    for _ in range(5):
        for i in range(len(x)):
            slope = 2 * ((changed[i] ** 3).sum() - y[i]) * 3 * changed[i] ** 2
            moved = changed[i] + 0.05 * slope.sign()
            changed[i] = torch.minimum(torch.maximum(moved, x[i] - 0.12), x[i] + 0.12)
    found = pgd(bent, x, y, epsilon=0.12, step_size=0.05)
    torch.testing.assert_close(found, changed)


def test_another_loss_and_a_model_left_as_it_was():
    x, y = points()
    model = MLP(3, (8,), 1, random_state=0)
    model(x).sum().backward()
    before = [p.grad.clone() for p in model.parameters()]
    with torch.no_grad():
        fgsm(lambda z: model(z)[:, 0], x, y, epsilon=0.1, loss=lambda a, b: (a - b).abs().sum())
    assert all(torch.equal(p.grad, g) for p, g in zip(model.parameters(), before, strict=True))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, y: fgsm(linear, x, y, epsilon=-1), "`epsilon` must lie in"),
        (lambda x, y: pgd(linear, x, y, epsilon=-1), "`epsilon` must lie in"),
        (lambda x, y: pgd(linear, x, y, epsilon=1, n_steps=0), "`n_steps` must be"),
        (lambda x, y: pgd(linear, x, y, epsilon=1, step_size=0), "`step_size` must lie in"),
        (lambda x, y: fgsm(linear, x.long(), y, epsilon=1), "`x` must hold floating-point numbers"),
        (lambda x, y: fgsm(linear, x, y[:, None], epsilon=1), "`y_hat` must have the shape of `y`"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call(*points())
