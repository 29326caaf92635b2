"""The static report and RESULTS.md from run folders."""

from pathlib import Path
from typing import Annotated

import typer

from infomax.app.commands.options import AsJson
from infomax.app.console import print_json


def report(
    runs: Annotated[Path, typer.Argument(help="Folder with run folders.")] = Path("results"),
    out: Annotated[
        Path | None, typer.Option(help="Where the site goes; RUNS/site if left out.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="Also write this Markdown page of verdicts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a site of all papers with their verdicts; it opens from the disk, without a network.

    Examples:  infomax report runs/demo  |  infomax report results --results RESULTS.md
    """
    from infomax.app.report import write_report
    from infomax.app.results import write_results

    if not runs.is_dir():
        raise ValueError(
            f"`runs` must be a folder with runs, got {str(runs)!r}; `infomax run` makes one"
        )
    index = write_report(runs, out or runs / "site")
    if results is not None:
        write_results(runs, results)
    if as_json:
        print_json({"report": str(index), "results": str(results) if results else None})
    else:
        typer.echo(f"The report: {index.resolve()}")
        if results is not None:
            typer.echo(f"The verdicts: {results.resolve()}")
