"""Bounds and identities: closed forms, failure rates and their coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.strategies.runs import verdict

from infomax.lab.bound import failures_by_seed
from infomax.lab.claims import Bound, Identity
from infomax.lab.contract import Row
from infomax.lab.intervals import clopper_pearson


def bound(**changes):
    arguments = {"arm": "ours", "measured": "gap", "at_most": "limit"}
    return Bound("the gap is below its limit", **(arguments | changes))


def rows(gaps, limit=1.0, **more):
    """A trial of which seed s measures the row gaps[s] of gaps, each at its own draw."""

    def trial(seed):
        for i, gap in enumerate(np.atleast_1d(gaps[seed])):
            yield Row("ours", "gap", gap, "nats", {"draw": i})
            yield Row("ours", "limit", limit, "nats", {"draw": i})
            for metric, value in more.items():
                yield Row("ours", metric, value, "nats", {"draw": i})

    return trial


GAPS = [[0.2, 0.9], [0.3, 0.5], [0.7, 0.4]]


def test_closed_form_least_slack():
    found = verdict(bound(), rows(GAPS), n_seeds=3)
    assert (found.outcome, found.unit, found.p_value) == ("holds", "nats", None)
    assert found.leading.estimate == pytest.approx(0.1)
    assert found.leading.differences == pytest.approx((0.1, 0.5, 0.3))


def test_closed_form_one_row_breaks_it():
    found = verdict(bound(), rows(GAPS, limit=0.85), n_seeds=3)
    assert found.outcome == "does not hold"
    assert found.leading.estimate == pytest.approx(-0.05)
    assert "broken in 1 of 6 rows" in found.reason
    assert "draw=1, seed 0" in found.reason


def test_closed_form_number_and_equality():
    assert verdict(bound(at_most=0.9), rows(GAPS), n_seeds=3).outcome == "holds"
    assert verdict(bound(at_most=0.89), rows(GAPS), n_seeds=3).outcome == "does not hold"


def test_closed_form_tolerance_and_standard_error():
    assert verdict(bound(at_most=0.8, tolerance=0.11), rows(GAPS), n_seeds=3).outcome == "holds"
    assert verdict(bound(at_most=0.8, tolerance=0.09), rows(GAPS), n_seeds=3).outcome != "holds"
    sampled = bound(at_most=0.8, standard_error="error")
    assert verdict(sampled, rows(GAPS, error=0.034), n_seeds=3).outcome == "holds"
    assert verdict(sampled, rows(GAPS, error=0.033), n_seeds=3).outcome == "does not hold"


def test_at_selects_rows():
    assert verdict(bound(at_most=0.5, at={"draw": 1}), rows(GAPS), n_seeds=3).outcome != "holds"
    assert verdict(bound(at_most=0.7, at={"draw": 0}), rows(GAPS), n_seeds=3).outcome == "holds"


@pytest.mark.parametrize(
    ("trivial", "more"), [(2.0, True), (1.0, False), (0.5, False), ("easy", True)]
)
def test_closed_form_says_more_than_trivial(trivial, more):
    found = verdict(bound(trivial=trivial), rows(GAPS, easy=1.5), n_seeds=3)
    assert found.says_more_than_trivial is more
    assert verdict(bound(), rows(GAPS), n_seeds=3).says_more_than_trivial is None


def test_an_infinite_bound_holds_and_says_nothing():
    found = verdict(bound(trivial=2.0), rows(GAPS, limit=math.inf), n_seeds=3)
    assert (found.outcome, found.says_more_than_trivial) == ("holds", False)


def test_deterministic_bound():
    found = verdict(bound(), rows([[0.2]]), n_seeds=1, varies=())
    assert found.headline == "holds (deterministic)"


def test_a_setting_that_calls_itself_deterministic_and_is_not():
    assert "nothing varies" in verdict(bound(), rows(GAPS), n_seeds=3, varies=()).reason
    same = verdict(bound(), rows([[0.2, 0.9]] * 3, limit=math.inf), n_seeds=3, varies=())
    assert same.headline == "holds (deterministic)"


@pytest.mark.parametrize(
    ("trial", "changes", "reason"),
    [
        (rows([[0.1], [math.nan], [0.2]]), {}, "nan"),
        (rows([[0.1], [math.inf], [0.2]]), {}, "inf"),
        (rows(GAPS, limit=math.nan), {}, "nan"),
        (rows(GAPS, error=-1.0), {"standard_error": "error"}, "negative standard error"),
        (rows(GAPS, error=math.nan), {"standard_error": "error"}, "nan"),
    ],
)
def test_refused(trial, changes, reason):
    found = verdict(bound(**changes), trial, n_seeds=3)
    assert found.outcome == "refused"
    assert reason in found.reason


def test_a_bound_without_its_partner_is_refused():
    def trial(seed):
        made = list(rows(GAPS)(seed))
        return made[:-1] if seed == 1 else made

    found = verdict(bound(), trial, n_seeds=3)
    assert found.outcome == "refused"
    assert "draw=1, seed 1" in found.reason


def test_units_must_agree():
    def trial(seed):
        yield Row("ours", "gap", 0.1, "nats")
        yield Row("ours", "limit", 1.0, "bits")

    assert "different units" in verdict(bound(), trial, n_seeds=3).reason


def test_peer_free_clopper_pearson_equals_scipy():
    for n in (1, 5, 40):
        low, high = clopper_pearson(np.arange(n + 1), n)
        for k in range(n + 1):
            exact = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
            assert (low[k], high[k]) == pytest.approx((exact.low, exact.high), abs=1e-12)


@pytest.mark.parametrize(
    ("n_broken", "rate", "outcome"),
    [(0, 0.1, "holds"), (10, 0.1, "inconclusive"), (30, 0.1, "does not hold")],
)
def test_closed_form_failure_rate_of_independent_draws(n_broken, rate, outcome):
    gaps = np.full(100, 0.5)
    gaps[:n_broken] = 2.0
    claim = bound(failure_rate=rate, independent_draws=True)
    found = verdict(claim, rows(gaps.reshape(5, 20)))
    assert found.outcome == outcome
    assert f"broken in {n_broken} of 100 draws" in found.reason


def test_draws_of_a_seed_count_as_one():
    gaps = np.full((5, 20), 0.5)
    found = verdict(bound(failure_rate=0.1), rows(gaps))
    assert found.outcome == "inconclusive"  # 0 of 5 seeds: the upper end is 0.52
    assert "0 of 5 seeds" in found.reason
    assert verdict(bound(failure_rate=0.53), rows(gaps)).outcome == "holds"


def test_one_bad_draw_in_each_seed_does_not_refute_the_rate():
    gaps = np.full((10, 20), 0.5)
    gaps[:, 3] = 2.0  # one draw of twenty: well within the rate of 0.1
    found = verdict(bound(failure_rate=0.1), rows(gaps), n_seeds=10)
    assert found.outcome == "inconclusive"
    gaps[:] = 2.0
    assert verdict(bound(failure_rate=0.1), rows(gaps), n_seeds=10).outcome == "does not hold"


def test_a_failure_rate_wants_something_that_varies():
    found = verdict(bound(failure_rate=0.1), rows([[0.2]]), n_seeds=1, varies=())
    assert found.outcome == "refused"
    assert "something varies" in found.reason


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=8))
def test_law_shares_lie_between_all_and_any(draws):
    seeds = np.repeat(np.arange(len(draws)), [len(own) for own in draws])
    n_any, share, n_seeds = failures_by_seed(np.concatenate([np.array(d) for d in draws]), seeds)
    assert n_seeds == len(draws)
    assert n_any == sum(any(own) for own in draws)
    assert sum(all(own) for own in draws) - 1e-9 <= share <= n_any + 1e-9
    assert share == pytest.approx(sum(sum(own) / len(own) for own in draws))


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("n_draws", [5, 10, 100])
def test_closed_form_a_wrong_verdict_on_a_rate_has_at_most_2_5_percent(rate, n_draws):
    """Exactly, by summing the binomial: at the rate itself, neither end errs more than 2.5 %."""
    k = np.arange(n_draws + 1)
    low, high = clopper_pearson(k, n_draws)
    mass = stats.binom.pmf(k, n_draws, rate)
    assert mass[low > rate].sum() <= 0.025
    assert mass[high < rate].sum() <= 0.025


@pytest.mark.parametrize("spread", [0.0, 1.0, 20.0])
def test_draws_that_hang_together_do_not_raise_the_error(spread):
    """Shares of a seed are Beta with mean 0.2; level 2.5 %, 20 000 runs of ten seeds, seed 0."""
    rng, rate, n_runs = np.random.default_rng(0), 0.2, 20_000
    if spread == 0.0:
        shares = (rng.random((n_runs, 10)) < rate).astype(float)
    else:
        p = rng.beta(rate * spread, (1 - rate) * spread, (n_runs, 10))
        shares = rng.binomial(20, p) / 20
    low = clopper_pearson(np.floor(shares.sum(axis=1) + 1e-9), 10)[0]
    high = clopper_pearson((shares > 0).sum(axis=1), 10)[1]
    allowed = 0.025 + 4 * math.sqrt(0.025 * 0.975 / n_runs)
    assert (low > rate).mean() <= allowed
    assert (high < rate).mean() <= allowed


def identity(**changes):
    arguments = {"arm": "ours", "metric": "gap", "equals": "limit", "tolerance": 0.11}
    return Identity("the two agree", **(arguments | changes))


def test_closed_form_identity():
    near = [[1.1, 1.0], [0.95, 1.0], [1.0, 1.0]]
    found = verdict(identity(), rows(near), n_seeds=3)
    assert (found.outcome, found.kind) == ("holds", "identity")
    assert found.leading.estimate == pytest.approx(0.1)
    assert found.leading.differences == pytest.approx((0.1, 0.05, 0.0))
    far = verdict(identity(tolerance=0.09, equals=1.0), rows(near), n_seeds=3)
    assert far.outcome == "does not hold"
    assert "apart in 1 of 6 rows; worst for 'ours', draw=0, seed 0" in far.reason


def test_identity_refuses_what_is_not_finite():
    assert verdict(identity(), rows(GAPS, limit=math.inf), n_seeds=3).outcome == "refused"
    assert verdict(identity(), rows([[math.nan]] * 3), n_seeds=3).outcome == "refused"
