"""Figures as SVG files that are the same whenever they are drawn from the same rows."""

import re
import sys
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from infomax.lab.figure_style import house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TAG = re.compile(rb"<[^>]*>")  # what is drawn; a number between tags is a label that is read
_LONG_NUMBER = re.compile(rb"(\d\.\d\d)\d+")  # a hundredth of a point is finer than any screen


def svg_figures(figures: "Mapping[str, Figure]") -> dict[str, bytes]:
    """Return each figure as SVG without date or random identifiers, and close it."""
    import matplotlib as mpl

    drawn = {}
    for name, figure in figures.items():
        if not re.fullmatch(r"[\w.-]+", name):
            raise ValueError(f"a figure's name must be letters, digits, _, - and ., got {name!r}")
        buffer = BytesIO()
        with house_style(), mpl.rc_context({"svg.hashsalt": name}):
            figure.savefig(buffer, format="svg", metadata={"Date": None})
        drawn[name] = _TAG.sub(_with_short_numbers, buffer.getvalue())
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(figure)
    return drawn


def _with_short_numbers(tag: re.Match[bytes]) -> bytes:
    return _LONG_NUMBER.sub(rb"\1", tag[0])
