"""The Gaussian around the last weights of training."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from infomax.inference import SWAG, Posterior
from infomax.networks import MLP


def weights(seed, shape=(6, 5), *, scale=0.1):
    return {"w": scale * torch.tensor(np.random.default_rng(seed).normal(size=shape))}


def collected(n_models, *, start=0, **options):
    swag = SWAG(**options)
    for seed in range(start, start + n_models):
        swag.collect(weights(seed))
    return swag


def apart(first, second):
    swag = SWAG()
    swag.collect({"first": first, "second": second})
    return swag.split()


def moments(n_models, max_rank):
    """Mean, variance and the last deviations from the running mean, in plain loops."""
    models = [weights(seed)["w"].numpy().ravel() for seed in range(n_models)]
    rows = [m - np.mean(models[: i + 1], axis=0) for i, m in enumerate(models)][-max_rank:]
    return np.mean(models, axis=0), np.var(models, axis=0), np.array(rows)


def log_densities(points, mean, covariance):
    return stats.multivariate_normal.logpdf(points, mean, covariance)


@pytest.mark.parametrize("n_models", [2, 4, 12])
def test_naive_twin_density_by_the_dense_matrix(n_models):
    mean, variance, rows = moments(n_models, 5)
    covariance = np.diag(variance + 1e-6) + rows.T @ rows / (len(rows) - 1)
    points = mean + 0.1 * np.random.default_rng(9).normal(size=(7, 30))
    found = collected(n_models, max_rank=5).log_prob({"w": torch.tensor(points.reshape(7, 6, 5))})
    assert found.numpy() == pytest.approx(log_densities(points, mean, covariance), rel=1e-10)


def test_naive_twin_the_released_density():
    mean, variance, rows = moments(8, 5)
    clamped = np.maximum(rows, 1e-30)
    covariance = np.diag(variance + 1e-6) + clamped.T @ clamped
    points = mean + 0.1 * np.random.default_rng(9).normal(size=(7, 30))
    given = {"w": torch.tensor(points.reshape(7, 6, 5))}
    found = collected(8, max_rank=5, convention="released").log_prob(given)
    assert found.numpy() == pytest.approx(log_densities(points, mean, covariance), rel=1e-10)
    diagonal = collected(8, max_rank=0, convention="released").log_prob(given)
    wanted = stats.norm.logpdf(points, mean, np.maximum(variance, 1e-30)).sum(axis=1)
    assert diagonal.numpy() == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("convention", ["paper", "released"])
def test_closed_form_covariance_of_draws(convention):
    """200,000 draws: three per cent is nine standard errors of a variance."""
    mean, variance, rows = moments(4, 6)
    divisor, floor = (5, 0) if convention == "released" else (3, 1e-6)
    covariance = np.diag(variance + floor) + rows.T @ rows / divisor
    draws = collected(4, max_rank=6, convention=convention).sample(200_000, random_state=0)["w"]
    points = draws.reshape(200_000, 30).numpy()
    scale = np.sqrt(np.diag(covariance))
    found = np.cov(points.T) / np.outer(scale, scale)
    assert np.abs(found - covariance / np.outer(scale, scale)).max() < 0.03
    assert np.abs((points.mean(axis=0) - mean) / scale).max() < 0.01


def test_law_the_density_is_that_of_its_own_draws():
    """The mean log density is minus the entropy, which is known; the released one's is not."""
    swag = collected(8, max_rank=5)
    mean, variance, rows = moments(8, 5)
    covariance = np.diag(variance + 1e-6) + rows.T @ rows / 4
    entropy = stats.multivariate_normal(mean, covariance).entropy()
    found = swag.log_prob(swag.sample(4000, random_state=0))
    assert float(found.mean()) == pytest.approx(-entropy, abs=4 * float(found.std()) / 4000**0.5)
    released = collected(8, max_rank=5, convention="released")
    off = released.log_prob(released.sample(4000, random_state=0))
    assert abs(float(off.mean()) + entropy) > 3


def test_closed_form_one_model_has_the_floor_alone():
    swag = collected(1, max_rank=5, variance_floor=1e-4)
    at_mean = float(swag.log_prob(weights(0)))
    assert at_mean == pytest.approx(-15 * math.log(2 * math.pi * 1e-4))
    assert isinstance(swag, Posterior)
    torch.testing.assert_close(swag.sample(2, scale=0, random_state=0)["w"][1], weights(0)["w"])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8), st.integers(0, 6), st.integers(0, 1000))
def test_law_stacked_networks_come_apart_into_what_each_would_be(n_models, max_rank, seed):
    generator = torch.Generator().manual_seed(seed)
    stacked, alone = SWAG(max_rank=max_rank), [SWAG(max_rank=max_rank) for _ in range(3)]
    for _ in range(n_models):
        drawn = torch.randn(3, 4, 2, generator=generator)
        stacked.collect({"w": drawn})
        for swag, own in zip(alone, drawn, strict=True):
            swag.collect({"w": own})
    for part, swag in zip(stacked.split(), alone, strict=True):
        given = {"w": torch.randn(5, 4, 2, generator=generator)}
        torch.testing.assert_close(part.log_prob(given), swag.log_prob(given))
        first, second = (s.sample(2, random_state=seed)["w"] for s in (part, swag))
        torch.testing.assert_close(first, second)


def test_parts_do_not_follow_what_is_collected_later():
    stacked = SWAG()
    stacked.collect({"w": torch.zeros(2, 3)})
    part = stacked.split()[0]
    stacked.collect({"w": torch.ones(2, 3)})
    assert torch.equal(part.mean["w"], torch.zeros(3))
    assert (part.n_models, stacked.n_models) == (1, 2)


def test_law_blocks_are_independent_and_some_weights_are_a_marginal():
    swag = SWAG(max_rank=3)
    for seed in range(5):
        swag.collect(MLP(2, (3,), 2, random_state=seed))
    draws = swag.sample(6, random_state=0)
    alone = [swag.log_prob({name: value}) for name, value in draws.items()]
    torch.testing.assert_close(swag.log_prob(draws), torch.stack(alone).sum(dim=0))
    assert draws["head.weight"].dtype == torch.float32
    assert swag.log_prob(draws).dtype == torch.float64


def test_single_precision_loses_no_variance():
    """A mean of squares minus a squared mean would be nothing but rounding here."""
    swag = SWAG(variance_floor=1e-12)
    for step in range(200):
        swag.collect({"w": torch.full((3,), 1.0 + 1e-5 * (-1) ** step)})
    spread = swag.sample(4000, random_state=0)["w"].std(dim=0)
    assert spread.tolist() == pytest.approx([math.sqrt(1e-10 * (1 + 10 / 9))] * 3, rel=0.1)


def test_draws_are_repeated_by_their_seed_and_moved_by_scale():
    swag = collected(6)
    first, again = (swag.sample(3, random_state=1)["w"] for _ in range(2))
    assert torch.equal(first, again)
    far = swag.sample(3, scale=2, random_state=1)["w"]
    torch.testing.assert_close(far - swag.mean["w"], 2 * (first - swag.mean["w"]))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda _: SWAG(max_rank=-1), "`max_rank`"),
        (lambda _: SWAG(variance_floor=0), "`variance_floor` must be above 0"),
        (lambda _: SWAG(convention="theirs"), "`convention` must be one of"),
        (lambda _: SWAG().sample(), "collect at least one model"),
        (lambda _: SWAG().log_prob(weights(0)), "collect at least one model"),
        (lambda _: SWAG().split(), "collect at least one model"),
        (lambda _: SWAG().collect({}), "`model` must hold at least one weight by its name"),
        (lambda s: s.collect({"v": torch.zeros(6, 5)}), r"`model` must have the weights \{'w'"),
        (lambda s: s.collect({"w": torch.zeros(5, 6)}), "`model` must have the weights"),
        (lambda s: s.collect({"w": torch.full((6, 5), math.nan)}), "finite weights, got others"),
        (lambda s: s.log_prob({"v": torch.zeros(6, 5)}), r"`parameters\['v'\]` must be one of"),
        (lambda s: s.log_prob({"w": torch.zeros(5)}), r"`parameters\['w'\]` must be one of"),
        (lambda s: s.log_prob({}), "`parameters` must hold at least one weight"),
        (lambda s: s.log_prob(torch.zeros(6, 5)), "`parameters` must hold at least one weight"),
        (lambda s: s.collect(torch.zeros(6, 5)), "`model` must hold at least one weight"),
        (lambda _: apart(torch.zeros(2), torch.zeros(3)), "must be stacked to be taken apart"),
        (lambda _: apart(torch.zeros(()), torch.zeros(())), "must be stacked to be taken apart"),
        (lambda s: s.sample(0), "`n_draws`"),
        (lambda s: s.sample(scale=-1), "`scale` must be at least 0"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong(collected(3))
