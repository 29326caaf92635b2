"""Comparisons: each outcome in closed form, and laws of the judge."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.strategies.runs import two_arms, verdict

from infomax.lab.claims import Comparison
from infomax.lab.contract import Row, Spend
from infomax.lab.intervals import has_spread, one_sided_p, t_interval
from infomax.lab.outcomes import Rule

# Mean 1 and standard deviation 0.5 over five seeds: the 95 % interval is 1 -+ 0.6208.
GAINS = 1 + 0.5 * np.array([-1.0, -1.0, 0.0, 1.0, 1.0])
HALF = 2.7764451051977987 * 0.5 / math.sqrt(5)


def claim(**changes):
    arguments = {"metric": "score", "arm": "ours", "baseline": "theirs", "equal": ()}
    return Comparison("ours is better", **(arguments | changes))


def judged(gains, *, varies=("data",), **changes):
    gains = np.asarray(gains, dtype=float)
    base = 10 + np.arange(len(gains)) * 0.3
    return verdict(
        claim(**changes), two_arms(base + gains, base), n_seeds=len(gains), varies=varies
    )


def test_closed_form_interval_and_p():
    found = judged(GAINS).leading
    assert found.estimate == pytest.approx(1.0)
    assert found.low == pytest.approx(1 - HALF)
    assert found.high == pytest.approx(1 + HALF)
    assert found.differences == pytest.approx(GAINS.tolist())
    assert found.p_value == pytest.approx(stats.ttest_1samp(GAINS, 0, alternative="greater").pvalue)
    assert found.baseline == "theirs"


@pytest.mark.parametrize(
    ("shift", "smallest", "outcome"),
    [
        (0.0, None, "holds"),
        (0.0, 0.3, "holds and matters"),
        (0.0, 1 - HALF + 1e-6, "holds"),
        (0.0, 1 - HALF - 1e-6, "holds and matters"),
        (0.0, 1.5, "holds"),
        (0.0, 1 + HALF + 1e-6, "holds, but less than matters"),
        (-1 + HALF + 1e-6, None, "holds"),
        (-1 + HALF - 1e-6, None, "inconclusive"),
        (-1.0, None, "inconclusive"),
        (-1.0, HALF + 1e-6, "does not hold"),
        (-1.0, HALF - 1e-6, "inconclusive"),
        (-1 - HALF + 1e-6, None, "inconclusive"),
        (-1 - HALF - 1e-6, None, "does not hold"),
        (-3.0, 0.5, "does not hold"),
    ],
)
def test_closed_form_outcomes(shift, smallest, outcome):
    found = judged(GAINS + shift, smallest=smallest)
    assert found.outcome == outcome
    assert found.as_expected == outcome.startswith("holds")


def test_closed_form_equivalence():
    half = stats.t.ppf(0.95, 4) * 0.5 / math.sqrt(5)
    inside = judged(GAINS - 1, equivalence=half + 1e-6)
    assert (inside.outcome, inside.leading.low) == ("holds", pytest.approx(-half))
    assert inside.p_value == pytest.approx(0.05, abs=1e-4)
    assert (inside.margin_low, inside.margin_high) == (-half - 1e-6, half + 1e-6)
    assert judged(GAINS - 1, equivalence=half - 1e-6).outcome == "inconclusive"
    assert judged(GAINS + 9, equivalence=0.1).outcome == "does not hold"
    assert judged(GAINS - 9, equivalence=0.1).outcome == "does not hold"


def test_closed_form_non_inferiority():
    just = judged(GAINS - 1, non_inferiority=HALF + 1e-6)
    assert (just.outcome, just.margin_low, just.margin_high) == ("holds", -HALF - 1e-6, None)
    assert just.p_value == pytest.approx(0.025, abs=1e-4)
    assert judged(GAINS - 1, non_inferiority=HALF - 1e-6).outcome == "inconclusive"
    assert judged(GAINS - 3, non_inferiority=0.5).outcome == "does not hold"


def test_closed_form_better_lower():
    assert judged(-GAINS, better="lower").leading.estimate == pytest.approx(1.0)
    assert judged(GAINS, better="lower").outcome == "does not hold"


def test_closed_form_log_ratio():
    ratio = np.exp(GAINS)
    base = np.array([1.0, 20.0, 300.0, 4.0, 5.0])
    found = verdict(claim(scale="log"), two_arms(base * ratio, base))
    assert found.leading.estimate == pytest.approx(1.0)
    assert found.leading.low == pytest.approx(1 - HALF)
    assert found.unit == "log ratio"


def test_log_ratios_of_large_numbers_have_their_spread():
    base = np.full(5, 1e14)
    found = verdict(claim(scale="log"), two_arms(base * np.exp(0.001 * GAINS), base))
    assert found.outcome == "holds"
    assert found.leading.estimate == pytest.approx(0.001, rel=1e-6)


def test_closed_form_target():
    found = verdict(
        claim(target=2.0, better="lower"),
        two_arms([2.1, 1.9, 2.2, 1.8, 2.1], [2.5, 1.4, 3.0, 1.0, 2.6]),
    )
    assert found.leading.differences == pytest.approx((0.4, 0.5, 0.8, 0.8, 0.5))
    assert found.outcome == "holds"


def test_negative_control_fails_as_expected():
    found = judged(-GAINS, expected="fails")
    assert found.as_expected
    assert found.headline == "fails, as expected"
    assert not judged(GAINS - 1, expected="fails").as_expected
    assert not judged(GAINS, expected="fails").as_expected


@pytest.mark.parametrize(
    ("gain", "changes", "outcome"),
    [
        (0.2, {}, "holds"),
        (0.0, {}, "does not hold"),
        (-0.2, {}, "does not hold"),
        (0.2, {"smallest": 0.1}, "holds and matters"),
        (0.2, {"smallest": 0.3}, "holds, but less than matters"),
        (0.2, {"equivalence": 0.3}, "holds"),
        (0.2, {"equivalence": 0.1}, "does not hold"),
        (-0.2, {"non_inferiority": 0.3}, "holds"),
        (-0.2, {"non_inferiority": 0.1}, "does not hold"),
    ],
)
@pytest.mark.parametrize("n_seeds", [1, 4])
def test_closed_form_deterministic(gain, changes, outcome, n_seeds):
    trial = two_arms([1 + gain] * n_seeds, [1.0] * n_seeds)
    found = verdict(claim(**changes), trial, n_seeds=n_seeds, varies=())
    assert (found.outcome, found.deterministic) == (outcome, True)
    assert found.headline == f"{outcome} (deterministic)"
    assert found.leading.low is None
    assert found.p_value is None


def test_no_spread_is_inconclusive_where_something_should_vary():
    found = judged([0.1] * 5, varies=("data", "initialisation"))
    assert found.outcome == "inconclusive"
    assert not found.deterministic
    assert found.p_value is None
    assert "no spread" in found.reason
    assert "data and initialisation" in found.reason


def test_rounding_is_no_spread():
    base = np.array([1.1, 2.3, 3.7, 4.9, 5.3])
    differences = (base + 0.1) - base
    assert np.ptp(differences) > 0
    assert verdict(claim(), two_arms(base + 0.1, base)).outcome == "inconclusive"
    assert has_spread([0.0, 1e-9], magnitude=1.0)
    assert not has_spread([0.0, 1e-15], magnitude=1.0)


def sweep(gain):
    """One row an arm at three rates, the method ahead by `gain(rate, seed)`."""

    def trial(seed):
        for rate in (0.5, 1.0, 2.0):
            yield Row("ours", "score", 3 + gain(rate, seed), "nats", {"rate": rate})
            yield Row("theirs", "score", 3.0, "nats", {"rate": rate})
            yield Row("third", "score", 2.0 + 0.01 * seed, "nats", {"rate": rate})

    return trial


def test_every_takes_the_weakest_point_and_baseline():
    def gain(rate, seed):
        return (0.0 if rate == 1.0 else 1.0) + GAINS[seed] - 1

    found = verdict(claim(every=("rate",), baseline=("theirs", "third")), sweep(gain))
    outcomes = {(f.label, f.baseline): f.outcome for f in found.findings}
    assert len(outcomes) == 6
    assert outcomes["rate=1", "theirs"] == "inconclusive"
    assert outcomes["rate=1", "third"] == "holds"
    assert outcomes["rate=0.5", "theirs"] == "holds"
    assert found.outcome == "inconclusive"
    assert found.leading.label == "rate=1"
    assert found.p_value == max(f.p_value for f in found.findings)


def test_of_the_weakest_the_one_with_the_largest_p_leads():
    found = verdict(claim(every=("rate",)), sweep(lambda rate, seed: rate + GAINS[seed] - 0.7))
    assert {f.outcome for f in found.findings} == {"holds"}
    assert found.leading.label == "rate=0.5"
    falling = verdict(claim(every=("rate",)), sweep(lambda rate, seed: 2.3 - rate + GAINS[seed]))
    assert falling.leading.label == "rate=2"


def test_closed_form_mean_is_taken_inside_a_seed():
    def gain(rate, seed):
        return GAINS[seed] + {0.5: -2.0, 1.0: 0.0, 2.0: 2.0}[rate]

    found = verdict(claim(mean=("rate",)), sweep(gain))
    assert found.leading.differences == pytest.approx(GAINS.tolist())
    assert found.leading.low == pytest.approx(1 - HALF)


def test_closed_form_mean_over_cases_is_of_log_ratios():
    sizes = {"small": 10.0, "large": 1e4}

    def trial(seed):
        for case, size in sizes.items():
            factor = math.exp(GAINS[seed] * (1 if case == "small" else 3))
            yield Row("ours", "score", size * factor, "nodes", case=case)
            yield Row("theirs", "score", size, "nodes", case=case)

    found = verdict(claim(mean=("case",), scale="log"), trial)
    assert found.leading.differences == pytest.approx((2 * GAINS).tolist())


def test_at_selects_case_step_and_numbers_that_were_summed():
    def trial(seed):
        for k in (0.1 * 3, 0.5):
            for step in (1, 2):
                ahead = GAINS[seed] if (k < 0.4 and step == 2) else 0.0
                point = {"at": {"k": k}, "case": "hep", "step": step}
                yield Row("ours", "score", 1 + ahead, "nats", **point)
                yield Row("theirs", "score", 1.0, "nats", **point)

    found = verdict(claim(at={"k": 0.3, "step": 2, "case": "hep"}), trial)
    assert found.leading.differences == pytest.approx(GAINS.tolist())


def test_a_resource_can_be_compared():
    def trial(seed):
        yield Row("ours", "score", 1.0, "nats")
        yield Spend("ours", "evaluations", 10 + seed)
        yield Spend("theirs", "evaluations", 100 * (10 + seed))

    found = verdict(claim(metric="evaluations", better="lower", scale="log"), trial)
    assert found.outcome == "inconclusive"  # the ratio is 100 for every seed
    found = verdict(claim(metric="evaluations", better="lower"), trial)
    assert (found.outcome, found.unit) == ("holds", "evaluations")
    assert found.leading.differences[0] == 990


def test_naive_twin_helper_is_what_the_judge_uses():
    rng = np.random.default_rng(5)
    for n_seeds in (3, 5, 10):
        gains = rng.standard_exponential(n_seeds) - 1
        zero = np.zeros(n_seeds)
        found = verdict(claim(), two_arms(gains, zero), n_seeds=n_seeds).leading
        mean, low, high = t_interval(gains)
        assert (found.estimate, found.low, found.high) == pytest.approx((mean, low, high))
        assert found.p_value == pytest.approx(float(one_sided_p(gains)))
        assert found.outcome == Rule().outcome(float(low), float(high))


finite = st.floats(-100, 100).map(lambda v: round(v, 3))
samples = st.lists(st.tuples(finite, finite), min_size=3, max_size=8)


@settings(max_examples=25, deadline=None)
@given(samples, st.randoms())
def test_law_order_of_rows_does_not_matter_and_swapping_arms_mirrors(pairs, random):
    ours, theirs = zip(*pairs, strict=True)

    def shuffled(seed):
        rows = list(two_arms(ours, theirs)(seed))
        random.shuffle(rows)
        return rows

    first = verdict(claim(), two_arms(ours, theirs), n_seeds=len(pairs))
    assert verdict(claim(), shuffled, n_seeds=len(pairs)) == first
    swapped = claim(arm="theirs", baseline="ours")
    mirrored = verdict(swapped, two_arms(ours, theirs), n_seeds=len(pairs)).leading
    assert mirrored.estimate == pytest.approx(-first.leading.estimate)
    if first.leading.low is not None:
        assert mirrored.low == pytest.approx(-first.leading.high)
        assert mirrored.p_value == pytest.approx(1 - first.leading.p_value)


@settings(max_examples=25, deadline=None)
@given(samples, st.floats(0.1, 50))
def test_law_scale_and_shift(pairs, factor):
    ours, theirs = (np.array(v) for v in zip(*pairs, strict=True))
    first = verdict(claim(), two_arms(ours, theirs), n_seeds=len(pairs)).leading
    moved = two_arms(factor * ours + 7, factor * theirs + 7)
    second = verdict(claim(), moved, n_seeds=len(pairs)).leading
    assert second.estimate == pytest.approx(factor * first.estimate, abs=1e-9)
    if first.p_value is not None and second.p_value is not None:
        assert second.p_value == pytest.approx(first.p_value, abs=1e-6)


@given(st.floats(-5, 5), st.floats(0, 5), st.floats(0.01, 5))
def test_law_a_larger_smallest_effect_never_helps(low, width, smallest):
    order = ["does not hold", "inconclusive", "holds, but less than matters", "holds"]
    order.append("holds and matters")
    easy = Rule(smallest=smallest).outcome(low, low + width)
    hard = Rule(smallest=2 * smallest).outcome(low, low + width)
    assert order.index(hard) <= order.index(easy)
