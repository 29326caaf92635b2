import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.fake_runs import HOSTILE

from infomax.app.report import words
from infomax.app.report.drawing import WIDTH, axis_for, forest_axis, strip
from infomax.app.report.equations import equation_svg
from infomax.lab.verdict import Finding, Verdict
from infomax.papers.catalogue import load_catalogue

numbers = st.floats(-1e12, 1e12, allow_subnormal=False)
maybe = st.none() | st.floats(allow_subnormal=False)
findings = st.builds(
    Finding,
    outcome=st.sampled_from(["holds", "inconclusive", "does not hold"]),
    estimate=maybe,
    low=maybe,
    high=maybe,
    differences=st.lists(st.floats(), max_size=12).map(tuple),
)


def make(finding, **given_values):
    given_values = {"smallest": None, "published": None} | given_values
    return Verdict(
        "a claim", "comparison", finding.outcome, "holds", False, 5, ("data",), "nats",
        findings=(finding,), **given_values,
    )  # fmt: skip


@given(findings, st.none() | numbers, st.none() | numbers)
def test_law_every_drawing_is_well_formed_and_lies_within_its_frame(finding, smallest, published):
    verdict = make(finding, smallest=smallest, published=published)
    axis = axis_for(verdict, (finding,))
    for drawn in (forest_axis(verdict), strip(verdict, finding, axis)):
        if not drawn:
            continue
        for element in ElementTree.fromstring(drawn).iter():
            for name in ("x", "x1", "x2", "cx"):
                if name in element.attrib:
                    assert 0 <= float(element.attrib[name]) <= WIDTH


@given(findings)
def test_law_the_axis_shows_zero_and_all_that_was_measured(finding):
    axis = axis_for(make(finding), (finding,))
    for value in (0.0, finding.estimate, finding.low, finding.high, *finding.differences):
        if value is not None and abs(value) < 1e300:
            assert axis.holds(value)


def test_closed_form_marks_of_an_interval():
    finding = Finding("holds", estimate=0.5, low=0.25, high=0.75, differences=(0.4, 0.6))
    verdict = make(finding, smallest=0.1, published=1.0)
    axis = axis_for(verdict, (finding,))
    drawn = strip(verdict, finding, axis)
    assert drawn.count('class="dot"') == 2
    assert drawn.count('class="smallest"') == drawn.count('class="published"') == 1
    assert f'class="interval" x1="{axis.x(0.25)}" x2="{axis.x(0.75)}"' in drawn
    assert axis.x(0.0) < axis.x(0.5) < axis.x(1.0)
    assert "published 1" in drawn


def test_closed_form_a_reference_far_away_is_an_arrow():
    finding = Finding("holds", estimate=0.5, low=0.25, high=0.75)
    drawn = forest_axis(make(finding, published=100.0, smallest=-100.0))
    assert 'class="published beyond"' in drawn
    assert 'class="smallest beyond"' in drawn


def test_closed_form_both_ends_of_a_margin_are_drawn():
    finding = Finding("holds", estimate=0.0, low=-0.1, high=0.1)
    drawn = forest_axis(replace(make(finding), margin_low=-0.2, margin_high=0.2))
    assert drawn.count('class="smallest"') == 2


def test_closed_form_nothing_measured_draws_nothing():
    finding = Finding("refused", reason="NaN")
    assert forest_axis(make(finding)) == ""
    assert strip(make(finding), finding, axis_for(make(finding), (finding,))) == ""


def test_law_dots_of_one_value_do_not_hide_each_other():
    finding = Finding("holds", estimate=1.0, low=0.5, high=1.5, differences=(1.0, 1.0, 1.0))
    drawn = strip(make(finding), finding, axis_for(make(finding), (finding,)))
    assert len(set(re.findall(r'class="dot" cx="[^"]+" cy="(\d+)"', drawn))) == 3


def test_closed_form_every_equation_of_the_catalogue_can_be_set():
    for entry in load_catalogue().values():
        drawn = equation_svg(entry.equation, entry.equation_plain)
        assert drawn is not None, entry.slug
        assert ElementTree.fromstring(drawn).attrib["aria-label"] == entry.equation_plain


@pytest.mark.parametrize("latex", ["", "   ", r"\unknown{x}", r"\frac{1", "x_{", "$", r"\quad"])
def test_closed_form_what_cannot_be_set_is_none(latex):
    assert equation_svg(latex, "plain") is None


@pytest.mark.parametrize(
    "latex", [r"\tfrac12 \le x", r"\bigl(x\bigr)", r"\left(a \quad b\right)", r"{a \qquad b}"]
)
def test_closed_form_common_spellings_are_known(latex):
    assert equation_svg(latex, "plain") is not None


def test_closed_form_wide_gaps_may_break_and_text_is_escaped():
    drawn = equation_svg(r"a = b \qquad c = d", HOSTILE)
    assert drawn.count("<svg") == 2
    assert ElementTree.fromstring(drawn).attrib["aria-label"] == HOSTILE


@given(st.floats(-1e15, 1e15, allow_subnormal=False))
def test_law_a_number_is_read_back_to_three_digits(value):
    text = words.number(value)
    plain = text.replace(",", "").replace("−", "-")
    if "×" in plain:
        mantissa, power = plain.split(" × 10")
        powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        plain = f"{mantissa}e{power.translate(powers)}"
    assert float(plain) == pytest.approx(value, rel=5.1e-3, abs=0)


@given(st.floats(-100, 100), st.floats(1e-3, 100))
def test_law_an_interval_keeps_the_sign_of_its_ends(middle, half):
    low, high = middle - half, middle + half
    shown = words.interval(middle, low, high)[1].replace("−", "-").replace(",", "").split(" to ")
    for end, text in zip((low, high), shown, strict=True):
        assert float(text) == pytest.approx(end, abs=0.101 * half)
        assert abs(end) < 1e-3 * half or float(text) * end > 0


def test_closed_form_words():
    assert words.number(math.inf) == "∞"
    assert words.number(-math.inf) == "−∞"
    assert words.number(math.nan) == "–"
    assert words.number(0.5) == "0.5"
    assert words.interval(1.0, 1.0, 1.0) == ("1", "1 to 1")
    assert words.interval(None, None, None) == ("–", "–")
    assert words.p_value(math.nan) == "–"


def test_closed_form_a_negative_control_is_counted_apart():
    fails = replace(make(Finding("does not hold")), expected="fails")
    holds = replace(make(Finding("holds")), expected="fails")
    assert words.tally([fails, fails, holds, make(Finding("holds"))]) == [
        ("holds", "1 holds"),
        ("control", "2 fail, as expected"),
        ("surprise", "1 holds, unexpectedly"),
    ]


def test_closed_form_a_log_ratio_is_also_told_as_a_ratio():
    finding = Finding("holds", estimate=math.log(2), low=0.0, high=math.log(4))
    assert words.ratio_text(replace(make(finding), unit="log ratio")) == "× 2.0 (1.0 to 4.0)"
    assert words.ratio_text(make(finding)) == "–"
    wild = Finding("holds", estimate=1e5, low=0.0, high=1e5)
    assert words.ratio_text(replace(make(wild), unit="log ratio")) == "× –"
