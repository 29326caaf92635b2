"""The command `infomax`: papers that run, and methods for one's own files.

Exit codes: 0 done; 1 a trial failed, its traceback is kept; 2 bad input or usage; 3 data or an extra
is missing, the message says which command brings it; 4 another run holds the folder; 5 a run folder
is broken; 130 interrupted, the same command resumes.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from infomax.app.commands import data, files, generate, measure, papers, report, run, serve
from infomax.app.console import fail

EXIT_CODES = __doc__.split("\n\n", 1)[1].strip()

app = typer.Typer(
    name="infomax",
    help="Published methods of information maximization: run a paper, or use its parts on your own files.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        from infomax import __version__

        print(f"infomax {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command("papers")(papers.list_papers)
app.command("show")(papers.show)
app.command("run")(run.run_papers)
app.command("report")(report.report)
app.command("serve")(serve.serve)
app.command("digest")(serve.digest)
app.add_typer(data.app, name="data")
app.command("new")(papers.new)
app.command("measure")(measure.measure)
app.command("influence")(files.influence)
app.command("couple")(files.couple)
app.command("generate")(generate.generate)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors are one sentence on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code: Any = app(args=given, standalone_mode=False)
    except Exception as error:  # the door: every error leaves as one sentence
        code = fail(error, as_json="--json" in given)
    except KeyboardInterrupt as error:
        code = fail(error, as_json="--json" in given)
    sys.exit(code if isinstance(code, int) else 0)
