"""The forest plot and the style of the house."""

import io
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

from infomax.lab.figure_style import MUTED, ROLE_COLOURS, ROLE_LINES, ROLE_MARKERS, house_style
from infomax.lab.forest import N_LABELLED, forest_plot
from infomax.lab.verdict import Finding, Verdict

FINDING = Finding("holds", estimate=0.3, low=0.1, high=0.5, differences=(0.2, 0.3, 0.4))
HOLDS = Verdict(
    "ours is better",
    "comparison",
    "holds",
    expected="holds",
    deterministic=False,
    n_seeds=3,
    varies=("data",),
    unit="nats",
    findings=(FINDING,),
    p_holm=0.02,
)
REFUSED = replace(HOLDS, outcome="refused", findings=(), reason="fewer than three seeds: 2")


def texts(figure):
    return " ".join(text.get_text() for text in figure.texts)


def svg(figure):
    with house_style():
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def test_one_axis_a_claim_that_has_a_number():
    figure = forest_plot([HOLDS, REFUSED, HOLDS])
    assert len(figure.axes) == 2
    assert texts(figure).count("ours is better") == 3
    assert "fewer than three seeds: 2" in texts(figure)
    assert "Holm p = 0.02" in texts(figure)
    low, high = figure.axes[0].get_xlim()
    assert low < 0
    assert high > 0.5


def test_axes_do_not_overlap_and_lie_inside():
    many = replace(HOLDS, findings=(FINDING,) * 20)
    figure = forest_plot([HOLDS, many, REFUSED, HOLDS] * 5)
    boxes = [axes.get_position() for axes in figure.axes]
    assert len(boxes) == 15
    assert boxes[0].y1 < 1
    assert boxes[-1].y0 > 0
    assert all(lower.y1 < upper.y0 for upper, lower in pairwise(boxes))


def test_references_far_away_become_arrows():
    near = forest_plot([replace(HOLDS, published=0.8, smallest=0.05)])
    far = forest_plot([replace(HOLDS, published=80.0, smallest=40.0)])
    assert near.axes[0].get_xlim()[1] > 0.8
    assert far.axes[0].get_xlim()[1] < 1
    assert [line.get_marker() for line in near.axes[0].lines].count("D") == 1
    assert [line.get_marker() for line in far.axes[0].lines].count(">") == 2


def test_marks_of_each_kind_are_in_the_legend():
    def legend(verdict):
        return {text.get_text() for text in forest_plot([verdict]).legends[0].get_texts()}

    always = {"holds", "does not hold", "inconclusive"}
    assert legend(HOLDS) == always
    assert legend(replace(HOLDS, deterministic=True)) == always | {"deterministic"}
    assert legend(replace(HOLDS, smallest=0.1)) == always | {"smallest that matters"}
    assert legend(replace(HOLDS, published=0.1)) == always | {"published"}
    assert legend(replace(HOLDS, margin_low=-0.1)) == always | {"margin"}


def test_labels_of_points_and_baselines():
    findings = tuple(replace(FINDING, label=f"k={k}", baseline=b) for k in (1, 5) for b in "ab")
    axes = forest_plot([replace(HOLDS, findings=findings)]).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["k=1, vs a", "k=1, vs b", "k=5, vs a", "k=5, vs b"]
    many = tuple(replace(FINDING, label=f"k={k}") for k in range(N_LABELLED + 1))
    many = (*many, replace(FINDING, label="k=99", outcome="inconclusive"))
    figure = forest_plot([replace(HOLDS, findings=many, outcome="inconclusive")])
    assert len(figure.axes[0].get_yticklabels()) == 0
    assert "decided at k=99" in texts(figure)


def test_awkward_verdicts_are_drawn():
    awkward = [
        replace(HOLDS, findings=(replace(FINDING, estimate=np.inf, low=None, high=None),)),
        replace(HOLDS, findings=(Finding("holds", estimate=0.0),)),
        replace(HOLDS, text="a cost of $5 and $6_{x", unit="$"),
        replace(HOLDS, findings=(FINDING, Finding("refused", reason="two rows of 'ours'"))),
        replace(HOLDS, published=np.inf, p_holm=1e-9, says_more_than_trivial=False),
        replace(REFUSED, reason=""),
    ]
    figure = forest_plot(awkward)
    assert len(figure.axes) == 4
    assert b"a cost of $5 and $6_{x" in svg(figure)
    assert "two rows of 'ours'" in figure.axes[2].texts[0].get_text()
    assert "Holm p < 0.0001" in texts(figure)


def test_no_verdict_is_refused():
    with pytest.raises(ValueError, match="`verdicts`"):
        forest_plot([])


def test_law_same_verdicts_same_file():
    assert svg(forest_plot([HOLDS, REFUSED])) == svg(forest_plot([HOLDS, REFUSED]))


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_behind_the_figure(dark):
    figure = forest_plot([HOLDS], dark=dark)
    with house_style(dark=dark):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=40)
    buffer.seek(0)
    pixels = mpl.image.imread(buffer, format="png")
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() == 1


def luminance(colour):
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_colours_read_on_light_and_dark(page):
    with house_style():
        text = mpl.rcParams["text.color"]
    for colour in (*ROLE_COLOURS.values(), MUTED, text):
        assert contrast(colour, page) > 3.8
    with house_style(dark=True):
        assert contrast(mpl.rcParams["text.color"], "#121212") > 7


def test_every_role_has_its_marks():
    roles = {"method", "baseline", "oracle"}
    for marks in (ROLE_COLOURS, ROLE_LINES, ROLE_MARKERS):
        assert set(marks) == roles
        assert len(set(marks.values())) == 3


def test_settings_are_restored():
    before = dict(mpl.rcParams)
    with house_style(dark=True):
        Figure()
        assert mpl.rcParams["savefig.transparent"]
    assert dict(mpl.rcParams) == before
    with pytest.raises(RuntimeError), house_style():
        raise RuntimeError
    assert dict(mpl.rcParams) == before


def test_pyplot_is_never_loaded():
    program = (
        "import sys; from infomax.lab.forest import forest_plot; from infomax.lab.verdict import *; "
        "v = Verdict('t', 'bound', 'holds', 'holds', True, 1, (), '1', (Finding('holds', "
        "estimate=1.0),)); forest_plot([v]); sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
