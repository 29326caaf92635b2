"""One look for all figures: the role colours and a Matplotlib style.

The colours lie midway between black and white (contrast above 3.8 with both a white and a nearly
black page), so that a figure without background reads on either.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

METHOD = "#2f7bd9"
BASELINE = "#b9651b"
ORACLE = "#1f8a70"
MUTED = "#767676"

ROLE_COLOURS: Mapping[str, str] = MappingProxyType(
    {"method": METHOD, "baseline": BASELINE, "oracle": ORACLE}
)
# Colour is never the only mark of a role: lines and points differ too.
ROLE_LINES: Mapping[str, str] = MappingProxyType({"method": "-", "baseline": "--", "oracle": ":"})
ROLE_MARKERS: Mapping[str, str] = MappingProxyType({"method": "o", "baseline": "s", "oracle": "D"})

_TEXT_LIGHT, _TEXT_DARK = "#737373", "#c9c9c9"
_GRID_LIGHT, _GRID_DARK = "#8a8a8a40", "#b0b0b040"


@contextmanager
def house_style(*, dark: bool = False) -> Iterator[None]:
    """Draw and save figures in the style of the house.

    It has no background, so that the page shows through; the default reads on white and on nearly
    black pages, and ``dark=True`` has brighter text for pages that are dark only. Use it around
    drawing *and* saving, since Matplotlib asks for some settings at each. Settings are restored
    at the end.

    Parameters
    ----------
    dark : bool
        Whether the page is known to be dark.

    Yields
    ------
    None
        Nothing; the style lasts as long as the block.

    Notes
    -----
    Text in SVG stays text. The same figure gives the same SVG file but for its date, which
    ``savefig(..., metadata={"Date": None})`` leaves out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> with house_style():
    ...     figure = Figure()
    ...     line, = figure.subplots().plot([0, 1], color=ROLE_COLOURS["method"])
    >>> figure.get_facecolor()[3]
    0.0
    """
    import matplotlib as mpl

    with mpl.rc_context(rc=_settings(dark)):
        yield


def _settings(dark: bool) -> Any:  # Matplotlib's stubs list every key, each release others
    text = _TEXT_DARK if dark else _TEXT_LIGHT
    grid = _GRID_DARK if dark else _GRID_LIGHT
    cycle = "[" + ", ".join(f"'{c}'" for c in (METHOD, BASELINE, ORACLE, MUTED)) + "]"
    names = ("text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor")
    ticks = ("xtick.color", "ytick.color", "xtick.labelcolor", "ytick.labelcolor")
    clear = ("figure.facecolor", "figure.edgecolor", "axes.facecolor", "savefig.facecolor")
    return {
        **dict.fromkeys((*names, *ticks), text),
        **dict.fromkeys(clear, "none"),
        "savefig.transparent": True,
        "savefig.bbox": None,
        "figure.figsize": (6.4, 4.0),
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 9.0,
        "axes.titlesize": 10.0,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.prop_cycle": f"cycler('color', {cycle})",
        "grid.color": grid,
        "grid.linewidth": 0.6,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "infomax",
    }
