"""Budgets held equal: limits where given, else amounts, point by point."""

import pytest
from tests.strategies.runs import verdict

from infomax.lab.claims import Comparison
from infomax.lab.contract import Row, Spend

GAINS = [0.5, 0.8, 0.3, 0.9, 0.4]
CLAIM = Comparison("better", metric="score", arm="ours", baseline="theirs", equal=("steps",))
SWEPT = Comparison(
    "better", metric="score", arm="ours", baseline="theirs", equal=("steps",), every=("k",)
)


def trial_with(*spends):
    def trial(seed):
        yield Row("ours", "score", GAINS[seed], "nats")
        yield Row("theirs", "score", 0.0, "nats")
        yield from (spend(seed) if callable(spend) else spend for spend in spends)

    return trial


def swept_with(*spends):
    def trial(seed):
        for k in (1, 2):
            yield Row("ours", "score", GAINS[seed], "nats", {"k": k})
            yield Row("theirs", "score", 0.0, "nats", {"k": k})
        yield from spends

    return trial


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Spend("ours", "steps", 100), Spend("theirs", "steps", 100)),
        (Spend("ours", "steps", 70, limit=100), Spend("theirs", "steps", 99, limit=100)),
        (Spend("ours", "steps", 70, limit=100), Spend("theirs", "steps", 100)),
    ],
)
def test_closed_form_equal(ours, theirs):
    assert verdict(CLAIM, trial_with(ours, theirs)).outcome == "holds"


@pytest.mark.parametrize(
    ("spends", "reason"),
    [
        ([Spend("ours", "steps", 101), Spend("theirs", "steps", 100)], "unequal budgets"),
        (
            [Spend("ours", "steps", 70, limit=100), Spend("theirs", "steps", 70, limit=90)],
            "unequal budgets of 'steps': 100 for 'ours', 90 for 'theirs'",
        ),
        ([], "'ours' never spends 'steps'"),
        ([Spend("ours", "steps", 100)], "'theirs' never spends 'steps'"),
        ([Spend("ours", "seconds", 9), Spend("theirs", "seconds", 9)], "never spends 'steps'"),
        (
            [Spend("ours", "steps", 130, limit=100), Spend("theirs", "steps", 90, limit=100)],
            "'ours' spent 130 of 'steps' where 100 was allowed",
        ),
        ([Spend("ours", "steps", 1), Spend("ours", "steps", 2)], "two rows of 'ours'"),
    ],
)
def test_refused(spends, reason):
    found = verdict(CLAIM, trial_with(*spends))
    assert found.outcome == "refused"
    assert reason in found.reason


def test_one_seed_with_another_budget_refuses():
    def ours(seed):
        return Spend("ours", "steps", 100 + (seed == 3))

    found = verdict(CLAIM, trial_with(ours, Spend("theirs", "steps", 100)))
    assert found.outcome == "refused"
    assert "seed 3" in found.reason


def test_one_seed_without_a_spend_refuses():
    def trial(seed):
        made = trial_with(Spend("ours", "steps", 9), Spend("theirs", "steps", 9))(seed)
        return [r for r in made if not (seed == 2 and isinstance(r, Spend) and r.arm == "ours")]

    found = verdict(CLAIM, trial)
    assert found.outcome == "refused"
    assert "'ours' spends 'steps' in 4 of 5 seeds" in found.reason


def test_nothing_named_nothing_compared():
    free = Comparison("better", metric="score", arm="ours", baseline="theirs", equal=())
    found = verdict(free, trial_with(Spend("ours", "steps", 9), Spend("theirs", "steps", 1)))
    assert found.outcome == "holds"


def test_point_by_point():
    equal = [Spend(arm, "steps", 10 * k, at={"k": k}) for k in (1, 2) for arm in CLAIM.arms]
    assert verdict(SWEPT, swept_with(*equal)).outcome == "holds"
    other = [*equal[:-1], Spend("theirs", "steps", 21, at={"k": 2})]
    found = verdict(SWEPT, swept_with(*other))
    assert [f.outcome for f in found.findings] == ["holds", "refused"]
    assert "k=2" in found.reason
    absent = verdict(SWEPT, swept_with(*equal[:2]))
    assert [f.outcome for f in absent.findings] == ["holds", "refused"]
    assert "never spends 'steps' at k=2" in absent.reason


def test_totals_that_agree_do_not_hide_points_that_differ():
    spends = [
        Spend("ours", "steps", 5, at={"k": 1}),
        Spend("ours", "steps", 15, at={"k": 2}),
        Spend("theirs", "steps", 15, at={"k": 1}),
        Spend("theirs", "steps", 5, at={"k": 2}),
    ]
    found = verdict(SWEPT, swept_with(*spends))
    assert [f.outcome for f in found.findings] == ["refused", "refused"]


def test_a_spend_without_the_coordinate_counts_for_all_its_points():
    both = [Spend("ours", "steps", 9), Spend("theirs", "steps", 9)]
    assert verdict(SWEPT, swept_with(*both)).outcome == "holds"


def test_spends_at_different_points_are_refused():
    spends = [Spend("ours", "steps", 9, at={"k": 1}), Spend("theirs", "steps", 9)]
    found = verdict(SWEPT, swept_with(*spends))
    assert "not spend 'steps' at the same points" in found.findings[0].reason


def test_each_baseline_is_held_to_the_budget():
    both = Comparison(
        "better", metric="score", arm="ours", baseline=("theirs", "third"), equal=("steps",)
    )

    def trial(seed):
        yield from trial_with(Spend("ours", "steps", 9), Spend("theirs", "steps", 9))(seed)
        yield Row("third", "score", -1.0, "nats")
        yield Spend("third", "steps", 8)

    found = verdict(both, trial)
    assert [f.outcome for f in found.findings] == ["holds", "refused"]
    assert "against 'third'" in found.reason
