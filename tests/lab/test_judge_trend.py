"""Trends: slopes and rank correlations, one a seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.strategies.runs import verdict

from infomax.lab.claims import Trend
from infomax.lab.contract import Row
from infomax.lab.intervals import t_interval
from infomax.lab.trend import rank_correlations, slopes

X = np.array([1.0, 2.0, 4.0, 8.0])
TILTS = np.array([0.5, 0.8, 0.3, 0.9, 0.4])


def trend(**changes):
    arguments = {"metric": "score", "arm": "ours", "over": "k"}
    return Trend("the score grows with k", **(arguments | changes))


def lines(tilts, noise=None):
    def trial(seed):
        for i, x in enumerate(X):
            value = 3 + tilts[seed] * x + (0.0 if noise is None else noise[seed][i])
            yield Row("ours", "score", value, "nats", {"k": x})

    return trial


def test_closed_form_slopes():
    found = verdict(trend(), lines(TILTS))
    mean, low, high = t_interval(TILTS)
    assert (found.outcome, found.unit, found.kind) == ("holds", "nats/k", "trend")
    assert found.leading.differences == pytest.approx(TILTS.tolist())
    assert (found.leading.estimate, found.leading.low) == pytest.approx((mean, low))
    assert found.leading.high == pytest.approx(high)
    assert found.p_value == pytest.approx(stats.ttest_1samp(TILTS, 0, alternative="greater")[1])


def test_closed_form_direction_and_smallest():
    assert verdict(trend(direction="decreasing"), lines(TILTS)).outcome == "does not hold"
    assert verdict(trend(direction="decreasing"), lines(-TILTS)).outcome == "holds"
    assert verdict(trend(smallest=0.1), lines(TILTS)).outcome == "holds and matters"
    assert verdict(trend(smallest=2.0), lines(TILTS)).outcome == "holds, but less than matters"
    assert verdict(trend(), lines(TILTS - TILTS.mean())).outcome == "inconclusive"


def test_step_may_be_swept_and_points_taken_one_by_one_or_averaged():
    def trial(seed):
        for step in (0, 1, 2):
            for rate in (0.5, 1.0):
                value = TILTS[seed] * step * (1 if rate == 1.0 else -1)
                yield Row("ours", "score", value, "nats", {"rate": rate}, step=step)

    found = verdict(trend(over="step", every=("rate",)), trial)
    assert [f.outcome for f in found.findings] == ["does not hold", "holds"]
    assert [f.label for f in found.findings] == ["rate=0.5", "rate=1"]
    mean = verdict(trend(over="step", mean=("rate",)), trial)
    assert mean.leading.differences == pytest.approx((0.0,) * 5, abs=1e-12)
    left_out = verdict(trend(over="step"), trial)
    assert (left_out.outcome, "'rate' varies" in left_out.reason) == ("refused", True)


@given(st.integers(3, 8), st.integers(0, 2**32 - 1), st.booleans())
def test_naive_twin_slope_and_rank(n_points, seed, ties):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.standard_normal(n_points))
    y = rng.standard_normal((4, n_points))
    y = np.round(y) if ties else y
    for row, slope, rank in zip(y, slopes(x, y), rank_correlations(x, y), strict=True):
        assert slope == pytest.approx(np.polyfit(x, row, 1)[0], abs=1e-8)
        if np.ptp(row) > 0:
            assert rank == pytest.approx(stats.spearmanr(x, row).statistic)
        else:
            assert rank == 0.0


def test_closed_form_rank_with_spread():
    noise = np.zeros((5, 4))
    noise[0] = [0, 30, 0, 0]
    noise[3] = [0, 0, 30, 0]
    found = verdict(trend(statistic="rank"), lines(TILTS, noise))
    assert found.leading.differences == pytest.approx((0.4, 1.0, 1.0, 0.8, 1.0))
    assert (found.outcome, found.unit) == ("holds", "rank correlation")


def test_closed_form_the_same_perfect_order_in_every_seed():
    found = verdict(trend(statistic="rank"), lines(TILTS))
    assert (found.outcome, found.leading.low) == ("holds", 1.0)
    assert found.p_value == pytest.approx(24.0**-5)
    assert "permutations" in found.reason
    down = verdict(trend(statistic="rank"), lines(-TILTS))
    assert (down.outcome, down.p_value, down.leading.high) == ("does not hold", 1.0, -1.0)


def test_the_same_values_in_every_seed_have_no_spread():
    for statistic in ("slope", "rank"):
        found = verdict(trend(statistic=statistic), lines(np.full(5, 0.5)))
        assert found.outcome == "inconclusive"
        assert "no spread" in found.reason


def test_deterministic_trend():
    for statistic in ("slope", "rank"):
        found = verdict(trend(statistic=statistic), lines([0.5]), n_seeds=1, varies=())
        assert found.headline == "holds (deterministic)"


def test_a_falling_order():
    noise = np.zeros((5, 4))
    noise[0] = [0, -30, 0, 0]
    falling = trend(statistic="rank", direction="decreasing")
    found = verdict(falling, lines(-TILTS, noise))
    assert found.leading.differences == pytest.approx((0.4, 1.0, 1.0, 1.0, 1.0))
    assert found.outcome == "holds"
    assert verdict(trend(statistic="rank"), lines(-TILTS, noise)).outcome == "does not hold"


@pytest.mark.parametrize("statistic", ["slope", "rank"])
def test_a_setting_that_calls_itself_deterministic_and_is_not(statistic):
    found = verdict(trend(statistic=statistic), lines(TILTS), varies=())
    assert found.outcome == "refused"
    assert "nothing varies" in found.reason


def test_refused():
    def words(seed):
        for name in ("small", "large"):
            yield Row("ours", "score", TILTS[seed], "nats", {"k": name})

    assert "wants numbers" in verdict(trend(), words).reason

    def ragged(seed):
        yield from (Row("ours", "score", TILTS[seed], "nats", {"k": k, "r": 0}) for k in (1, 2))
        yield Row("ours", "score", 1.0, "nats", {"k": 1, "r": 1})

    assert "averaged over other points" in verdict(trend(mean=("r",)), ragged).reason

    def broken(seed):
        return (Row("ours", "score", np.nan, "nats", {"k": k}) for k in (1, 2))

    assert verdict(trend(), broken).outcome == "refused"

    def single(seed):
        for k, rate in ((1, 0.5), (2, 0.5), (1, 1.0)):
            yield Row("ours", "score", k + TILTS[seed], "nats", {"k": k, "rate": rate})

    assert "one value of 'k' alone" in verdict(trend(every=("rate",)), single).reason


@pytest.mark.parametrize("n_seeds", [5, 10])
def test_error_rate_of_a_slope_is_that_of_the_t_test(n_seeds):
    """Normal noise, no trend; 100 000 runs, seed 0, four binomial errors around 2.5 %."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((100_000 * n_seeds, len(X)))
    found = slopes(X, noise).reshape(-1, n_seeds)
    low = t_interval(found)[1]
    assert (low > 0).mean() == pytest.approx(0.025, abs=4 * np.sqrt(0.025 * 0.975 / 1e5))


@pytest.mark.parametrize(("n_points", "n_seeds"), [(3, 5), (4, 5), (10, 5), (4, 10), (10, 10)])
def test_error_rate_of_a_rank_correlation(n_points, n_seeds):
    """No trend; 50 000 runs, seed 0: between 2.3 % and 3.7 %, above the t-test's at few points."""
    rng = np.random.default_rng(0)
    x = np.arange(n_points, dtype=float)
    found = rank_correlations(x, rng.standard_normal((50_000 * n_seeds, n_points)))
    found = found.reshape(-1, n_seeds)
    spread = np.ptp(found, axis=1) > 1e-12
    perfect = (found > 1 - 1e-9).all(axis=1)
    rate = ((t_interval(found)[1] > 0) & spread | perfect).mean()
    assert 0.023 < rate < 0.037
