"""Published numbers: one difference, oriented, in the unit of the estimate."""

import math

import pytest
from tests.strategies.runs import two_arms, verdict

from infomax.lab.claims import Bound, Comparison, Identity, Published, Trend
from infomax.lab.published import published_effect, unit_factor


def compared(published, **changes):
    arguments = {"metric": "score", "arm": "ours", "baseline": "theirs", "equal": ()}
    return Comparison("better", published=published, **(arguments | changes))


BITS = Published(arm=3.0, baseline=2.0, unit="bits", where="Table 1")


@pytest.mark.parametrize(
    ("printed", "measured", "factor"),
    [
        ("nats", "nats", 1.0),
        ("bits", "nats", math.log(2)),
        ("nats", "bits", 1 / math.log(2)),
        ("bits/symbol", "nats/symbol", math.log(2)),
        ("%", "1", 0.01),
        ("1", "%", 100.0),
        ("nodes", "nats", None),
        ("bits/symbol", "nats", None),
    ],
)
def test_closed_form_units(printed, measured, factor):
    assert unit_factor(printed, measured) == (None if factor is None else pytest.approx(factor))


@pytest.mark.parametrize(
    ("claim", "unit", "effect"),
    [
        (compared(BITS), "nats", math.log(2)),
        (compared(BITS, better="lower"), "nats", -math.log(2)),
        (compared(BITS, scale="log"), "nats", math.log(1.5)),
        (compared(BITS, scale="log", better="lower"), "elsewhere", -math.log(1.5)),
        (compared(BITS, target=2.5, better="lower"), "bits", 0.0),
        (compared(BITS, target=3.0, better="lower"), "bits", 1.0),
        (compared(BITS, target=5.0, better="lower", scale="log"), "bits", math.log(1.5)),
        (compared(BITS, target=3.0, better="lower", scale="log"), "bits", None),
        (compared(Published(arm=3.0, where="Table 1")), "1", None),
        (compared(Published(arm=-1.0, baseline=2.0, where="Table 1"), scale="log"), "1", None),
        (compared(Published(where="Table 1", kind="curve")), "1", None),
    ],
)
def test_closed_form_comparison(claim, unit, effect):
    found, where = published_effect(claim, row_unit=unit)
    assert found == (None if effect is None else pytest.approx(effect))
    assert where == "Table 1"


def test_closed_form_other_kinds():
    slope = Published(arm=2.0, where="Figure 2", kind="figure")
    down = Trend("falls", metric="a", arm="x", over="k", direction="decreasing", published=slope)
    assert published_effect(down, row_unit="1") == (-2.0, "Figure 2")
    below = Bound("below", arm="x", measured="a", at_most=5.0, published=slope)
    assert published_effect(below, row_unit="1")[0] == 3.0
    named = Bound("below", arm="x", measured="a", at_most="b", published=slope)
    assert published_effect(named, row_unit="1")[0] is None
    both = Published(arm=2.0, baseline=2.5)
    named = Bound("below", arm="x", measured="a", at_most="b", published=both)
    assert published_effect(named, row_unit="1")[0] == 0.5
    same = Identity("equal", arm="x", metric="a", equals="b", tolerance=1.0, published=both)
    assert published_effect(same, row_unit="1")[0] == 0.5


def test_a_unit_that_does_not_convert_is_said():
    found, where = published_effect(compared(BITS), row_unit="nodes")
    assert found is None
    assert where == "Table 1 (printed in 'bits', measured in 'nodes')"


def test_it_stands_in_the_verdict():
    found = verdict(compared(BITS), two_arms([1, 2, 3], [0, 1.5, 2]), n_seeds=3)
    assert found.published == pytest.approx(math.log(2))
    assert found.published_where == "Table 1"
    absent = verdict(compared(BITS, metric="x"), two_arms([1, 2, 3], [0, 1, 2]), n_seeds=3)
    assert (absent.published, absent.published_where) == (None, "Table 1")
