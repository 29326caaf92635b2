"""What the judge refuses, and what it leaves untested, each with its reason."""

import math

import numpy as np
import pytest
from tests.strategies.runs import run, two_arms, verdict

from infomax.lab.claims import Bound, Comparison, Identity, Trend
from infomax.lab.contract import Row, Setting
from infomax.lab.judge import judge

GAINS = [0.5, 0.8, 0.3, 0.9, 0.4]
ZERO = [0.0] * 5


def claim(**changes):
    arguments = {"metric": "score", "arm": "ours", "baseline": "theirs", "equal": ()}
    return Comparison("ours is better", **(arguments | changes))


def swept(seed, ks=(1, 5), arms=("ours", "theirs"), metric="score"):
    for k in ks:
        for arm in arms:
            yield Row(arm, metric, k + (arm == "ours") * GAINS[seed], "nats", {"k": k})


def refused(found, *words):
    assert found.outcome == "refused"
    assert found.p_value is None
    assert not found.as_expected
    for word in words:
        assert word in found.reason
    return True


def untested(found, *words):
    assert found.outcome == "not tested at this scale"
    assert found.findings == ()
    for word in words:
        assert word in found.reason
    return True


@pytest.mark.parametrize("n_seeds", [1, 2])
def test_fewer_than_three_seeds(n_seeds):
    kinds = [
        claim(),
        Trend("grows", metric="score", arm="ours", over="k"),
        Bound("below", arm="ours", measured="score", at_most=9.0),
        Identity("equal", arm="ours", metric="score", equals=1.0, tolerance=9.0),
    ]
    for kind in kinds:
        trial = swept if isinstance(kind, Trend) else two_arms(GAINS, ZERO)
        assert refused(verdict(kind, trial, n_seeds=n_seeds), "fewer than three seeds")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_not_finite(value):
    ours = [*GAINS[:3], value, 0.1]
    assert refused(verdict(claim(), two_arms(ours, ZERO)), "'ours'", "seed 3")
    assert refused(verdict(claim(), two_arms(ZERO, ours)), "'theirs'", "seed 3")


def test_missing_planned_seed():
    found = verdict(claim(), two_arms(GAINS, ZERO), n_seeds=4, planned=5)
    assert refused(found, "4 seeds where 5 were planned")


def test_more_seeds_than_planned():
    found = verdict(claim(), two_arms(GAINS, ZERO), n_seeds=5, planned=3)
    assert refused(found, "5 seeds where 3 were planned")


def test_an_arm_without_one_seed():
    def trial(seed):
        rows = two_arms(GAINS, ZERO)(seed)
        return rows[:1] if seed == 2 else rows

    assert refused(verdict(claim(), trial), "'theirs'", "4 of 5 seeds")


def test_unpaired_point():
    def trial(seed):
        yield from swept(seed)
        yield Row("ours", "score", 9.0 + seed, "nats", {"k": 9})

    assert refused(verdict(claim(every=("k",)), trial), "k=9", "'theirs'")
    assert refused(verdict(claim(mean=("k",)), trial), "unpaired", "k=9", "'ours' alone")
    assert refused(verdict(claim(at={"k": 9}), trial), "'theirs'")
    assert verdict(claim(at={"k": 5}), trial).outcome == "holds"


def test_a_hole_in_the_mean():
    def trial(seed):
        return [r for r in swept(seed) if not (seed == 1 and r.arm == "ours" and r.at["k"] == 5)]

    assert refused(verdict(claim(mean=("k",)), trial), "no row of 'ours', k=5, seed 1")


def test_two_rows_at_one_point():
    def trial(seed):
        rows = list(swept(seed))
        return [*rows, rows[0]] if seed == 4 else rows

    assert refused(verdict(claim(every=("k",)), trial), "two rows of 'ours', seed 4")


def test_one_bad_point_refuses_the_claim_and_the_others_are_still_shown():
    def trial(seed):
        for row in swept(seed):
            bad = row.arm == "ours" and row.at["k"] == 5 and seed == 0
            value = math.nan if bad else row.value
            yield Row(row.arm, row.metric, value, row.unit, row.at)

    found = verdict(claim(every=("k",)), trial)
    assert refused(found, "k=5", "against 'theirs'", "nan")
    assert [f.outcome for f in found.findings] == ["holds", "refused"]


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_logarithm_of_what_is_not_positive(value):
    trial = two_arms([1.0, 2.0, value, 1.0, 3.0], [1.0] * 5)
    assert refused(verdict(claim(scale="log"), trial), "logarithm", "'ours', seed 2")


def test_selection_on_test():
    found = verdict(claim(), two_arms(GAINS, ZERO, selected_on="test"))
    assert refused(found, "test split")
    ours = verdict(claim(), two_arms(GAINS, ZERO, selected_on="validation"))
    assert ours.outcome == "holds"


def test_different_units():
    def trial(seed):
        return [
            Row("ours", "score", GAINS[seed], "nats"),
            Row("theirs", "score", 0.0, "bits"),
        ]

    assert refused(verdict(claim(), trial), "bits, nats")


@pytest.mark.parametrize("name", ["k", "case", "step"])
def test_a_coordinate_left_out_that_varies(name):
    def trial(seed):
        for value in (1, 2):
            point = {"k": {"at": {"k": value}}, "case": {"case": f"graph {value}"}}
            point["step"] = {"step": value}
            for arm, ahead in (("ours", GAINS[seed]), ("theirs", 0.0)):
                yield Row(arm, "score", value + ahead, "nats", **point[name])

    found = verdict(claim(), trial)
    assert refused(found, f"coordinate {name!r} varies", "`every`")
    assert verdict(claim(every=(name,)), trial).outcome == "holds"


def test_a_constant_coordinate_may_be_left_out():
    assert verdict(claim(), two_arms(GAINS, ZERO, at={"k": 3}, case="hep")).outcome == "holds"


def test_a_coordinate_that_one_arm_lacks_varies():
    def trial(seed):
        yield Row("ours", "score", GAINS[seed], "nats", {"temperature": 0.5})
        yield Row("theirs", "score", 0.0, "nats")

    assert refused(verdict(claim(), trial), "'temperature' varies")


def test_a_setting_that_calls_itself_deterministic_and_is_not():
    found = verdict(claim(), two_arms(GAINS, ZERO), varies=())
    assert refused(found, "nothing varies", "0.3 to 0.9")
    assert not found.deterministic


def test_not_tested_where_something_is_lacking():
    assert untested(verdict(claim(at={"k": 50}), swept), "k=50")
    assert untested(verdict(claim(at={"rate": 1}), swept), "'rate'")
    assert untested(verdict(claim(every=("rate",), at={"k": 1}), swept), "'rate'")
    assert untested(verdict(claim(mean=("rate",), at={"k": 1}), swept), "'rate'")
    assert untested(verdict(claim(metric="spread"), swept), "'spread'")
    assert untested(verdict(claim(baseline="absent"), swept), "'absent'")


def test_not_tested_kinds():
    trend = Trend("grows", metric="score", arm="ours", over="rate", at={"k": 1})
    assert untested(verdict(trend, swept), "'rate'")
    short = Trend("grows", metric="score", arm="ours", over="k", statistic="rank")
    assert untested(verdict(short, swept), "wants 3 values of 'k', got 2")
    bound = Bound("below", arm="ours", measured="score", at_most="limit")
    assert untested(verdict(bound, swept), "'limit'")
    identity = Identity("equal", arm="ours", metric="kl", equals=0.0, tolerance=0.0)
    assert untested(verdict(identity, swept), "'kl'")


def test_an_empty_run_is_not_tested():
    found = verdict(claim(), lambda _seed: [], n_seeds=3)
    assert untested(found, "'score'")
    assert found.n_seeds == 0


def test_one_refusal_leaves_the_other_claims_alone():
    rows, spend = run(two_arms(GAINS, ZERO), 5)
    claims = [claim(metric="spread"), claim(), claim(equal=("steps",))]
    found = judge(claims, rows, spend, Setting(5), n_seeds=5)
    outcomes = [verdict.outcome for verdict in found]
    assert outcomes == ["not tested at this scale", "holds", "refused"]
    assert [v.p_holm is None for v in found] == [True, False, True]


@pytest.mark.parametrize("n_seeds", [0, -1, 2.5])
def test_planned_seeds_must_be_a_count(n_seeds):
    rows, spend = run(two_arms(GAINS, ZERO), 5)
    with pytest.raises(ValueError, match="`n_seeds`"):
        judge([claim()], rows, spend, Setting(5), n_seeds=n_seeds)


def test_the_frames_are_left_as_they_were():
    rows, spend = run(swept, 5)
    before = rows.copy()
    judge([claim(every=("k",))], rows, spend, Setting(5), n_seeds=5)
    assert rows.equals(before)
    assert np.array_equal(rows.dtypes, before.dtypes)
