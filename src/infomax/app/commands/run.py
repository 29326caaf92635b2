"""Run papers, with progress as they go and the verdicts as each ends."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from infomax.app.commands.options import AsJson
from infomax.app.console import print_json, print_table

if TYPE_CHECKING:
    from infomax.lab.runs import Run
    from infomax.lab.verdict import Verdict


def run_papers(
    slugs: Annotated[list[str], typer.Argument(help="Papers, such as mec-b cim.")],
    scale: Annotated[str, typer.Option(help="smoke, demo, laptop, full; own with --data.")] = "",
    seeds: Annotated[
        int | None, typer.Option(help="Trials; the setting's number if left out.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes at once.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder of runs; runs/SCALE if left out.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="Your own file, for the paper's comparison.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait for a run that holds the folder.")] = True,
    fresh: Annotated[
        str, typer.Option(help="Start again: never, always, or changed (code, data or setting).")
    ] = "never",
    as_json: AsJson = False,
) -> None:
    """Run papers and judge their claims; a run that was stopped goes on.

    Examples:  infomax run mec-b --scale demo --jobs 2  |  infomax run cim --data friends.csv
    """
    from infomax.app.progress import display
    from infomax.lab.runner import Fresh, run
    from infomax.papers.discovery import load_experiment

    scale = scale or ("own" if data else "demo")
    folder = out or Path("runs") / scale
    experiments = [load_experiment(slug) for slug in slugs]
    runs = []
    for experiment in experiments:
        with display(experiment, silent=as_json) as on_event:
            done = run(
                experiment, scale, out=folder, n_seeds=seeds, n_jobs=jobs, data=data, wait=wait,
                fresh=cast(Fresh, fresh), on_event=on_event,
            )  # fmt: skip
        runs.append(done)
        if not as_json:
            _tell(done)
    if as_json:
        print_json([_summary(done) for done in runs])
    if any(done.failures for done in runs):
        raise typer.Exit(1)


def _tell(run: "Run") -> None:
    from infomax.lab.holm import chance_holds

    verdicts = run.verdicts
    rows = [[v.headline, v.text, _estimate(v)] for v in verdicts]
    print_table(["verdict", "claim", "estimate [95 %]"], rows, title=f"{run.slug}, {run.scale}")
    typer.echo(f"By chance alone at most {chance_holds(verdicts):.2g} of these would hold.")
    for failure in run.failures:
        what = "the figures" if failure.seed is None else f"seed {failure.seed}"
        where = run.path / "failures"
        typer.echo(f"{what} failed: {failure.error}; the traceback is in {where}", err=True)
    typer.echo(f"Rows, spends and figures: {run.path}\n")


def _estimate(verdict: "Verdict") -> str:
    finding = verdict.leading
    if finding is None or finding.estimate is None:
        return verdict.reason or (finding.reason if finding else "")
    text = f"{finding.estimate:.4g}"
    if finding.low is not None and finding.high is not None:
        text += f" [{finding.low:.4g}, {finding.high:.4g}]"
    return f"{text} {verdict.unit}"


def _summary(run: "Run") -> dict[str, Any]:
    verdicts = [
        {"claim": v.text, "verdict": v.headline, "as_expected": v.as_expected, "details": v}
        for v in run.verdicts
    ]
    failures = [{"seed": f.seed, "error": f.error} for f in run.failures]
    return {
        "slug": run.slug,
        "scale": run.scale,
        "folder": str(run.path),
        "n_seeds": run.n_seeds,
        "verdicts": verdicts,
        "failures": failures,
    }
