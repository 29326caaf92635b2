"""Holm's correction over a paper's Comparisons and Trends, and what chance alone would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies.runs import run

from infomax.lab.claims import Bound, Comparison, Trend
from infomax.lab.contract import Row, Setting
from infomax.lab.holm import chance_holds, holm_adjusted
from infomax.lab.intervals import one_sided_p, t_interval
from infomax.lab.judge import judge

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_closed_form_textbook():
    found = holm_adjusted([0.01, 0.04, 0.03, 0.005])
    assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm_adjusted([0.9, 0.8]) == pytest.approx([1.0, 1.0])
    assert holm_adjusted([]).shape == (0,)


@given(probabilities, st.floats(0.001, 0.5))
def test_naive_twin_step_down(p_values, level):
    """Reject the smallest while it is at most level / (how many are left)."""
    left = sorted(range(len(p_values)), key=p_values.__getitem__)
    rejected = set()
    while left and p_values[left[0]] * len(left) <= level:
        rejected.add(left.pop(0))
    adjusted = holm_adjusted(p_values)
    assert {i for i, p in enumerate(adjusted) if p <= level} == rejected


@given(probabilities)
def test_law_between_p_and_bonferroni_and_in_order(p_values):
    p, adjusted = np.array(p_values), holm_adjusted(p_values)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, p * len(p)) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@pytest.mark.parametrize("shared", [0.0, 0.7])
def test_family_wise_error(shared):
    """Eight claims, two of them true, differences of six seeds that may share noise.

    Level 2.5 %, 40 000 runs, seed 0; the error must not pass it by four binomial errors. Without
    correction it is several times as large, so the test could fail.
    """
    rng, n_runs = np.random.default_rng(0), 40_000
    own = rng.standard_normal((n_runs, 8, 6))
    common = rng.standard_normal((n_runs, 1, 6))
    differences = np.sqrt(1 - shared) * own + np.sqrt(shared) * common
    differences[:, :2] += 1.0
    p = one_sided_p(differences)
    adjusted = np.apply_along_axis(holm_adjusted, 1, p)
    error = (adjusted[:, 2:] <= 0.025).any(axis=1).mean()
    assert error <= 0.025 + 4 * np.sqrt(0.025 * 0.975 / n_runs)
    assert (p[:, 2:] <= 0.025).any(axis=1).mean() > 0.05


def test_family_of_a_paper():
    gains = {"a": [0.5, 0.8, 0.3, 0.9, 0.4], "b": [0.5, -0.2, 0.6, 0.1, 0.2], "c": [0.1] * 5}

    def trial(seed):
        for metric, values in gains.items():
            for k in (1, 2, 3):
                yield Row("ours", metric, k * values[seed], "1", {"k": k})
                yield Row("theirs", metric, 0.0, "1", {"k": k})

    def compare(metric, **changes):
        arguments = {"metric": metric, "arm": "ours", "baseline": "theirs", "equal": ()}
        return Comparison("better", **(arguments | {"at": {"k": 1}} | changes))

    claims = [
        compare("a"),
        compare("b"),
        compare("c"),  # no spread: no p
        compare("absent"),
        Bound("below", arm="ours", measured="a", at_most=9.0),
        Trend("grows", metric="a", arm="ours", over="k"),
        compare("a", equivalence=5.0),
    ]
    found = judge(claims, *run(trial, 5), Setting(5), n_seeds=5)
    family = [0, 1, 5, 6]
    assert [i for i, v in enumerate(found) if v.p_value is not None] == family
    expected = holm_adjusted([found[i].p_value for i in family])
    assert [found[i].p_holm for i in family] == pytest.approx(expected.tolist())
    assert all(v.p_holm is None for i, v in enumerate(found) if i not in family)
    assert chance_holds(found) == pytest.approx(3 * 0.025 + 0.05)
    assert chance_holds(found[2:5]) == 0.0


def test_a_claim_over_points_holds_by_chance_no_more_often_than_at_one():
    """All of four points false: 100 000 runs of five seeds, seed 0; rate at most that of one."""
    differences = np.random.default_rng(0).standard_normal((100_000, 4, 5))
    holds = t_interval(differences)[1] > 0
    rates = holds.mean(axis=0)
    assert rates == pytest.approx(0.025, abs=4 * np.sqrt(0.025 * 0.975 / 1e5))
    assert holds.all(axis=1).mean() < 0.001
