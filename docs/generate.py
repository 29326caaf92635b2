"""Write the pages that are gathered from the code: rooms, papers, bibliography, differences."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

from infomax.papers.catalogue import bibtex, load_catalogue

ROOMS = (
    "measures",
    "networks",
    "coding",
    "inference",
    "representation",
    "selection",
    "control",
    "language",
)
MARK = "**Where paper and code part.**"


def generate(folder: Path) -> None:
    """Write every generated page into `folder`."""
    folder.mkdir(exist_ok=True)
    entries = load_catalogue()
    pages = {f"{room}.rst": _room(room) for room in ROOMS}
    pages["papers.md"] = _papers(entries)
    pages["differences.rst"] = _differences()
    pages["references.bib"] = bibtex(entries.values())
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def public_names(room: str) -> list[tuple[str, Any]]:
    """Return the public names of a room with what they stand for."""
    module = importlib.import_module(f"infomax.{room}")
    return [(name, getattr(module, name)) for name in module.__all__]


def _room(room: str) -> str:
    names = "\n".join(f"   {name}" for name, _ in public_names(room))
    title = f"{room}\n{'=' * len(room)}"
    return (
        f"{title}\n\n.. automodule:: infomax.{room}\n   :no-members:\n\n"
        f".. currentmodule:: infomax.{room}\n\n.. autosummary::\n   :toctree: api\n   :nosignatures:\n\n"
        f"{names}\n"
    )


def _papers(entries: Any) -> str:
    lines = [
        "# The papers",
        "",
        "Every paper of the catalogue; `infomax show SLUG` tells more, `infomax report` shows the claims "
        "of those that run. The BibTeX file is {download}`references.bib <references.bib>`.",
        "",
    ]
    for entry in entries.values():
        lines += [
            f"## {entry.title}",
            "",
            f"`{entry.slug}` · {', '.join(entry.authors)} · {entry.year}",
            "",
        ]
        lines += [entry.summary, "", "$$", entry.equation, "$$", ""]
    return "\n".join(lines)


def _differences() -> str:
    title = "Where paper and code part"
    lines = [
        title,
        "=" * len(title),
        "",
        "Where the paper and the authors' released code disagree, the paper's definition is the default",
        'here and, where numbers matter, ``convention="released"`` reproduces the code. This page is',
        "gathered from the docstrings.",
        "",
    ]
    for room in ROOMS:
        lines += [f".. currentmodule:: infomax.{room}", ""]
        for name, value in public_names(room):
            paragraph = difference(inspect.getdoc(value) or "")
            if paragraph:
                heading = f"`{name}`"
                lines += [heading, "-" * len(heading), "", paragraph, ""]
    return "\n".join(lines)


def difference(docstring: str) -> str:
    """Return the paragraph behind the mark, without the mark; empty if there is none."""
    found = re.search(re.escape(MARK) + r"\s*(.*?)(?:\n\s*\n|\Z)", docstring, flags=re.DOTALL)
    return inspect.cleandoc(found.group(1)) if found else ""
