import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import ConcatenatedCritic, MutualInformationEstimator, SeparableCritic

BOUNDS = ("mine", "donsker_varadhan", "infonce", "nwj", "jensen_shannon", "smile")


def normal_pairs(n, correlation, seed, *, n_dims=2):
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n, n_dims))
    return x, correlation * x + math.sqrt(1 - correlation**2) * noise


@pytest.mark.parametrize("bound", BOUNDS)
def test_closed_form_gaussians_on_held_out_pairs(bound):
    x, y = normal_pairs(3000, 0.8, 0)
    known = -math.log(1 - 0.64)
    estimator = MutualInformationEstimator(
        bound=bound, n_steps=100, learning_rate=5e-3, validation_fraction=0.3, random_state=0
    )
    assert estimator.fit(x, y).estimate() == pytest.approx(known, abs=0.2)


def test_closed_form_club_is_above_the_information_of_gaussians():
    x, y = normal_pairs(6000, 0.6, 0, n_dims=1)
    estimator = MutualInformationEstimator(
        bound="club", n_steps=300, learning_rate=2e-3, random_state=0
    )
    told = estimator.fit(x[:3000], y[:3000]).estimate(x[3000:], y[3000:])
    assert told == pytest.approx(0.36 / 0.64, abs=0.1)  # of the true conditional
    assert told > -0.5 * math.log(0.64)


def test_law_training_pairs_flatter_and_held_out_pairs_do_not():
    x, y = normal_pairs(120, 0.0, 1, n_dims=8)
    options = {
        "bound": "donsker_varadhan",
        "n_steps": 100,
        "learning_rate": 5e-3,
        "random_state": 0,
    }
    fitted = MutualInformationEstimator(**options).fit(x[:60], y[:60])
    assert fitted.estimate(x[:60], y[:60]) > 0.5
    assert fitted.estimate(x[60:], y[60:]) < 0.1
    stopped = MutualInformationEstimator(**options, validation_fraction=0.6)
    assert stopped.fit(x, y).estimate() < 0.1


@pytest.mark.parametrize("bound", ["infonce", "mine"])
def test_critics_of_all_pairs_can_be_handed_in(bound):
    x, y = normal_pairs(600, 0.9, 2, n_dims=1)
    torch.manual_seed(0)  # the layers of torch draw from the global generator
    layers = [torch.nn.Linear(2, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)]
    critics = [
        ConcatenatedCritic(torch.nn.Sequential(*layers)),
        SeparableCritic(torch.nn.Linear(1, 3), torch.nn.Linear(1, 3)),
    ]
    for critic in critics:
        estimator = MutualInformationEstimator(
            bound=bound,
            critic=critic,
            n_steps=100,
            batch_size=32,
            learning_rate=0.02,
            random_state=0,
        )
        told = estimator.fit(x[:400], y[:400]).estimate(x[400:], y[400:])
        assert 0.2 < told < 1.1


def test_law_many_pairs_are_read_in_blocks():
    x, y = normal_pairs(2600, 0.5, 3)
    estimator = MutualInformationEstimator(bound="infonce", n_steps=20, random_state=0)
    estimator.fit(x[:500], y[:500])
    ends = [0, 866, 1733, 2600]
    parts = [estimator.estimate(x[a:b], y[a:b]) for a, b in pairwise(ends)]
    assert estimator.estimate(x, y) == pytest.approx(np.mean(parts), abs=1e-5)


@pytest.mark.parametrize("bound", ["mine", "donsker_varadhan"])
def test_closed_form_estimator_finds_what_labels_tell(bound):
    where = np.random.default_rng(0).integers(0, 3, 900)
    x = np.random.default_rng(1).normal(size=(900, 2)) + 10 * where[:, None]
    estimator = MutualInformationEstimator(bound=bound, n_steps=150, random_state=0)
    told = estimator.fit(x[:600], where[:600]).estimate(x[600:], where[600:], base=3)
    assert told == pytest.approx(1, abs=0.05)


def test_labels_of_a_part_keep_their_places():
    x, words = np.arange(40.0), np.array(["a", "b", "c", "d"] * 10)
    estimator = MutualInformationEstimator(n_steps=3, random_state=0).fit(x, words)
    assert math.isfinite(estimator.estimate(x[::2], words[::2]))
    with pytest.raises(ValueError, match="`y` must hold labels that were fitted"):
        estimator.estimate(x, np.array(["e"] * 40))


def test_law_same_seed_same_estimate_and_nothing_global_moves():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 200))
    before = torch.random.get_rng_state()
    told = [
        MutualInformationEstimator(n_steps=20, random_state=4).fit(x, y).estimate(x, y)
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert torch.equal(before, torch.random.get_rng_state())


def test_own_critic_and_a_ceiling():
    class Equal(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor(4000.0))

        def forward(self, x, y):
            return -self.scale * ((x - y) ** 2).sum(dim=1)

    x = np.arange(40.0)
    estimator = MutualInformationEstimator(critic=Equal(), n_steps=1).fit(x, x)
    with pytest.warns(EstimatorCeilingWarning, match="near log n"):
        estimator.estimate(x, x)


X = np.linspace(-1, 1, 30)
FITTED = MutualInformationEstimator(n_steps=1, random_state=0).fit(X, X**2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MutualInformationEstimator(bound="best"), "`bound` must be one of"),
        (lambda: MutualInformationEstimator(n_steps=0), "`n_steps` must be"),
        (lambda: MutualInformationEstimator(learning_rate=0), "`learning_rate` must be"),
        (lambda: MutualInformationEstimator(validation_fraction=1), "`validation_fraction` must"),
        (
            lambda: MutualInformationEstimator(validation_fraction=0.1).fit(X[:8], X[:8]),
            "`validation_fraction` must leave two pairs",
        ),
        (lambda: MutualInformationEstimator().fit(X, X[:2]), "`y` must have as many"),
        (lambda: MutualInformationEstimator().fit(X * np.nan, X), "`x` must be finite"),
        (lambda: MutualInformationEstimator().estimate(X, X), "`fit` must be called"),
        (FITTED.estimate, "`x` must be given where `validation_fraction` is 0"),
        (lambda: FITTED.estimate(X), "`x` and `y` must both be given"),
        (lambda: FITTED.estimate(X, X, base=1), "`base` must be above 1"),
        (
            lambda: MutualInformationEstimator(
                bound="infonce", critic=FITTED._critic, n_steps=1
            ).fit(X, X),
            "`critic` must return scores of all pairs",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_bound_that_diverged_is_not_handed_out():
    class Explodes(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor(1e3))

        def forward(self, x, y):
            return self.scale * x @ y.T

    estimator = MutualInformationEstimator(bound="nwj", critic=Explodes(), n_steps=1)
    with pytest.raises(FloatingPointError, match="lower `learning_rate`"):
        estimator.fit(X, -X).estimate(X, -X)
