import math

import numpy as np
import pytest
import torch

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import MutualInformationEstimator, donsker_varadhan


def test_closed_form_scores():
    assert donsker_varadhan(np.zeros((5, 5))) == pytest.approx(0)
    assert donsker_varadhan(3 * np.eye(4) + 800, base=2) == pytest.approx(3 / math.log(2))


def test_naive_twin_loops():
    scores = np.random.default_rng(0).normal(size=(7, 7)) * 3
    apart = [math.exp(scores[i, j]) for i in range(7) for j in range(7) if i != j]
    known = np.mean([scores[i, i] for i in range(7)]) - math.log(np.mean(apart))
    assert donsker_varadhan(scores) == pytest.approx(known, abs=1e-10)
    tensor = torch.tensor(scores, requires_grad=True)
    assert donsker_varadhan(tensor).item() == pytest.approx(known, abs=1e-10)
    assert torch.autograd.gradcheck(donsker_varadhan, (tensor,))


def test_law_the_true_ratio_is_tight_on_gaussians():
    rng = np.random.default_rng(1)
    x, y = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 1500).T
    scores = -((y[None] - 0.6 * x[:, None]) ** 2) / (2 * 0.64) + y[None] ** 2 / 2
    assert donsker_varadhan(scores) == pytest.approx(-0.5 * math.log(0.64), abs=0.06)


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: donsker_varadhan([[1.0]]), "`scores` must have shape"),
        (lambda: donsker_varadhan(np.zeros((2, 3))), "`scores` must have shape"),
        (lambda: donsker_varadhan([[math.nan, 0], [0, 1]]), "`scores` must be finite"),
        (lambda: donsker_varadhan(torch.full((2, 2), math.inf)), "`scores` must be finite"),
        (lambda: MutualInformationEstimator(bound="best"), "`bound` must be one of"),
        (lambda: MutualInformationEstimator(n_steps=0), "`n_steps` must be"),
        (lambda: MutualInformationEstimator(learning_rate=0), "`learning_rate` must be"),
        (
            lambda: MutualInformationEstimator().fit([1.0, 2.0, 3.0], [1.0, 2.0]),
            "`y` must have as many",
        ),
        (lambda: MutualInformationEstimator().estimate([1.0], [1.0]), "`fit` must be called"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
