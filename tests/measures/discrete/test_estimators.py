"""Estimators of entropy from few observations, and what is built on them."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special
from tests.strategies.distributions import joint_tables, label_lists

from infomax.exceptions import EstimatorCeilingWarning, SmallSampleWarning
from infomax.measures import (
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    mutual_information,
    total_correlation,
    variation_of_information,
)

CORRECTED = ("miller_madow", "grassberger", "james_stein", "chao_shen", "nsb")
quiet = [
    pytest.mark.filterwarnings(f"ignore::infomax.exceptions.{name}")
    for name in ("EstimatorCeilingWarning", "SmallSampleWarning")
]
pytestmark = quiet

count_lists = st.lists(st.integers(1, 30), min_size=1, max_size=8)

# Trapezoidal sums over log beta in 90-digit arithmetic, step 1/8 from -50 to 45.
NSB = [
    ([2, 2, 1, 1, 1], 5, 1.5050434005379552),
    ([5, 5, 5], 3, 1.0608073105908198),
    ([4, 1, 1], 50, 1.503876674993097),
    ([1, 1, 1, 1], 4, 1.2678121527029025),
    ([7], 2, 0.10977207016516033),
    ([30, 12, 5, 1, 1, 1], 6, 1.1650956537570254),
    ([3, 2, 1], 10_000, 1.6687110762392905),
]


@pytest.mark.parametrize(("counts", "n_outcomes", "value"), NSB)
def test_closed_form_nsb_in_ninety_digits(counts, n_outcomes, value):
    told = entropy(counts=counts, estimator="nsb", n_outcomes=n_outcomes)
    assert told == pytest.approx(value, abs=1e-12)


def test_closed_form_grassberger_sums():
    # G(1) = -γ - ln 2, G(2) = 2 - γ - ln 2, G(n + 2) = G(n) + 2 / (n + 1) for odd n, else G(n + 1)
    gamma = np.euler_gamma + math.log(2)
    assert entropy(counts=[1, 2], estimator="grassberger") == pytest.approx(
        math.log(3) + (gamma - 2 * (2 - gamma)) / 3
    )
    assert entropy(counts=[4], estimator="grassberger") == pytest.approx(
        math.log(4) - (2 - gamma + 2 / 3)
    )


def test_closed_form_shrinkage_ends():
    assert entropy(counts=[6, 6], estimator="james_stein") == pytest.approx(math.log(2))
    assert entropy(counts=[1, 0, 0], estimator="james_stein") == pytest.approx(math.log(3))
    # one outcome seen always: nothing varies, nothing is shrunk
    assert entropy(counts=[9, 0, 0], estimator="james_stein") == 0
    told = entropy(counts=[3, 1], estimator="james_stein", n_outcomes=4)
    weight = (1 - 10 / 16) / (3 * (10 / 16 - 1 / 4))
    p = weight / 4 + (1 - weight) * np.array([0.75, 0.25, 0, 0])
    assert told == pytest.approx(entropy(p))


def test_closed_form_chao_shen_with_every_outcome_seen_twice_is_horvitz_thompson():
    p = np.array([0.5, 0.3, 0.2])
    told = entropy(counts=p * 10, estimator="chao_shen")
    assert told == pytest.approx(-(p * np.log(p) / (1 - (1 - p) ** 10)).sum())


@pytest.mark.parametrize("estimator", CORRECTED)
def test_law_many_observations_need_no_correction(estimator):
    counts = np.array([300, 200, 400, 100]) * 1000
    assert entropy(counts=counts, estimator=estimator) == pytest.approx(
        entropy(counts=counts), abs=1e-5
    )


@pytest.mark.parametrize("estimator", CORRECTED[1:])
def test_law_corrections_come_nearer_than_the_plug_in(estimator):
    """Mean over 40 draws of 40 observations from 60 outcomes, seeded; all err less."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(60))
    draws = rng.multinomial(40, p, size=40)
    option = {"n_outcomes": 60} if estimator in ("nsb", "james_stein") else {}
    told = [entropy(counts=c[c > 0], estimator=estimator, **option) for c in draws]
    plain = [entropy(counts=c[c > 0]) for c in draws]
    assert abs(np.mean(told) - entropy(p)) < 0.5 * abs(np.mean(plain) - entropy(p))


@given(count_lists, st.sampled_from(CORRECTED), st.randoms())
def test_law_order_of_outcomes_and_of_samples_does_not_matter(counts, estimator, random):
    value = entropy(counts=counts, estimator=estimator)
    labels = [i for i, c in enumerate(counts) for _ in range(c)]
    random.shuffle(labels)
    assert entropy(samples=labels, estimator=estimator) == pytest.approx(value, abs=1e-10)
    if estimator in ("nsb", "james_stein"):
        assert 0 <= value <= math.log(len(counts)) + 1e-12
    else:
        assert entropy(counts=[*counts, 0], estimator=estimator) == pytest.approx(value)


@given(count_lists, st.integers(0, 20))
def test_naive_twin_shrinkage_and_coverage(counts, extra):
    n, k = sum(counts), len(counts) + extra
    every = [c / n for c in counts] + [0.0] * extra
    spread = sum((1 / k - p) ** 2 for p in every)
    above = sum(p * (1 - p) for p in every)
    weight = 1.0 if n == 1 or spread < 1e-15 else min(1.0, above / ((n - 1) * spread))
    shrunk = [weight / k + (1 - weight) * p for p in every]
    twin = -sum(p * math.log(p) for p in shrunk if p > 0)
    assert entropy(counts=counts, estimator="james_stein", n_outcomes=k) == pytest.approx(twin)

    once = min(sum(c == 1 for c in counts), n - 1)
    twin = 0.0
    for c in counts:
        p = (1 - once / n) * c / n
        twin -= p * math.log(p) / (1 - (1 - p) ** n)
    assert entropy(counts=counts, estimator="chao_shen") == pytest.approx(twin, abs=1e-10)


@pytest.mark.parametrize(("counts", "n_outcomes"), [([3, 1, 1], 3), ([8, 5, 2, 1], 9), ([2], 4)])
def test_naive_twin_nsb_by_quadrature_over_the_expected_entropy(counts, n_outcomes):
    """The published integral over ξ in (0, log K), its inverse found by bisection."""
    n, k = sum(counts), n_outcomes
    padded = counts + [0] * (k - len(counts))

    def prior_entropy(log_beta):
        beta = math.exp(log_beta)
        return special.digamma(k * beta + 1) - special.digamma(beta + 1)

    def terms(xi):
        low, high = -40.0, 20.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if prior_entropy(middle) < xi else (low, middle)
        beta = math.exp(low)
        weight = math.exp(
            special.gammaln(k * beta)
            - special.gammaln(n + k * beta)
            + sum(special.gammaln(c + beta) - special.gammaln(beta) for c in counts)
        )
        mean = special.digamma(n + k * beta + 1) - sum(
            (c + beta) / (n + k * beta) * special.digamma(c + beta + 1) for c in padded
        )
        return weight, weight * mean

    ends = (1e-9, math.log(k) - 1e-9)
    below, above = (
        integrate.quad(lambda xi, i=i: terms(xi)[i], *ends, epsabs=0, epsrel=1e-10, limit=200)[0]
        for i in (0, 1)
    )
    told = entropy(counts=counts, estimator="nsb", n_outcomes=k)
    assert told == pytest.approx(above / below, abs=1e-6)


@given(label_lists(3), st.sampled_from(CORRECTED))
def test_naive_twin_information_is_a_sum_of_entropies(labels, estimator):
    x, y, z = labels

    def h(*seen):
        option = {}
        if estimator in ("nsb", "james_stein"):
            option = {"n_outcomes": math.prod(len(set(s)) for s in seen)}
        return entropy(samples=list(zip(*seen, strict=True)), estimator=estimator, **option)

    for function, given_, twin in (
        (mutual_information, (x, y), h(x) + h(y) - h(x, y)),
        (conditional_mutual_information, (x, y, z), h(x, z) + h(y, z) - h(x, y, z) - h(z)),
        (conditional_entropy, (x, y), h(x, y) - h(y)),
        (variation_of_information, (x, y), 2 * h(x, y) - h(x) - h(y)),
    ):
        assert function(*given_, estimator=estimator) == pytest.approx(twin, abs=1e-9)
    told = total_correlation(samples=[x, y, z], estimator=estimator)
    assert told == pytest.approx(h(x) + h(y) + h(z) - h(x, y, z), abs=1e-9)


@pytest.mark.peer
@given(count_lists.filter(lambda c: len(c) > 1))
def test_peer_infomeasure(counts):
    """Grassberger's is its older form there, and NSB another integral: see `entropy`."""
    peer = pytest.importorskip("infomeasure")
    labels = np.repeat(np.arange(len(counts)), counts)
    for ours, theirs in (
        ("miller_madow", "miller_madow"),
        ("james_stein", "shrink"),
        ("chao_shen", "chao_shen"),
    ):
        told = entropy(samples=labels, estimator=ours)
        assert told == pytest.approx(float(peer.entropy(labels, approach=theirs)), abs=1e-9)


@pytest.mark.peer
@given(label_lists(2, max_size=60))
def test_peer_infomeasure_information(labels):
    peer = pytest.importorskip("infomeasure")
    x, y = (np.array(one) for one in labels)
    told = mutual_information(x, y, estimator="chao_shen")
    theirs = peer.mutual_information(x, y, approach="chao_shen")
    assert told == pytest.approx(float(theirs), abs=1e-9)


@pytest.mark.peer
@pytest.mark.parametrize("counts", [[4, 2, 1], [9, 5, 3, 3, 1, 1], [40, 30, 20, 10]])
def test_peer_infomeasure_nsb_with_its_integral_mended(counts):
    """Each distinct term taken once, and the integral over all beta: then to 1e-9."""
    module = pytest.importorskip("infomeasure.estimators.entropy.nsb")

    class Mended(module.NsbEntropyEstimator):
        def _neg_log_rho(self, beta, K, N, counts):
            once = special.gammaln(counts + beta) - special.gammaln(beta)
            return special.gammaln(N + K * beta) - special.gammaln(K * beta) - once.sum()

    peer = Mended(np.repeat(np.arange(len(counts)), counts), base="e")
    n, k, seen = sum(counts), len(counts), np.array(counts)
    shift = peer._neg_log_rho(1.0, k, n, seen)

    def posterior(log_beta):
        beta = math.exp(log_beta)
        return math.exp(shift - peer._neg_log_rho(beta, k, n, seen)) * peer._dxi(beta, k) * beta

    limits = {"epsabs": 0, "epsrel": 1e-12, "limit": 400, "points": [-8, -4, 0, 4, 8, 16]}
    above = integrate.quad(
        lambda u: posterior(u) * peer._bayes(math.exp(u), k, seen), -40, 24, **limits
    )[0]
    below = integrate.quad(posterior, -40, 24, **limits)[0]
    told = entropy(counts=counts, estimator="nsb")
    assert told == pytest.approx(above / below, abs=1e-9)


@given(joint_tables())
def test_law_distance_and_conditional_entropy_of_tables(joint):
    given_y = conditional_entropy(joint)
    assert given_y == pytest.approx(entropy(joint) - entropy(joint.sum(axis=0)), abs=1e-10)
    assert given_y == pytest.approx(
        entropy(joint.sum(axis=1)) - mutual_information(joint), abs=1e-10
    )
    distance = variation_of_information(joint)
    assert distance == pytest.approx(given_y + conditional_entropy(joint.T), abs=1e-12)
    assert total_correlation(joint) == pytest.approx(mutual_information(joint), abs=1e-10)


@given(label_lists(3, max_size=12))
def test_law_distance_of_labellings_is_a_metric(labels):
    between = {
        (i, j): variation_of_information(labels[i], labels[j])
        for i, j in itertools.product(range(3), repeat=2)
    }
    assert all(between[i, i] == pytest.approx(0, abs=1e-12) for i in range(3))
    assert between[0, 1] == pytest.approx(between[1, 0], abs=1e-12)
    assert between[0, 2] <= between[0, 1] + between[1, 2] + 1e-10
    assert between[0, 1] <= math.log(len(labels[0])) + 1e-10


def test_closed_form_total_correlation_of_exclusive_or_and_of_copies():
    xor = np.zeros((2, 2, 2))
    for x, y in itertools.product(range(2), repeat=2):
        xor[x, y, x ^ y] = 0.25
    assert total_correlation(xor, base=2) == pytest.approx(1)
    coin = [0, 1, 0, 1]
    frame = np.stack([coin] * 4, axis=1)
    assert total_correlation(samples=frame, base=2) == pytest.approx(3)


@pytest.mark.peer
@given(joint_tables(n_axes=3))
def test_peer_dit(joint):
    dit = pytest.importorskip("dit")
    from dit.multivariate import total_correlation as peer

    cells = [cell for cell in np.ndindex(joint.shape) if joint[cell] > 0]
    law = dit.Distribution(cells, [joint[cell] for cell in cells], validate=False)
    assert total_correlation(joint, base=2) == pytest.approx(float(peer(law)), abs=1e-8)


def test_law_tensors_come_back_as_tensors():
    labels = torch.tensor([0, 0, 1, 2, 2, 2])
    counts = torch.tensor([2.0, 1.0, 3.0], requires_grad=True)
    for estimator in ("plugin", *CORRECTED):
        value = entropy(samples=labels, estimator=estimator)
        assert isinstance(value, torch.Tensor)
        assert float(value) == pytest.approx(entropy(samples=labels.tolist(), estimator=estimator))
        of_counts = entropy(counts=counts, estimator=estimator)
        assert of_counts.item() == pytest.approx(value.item(), abs=1e-6)
    entropy(counts=counts, estimator="miller_madow").backward()
    assert torch.isfinite(counts.grad).all()
    joint = torch.full((2, 3), 1 / 6, requires_grad=True)
    for function in (conditional_entropy, variation_of_information, total_correlation):
        function(joint).backward()
    assert torch.isfinite(joint.grad).all()
    assert isinstance(conditional_entropy(labels, labels), torch.Tensor)


def test_bad_combinations_are_refused():
    for estimator in ("plugin", "chao_shen"):
        with pytest.raises(ValueError, match="`n_outcomes` is for"):
            entropy(counts=[3, 1], estimator=estimator, n_outcomes=3)
    with pytest.raises(ValueError, match="`n_outcomes` is for"):
        entropy([0.5, 0.5], n_outcomes=3)
    for bad in (1, 2.5, True):
        with pytest.raises(ValueError, match="`n_outcomes`"):
            entropy(counts=[3, 1], estimator="nsb", n_outcomes=bad)
    for estimator in CORRECTED:
        with pytest.raises(ValueError, match="`counts` must be whole numbers"):
            entropy(counts=[1.5, 2], estimator=estimator)
        with pytest.raises(ValueError, match="`estimator` must be 'plugin'"):
            conditional_entropy([[0.5, 0.5]], estimator=estimator)
    with pytest.raises(ValueError, match="at least 2 axes"):
        total_correlation([0.5, 0.5])
    with pytest.raises(ValueError, match="at least 2 variables"):
        total_correlation(samples=[[0, 1]])
    with pytest.raises(ValueError, match=r"shape \(n, d\)"):
        total_correlation(samples=np.array([0, 1]))
    with pytest.raises(ValueError, match=r"samples\[1\]"):
        total_correlation(samples=[[0, 1], [0]])
    with pytest.raises(ValueError, match="`y`"):
        variation_of_information([0, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="`x`"):
        variation_of_information("no")


@pytest.mark.filterwarnings("error")
def test_trust_the_plug_in_warns_near_its_ceiling_and_is_silent_in_health():
    with pytest.warns(EstimatorCeilingWarning, match="take estimator='nsb'"):
        entropy(samples=range(50))
    with pytest.warns(EstimatorCeilingWarning):
        entropy(counts=[1] * 50)
    entropy(counts=[0.01] * 50)  # shares of nobody knows how many
    entropy(samples=[i % 10 for i in range(50)])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("estimator", CORRECTED)
def test_trust_corrections_warn_when_nothing_came_twice(estimator):
    with pytest.warns(SmallSampleWarning, match="came twice"):
        entropy(samples=range(9), estimator=estimator)
    entropy(samples=[0, *range(9)], estimator=estimator)
