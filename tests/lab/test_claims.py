"""Claims as data: what they accept and what they refuse."""

import pytest

from infomax.lab.claims import Bound, Comparison, Identity, Trend


def comparison(**changes):
    arguments = {"metric": "score", "arm": "ours", "baseline": "theirs", "equal": ()}
    return Comparison("ours is better", **(arguments | changes))


def trend(**changes):
    return Trend("it grows", **({"metric": "score", "arm": "ours", "over": "k"} | changes))


def test_closed_form_one_baseline_or_several():
    assert comparison().baselines == ("theirs",)
    several = comparison(baseline=("a", "b"))
    assert several.baselines == ("a", "b")
    assert several.arms == ("ours", "a", "b")


def test_equal_must_be_said():
    with pytest.raises(TypeError, match="equal"):
        Comparison("ours is better", metric="score", arm="ours", baseline="theirs")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"better": "bigger"}, "`better`"),
        ({"scale": "square"}, "`scale`"),
        ({"expected": "maybe"}, "`expected`"),
        ({"smallest": 0.0}, "`smallest`"),
        ({"smallest": -1.0}, "`smallest`"),
        ({"equivalence": 0.0}, "`equivalence`"),
        ({"non_inferiority": -0.1}, "`non_inferiority`"),
        ({"equivalence": 0.1, "non_inferiority": 0.1}, "exclude each other"),
        ({"equivalence": 0.1, "smallest": 0.1}, "exclude each other"),
        ({"target": 0.5}, "`better`"),
        ({"mean": ("case",)}, "'case'"),
        ({"at": {"k": 1}, "every": ("k",)}, "'k' twice"),
        ({"every": ("k",), "mean": ("k",)}, "'k' twice"),
        ({"every": "rate"}, "`every` must be a tuple"),
        ({"mean": "rate"}, "`mean` must be a tuple"),
        ({"equal": "steps"}, "`equal` must be a tuple"),
        ({"baseline": ()}, "`baseline`"),
        ({"baseline": ("a", "ours")}, "`baseline`"),
    ],
)
def test_comparison_refuses(changes, message):
    with pytest.raises(ValueError, match=message):
        comparison(**changes)


def test_case_is_averaged_on_the_log_scale_alone():
    assert comparison(mean=("case",), scale="log").mean == ("case",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"direction": "up"}, "`direction`"),
        ({"statistic": "kendall"}, "`statistic`"),
        ({"smallest": 0.0}, "`smallest`"),
        ({"at": {"k": 1}}, "'k' twice"),
        ({"every": ("k",)}, "'k' twice"),
        ({"every": "rate"}, "`every` must be a tuple"),
        ({"mean": ("case",)}, "'case'"),
    ],
)
def test_trend_refuses(changes, message):
    with pytest.raises(ValueError, match=message):
        trend(**changes)


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, 2.0])
def test_bound_refuses_failure_rate(rate):
    with pytest.raises(ValueError, match="`failure_rate`"):
        Bound("below", arm="ours", measured="gap", at_most=1.0, failure_rate=rate)


def test_tolerance_must_not_be_negative():
    with pytest.raises(ValueError, match="`tolerance`"):
        Bound("below", arm="ours", measured="gap", at_most=1.0, tolerance=-1e-9)
    with pytest.raises(ValueError, match="`tolerance`"):
        Identity("equal", arm="ours", metric="a", equals="b", tolerance=-1e-9)


def test_arms_of_every_kind():
    assert trend().arms == ("ours",)
    assert Bound("below", arm="ours", measured="gap", at_most=1.0).arms == ("ours",)
    assert Identity("equal", arm="ours", metric="a", equals=1, tolerance=0).arms == ("ours",)
