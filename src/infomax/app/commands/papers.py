"""The catalogue at the command line: list and search it, show a paper, begin a new one."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from infomax.app.commands.options import AsJson
from infomax.app.console import print_json, print_table


def list_papers(
    search: Annotated[str, typer.Option(help="Only papers that speak of this.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the papers, those that run first.

    Examples:  infomax papers  |  infomax papers --search "influence in networks"
    """
    from infomax.papers.catalogue import built_slugs, load_catalogue
    from infomax.papers.catalogue import search as find

    entries = find(search) if search else list(load_catalogue().values())
    built = built_slugs()
    entries = sorted(entries, key=lambda entry: entry.slug not in built) if not search else entries
    if as_json:
        print_json([{**asdict(entry), "runs": entry.slug in built} for entry in entries])
        return
    rows = [
        [e.slug, "runs" if e.slug in built else "", e.room, str(e.year), e.title] for e in entries
    ]
    print_table(["paper", "", "room", "year", "title"], rows)
    if not entries:
        typer.echo(f"No paper speaks of {search!r}; `infomax papers` lists all.", err=True)


def show(
    slug: Annotated[str, typer.Argument(help="The paper, such as mec-b.")],
    as_json: AsJson = False,
) -> None:
    """Show a paper: what it does, its equation, its claims, and how to run it.

    Examples:  infomax show mec-b
    """
    from infomax.papers.catalogue import built_slugs, entry_of, nearest_built
    from infomax.papers.discovery import load_experiment

    entry = entry_of(slug)
    experiment = load_experiment(slug) if slug in built_slugs() else None
    claims = (
        [claim.text for claim in experiment.claims] if experiment else list(entry.claims_to_come)
    )
    if as_json:
        print_json({**asdict(entry), "runs": experiment is not None, "claims": claims})
        return
    source = f"arXiv:{entry.arxiv}" if entry.arxiv else (f"doi:{entry.doi}" if entry.doi else "")
    typer.echo(f"{entry.title}\n{', '.join(entry.authors)} ({entry.year}) {source}\n")
    typer.echo(f"{entry.summary}\n\n    {entry.equation_plain}\n")
    typer.echo(f"Parts: {', '.join(entry.parts)}")
    note = f" ({entry.fidelity_note})" if entry.fidelity_note else ""
    typer.echo(f"Read from: {entry.fidelity}{note}\n")
    typer.echo("Claims:" if experiment else "Claims to come:")
    for claim in claims:
        typer.echo(f"  - {claim}")
    if experiment:
        sizes = ", ".join(f"{name} ({s.n_seeds} seeds)" for name, s in experiment.settings.items())
        typer.echo(f"\nSizes: {sizes}\nRun it: infomax run {slug} --scale demo --jobs 2")
    else:
        near = nearest_built(slug)
        typer.echo(f"\nIt does not run yet; the nearest that does: {near.slug}, {near.title}")


def new(
    slug: Annotated[str, typer.Argument(help="A paper of the catalogue that does not run yet.")],
    folder: Annotated[Path, typer.Option(help="The root of the checkout.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Lay out the four files of a new paper: method, test, paper, example.

    Examples:  infomax new kecor
    """
    from infomax.app.skeleton import lay_out

    written = lay_out(slug, folder)
    if as_json:
        print_json([str(path) for path in written])
        return
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo("CONTRIBUTING.md, Adding a paper, says what belongs into each.")
