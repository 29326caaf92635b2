import pytest
import torch
from torch import nn

from infomax.measures import (
    BilinearCritic,
    ConcatenatedCritic,
    SeparableCritic,
    gradient_penalty,
)


def seeded(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).double()


def critics():
    torch.manual_seed(0)  # the layers of torch draw from the global generator
    first, second = nn.Linear(3, 4).double(), nn.Linear(2, 4).double()
    wide = nn.Linear(2, 5).double()
    joint = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    return {
        "separable": SeparableCritic(first, second),
        "bilinear": BilinearCritic(first, wide, n_dims_x=4, n_dims_y=5, random_state=0).double(),
        "concatenated": ConcatenatedCritic(joint),
        "concatenated codes": ConcatenatedCritic(
            nn.Linear(8, 1).double(), first, second
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", critics())
def test_law_all_pairs_hold_the_pairs_in_a_row_and_no_batch_matters(name):
    critic, x, y = critics()[name], seeded(6, 3), seeded(6, 2, seed=1)
    scores = critic(x, y)
    torch.testing.assert_close(scores.diagonal(), critic.pairs(x, y))
    torch.testing.assert_close(critic(x[:2], y[3:]), scores[:2, 3:])


@pytest.mark.parametrize("name", critics())
def test_naive_twin_scores_pair_by_pair(name):
    critic, x, y = critics()[name], seeded(3, 3), seeded(4, 2, seed=1)
    scores = critic(x, y)
    for i in range(3):
        for j in range(4):
            one, other = x[i : i + 1], y[j : j + 1]
            torch.testing.assert_close(critic.pairs(one, other)[0], scores[i, j])


def test_one_encoder_serves_both_and_no_global_generator_moves():
    before = torch.random.get_rng_state()
    encoder = nn.Identity()
    critic = BilinearCritic(encoder, n_dims_x=3, random_state=5)
    assert critic.encoder_y is encoder
    assert critic.form.shape == (3, 3)
    assert torch.equal(critic.form, BilinearCritic(encoder, n_dims_x=3, random_state=5).form)
    assert torch.equal(before, torch.random.get_rng_state())
    assert SeparableCritic(encoder).encoder_y is encoder
    with pytest.raises(ValueError, match="`n_dims_x` must be"):
        BilinearCritic(encoder, n_dims_x=0)


@pytest.mark.parametrize("at", ["product", "joint", "interpolate"])
def test_closed_form_penalty_of_a_plane(at):
    a, b = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 4.0])
    x, y = seeded(5, 2).float(), seeded(5, 2, seed=1).float()

    def plane(x, y):
        return (x @ a)[:, None] + (y @ b)[None]

    assert gradient_penalty(plane, x, y, at=at, random_state=0).item() == pytest.approx(16)
    assert gradient_penalty(plane, x, y, at=at, target=7).item() == pytest.approx(4)
    assert gradient_penalty(plane, x, y, at=at, target=7, two_sided=False).item() == 0


def test_naive_twin_slopes_by_finite_differences():
    critic, x, y = critics()["bilinear"], seeded(4, 3), seeded(4, 2, seed=1)
    apart = {"joint": y, "product": y.roll(-1, dims=0)}
    for at, partner in apart.items():
        total = 0.0
        for i in range(4):
            both = torch.cat([x[i], partner[i]])

            def score(z):
                return critic.pairs(z[None, :3], z[None, 3:])[0]

            steps = 1e-5 * torch.eye(5).double()
            slope = torch.stack([(score(both + h) - score(both - h)) / 2e-5 for h in steps])
            total += (slope.norm().item() - 1) ** 2
        assert gradient_penalty(critic, x, y, at=at).item() == pytest.approx(total / 4, abs=1e-6)


def test_law_the_penalty_can_be_differentiated_and_leaves_its_input_alone():
    x, y = seeded(3, 3), seeded(3, 2, seed=1)

    def penalty(form, x):
        return gradient_penalty(lambda u, v: torch.tanh(u @ form) @ v.T, x, y)

    form = seeded(3, 2, seed=2).requires_grad_()
    assert torch.autograd.gradcheck(penalty, (form, x.clone().requires_grad_()))
    penalty(form, x)
    assert not x.requires_grad


def test_interpolated_points_lie_between_joint_and_product():
    seen = []

    def watch(x, y):
        seen.append(y.detach())
        return x[:, 0] + y[:, 0]

    x = torch.zeros(4, 1)
    y = torch.tensor([[0.0], [1.0], [5.0], [2.0]])
    generator = torch.Generator().manual_seed(0)
    for _ in range(2):
        gradient_penalty(watch, x, y, at="interpolate", random_state=generator)
    low, high = torch.minimum(y, y.roll(-1, 0)), torch.maximum(y, y.roll(-1, 0))
    for points in seen:
        assert ((points >= low) & (points <= high)).all()
    assert not torch.equal(*seen)


def test_flat_critics_have_a_finite_penalty_and_gradient():
    weight = torch.zeros(2, requires_grad=True)
    value = gradient_penalty(lambda x, _: x @ weight, torch.ones(3, 2), torch.ones(3, 1))
    assert value.item() == 1
    value.backward()
    assert torch.isfinite(weight.grad).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f, x: gradient_penalty(f, x, x[:2]), "`y` must have as many rows as `x`"),
        (lambda f, x: gradient_penalty(f, x[:1], x[:1]), "`x` must have at least two rows"),
        (lambda f, x: gradient_penalty(f, x, x * torch.nan), "`y` must be finite"),
        (lambda f, x: gradient_penalty(f, x, x, at="here"), "`at` must be one of"),
        (lambda f, x: gradient_penalty(f, x, x, target=-1), "`target` must be at least 0"),
        (lambda _, x: gradient_penalty(lambda x, _: x, x, x), "`critic` must return scores"),
        (lambda _, x: gradient_penalty(lambda x, _: x.sum(), x, x), "`critic` must return scores"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call(lambda x, y: x @ y.T, torch.ones(3, 2))
