"""Writes the report: one page for the list, one for each paper."""

import shutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from infomax.app.report import words
from infomax.app.report.evidence import gather
from infomax.app.report.folder import replacing
from infomax.app.report.links import SiteLinks
from infomax.app.report.pages import PaperView, paper_views
from infomax.lab.figure_style import house_style
from infomax.lab.forest import forest_plot
from infomax.lab.runs import Run
from infomax.papers.catalogue import load_catalogue


def write_report(runs: Path | Mapping[str, Run], out: Path) -> Path:
    """Write the static site of all papers and return its first page.

    The site opens from the disk without a network. `out` is replaced as a whole, at the end: an
    error leaves it as it was.

    Parameters
    ----------
    runs : Path or mapping of str to Run
        A folder below which run folders lie, at any depth, or runs already read.
    out : Path
        Where the report goes: nothing, an empty folder, or an earlier report.

    Returns
    -------
    Path
        ``index.html`` in `out`.

    Raises
    ------
    ValueError
        If `runs` is no folder, or `out` holds something that is no report.
    """
    evidence = gather(runs)
    views = paper_views(tuple(load_catalogue().values()), evidence)
    with replacing(Path(out)) as folder:
        _copy_static(folder / "static")
        for view in views:
            _add_figures(view, folder / "figures")
            template = "paper.html" if view.built else "planned.html"
            _write(
                folder / "papers" / f"{view.entry.slug}.html",
                template,
                links=SiteLinks("../"),
                view=view,
                title=f"{view.entry.title} · infomax",
                description=view.entry.summary,
            )
        _write(
            folder / "index.html",
            "index.html",
            links=SiteLinks(""),
            views=views,
            groups=_groups(views),
            standing=_standing(views),
            totals=words.tally([verdict for view in views for verdict in view.verdicts]),
            notices=evidence.notices,
            title="infomax: papers that run",
            description="Published methods of information maximization, each claim judged.",
        )
    return Path(out) / "index.html"


def _groups(views: list[PaperView]) -> list[tuple[str, list[PaperView]]]:
    return [
        ("These run", [view for view in views if view.built]),
        ("Still to be built", [view for view in views if not view.built]),
    ]


def _standing(views: list[PaperView]) -> str:
    n_built = sum(view.built for view in views)
    n_judged = sum(bool(view.verdicts) for view in views)
    running = {0: "None of them runs yet", 1: "One of them runs"}.get(
        n_built, f"{n_built} of them run"
    )
    judged = (
        f"the claims of {n_judged} carry verdicts" if n_judged else "none is judged here so far"
    )
    return f"{running}; {judged}. The others say what they are and what will be tested."


def _write(path: Path, template: str, **values: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    text = _environment().get_template(template).render(version=version("infomax"), **values)
    path.write_text(text, encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("infomax.app.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _copy_static(target: Path) -> None:
    with as_file(files("infomax.app.report") / "static") as source:
        shutil.copytree(source, target)


def _add_figures(view: PaperView, target: Path) -> None:
    for path in () if view.run is None else view.run.figures:
        (target / view.entry.slug).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / view.entry.slug / path.name)
    if view.verdicts:
        target.mkdir(exist_ok=True)
        with house_style():
            figure = forest_plot(view.verdicts)
            figure.savefig(target / f"{view.entry.slug}.svg", metadata={"Date": None})
