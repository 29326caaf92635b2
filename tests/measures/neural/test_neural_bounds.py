import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from infomax.exceptions import EstimatorCeilingWarning
from infomax.measures import (
    barber_agakov,
    club,
    donsker_varadhan,
    infonce,
    jensen_shannon_objective,
    mine,
    mine_log_mean,
    nwj,
    smile,
)

S = np.array([[2, 0.5, -1], [0, 1.5, 0.2], [-0.3, 0.1, 1]])
KNOWN = {
    infonce: 0.711233,
    donsker_varadhan: 1.486098,
    nwj: 1.126971,
    jensen_shannon_objective: -0.893430,
    mine: 1.486098,
    smile: 1.486098,  # nothing to clip
}
sizes, seeds = st.integers(2, 8), st.integers(0, 999)


def random_scores(n, seed, *, spread=2.0):
    return spread * np.random.default_rng(seed).normal(size=(n, n))


@pytest.mark.parametrize("bound", KNOWN, ids=lambda bound: bound.__name__)
def test_closed_form_of_three_pairs(bound):
    assert bound(S) == pytest.approx(KNOWN[bound], abs=1e-6)
    tensor = torch.tensor(S, requires_grad=True)
    assert bound(tensor).item() == pytest.approx(KNOWN[bound], abs=1e-6)
    assert torch.autograd.gradcheck(bound, (tensor,))
    assert bound(tensor.float()).dtype == torch.float32


def test_closed_form_symmetric_infonce_and_other_bases():
    assert infonce(S, symmetric=True) == pytest.approx(0.713100, abs=1e-6)
    assert infonce(S, base=2) == pytest.approx(0.711233 / math.log(2), abs=1e-6)
    assert donsker_varadhan(3 * np.eye(4) + 800, base=2) == pytest.approx(3 / math.log(2))


@pytest.mark.parametrize("bound", [infonce, donsker_varadhan, smile, mine, club])
def test_closed_form_constant_scores_tell_nothing(bound):
    assert bound(np.full((5, 5), 2.0)) == pytest.approx(0, abs=1e-12)


def test_closed_form_hugely_separated_scores_reach_log_n_and_warn():
    with pytest.warns(EstimatorCeilingWarning, match="near 1.386, the most its estimator can give"):
        assert infonce(1e4 * np.eye(4)) == pytest.approx(math.log(4))
    training = (1e4 * torch.eye(4)).requires_grad_()
    assert infonce(training).item() == pytest.approx(math.log(4))  # silent while one trains
    infonce(1.5 * np.eye(4))  # silent far from it


@given(sizes, seeds)
def test_law_infonce_is_at_most_log_n_and_deaf_to_shifts_by_row(n, seed):
    scores = torch.from_numpy(random_scores(n, seed)).requires_grad_()
    value = infonce(scores).item()
    assert value <= math.log(n) + 1e-12
    shifts = torch.from_numpy(random_scores(n, seed + 1)[:, :1])
    assert infonce(scores + shifts).item() == pytest.approx(value, abs=1e-10)


@given(sizes, seeds)
def test_law_nwj_is_below_donsker_varadhan_and_meets_it_at_the_right_shift(n, seed):
    scores = random_scores(n, seed)
    value = donsker_varadhan(scores)
    assert nwj(scores) <= value + 1e-10
    apart = scores[~np.eye(n, dtype=bool)]
    assert nwj(scores - math.log(np.exp(apart).mean()) + 1) == pytest.approx(value, abs=1e-10)


@given(sizes, seeds)
def test_naive_twins_in_loops(n, seed):
    scores = random_scores(n, seed)
    joint = [scores[i, i] for i in range(n)]
    apart = [scores[i, j] for i in range(n) for j in range(n) if i != j]

    def log_mean(values):
        return math.log(sum(math.exp(v) for v in values) / len(values))

    def mean_log_mean(matrix):
        return np.mean([log_mean(row) for row in matrix])

    pairs, others = np.mean(joint), [[scores[i, j] for j in range(n) if i != j] for i in range(n)]
    clipped = [max(-1, min(1, v)) for v in apart]
    classifier = -np.mean([math.log1p(math.exp(-v)) for v in joint])
    classifier -= np.mean([math.log1p(math.exp(v)) for v in apart])
    twins = {
        infonce(torch.from_numpy(scores).requires_grad_()).item(): pairs - mean_log_mean(scores),
        infonce(scores, include_positive=False): pairs - mean_log_mean(others),
        donsker_varadhan(scores): pairs - log_mean(apart),
        nwj(scores): pairs - np.mean([math.exp(v - 1) for v in apart]),
        smile(scores, clip=1): pairs - log_mean(clipped),
        jensen_shannon_objective(scores): classifier,
        club(scores): pairs - np.mean([v for row in scores for v in row]),
        barber_agakov(scores[0], 2.5): 2.5 + sum(scores[0]) / n,
    }
    for told, known in twins.items():
        assert told == pytest.approx(known, abs=1e-10)


def test_a_mask_leaves_candidates_out_each_row_counting_its_own():
    mask = np.array([[True, True, False], [False, True, True], [True, True, True]])
    rows = [[2, 0.5], [1.5, 0.2], [-0.3, 0.1, 1]]
    known = np.mean([2, 1.5, 1]) - np.mean([math.log(np.mean(np.exp(row))) for row in rows])
    assert infonce(S, mask=mask) == pytest.approx(known, abs=1e-10)
    told = infonce(torch.from_numpy(S), mask=torch.from_numpy(mask))
    assert told.item() == pytest.approx(known, abs=1e-10)


def test_law_the_true_ratio_is_tight_on_gaussians():
    rng = np.random.default_rng(1)
    x, y = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 1500).T
    log_conditional = -((y[None] - 0.6 * x[:, None]) ** 2) / (2 * 0.64) - 0.5 * math.log(0.64)
    scores = log_conditional + y[None] ** 2 / 2
    known = -0.5 * math.log(0.64)
    for value in (donsker_varadhan(scores), nwj(scores + 1), smile(scores), infonce(scores)):
        assert value == pytest.approx(known, abs=0.06)
    # Analytic values of the two bounds that want the conditional.
    assert club(log_conditional) == pytest.approx(0.36 / 0.64, abs=0.08)
    entropy = 0.5 * math.log(2 * math.pi * math.e)
    seen = np.diag(log_conditional) - 0.5 * math.log(2 * math.pi)
    assert barber_agakov(seen, entropy) == pytest.approx(known, abs=0.06)


def test_mine_has_the_value_of_donsker_varadhan_and_the_corrected_gradient():
    scores = torch.tensor(S, requires_grad=True)
    log_mean = 0.7
    value = mine(scores, log_mean=log_mean)
    assert value.item() == pytest.approx(donsker_varadhan(S), abs=1e-12)
    value.backward()
    known = np.eye(3) / 3 - (1 - np.eye(3)) * np.exp(S - log_mean) / 6
    np.testing.assert_allclose(scores.grad.numpy(), known, atol=1e-12)
    assert mine(S, log_mean=log_mean) == pytest.approx(donsker_varadhan(S), abs=1e-12)


def test_naive_twin_the_running_mean():
    mean, log_mean = None, None
    for seed in range(4):
        scores = random_scores(3, seed)
        now = np.exp(scores[~np.eye(3, dtype=bool)]).mean()
        mean = now if mean is None else 0.8 * mean + 0.2 * now
        log_mean = mine_log_mean(torch.from_numpy(scores), previous=log_mean, rate=0.2)
    assert math.exp(log_mean) == pytest.approx(mean, abs=1e-10)
    assert not log_mean.requires_grad


def test_large_scores_overflow_nowhere():
    huge = 900 * np.eye(3)
    assert donsker_varadhan(huge) == pytest.approx(900)
    assert jensen_shannon_objective(-huge) == pytest.approx(-900 - math.log(2))
    assert donsker_varadhan(-huge + 900) == pytest.approx(-900)


@pytest.mark.parametrize("bound", [*KNOWN, club])
@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ([[1.0]], "must have shape"),
        (np.zeros((2, 3)), "must have shape"),
        (torch.zeros(3), "must have shape"),
        ([[math.nan, 0], [0, 1]], "must be finite, got nan"),
        (torch.full((2, 2), math.inf), "must be finite, got inf"),
        ([["a", "b"], ["c", "d"]], "must be an array of numbers"),
    ],
)
def test_bad_scores_are_refused_by_name(bound, scores, wanted):
    name = "log_conditional" if bound is club else "scores"
    with pytest.raises(ValueError, match=f"`{name}` {wanted}"):
        bound(scores)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: smile(S, clip=0), "`clip` must be above 0"),
        (lambda: nwj(S, base=1), "`base` must be above 1"),
        (lambda: mine_log_mean(S, rate=1), "`rate` must lie in"),
        (lambda: infonce(S, mask=np.ones((2, 2), bool)), "`mask` must be of bool and shape"),
        (lambda: infonce(S, mask=np.ones((3, 3))), "`mask` must be of bool and shape"),
        (
            lambda: infonce(S, mask=np.eye(3, dtype=bool), include_positive=False),
            "`mask` must leave every row",
        ),
        (lambda: barber_agakov(S, 1.0), "`log_conditional` must have shape"),
        (lambda: barber_agakov([], 1.0), "`log_conditional` must not be empty"),
        (lambda: barber_agakov([1.0], math.nan), "`source_entropy` must be finite"),
        (lambda: barber_agakov([1.0], [1.0, 2.0]), "`source_entropy` must be one number"),
    ],
)
def test_bad_options_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
