"""Information that weights keep about their training set."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.exceptions import EstimatorCeilingWarning
from infomax.inference import SWAG, parameter_information


class Normal:
    """Independent normal weights, to show that any posterior does."""

    def __init__(self, **means):
        self.means = {name.replace("_", "."): torch.tensor(m).double() for name, m in means.items()}

    def sample(self, n_draws=1, *, random_state=None):
        noise = random_state.standard_normal((len(self.means), n_draws))
        return {
            name: mean + torch.tensor(drawn)[:, None].expand(n_draws, mean.numel())
            if mean.numel() == 1
            else mean + torch.tensor(random_state.standard_normal((n_draws, mean.numel())))
            for (name, mean), drawn in zip(self.means.items(), noise, strict=True)
        }

    def log_prob(self, parameters):
        return sum(
            torch.distributions.Normal(self.means[name], 1.0).log_prob(value).sum(dim=1)
            for name, value in parameters.items()
        )


def quietly(*arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parameter_information(*arguments, **options)


@pytest.mark.parametrize("estimator", ["jensen", "mc"])
def test_closed_form_equal_posteriors_know_nothing(estimator):
    runs = [Normal(w=[1.0, 2.0]), Normal(w=[1.0, 2.0]), Normal(w=[1.0, 2.0])]
    assert parameter_information(runs, estimator=estimator, random_state=0) == pytest.approx([0])


@pytest.mark.parametrize("a", [0.5, 2.0, 6.0])
def test_closed_form_two_normals(a):
    """E[ln q₀ − ½(ln q₀ + ln q₁)] = a²/4; four standard errors, a / 2 / √draws each."""
    runs = [Normal(w=[0.0]), Normal(w=[a])]
    found = parameter_information(runs, n_samples=20_000, random_state=0)
    assert found == pytest.approx([a**2 / 4], abs=4 * a / 2 / math.sqrt(40_000))
    whole = quietly(runs, n_samples=20_000, estimator="mc", random_state=0)
    grid = np.linspace(-12, 18, 20_001)
    density = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    other = np.exp(-((grid - a) ** 2) / 2) / math.sqrt(2 * math.pi)
    ratio = np.log(density / ((density + other) / 2))
    wanted = float((density * ratio).sum() * (grid[1] - grid[0]))
    assert whole == pytest.approx([wanted], abs=0.02)
    bits = quietly(runs, n_samples=20_000, estimator="mc", base=2, random_state=0)
    assert bits == pytest.approx(whole / math.log(2))


def naive(runs, draws, own, estimator):
    """One draw after another, with lists of log densities."""
    total = 0.0
    for k in range(len(draws["w"])):
        logs = [[float(q.log_prob({"w": draws["w"][k : k + 1]})) for q in seeds] for seeds in runs]
        everything = [log for seeds in logs for log in seeds]
        if estimator == "jensen":
            total += np.mean(logs[own]) - np.mean(everything)
        else:
            total += np.log(np.mean(np.exp(logs[own]))) - np.log(np.mean(np.exp(everything)))
    return total / len(draws["w"])


@pytest.mark.parametrize("estimator", ["jensen", "mc"])
def test_naive_twin_over_data_sets_and_seeds(estimator):
    runs = [[Normal(w=[0.3 * d + 0.1 * s, d]) for s in range(2)] for d in range(3)]
    found = quietly(runs, n_samples=4, estimator=estimator, random_state=5)
    generators = iter(np.random.default_rng(5).spawn(6))
    wanted = [
        naive(runs, run.sample(4, random_state=next(generators)), d, estimator)
        for d, seeds in enumerate(runs)
        for run in seeds
    ]
    assert found == pytest.approx([np.mean(wanted)], abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 5), st.integers(1, 3), st.integers(0, 1000))
def test_law_bounds_and_growth_over_layers(n_runs, n_seeds, seed):
    rng = np.random.default_rng(seed)
    runs = [
        [Normal(a_w=rng.normal(size=2), b_w=rng.normal(size=3)) for _ in range(n_seeds)]
        for _ in range(n_runs)
    ]
    options = {"layers": ["a", "b"], "n_samples": 20, "random_state": seed}
    mc = quietly(runs, estimator="mc", **options)
    assert (mc <= math.log(n_runs) + 1e-12).all()
    assert mc.shape == (2,)
    if n_seeds == 1:
        assert (quietly(runs, **options) >= mc - 1e-12).all()
    whole = quietly(runs, n_samples=20, random_state=seed)
    assert quietly(runs, **options)[1:] == pytest.approx(whole)


def test_layers_are_named_by_their_modules():
    runs = [Normal(mean_0_w=[float(d)], std_0_w=[2.0 * d], head_w=[3.0 * d]) for d in range(2)]
    found = parameter_information(
        runs, layers=[("mean", "std"), "head"], n_samples=40_000, random_state=0
    )
    assert found == pytest.approx([5 / 4, 14 / 4], abs=0.05)


def test_far_posteriors_reach_the_ceiling_and_a_warning():
    runs = [Normal(w=[100.0 * d]) for d in range(3)]
    with pytest.warns(EstimatorCeilingWarning, match="1.099 nats of at most 1.099"):
        found = parameter_information(runs, estimator="mc", random_state=0)
    assert found == pytest.approx([math.log(3)])
    assert parameter_information(runs, random_state=0)[0] > 1000  # no ceiling, and no warning


def test_seeds_repeat_and_draws_of_the_runs_differ():
    runs = [Normal(w=[0.0]), Normal(w=[1.0])]
    first, again, other = (parameter_information(runs, random_state=s) for s in (0, 0, 1))
    assert first == again
    assert first != other


def test_swag_of_networks_that_stand_far_apart():
    runs = []
    for shift in (0.0, 1.0):
        swag, generator = SWAG(), torch.Generator().manual_seed(0)
        for _ in range(12):
            swag.collect({"w": shift + 0.01 * torch.randn(40, generator=generator)})
        runs.append(swag)
    assert parameter_information(runs, random_state=0)[0] > 1000


@pytest.mark.parametrize(
    ("runs", "options", "message"),
    [
        ([Normal(w=[0.0])], {}, "`posteriors` must be of at least two data sets, got 1"),
        ([], {}, "`posteriors` must be of at least two data sets, got 0"),
        ([[Normal(w=[0.0])], [Normal(w=[0.0])] * 2], {}, r"as many seeds .* got \[1, 2\]"),
        ([[], []], {}, r"as many seeds .* got \[0, 0\]"),
        ([Normal(w=[0.0]), 3], {}, "must have `sample` and `log_prob`, got int"),
        (None, {"n_samples": 0}, "`n_samples`"),
        (None, {"estimator": "loo"}, "`estimator` must be one of"),
        (None, {"base": 1.0}, "`base`"),
        (Normal(w=[0.0]), {}, "`posteriors` must be a sequence, got Normal"),
        ([Normal(w=[0.0]), Normal(v=[0.0])], {}, "must be of the same weights, got {'w'"),
        (None, {"layers": []}, "`layers` must be a sequence of at least one layer"),
        (None, {"layers": "w"}, "`layers` must be a sequence of at least one layer, got 'w'"),
        (None, {"layers": ["v"]}, "`layers` must name modules with weights .* got 'v'"),
        (None, {"layers": ["w", "w"]}, "`layers` must name modules .* that no other layer has"),
        (None, {"random_state": -1}, "`random_state`"),
    ],
)
def test_what_cannot_be_compared_is_refused(runs, options, message):
    runs = [Normal(w=[0.0]), Normal(w=[1.0])] if runs is None else runs
    with pytest.raises(ValueError, match=message):
        parameter_information(runs, **options)
