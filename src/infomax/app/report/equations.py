"""Central equations: LaTeX as one inline SVG path, drawn without a browser or a network."""

import re
from functools import lru_cache

from markupsafe import Markup, escape

SIZE = 40.0
PAD = 3.0
# Spellings that Matplotlib's mathtext lacks, and the same thing in those that it has.
SPELLINGS = {
    r"\tfrac": r"\frac",
    r"\dfrac": r"\frac",
    r"\le": r"\leq",
    r"\ge": r"\geq",
    r"\bm": r"\boldsymbol",
    r"\lVert": r"\Vert",
    r"\rVert": r"\Vert",
    r"\operatorname*": r"\operatorname",
    r"\coloneqq": ":=",
}
SIZES = r"\\(?:[bB]igg?[lr]?|limits|displaystyle)(?![A-Za-z])"
_DIGITS = re.compile(r"\\[td]?frac(\d)(\d)")
_GAP = re.compile(r"\\q?quad(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?")


@lru_cache(maxsize=256)
def equation_svg(latex: str, plain: str) -> Markup | None:
    """Return the equation in the colour of the text, or None if it cannot be set.

    Where it has wide gaps (a quad) it may break into lines. `plain` is the equation in plain
    characters; screen readers read it.
    """
    pieces = _pieces(_respell(latex))
    paths = [path for path in map(_path, pieces) if path is not None]
    if not paths or len(paths) < len(pieces):
        return None
    bottom = min(box[1] for _, box in paths)  # one height for all, so that their baselines agree
    top = max(box[3] for _, box in paths)
    drawn = "".join(_svg(commands, (box[0], bottom, box[2], top)) for commands, box in paths)
    label = escape(plain or latex)
    return Markup(f'<span class="equation" role="img" aria-label="{label}">{drawn}</span>')


def _respell(latex: str) -> str:
    body = " ".join(latex.split()).strip("$ ")
    body = re.sub(SIZES, "", body)
    body = _DIGITS.sub(r"\\frac{\1}{\2}", body)
    return _COMMAND.sub(lambda match: SPELLINGS.get(match[0], match[0]), body)


def _pieces(body: str) -> list[str]:
    """Cut at the gaps that lie outside of all braces and brackets."""
    pieces = [piece for piece in _GAP.split(body) if piece.strip()]
    whole = all(
        piece.count("{") == piece.count("}")
        and piece.count(r"\left") - piece.count(r"\leftarrow")
        == piece.count(r"\right") - piece.count(r"\rightarrow")
        for piece in pieces
    )
    return pieces if whole else [body]


def _svg(commands: str, box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    width, height = right - left + 2 * PAD, top - bottom + 2 * PAD
    return (
        f'<svg viewBox="{left - PAD:.1f} {-top - PAD:.1f} {width:.1f} {height:.1f}" '
        f'aria-hidden="true" width="{width / SIZE:.2f}em">'
        f'<path d="{commands}"/></svg>'
    )


def _path(body: str) -> tuple[str, tuple[float, float, float, float]] | None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(size=SIZE, math_fontfamily="stix")
    try:
        path = TextPath((0, 0), f"${body}$", prop=font, usetex=False)
    except ValueError:  # mathtext does not know a command
        return None
    if not len(path.vertices):
        return None
    letters = {1: "M", 2: "L", 3: "Q", 4: "C"}
    commands = []
    for vertices, code in path.iter_segments(curves=True, simplify=False):
        points = zip(vertices[::2], vertices[1::2], strict=True)
        listed = " ".join(f"{x:.1f} {-y:.1f}" for x, y in points)
        commands.append(f"{letters[int(code)]}{listed}" if int(code) in letters else "Z")
    box = path.get_extents()
    return "".join(commands), (box.x0, box.y0, box.x1, box.y1)
