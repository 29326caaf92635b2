"""The page: served to a browser, and its digest."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infomax.app.commands.options import AsJson
from infomax.app.console import print_json
from infomax.exceptions import MissingExtraError

if TYPE_CHECKING:
    from infomax.app.page.settings import PageSettings

Runs = Annotated[
    list[Path] | None, typer.Argument(help="Folders with run folders; results if left out.")
]
Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the page's database and runs; the user's if left out."),
]
Address = Annotated[str, typer.Option(help="Where people reach the page, with https://.")]
SecretFile = Annotated[
    Path | None, typer.Option(help="File with the secret; INFOMAX_SECRET holds it otherwise.")
]
Smtp = Annotated[
    str,
    typer.Option(
        help="smtp://user:password@host:587, else INFOMAX_SMTP; without it mails become files."
    ),
]
Sender = Annotated[str, typer.Option(help="The address that mails come from.")]
Zone = Annotated[str, typer.Option(help="Time zone of days, such as Europe/Vienna.")]


def serve(
    runs: Runs = None,
    home: Home = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port.")] = 8765,
    group: Annotated[bool, typer.Option("--group", help="Several people, who sign in.")] = False,
    address: Address = "",
    editor: Annotated[
        list[str] | None, typer.Option(help="Who may add papers; repeatable.")
    ] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="Who may sign in, as ada@x.org or *@x.org; repeatable.")
    ] = None,
    secret_file: SecretFile = None,
    smtp: Smtp = "",
    sender: Sender = "infomax@localhost",
    zone: Zone = "",
    at_once: Annotated[int, typer.Option(help="Runs at the same time.")] = 1,
    behind_proxy: Annotated[
        bool, typer.Option(help="A proxy on this machine says from whom requests come.")
    ] = False,
) -> None:
    """Serve the page: papers to be read, found, run and followed.

    Examples:  infomax serve  |  infomax serve runs/demo --port 9000
    """
    settings = _settings(
        runs, home, host=host, port=port, group=group, address=address, editors=editor,
        members=member, secret_file=secret_file, smtp=smtp, sender=sender, zone=zone,
        at_once=at_once, behind_proxy=behind_proxy,
    )  # fmt: skip
    from infomax.app.page.server import serve_page

    serve_page(settings, say=typer.echo)


def digest(
    runs: Runs = None,
    home: Home = None,
    address: Address = "",
    secret_file: SecretFile = None,
    smtp: Smtp = "",
    sender: Sender = "infomax@localhost",
    zone: Zone = "",
    out: Annotated[
        Path | None, typer.Option(help="Write mails into this folder instead of sending them.")
    ] = None,
    bounces: Annotated[
        Path | None,
        typer.Option(help="Folder with reports of mails that could not be delivered."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send what is due of the digest, to each subscriber once; start it every day.

    Examples:  infomax digest  |  infomax digest runs/demo --out mails
    """
    settings = _settings(
        runs, home, address=address, secret_file=secret_file, smtp=smtp, sender=sender, zone=zone
    )
    from infomax.app.page.server import run_digest

    told = run_digest(settings, out=out, bounces=bounces)
    if as_json:
        print_json(told)
        return
    typer.echo(f"{told['sent']} sent, {told['empty']} had nothing new, {told['refused']} refused.")
    if told["sent"] and told["folder"]:
        typer.echo(f"The mails are files in {told['folder']}.")
    if told["disabled"]:
        typer.echo(f"Bounced and sent no more: {', '.join(told['disabled'])}")
    if told["left"]:
        typer.echo(f"{told['left']} are left; start the digest again.", err=True)
        raise typer.Exit(1)


def _settings(
    runs: list[Path] | None,
    home: Path | None,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    group: bool = False,
    address: str = "",
    editors: list[str] | None = None,
    members: list[str] | None = None,
    secret_file: Path | None = None,
    smtp: str = "",
    sender: str = "",
    zone: str = "",
    at_once: int = 1,
    behind_proxy: bool = False,
) -> "PageSettings":
    _check_extra()
    from platformdirs import user_data_path

    from infomax.app.page.settings import PageSettings, is_wide, settle_secret

    if is_wide(host) and group and not address:
        raise ValueError("`address` must say where people reach the page, for links in mails")
    folders = tuple(runs) if runs else tuple(p for p in (Path("results"),) if p.is_dir())
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"`runs` must be folders with runs, got {str(folder)!r}")
    home = (home or user_data_path("infomax", appauthor=False) / "page").resolve()
    given = secret_file.read_text().strip() if secret_file else os.environ.get("INFOMAX_SECRET", "")
    return PageSettings(
        home=home,
        runs=tuple(folder.resolve() for folder in folders),
        host=host,
        port=port,
        group=group,
        secret=settle_secret(home, host=host, group=group, given=given),
        address=address,
        editors=tuple(editors or ()),
        members=tuple(members or ()),
        smtp=smtp or os.environ.get("INFOMAX_SMTP", ""),
        sender=sender,
        zone=zone or os.environ.get("INFOMAX_ZONE", "UTC"),
        parallel_runs=at_once,
        behind_proxy=behind_proxy,
    )


def _check_extra() -> None:
    from importlib.util import find_spec

    for name in ("fastapi", "sqlalchemy", "uvicorn", "bm25s"):
        if find_spec(name) is None:
            raise MissingExtraError("the page", "page")
